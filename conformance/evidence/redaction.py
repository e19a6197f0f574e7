"""Secrets never reach a file or a screen.

A secret is configured (credentials) or learnt (members marked `x-secret` in an answer). From then on every spelling of it
is replaced by a stable pseudonym before anything is written: plain, Base64 at each alignment, URL-safe Base64, hex, percent
encoding, JSON and HTML escapes. Redaction works on whole records, never on fragments, so that no secret escapes at a seam;
what the IUT or we ourselves cut in the middle of a secret is looked for at the cut.
"""

from __future__ import annotations

import json
import re
import threading
from collections import deque
from collections.abc import Iterable
from typing import Any, Final

from conformance.evidence.spellings import SHORTEST, Spellings, spellings

PASSING: Final = 8
"""Secrets that serve one request each and are looked for: those of the newest requests."""
CUT: Final = "…"
"""What our own texts end with where they were cut."""


_WRAPPED: Final = 2
"""How often a message may be a text within a message and is still looked through."""


class Redactor:
    """Knows the secrets of a run and writes pseudonyms in their place. Safe to use from several threads."""

    def __init__(self, secret_members: Iterable[str] = (), secret_headers: Iterable[str] = ()) -> None:
        names = "|".join(sorted(map(re.escape, secret_members)))
        self._member = re.compile(rf'"({names})"\s*:\s*("(?:[^"\\]|\\.)*(?:"|\\?$))') if names else None
        self._lock = threading.RLock()
        self._pseudonyms: dict[str, str] = {}
        self._counters: dict[str, int] = {}
        self._spellings = Spellings()
        self._whole: list[tuple[str, str]] = []
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
        self._whole = [entry for entry in self._whole if json.loads(entry[0]) != secret]
        self._spellings.forget(pseudonym)

    def learn(self, secret: Any, kind: str) -> None:
        """Remember `secret` (texts only; anything else is ignored) under a pseudonym that names its `kind`."""
        if not isinstance(secret, str) or not secret:
            return
        with self._lock:
            if secret in self._pseudonyms:
                if secret in self._passing:
                    self._passing.remove(secret)  # it serves more than one request after all
                return
            number = self._counters[kind] = self._counters.get(kind, 0) + 1
            pseudonym = f"‹{kind} {number}›"
            self._pseudonyms[secret] = pseudonym
            if len(secret) < SHORTEST:
                literal = json.dumps(pseudonym, ensure_ascii=False)
                spelt = dict.fromkeys(json.dumps(secret, ensure_ascii=ascii_only) for ascii_only in (True, False))
                self._whole.extend((each, literal) for each in spelt)
                return
            self._spellings.learn(spellings(secret), pseudonym)

    def learn_from(self, text: str, depth: int = 0) -> None:
        """Learn every secret member of a message, even of a truncated or malformed one; and half a secret at its end."""
        for name, literal in self._member.findall(text) if self._member else ():
            try:
                self.learn(json.loads(literal), name)
            except ValueError:
                self.learn(literal.strip('"').rstrip("\\"), name)
        if '\\"' in text and depth < _WRAPPED:
            self.learn_from(text.replace('\\"', '"').replace("\\\\", "\\"), depth + 1)
        with self._lock:
            half = self._spellings.half(text)
        if half is not None:
            self.learn(text[-half[0] :], "half of a secret")

    def text(self, text: str) -> str:
        """Return `text` without secrets."""
        with self._lock:
            text = self._spellings.replaced(text, self._repeated)
            for literal, pseudonym in self._whole:
                text = text.replace(literal, pseudonym)
            return self._without_halves(text) if CUT in text else text

    def _without_halves(self, text: str) -> str:
        """Return `text` without beginnings of secrets before a mark that it was cut there."""
        parts = text.split(CUT)
        for number, part in enumerate(parts[:-1]):
            whole = part.rstrip("\ufffd")  # what is left of a character that was cut itself
            half = self._spellings.half(whole)
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
