"""The faults a reference can show, derived from its contract: data with stable ids.

"This check can fail" is shown by switching one of them on, not by writing one more broken server. An id is made of
names the contract gives, so it stays when a schema is rewritten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from conformance.contract import Constraint, Contract, Member, Message, Operation
from conformance.contract.routing import telling_headers
from conformance.reference import deeds, leniency, member_faults, row_faults
from conformance.reference.fault import Behaviour, Fault, simple
from conformance.reference.row_faults import failure_message

__all__ = ["BOUNDS", "Behaviour", "Fault", "failure_message", "faults"]

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
BEARABLE: Final = frozenset({"drip", "endless", "huge", "gzip-bomb"})
"""Of these, what no sentence forbids: the suite has bounds for it, and its own tests show them. Nor does one forbid a 503
where it is a row of the document that says "try again later".
"""


def faults(contract: Contract, behaviours: Mapping[str, Behaviour] | None = None) -> Iterator[Fault]:
    """Yield every fault of a contract, then the behaviour faults that a reference registers by name."""
    for operation in contract.operations.values():
        yield from member_faults.of_answer(contract, operation)
        succeeds = operation.requirement("success")
        undocumented = {code: text for code, text in STATUSES.items() if int(code) not in operation.statuses}
        yield from simple("status", operation, undocumented, succeeds)
        if operation.answers_with_body:  # nothing has neither a media type nor an envelope
            yield from simple(
                "content-type", operation, CONTENT_TYPES, contract.media_type[0] if contract.media_type else None
            )
            yield from simple("envelope", operation, ENVELOPES, succeeds)
        yield from _refusals(contract, operation)
        yield from _credentials(contract, operation)
        yield from _constraints(operation)
        for fault in simple("transport", operation, TRANSPORTS, succeeds):
            bearable = fault.action in BEARABLE or (fault.action == "5xx" and _says_busy(contract))
            yield replace(fault, requirement=None) if bearable else fault
        yield from deeds.of_operation(contract, operation)
    for notification in contract.notifications.values():
        yield from member_faults.of_notification(contract, notification)
    yield from row_faults.of_failure(contract)
    yield from row_faults.of_rows(contract)
    yield from leniency.faults(contract)
    for name, behaviour in (behaviours or {}).items():
        broken = f"{contract.platform}/{behaviour.requirement}"
        yield Fault(
            id=f"behaviour/{name}",
            kind="behaviour",
            description=behaviour.description,
            action=name,
            requirement=broken if broken in contract.requirements else None,
        )


def _says_busy(contract: Contract) -> bool:
    """Tell whether a bare 503 is a row that asks the caller to try again later."""
    return any(row.answer.is_valid({"status": 503, "body": None}) for row in contract.busy)


def _refusals(contract: Contract, operation: Operation) -> Iterator[Fault]:
    """Yield the ways to refuse badly; a status that the failure shape itself allows breaks nothing."""
    for fault in simple("refusal", operation, REFUSALS, contract.failure_shape):
        status = fault.action.removeprefix("status-")
        allowed = status.isdigit() and contract.failure and _shaped(contract.failure, int(status))
        yield replace(fault, requirement=None) if allowed else fault


def _shaped(failure: Message, status: int) -> bool:
    """Tell whether the failure shape allows a status, without a body or with the body that it describes."""
    body = next((member for member in failure.members if member.path == ("body",)), None)
    examples = body.schema.get("examples", ()) if body else ()
    return any(failure.is_valid({"status": status, **more}) for more in ({}, *({"body": each} for each in examples)))


def _credentials(contract: Contract, operation: Operation) -> Iterator[Fault]:
    signs_in = any(rule.credential and rule.create == operation.subject for rule in contract.objects.values())
    actions = tuple(CREDENTIALS) if operation.credentials else ("wrong", "refuse-valid") if signs_in else ()
    others = any(rule.credential and name not in operation.credentials for name, rule in contract.objects.items())
    for action in actions:
        broken: str | None = operation.requirement("success" if action == "refuse-valid" else "credentials")
        if action == "foreign" and not others:
            broken = None  # the contract knows no genuine credentials that do not serve: a written statement may
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
                    strictly, laxly = "is enforced one too strictly", "is enforced one too laxly"
                    yield _constraint("off-by-one", operation, constraint, strictly, requirement)
                    yield _constraint("lax-by-one", operation, constraint, laxly, requirement)


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
