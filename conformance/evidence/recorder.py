"""Evidence, appended as it happens: a killed run leaves every exchange that it made.

One JSON line per exchange. A body keeps its head (8 KiB), its length and its SHA-256. After 200 records or 1 MiB a case only
counts, so that a property test with thousands of examples does not bury the one that failed: the recorder's caller marks
records worth keeping, and they are written in any case.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, Self

from conformance.evidence.exchange import Answer
from conformance.evidence.received import Received
from conformance.evidence.redaction import Redactor

if TYPE_CHECKING:  # runs without MQTT start without its packets
    from conformance.evidence.mqtt import MqttEvidence
    from conformance.mqtt.record import Record

HEAD: Final = 8 * 1024
SEAM: Final = 16 * 1024
"""What is looked through beyond the head, so that a secret that begins within it is found whole; no secret is as long. The
rest of a body is not written: looking for thousands of secrets in 10 MB takes minutes.
"""
RECORDS_PER_CASE: Final = 200
BYTES_PER_CASE: Final = 1024 * 1024
VIOLATING_PER_CASE: Final = 50
_NUMBERED: Final = '{"id": "x'
"""How a line begins, up to its number."""


class Recorder:
    """Writes `evidence.ndjson`; every text passes the redactor first."""

    def __init__(self, path: Path | None, redactor: Redactor, *, started_s: float | None = None) -> None:
        """Open the file; `started_s` is the monotonic time from which it counts, now where it is not given."""
        self.path = path
        self.redactor = redactor
        self._file = path.open("a", encoding="utf-8", buffering=1) if path else None
        self._started = time.monotonic() if started_s is None else started_s
        self._case = ""
        self._number = 0
        self._records = 0
        self._bytes = 0
        self._dropped = 0
        self._ids: list[str] = []
        self._mqtt: MqttEvidence | None = None
        self._mqtt_ids: dict[Record, str] = {}
        self._violating = 0
        self._lock = threading.RLock()
        """A broker records from its own thread."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what was recorded stays."""
        with self._lock:
            if self._file:
                self._file.close()
                self._file = None

    @property
    def count(self) -> int:
        """How many records were numbered."""
        with self._lock:
            return self._number

    def adopt(self, path: Path | None, count: int) -> int:
        """Take over the `count` records that another recorder wrote to a file, and remove it.

        Its process may have been killed before it made the file, within a line, or before it told how many there are.
        Returns how many stand before them: by so much their numbers have grown.
        """
        with self._lock:
            before, last = self._number, count
            if path is not None and path.exists() and self._file:
                with path.open(encoding="utf-8", errors="replace") as lines:
                    for line in lines:
                        if not line.endswith("\n"):
                            break
                        # The number stands first; the rest of a line need not be read.
                        number, _, rest = line.removeprefix(_NUMBERED).partition('"')
                        self._file.write(f'{_NUMBERED}{int(number) + before}"{rest}')
                        last = max(last, int(number))
                path.unlink()
            self._number += last
            return before

    def begin(self, case: str) -> None:
        """Start the evidence of a case."""
        with self._lock:
            self._case = case
            self._records = self._bytes = self._dropped = self._violating = 0
            self._ids = []
            self._mqtt_ids.clear()

    def end(self) -> list[str]:
        """Finish the case: tell how much was only counted, and return the ids of what was written."""
        with self._lock:
            if self._dropped:
                self.note(f"{self._dropped} further exchanges were counted and not kept", keep=True)
            return self._ids

    def note(self, text: str, *, keep: bool = False) -> str:
        """Record a remark of the suite (`kind` note)."""
        return self._write("note", {"text": text}, None, 0.0, keep=keep)

    def http(self, answer: Answer, *, keep: bool = False) -> str:
        """Record one HTTP exchange (`kind` http, or raw for deliberately malformed bytes); returns its id."""
        request = answer.request
        out: dict[str, Any] = {
            "method": request.method,
            "url": request.url,
            "headers": [[name, self.redactor.header(name, value)] for name, value in request.headers],
            "body": self._body(request.body),
            **self._plain(request.plain),
        }
        if request.raw is not None:
            return self._raw(answer, keep=keep)
        incoming: dict[str, Any] = {}
        if answer.status:
            incoming = {
                "status": answer.status,
                "reason": answer.reason,
                "headers": [list(pair) for pair in answer.headers],
                "body": self._body(answer.body),
                **self._plain(answer.plain),
            }
        if answer.failure is not None:
            incoming["error"] = answer.failure.text
        return self._write("http", out, incoming, answer.duration_ms, keep=keep)

    def callback(self, received: Received, *, keep: bool = False) -> str:
        """Record a request that the IUT sent to us (`kind` callback), and the status that it was answered with."""
        incoming = {
            "method": received.method,
            "url": received.url,
            "headers": [[name, self.redactor.header(name, value)] for name, value in received.headers],
            "body": self._body(received.body),
        }
        out = {"status": received.status} if received.status else {"error": "closed without an answer"}
        # It is looked at later than it came: the record stands where it came.
        return self._write("callback", out, incoming, 0.0, keep=keep, at=received.received_s)

    def _raw(self, answer: Answer, *, keep: bool) -> str:
        """Record bytes that no HTTP client sends, and the answer as it came."""
        incoming: dict[str, Any] = {}
        if answer.status:
            head = [
                f"HTTP/1.1 {answer.status} {answer.reason}",
                *(f"{name}: {value}" for name, value in answer.headers),
            ]
            incoming["body"] = self._body("\r\n".join([*head, "", ""]).encode("latin-1") + answer.body)
        if answer.failure is not None:
            incoming["error"] = answer.failure.text
        out = {"address": answer.request.url, "body": self._body(answer.request.raw)}
        return self._write("raw", out, incoming, answer.duration_ms, keep=keep)

    def _plain(self, plain: bytes | None) -> dict[str, Any]:
        """Return what stood in a body before it was enciphered, as a member of its own; nothing where nothing was."""
        return {} if plain is None else {"plain": self._body(plain)}

    def line(self, sent: bytes, came: bytes | None, error: str, duration_ms: float) -> str:
        """Record a line to a program and its reply (`kind` line); returns its id."""
        incoming: dict[str, Any] = {"body": self._body(came)}
        if error:
            incoming["error"] = error
        return self._write("line", {"body": self._body(sent)}, incoming, duration_ms, keep=bool(error))

    def mqtt(self, record: Record, *, suite: Literal["broker", "client"] = "broker", keep: bool = False) -> str:
        """Record one MQTT packet or event (`kind` mqtt) at its own time; returns its id. An observer of a broker.

        `suite` tells which side the suite is: what the other side sent stands under `in`, as do events. Of a case's packets
        that violate a statement the first ones are always kept.
        """
        with self._lock:
            if record.violations and self._violating < VIOLATING_PER_CASE:
                self._violating += 1
                keep = True
            if self._file is None:
                return self._write("mqtt", None, None, 0.0, keep=keep)
            if not keep and self._is_full():
                self._dropped += 1  # before any work: a device may send ten thousand packets a second
                return ""
            if self._mqtt is None:
                from conformance.evidence.mqtt import MqttEvidence

                self._mqtt = MqttEvidence(self.redactor)
            part = self._mqtt.part(record)
            ours = record.direction == ("out" if suite == "broker" else "in")
            out, incoming = (part, None) if ours else (None, part)
            identity = self._write("mqtt", out, incoming, 0.0, keep=keep, at=record.at)
            self._mqtt_ids[record] = identity
            return identity

    def mqtt_id(self, record: Record, *, suite: Literal["broker", "client"] = "broker") -> str:
        """Return the evidence id of a record that a finding cites; one that was only counted is written now."""
        with self._lock:
            return self._mqtt_ids.get(record) or self.mqtt(record, suite=suite, keep=True)

    def _is_full(self) -> bool:
        return self._records >= RECORDS_PER_CASE or self._bytes >= BYTES_PER_CASE

    def _body(self, body: bytes | None) -> dict[str, Any] | None:
        if not body:
            return None
        content: dict[str, Any]
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            # Redacting works on text: a secret in bytes that are not UTF-8 is found through Latin-1, which maps 1:1. It
            # comes before the cut, so that no half of a secret stays at the end.
            text = body.decode("latin-1")
            self.redactor.learn_from(text)
            clean = self.redactor.text(text[: HEAD + SEAM]).encode("latin-1", "replace")[:HEAD]
            content = {"base64": base64.b64encode(clean).decode()}
        else:
            self.redactor.learn_from(text)
            content = {"text": self.redactor.text(text[: HEAD + SEAM])[:HEAD]}
        return {**content, "length": len(body), "sha256": hashlib.sha256(body).hexdigest()}

    def _write(
        self, kind: str, out: Any, incoming: Any, duration_ms: float, *, keep: bool, at: float | None = None
    ) -> str:
        with self._lock:
            return self._write_alone(kind, out, incoming, duration_ms, keep, at)

    def _write_alone(self, kind: str, out: Any, incoming: Any, duration_ms: float, keep: bool, at: float | None) -> str:
        self._number += 1
        identity = f"x{self._number}"
        if self._file is None:
            return identity
        if not keep and self._is_full():
            self._dropped += 1
            return ""
        now = time.monotonic() if at is None else at
        # Bodies were cleaned before they were cut: half a secret at the end of a head would not be recognised any more.
        out, incoming = self._clean([out, incoming])
        record = {
            "id": identity,
            "case": self._case,
            "t_ms": round(max(0.0, (now - self._started) * 1000 - duration_ms), 1),
            "duration_ms": round(duration_ms, 1),
            "kind": kind,
            "out": out,
            "in": incoming,
            "truncated": _truncated(out) or _truncated(incoming),
        }
        line = json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
        self._file.write(line + "\n")
        self._records += 1
        self._bytes += len(line)
        self._ids.append(identity)
        return identity

    def _clean(self, parts: list[Any]) -> list[Any]:
        """Return parts of a record without secrets in their texts; their names are ours, whatever a secret may be called.

        The texts are cleaned as one JSON list, once: the redactor knows how secrets are spelt inside JSON.
        """
        texts = list(_texts(parts))
        try:
            clean = json.loads(self.redactor.text(json.dumps(texts, ensure_ascii=False)))
        except ValueError:  # a secret that holds the marks between two texts
            clean = []
        if len(clean) != len(texts):
            clean = [self.redactor.text(text) for text in texts]
        return list(_filled(parts, iter(clean)))


def _texts(part: Any) -> Iterator[str]:
    """Yield the texts of a part, in order; not its names."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for each in part.values() if isinstance(part, dict) else part:
            yield from _texts(each)


def _filled(part: Any, texts: Iterator[str]) -> Any:
    """Return a part with other texts in place of its own, in order."""
    if isinstance(part, str):
        return next(texts)
    if isinstance(part, dict):
        return {name: _filled(each, texts) for name, each in part.items()}
    return [_filled(each, texts) for each in part] if isinstance(part, list) else part


def _truncated(part: Any) -> bool:
    body = part.get("body") if isinstance(part, dict) else None
    return isinstance(body, dict) and body["length"] > HEAD
