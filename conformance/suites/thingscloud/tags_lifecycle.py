"""修改设备标签, 移除设备标签, 修改用户标签: the tags of one object against a dictionary.

An update merges, a removal takes away what it names; nothing else changes. Tags beyond the keys used here (a platform may set
its own) are nobody's business. What an absent key does is an erratum (absent-key): it is removed alone, and must do nothing.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from hypothesis import strategies as st

from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.judge import Stated
from conformance.suites.machine import Lifecycle, first, run, step
from conformance.suites.objects import Made
from conformance.suites.waiting import observe

KEYS: Final = ("site", "floor", "line", "colour")
"""Few keys, so that updates meet tags that are there."""
TAGS: Final = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["hall-1", "2", "blue", "二楼"]), min_size=1)


class Tags(Lifecycle):
    """The tags of one object of a kind that has them."""

    kind: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.made: Made | None = None
        self.model: dict[str, str] = {}

    @first(tags=TAGS)
    def make(self, tags: dict[str, str]) -> None:
        """An object without tags gets some; what follows is drawn, and a dictionary that stays empty shows nothing."""
        self.made = self.context.make(self.kind, tags={})
        self._update({"site": "hall-1", "floor": "2"})
        self._update({**tags, "floor": "3", "line": "7"})

    @step(tags=TAGS)
    def update(self, tags: dict[str, str]) -> None:
        """New tags are added, known ones get the new value, the others stay."""
        if self.made is not None:  # else it could not be made, and the case says so
            self._update(tags)

    def _update(self, tags: dict[str, str]) -> None:
        subject = f"{self.kind}-tags-update"
        self.context.succeed(subject, **self._named(), body={"tags": tags})
        statements = {key: "replaces" if key in self.model else "adds" for key in tags}
        self.model.update(tags)
        self._settle({key: f"{subject}/{name}" for key, name in statements.items()}, f"{subject}/keeps-others")

    def _settle(self, changed: dict[str, str], kept: str) -> None:
        """Read the object and hold each tag against the model; `changed` tells by key which statement it shows."""
        subject = f"{self.kind}-read"
        answer = observe(self.context, subject, lambda info: self._shown(info) == self.model, **self._named())
        if answer.at("/info/tags") is None and self.model:
            raise Inconclusive(f"{subject} shows no tags, so nothing is known of them")
        shown = self._shown(answer.at("/info"))
        for key in KEYS:
            if key in changed or key in self.model:
                self.context.check(
                    changed.get(key, kept),
                    shown.get(key) == self.model.get(key),
                    expected=self.model.get(key, "absent"),
                    actual=shown.get(key, "absent"),
                    pointer=f"/info/tags/{key}",
                )

    def _named(self) -> dict[str, Any]:
        """Return the parameter that names the object."""
        assert self.made
        return {f"{self.kind}_id": self.made.id}

    @staticmethod
    def _shown(info: Any) -> dict[str, Any]:
        tags = info.get("tags") if isinstance(info, dict) else None
        return {key: value for key, value in tags.items() if key in KEYS} if isinstance(tags, dict) else {}


class DeviceTags(Tags):
    """Tags of devices can also be removed."""

    kind = "device"

    @step(keys=st.sets(st.sampled_from(KEYS), min_size=1))
    def remove(self, keys: set[str]) -> None:
        """Named tags that are there go, the others stay; named ones that are not there change nothing."""
        if self.made is None:
            return
        there = sorted(keys & set(self.model))
        if there:
            self.context.succeed("device-tags-remove", device_id=self.made.id, body={"keys": there})
            for key in there:
                del self.model[key]
            self._settle(dict.fromkeys(there, "device-tags-remove/removes-named"), "device-tags-remove/keeps-others")
        else:
            answer = self.context.call("device-tags-remove", device_id=self.made.id, body={"keys": sorted(keys)})
            self.context.refused("device-tags-remove/absent-key", answer, Stated.NOTHING)
            self._settle({}, "device-tags-remove/absent-key")


class CustomerTags(Tags):
    """Tags of customers can only be added and replaced."""

    kind = "customer"


@case(
    "thingscloud/tags-lifecycle/model",
    requirements=[
        "device-tags-update/adds",
        "device-tags-update/replaces",
        "device-tags-update/keeps-others",
        "device-tags-remove/removes-named",
        "device-tags-remove/keeps-others",
        "device-tags-remove/absent-key",
    ],
    calls=["device-create", "device-tags-update", "device-tags-remove", "device-read", "device-delete"],
    examples=12,
)
def tags_of_a_device_behave_as_a_dictionary(context: Context) -> None:
    """Tags of a device that are updated and removed in any order are those of a dictionary."""
    run(context, DeviceTags)


@case(
    "thingscloud/tags-lifecycle/model/customer",
    requirements=["customer-tags-update/adds", "customer-tags-update/replaces", "customer-tags-update/keeps-others"],
    calls=["customer-create", "customer-tags-update", "customer-read", "customer-delete"],
    examples=12,
)
def tags_of_a_customer_behave_as_a_dictionary(context: Context) -> None:
    """Tags of a customer that are updated in any order are those of a dictionary."""
    run(context, CustomerTags)


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())
