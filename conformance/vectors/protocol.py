"""The adapter protocol: a program of any language as an implementation for the judge.

`schemas/suite/adapter-protocol.json` is the only description of the lines. This module speaks them, and tells in words
where a program breaks them: such a `Breach` is the program's fault and becomes a verdict.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from conformance import __version__
from conformance.contract import Message
from conformance.contract.datafile import read
from conformance.contract.location import schemas_root
from conformance.contract.messages import shorten
from conformance.iut.errors import StartError
from conformance.iut.pipe import Ended, Pipe, Silence
from conformance.vectors.judge import Refused, Unsupported
from conformance.vectors.model import Json

PROTOCOL: Final = 1
PATIENCE: Final = 3
"""After so many breaches in a row, each of which cost a restart, an operation is given up."""

Record = Callable[[bytes, bytes | None, str], None]
"""Told of every exchange: the line sent, the line that came (None: none), and what was wrong in words."""


class Breach(Exception):  # noqa: N818 - what the program did, not an error of ours
    """The program breaks the protocol, ends or hangs; the text says how."""


class GivenUp(Exception):  # noqa: N818 - what the program did, not an error of ours
    """The program is not asked any more, or not for this operation; the text says why."""


@dataclass(frozen=True)
class Introduction:
    """What a program says of itself: name, version, and per scheme its operations and the inputs' values it supports."""

    name: str
    version: str
    schemes: Mapping[str, Mapping[str, Any]]

    def lacks(self, scheme: str, operation: str, inputs: Json) -> str:
        """Return why an operation on these inputs is not asked for; empty where the program declares it."""
        declared = self.schemes.get(scheme)
        if declared is None:
            return f"the program does not declare the scheme {scheme}"
        if operation not in declared["operations"]:
            return f"the program does not declare the operation {operation} of {scheme}"
        for name, values in declared.get("options", {}).items():
            if name in inputs and inputs[name] not in values:
                return f"the program does not declare {name} = {json.dumps(inputs[name])} for {scheme}"
        return ""


@cache
def _schema() -> Mapping[str, Any]:
    schema: Mapping[str, Any] = read(schemas_root() / "suite" / "adapter-protocol.json")
    return schema


@cache
def part(name: str) -> Message:
    """Return one definition of the protocol's schema as a message."""
    return Message(name, {**_schema()["$defs"][name], "$defs": _schema()["$defs"]})


@dataclass
class Adapter:
    """A program behind the protocol; use as a context manager. It is started again after a breach that leaves it astray.

    `command` is split without a shell; times are in seconds. `introduction` is None where the program did not introduce
    itself as it should; `fault` then says why.
    """

    command: str
    start_timeout_s: float
    request_timeout_s: float
    record: Record = lambda *_: None
    introduction: Introduction | None = None
    fault: str = ""
    asked: int = 0
    """How many operations it was asked to perform."""
    breaches: list[str] = field(default_factory=list)
    """How the program broke the protocol in its replies, one text each."""
    _pipe: Pipe | None = None
    _next: int = 0
    _astray: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """Of each operation the breaches in a row that cost a restart."""
    _kinds: list[str] = field(default_factory=list)
    """What the program answered to each request since its start, to explain a line that comes twice."""

    def __enter__(self) -> Adapter:
        """Start the program and hear its introduction.

        Raises:
            StartError: it cannot be started, or ended before it said a word.
        """
        try:
            self.introduction = self._start()
        except Ended as ended:
            raise StartError(f"iut.command: before its introduction {ended}") from None
        except Breach as breach:
            self.fault = str(breach)
        return self

    def __exit__(self, *_: object) -> None:
        """End the program, whatever it does."""
        if self._pipe is not None:
            self._pipe.stop()
            self._pipe = None

    def perform(self, scheme: str, operation: str, inputs: Json) -> Mapping[str, Any]:
        """Let the program perform one operation.

        Raises:
            Refused: it refuses the inputs.
            Unsupported: it says that it cannot, although it declares it.
            Breach: it breaks the protocol.
            GivenUp: it did so too often.
        """
        if self.fault:
            raise GivenUp(self.fault)
        astray = self._astray.setdefault((scheme, operation), [])
        if len(astray) >= PATIENCE:
            raise GivenUp(
                f"{operation} of {scheme} was given up after {PATIENCE} requests in a row without a usable reply; "
                f"the last time: {astray[-1]}"
            )
        self.asked += 1
        try:
            if self._pipe is None:
                self._start()
            request = {"type": "perform", "scheme": scheme, "operation": operation, "inputs": dict(inputs)}
            reply = self._ask(request, self.request_timeout_s, ("answer", "refusal"))
            astray.clear()
            if reply["type"] == "answer":
                self._obey(part(f"{scheme}-{operation}.answer"), reply["answer"], "the member `answer`")
        except (Breach, Ended, StartError) as breach:
            self.breaches.append(str(breach))
            if self._pipe is None:
                astray.append(str(breach))
            raise Breach(str(breach)) from None
        if reply["type"] == "answer":
            answer: Mapping[str, Any] = reply["answer"]
            return answer
        reason = reply.get("text") or "no reason given"
        if reply["kind"] == "unsupported":
            raise Unsupported(reason)
        raise Refused(reason)

    def stop(self) -> None:
        """Tell the program to end.

        Raises:
            Breach: it says something more, stays, or ends with another status than 0.
            GivenUp: it did not come so far.
        """
        if self.fault:
            raise GivenUp(self.fault)
        if self._pipe is None:
            try:
                self._start()
            except (Ended, StartError) as ended:
                raise Breach(str(ended)) from None
        assert self._pipe is not None
        line = _line({"id": self._next, "type": "stop"})
        status, rest = self._pipe.finish(line, self.request_timeout_s)
        self.__exit__()
        wrong = ""
        if rest.strip():
            wrong = f"after stop it said {shorten(rest.decode('utf-8', 'backslashreplace'))}"
        elif status is None:
            wrong = f"it still ran {self.request_timeout_s:g} s after stop (pixit.request_timeout_s)"
        elif status:
            wrong = f"it ended with status {status} after stop"
        self.record(line, rest or None, wrong)
        if wrong:
            raise Breach(wrong)

    def _start(self) -> Introduction:
        """Start the program and return its introduction.

        Raises:
            StartError: it cannot be started.
            Ended: it ended instead.
            Breach: what it says is no introduction; it is stopped.
        """
        self._pipe = Pipe(self.command)
        self._next, self._kinds = 0, []
        request = {"type": "start", "protocol": PROTOCOL, "suite": f"iot-conformance {__version__}"}
        try:
            told = self._ask(request, self.start_timeout_s, ("started",), "pixit.start_timeout_s")
        except (Breach, Ended):
            self.__exit__()
            raise
        return Introduction(told["name"], told["version"], told["schemes"])

    def _ask(
        self, request: dict[str, Any], timeout_s: float, kinds: Sequence[str], key: str = "pixit.request_timeout_s"
    ) -> dict[str, Any]:
        """Send a request and return the reply, valid by the protocol.

        Raises:
            Ended: the program ended; it has to be started again.
            Breach: it hangs or what it says is not a reply to this; where its next line is unsure, it is stopped.
        """
        assert self._pipe is not None
        line = _line({"id": self._next, **request})
        reply: bytes | None = None
        try:
            if reply := self._pipe.unasked() or None:
                raise _Astray(self._second(reply))  # noqa: TRY301 - told as what the reply itself shows
            reply = self._pipe.ask(line, timeout_s)
            told = self._parsed(reply, kinds)
            self._kinds.append(told["type"])
            self._next += 1
            if second := self._pipe.unasked():
                raise _Astray(self._second(second))  # noqa: TRY301 - as above
        except (Silence, _Astray) as error:
            text = str(error).replace("pixit.request_timeout_s", key)
            self.record(line, reply, text)
            self.__exit__()
            raise (error if isinstance(error, Ended) else Breach(text)) from None
        except Breach as breach:  # its form is wrong and its number is right: the conversation goes on
            self.record(line, reply, str(breach))
            self._kinds.append("invalid line")
            self._next += 1
            raise
        self.record(line, reply, "")
        return told

    def _parsed(self, line: bytes, kinds: Sequence[str]) -> dict[str, Any]:
        shown = shorten(line.decode("utf-8", "backslashreplace"))
        try:
            told = json.loads(line.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_no_doubles)
        except (ValueError, RecursionError) as error:
            raise _Astray(f"a line that is not JSON ({error}): {shown}") from None
        if not isinstance(told, dict):
            raise _Astray(f"a line that is not a JSON object: {shown}")
        number = told.get("id")
        if isinstance(number, int) and not isinstance(number, bool) and 0 <= number < self._next:
            raise _Astray(self._second(line))
        if number != self._next or isinstance(number, bool):
            raise _Astray(f"id {json.dumps(number)} in the reply to request {self._next}: {shown}")
        if told.get("type") not in kinds:
            raise Breach(f"type {json.dumps(told.get('type'))}, where {' or '.join(kinds)} is due: {shown}")
        self._obey(part(told["type"]), told, "the line")
        return told

    def _second(self, line: bytes) -> str:
        """Describe a line that nobody asked for."""
        shown = shorten(line.decode("utf-8", "backslashreplace"))
        try:
            number = json.loads(line)["id"]
            before = self._kinds[number] if number >= 0 else ""
        except (ValueError, LookupError, TypeError):
            before, number = "", None
        if before:
            return f"a second line for request {number}, after its {before}: {shown}"
        return f"a line that nobody asked for: {shown}"

    @staticmethod
    def _obey(message: Message, value: Any, what: str) -> None:
        broken = [f"{each.pointer or what}: {_told(each)}" for each in message.violations(value)]
        if broken:
            raise Breach(f"{what} is not as the protocol has it: {'; '.join(broken[:3])}")


class _Astray(Exception):  # noqa: N818 - what the program did, not an error of ours
    """A line after which it is not sure to which request the next one belongs."""


def _told(violation: Any) -> str:
    return f"expected {violation.expected}, actual {violation.actual}"


def _line(request: Mapping[str, Any]) -> bytes:
    # ASCII alone: no program has to guess a charset.
    return json.dumps(request, separators=(",", ":")).encode("ascii")


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands twice")
    return found
