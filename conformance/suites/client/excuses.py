"""What clients write for a member that they do not set: null, or in a query nothing. It breaks a type, and means no harm."""

from __future__ import annotations

from typing import Final

from conformance.contract import Contract, Parameter, Violation
from conformance.contract.members import ELEMENT
from conformance.evidence.exchange import at
from conformance.suites.client.heard import Heard

NULL_FOR_UNSET: Final = "null-for-unset"
"""The erratum, where a contract has it; serialisers that write so are found with every protocol."""


def in_the_field(erratum: str) -> str:
    """Return the excuse of what clients are known for."""
    return f"known in the field (erratum {erratum})"


def null_for_unset(contract: Contract, call: Heard, violation: Violation) -> str | None:
    """Return why an optional member without a value is worth a warning at most; None where a breach is another one."""
    if call.operation is None or call.operation.request is None or violation.keyword == "required":
        return None
    named = next((each for each in call.operation.request.members if each.name == violation.member), None)
    if named is None or not named.path or named.required or named.path[-1] == ELEMENT:
        return None
    value = at(call.body, violation.pointer)
    if call.elsewhere:
        return _unset(contract, "an empty text") if value == "" else None
    return _unset(contract, "null") if value is None else None


def empty_for_unset(contract: Contract, parameter: Parameter, text: str) -> str | None:
    """Return why an optional parameter of a query that is empty is worth a warning at most; None where it is another one."""
    if parameter.location != "query" or parameter.required or text:
        return None
    return _unset(contract, "an empty text")


def _unset(contract: Contract, written: str) -> str:
    if NULL_FOR_UNSET in contract.errata:
        return in_the_field(NULL_FOR_UNSET)
    return f"known in the field: {written} for a member that is not set"
