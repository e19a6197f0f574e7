"""1.12: upgrade after upgrade of one device, against a model of it.

A step is a whole upgrade: a task with some policy, a device that is there or comes later, and what it reports until the
upgrade has ended. What remembers an older task, forgets how often one was tried, or changes what has ended shows only
after several of them.
"""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from conformance.evidence.findings import Stop
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.upgrade_parts import (
    DEVICE_CALLS,
    SOFTWARE,
    come_online,
    created,
    part_state,
    state,
    task,
    upgrading,
)
from conformance.suites.machine import Lifecycle, first, run, step
from conformance.suites.objects import Made

RETRIES: Final = st.sampled_from([1, 0, 2])
RESULTS: Final = st.lists(st.booleans(), min_size=2, max_size=3)
"""What the device reports, one after another; a success follows where the upgrade has not ended then."""
HERE: Final = st.booleans()
"""Whether the device is online before the task is created."""


class Upgrading(Lifecycle):
    """One device, and how its upgrades ended."""

    device: Made
    connected: bool
    ended: dict[str, str]
    """The last state of each task, by operationId."""

    @first(retries=RETRIES, results=RESULTS, here=HERE)
    def upgrade_first(self, retries: int, results: list[bool], here: bool) -> None:
        """A device is registered and upgraded."""
        self.device, self.connected, self.ended = self.context.make("device"), False, {}
        self._upgrade(retries, results, here)

    @step(retries=RETRIES, results=RESULTS, here=HERE)
    def upgrade_again(self, retries: int, results: list[bool], here: bool) -> None:
        """The device is upgraded once more."""
        self._upgrade(retries, results, here)

    @step()
    def look_back(self) -> None:
        """What has ended stays as it ended."""
        for identity, expected in self.ended.items():
            self._shows("1.12.6/outcome", identity, expected)

    def _upgrade(self, retries: int, results: list[bool], here: bool) -> None:
        self._connect(here)
        policy: dict[str, Any] = {"executeType": "now" if here else "device_online"}
        if retries:
            policy |= {"retryType": True, "retryTimes": retries}
        identity = created(self.context, SOFTWARE, [self.device], policy)
        if here:
            self._shows("1.12.4/now", identity, "processing")
        else:
            self._shows("1.12.4/device-online", identity, "wait")
            self._connect(True)
            self._shows("1.12.4/device-online", identity, "processing")
        failure = "1.12.4/retries" if retries else "1.12.4/no-retry"
        for succeeded in [*results, True]:
            result = "SUCCESS" if succeeded else "FAIL"
            self.context.act("upgrade-result", deviceId=self.device.id, result=result)
            if succeeded or not retries:
                self.ended[identity] = "success" if succeeded else "fail"
                self._shows("1.12.6/outcome" if succeeded else failure, identity, self.ended[identity])
                self._outcome(identity)
                return
            retries -= 1
            self._retried(identity)

    def _connect(self, wanted: bool) -> None:
        """Have the device come or go, where it is not as wanted."""
        if wanted and not self.connected:
            come_online(self.context, self.device)
        if self.connected and not wanted:
            self.context.act("device-offline", deviceId=self.device.id)
        self.connected = wanted

    def _shows(self, requirement: str, identity: str, expected: str) -> None:
        """Hold the state of the device's subtask against the model.

        Raises:
            Stop: it is another one; the finding is recorded.
        """
        seen = part_state(self.context, identity, self.device, lambda shown: shown == expected)
        if not self.context.check(requirement, seen == expected, expected=expected, actual=seen):
            raise Stop

    def _retried(self, identity: str) -> None:
        """Hold a failed upgrade that is to be tried again against the model; when it is tried is the platform's choice.

        Raises:
            Stop: it has failed for good; the finding is recorded.
            Inconclusive: it is not tried again within the delay.
        """
        seen = part_state(self.context, identity, self.device, lambda shown: shown in {"wait", "processing"})
        if not self.context.check("1.12.4/retries", seen != "fail", expected="another try", actual=seen):
            raise Stop
        upgrading(self.context, identity, self.device)

    def _outcome(self, identity: str) -> None:
        """Hold the state of the task against the model: its only device has ended."""
        expected = self.ended[identity]
        answer = task(self.context, identity, lambda shown: state(shown.get("status")) == expected)
        shown = state(answer.at("/status"))
        if shown is not None:
            self.context.equal("1.12.6/outcome", shown, expected, pointer="/status", answer=answer)


@case(
    "huawei/upgrade-lifecycle/model",
    requirements=["1.12.4/now", "1.12.4/device-online", "1.12.4/retries", "1.12.4/no-retry", "1.12.6/outcome"],
    calls=[SOFTWARE.subject, "upgrade-task-query", "upgrade-subtask-list", *DEVICE_CALLS],
    examples=12,
)
def upgrades_behave_as_their_model(context: Context) -> None:
    """One upgrade of a device after another, failed and retried or not, ends as a model of them says."""
    run(context, Upgrading)
