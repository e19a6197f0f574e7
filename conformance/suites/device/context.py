"""What a case of role device is given: the device's connection, what it sent, checks that cite packets as evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from conformance.evidence.findings import Stop
from conformance.mqtt.packets import Publish
from conformance.mqtt.record import Record
from conformance.mqtt.session import Session
from conformance.suites.case import Case
from conformance.suites.checks import Checks

if TYPE_CHECKING:
    from conformance.suites.device.environment import DeviceEnvironment


class DeviceContext(Checks):
    """One case of role device under way."""

    MQTT_SIDE = "broker"

    def __init__(self, environment: DeviceEnvironment, case: Case) -> None:
        super().__init__(environment, case)
        self.environment = environment

    @property
    def session(self) -> Session:
        """The device's connection; waited for where there is none.

        Raises:
            Gone: the device does not connect.
        """
        return self.environment.session(self.case.id)

    @property
    def limit_s(self) -> float:
        """How long the device may take to connect."""
        return float(self.pixit("connect_timeout_s"))

    def returns(self, requirement: str, what: str) -> Session:
        """Check that the device is connected, or connects in time, and return its connection.

        Raises:
            Stop: it does not; the finding is recorded, and a device that has ended is started again for the next case.
        """
        found = self.environment.await_session(self.limit_s, f"the device to connect again {what}")
        seen = "connected" if found else self.environment.seen()
        if not self.check(
            requirement, found is not None, expected=f"a connection within {self.limit_s:g} s {what}", actual=seen
        ):
            raise Stop
        assert found is not None
        return found

    def awaits(
        self, session: Session, fits: Callable[[Record], bool], timeout_s: float, awaited: str, since: int = 0
    ) -> Record | None:
        """Return the first record of a connection (from position `since` on) that fits; None where none comes in time.

        Raises:
            Inconclusive: the operator skips the step.
        """
        return self.environment.patiently(lambda slice_s: session.wait(fits, slice_s, since), timeout_s, awaited)

    def published(self, session: Session, since: int = 0) -> Iterator[tuple[Record, Publish]]:
        """Yield what a connection published, as far as it is still kept."""
        for record in session.log.items(since):
            if record.direction == "in" and isinstance(record.packet, Publish):
                yield record, record.packet
