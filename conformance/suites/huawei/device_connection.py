"""1.5, 1.6: a device that comes and goes, reports, is frozen and exchanged, against a model of it; an upper tester moves it.

As in `device_lifecycle`, each sequence begins with a tour of all steps.
"""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.device_activation import ACTIVATION, activated
from conformance.suites.huawei.device_reading import MAKES, QUERY, compare, observed, shows
from conformance.suites.huawei.device_reports import HISTORY, Reporter
from conformance.suites.huawei.shadow_reading import read_until
from conformance.suites.machine import Lifecycle, first, run, step

MUTES: Final = st.sampled_from(["TRUE", "FALSE"])

there = precondition(lambda machine: machine.connected)
known = precondition(lambda machine: machine.active is not None)
exchangeable = precondition(lambda machine: machine.active is True and not machine.connected)


class DeviceConnection(Lifecycle):
    """One device that comes and goes, reports, is frozen and exchanged; an upper tester moves it."""

    connected = frozen = False
    active: bool | None = False
    """Whether it is activated; open (None) from an exchange until the new device has connected."""

    @first()
    def tour(self) -> None:
        """A device is registered, connects, reports, is frozen and released, goes away and is exchanged."""
        self.reporter = Reporter.of(self.context)
        self.device = self.reporter.device
        self.node_id = str(self.device.request["nodeId"])
        self.kept: list[int] = []
        self.number = 0
        self._activation()
        self._move("device-online")
        self._report()
        self._mute("TRUE")
        self._report()
        self._mute("FALSE")
        self._report()
        self._exchange_too_early()
        self._move("device-offline")
        self._activation()
        self._exchange(renamed=True)
        self._move("device-online")
        self._move("device-offline")
        self._exchange(renamed=False)

    @step()
    def come(self) -> None:
        """A device that connects is ONLINE, and activated from then on."""
        self._move("device-online")

    @there
    @step()
    def go(self) -> None:
        """A device that goes away is OFFLINE, and stays activated."""
        self._move("device-offline")

    @known
    @step()
    def activation(self) -> None:
        """A device is activated once it has connected for the first time."""
        self._activation()

    @there
    @step()
    def report(self) -> None:
        """What a device reports is in its history, unless it is frozen."""
        self._report()

    @step(mute=MUTES)
    def freeze_or_release(self, mute: str) -> None:
        """A device is frozen or released."""
        self._mute(mute)

    @exchangeable
    @step(renamed=st.booleans())
    def exchange(self, *, renamed: bool) -> None:
        """A device that has connected and is offline is exchanged; it has the new nodeId, or keeps the old one."""
        self._exchange(renamed=renamed)

    @there
    @step()
    def exchange_too_early(self) -> None:
        """A device that is online is not exchanged."""
        self._exchange_too_early()

    @step()
    def look_back(self) -> None:
        """The history holds what was kept, and nothing else."""
        self._judge_history()

    # ---- what the steps do --------------------------------------------------------------------------------------

    def _move(self, action: str) -> None:
        self.context.act(action, deviceId=self.device.id)
        self.connected = action == "device-online"
        self.active = True
        rule, status = ("1.6.1/online", "ONLINE") if self.connected else ("1.6.1/offline", "OFFLINE")
        expected = {"/deviceInfo/status": status}
        compare(self.context, rule, observed(self.context, self.device.id, shows(expected)), expected)

    def _activation(self) -> None:
        answer = observed(self.context, self.device.id, lambda seen: activated(seen) is self.active, subject=ACTIVATION)
        after = "1.5.7/active" if self.connected else "1.5.7/stays-active"
        rule = after if self.active else "1.5.7/inactive"
        self.context.equal(rule, activated(answer), self.active, pointer="/activated", answer=answer)

    def _report(self) -> None:
        self.number += 1
        self.reporter.report(self.number)
        if not self.frozen:
            self.kept.append(self.number)
            self._judge_history()

    def _mute(self, mute: str) -> None:
        self.context.succeed("device-modify", deviceId=self.device.id, body={"mute": mute})
        self.frozen = mute == "TRUE"
        expected = {"/deviceInfo/mute": mute}
        compare(self.context, "1.5.4/mute-shown", observed(self.context, self.device.id, shows(expected)), expected)

    def _exchange(self, *, renamed: bool) -> None:
        body: dict[str, Any] = {"timeout": 0}
        if renamed:
            body["nodeId"] = self.node_id = self.context.unique()
        self.context.succeed("device-key-refresh", deviceId=self.device.id, body=body)
        self.active = None  # it is bound again, which no sentence calls activated yet, or still
        expected = {"/deviceInfo/nodeId": self.node_id}
        rule = "1.5.3/new-node-id" if renamed else "1.5.3/keeps-node-id"
        compare(self.context, rule, observed(self.context, self.device.id, shows(expected)), expected)

    def _exchange_too_early(self) -> None:
        answer = self.context.call("device-key-refresh", deviceId=self.device.id, body={"timeout": 0})
        self.context.refused("1.5.3/offline-only", answer, what="a refusal: the device is online")

    def _judge_history(self) -> None:
        if not self.kept:
            return  # what the history of a device without data answers is open (erratum no-history-yet)
        wanted = set(map(str, self.kept))
        answer = read_until(
            self.context, self.reporter.read, lambda seen: wanted <= set(map(str, self.reporter.shown(seen)))
        )
        if self.reporter.hides(answer):
            return
        shown = set(map(str, self.reporter.shown(answer)))
        lost, extra = sorted(wanted - shown), sorted(shown - wanted)
        self.context.check("1.6.3/reported", not lost, expected=sorted(wanted), actual=f"without {lost}", answer=answer)
        self.context.check("1.5.4/mute-keeps-nothing", not extra, expected="nothing else", actual=extra, answer=answer)


@case(
    "huawei/device-connection/model",
    requirements=[
        "1.5.3/keeps-node-id",
        "1.5.3/new-node-id",
        "1.5.3/offline-only",
        "1.5.4/mute-keeps-nothing",
        "1.5.4/mute-shown",
        "1.5.7/active",
        "1.5.7/inactive",
        "1.5.7/stays-active",
        "1.6.1/offline",
        "1.6.1/online",
        "1.6.3/reported",
    ],
    calls=[*MAKES, "device-modify", ACTIVATION, "device-key-refresh", QUERY, HISTORY],
    examples=60,
)
def device_comes_and_goes_as_the_model_says(context: Context) -> None:
    """Connecting, reporting, freezing and exchanging a device in any order shows what a model of it says."""
    run(context, DeviceConnection)
