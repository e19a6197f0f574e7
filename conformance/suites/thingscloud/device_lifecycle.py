"""设备管理, 设备数据, 设备通信: the life of a device against a model of it.

Single cases show each change alone; the machine shows them in any order on one device, because what forgets an older change
is seen only after a second one.
"""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.machine import Lifecycle, first, run, step
from conformance.suites.objects import Made
from conformance.suites.thingscloud.attributes import current, names, observed, remove, write
from conformance.suites.thingscloud.devices import new_key
from conformance.suites.thingscloud.paging import TooLong, eventually_listed
from conformance.suites.thingscloud.readback import same, shows
from conformance.suites.waiting import observe, refused_in_the_end

KEYS: Final = ("site", "floor", "colour")
"""Few keys, so that updates meet tags that are there."""
TAGS: Final = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["hall-1", "2", "blue", "二楼"]), min_size=1)
SOME_KEYS: Final = st.sets(st.sampled_from(KEYS), min_size=1)
MEMBERS: Final = st.sets(st.sampled_from(["name", "descr", "device_key"]), min_size=1)
WHICH: Final = st.sets(st.sampled_from([0, 1]), min_size=1)
"""Which of the tester's two attributes."""
VALUES: Final = st.tuples(*[st.integers(-1000, 1000).map(lambda number: number / 4)] * 2)
"""Quarters: numbers that every binary and decimal form holds exactly."""

alive = precondition(lambda machine: machine.made is not None)
gone = precondition(lambda machine: machine.made is None)


class DeviceLifecycle(Lifecycle):
    """One device at a time, and what it should show."""

    made: Made | None = None

    def _create(self, tags: dict[str, str]) -> None:
        draft = self.context.draft("device-create")
        draft.body.update(tags=tags, descr="Made by a conformance test", device_key=new_key(self.context))
        self.info = {name: draft.body[name] for name in ("name", "descr", "device_key")}
        self.tags, self.values = dict(tags), dict[str, float]()
        answer = self.context.succeed(draft)
        self.made = Made("device", str(answer.at("/info/id")), draft.body["name"])
        self._settle("device-create/keeps-members", "device-create/keeps-members", {*self.info, "tags"})

    @first(tags=TAGS)
    def create_first(self, tags: dict[str, str]) -> None:
        """A device is created; it can be read and is as it was given."""
        self._create(tags)

    @gone
    @step(tags=TAGS)
    def create_again(self, tags: dict[str, str]) -> None:
        """Another device is created after one was removed."""
        self._create(tags)

    @alive
    @step()
    def read(self) -> None:
        """The device read is the one asked for."""
        assert self.made
        answer = observe(self.context, "device-read", lambda _: True, device_id=self.made.id)
        self.context.equal("device-read/same-device", answer.at("/info/id"), self.made.id, pointer="/info/id")

    @alive
    @step(members=MEMBERS)
    def update_info(self, members: set[str]) -> None:
        """Given members change, the others stay."""
        assert self.made
        context = self.context
        body = {name: new_key(context) if name == "device_key" else context.unique() for name in sorted(members)}
        self.context.succeed("device-info-update", device_id=self.made.id, body=body)
        self.info.update(body)
        self._settle("device-info-update/changes-given", "device-info-update/keeps-others", set(body))

    @alive
    @step(tags=TAGS)
    def update_tags(self, tags: dict[str, str]) -> None:
        """Tags are added or replaced; the others stay."""
        assert self.made
        new, changed = set(tags) - set(self.tags), set(tags) & set(self.tags)
        self.context.succeed("device-tags-update", device_id=self.made.id, body={"tags": tags})
        self.tags.update(tags)
        self._settle_tags(
            {"device-tags-update/adds": new, "device-tags-update/replaces": changed}, "device-tags-update/keeps-others"
        )

    @alive
    @step(keys=SOME_KEYS)
    def remove_tags(self, keys: set[str]) -> None:
        """Named tags that are there go; the others stay."""
        assert self.made
        named = sorted(keys & set(self.tags))
        if named:  # what an absent key does is an erratum
            self.context.succeed("device-tags-remove", device_id=self.made.id, body={"keys": named})
            for key in named:
                del self.tags[key]
            self._settle_tags({"device-tags-remove/removes-named": set(named)}, "device-tags-remove/keeps-others")

    @alive
    @step(which=WHICH, numbers=VALUES)
    def write_attributes(self, which: set[int], numbers: tuple[float, float]) -> None:
        """Given attributes have the new values; the others keep theirs."""
        assert self.made
        given = {names(self.context)[index]: numbers[index] for index in sorted(which)}
        write(self.context, self.made, given)
        self.values.update(given)
        self._settle_values("cloud-attributes-update/readable", "cloud-attributes-update/keeps-others", set(given))

    @alive
    @step(which=WHICH)
    def remove_attributes(self, which: set[int]) -> None:
        """Named attributes that are there go; the others stay."""
        assert self.made
        named = sorted({names(self.context)[index] for index in which} & set(self.values))
        if named:
            remove(self.context, self.made, named)
            for key in named:
                del self.values[key]
            self._settle_values("attributes-remove/removes-named", "attributes-remove/keeps-others", set(named))

    @alive
    @step()
    def find_in_list(self) -> None:
        """The list holds the device as reading shows it."""
        assert self.made
        expected = {**self.info, "tags": self.tags}
        try:
            item = eventually_listed(self.context, self.made.id, lambda shown: self._differing(shown, expected) == {})
        except TooLong:
            return  # the list is too long to tell; the other steps need no list
        self.context.check(
            "device-create/listed", item is not None, expected=f"{self.made.id} on a page", actual="absent"
        )
        if item is not None:
            differing = self._differing(item, expected)
            self.context.check("device-list/matches-read", not differing, expected=expected, actual=differing)

    @alive
    @step()
    def delete(self) -> None:
        """A removed device can no longer be read."""
        assert self.made
        made, self.made = self.made, None
        self.context.succeed("device-delete", device_id=made.id)
        answer = refused_in_the_end(self.context, "device-read", device_id=made.id)
        if self.context.refused("device-delete/unreadable", answer, what="a refusal: the device was removed"):
            self.context.forget(made.id)

    # ---- the model against what is shown ------------------------------------------------------------------------

    def _differing(self, info: Any, expected: dict[str, Any]) -> dict[str, Any]:
        """Return what is shown otherwise than expected; a member that is not shown tells nothing."""
        shown = {name: info.get(name) for name in expected} if isinstance(info, dict) else {}
        return {name: value for name, value in shown.items() if value is not None and not same(value, expected[name])}

    def _settle(self, changed: str, kept: str, given: set[str]) -> None:
        """Read the device and hold name, descr and device_key, and the tags, against the model."""
        assert self.made
        expected = {**self.info, "tags": self.tags}
        answer = observe(self.context, "device-read", lambda info: shows(info, expected), device_id=self.made.id)
        differing = self._differing(answer.at("/info"), expected)
        for name, value in expected.items():
            self.context.check(
                changed if name in given else kept,
                name not in differing,
                expected=value,
                actual=differing.get(name),
                pointer=f"/info/{name}",
            )

    def _settle_tags(self, changed: dict[str, set[str]], kept: str) -> None:
        """Read the device and hold each tag against the model."""
        assert self.made

        def right(info: Any) -> bool:
            tags = info.get("tags") or {}
            return {key: tags[key] for key in KEYS if key in tags} == self.tags

        answer = observe(self.context, "device-read", right, device_id=self.made.id)
        shown = answer.at("/info/tags")
        if shown is None and self.tags:
            return  # not shown: nothing is known
        tags = shown or {}
        requirement_of = {key: requirement for requirement, keys in changed.items() for key in keys}
        for key in KEYS:
            if key in requirement_of or key in self.tags:
                self.context.check(
                    requirement_of.get(key, kept),
                    tags.get(key) == self.tags.get(key),
                    expected=self.tags.get(key, "absent"),
                    actual=tags.get(key, "absent"),
                    pointer=f"/info/tags/{key}",
                )

    def _settle_values(self, changed: str, kept: str, given: set[str]) -> None:
        """Read the attributes and hold each value against the model."""
        assert self.made
        both = names(self.context)
        absent = tuple(name for name in both if name not in self.values)
        shown = current(observed(self.context, self.made, self.values, gone=absent).at("/info"))
        hidden = {name for name in self.values if name in shown and shown[name] is None}
        for name in both:
            if (name in given or name in self.values) and name not in hidden:
                self.context.check(
                    changed if name in given else kept,
                    shown.get(name) == self.values.get(name),
                    expected=self.values.get(name, "no value"),
                    actual=shown.get(name, "absent"),
                    pointer="/info",
                    note=name,
                )


@case(
    "thingscloud/device-lifecycle/model",
    requirements=[
        "device-create/keeps-members",
        "device-create/listed",
        "device-read/same-device",
        "device-info-update/changes-given",
        "device-info-update/keeps-others",
        "device-tags-update/adds",
        "device-tags-update/replaces",
        "device-tags-update/keeps-others",
        "device-tags-remove/removes-named",
        "device-tags-remove/keeps-others",
        "cloud-attributes-update/readable",
        "cloud-attributes-update/keeps-others",
        "attributes-remove/removes-named",
        "attributes-remove/keeps-others",
        "device-list/matches-read",
        "device-delete/unreadable",
    ],
    calls=[
        "device-create",
        "device-read",
        "device-info-update",
        "device-tags-update",
        "device-tags-remove",
        "cloud-attributes-update",
        "attributes",
        "attributes-remove",
        "device-list",
        "device-delete",
    ],
    examples=12,
)
def device_behaves_as_its_model(context: Context) -> None:
    """A device that is created, changed, listed and removed in any order shows what a model of it shows."""
    run(context, DeviceLifecycle)


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())
