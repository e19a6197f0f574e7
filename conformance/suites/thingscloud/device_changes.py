"""设备管理: changing a device's basic facts and its tags."""

from __future__ import annotations

from typing import Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.judge import Says, Stated, says
from conformance.suites.objects import Made
from conformance.suites.thingscloud.devices import new_key, no_device
from conformance.suites.thingscloud.paging import eventually_listed
from conformance.suites.thingscloud.readback import compare, conclude, shows
from conformance.suites.waiting import eventually, observe

DESCR: Final = "Made by a conformance test"


def prepared(context: Context, **members: object) -> Made:
    """Make a device and see that it is as it was given: what is judged afterwards is the change alone.

    Raises:
        Inconclusive: it was made, but reading does not show it so.
    """
    made = context.make("device", **members)

    def look() -> bool:
        answer = context.call("device-read", device_id=made.id)
        return says(context.contract, answer) is Says.YES and shows(answer.at("/info"), members)

    if not eventually(context, look):
        raise Inconclusive(f"the preamble device-create did not keep {', '.join(members)}, or reading does not show it")
    return made


def tags_after(context: Context, made: Made, expected: dict[str, str], gone: tuple[str, ...] = ()) -> Answer:
    """Read a device until it has the tags expected and none of those that are gone; return the last answer."""
    return observe(
        context,
        "device-read",
        lambda info: shows(info, {"tags": expected}) and not set(gone) & set(info.get("tags") or ()),
        device_id=made.id,
    )


@case(
    "thingscloud/device-info-update/changes-given",
    requirements=["device-info-update/changes-given"],
    calls=["device-create", "device-info-update", "device-read", "device-list", "device-delete"],
)
def changed_members_are_read_and_listed(context: Context) -> None:
    """New name, descr and device_key are shown when the device is read and when it is listed."""
    made = prepared(context, descr=DESCR, device_key=new_key(context))
    changed = {"name": context.unique(), "descr": "Changed by a conformance test", "device_key": new_key(context)}
    context.succeed("device-info-update", device_id=made.id, body=changed)
    answer = observe(context, "device-read", lambda info: shows(info, changed), device_id=made.id)
    hidden = compare(context, "device-info-update/changes-given", answer.at("/info"), changed)
    item = eventually_listed(context, made.id, lambda shown: shows(shown, changed))
    if item is None:
        raise Inconclusive("the list does not hold the device")
    conclude(hidden + compare(context, "device-info-update/changes-given", item, changed, pointer="/info/items/-"))


@case(
    "thingscloud/device-info-update/keeps-others",
    requirements=["device-info-update/keeps-others"],
    calls=["device-create", "device-info-update", "device-read", "device-delete"],
)
def other_members_stay(context: Context) -> None:
    """A change of descr leaves id, name, device_key, tags and type as they were."""
    made = prepared(context, descr=DESCR, device_key=new_key(context), tags={"site": "hall-1"})
    before = context.prepare("device-read", device_id=made.id).at("/info")
    kept = {name: before.get(name) for name in ("id", "name", "device_key", "tags", "type")}
    change = {"descr": "Changed by a conformance test"}
    context.succeed("device-info-update", device_id=made.id, body=change)
    answer = observe(context, "device-read", lambda info: shows(info, {**kept, **change}), device_id=made.id)
    conclude(compare(context, "device-info-update/keeps-others", answer.at("/info"), kept))


@case(
    "thingscloud/device-info-update/unknown-id",
    requirements=["device-info-update/unknown-id"],
    calls=["device-info-update"],
)
def refuses_to_change_an_unknown_device(context: Context) -> None:
    """An id that no device has is refused."""
    body = {"name": context.unique()}
    answer = context.call("device-info-update", device_id=no_device(context), body=body)
    context.refused("device-info-update/unknown-id", answer)


@case(
    "thingscloud/device-tags-update/merge",
    requirements=["device-tags-update/adds", "device-tags-update/replaces", "device-tags-update/keeps-others"],
    calls=["device-create", "device-tags-update", "device-read", "device-delete"],
)
def given_tags_are_added_or_replaced(context: Context) -> None:
    """An update adds a new tag, replaces one that is there, and leaves the others."""
    made = prepared(context, tags={"site": "hall-1", "floor": "2"})
    context.succeed("device-tags-update", device_id=made.id, body={"tags": {"floor": "3", "colour": "blue"}})
    answer = tags_after(context, made, {"site": "hall-1", "floor": "3", "colour": "blue"})
    hidden: list[str] = []
    for requirement, tag in {
        "device-tags-update/adds": {"colour": "blue"},
        "device-tags-update/replaces": {"floor": "3"},
        "device-tags-update/keeps-others": {"site": "hall-1"},
    }.items():
        hidden += compare(context, requirement, answer.at("/info"), {"tags": tag})
    conclude(hidden)


@case(
    "thingscloud/device-tags-remove/named",
    requirements=["device-tags-remove/removes-named", "device-tags-remove/keeps-others"],
    calls=["device-create", "device-tags-remove", "device-read", "device-delete"],
)
def named_tags_are_removed(context: Context) -> None:
    """Several tags named at once are gone afterwards; the one that was not named stays."""
    made = prepared(context, tags={"site": "hall-1", "floor": "2", "colour": "blue"})
    keys = ("site", "floor")
    context.succeed("device-tags-remove", device_id=made.id, body={"keys": list(keys)})
    answer = tags_after(context, made, {"colour": "blue"}, gone=keys)
    left = sorted(set(keys) & set(answer.at("/info/tags") or ()))
    context.check(
        "device-tags-remove/removes-named",
        not left,
        expected=f"no tag {' or '.join(keys)}",
        actual=f"still there: {left}",
        pointer="/info/tags",
    )
    keep(context, answer, {"colour": "blue"}, "device-tags-remove/keeps-others")


def keep(context: Context, answer: Answer, tags: dict[str, str], requirement: str) -> None:
    """Check that tags which reading showed before are still there: no tags at all now means that they were lost."""
    shown = answer.at("/info/tags") or {}
    holds = shows({"tags": shown}, {"tags": tags})
    context.check(requirement, holds, expected=tags, actual=shown, pointer="/info/tags", answer=answer)


@case(
    "thingscloud/device-tags-remove/absent-key",
    requirements=["device-tags-remove/absent-key"],
    calls=["device-create", "device-tags-remove", "device-read", "device-delete"],
)
def removing_an_absent_tag_is_answered(context: Context) -> None:
    """Naming a tag that the device does not have is accepted or refused, and removes nothing else."""
    tags = {"site": "hall-1"}
    made = prepared(context, tags=tags)
    answer = context.call("device-tags-remove", device_id=made.id, body={"keys": ["colour"]})
    if not context.refused("device-tags-remove/absent-key", answer, Stated.NOTHING):
        return
    said = "accepts" if says(context.contract, answer) is Says.YES else "refuses"
    context.notes.append(f"the platform {said} the removal of a tag that does not exist")
    keep(context, tags_after(context, made, tags), tags, "device-tags-remove/absent-key")


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())
