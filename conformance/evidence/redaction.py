"""Secrets never reach a file or a screen.

A secret is configured (credentials) or learnt (members marked `x-secret` in an answer). From then on every spelling of it
is replaced by a stable pseudonym before anything is written: plain, Base64 at each alignment, URL-safe Base64, hex, percent
encoding, JSON and HTML escapes. Redaction works on whole records, never on fragments, so that no secret escapes at a seam;
what the IUT or we ourselves cut in the middle of a secret is looked for at the cut.
"""

from __future__ import annotations

import base64
import html
import json
import re
import threading
from collections import deque
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote, quote_plus

SHORTEST: Final = 4
"""A shorter secret is replaced only where it is a whole JSON string: as a fragment it would garble every text."""

PASSING: Final = 8
"""Secrets that serve one request each and are looked for: those of the newest requests."""
PARTIAL: Final = 8
"""Shortest beginning of a secret that is looked for where a text was cut; a shorter one may be any word."""
CUT: Final = "…"
"""What our own texts end with where they were cut."""


def _spellings(secret: str) -> set[str]:
    raw = secret.encode("utf-8", "surrogatepass")
    spellings = {secret, raw.hex(), raw.hex().upper(), html.escape(secret), raw.decode("latin-1")}
    for percent in (quote(raw, safe=""), quote(raw), quote_plus(raw)):
        spellings |= {percent, re.sub("%..", lambda code: code[0].lower(), percent)}
    for escaped in (json.dumps(secret), json.dumps(secret, ensure_ascii=False), repr(secret)):
        spellings |= {escaped[1:-1], escaped[1:-1].replace("/", "\\/")}
        spellings |= {json.dumps(escaped[1:-1])[1:-1], json.dumps(escaped[1:-1], ensure_ascii=False)[1:-1]}
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for offset in range(3):
            # Inside a longer text (a Basic header, say) only the characters that depend on the secret alone are fixed.
            text = encode(b"\0" * offset + raw).decode()
            first = (0, 2, 3)[offset]
            last = len(text.rstrip("=")) - (0 if (offset + len(raw)) % 3 == 0 else 1)
            spellings.add(text[first:last])
            spellings.add(text[first:].rstrip("=") if offset == 0 else text[first:last])
    return {spelling for spelling in spellings if len(spelling) >= SHORTEST}


_WRAPPED: Final = 2
"""How often a message may be a text within a message and is still looked through."""


class Redactor:
    """Knows the secrets of a run and writes pseudonyms in their place. Safe to use from several threads."""

    def __init__(self, secret_members: Iterable[str] = (), secret_headers: Iterable[str] = ()) -> None:
        names = "|".join(sorted(map(re.escape, secret_members)))
        self._member = re.compile(rf'"({names})"\s*:\s*("(?:[^"\\]|\\.)*(?:"|\\?$))') if names else None
        self._lock = threading.Lock()
        self._pseudonyms: dict[str, str] = {}
        self._counters: dict[str, int] = {}
        self._spellings: list[tuple[str, str]] = []
        self._whole: list[tuple[str, str]] = []
        self._heads: dict[str, list[tuple[str, str]]] = {}
        self._longest = 1
        self._secret_headers = frozenset(name.lower() for name in secret_headers)
        self._passing: deque[str] = deque()
        self._repeated: set[str] = set()

    def is_secret_header(self, name: str) -> bool:
        """Tell whether the value of a request's header of that name is a secret."""
        return name.lower() in self._secret_headers

    def header(self, name: str, value: str) -> str:
        """Return the value of a request's header as it may be shown."""
        if not value or not self.is_secret_header(name):
            return self.text(value)
        self.learn_passing(value, name)
        return self._pseudonyms[value]

    def learn_passing(self, secret: str, kind: str) -> None:
        """Remember a secret that is made anew for each request.

        A run makes thousands of them, so only the newest are looked for in texts, and those that were found in one: an IUT
        that repeats what it was sent does so in its answer.
        """
        if not secret or secret in self._pseudonyms:
            return
        self.learn(secret, kind)
        with self._lock:
            self._passing.append(secret)
            if len(self._passing) > PASSING:
                self._forget(self._passing.popleft())

    def _forget(self, secret: str) -> None:
        pseudonym = self._pseudonyms[secret]
        if pseudonym in self._repeated:
            return
        del self._pseudonyms[secret]
        self._whole = [entry for entry in self._whole if entry[0] != json.dumps(secret)]
        self._set([entry for entry in self._spellings if entry[1] != pseudonym])

    def learn(self, secret: Any, kind: str) -> None:
        """Remember `secret` (texts only; anything else is ignored) under a pseudonym that names its `kind`."""
        if not isinstance(secret, str) or not secret or secret in self._pseudonyms:
            return
        with self._lock:
            if secret in self._pseudonyms:
                return
            number = self._counters[kind] = self._counters.get(kind, 0) + 1
            pseudonym = f"‹{kind} {number}›"
            self._pseudonyms[secret] = pseudonym
            if len(secret) < SHORTEST:
                self._whole.append((json.dumps(secret), json.dumps(pseudonym, ensure_ascii=False)))
                return
            self._set([*self._spellings, *((spelling, pseudonym) for spelling in _spellings(secret))])

    def _set(self, entries: list[tuple[str, str]]) -> None:
        """Look for these spellings from now on."""
        self._spellings = sorted(entries, key=lambda entry: -len(entry[0]))
        heads: dict[str, list[tuple[str, str]]] = {}
        for entry in self._spellings:
            heads.setdefault(entry[0][:PARTIAL], []).append(entry)
        self._heads, self._longest = heads, max((len(spelling) for spelling, _ in self._spellings[:1]), default=1)

    def learn_from(self, text: str, depth: int = 0) -> None:
        """Learn every secret member of a message, even of a truncated or malformed one; and half a secret at its end."""
        for name, literal in self._member.findall(text) if self._member else ():
            try:
                self.learn(json.loads(literal), name)
            except ValueError:
                self.learn(literal.strip('"').rstrip("\\"), name)
        if '\\"' in text and depth < _WRAPPED:
            self.learn_from(text.replace('\\"', '"').replace("\\\\", "\\"), depth + 1)
        half = self._half(text)
        if half is not None:
            self.learn(text[-half[0] :], "half of a secret")

    def _half(self, text: str) -> tuple[int, str] | None:
        """Return length and pseudonym of the longest proper beginning of a secret with which `text` ends."""
        tail = text[-self._longest :]
        for start in range(len(tail) - PARTIAL + 1):
            for spelling, pseudonym in self._heads.get(tail[start : start + PARTIAL], ()):
                if len(spelling) > len(tail) - start and spelling.startswith(tail[start:]):
                    return len(tail) - start, pseudonym
        return None

    def text(self, text: str) -> str:
        """Return `text` without secrets."""
        for spelling, pseudonym in self._spellings:
            if spelling in text:
                self._repeated.add(pseudonym)
                text = text.replace(spelling, pseudonym)
        for literal, pseudonym in self._whole:
            text = text.replace(literal, pseudonym)
        return self._without_halves(text) if CUT in text else text

    def _without_halves(self, text: str) -> str:
        """Return `text` without beginnings of secrets before a mark that it was cut there."""
        parts = text.split(CUT)
        for number, part in enumerate(parts[:-1]):
            whole = part.rstrip("\ufffd")  # what is left of a character that was cut itself
            half = self._half(whole)
            if half is not None:
                self._repeated.add(half[1])
                parts[number] = whole[: -half[0]] + half[1]
        return CUT.join(parts)

    def value(self, value: Any) -> Any:
        """Return a JSON value without secrets in any of its texts and names."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(str(key)): self.value(child) for key, child in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(child) for child in value]
        return value
