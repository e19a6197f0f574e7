"""1.5, 1.6: the life of a device, as the application leads it, against a model of it.

Single cases show each rule alone; the machine shows them in any order on one device, because what forgets an older change
is seen only after a second one. Each sequence begins with a tour of all steps: where few sequences are drawn, as against a
live platform, every statement is tried all the same.
"""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.device_activation import ACTIVATION, activated
from conformance.suites.huawei.device_list import LISTING
from conformance.suites.huawei.device_reading import MAKES, QUERY, compare, gone, observed, shows
from conformance.suites.huawei.pages import eventually_found
from conformance.suites.machine import Lifecycle, first, run, step
from conformance.suites.objects import Made

PLACES: Final = st.sampled_from(["hall-1", "hall 2", "二楼"])
MUTES: Final = st.sampled_from(["TRUE", "FALSE"])
MEMBERS: Final = st.sets(st.sampled_from(["name", "location", "mute"]), min_size=1)

alive = precondition(lambda machine: machine.made is not None)
dead = precondition(lambda machine: machine.made is None)


class DeviceLifecycle(Lifecycle):
    """One device at a time, registered, changed, looked at and deleted by the application."""

    made: Made | None = None
    former = ""
    """nodeId of the device that was deleted last."""

    @first()
    def tour(self) -> None:
        """A device is registered, changed twice, found, deleted and registered again."""
        self._register(self.context.unique())
        self._modify({"name", "location", "mute"}, "hall-1", "TRUE")
        self._modify({"name"}, "", "")
        self._find()
        self._activation()
        self._delete()
        self._register(self.former)

    @dead
    @step(same=st.booleans())
    def register(self, *, same: bool) -> None:
        """A device is registered after another was deleted, under the same nodeId or a new one."""
        self._register(self.former if same else self.context.unique())

    @alive
    @step(members=MEMBERS, place=PLACES, mute=MUTES)
    def modify(self, members: set[str], place: str, mute: str) -> None:
        """Given members change; the others stay."""
        self._modify(members, place, mute)

    @alive
    @step()
    def find_in_list(self) -> None:
        """The list by its name holds the device."""
        self._find()

    @alive
    @step()
    def activation(self) -> None:
        """A device that never connected is not activated, and is shown by its name."""
        self._activation()

    @alive
    @step()
    def delete(self) -> None:
        """A deleted device can no longer be queried."""
        self._delete()

    # ---- what the steps do --------------------------------------------------------------------------------------

    def _register(self, node_id: str) -> None:
        draft = self.context.draft("device-register-code")
        draft.body.update(nodeId=node_id, deviceName=self.context.unique(), timeout=0)
        answer = self.context.succeed(draft)
        self.made = Made("device", str(answer.at("/deviceId")), node_id)
        self.node_id, self.model = node_id, {"name": draft.body["deviceName"]}
        self._settle("1.5.1/keeps-members", {"name"})

    def _modify(self, members: set[str], place: str, mute: str) -> None:
        assert self.made
        values = {"name": self.context.unique(), "location": place, "mute": mute}
        body = {name: values[name] for name in sorted(members)}
        self.context.succeed("device-modify", deviceId=self.made.id, body=body)
        self.model.update(body)
        self._settle("1.5.4/changes-given", members)

    def _find(self) -> None:
        assert self.made
        item = eventually_found(self.context, LISTING, self.made.id, name=self.model["name"])
        self.context.check("1.6.2/filter-name", item is not None, expected=f"{self.made.id} listed", actual="absent")

    def _activation(self) -> None:
        assert self.made
        expected = {"/deviceId": self.made.id, "/name": self.model["name"]}
        answer = observed(self.context, self.made.id, shows(expected), subject=ACTIVATION)
        self.context.equal("1.5.7/inactive", activated(answer), False, pointer="/activated")
        compare(self.context, "1.5.7/same-device", answer, expected)

    def _delete(self) -> None:
        assert self.made
        made, self.made, self.former = self.made, None, self.node_id
        self.context.succeed("device-delete", deviceId=made.id)
        gone(self.context, "1.5.5/unreadable", made, "the device was deleted")

    def _settle(self, changed: str, given: set[str]) -> None:
        """Query the device and hold everything that is shown against the model."""
        assert self.made
        pointers = {f"/deviceInfo/{name}": value for name, value in self.model.items()}
        answer = observed(self.context, self.made.id, shows(pointers))
        for name, value in self.model.items():
            rule = "1.5.4/mute-shown" if name == "mute" else changed if name in given else "1.5.4/keeps-others"
            compare(self.context, rule, answer, {f"/deviceInfo/{name}": value})
        compare(self.context, "1.5.4/keeps-identity", answer, {"/deviceInfo/nodeId": self.node_id})


@case(
    "huawei/device-lifecycle/model",
    requirements=[
        "1.5.1/keeps-members",
        "1.5.4/changes-given",
        "1.5.4/keeps-others",
        "1.5.4/keeps-identity",
        "1.5.4/mute-shown",
        "1.5.5/unreadable",
        "1.5.7/inactive",
        "1.5.7/same-device",
        "1.6.2/filter-name",
    ],
    calls=[*MAKES, "device-modify", ACTIVATION, "device-list", QUERY],
    examples=60,
)
def device_lives_as_the_model_says(context: Context) -> None:
    """Registering, changing, finding and deleting devices in any order shows what a model of a device says."""
    run(context, DeviceLifecycle)
