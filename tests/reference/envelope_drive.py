"""Calling the envelope reference's core in this process: right messages of either mode, and ways to spoil them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from conformance.contract import Contract, Operation, load
from conformance.crypto import envelope
from conformance.crypto.envelope import DecryptInput, EncryptInput, VerifyInput
from conformance.reference.calls import Call, Reply
from conformance.reference.envelope.entries import Credentials
from conformance.reference.envelope.envelope import Envelope
from conformance.reference.envelope.interfaces import PROBES

CONTRACT: Contract = load("envelope")
GIVEN = Credentials("31", "K7mR2xQ9", "YmRj", "t4Wz8LpC")
ENCRYPTED, PLAIN = "encrypted-call", "plain-call"
MODES = (ENCRYPTED, PLAIN)
STAMP = "1689586062335"
QUERY = PROBES[0]["body"]


class EnvelopeDriver:
    """One platform in this process and a caller with its keys."""

    def __init__(self, *faults: str, quirks: tuple[str, ...] = (), given: Credentials = GIVEN) -> None:
        self.given = given
        self.platform = Envelope(CONTRACT, given)
        self.service = self.platform.service
        self.service.faults.set(faults)
        self.service.quirks.set(quirks)

    def message(self, mode: str, content: Any = QUERY, *, text: str | None = None, **members: Any) -> dict[str, Any]:
        """Return a right message; members that are given are signed as they stand."""
        made: dict[str, Any] = {"body": content, "pId": self.given.plain_pid, "timeStamp": STAMP}
        if mode == ENCRYPTED:
            made["pId"] = self.given.pid
            plain = json.dumps(content) if text is None else text
            made["body"] = envelope.encrypt(EncryptInput(plain, self.des_key)).body
        made.update(members)
        return made if "sign" in made else {**made, "sign": self.sign(mode, made)}

    @property
    def des_key(self) -> str:
        own = self.service.quirks.on("des-key/own")
        return (self.given.des_key if own else self.given.secret_key)[:8]

    def sign(self, mode: str, message: dict[str, Any]) -> str:
        """Return the right sign of a message as it stands."""
        body, stamp, p_id = (_text(message.get(name)) for name in ("body", "timeStamp", "pId"))
        return envelope.sign_received(VerifyInput(mode == ENCRYPTED, body, stamp, p_id, "", self.given.secret_key)).sign

    def send(
        self, body: Any = None, *, path: str = "/deviceQuery", method: str = "POST", content: bytes | None = None
    ) -> Reply:
        """Send one call as it is."""
        data = content if content is not None else json.dumps(body).encode()
        return self.service.answer(Call(method, path, (), {"content-type": "application/json"}, data))

    def call(self, mode: str, content: Any = QUERY, *, path: str = "/deviceQuery", **members: Any) -> Reply:
        """Send a right message."""
        return self.send(self.message(mode, content, **members), path=path)

    def opened(self, mode: str, reply: Reply) -> Any:
        """Return what an answer carries."""
        body = reply.body["body"]
        if mode == PLAIN or not body:
            return body
        text = envelope.decrypt(DecryptInput(body, self.des_key)).body
        return json.loads(text) if text else ""


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def violations_of(driver: EnvelopeDriver, operation: Operation) -> Iterator[tuple[str, Any]]:
    """Yield (member/keyword, message): for every constraint but the credentials', a message that breaks it alone."""
    assert operation.request is not None
    mode = operation.subject
    for member in operation.request.members:
        if member.annotation("x-credential"):
            continue
        for constraint in member.constraints:
            if constraint.keyword == "required":
                name = member.path[0]
                absent: dict[str, Any] = {} if name == "sign" else {name: None}
                message = driver.message(mode, **absent)
                del message[name]
                yield constraint.key, message
            elif not member.path:
                yield constraint.key, ["not", "an", "object"]
            else:
                wrong: Any = {"type": 12345, "pattern": "1689586062"}[constraint.keyword]
                yield constraint.key, driver.message(mode, **{member.path[0]: wrong})
