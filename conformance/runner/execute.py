"""Running one case: body, postamble, verdict. The only place where an exception becomes a verdict."""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass, field

from conformance.contract import ALLOWED_UNASKED
from conformance.evidence.findings import Finding, Gone, Inconclusive, Stop, verdict_of
from conformance.evidence.verdict import Verdict, combine
from conformance.suites.case import Case
from conformance.suites.context import Context
from conformance.suites.environment import Budget, Environment, call_class


@dataclass(frozen=True)
class Outcome:
    """What one case came to."""

    case: Case
    verdict: Verdict
    reason: str = ""
    """Why it is INCONCLUSIVE, ERROR or NOT_APPLICABLE."""
    findings: tuple[Finding, ...] = ()
    started_s: float = 0.0
    duration_s: float = 0.0
    exchanges: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def broken(self) -> tuple[Finding, ...]:
        """The findings that did not hold, the worst first, each statement and place once."""
        seen: dict[tuple[str, str], Finding] = {}
        for finding in self.findings:
            if not finding.holds:
                seen.setdefault((finding.requirement.id, finding.pointer), finding)
        return tuple(sorted(seen.values(), key=lambda finding: finding.verdict is not Verdict.FAIL))


def execute(environment: Environment, case: Case) -> Outcome:
    """Run a case; never raises for what happens in it."""
    context = Context(environment, case)
    environment.recorder.begin(case.id)
    started = time.monotonic()
    reason, verdict = "", Verdict.PASS
    try:
        if environment.gone_since is not None:
            raise Gone(f"IUT gone since {environment.gone_since}")  # noqa: TRY301 - it is a verdict like any other
        _permit(environment, case)
        case.body(context)
        if not context.findings:
            verdict, reason = Verdict.ERROR, "the case checked nothing (a defect of the suite)"
    except Stop:
        pass
    except Inconclusive as error:
        verdict, reason = Verdict.INCONCLUSIVE, str(error)
    except Exception as error:
        verdict, reason = Verdict.ERROR, _told(error)
    duration = time.monotonic() - started
    _postamble(context)
    verdict = combine([verdict, verdict_of(context.findings)])
    return Outcome(
        case=case,
        verdict=verdict,
        reason=environment.redactor.text(reason),
        findings=tuple(context.findings),
        started_s=started,
        duration_s=duration,
        exchanges=tuple(environment.recorder.end()),
        notes=tuple(context.notes),
    )


def _permit(environment: Environment, case: Case) -> None:
    """Refuse, before anything is sent, a case that does more to a live system than it was allowed.

    Raises:
        Inconclusive: its class needs `--allow`.
    """
    kind = call_class(environment.contract, case)
    if environment.iut.live and kind not in ALLOWED_UNASKED | environment.allowed:
        raise Inconclusive(f"{kind} calls are not sent to a live system without --allow {kind}")


def _postamble(context: Context) -> None:
    """Clean up; what cannot be deleted is in the journal and does not change a verdict."""
    if context.environment.gone_since is not None:
        return
    # A run that has used up its calls or its time still takes away what it made.
    spent, context.environment.budget = context.environment.budget, Budget()
    try:
        context.close()
    except Inconclusive as error:
        context.environment.recorder.note(f"postamble: {error}", keep=True)
    except Exception as error:
        context.environment.recorder.note(f"postamble failed in the suite: {_told(error)}", keep=True)
    finally:
        context.environment.budget = spent


def _told(error: Exception) -> str:
    """Return an unexpected exception as text for the developers of the suite."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].name} ({frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{place}"
