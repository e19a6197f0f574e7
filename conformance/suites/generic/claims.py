"""What the IUT claims (PICS) agrees with what it does.

A claim of yes that does not work is a failure; a claim of no that works is a warning, because somebody may rely on its
being off. An unset claim is decided by the probe and judged by nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance.contract import Contract, IutKey, Level
from conformance.suites.case import Body, Case, SkippedCell
from conformance.suites.context import Context
from conformance.suites.judge import Says, says


def cells(contract: Contract) -> Iterator[Case | SkippedCell]:
    """Yield one cell per claim."""
    for key in contract.keys_of("pics"):
        cell = f"{contract.platform}/pics/{key.name}"
        if key.probe is None:
            yield SkippedCell(cell, "no read-only call shows whether the claim is true")
        else:
            requirement = f"{contract.platform}/pics/{key.name}"
            title = f"The claim {key.name} agrees with what the platform does."
            yield Case(cell, title, (requirement,), _body(key, requirement), (key.probe,))


def _body(key: IutKey, requirement: str) -> Body:
    def body(context: Context) -> None:
        assert key.probe is not None
        claim = context.environment.iut.pics.get(key.name)
        works, seen = probe(context, key)
        statement = context.requirement(requirement)
        if claim is False:
            statement = replace(statement, level=Level.SHOULD)
        agrees = claim is None or claim is works
        said = "unset" if claim is None else "yes" if claim else "no"
        context.check(statement, agrees, expected=f"claimed: {said}", actual=f"{key.probe} answers {seen}")

    return body


def probe(context: Context, key: IutKey) -> tuple[bool, str]:
    """Tell whether what a claim is about works, and what the probe saw.

    Raises:
        Inconclusive: the probe could not be sent.
    """
    assert key.probe is not None
    answer = context.call(key.probe)
    return says(context.contract, answer) is Says.YES, answer.describe()
