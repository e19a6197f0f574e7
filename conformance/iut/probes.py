"""Calls that only the tester knows: where a document describes a message and no operation, something must be called.

A probe is a call of the platform under test that may be repeated at will. The IUT file lists probes under the PIXIT key
that the contract's operations name (`x-probes`); what each must look like is that key's schema.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Probe:
    """One call that the tester names."""

    name: str
    path: str
    """Below the address of the IUT; begins with a slash."""
    body: Any
    """What the call carries, before the protocol encrypts or signs anything."""
    success: Any = None
    """JSON Schema of what a served call answers, opened likewise; None where the tester promises nothing."""


def read(value: Sequence[Mapping[str, Any]] | None) -> tuple[Probe, ...]:
    """Return the probes of a PIXIT value that its key's schema has accepted; none where it is unset."""
    return tuple(Probe(each["name"], each["path"], each["body"], each.get("success")) for each in value or ())
