"""The platform as a whole: which entry calls, in which mode, and how every answer is wrapped.

Whatever reaches the platform is answered with HTTP 200; `status` tells success from failure. The numbers of failures are
ours, since the document lists none.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any, Final

from conformance.contract import Contract, Operation
from conformance.crypto import envelope
from conformance.crypto.envelope import EncryptInput, VerifyInput
from conformance.reference.calls import Call, Refused, Reply, Request
from conformance.reference.envelope.behaviours import BEHAVIOURS
from conformance.reference.envelope.entries import Credentials, Entry, entries
from conformance.reference.envelope.gate import Gate
from conformance.reference.envelope.interfaces import NOTHING, PROBES, Interfaces
from conformance.reference.envelope.readings import readings
from conformance.reference.envelope.wire import Wire, as_text
from conformance.reference.frailties import Crashed
from conformance.reference.service import Handler, Service

ENCRYPTED: Final = "encrypted-call"
PLAIN: Final = "plain-call"

STATUS: Final[Mapping[str, int]] = {
    "malformed-json": 400,
    "credentials": 401,
    "unknown-path": 404,
    "invalid": 422,
    "throttled": 429,
    "invalid-content": 1001,
    "unknown-object": 1002,
    "conflict": 1003,
}
"""`status` of each kind of failure: the document lists none."""
OF_INTERFACES: Final = frozenset({"invalid-content", "unknown-object"})
"""What an interface itself refuses; anything else is a non-interface error."""


class Envelope:
    """One platform with two access entries."""

    def __init__(self, contract: Contract, credentials: Credentials) -> None:
        self.credentials = credentials
        self.service = Service(contract, BEHAVIOURS, readings(contract), self._route)
        self.service.platform = self
        self.faults, self.quirks = self.service.faults, self.service.quirks
        self.gate = Gate(self.faults, self.quirks)
        self.wire = Wire(self.faults, self.quirks)
        self.interfaces = Interfaces(self.faults)
        self._entries = {own: entries(credentials, own_des_key=own) for own in (False, True)}
        self.handlers: Mapping[str, Handler] = {ENCRYPTED: self._act, PLAIN: self._act}

    # What the common service asks for.

    def admit(self, operation: Operation, call: Call) -> None:
        """Let every head through; break on what the active faults do not bear."""
        sent = parsed(call)
        if not self.faults.active or not isinstance(sent, dict):
            return
        plain = operation.subject == ENCRYPTED and not isinstance(sent.get("body"), str | None)
        if plain and self.faults.on("plain-message-crashes"):
            raise Crashed
        names = [name for name in sent if name in {"body", "sign", "pId", "timeStamp"}]
        if names == sorted(names) and len(names) == 4 and self.faults.on("member-order-matters"):
            raise Refused("malformed-json", "The members must stand in the order of the document")
        if b"\n" in call.body.strip() and self.faults.on("line-break-refused"):
            raise Refused("malformed-json", "The body must be one line")

    def admit_body(self, request: Request) -> None:
        """Let a message in by pId and sign, both as they were sent."""
        sent = parsed(request.call)
        mine = sent if isinstance(sent, dict) else request.body
        self.gate.check(mine, self._entry(request.operation), self._known, self.service.clock.now_ms())

    def success(self, request: Request, result: Any) -> Reply:
        """Wrap what an interface returned: `{"status": 0, "msg": "", "sign": ..., "body": ...}`."""
        status: int | str = "0" if self.quirks.on("status-type/text") else 0
        body = {"status": status, "msg": "ok", **self._wrapped(result, request.operation, parsed(request.call))}
        return Reply(201 if self.quirks.on("http-status/created") else 200, body)

    def failure(self, refused: Refused) -> Reply:
        """Say no: another status than 0; what an interface refuses is signed like a success."""
        if refused.kind == "unknown-path" and self.faults.on("unknown-path-served"):
            return Reply(200, {"status": 0, "msg": "", "sign": "", "body": ""})
        sent = parsed(refused.call) if refused.call else None
        body: dict[str, Any] = {"status": STATUS[refused.kind], "msg": refused.told, "body": ""}
        found = self._route(refused.call) if refused.call else None
        if found and (refused.kind in OF_INTERFACES or self.quirks.on("non-interface-error/signed")):
            body |= self._wrapped(NOTHING, found[0], sent)
        if refused.kind == "credentials" and self.faults.on("refusal-discloses"):
            body["body"] = {"deviceId": 7, "name": "Boiler, floor 12"}
        status = STATUS[refused.kind]
        client_error = self.quirks.on("http-status/client-error") or refused.kind == "throttled"
        return Reply((status if status < 500 else 400) if client_error else 200, body, refused=refused.told)

    def unparsable(self, operation: Operation) -> Any:
        """Refuse malformed JSON, unless a fault takes it for the message that one would have sent."""
        if self.faults.on("malformed-json-accepted"):
            assert operation.request is not None
            return {**copy.deepcopy(operation.request.full), **self._right(operation)}
        raise Refused("malformed-json", "The body is not JSON")

    def stand_ins(self, subject: str) -> Mapping[str, Any]:
        """Return the members of a right message, in place of those of the contract's example."""
        right = self._right(self.service.contract.operations[subject])
        # `.body` is the member; the name alone means a whole message.
        return {
            **{name: value for name, value in right.items() if name != "body"},
            ".body": right["body"],
            "body": right,
        }

    def tolerated(self) -> frozenset[str]:
        """Return the constraints that the readings in force do not enforce: none."""
        return frozenset()

    def reset(self) -> None:
        """Go back to the seed."""
        self.interfaces.reset()
        self.gate.reset()

    # What is ours.

    @property
    def _current(self) -> tuple[Entry, Entry]:
        return self._entries[self.quirks.on("des-key/own")]

    @property
    def _known(self) -> dict[str, Entry]:
        return {entry.p_id: entry for entry in self._current}

    def _entry(self, operation: Operation) -> Entry:
        """Return the entry that is configured for a mode."""
        with_encryption, without = self._current
        return with_encryption if operation.subject == ENCRYPTED else without

    def _route(self, call: Call) -> tuple[Operation, dict[str, str]] | None:
        """Tell the mode of a call: by the entry of its pId, else by the kind of its body."""
        if call.method != "POST" or not self.interfaces.knows(call.path):
            return None
        sent = parsed(call)
        message = sent if isinstance(sent, dict) else {}
        entry = self._known.get(as_text(message.get("pId")))
        encrypted = isinstance(message.get("body"), str)
        if not message:  # it tells nothing: a fault of either mode may be about it
            encrypted = self.faults.has(f"unenforced/{ENCRYPTED}/body/type")
        if entry is not None and not self.quirks.on("mode-of-entry/served"):
            encrypted = entry.encrypted
        operation = self.service.contract.operations[ENCRYPTED if encrypted else PLAIN]
        return operation, {"interface": call.path[1:]}

    def _act(self, request: Request) -> Any:
        content = self.wire.opened(request.body["body"], self._entry(request.operation))
        return self.interfaces.call(request.call.path, content)

    def _wrapped(self, content: Any, operation: Operation, sent: Any) -> dict[str, Any]:
        given = sent if isinstance(sent, dict) else {}
        entry = self._known.get(as_text(given.get("pId"))) or self._entry(operation)
        entry = Entry(entry.p_id, operation.subject == ENCRYPTED, entry.secret_key, entry.des_key)
        body = self.wire.body(content, entry)
        return {**self.wire.sign(content, body, entry, given, self.service.clock.now_ms()), "body": body}

    def _right(self, operation: Operation) -> dict[str, Any]:
        entry = self._entry(operation)
        content = PROBES[0]["body"]
        body = envelope.encrypt(EncryptInput(as_text(content), entry.des_key)).body if entry.encrypted else content
        stamp = str(self.service.clock.now_ms())
        received = VerifyInput(entry.encrypted, as_text(body), stamp, entry.p_id, "", entry.secret_key)
        return {"body": body, "sign": envelope.sign_received(received).sign, "pId": entry.p_id, "timeStamp": stamp}


def parsed(call: Call) -> Any:
    """Return the body of a call, None where it is no JSON."""
    try:
        return json.loads(call.body)
    except (ValueError, RecursionError):
        return None
