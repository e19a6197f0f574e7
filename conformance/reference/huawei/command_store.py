"""The commands of the platform and the course of their lives (1.9.1).

A command with an expireTime waits until its device is heard of, then the waiting ones are issued one after another, each
after the device has acknowledged the one before. A command with expireTime 0 is issued at once.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.reference.huawei.device_state import Device, Devices
from conformance.reference.huawei.platform import Huawei, Room

DEFAULT_LIFE_S: Final = 48 * 3600
WAITING_AT_MOST: Final = 20
"""Commands that may wait for one device (the documented default)."""
ANSWER_WITHIN_S: Final = 180
"""Seconds after which an issued command that nobody acknowledged has timed out; the document gives no number."""
PENDING: Final = "PENDING"
CANCELED: Final = "CANCELED"


@dataclass
class Command:
    """One command for a device."""

    id: str
    app_id: str
    device_id: str
    content: dict[str, Any]
    created_ms: int
    callback_url: str | None = None
    expire_s: int | None = None
    """Seconds for which it may be issued, as asked for; None where the default holds."""
    max_retransmit: int | None = None
    status: str = PENDING
    result: dict[str, Any] | None = None
    executed_ms: int | None = None
    issued_ms: int | None = None
    delivered_ms: int | None = None
    issued_times: int = 0
    batch: bool = False
    """Whether a batch task gave it."""

    @property
    def life_s(self) -> int:
        """Seconds for which it may be issued."""
        return DEFAULT_LIFE_S if self.expire_s is None else self.expire_s


@dataclass
class CancelTask:
    """A task that cancels the waiting commands of a device."""

    id: str
    app_id: str
    device_id: str
    created_ms: int
    commands: list[Command] = field(default_factory=list)
    status: str = "WAITTING"


class Commands(Room):
    """Every command and every cancel task, oldest first; each new state of a command is told as `command-changed`."""

    def __init__(self, huawei: Huawei) -> None:
        super().__init__(huawei)
        self._by_id: dict[str, Command] = {}
        self.tasks: list[CancelTask] = []
        self.unlisted: set[str] = set()
        huawei.room(Devices)
        huawei.listen("device-online", self._heard)
        huawei.listen("device-reported", self._heard)
        huawei.listen("device-deleted", self._deleted)

    # ---- looking ------------------------------------------------------------------------------------------------

    def all(self) -> list[Command]:
        """Return every command in its state of now."""
        self._age()
        return list(self._by_id.values())

    def find(self, identity: str) -> Command | None:
        """Return a command by its id; None where there is none."""
        self._age()
        return self._by_id.get(identity)

    def waiting(self, device_id: str) -> list[Command]:
        """Return the commands that wait for a device."""
        return [each for each in self.all() if each.device_id == device_id and each.status == PENDING]

    # ---- changing -----------------------------------------------------------------------------------------------

    def add(self, app_id: str, device: Device, body: dict[str, Any], *, batch: bool = False) -> Command:
        """Make a command of what a request asks for; one with expireTime 0 is issued."""
        on = self.huawei.faults.on
        newest = next(reversed(self._by_id), None)
        command = Command(
            newest if newest and on("command-id-shared") else secrets.token_hex(16),
            app_id,
            device.id,
            dict(body["command"]),
            self.huawei.clock.now_ms(),
            body.get("callbackUrl"),
            body.get("expireTime"),
            body.get("maxRetransmit"),
            batch=batch,
        )
        self._by_id[command.id] = command
        at_once = command.life_s == 0 and not on("immediate-command-cached")
        if at_once or on("cached-command-issued"):
            self._issue(command)
        return command

    def answer(self, command: Command, outcome: str, detail: dict[str, Any] | None) -> None:
        """Take in what a device answers; the next command that waits is issued.

        Raises:
            ValueError: the command was not issued, or has ended.
        """
        if command.status not in {"SENT", "DELIVERED"}:
            raise ValueError(f"the command is {command.status}: a device has nothing to answer")
        on, now = self.huawei.faults.on, self.huawei.clock.now_ms()
        if command.delivered_ms is None:
            command.delivered_ms = now
        if outcome == "DELIVERED":
            command.status = "SENT" if on("delivery-ignored") else outcome
        else:
            command.status = "SUCCESSFUL" if on("failure-shown-as-success") else outcome
            command.executed_ms = now
            shown = None if on("result-lost") else detail
            command.result = {"resultCode": command.status, "resultDetail": shown}
        self._changed(command)
        self._issue_next(command.device_id)

    def cancel(self, command: Command) -> None:
        """Cancel a command."""
        command.status = CANCELED
        command.result = {"resultCode": CANCELED, "resultDetail": None}
        self._changed(command)

    def _changed(self, command: Command) -> None:
        self.huawei.tell("command-changed", command=command)

    def _issue(self, command: Command) -> None:
        command.status = "SENT"
        command.issued_ms = self.huawei.clock.now_ms()
        command.issued_times = 1
        self._changed(command)

    def _issue_next(self, device_id: str) -> None:
        """Issue the oldest command that waits, unless the device has yet to acknowledge one."""
        on = self.huawei.faults.on
        mine = [each for each in self.all() if each.device_id == device_id]
        # What is issued at once keeps no order: it neither waits for others nor lets them wait.
        unacknowledged = any(each.status == "SENT" and each.life_s > 0 for each in mine)
        states = {PENDING}
        if on("cancelled-command-issued"):
            states.add(CANCELED)
        if on("expired-command-issued"):
            states.add("EXPIRED")
        waiting = [each for each in mine if each.status in states]
        if on("commands-issued-together"):
            for each in waiting:
                self._issue(each)
        elif waiting and not unacknowledged:
            self._issue(waiting[0])

    def _heard(self, device: Device, **_: Any) -> None:
        if not self.huawei.faults.on("waiting-command-not-issued"):
            self._issue_next(device.id)

    def _deleted(self, device: Device, **_: Any) -> None:
        self._by_id = {key: each for key, each in self._by_id.items() if each.device_id != device.id}
        self.tasks = [each for each in self.tasks if each.device_id != device.id]

    def _age(self) -> None:
        """Let commands expire and time out."""
        now = self.huawei.clock.now_ms()
        for each in self._by_id.values():
            if each.status == PENDING and now >= each.created_ms + each.life_s * 1000:
                if not self.huawei.faults.on("command-never-expires"):
                    each.status = "EXPIRED"
                    self._changed(each)
            elif (
                each.status == "SENT" and each.issued_ms is not None and now >= each.issued_ms + ANSWER_WITHIN_S * 1000
            ):
                each.status = "TIMEOUT"
                self._changed(each)
