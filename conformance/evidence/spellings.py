"""The spellings of secrets, and finding them in texts: of a few one after the other, of many by their last characters.

A run that makes a thousand devices learns ten thousand spellings; a look at each of them for each line of evidence would
take longer than the run. Most spellings differ at their end (names that a run makes begin alike), so of each spelling the
grams near its end are known, and a text is asked at every fourth place what stands there: of four grams that follow each
other it meets one.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Collection, Iterator
from itertools import islice, pairwise
from typing import Final
from urllib.parse import quote, quote_plus

SHORTEST: Final = 4
"""A shorter secret is replaced only where it is a whole JSON string: as a fragment it would garble every text."""
PARTIAL: Final = 8
"""Shortest beginning of a secret that is looked for where a text was cut; a shorter one may be any word."""
FEW: Final = 128
"""So many spellings are looked for one after the other: a search for one text in another is faster than a walk."""
STRIDE: Final = 4
GRAM: Final = PARTIAL - STRIDE + 1
"""Of the last `PARTIAL` characters of a spelling each of the `STRIDE` grams of this length is known."""


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
        self._of: dict[str, list[str]] = {}
        """Pseudonyms by spelling: of two secrets that are spelt alike the first one's is written."""
        self._by_pseudonym: dict[str, list[str]] = {}
        self._grams: dict[str, dict[str, None]] = {}
        """Spellings by each of the grams near their end."""
        self._short: dict[int, set[str]] = {}
        """Spellings that are shorter than `PARTIAL`, by their length."""
        self._heads: dict[str, dict[str, None]] = {}
        """Spellings by their first characters, for texts that were cut."""
        self._few: list[str] = []
        """All of them, the longest first, while they are few."""
        self._longest = 1

    def learn(self, found: set[str], pseudonym: str) -> None:
        """Look for these spellings from now on."""
        for spelling in found:
            self._by_pseudonym.setdefault(pseudonym, []).append(spelling)
            owners = self._of.setdefault(spelling, [])
            owners.append(pseudonym)
            if len(owners) > 1:
                continue
            if len(spelling) < PARTIAL:
                self._short.setdefault(len(spelling), set()).add(spelling)
            else:
                for gram in _grams(spelling):
                    self._grams.setdefault(gram, {})[spelling] = None
            self._heads.setdefault(spelling[:PARTIAL], {})[spelling] = None
            self._longest = max(self._longest, len(spelling))
        self._few = sorted(self._of, key=len, reverse=True) if len(self._of) <= FEW else []

    def forget(self, pseudonym: str) -> None:
        """Look for the spellings of a secret no more; those that are also another's stay."""
        for spelling in self._by_pseudonym.pop(pseudonym, ()):
            self._of[spelling].remove(pseudonym)
            if self._of[spelling]:
                continue
            del self._of[spelling]
            if len(spelling) < PARTIAL:
                self._short[len(spelling)].discard(spelling)
            else:
                for gram in _grams(spelling):
                    _drop(self._grams, gram, spelling)
            _drop(self._heads, spelling[:PARTIAL], spelling)
        self._few = sorted(self._of, key=len, reverse=True) if len(self._of) <= FEW else []

    def replaced(self, text: str, seen: set[str]) -> str:
        """Return `text` with a pseudonym for each spelling in it; the pseudonyms are added to `seen`."""
        if len(self._of) <= FEW:
            for spelling in self._few:
                if spelling in text:
                    pseudonym = self._of[spelling][0]
                    seen.add(pseudonym)
                    text = text.replace(spelling, pseudonym)
            return text
        while found := list(self._found(text)):  # once more: what overlapped stands free now
            for start, end in reversed(_apart(found)):
                pseudonym = self._of[text[start:end]][0]
                seen.add(pseudonym)
                text = text[:start] + pseudonym + text[end:]
        return text

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the places of spellings in a text."""
        candidates = {spelling for gram in _among(self._grams, text, GRAM, STRIDE) for spelling in self._grams[gram]}
        for size, short in self._short.items():
            candidates |= short if len(short) <= FEW else _among(short, text, size, 1)
        for spelling in candidates:
            start = text.find(spelling)
            while start >= 0:
                yield start, start + len(spelling)
                start = text.find(spelling, start + 1)

    def half(self, text: str) -> tuple[int, str] | None:
        """Return length and pseudonym of the longest proper beginning of a secret with which `text` ends."""
        tail = text[-self._longest :]
        if not _among(self._heads, tail, PARTIAL, 1):
            return None
        for start in range(len(tail) - PARTIAL + 1):
            for spelling in self._heads.get(tail[start : start + PARTIAL], ()):
                if len(spelling) > len(tail) - start and spelling.startswith(tail[start:]):
                    return len(tail) - start, self._of[spelling][0]
        return None


def _grams(spelling: str) -> set[str]:
    """Return the grams of the last characters of a spelling."""
    first = len(spelling) - PARTIAL
    return {spelling[start : start + GRAM] for start in range(first, first + STRIDE)}


_windows: Final[dict[tuple[int, int], list[slice]]] = {}
"""Slices of a length at every so many places, from the beginning of any text: made once, as far as they were needed."""


def _among(known: Collection[str], text: str, size: int, stride: int) -> set[str]:
    """Return what is known among the pieces of that size, at every so many places of a text."""
    if not known:
        return set()
    count = max(0, (len(text) - size) // stride + 1)
    windows = _windows.get((size, stride), [])
    if len(windows) < count:
        # Another list, for another thread may be reading this one; twice as long, so that it is seldom made.
        places = range(0, 2 * count * stride, stride)
        _windows[size, stride] = windows = [slice(start, start + size) for start in places]
    # No step of this is Python: it is done for every place of everything that a run writes.
    return set(filter(known.__contains__, map(text.__getitem__, islice(windows, count))))


def _drop(table: dict[str, dict[str, None]], key: str, spelling: str) -> None:
    del table[key][spelling]
    if not table[key]:
        del table[key]


def _apart(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return places that do not overlap, in their order: of those that do, the longest."""
    ordered = sorted(set(found))
    if all(one[1] <= next_one[0] for one, next_one in pairwise(ordered)):
        return ordered
    chosen: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda place: place[0] - place[1]):
        if all(end <= other[0] or start >= other[1] for other in chosen):
            chosen.append((start, end))
    return sorted(chosen)
