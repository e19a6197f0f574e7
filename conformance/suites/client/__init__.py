"""Role client: the IUT calls a platform, and what it sends is judged. Every case looks at what was heard before it runs.

What is stated about all clients follows from the contract; what binds the clients of one platform stands in
`suites/<platform>/client.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from conformance.contract import Contract, Operation, Role
from conformance.suites.case import Body, Case, SkippedCell
from conformance.suites.client import conduct, provoked
from conformance.suites.client.context import ClientContext
from conformance.suites.client.listener import Rule, listener
from conformance.suites.client.provocations import PROVOCATIONS, concerning


def cells(contract: Contract) -> Iterator[Case | SkippedCell]:
    """Yield every cell of role client: operation × request and credentials, the conduct as a whole, the provocations."""
    heard = listener(contract.platform)
    if heard is None:
        return
    for operation in contract.operations.values():
        yield from _of_operation(contract, operation)
    for rule in heard.rules:
        yield _case(contract, f"{rule.subject}/{rule.purpose}", rule.title, (rule.requirement,), _ruled(rule))
    for purpose, (title, statement, body) in conduct.CASES.items():
        if f"{contract.platform}/client/{statement}" in contract.requirements:
            yield _case(contract, f"any/{purpose}", title, (f"client/{statement}",), body)
    known = concerning(contract)
    for each in PROVOCATIONS.values():
        if each in known:
            yield _case(contract, f"provoked/{each.name}", each.title, (each.statement,), provoked.BODIES[each.name])
        else:
            identity = f"{contract.platform}/client/provoked/{each.name}"
            yield SkippedCell(identity, each.unconcerned, Role.CLIENT)


def _of_operation(contract: Contract, operation: Operation) -> Iterator[Case | SkippedCell]:
    prefix = f"{contract.platform}/{operation.section}/call/"
    stated = tuple(
        f"{operation.section}/call/{constraint.key}"
        for member in operation.binding_members
        for constraint in member.constraints
    )
    if operation.request is not None:
        stated = (f"{operation.section}/call/encoding", *stated)
    name = operation.subject
    if stated:
        yield _case(contract, f"{name}/request", f"A call of {name} is as the document says.", stated, _request(name))
    else:
        cell = f"{contract.platform}/client/{name}/request"
        yield SkippedCell(cell, "the document says nothing of the request beyond its address", Role.CLIENT)
    if f"{prefix}credentials" in contract.requirements:
        title = f"A call of {name} shows credentials that are valid."
        yield _case(
            contract, f"{name}/credentials", title, (f"{operation.section}/call/credentials",), _credentials(name)
        )


def _case(contract: Contract, tail: str, title: str, requirements: tuple[str, ...], body: Body) -> Case:
    return Case(
        f"{contract.platform}/client/{tail}",
        title,
        tuple(f"{contract.platform}/{each}" for each in requirements),
        body,
        role=Role.CLIENT,
    )


def _request(subject: str) -> Body:
    def body(context: ClientContext) -> None:
        for call in context.calls(subject):
            context.all_of(context.environment.judge.message(call), call)

    return body


def _credentials(subject: str) -> Body:
    def body(context: ClientContext) -> None:
        environment = context.environment
        for call in context.calls(subject):
            context.all_of(environment.judge.credentials(call, environment.ledger), call)

    return body


def _ruled(rule: Rule) -> Body:
    def body(context: ClientContext) -> None:
        subject = None if rule.subject == "any" else rule.subject
        context.calls(subject)
        for _, calls in context.environment.by_pass:
            for call, breach in rule.judge(calls, context.environment.facts):
                context.broken(rule.requirement, breach, call)

    return body
