"""The platform as a whole: tokens, error rows, and one handler per operation from the chapters' modules.

Chapters know each other by their rooms alone: a room keeps one kind of thing, is made anew at every reset, and tells the
others by events what became of it.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, TypeVar, cast

from conformance.contract import Contract, Operation
from conformance.reference.calls import Call, Refused, Reply, Request
from conformance.reference.clock import Throttle
from conformance.reference.faults import Behaviour
from conformance.reference.huawei.auth import Credentials, Gate
from conformance.reference.service import Handler, Service
from conformance.reference.switchboard import Switchboard

HuaweiHandler = Callable[["Huawei", Request], Any]
Action = Callable[["Huawei", Mapping[str, Any]], Any]
Errors = tuple[Mapping[str, str], ...]
"""What is wrong with a request: `member`, `rule` (the schema keyword) and `expected` of each."""

CODES: Final[Mapping[str, str]] = {
    "credentials": "403-1010005",
    "app-key": "401-100025",
    "identity": "401-100208",
    "refresh-token": "400-50400",
    "throttled": "403-1010009",
}
"""Rows of refusals that do not depend on the operation, by kind of `Refused`."""
INVALID: Final = (
    "50400", "100022", "10002", "100007", "120015", "100216", "100405", "100604", "100228", "102202", "100222", "100019",
)  # fmt: skip
"""Codes of an invalid request; of those that an operation lists the first is given."""


class Room:
    """What one chapter keeps; made anew at every reset."""

    def __init__(self, huawei: Huawei) -> None:
        self.huawei = huawei

    def close(self) -> None:
        """Let go of what it holds outside itself, before it is made anew."""


RoomKind = TypeVar("RoomKind", bound=Room)


@dataclass(frozen=True)
class Chapter:
    """What a chapter's module adds to the platform."""

    handlers: Mapping[str, HuaweiHandler]
    behaviours: Mapping[str, Behaviour] = field(default_factory=dict)
    rooms: tuple[type[Room], ...] = ()
    actions: Mapping[str, Action] = field(default_factory=dict)
    """Upper tester actions."""
    invalid: Mapping[str, Callable[[Errors], str]] = field(default_factory=dict)
    """By subject: the code of the row for an invalid request, where it depends on what is wrong."""
    stand_ins: Mapping[str, Callable[[Huawei], Mapping[str, Any]]] = field(default_factory=dict)
    """By subject: values that serve where a fault lets a request lack them (`Platform.stand_ins`)."""
    pixit: Callable[[Huawei], Mapping[str, Any]] | None = None
    """What a tester must know of this chapter's prepared things."""
    tolerated: Callable[[Huawei], frozenset[str]] | None = None
    """Constraints that a reading in force does not enforce (`Platform.tolerated`)."""
    as_built: tuple[str, ...] = ()
    """Readings of errata (`erratum/reading`) that are shown without being asked."""
    on_demand: tuple[str, ...] = ()
    """Readings that can be shown as quirks."""
    ways: Mapping[str, str] = field(default_factory=dict)
    """Ways to be right that no erratum is about, with their meaning; shown as quirks too."""


class RowRefused(Refused):
    """The platform says no with one of the documented rows."""

    def __init__(self, row: str, message: str) -> None:
        super().__init__("row", message)
        self.row = row


class HastyThrottle(Throttle):
    """The throttle with its fault: it refuses when half of the calls are spent."""

    def __init__(self, faults: Switchboard) -> None:
        super().__init__()
        self._faults = faults

    def limit(self) -> float | None:
        """See `Throttle.limit`."""
        limit = super().limit()
        if limit is None or self._faults.on("throttle-never"):
            return None
        return limit // 2 if self._faults.on("throttle-early") else limit


class Huawei:
    """The platform with one application that uses it."""

    sign_in_unthrottled = True
    """Neither of the operations that give tokens lists the row of the throttle."""

    def __init__(self, contract: Contract, credentials: Credentials) -> None:
        from conformance.reference.huawei import chapters, readings

        self.contract = contract
        self.credentials = credentials
        self.chapters = chapters.CHAPTERS
        behaviours = {name: each for chapter in self.chapters for name, each in chapter.behaviours.items()}
        self.service = Service(contract, behaviours, readings.readings(contract, self.chapters))
        self.service.platform = self
        self.faults = self.service.faults
        self.quirks = self.service.quirks
        self.clock = self.service.clock
        self.service.throttle = HastyThrottle(self.faults)
        self.gate = Gate(credentials, self.clock, self.faults, self.quirks)
        self.handlers: Mapping[str, Handler] = {
            subject: partial(handler, self)
            for chapter in self.chapters
            for subject, handler in chapter.handlers.items()
        }
        self.actions: Mapping[str, Callable[[Any], Any]] = {
            name: partial(self._action, action) for chapter in self.chapters for name, action in chapter.actions.items()
        }
        self._rooms: dict[type[Room], Room] = {}
        self._listeners: dict[str, list[Callable[..., None]]] = {}
        self.reset()

    # What the common service asks for.

    def admit(self, operation: Operation, call: Call) -> None:  # noqa: ARG002 - part of the interface
        """Let a call in by app_key and access token."""
        self.gate.admit(call)

    def admit_body(self, request: Request) -> None:
        """Let a sign-in or a refresh pass by appId and secret."""
        self.gate.identify(request.body)

    def success(self, request: Request, result: Any) -> Reply:
        """Answer with the documented status and what the handler returned."""
        if isinstance(result, Reply):
            return result
        operation = request.operation
        status = operation.statuses[0]
        if operation.answers_with_body:
            return Reply(status, _ascii(result) if self.faults.on("text-to-ascii") else result)
        return Reply(status, None, {}, raw=b"")

    def failure(self, refused: Refused) -> Reply:
        """Say no with the row that the operation lists for it."""
        operation = refused.operation
        if isinstance(refused, RowRefused):
            return self._row(refused.row, refused)
        if refused.kind in CODES:
            return self._row(CODES[refused.kind], refused)
        if refused.kind == "unknown-path" and self.faults.on("unknown-path-served"):
            return Reply(200, {})
        if refused.kind == "unknown-path" or operation is None:
            return Reply(404, self._body("100225", "The resource is not found."), refused=refused.told)
        return self._row(self._invalid(operation, refused.errors), refused)

    def unparsable(self, operation: Operation) -> Any:
        """Refuse malformed JSON, unless a fault takes it for the full example."""
        assert operation.request is not None
        if self.faults.on("malformed-json-accepted"):
            return {**copy.deepcopy(operation.request.full), **self.stand_ins(operation.subject)}
        raise Refused("malformed-json", "The body is no JSON")

    def stand_ins(self, subject: str) -> Mapping[str, Any]:
        """Return values that serve, from the operation's chapter."""
        for chapter in self.chapters:
            if subject in chapter.stand_ins:
                return chapter.stand_ins[subject](self)
        return {}

    def tolerated(self) -> frozenset[str]:
        """Return the constraints that the readings in force do not enforce."""
        return frozenset().union(*(chapter.tolerated(self) for chapter in self.chapters if chapter.tolerated))

    def reset(self) -> None:
        """Go back to the seed; tokens stay valid."""
        for room in self._rooms.values():
            room.close()
        self._rooms.clear()
        self._listeners.clear()
        for chapter in self.chapters:
            for kind in chapter.rooms:
                self.room(kind)

    # What the chapters ask for.

    def room(self, kind: type[RoomKind]) -> RoomKind:
        """Return the platform's room of a kind; it is made when it is asked for the first time."""
        if kind not in self._rooms:
            self._rooms[kind] = kind(self)
        return cast("RoomKind", self._rooms[kind])

    def listen(self, event: str, listener: Callable[..., None]) -> None:
        """Have a function called at every event of a name, with the event's facts as keywords; for rooms when they are made.

        Events: see the rooms that tell them.
        """
        self._listeners.setdefault(event, []).append(listener)

    def tell(self, event: str, **facts: Any) -> None:
        """Tell an event to all who listen."""
        for listener in self._listeners.get(event, ()):
            listener(**facts)

    def refusal(self, operation: Operation, code: str, message: str = "") -> RowRefused:
        """Return the refusal with a code, under the first status with which the operation lists it."""
        listed = (use.key for use in operation.errors)
        key = next((key for key in listed if key.partition("-")[2] == code), None)
        key = key or next(key for key in self.contract.rows if key.partition("-")[2] == code)
        return RowRefused(key, message or self.contract.rows[key].text)

    def time(self, ms: int | float) -> str:
        """Return a moment (ms since the epoch) as the document writes it: yyyyMMdd'T'HHmmss'Z', UTC."""
        return dt.datetime.fromtimestamp(ms / 1000, dt.UTC).strftime("%Y%m%dT%H%M%SZ")

    def now(self) -> str:
        """Return the platform's time as the document writes it."""
        return self.time(self.clock.now_ms())

    def pixit(self) -> dict[str, Any]:
        """Return what a tester must know, from every chapter."""
        found: dict[str, Any] = {"ingest_delay_s": 0, "rate_limit": "none"}
        for chapter in self.chapters:
            if chapter.pixit is not None:
                found |= chapter.pixit(self)
        return found

    def _action(self, action: Action, params: Any) -> Any:
        if not isinstance(params, dict):
            raise TypeError("params: a JSON object is expected")
        return action(self, params)

    def _invalid(self, operation: Operation, errors: Errors) -> str:
        """Return the row of an invalid request."""
        for chapter in self.chapters:
            if operation.subject in chapter.invalid:
                return self.refusal(operation, chapter.invalid[operation.subject](errors)).row
        codes = [use.key.partition("-")[2] for use in operation.errors]
        return self.refusal(operation, next((code for code in INVALID if code in codes), INVALID[0])).row

    def _row(self, key: str, refused: Refused) -> Reply:
        status, code = key.split("-")
        return Reply(
            self._status(key, int(status)),
            self._body(code, self.contract.rows[key].text),
            row=key,
            refused=f"{key}: {refused.told}",
        )

    def _status(self, key: str, status: int) -> int:
        """Return the status of a row; with a reading another one under which the same code is printed."""
        if not self.quirks.active:
            return status
        rule = self.contract.rows[key].answer.schema["properties"]["status"]
        statuses: list[int] = rule.get("enum", [status])
        for reading, lowest in (("success-status", 200), ("client-error", 400), ("server-error", 500)):
            if self.quirks.on(f"code-under-several-statuses/{reading}"):
                return next((each for each in statuses if lowest <= each < lowest + 100), status)
        return status

    def _body(self, code: str, text: str) -> dict[str, Any]:
        shown: Any = int(code) if self.quirks.on("error-code-as-number/number") else code
        return {"error_code": shown, "error_desc": text}


def _ascii(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("ascii", "replace").decode()
    if isinstance(value, list):
        return [_ascii(each) for each in value]
    return {key: _ascii(each) for key, each in value.items()} if isinstance(value, dict) else value
