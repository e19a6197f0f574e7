"""Odd input of which no document speaks: made here once, sent by the cases about robustness of every platform."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from conformance.platforms.draft import ABSENT, as_bytes

DEPTHS: Final = (200, 10_000)
"""Levels of nesting: more than any documented message has, and more than a reader that calls itself survives."""
LENGTH: Final = 65_536
"""Characters of a very long text: beyond common columns, below the body size that front ends refuse on their own."""
LONG_TEXT: Final = "long" * (LENGTH // 4)
NUL_TEXT: Final = "before\0behind"
NO_SUCH: Final = "conformance-no-such-path"
MARK: Final = "conformance-mark"
"""A text in a message that `deepened` replaces."""
OTHER_KINDS: Final[Mapping[str, Any]] = {
    "list": [],
    "text": "text",
    "number": 7,
    "true": True,
    "null": None,
    "none": ABSENT,
}
"""Bodies in place of a JSON object, by name; the last one is no body at all."""


def malformed(right: bytes) -> Mapping[str, bytes]:
    """Return texts made of a right message that no reader takes for JSON, by what is wrong with them."""
    return {
        "cut off": right[:-2],
        "wrong bracket": right[:-1] + (b"]" if right.endswith(b"}") else b"}"),
        "something behind the end": right + b"{",
        "a form": b"name=conformance&size=10",
    }


def deepened(body: Any) -> Iterator[bytes]:
    """Yield a message with deeply nested objects in the place of `MARK`; as text, for a writer of JSON has limits itself."""
    for depth in DEPTHS:
        yield as_bytes(body).replace(as_bytes(MARK), b'{"a":' * depth + b"1" + b"}" * depth)
