"""Generated messages: valid ones are served, invalid ones are refused or accepted but never break the platform.

Schemathesis draws them; sending, evidence and judging are ours, so that every limit, redaction and verdict rule holds here
too. Its coverage phase (each keyword's boundary values, systematically) is a case of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

import hypothesis
from hypothesis import given

from conformance.contract import Contract, Operation
from conformance.contract.derive import unbreakable
from conformance.evidence.exchange import Answer
from conformance.platforms.draft import ABSENT, Draft
from conformance.suites.case import Body, Case, SkippedCell
from conformance.suites.context import Context
from conformance.suites.generic import drawn
from conformance.suites.generic.drawn import Drawn
from conformance.suites.generic.valid import makers
from conformance.suites.judge import Says, Stated, says
from conformance.suites.property import Examples, profile
from conformance.suites.samples import make_unique


def cells(contract: Contract, operation: Operation) -> Iterator[Case | SkippedCell]:
    """Yield the cells of one operation."""
    identity = f"{contract.platform}/{operation.subject}"
    calls = (operation.subject, *makers(contract, operation))
    shape = contract.failure_shape
    members = [member for member in operation.request_members if _free(contract, operation, member.name)]
    why_not = operation.raw.get("x-no-generated-valid")
    if not members:
        why_not = "the request has no member whose value is the caller's choice"
    if why_not:
        yield SkippedCell(f"{identity}/generated/valid", why_not)
    else:
        title = "Generated valid requests are served."
        success = (operation.requirement("success"),)
        yield Case(f"{identity}/generated/valid", title, success, _valid(operation), calls, examples=50)
    breakable = [
        member
        for member in operation.request_members
        if not member.name.startswith(("path:", "header:"))
        and any(unbreakable(member, constraint) is None for constraint in member.constraints)
    ]
    if shape is None or not breakable:
        for purpose in ("generated/invalid", "coverage"):
            yield SkippedCell(f"{identity}/{purpose}", "the request has no constraint that a generated value can break")
        return
    title = "Generated invalid requests are answered in a documented way."
    yield Case(f"{identity}/generated/invalid", title, (shape,), _invalid(operation), calls, examples=50)
    title = "Requests at each keyword's boundary, made systematically, are answered in a documented way."
    yield Case(f"{identity}/coverage", title, (shape,), _coverage(operation), calls, examples=30)


def _free(contract: Contract, operation: Operation, member: str) -> bool:
    """Tell whether a member's value is the caller's choice: not an id, not a credential, not the body as a whole."""
    secret = any(
        operation.subject in {rule.create, *rule.renewed_by} and member in rule.given
        for rule in contract.objects.values()
    )
    carried = any(
        each.name == member and (each.annotation("x-credential") or each.annotation("x-unjudged"))
        for each in operation.request_members
    )
    whole = member == "body" and not (operation.request and operation.request.members[0].schema.get("x-keys"))
    return not (member in operation.needs or secret or whole or carried)


def _valid(operation: Operation) -> Body:
    def body(context: Context) -> None:
        base = context.draft(operation)
        examples = Examples(context)

        def one(message: Drawn) -> None:
            draft = message.on(base)
            make_unique(draft, context.unique, context.told)
            draft.body = context.fitted(operation, draft.body)
            context.fill_needs(draft)
            context.succeed(draft)

        keys = context.keys(operation)

        @hypothesis.seed(context.seed)
        @profile(context)
        @given(drawn.strategy(operation, valid=True, keys=keys, most=context.most))
        def test(message: Drawn) -> None:
            examples.judge(lambda: one(message))

        examples.conclude(test)

    return body


def _invalid(operation: Operation) -> Body:
    def body(context: Context) -> None:
        base = context.draft(operation, full=True)
        examples = Examples(context)

        @hypothesis.seed(context.seed)
        @profile(context)
        @given(drawn.strategy(operation, valid=False))
        def test(message: Drawn) -> None:
            examples.judge(lambda: judge_drawn(context, operation, message.on(base)))

        examples.conclude(test)

    return body


def _coverage(operation: Operation) -> Body:
    def body(context: Context) -> None:
        base = context.draft(operation, full=True)
        limit = context.environment.examples if context.environment.iut.live else None
        examples = Examples(context)

        def test() -> None:
            for number, message in enumerate(drawn.coverage(operation)):
                if limit is not None and number >= limit:
                    return
                draft = message.on(base)
                examples.judge(lambda draft=draft: judge_drawn(context, operation, draft))  # type: ignore[misc]

        examples.conclude(test)

    return body


def judge_drawn(context: Context, operation: Operation, draft: Draft) -> None:
    """Send a message of unknown validity; the contract tells what its answer is worth."""
    if context.amount(draft) > context.most:
        return  # drawn for its form, not to make so many irreversible objects
    # In a query every value is a text, so that a wrong type is none on the wire.
    broken = None if context.in_query(operation) else _broken_constraint(operation, draft)
    answer = context.send(draft)
    if broken is not None:
        context.refused(operation.requirement(f"request/{broken}"), answer, Stated.CONSTRAINT)
    else:
        _documented(context, answer)


def _broken_constraint(operation: Operation, draft: Draft) -> str | None:
    """Return `member/keyword` of a constraint that the body breaks and the contract names; None where it is valid."""
    if operation.request is None or draft.payload is not None:
        return None
    if draft.body is ABSENT:
        return None
    known = {
        constraint.key
        for member in operation.request_members
        for constraint in member.constraints
        if unbreakable(member, constraint) is None
    }
    return next((each.key for each in operation.request.violations(draft.body) if each.key in known), None)


def _documented(context: Context, answer: Answer) -> None:
    """Check that an answer is one of the documented kinds, whichever."""
    assert context.contract.failure_shape is not None
    context.check(
        context.contract.failure_shape,
        says(context.contract, answer) is not Says.NEITHER,
        expected="success or a refusal of the documented shape",
        actual=answer.describe(),
        answer=answer,
    )
