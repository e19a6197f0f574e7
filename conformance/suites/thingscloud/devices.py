"""设备管理: creating, reading and removing a device."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.judge import Says, Stated, says
from conformance.suites.objects import Made
from conformance.suites.thingscloud.paging import eventually_listed
from conformance.suites.thingscloud.readback import compare, conclude, shows
from conformance.suites.waiting import observe, refused_in_the_end

TEXTS: Final = {
    "Chinese": "一号车间 温度计",
    "Arabic": "مقياس الحرارة",
    "Greek and Cyrillic": "Θερμόμετρο термометр",
    "marks": 'a "quoted" \\ back/slash <b> & 100 % of it\'s text; two  blanks',
    "line breaks": "first line\nsecond line\tafter a tab",
}
"""Texts that no sentence forbids; characters beyond the basic plane are tried under `global`. None begins or ends with a
blank: trimming is the form's business on many platforms."""
ORDINARY: Final = "Chinese"
"""The texts that every platform of this document must take; others it may refuse, but not change."""


def no_device(context: Context) -> str:
    """Return an id that no device can have: this run made it up."""
    return "".join(filter(str.isalnum, context.unique()))


def new_key(context: Context) -> str:
    """Return a device_key that no device has, in the form that a person would give it."""
    return str(context.draft("device-create", full=True, bind=False).body["device_key"])


def create(context: Context, **members: Any) -> tuple[Answer, dict[str, Any]]:
    """Create a device with every documented member as the body of the case; return the answer and what was given."""
    draft = context.draft("device-create", full=True)
    for name, value in members.items():
        draft.set((name,), value)
    return context.succeed(draft), dict(draft.body)


@case(
    "thingscloud/device-create/read-back",
    requirements=["device-create/readable", "device-create/keeps-members", "device-create/name-echoed"],
    calls=["device-create", "device-types", "device-read", "device-delete"],
)
def created_device_is_read_as_it_was_given(context: Context) -> None:
    """A created device can be read, and shows name, descr, type, tags and device_key as they were given."""
    created, given = create(context)
    identity = created.at("/info/id")
    name = {"name": given["name"]}
    hidden = compare(context, "device-create/name-echoed", created.at("/info"), name, answer=created)
    readable = "device-create/readable"
    answer = observe(context, "device-read", lambda info: shows(info, given), requirement=readable, device_id=identity)
    conclude(hidden + compare(context, "device-create/keeps-members", answer.at("/info"), given))


@case(
    "thingscloud/device-create/texts",
    requirements=["global/text-unchanged", "device-create/keeps-members"],
    calls=["device-create", "device-types", "device-read", "device-delete"],
)
def texts_of_any_script_come_back_unchanged(context: Context) -> None:
    """Texts in other scripts, with quotes and line breaks come back unchanged, or are refused; Chinese ones are served."""
    tags = {f"tag{number}": text for number, text in enumerate(list(TEXTS.values())[:4])}
    draft = context.draft("device-create", full=True)
    draft.body.update(name=f"{context.unique()} 温度计 №7", descr="\n".join(TEXTS.values()), tags=tags)
    created = context.send(draft)
    if says(context.contract, created) is Says.NO:
        context.notes.append("the platform refuses texts with marks, line breaks or letters of other scripts")
        text = TEXTS[ORDINARY]
        draft.body.update(name=f"{context.unique()} {text}", descr=text, tags={"tag0": text})
        created = context.send(draft)
    if not context.served(draft.operation, created):
        return
    given = dict(draft.body)
    identity = created.at("/info/id")
    answer = observe(context, "device-read", lambda info: shows(info, given), device_id=identity)
    texts = {name: given[name] for name in ("name", "descr", "tags")}
    hidden = compare(context, "global/text-unchanged", answer.at("/info"), texts)
    conclude(hidden + compare(context, "device-create/keeps-members", answer.at("/info"), texts))


@case(
    "thingscloud/device-create/listed",
    requirements=["device-create/listed"],
    calls=["device-create", "device-list", "device-delete"],
)
def created_device_is_listed(context: Context) -> None:
    """A created device is in the device list."""
    made = context.make("device")
    item = eventually_listed(context, made.id)
    context.check("device-create/listed", item is not None, expected=f"{made.id} on one of the pages", actual="absent")


@case(
    "thingscloud/device-create/ids-distinct",
    requirements=["device-create/ids-distinct"],
    calls=["device-create", "device-delete"],
)
def two_devices_get_two_ids(context: Context) -> None:
    """Two created devices have different ids."""
    one, other = context.succeed("device-create"), context.succeed("device-create")
    ids = [answer.at("/info/id") for answer in (one, other)]
    context.check(
        "device-create/ids-distinct", ids[0] != ids[1], expected="two ids", actual=f"{ids[0]} twice", pointer="/info/id"
    )


@case(
    "thingscloud/device-create/same-device-key",
    requirements=["device-create/device-key-unique"],
    calls=["device-create", "device-delete"],
)
def second_device_with_the_same_key_is_answered(context: Context) -> None:
    """A second device with the same device_key is refused or created (erratum duplicate-device-key)."""
    draft = context.draft("device-create")
    draft.set(("device_key",), new_key(context))
    context.succeed(draft)
    again = context.draft("device-create")
    again.set(("device_key",), draft.body["device_key"])
    answer = context.send(again)
    if context.refused("device-create/device-key-unique", answer, Stated.NOTHING):
        said = "refuses" if says(context.contract, answer) is Says.NO else "creates"
        context.notes.append(f"the platform {said} a second device with the same device_key")


@case(
    "thingscloud/device-read/same-device",
    requirements=["device-read/same-device"],
    calls=["device-create", "device-read", "device-delete"],
)
def reads_the_device_that_was_asked_for(context: Context) -> None:
    """Of two devices, each is read by its own id."""
    hidden: list[str] = []
    for made in [context.make("device"), context.make("device")]:
        expected = {"id": made.id, "name": made.name}
        answer = observe(context, "device-read", partial(shows, given=expected), device_id=made.id)
        hidden += compare(context, "device-read/same-device", answer.at("/info"), expected)
    conclude(hidden)


@case("thingscloud/device-read/unknown-id", requirements=["device-read/unknown-id"], calls=["device-read"])
def refuses_to_read_an_unknown_device(context: Context) -> None:
    """An id that no device has is refused."""
    context.refused("device-read/unknown-id", context.call("device-read", device_id=no_device(context)))


@case(
    "thingscloud/device-read/never-connected",
    requirements=["device-read/never-connected"],
    calls=["device-create", "device-read", "device-list", "device-delete"],
)
def device_that_never_connected_is_not_online(context: Context) -> None:
    """A device that was created and never connected is read and listed as not online."""
    made, offline = context.make("device"), {"online": False}
    answer = observe(context, "device-read", partial(shows, given=offline), device_id=made.id)
    hidden = compare(context, "device-read/never-connected", answer.at("/info"), offline)
    item = eventually_listed(context, made.id, partial(shows, given=offline))
    if item is None:
        raise Inconclusive("the list does not hold the device, so half of the statement is not judged")
    conclude(hidden + compare(context, "device-read/never-connected", item, offline, pointer="/info/items/-"))


@case(
    "thingscloud/device-certificate/same-device",
    requirements=["device-certificate/same-device", "device-certificate/stable"],
    calls=["device-create", "device-certificate", "device-delete"],
)
def certificate_belongs_to_the_device(context: Context) -> None:
    """The certificate names the device that was asked for, and is the same when it is read again."""
    made = context.make("device")
    expected = {"id": made.id, "name": made.name}
    first = observe(context, "device-certificate", lambda info: shows(info, expected), device_id=made.id)
    second = context.succeed("device-certificate", device_id=made.id)
    hidden = compare(context, "device-certificate/same-device", first.at("/info"), expected, answer=first)
    for member in ("access_token", "project_key"):
        same = first.at(f"/info/{member}") == second.at(f"/info/{member}")
        context.check(
            "device-certificate/stable",
            same,
            expected="the same value as before",
            actual="another value",
            pointer=f"/info/{member}",
        )
    conclude(hidden)


@case(
    "thingscloud/device-certificate/unknown-id",
    requirements=["device-certificate/unknown-id"],
    calls=["device-certificate"],
)
def refuses_the_certificate_of_an_unknown_device(context: Context) -> None:
    """An id that no device has is refused."""
    answer = context.call("device-certificate", device_id=no_device(context))
    context.refused("device-certificate/unknown-id", answer)


def remove(context: Context, made: Made) -> None:
    """Remove a device as the body of the case."""
    context.succeed("device-delete", device_id=made.id)
    context.forget(made.id)


@case(
    "thingscloud/device-delete/unreadable",
    requirements=["device-delete/unreadable", "device-delete/keeps-others"],
    calls=["device-create", "device-read", "device-delete"],
)
def removed_device_cannot_be_read(context: Context) -> None:
    """A removed device can no longer be read; another one still can."""
    made, other = context.make("device"), context.make("device")
    observe(context, "device-read", lambda info: shows(info, {"id": other.id}), device_id=other.id)
    remove(context, made)
    gone = refused_in_the_end(context, "device-read", device_id=made.id)
    context.refused("device-delete/unreadable", gone, what="a refusal: the device was removed")
    answer = context.call("device-read", device_id=other.id)
    context.served(context.operation("device-read"), answer, "device-delete/keeps-others")


@case(
    "thingscloud/device-delete/unlisted",
    requirements=["device-delete/unlisted"],
    calls=["device-create", "device-list", "device-delete"],
)
def removed_device_is_not_listed(context: Context) -> None:
    """A device that was listed and then removed is no longer listed."""
    made = context.make("device")
    if eventually_listed(context, made.id) is None:
        raise Inconclusive("the device was not listed before it was removed")
    remove(context, made)
    item = eventually_listed(context, made.id, present=False)
    context.check("device-delete/unlisted", item is None, expected="on no page", actual=f"{made.id} is listed")


@case(
    "thingscloud/device-delete/twice",
    requirements=["device-delete/twice"],
    calls=["device-create", "device-delete"],
)
def removing_twice_is_answered(context: Context) -> None:
    """Removing a device a second time is refused or has no effect."""
    made = context.make("device")
    remove(context, made)
    again = context.call("device-delete", device_id=made.id)
    context.refused("device-delete/twice", again, Stated.NOTHING)


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())
