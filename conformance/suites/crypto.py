"""Role crypto: every known-answer vector is a case, judged against whatever performs the operation.

The contract of this role is the vector files: one requirement per scheme and operation, cited by its vectors.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Final

from conformance.contract import Contract, Level, Message, Requirement, Role, Source
from conformance.contract.location import vectors_root
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Body, Case
from conformance.suites.checks import Checks, Surroundings
from conformance.vectors import Implementation, Unsupported, VectorFile, VectorTest, judge, load

NAME: Final = "crypto"
"""Takes the place of the platform in ids: `crypto/<scheme>/<operation>/<name>`."""

_SAID = {
    "valid": "gives the answer that follows from the scheme",
    "invalid": "is refused",
    "acceptable": "is answered rightly or refused",
}


@dataclass(kw_only=True)
class Routine(Surroundings):
    """A signing or encrypting routine under test."""

    implementation: Implementation

    def context(self, case: Case) -> CryptoContext:
        """Return what a case of role crypto is given."""
        return CryptoContext(self, case)


class CryptoContext(Checks):
    """One vector under way."""

    def __init__(self, environment: Routine, case: Case) -> None:
        super().__init__(environment, case)
        self.implementation = environment.implementation


@cache
def contract() -> Contract:
    """Return the vector files as a contract."""
    digest = hashlib.sha256()
    for path in sorted(vectors_root().glob("*.json")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    never = Message("never", {"not": {}})
    return Contract(
        platform=NAME,
        title="Known-answer vectors of the documented schemes",
        document={"title": "vectors/"},
        digest=digest.hexdigest(),
        operations={},
        chapters={},
        requirements={each.id: each for each in map(_requirement, load())},
        success=never,
        refusal=never,
        failure_shape=None,
        failure=None,
        media_type=None,
        rows={},
        objects={},
        errata={},
        keys={},
    )


@cache
def cases() -> tuple[Case, ...]:
    """Return a case per vector; the vector's id is the case's."""
    return tuple(_case(file, test) for file in load() for test in file.tests)


def _identity(file: VectorFile) -> str:
    return f"{NAME}/{file.scheme}/{file.operation}"


def _requirement(file: VectorFile) -> Requirement:
    return Requirement(
        id=_identity(file),
        section=f"{file.scheme}/{file.operation}",
        level=Level.MUST,
        role=Role.CRYPTO,
        source=Source.FIELD_NOTE if file.source_kind == "field-note" else Source.DOCUMENT,
        statement=(
            f"The operation {file.operation} of the scheme {file.scheme} gives the answers that follow from its "
            "description and refuses what the description does not allow."
        ),
        heading=file.source,
    )


def _case(file: VectorFile, test: VectorTest) -> Case:
    title = f"{test.comment.rstrip('.')}: {_SAID[test.result]}."
    return Case(id=test.id, title=title, requirements=(_identity(file),), body=_body(file, test), role=Role.CRYPTO)


def _body(file: VectorFile, test: VectorTest) -> Body:
    def body(context: CryptoContext) -> None:
        try:
            outcome = judge(test, context.implementation)
        except Unsupported as error:
            raise Inconclusive(f"the implementation does not offer {error}") from error
        expected = "a refusal" if test.result == "invalid" else dict(outcome.expected)
        context.check(_identity(file), outcome.ok, expected=expected, actual=dict(outcome.actual), note=outcome.note)

    return body
