"""The faults a reference can show, derived from its contract: data with stable ids.

"This check can fail" is shown by switching one of them on, not by writing one more broken server. An id is made of
names the contract gives, so it stays when a schema is rewritten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from conformance.contract import Constraint, Contract, ErrorRow, Member, Message, Operation
from conformance.contract.routing import telling_headers
from conformance.reference.alterations import DROP, MemberJudge, can_falsify, out_of_range, retyped

BOUNDS: Final = ("minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems")
"""Keywords that can be enforced off by one."""

STATUSES: Final = {
    "500": "a success is answered with status 500",
    "201": "a success is answered with the undocumented status 201",
    "404": "a success is answered with status 404",
}
CONTENT_TYPES: Final = {
    "text-plain": "the answer says text/plain",
    "text-html": "the answer says text/html",
    "absent": "the answer has no Content-Type",
}
ENVELOPES: Final = {
    "empty-body": "the body is empty",
    "not-json": "the body is not JSON",
    "html": "the body is an HTML page that calls itself one",
    "array": "the body is the documented object inside an array",
    "string": "the body is the documented object inside a string",
}
REFUSALS: Final = {
    "status-500": "a refusal is answered with status 500",
    "status-400": "a refusal is answered with status 400",
    "empty-body": "a refusal has no body",
    "not-json": "the body of a refusal is not JSON",
    "html": "a refusal is an HTML page",
    "accepted": "a refusal claims success with the contract's full example",
}
ROWS: Final = {
    "status-200": "is answered with status 200",
    "status-400": "is answered with status 400",
    "status-500": "is answered with status 500",
    "empty-body": "is answered without a body",
    "not-json": "is answered with a body that is not JSON",
}
CREDENTIALS: Final = {
    "absent": "a call without credentials is served",
    "wrong": "a call with wrong credentials is served",
    "foreign": "a call with genuine credentials that do not serve this operation is served",
    "refuse-valid": "a call with valid credentials is refused",
}
TRANSPORTS: Final = {
    "close": "the connection is closed without an answer",
    "reset-mid-body": "the connection is reset after half of the body",
    "hang": "no answer ever comes",
    "drip": "the body comes byte by byte, slowly",
    "endless": "the body never ends",
    "huge": "the body is valid JSON of 100 MiB",
    "gzip-bomb": "a small compressed body unpacks to 100 MiB",
    "bad-utf8": "the body holds bytes that are no UTF-8",
    "deep-json": "the body is JSON nested 10,000 deep",
    "wrong-length": "Content-Length promises more than comes",
    "excess-length": "more comes than Content-Length promises",
    "not-http": "what comes is not HTTP",
    "html": "an HTML error page of a gateway comes with status 502",
    "redirect-elsewhere": "the answer redirects to another host",
    "5xx": "the answer is a bare 503",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to be wrong."""

    id: str
    kind: str
    """The first part of the id."""
    description: str
    action: str
    """The last part of the id."""
    subject: str | None = None
    row: str | None = None
    member: str | None = None
    keyword: str | None = None
    requirement: str | None = None
    """Full id of the derived requirement that the fault breaks; None where it breaks a written one, or none."""


class Behaviour(NamedTuple):
    """A behaviour fault that a reference registers by name."""

    requirement: str | None
    """The written requirement (requirements.yaml) that it breaks."""
    description: str


def faults(contract: Contract, behaviours: Mapping[str, Behaviour] | None = None) -> Iterator[Fault]:
    """Yield every fault of a contract, then the behaviour faults that a reference registers by name."""
    for operation in contract.operations.values():
        yield from _response(contract, operation)
        succeeds = operation.requirement("success")
        undocumented = {code: text for code, text in STATUSES.items() if int(code) not in operation.statuses}
        yield from _simple("status", operation, undocumented, succeeds)
        if operation.answers_with_body:  # nothing has neither a media type nor an envelope
            yield from _simple(
                "content-type", operation, CONTENT_TYPES, contract.media_type[0] if contract.media_type else None
            )
            yield from _simple("envelope", operation, ENVELOPES, succeeds)
        yield from _refusals(contract, operation)
        yield from _credentials(contract, operation)
        yield from _constraints(operation)
        yield from _simple("transport", operation, TRANSPORTS, None)
    yield from _failure(contract)
    yield from _rows(contract)
    for name, behaviour in (behaviours or {}).items():
        broken = f"{contract.platform}/{behaviour.requirement}"
        yield Fault(
            id=f"behaviour/{name}",
            kind="behaviour",
            description=behaviour.description,
            action=name,
            requirement=broken if broken in contract.requirements else None,
        )


def _simple(kind: str, operation: Operation, table: Mapping[str, str], requirement: str | None) -> Iterator[Fault]:
    for action, description in table.items():
        yield Fault(
            id=f"{kind}/{operation.subject}/{action}",
            kind=kind,
            description=f"{operation.subject}: {description}",
            action=action,
            subject=operation.subject,
            requirement=requirement,
        )


def _refusals(contract: Contract, operation: Operation) -> Iterator[Fault]:
    """Yield the ways to refuse badly; a status that the failure shape itself allows breaks nothing."""
    for fault in _simple("refusal", operation, REFUSALS, contract.failure_shape):
        status = fault.action.removeprefix("status-")
        allowed = status.isdigit() and contract.failure and _shaped(contract.failure, int(status))
        yield replace(fault, requirement=None) if allowed else fault


def _shaped(failure: Message, status: int) -> bool:
    """Tell whether the failure shape allows a status, without a body or with the body that it describes."""
    body = next((member for member in failure.members if member.path == ("body",)), None)
    examples = body.schema.get("examples", ()) if body else ()
    return any(failure.is_valid({"status": status, **more}) for more in ({}, *({"body": each} for each in examples)))


def _response(contract: Contract, operation: Operation) -> Iterator[Fault]:
    for member in operation.response.members:
        if not member.path:
            continue
        for action, keyword, text in _alterations(operation, member):
            key = operation.requirement(f"response/{member.name}/{keyword}")
            yield Fault(
                id=f"response/{operation.subject}/{member.name}/{action}",
                kind="response",
                description=f"{operation.subject}: `{member.name}` {text}",
                action=action,
                subject=operation.subject,
                member=member.name,
                keyword=keyword,
                requirement=key if keyword and key in contract.requirements else None,
            )


def _alterations(operation: Operation, member: Member) -> Iterator[tuple[str, str | None, str]]:
    """Yield (action, keyword that it breaks or None, words)."""
    judge = MemberJudge(operation.response, member)
    if member.path[-1] not in {"[]", "{}"}:
        yield "drop", "required" if member.required else None, "is left out"
    yield "null", _breaks(member, judge, None), "is null"
    other = retyped(judge)
    if other is not DROP:
        yield "retype", _breaks(member, judge, other), f"is of another type ({type(other).__name__})"
    if can_falsify(member.schema):
        yield "falsify", "const" if "const" in member.schema else None, "has another value"
    beyond = out_of_range(judge)
    if beyond is not DROP:
        yield "out-of-range", _breaks(member, judge, beyond), "is out of range"


def _breaks(member: Member, judge: MemberJudge, value: object) -> str | None:
    """Return the keyword of the member that forbids `value`, or None where it is allowed."""
    if judge.allows(value):
        return None
    for constraint in member.constraints:
        if constraint.keyword == "required":
            continue
        alone = Member(member.name, member.path, {constraint.keyword: constraint.value}, False)
        if not MemberJudge(judge.message, alone).allows(value):
            return constraint.keyword
    return None


def _credentials(contract: Contract, operation: Operation) -> Iterator[Fault]:
    signs_in = any(rule.credential and rule.create == operation.subject for rule in contract.objects.values())
    actions = tuple(CREDENTIALS) if operation.credentials else ("wrong", "refuse-valid") if signs_in else ()
    for action in actions:
        broken = operation.requirement("success" if action == "refuse-valid" else "credentials")
        yield Fault(
            id=f"credentials/{operation.subject}/{action}",
            kind="credentials",
            description=f"{operation.subject}: {CREDENTIALS[action]}",
            action=action,
            subject=operation.subject,
            requirement=broken if broken in contract.requirements else None,
        )


def _constraints(operation: Operation) -> Iterator[Fault]:
    for member in operation.request_members:
        for constraint in member.constraints:
            if _refusable(operation, member, constraint):
                requirement = operation.requirement(f"request/{constraint.key}")
                yield _constraint("unenforced", operation, constraint, "is not enforced", requirement)
                if constraint.keyword in BOUNDS:
                    yield _constraint("off-by-one", operation, constraint, "is enforced one too strictly", requirement)


def _refusable(operation: Operation, member: Member, constraint: Constraint) -> bool:
    """Tell whether a request can break the constraint: a path parameter is always there, any parameter is text, and a call
    without the header that tells two operations of one path apart is the other one.
    """
    if member.name.startswith("header:") and member.path[1] in telling_headers(operation):
        return False
    if member.name.startswith("path:") and constraint.keyword in {"required", "minLength"}:
        return False
    if member.annotation("x-credential"):  # the credentials faults are about it
        return False
    kinds = member.schema.get("type", ())
    is_text = ":" in member.name and "string" in ([kinds] if isinstance(kinds, str) else kinds)
    return not (is_text and constraint.keyword == "type")


def _constraint(kind: str, operation: Operation, constraint: Constraint, words: str, requirement: str) -> Fault:
    return Fault(
        id=f"{kind}/{operation.subject}/{constraint.key}",
        kind=kind,
        description=f"{operation.subject}: {constraint.keyword} of `{constraint.member}` {words}",
        action=constraint.keyword,
        subject=operation.subject,
        member=constraint.member,
        keyword=constraint.keyword,
        requirement=requirement,
    )


def failure_message(contract: Contract) -> Message | None:
    """Return the failure shape, over an exchange, as printed: the first where errata add others."""
    if contract.failure is None:
        return None
    schema = contract.failure.schema
    first = schema["anyOf"][0] if "anyOf" in schema else schema
    return Message("failure", {**first, "$defs": schema.get("$defs", {})})


def _failure(contract: Contract) -> Iterator[Fault]:
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


def _rows(contract: Contract) -> Iterator[Fault]:
    """Yield, for every row that can be provoked, its answer with each fixed value changed and each member left out."""
    for row in contract.rows.values():
        if row.unreachable:
            continue
        for member in row.answer.members:
            if len(member.path) == 2 and member.path[0] == "body":
                if "const" in member.schema:
                    yield _row(row, f"{member.path[1]}/other", f"`{member.path[1]}` has another value", member.path[1])
                if member.required:
                    yield _row(row, f"{member.path[1]}/drop", f"`{member.path[1]}` is left out", member.path[1])
        for action, words in ROWS.items():
            yield _row(row, action, words)


def _row(row: ErrorRow, tail: str, words: str, member: str | None = None) -> Fault:
    return Fault(
        id=f"error-row/{row.key}/{tail}",
        kind="error-row",
        description=f"row {row.key}: {words}",
        action=tail.rpartition("/")[2],
        row=row.key,
        member=member,
        requirement=row.requirement or None,
    )
