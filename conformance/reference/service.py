"""What every reference platform does with a call, in one order: route, admit, parse, judge, act, answer.

A platform adds its envelope, its credentials and one handler per operation; everything that follows from the contract
(routing, constraints, faults, shapes) happens here and for every platform alike.
"""

from __future__ import annotations

import json
import math
import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final, Protocol, TypeAlias
from urllib.parse import parse_qsl

from conformance.contract import Contract, Operation
from conformance.contract.routing import Routes
from conformance.reference import deeds, frailties, leniency
from conformance.reference.calls import FORM_TYPE, Call, Refused, Reply, Request
from conformance.reference.clock import Clock, Throttle
from conformance.reference.distortion import Distortion
from conformance.reference.enforcement import Enforcement, Incoming
from conformance.reference.faults import Behaviour
from conformance.reference.frailties import FRAILTIES, Crashed, check_body, check_call
from conformance.reference.framing import FRAMES, TEXTS, written
from conformance.reference.quirks import SHAPES, Shaper, absences
from conformance.reference.switchboard import Quirks, Switchboard

LOG_LENGTH: Final = 20_000
"""Requests that are remembered: a whole run against the reference sends fewer."""

ANY_METHOD: Final = "http-method/served"
"""Reading of the erratum that a contract has where the document names no method: every method is served."""

Handler: TypeAlias = Callable[[Request], Any]
Router: TypeAlias = Callable[[Call], tuple[Operation, dict[str, str]] | None]
"""Tells the operation that a call is for, and its path parameters, where method, path and headers do not tell enough."""


class Platform(Protocol):
    """What a reference adds to the common service."""

    handlers: Mapping[str, Handler]

    def admit(self, operation: Operation, call: Call) -> None:
        """Check the credentials that a call carries in its head; raise `Refused` (kind `credentials`, with reason)."""

    def admit_body(self, request: Request) -> None:
        """Check the credentials that a call carries in its body, a sign-in or one with a member marked `x-credential`;
        raise `Refused` likewise.
        """

    def success(self, request: Request, result: Any) -> Reply:
        """Wrap what a handler returned."""

    def failure(self, refused: Refused) -> Reply:
        """Say no, and note in the reply why (`Refused.told`); a reply without that note is a success."""

    def unparsable(self, operation: Operation) -> Any:
        """Return the body to go on with where a fault lets malformed JSON pass; raise `Refused` otherwise."""

    def stand_ins(self, subject: str) -> Mapping[str, Any]:
        """Return values for required members that the contract's example cannot give, such as right credentials."""

    def tolerated(self) -> frozenset[str]:
        """Return the constraints (`subject/member/keyword`) that a quirk in force does not enforce."""

    def reset(self) -> None:
        """Go back to the seed."""


class Service:
    """One reference platform without its transport."""

    def __init__(
        self,
        contract: Contract,
        behaviours: Mapping[str, Behaviour],
        readings: Mapping[str, str],
        router: Router | None = None,
    ) -> None:
        self.contract = contract
        self.lock = threading.RLock()
        """Held by whoever asks something of the platform, where more than one thread does."""
        self.awaited: list[Future[Any]] = []
        """What the answer to the call under way waits for, once nobody is kept from asking the platform something."""
        self.faults = Switchboard(contract, {**FRAILTIES, **behaviours})
        self.quirks = Quirks({**SHAPES, **TEXTS, **FRAMES, **readings}, lambda: absences(contract))
        self.clock = Clock()
        self.throttle = Throttle()
        self.log: deque[dict[str, Any]] = deque(maxlen=LOG_LENGTH)
        self.platform: Platform
        self._routes = Routes(contract.operations.values())
        self._route = router or (lambda call: self._routes.find(call.method, call.path, call.headers))
        self._enforcement: dict[str, Enforcement] = {}
        self._distortion = Distortion(self.faults)
        self._shaper = Shaper(self.quirks)

    def incoming(self, data: bytes) -> bytes:
        """Return what came on a connection as it is to be read, before HTTP is parsed."""
        faults = self.faults
        if faults.active and faults.has("behaviour/host-not-required"):
            data = frailties.without_host_served(data)
        if faults.active and faults.has("behaviour/header-case-matters"):
            operations = self.contract.operations.values()
            documented = (each for operation in operations for each in operation.parameters)
            names = {each.name for each in documented if each.location == "header"}
            data = frailties.known_by_exact_case(data, names)
        return data

    def answer(self, call: Call) -> Reply:
        """Answer one call; never raises for anything a caller can send."""
        found = self._route(call)
        if found is None and (self.faults.active or self.quirks.active):
            found = self._other_method(call)
        operation = found[0] if found else None
        try:
            operation, path = self._entered(call, found)
            reply = self._serve(operation, path, call)
        except Refused as refused:
            refused.call, refused.operation = call, operation
            crashed = refused.kind == "invalid" and self.faults.on("crash-on-invalid")
            reply = _crash() if crashed else self.platform.failure(refused)
        except Crashed:
            reply = _crash()
        if self.faults.active:
            reply.faults += self.faults.noticed()
            self._distortion.apply(operation, reply)
            self._misframe(reply)
        if self.quirks.active:
            self._frame(reply)
        self._remember(call, operation, reply)
        return reply

    def _entered(self, call: Call, found: tuple[Operation, dict[str, str]] | None) -> tuple[Operation, dict[str, str]]:
        """Return the operation that is called; raise `Refused` where there is none, or where it is too much."""
        signs_in = found is not None and not found[0].credentials
        if not (signs_in and getattr(self.platform, "sign_in_unthrottled", False)) and not self.throttle.admits():
            raise Refused("throttled", "Too many requests")
        if found is None:
            if self.faults.active and self._routes.methods(call.path) and self.faults.on("crash-on-unknown-method"):
                raise Crashed
            raise Refused("unknown-path", "Request invalid")
        return found

    def _other_method(self, call: Call) -> tuple[Operation, dict[str, str]] | None:
        """Return the operation that lives at the path under another method, where a fault or a reading serves it."""
        methods = self._routes.methods(call.path)
        if methods and (ANY_METHOD in self.quirks.active or self.faults.on("unknown-method-served")):
            return self._route(replace(call, method=methods[0]))
        return None

    def _serve(self, operation: Operation, path: dict[str, str], call: Call) -> Reply:
        faults = self.faults
        if operation.credentials:
            self._admitted(operation, lambda: self.platform.admit(operation, call), self._lacking(operation, call))
        if faults.active:
            check_call(faults, operation, call)
        body = self._body(operation, call)
        if faults.active and operation.request is not None:
            check_body(faults, operation, body)
        subject = operation.subject
        if subject not in self._enforcement:
            self._enforcement[subject] = Enforcement(operation, self.platform.stand_ins(subject))
        query: dict[str, str] = {}
        for name, value in call.query:
            query.setdefault(name, value)
        tolerated = self.platform.tolerated() if self.quirks.active else frozenset()
        rules = self._enforcement[subject]
        typed_path, typed_query, body = rules.judge(Incoming(path, query, call.headers, body), faults, tolerated)
        if faults.active:
            typed_query, body = self._unheeded(operation, typed_query, body)
        request = Request(operation, call, {**path, **typed_path}, typed_query, body)
        if not operation.credentials or rules.carries_credential:
            self._admitted(operation, lambda: self.platform.admit_body(request))
        if faults.has(f"lost/{subject}"):
            faults.notice(f"lost/{subject}")
            return Reply(operation.statuses[0], operation.response.full)
        reply = self.platform.success(request, self.platform.handlers[subject](request))
        if self.quirks.active:
            reply.body = self._shaper.shape(operation, reply.body)
        return reply

    def _unheeded(self, operation: Operation, query: dict[str, Any], body: Any) -> tuple[dict[str, Any], Any]:
        """Return query and body without the members that a fault says not to heed."""
        for fault in self.faults.of("ignored", operation.subject):
            member = next(each for each in operation.request_members if each.name == fault.member)
            left = deeds.without(member, query, body)
            if left != (query, body):
                self.faults.notice(fault.id)
                query, body = left
        return query, body

    def _lacking(self, operation: Operation, call: Call) -> tuple[str, ...]:
        """Return the faults which say not to demand the headers of credentials that a call lacks."""
        return tuple(
            f"unenforced/{operation.subject}/{each.member}/required"
            for each in operation.parameters
            if each.schema.get("x-credential") and each.location == "header" and each.name.lower() not in call.headers
        )

    def _admitted(self, operation: Operation, admit: Callable[[], None], lacking: tuple[str, ...] = ()) -> None:
        """Check credentials, less what a fault says to let pass."""
        place = f"credentials/{operation.subject}/"
        try:
            admit()
        except Refused as refused:
            if lacking and all(self.faults.has(each) for each in lacking):
                excuses = lacking
            elif self.faults.has(f"{place}{refused.reason}"):
                excuses = (f"{place}{refused.reason}",)
            else:
                raise
            for each in excuses:
                self.faults.notice(each)
        else:
            if self.faults.has(f"{place}refuse-valid"):
                self.faults.notice(f"{place}refuse-valid")
                raise Refused("credentials", "The credentials are not valid", reason="wrong")

    def _body(self, operation: Operation, call: Call) -> Any:
        if operation.request is None:
            return None
        if operation.media_type == FORM_TYPE:
            return dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))
        try:
            return json.loads(call.body.decode("utf-8"), parse_constant=_refuse_constant, parse_float=_finite)
        except (ValueError, RecursionError):
            for fault in self.faults.of("json"):
                with suppress(ValueError):
                    taken = leniency.read(fault.action, call.body.decode("utf-8", "replace"))
                    self.faults.notice(fault.id)
                    return taken
            if self.faults.on("crash-on-malformed-json"):
                raise Crashed from None
            return self.platform.unparsable(operation)

    def _misframe(self, reply: Reply) -> None:
        content = reply.content()
        if content and self.faults.on("byte-order-mark"):
            reply.raw = "\ufeff".encode() + content
        if content and self.faults.on("not-utf-8"):
            reply.raw = content.decode("utf-8", "replace").encode("utf-16")
        reply.faults += [place for place in self.faults.noticed() if place not in reply.faults]

    def _frame(self, reply: Reply) -> None:
        if self.quirks.on("shape/pretty-print") and reply.raw is None:
            reply.raw = json.dumps(reply.body, indent=2).encode()
        if self.quirks.on("shape/charset") and "content-type" in reply.headers:
            reply.headers["content-type"] = reply.headers["content-type"].partition(";")[0] + "; charset=UTF-8"
        for name in self.quirks.active:
            if name in TEXTS:
                reply.raw = written(name, reply) or reply.raw
            elif name in FRAMES:
                reply.frame = name

    def _remember(self, call: Call, operation: Operation | None, reply: Reply) -> None:
        self.log.append(
            {
                "t_ms": self.clock.now_ms(),
                "method": call.method,
                "path": call.path,
                "subject": operation.subject if operation else None,
                "class": operation.call_class.value if operation else None,
                "status": reply.status,
                "refused": reply.refused,
                "faults": reply.faults,
            }
        )


def _crash() -> Reply:
    return Reply(500, {"message": "Internal Server Error"}, refused="crashed")


def _finite(text: str) -> float:
    """Read a number; one beyond the range of a double has no value that could be kept or judged."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is beyond the range of a double")
    return number


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
