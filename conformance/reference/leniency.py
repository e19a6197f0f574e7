"""Readers of JSON that take for JSON what is none: one fault for each kind of text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from conformance.contract import Contract, Source
from conformance.reference.fault import Fault

STATEMENT: Final = "global/malformed-json"


def _cut_off(text: str) -> Any:
    for behind in ("}", "]", '"}', '"}}', "}}", "]}", "}]", "}}}"):
        try:
            return json.loads(text + behind)
        except ValueError:
            continue
    raise ValueError("not cut off")


def _wrong_bracket(text: str) -> Any:
    other = {"]": "}", "}": "]"}[text[-1:] or "}"]
    return json.loads(text[:-1] + other)


def _behind(text: str) -> Any:
    value, end = json.JSONDecoder().raw_decode(text)
    if not text[end:].strip():
        raise ValueError("nothing behind the end")
    return value


READERS: Final[dict[str, tuple[str, Callable[[str], Any]]]] = {
    "cut-off": ("a body that is cut off before its last brackets is taken", _cut_off),
    "wrong-bracket": ("a body that ends in the wrong bracket is taken", _wrong_bracket),
    "text-behind": ("a body with something behind its end is taken", _behind),
}


def faults(contract: Contract) -> Iterator[Fault]:
    """Yield the faults, where the document says what becomes of malformed JSON."""
    identity = f"{contract.platform}/{STATEMENT}"
    statement = contract.requirements.get(identity)
    if statement is None or statement.source is Source.ROBUSTNESS:
        return
    for name, (words, _) in READERS.items():
        yield Fault(id=f"json/{name}", kind="json", description=words, action=name, requirement=identity)


def read(name: str, text: str) -> Any:
    """Read a text as the fault has it.

    Raises:
        ValueError: it is not of the kind that the fault takes.
    """
    try:
        return READERS[name][1](text)
    except (LookupError, RecursionError) as error:
        raise ValueError(f"not {name}") from error
