"""Which devices are connected by MQTT now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from conformance.mqtt.session import Session
from conformance.reference.huawei.device_state import Device, Devices
from conformance.reference.huawei.platform import Huawei, Room


@dataclass(frozen=True)
class Connected:
    """A device on its connection."""

    session: Session
    device: Device
    identity: str
    """The id by which it connected."""

    def topic(self, kind: str) -> str:
        """Return its own topic of a kind, `data` or `command`."""
        return f"/huawei/v1/devices/{self.identity}/{kind}/json"


class Connections(Room):
    """The connections, one per device; a device that is deleted loses its own."""

    def __init__(self, huawei: Huawei) -> None:
        super().__init__(huawei)
        self._by_session: dict[Session, Connected] = {}
        huawei.listen("device-deleted", self._deleted)

    def close(self) -> None:
        """See `Room.close`: every connection ends."""
        for each in tuple(self._by_session):
            each.kick("the platform begins anew")

    def all(self) -> Iterator[Connected]:
        """Yield the connections, the oldest first."""
        yield from tuple(self._by_session.values())

    def by(self, session: Session) -> Connected | None:
        """Return who is on a connection; None where nobody is that counts."""
        return self._by_session.get(session)

    def of(self, device: Device) -> Connected | None:
        """Return the connection of a device, the newest one; None where it has none."""
        return next((each for each in reversed(self._by_session.values()) if each.device is device), None)

    def came(self, session: Session, device: Device, identity: str) -> None:
        """Take note of a device that was let in; its former connection ends, whatever client id that had."""
        on = self.huawei.faults.on
        former = self.of(device)
        self._by_session[session] = Connected(session, device, identity)
        if former is not None and not on("older-connection-kept"):
            self._by_session.pop(former.session)
            former.session.kick("the device connected anew")
        if not on("connect-not-noticed"):
            self.huawei.room(Devices).connect(device)

    def went(self, session: Session) -> None:
        """Take note of a connection that is over."""
        gone = self._by_session.pop(session, None)
        if gone is not None and self.of(gone.device) is None and not self.huawei.faults.on("disconnect-not-noticed"):
            self.huawei.room(Devices).disconnect(gone.device)

    def _deleted(self, device: Device) -> None:
        found = self.of(device)
        if found is not None:
            self._by_session.pop(found.session)
            found.session.kick("the device was deleted")
