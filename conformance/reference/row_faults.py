"""Faults of refusals: the failure shape with a member spoilt, and each error row left in some way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from conformance.contract import Contract, ErrorRow, Message, RowUse
from conformance.contract.derive import unprovoked
from conformance.reference.alterations import DROP, MemberJudge, retyped
from conformance.reference.fault import Fault

ROWS: Final = {
    "status-200": "is answered with status 200",
    "status-400": "is answered with status 400",
    "status-500": "is answered with status 500",
    "empty-body": "is answered without a body",
    "not-json": "is answered with a body that is not JSON",
}


def failure_message(contract: Contract) -> Message | None:
    """Return the failure shape, over an exchange, as printed: the first where errata add others."""
    if contract.failure is None:
        return None
    schema = contract.failure.schema
    first = schema["anyOf"][0] if "anyOf" in schema else schema
    return Message("failure", {**first, "$defs": schema.get("$defs", {})})


def of_failure(contract: Contract) -> Iterator[Fault]:
    """Yield, for the failure shape that the document gives, each member left out, null or of another type."""
    message = failure_message(contract)
    if message is None:
        return
    for member in message.members:
        if len(member.path) != 2 or member.path[0] != "body":
            continue
        name, judge = member.path[1], MemberJudge(message, member)
        for action, value, words in (
            ("drop", DROP, "is left out"),
            ("null", None, "is null"),
            ("retype", retyped(judge), "is of another type"),
        ):
            breaks = member.required if action == "drop" else value is not DROP and not judge.allows(value)
            if action == "retype" and value is DROP:
                continue
            yield Fault(
                id=f"failure/{name}/{action}",
                kind="failure",
                description=f"`{name}` of every refusal {words}",
                action=action,
                member=name,
                requirement=contract.failure_shape if breaks else None,
            )


def of_rows(contract: Contract) -> Iterator[Fault]:
    """Yield, for every row that can be provoked, its answer with each fixed value changed, each member left out, in other ways
    spoilt, and swapped for that of another row.
    """
    for row in contract.rows.values():
        if row.unreachable:
            continue
        broken = _statement(contract, row)
        for member in row.answer.members:
            if len(member.path) == 2 and member.path[0] == "body":
                name = member.path[1]
                if member.schema.keys() & {"const", "enum"}:
                    yield _row(row, f"{name}/other", f"`{name}` has another value", broken, name)
                if member.required:
                    yield _row(row, f"{name}/drop", f"`{name}` is left out", broken, name)
        for action, words in ROWS.items():
            yield _row(row, action, words, None if _allows(row, action) else broken)
        if contract.media_type is not None and row.scope == "platform":
            yield _row(row, "text-html", "is answered as text/html", contract.media_type[0])
        if other_row(contract, row) is not None:
            yield _row(row, "swapped", "is answered as another row is", broken)


def _statement(contract: Contract, row: ErrorRow) -> str | None:
    """Return the statement that demands a row: its own, or that of the first operation that lists it and where a case
    provokes it.
    """
    if row.requirement:
        return row.requirement
    for operation in contract.operations.values():
        for use in operation.errors:
            if use.key == row.key and unprovoked(use, row) is None:
                return operation.requirement(f"error/{row.key}")
    return None


def _allows(row: ErrorRow, action: str) -> bool:
    """Tell whether an action leaves a row with the status that it has, or with one of several."""
    status = action.removeprefix("status-")
    named = row.answer.schema.get("properties", {}).get("status", {})
    return status.isdigit() and int(status) in (*named.get("enum", ()), named.get("const"))


def other_row(contract: Contract, row: ErrorRow) -> dict[str, Any] | None:
    """Return the fixed values of the answer of another row that an operation lists beside this one and that is not as good,
    as an exchange (`status`, and the members of `body`); None where there is none. A row that says "try again later" is
    none: it answers nothing that was asked.
    """
    beside: dict[str, None] = {}
    fitting = {row.key, *(busy.key for busy in contract.busy)}
    for operation in contract.operations.values():
        uses = {use.key: use for use in operation.errors}
        if row.key in uses:
            beside.update(dict.fromkeys(uses))
            fitting |= {key for key, use in uses.items() if _kin(uses[row.key], use)}
    if not beside and row.scope == "platform":
        beside.update(dict.fromkeys(each.key for each in contract.rows.values() if each.scope == "platform"))
    for key in beside:
        given = fixed(contract.rows[key])
        as_good = any(contract.rows[each].answer.is_valid(given) for each in fitting)
        if key not in fitting and given.get("body") and not as_good:
            return given
    return None


def _kin(row: RowUse, other: RowUse) -> bool:
    return (
        other.key in (*row.same_as, *row.fitting)
        or row.key in (*other.same_as, *other.fitting)
        or bool(set(row.same_as) & set(other.same_as))
    )


def fixed(row: ErrorRow) -> dict[str, Any]:
    """Return the values that a row fixes, of several the first: its status, and members of its body."""
    found: dict[str, Any] = {"body": {}}
    for member in row.answer.members:
        values = [member.schema["const"]] if "const" in member.schema else member.schema.get("enum", ())
        if values and member.path == ("status",):
            found["status"] = values[0]
        elif values and len(member.path) == 2 and member.path[0] == "body":
            found["body"][member.path[1]] = values[0]
    return found


def _row(row: ErrorRow, tail: str, words: str, requirement: str | None, member: str | None = None) -> Fault:
    return Fault(
        id=f"error-row/{row.key}/{tail}",
        kind="error-row",
        description=f"row {row.key}: {words}",
        action=tail.rpartition("/")[2],
        row=row.key,
        member=member,
        requirement=requirement,
    )
