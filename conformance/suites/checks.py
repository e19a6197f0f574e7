"""Checking: what every case can do, whatever the role of the IUT.

A check holds one statement against one observation and records a finding. What a breach is worth is not the case's to say:
source and level of the statement decide.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from conformance.contract import Contract, DeviceMessage, IutKey, Requirement, Source
from conformance.contract.members import tries
from conformance.contract.messages import shorten
from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Finding, Inconclusive
from conformance.evidence.received import Received
from conformance.evidence.recorder import Recorder
from conformance.evidence.redaction import Redactor
from conformance.evidence.verdict import Verdict, worst
from conformance.iut.config import Iut, value_of
from conformance.iut.errors import UsageError
from conformance.suites.case import Case

if TYPE_CHECKING:  # runs without MQTT start without its packets
    from conformance.mqtt.record import Record


@dataclass(kw_only=True)
class Surroundings:
    """What all cases of one session with one IUT share."""

    iut: Iut
    contract: Contract
    recorder: Recorder
    redactor: Redactor
    seed: int = 0
    level: str = "core"
    gone_since: str | None = field(default=None)
    """The case after which the IUT no longer answered."""
    tell: Callable[[str], object] = field(default=lambda _: None)
    """Tells the tester something while cases run: what is awaited, what to do."""

    def pixit(self, name: str) -> Any:
        """Return a PIXIT value, its default included; None where neither is there."""
        return value_of(self.iut, self.contract, name)

    @property
    def examples(self) -> int:
        """Examples per property test: 50 to what we start, else what the tester allows."""
        given = self.iut.pixit.get("examples")
        if given is not None:
            return int(given)
        return int(self.pixit("examples") or 5) if self.iut.live else 50

    @property
    def notice(self) -> str:
        """What the tester must know before the first call; empty where there is nothing."""
        return ""

    @property
    def clock_offset_ms(self) -> int | None:
        """The IUT's clock minus ours, as far as its answers told."""
        return None

    def prober(self) -> Callable[[IutKey], bool] | None:
        """Return what decides an unset claim; None where nothing can."""
        return None

    def obstacle(self) -> str | None:
        """Return what keeps the suite from speaking to the IUT at all, once it has tried; None where nothing does."""
        return None

    def unclaimed(self, case: Case) -> str:
        """Return why the IUT itself declares that a case does not concern it; empty where it does."""
        del case
        return ""

    def permit(self, case: Case) -> None:
        """Refuse, before anything is sent, a case that does more to a live system than it was allowed.

        Raises:
            Inconclusive: its class needs `--allow`.
        """
        del case

    def context(self, case: Case) -> Checks:
        """Return what a case is given."""
        return Checks(self, case)


class Checks:
    """One case under way: its findings."""

    MQTT_SIDE: ClassVar[Literal["broker", "client"]] = "client"
    """Which side of MQTT the suite is, where a case of the role speaks it."""

    def __init__(self, environment: Surroundings, case: Case) -> None:
        self._surroundings = environment
        self.case = case
        self.findings: list[Finding] = []
        self.notes: list[str] = []
        """Information for the reader of the report; judges nothing."""
        self.last: Answer | None = None
        self.evidence = ""
        """Id of the evidence that a finding shows where no answer of HTTP is there to show."""
        self.looked_at: dict[str, None] = {}
        """Ids of evidence that was written before the case began and that it judges."""
        self.random = Random(f"{case.id}/{environment.seed}")  # noqa: S311 - reproducible choice, not secrecy
        self._tried: set[str] = set()

    @property
    def contract(self) -> Contract:
        """The contract that holds for the IUT."""
        return self._surroundings.contract

    @property
    def seed(self) -> int:
        """Seed of the case: made of its id and the run's seed, so that any other order gives the same examples."""
        digest = hashlib.sha256(f"{self.case.id}\0{self._surroundings.seed}".encode()).digest()
        return int.from_bytes(digest[:8], "big")

    def pixit(self, name: str) -> Any:
        """Return what the tester told, or the default."""
        return self._surroundings.pixit(name)

    def credential(self, key: str) -> str:
        """Return a credential, or the one that stands in for it (`default` in iut.yaml).

        Raises:
            Inconclusive: the IUT file gives neither.
        """
        given = self._surroundings.iut.credentials
        rule = self.contract.keys.get(f"credentials.{key}")
        usual = rule.default if rule and rule.default else key
        value = given.get(key, given.get(usual))
        if value is None:
            raise Inconclusive(
                f'needs the credential {usual}: give {usual} = "env:NAME" under [credentials] in the IUT file'
            )
        return value

    def told(self, name: str) -> Any:
        """Return what only the tester knows.

        Raises:
            Inconclusive: the IUT file does not give it.
        """
        value = self.pixit(name)
        if value is None:
            raise Inconclusive(f"needs what only the tester knows: give [pixit] {name} in the IUT file")
        return value

    def close(self) -> None:
        """Run the postamble; there is none where nothing was made."""

    def requirement(self, identity: str) -> Requirement:
        """Return a requirement by its id, with or without the platform.

        Raises:
            UsageError: there is none (a mistake of the suite).
        """
        full = identity if identity in self.contract.requirements else f"{self.contract.platform}/{identity}"
        try:
            return self.contract.requirements[full]
        except KeyError:
            raise UsageError(f"{self.case.id} cites the requirement {identity}, which does not exist") from None

    def check(
        self,
        requirement: str | Requirement,
        holds: bool,
        *,
        expected: Any = "",
        actual: Any = "",
        pointer: str = "",
        note: str = "",
        answer: Answer | Received | None = None,
    ) -> bool:
        """Record whether a statement holds; the statement's source and level decide what a breach is worth."""
        statement = self.requirement(requirement) if isinstance(requirement, str) else requirement
        if holds:
            if statement.id not in self._tried:
                self._tried.add(statement.id)
                self.findings.append(
                    Finding(statement, Verdict.PASS, exchange=_shown(answer or self.last) or self.evidence)
                )
            return True
        shown = answer or self.last
        if isinstance(shown, Answer) and not shown.evidence:
            # Past the limit of the case exchanges are only counted; the one that broke something is kept all the same.
            shown = replace(shown, evidence=self._surroundings.recorder.http(shown, keep=True))
        opted = statement.source is Source.FIELD_NOTE and bool(self.pixit("gateway"))
        verdict = worst(statement.source, statement.level, field_notes=opted)
        self.findings.append(
            Finding(statement, verdict, _words(expected), _words(actual), pointer, note, _shown(shown) or self.evidence)
        )
        return False

    def cited(
        self,
        requirement: str | Requirement,
        holds: bool,
        record: Record | None,
        *,
        expected: Any = "",
        actual: Any = "",
        pointer: str = "",
        note: str = "",
    ) -> bool:
        """Check a statement, with a packet of MQTT as its evidence."""
        before = len(self.findings)
        self.check(requirement, holds, expected=expected, actual=actual, pointer=pointer, note=note)
        if record is not None and len(self.findings) > before:
            shown = self._surroundings.recorder.mqtt_id(record, suite=self.MQTT_SIDE)
            self.findings[-1] = replace(self.findings[-1], exchange=shown)
        return holds

    def shape(self, message: DeviceMessage, instance: Any, record: Record | None) -> bool:
        """Check what the schema of a message says of an instance; tell whether it is valid."""
        violations = message.message.violations(instance)
        broken = {each.key for each in violations}
        for each in violations:
            statement = message.requirement(f"message/{each.key}")
            self.cited(statement, False, record, expected=each.expected, actual=each.actual, pointer=each.pointer)
        for member in message.message.members:
            for constraint in member.constraints:
                if constraint.key not in broken and tries(constraint, member.path, instance):
                    self.cited(message.requirement(f"message/{constraint.key}"), True, record)
        return not violations

    def violated(self, requirement: str, records: Iterable[Record]) -> bool:
        """Make a finding of each statement of MQTT that packets of the IUT violate; tell whether there is one."""
        found = [(record, violation) for record in records for violation in record.violations]
        for record, violation in found:
            self.cited(
                requirement,
                False,
                record,
                expected=f"[{violation.statement}] holds",
                actual=violation.detail,
                pointer=violation.statement,
                note=str(violation),
            )
        return bool(found)

    def equal(
        self,
        requirement: str | Requirement,
        actual: Any,
        expected: Any,
        *,
        pointer: str = "",
        answer: Answer | Received | None = None,
        note: str = "",
    ) -> bool:
        """Check that a value is the expected one (JSON equality: 1 equals 1.0, true does not equal 1)."""
        same = json_equal(actual, expected)
        return self.check(
            requirement, same, expected=expected, actual=actual, pointer=pointer, answer=answer, note=note
        )


def json_equal(left: Any, right: Any) -> bool:
    """Tell whether two JSON values are equal as JSON Schema compares them."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left == right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(json_equal(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(json_equal, left, right))
    return type(left) is type(right) and left == right


def _shown(answer: Answer | Received | None) -> str:
    return answer.evidence if answer else ""


def _words(value: Any) -> str:
    return value if isinstance(value, str) else shorten(value)
