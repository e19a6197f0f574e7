"""The spellings of secrets, and finding them in texts: of a few one after the other, of many by their last characters.

A run that makes a thousand devices learns ten thousand spellings; a look at each of them for each line of evidence would
take longer than the run. Most spellings differ at their end (names that a run makes begin alike), so a text is walked once
and each of its places is asked what may end there.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote, quote_plus

SHORTEST: Final = 4
"""A shorter secret is replaced only where it is a whole JSON string: as a fragment it would garble every text."""
PARTIAL: Final = 8
"""Shortest beginning of a secret that is looked for where a text was cut; a shorter one may be any word."""
FEW: Final = 128
"""So many spellings are looked for one after the other: a search for one text in another is faster than a walk."""


def spellings(secret: str) -> set[str]:
    """Return every spelling of a secret that is looked for: plain, escaped, percent-encoded, hexadecimal, Base64."""
    raw = secret.encode("utf-8", "surrogatepass")
    found = {secret, raw.hex(), raw.hex().upper(), html.escape(secret), raw.decode("latin-1")}
    for percent in (quote(raw, safe=""), quote(raw), quote_plus(raw)):
        found |= {percent, re.sub("%..", lambda code: code[0].lower(), percent)}
    for escaped in (json.dumps(secret), json.dumps(secret, ensure_ascii=False), repr(secret)):
        found |= {escaped[1:-1], escaped[1:-1].replace("/", "\\/")}
        found |= {json.dumps(escaped[1:-1])[1:-1], json.dumps(escaped[1:-1], ensure_ascii=False)[1:-1]}
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for offset in range(3):
            # Inside a longer text (a Basic header, say) only the characters that depend on the secret alone are fixed.
            text = encode(b"\0" * offset + raw).decode()
            first = (0, 2, 3)[offset]
            last = len(text.rstrip("=")) - (0 if (offset + len(raw)) % 3 == 0 else 1)
            found.add(text[first:last])
            found.add(text[first:].rstrip("=") if offset == 0 else text[first:last])
    return {spelling for spelling in found if len(spelling) >= SHORTEST}


class Spellings:
    """What is looked for, and the pseudonym that each stands for."""

    def __init__(self) -> None:
        self._of: dict[str, str] = {}
        """Pseudonym by spelling."""
        self._by_pseudonym: dict[str, list[str]] = {}
        self._ends: dict[int, dict[str, dict[str, None]]] = {}
        """Spellings by number (up to `PARTIAL`) and text of their last characters."""
        self._heads: dict[str, dict[str, None]] = {}
        """Spellings by their first characters, for texts that were cut."""
        self._few: list[str] = []
        """All of them, the longest first, while they are few."""
        self._longest = 1

    def learn(self, found: set[str], pseudonym: str) -> None:
        """Look for these spellings from now on."""
        for spelling in found:
            if spelling in self._of:
                continue
            self._of[spelling] = pseudonym
            self._by_pseudonym.setdefault(pseudonym, []).append(spelling)
            size = min(len(spelling), PARTIAL)
            self._ends.setdefault(size, {}).setdefault(spelling[-size:], {})[spelling] = None
            self._heads.setdefault(spelling[:PARTIAL], {})[spelling] = None
            self._longest = max(self._longest, len(spelling))
        self._few = sorted(self._of, key=len, reverse=True) if len(self._of) <= FEW else []

    def forget(self, pseudonym: str) -> None:
        """Look for the spellings of a secret no more."""
        for spelling in self._by_pseudonym.pop(pseudonym, ()):
            del self._of[spelling]
            size = min(len(spelling), PARTIAL)
            _drop(self._ends[size], spelling[-size:], spelling)
            _drop(self._heads, spelling[:PARTIAL], spelling)
        self._few = sorted(self._of, key=len, reverse=True) if len(self._of) <= FEW else []

    def replaced(self, text: str, seen: set[str]) -> str:
        """Return `text` with a pseudonym for each spelling in it; the pseudonyms are added to `seen`."""
        if len(self._of) <= FEW:
            for spelling in self._few:
                if spelling in text:
                    seen.add(self._of[spelling])
                    text = text.replace(spelling, self._of[spelling])
            return text
        while found := list(self._found(text)):  # once more: what overlapped stands free now
            for start, end in reversed(_apart(found)):
                pseudonym = self._of[text[start:end]]
                seen.add(pseudonym)
                text = text[:start] + pseudonym + text[end:]
        return text

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the places of spellings in a text."""
        for size, ends in self._ends.items():
            for end in range(size, len(text) + 1):
                candidates = ends.get(text[end - size : end])
                if candidates:
                    for spelling in candidates:
                        if text.endswith(spelling, 0, end):
                            yield end - len(spelling), end

    def half(self, text: str) -> tuple[int, str] | None:
        """Return length and pseudonym of the longest proper beginning of a secret with which `text` ends."""
        tail = text[-self._longest :]
        for start in range(len(tail) - PARTIAL + 1):
            for spelling in self._heads.get(tail[start : start + PARTIAL], ()):
                if len(spelling) > len(tail) - start and spelling.startswith(tail[start:]):
                    return len(tail) - start, self._of[spelling]
        return None


def _drop(table: dict[str, dict[str, None]], key: str, spelling: str) -> None:
    del table[key][spelling]
    if not table[key]:
        del table[key]


def _apart(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return places that do not overlap, in their order: of those that do, the longest."""
    chosen: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda place: place[0] - place[1]):
        if all(end <= other[0] or start >= other[1] for other in chosen):
            chosen.append((start, end))
    return sorted(chosen)
