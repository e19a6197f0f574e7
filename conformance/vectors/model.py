"""The records of a vector file, as read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Json = Mapping[str, Any]
Result = Literal["valid", "invalid", "acceptable"]
ID_PREFIX: Final = "crypto"


@dataclass(frozen=True, slots=True)
class Note:
    """What a flag means: kind of defect, description, and what the defect costs."""

    flag: str
    bug_type: str
    description: str
    effect: str

    def __str__(self) -> str:
        return f"{self.flag}: {self.description} {self.effect}"


@dataclass(frozen=True, slots=True)
class VectorTest:
    """One vector.

    `id` is `crypto/<scheme>/<operation>/<name>`. `inputs` are complete: those of the group and its own. `result` valid:
    the answer has the members of `expected`; invalid: the program refuses (or says not accepted); acceptable: either.
    `intermediates` are the steps on the way, for finding where a program leaves it. `decrypt_with` is the private key
    with which the answer of a randomised encryption is judged.
    """

    id: str
    scheme: str
    operation: str
    group: str
    comment: str
    flags: tuple[str, ...]
    result: Result
    inputs: Json = field(repr=False)
    expected: Json
    intermediates: Json = field(repr=False)
    notes: tuple[Note, ...] = field(repr=False)
    decrypt_with: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class VectorFile:
    """One file: all vectors of one operation of one scheme.

    `source_kind` is field-note where no document demands the scheme: it never makes a platform fail the document.
    """

    scheme: str
    operation: str
    source: str
    source_kind: Literal["document", "field-note"]
    generator_version: str
    notes: Mapping[str, Note]
    tests: tuple[VectorTest, ...] = field(repr=False)
