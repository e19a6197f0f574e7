"""Role crypto: every known-answer vector is a case, judged against a program that performs the operation.

The contract of this role is the vector files: one requirement per scheme and operation, cited by its vectors. How the
program has to speak is the adapter protocol: what breaks it is a finding about the subject `adapter`.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain
from typing import Any, Final

from conformance.contract import Contract, Level, Message, Requirement, Role, Source, keys_of_role
from conformance.contract.location import schemas_root, vectors_root
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Body, Case
from conformance.suites.checks import Checks, Surroundings
from conformance.vectors import Unsupported, VectorFile, VectorTest, judge, load
from conformance.vectors.protocol import Adapter, Breach, GivenUp

NAME: Final = "crypto"
"""Takes the place of the platform in ids: `crypto/<scheme>/<operation>/<name>`."""
PROTOCOL: Final = "schemas/suite/adapter-protocol.json"
INTRODUCTION: Final = f"{NAME}/adapter/introduction"
REPLIES: Final = f"{NAME}/adapter/replies"
END: Final = f"{NAME}/adapter/end"
_STATEMENTS: Final = {
    INTRODUCTION: "Asked to start, the program says what it is and what it does, as the adapter protocol describes it.",
    REPLIES: "The program replies to each request in time by exactly one line that is as the adapter protocol describes it.",
    END: "Told to stop, the program says nothing more and ends with status 0.",
}
_PADDING: Final = (
    "padding",
    "Padding that cannot be right is refused, which is how another key shows; the document's sample looks at its last byte.",
)
_HEX_CASE: Final = (
    "hex-case",
    "Hexadecimal digits in upper case are refused; printed examples have lower case, and no sentence says which.",
)
_ADVICE: Final = {
    ("envelope", "decrypt", "PaddingNotChecked"): _PADDING,
    ("envelope", "decrypt", "WrongKey"): _PADDING,
    ("envelope", "verify", "UpperCaseHex"): _HEX_CASE,
    ("mqtt-password", "verify", "UpperCaseHex"): _HEX_CASE,
}
"""What the documents leave open and careful routines do all the same: the end of the statement's id, and the statement, by
scheme, operation and the flag of the vectors about it.
"""
_SAID = {
    "valid": "gives the answer that follows from the scheme",
    "invalid": "is refused",
    "acceptable": "is answered rightly or refused",
}


@dataclass(kw_only=True)
class Routine(Surroundings):
    """A signing or encrypting routine under test, behind the adapter protocol."""

    adapter: Adapter
    exchange: str = ""
    """Id of the evidence of the last line and its reply."""
    _vectors: dict[str, VectorTest] = field(default_factory=lambda: {test.id: test for f in load() for test in f.tests})
    _last: float = field(default_factory=time.monotonic)

    def record(self, sent: bytes, came: bytes | None, error: str) -> None:
        """Write a line and its reply to the evidence."""
        now = time.monotonic()
        self.exchange = self.recorder.line(sent, came, error, 1000 * (now - self._last))
        self._last = now

    def unclaimed(self, case: Case) -> str:
        """Return why the program's introduction leaves a vector out."""
        test, told = self._vectors.get(case.id), self.adapter.introduction
        return told.lacks(test.scheme, test.operation, test.inputs) if test and told else ""

    def context(self, case: Case) -> CryptoContext:
        """Return what a case of role crypto is given."""
        self._last = time.monotonic()
        return CryptoContext(self, case)


class CryptoContext(Checks):
    """One vector under way."""

    def __init__(self, environment: Routine, case: Case) -> None:
        super().__init__(environment, case)
        self.adapter = environment.adapter
        self._environment = environment

    def show(self) -> None:
        """Let findings from now on show the last line and its reply."""
        self.evidence = self._environment.exchange


@cache
def contract() -> Contract:
    """Return the vector files and the adapter protocol as a contract."""
    digest = hashlib.sha256()
    for path in (*sorted(vectors_root().glob("*.json")), schemas_root() / "suite" / "adapter-protocol.json"):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    never = Message("never", {"not": {}})
    requirements = [
        *chain.from_iterable(map(_requirements, load())),
        *(_conduct(*each) for each in _STATEMENTS.items()),
    ]
    return Contract(
        platform=NAME,
        title="Known-answer vectors of the documented schemes",
        document={"title": "vectors/"},
        digest=digest.hexdigest(),
        operations={},
        chapters={},
        requirements={each.id: each for each in requirements},
        success=never,
        refusal=never,
        failure_shape=None,
        failure=None,
        media_type=None,
        rows={},
        objects={},
        errata={},
        keys=keys_of_role(Role.CRYPTO),
    )


@cache
def cases() -> tuple[Case, ...]:
    """Return a case per vector, whose id is the case's, between those of the program's introduction and of its end."""
    vectors = (_case(file, test) for file in load() for test in file.tests)
    return (_INTRODUCES, *vectors, _REPLIES, _ENDS)


def _identity(file: VectorFile, test: VectorTest | None = None) -> str:
    """Return the statement about an operation, or that which a vector of it is about."""
    end = next((end for end, _ in _advice(file, test)), None) if test is not None else None
    return f"{NAME}/{file.scheme}/{file.operation}" + (f"/{end}" if end else "")


def _advice(file: VectorFile, test: VectorTest) -> list[tuple[str, str]]:
    found = (_ADVICE.get((file.scheme, file.operation, flag)) for flag in test.flags)
    return [each for each in found if each is not None]


def _requirements(file: VectorFile) -> Iterator[Requirement]:
    rule = Requirement(
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
    yield rule
    for end, statement in dict.fromkeys(each for test in file.tests for each in _advice(file, test)):
        yield replace(rule, id=f"{rule.id}/{end}", level=Level.SHOULD, statement=statement)


def _conduct(identity: str, statement: str) -> Requirement:
    return Requirement(
        id=identity,
        section="adapter",
        level=Level.MUST,
        role=Role.CRYPTO,
        source=Source.BASE_STANDARD,
        statement=statement,
        heading=PROTOCOL,
    )


def _case(file: VectorFile, test: VectorTest) -> Case:
    title = f"{test.comment.rstrip('.')}: {_SAID[test.result]}."
    return Case(
        id=test.id, title=title, requirements=(_identity(file, test),), body=_body(file, test), role=Role.CRYPTO
    )


def _body(file: VectorFile, test: VectorTest) -> Body:
    expected: Any = "a refusal" if test.result == "invalid" else dict(test.expected)
    note = " ".join(str(each) for each in test.notes)
    statement = _identity(file, test)

    def body(context: CryptoContext) -> None:
        try:
            outcome = judge(test, context.adapter)
        except GivenUp as error:
            raise Inconclusive(f"not asked: {error}") from error
        except Breach as error:
            context.show()
            context.check(REPLIES, False, expected="one line, in time, as the protocol has it", actual=str(error))
            context.check(statement, False, expected=expected, actual="no usable answer", note=note)
        except Unsupported as error:
            context.show()
            actual = f"unsupported ({error}), although the program declares it"
            context.check(statement, False, expected=expected, actual=actual, note=note)
        else:
            context.show()
            told = outcome.note if outcome.ok else f"{outcome.note}{_diagnosis(test, outcome.answer)}"
            context.check(statement, outcome.ok, expected=expected, actual=dict(outcome.actual), note=told)

    return body


def _diagnosis(test: VectorTest, answer: Any) -> str:
    from conformance.vectors.diagnosis import diagnose

    mistake = diagnose(test, answer) if answer is not None else None
    return f" Diagnosis: {mistake} ({mistake.flag.name})." if mistake else ""


def _introduces(context: CryptoContext) -> None:
    told = context.adapter.introduction
    context.show()
    actual = context.adapter.fault if told is None else f"{told.name} {told.version}"
    context.check(INTRODUCTION, told is not None, expected="a line `started`", actual=actual)


def _replies(context: CryptoContext) -> None:
    if context.adapter.introduction is None:
        raise Inconclusive(f"not asked: {context.adapter.fault}")
    if not context.adapter.asked:
        raise Inconclusive("no vector of this run was put to the program; widen --only or --exclude")
    breaches = context.adapter.breaches
    actual = f"{len(breaches)} of {context.adapter.asked} requests without; first: {breaches[0]}" if breaches else ""
    context.check(REPLIES, not breaches, expected="one line for each request", actual=actual)


def _ends(context: CryptoContext) -> None:
    try:
        context.adapter.stop()
    except GivenUp as error:
        raise Inconclusive(f"not asked: {error}") from error
    except Breach as error:
        context.show()
        context.check(END, False, expected="nothing said, exit status 0", actual=str(error))
    else:
        context.show()
        context.check(END, True)


_INTRODUCES: Final = Case(
    id=f"{INTRODUCTION}/started",
    title="The program introduces itself.",
    requirements=(INTRODUCTION,),
    body=_introduces,
    role=Role.CRYPTO,
)
_REPLIES: Final = Case(
    id=f"{REPLIES}/each",
    title="Every request of the run had one reply as the protocol describes it.",
    requirements=(REPLIES,),
    body=_replies,
    role=Role.CRYPTO,
)
_ENDS: Final = Case(
    id=f"{END}/stop",
    title="The program ends when it is told to.",
    requirements=(END,),
    body=_ends,
    role=Role.CRYPTO,
)
