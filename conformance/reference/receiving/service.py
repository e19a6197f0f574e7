"""A reference application without its transport: takes what is pushed, judges it live, and answers as the document demands.

It is strict in what it tells and generous in what it takes: every message is answered with the documented status, also one
that is not valid or of a kind that is not known yet, because the platform has sent it and no other answer would help anybody.
Only what is no JSON object is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from conformance.contract import Contract
from conformance.reference.calls import Call, Reply
from conformance.reference.frailties import known_by_exact_case
from conformance.reference.receiving.desk import KIND, Desk, Seen, has_null, members_of
from conformance.reference.receiving.faults import BEHAVIOURS, LITTLE, MUCH, PATIENCE, Wrong
from conformance.reference.service import Service

PLAIN: Final = {"content-type": "text/plain"}
BODIES: Final[Mapping[str, tuple[str, bytes]]] = {
    "answer/nothing": ("", b""),
    "answer/json": ("application/json", b'{"code":0,"msg":"ok"}'),
    "answer/html": ("text/html", b"<!DOCTYPE html><title>received</title>"),
    "answer/not-utf-8": ("text/plain; charset=GBK", b"\xb3\xc9\xb9\xa6"),
    "answer/broken-json": ("application/json", b'{"ok":'),
}
"""Media type and body of the answers that real receivers give."""
ANSWERS: Final = {name: f"every answer has the body {content!r}" for name, (_, content) in BODIES.items()}


class _Memory:
    """What a faulty application remembers; the upper tester and the platform's part of a reference have nothing here."""

    handlers: Mapping[str, Any] = {}

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.bodies: set[str] = set()
        self.deleted: set[str] = set()
        self.messages = 0
        self.over: dict[int, int] = {}
        """Messages by connection."""
        self.first: Any = None
        """The connection that is served, where one alone is."""
        self.dead = False


class Receiving(Service):
    """One reference application."""

    def __init__(self, contract: Contract) -> None:
        super().__init__(contract, {}, ANSWERS)
        self.faults = Wrong(contract, BEHAVIOURS)
        self.memory = _Memory()
        self.platform = self.memory  # type: ignore[assignment]  # nothing but `reset` is asked of it
        self._desk = Desk(contract)
        self._full = {
            each.subject: set(members_of(each.message.examples[0])) for each in contract.notifications.values()
        }

    def incoming(self, data: bytes) -> bytes:
        """See `Service.incoming`."""
        if self.faults.active and self.faults.on("exact-header-case"):
            data = known_by_exact_case(data, {"Content-Type"})
        return data

    def answer(self, call: Call) -> Reply:
        """Answer one request; never raises for anything that can be sent."""
        seen = self._desk.look(call.body) if call.method == "POST" else Seen(problem="no POST")
        reply = self._honest(call, seen)
        if self.faults.active:
            reply = self._wrong(call, seen) or reply
            reply.faults += self.faults.noticed()
        if self.quirks.active:
            self._otherwise(reply)
        self.log.append(
            {
                "t_ms": self.clock.now_ms(),
                "method": call.method,
                "path": call.path,
                "subject": seen.notification.subject if seen.notification else None,
                "class": None,
                "status": reply.status,
                "refused": reply.refused,
                "seen": seen.describe(),
                "faults": reply.faults,
            }
        )
        return reply

    def _honest(self, call: Call, seen: Seen) -> Reply:
        if call.method != "POST":
            return _said(405, "notifications are pushed with POST", {"allow": "POST"})
        if not isinstance(seen.message, dict):
            return _said(400, seen.problem)
        return _said(200)

    def _otherwise(self, reply: Reply) -> None:
        """Answer in another form: the document wants a status and nothing else."""
        for name, (media, content) in BODIES.items():
            if self.quirks.on(name):
                reply.raw = content
                reply.headers = {"content-type": media} if media else {}
        self._frame(reply)

    def _wrong(self, call: Call, seen: Seen) -> Reply | None:
        """Return the answer of the faults that are on; None where none has a part in it."""
        return self._deaf(call, seen) or self._always() or self._message(call, seen) or self._head(call)

    def _always(self) -> Reply | None:
        on = self.faults.on
        for status in (500, 404, 302, 204):
            if on(f"status-{status}"):
                return _said(status, headers={"location": "http://elsewhere.invalid/"} if status == 302 else {})
        if on("hangs"):
            return _spoilt("hang")
        return _spoilt("close") if on("closes") else None

    def _deaf(self, call: Call, seen: Seen) -> Reply | None:
        """Return a broken connection where the application is dead, hangs on it, or has had enough."""
        on, memory = self.faults.on, self.memory
        if memory.dead:
            return _spoilt("close")
        memory.messages += 1
        over = memory.over[id(call.connection)] = memory.over.get(id(call.connection), 0) + 1
        typed = call.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"
        if on("one-message-per-connection") and over > 1:
            return _spoilt("hang")
        if on("one-connection"):
            if memory.first is None or memory.first.is_closing():
                memory.first = call.connection
            if memory.first is not call.connection:
                return _spoilt("hang")
        if on("gives-up-after-many") and memory.messages > PATIENCE:
            return _spoilt("close")
        if on("hangs-on-other-type") and not typed:
            return _spoilt("hang")
        kind = seen.message.get(KIND) if isinstance(seen.message, dict) else None
        unknown = isinstance(seen.message, dict) and seen.notification is None
        broken = not isinstance(seen.message, dict) or not isinstance(kind, str | None) or not seen.message
        memory.dead = (
            (on("dies-of-unknown-kind") and unknown)
            or (on("dies-of-broken-json") and broken)
            or (on("dies-of-much") and len(call.body) > MUCH)
        )
        return _spoilt("close") if memory.dead else None

    def _message(self, call: Call, seen: Seen) -> Reply | None:
        on, memory, message = self.faults.on, self.memory, seen.message
        if seen.notification is None or not isinstance(message, dict):
            return None
        subject, kind = seen.notification.subject, seen.notification.notify_type
        present = set(members_of(message))
        if on("needs-every-optional-member") and not present >= self._full[subject]:
            return _said(500, "a member is missing")
        if on("refuses-null") and has_null(message):
            return _said(400, "null")
        if on("refuses-new-members") and seen.new_members:
            return _said(400, "unknown member")
        if on("ascii-only") and not call.body.isascii():
            return _said(500, "cannot decode")
        if on("small-buffer") and len(call.body) > LITTLE:
            return _said(413, "too large")
        if on("text-search") and not _found(call.body, kind, seen.notification.message.schema["required"][0]):
            return _said(400, "unknown kind")
        if on("needs-first-member") and next(iter(message)) != next(iter(seen.notification.message.examples[0])):
            return _said(400, "unknown message")
        digest = hashlib.sha256(call.body).hexdigest()
        repeated, known = digest in memory.bodies, message.get("deviceId") not in memory.deleted
        memory.bodies.add(digest)
        if "delete" in subject.rpartition("-")[2] and isinstance(message.get("deviceId"), str):
            memory.deleted.add(message["deviceId"])
        if on("refuses-repeated") and repeated:
            return _said(500, "duplicate key")
        return _said(404, "no such device") if on("forgets-deleted") and not known else None

    def _head(self, call: Call) -> Reply | None:
        on, media_type = self.faults.on, call.headers.get("content-type", "")
        if (on("exact-content-type") or on("exact-header-case")) and media_type != "application/json":
            return _said(415, "unsupported media type")
        if on("needs-keep-alive") and call.headers.get("connection", "").lower() == "close":
            return _said(400, "keep the connection")
        return None


def _found(body: bytes, kind: str | None, first: str) -> bool:
    """Tell whether a widespread way to look for the kind of a message finds it: a search in its text."""
    return (f'"{KIND}":"{kind}"' if kind else f'"{first}":"').encode() in body


def _said(status: int, text: str = "", headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, None, {**PLAIN, **(headers or {})}, raw=text.encode(), refused=text or None)


def _spoilt(how: str) -> Reply:
    return Reply(0, None, transport=how, raw=b"")
