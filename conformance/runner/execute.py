"""Running one case: body, postamble, verdict. The only place where an exception becomes a verdict."""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass, field

from conformance.evidence.findings import Finding, Gone, Inconclusive, Stop, verdict_of
from conformance.evidence.verdict import Verdict, combine
from conformance.iut import interruption
from conformance.suites.case import Case
from conformance.suites.checks import Checks, Surroundings


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


def execute(environment: Surroundings, case: Case) -> Outcome:
    """Run a case; never raises for what happens in it.

    Raises:
        KeyboardInterrupt: the run is to end; the case has cleaned up.
    """
    context = environment.context(case)
    environment.recorder.begin(case.id)
    started = time.monotonic()
    reason, verdict, interrupted = "", Verdict.PASS, False
    try:
        if environment.gone_since is not None:
            raise Gone(f"IUT gone since {environment.gone_since}")  # noqa: TRY301 - it is a verdict like any other
        environment.permit(case)
        case.body(context)
        if not context.findings:
            verdict, reason = Verdict.ERROR, "the case checked nothing (a defect of the suite)"
    except Stop:
        pass
    except KeyboardInterrupt:
        interrupted = True
    except Inconclusive as error:
        verdict, reason = Verdict.INCONCLUSIVE, str(error)
    except Exception as error:
        verdict, reason = Verdict.ERROR, _told(error)
    if interrupted or interruption.asked():  # asked for, though a library lost the exception or made another of it
        interruption.heed()
        _postamble(environment, context)
        raise KeyboardInterrupt
    duration = time.monotonic() - started
    _postamble(environment, context)
    verdict = combine([verdict, verdict_of(context.findings)])
    return Outcome(
        case=case,
        verdict=verdict,
        reason=environment.redactor.text(reason),
        findings=tuple(context.findings),
        started_s=started,
        duration_s=duration,
        exchanges=tuple(dict.fromkeys((*environment.recorder.end(), *context.looked_at))),
        notes=tuple(context.notes),
    )


def _postamble(environment: Surroundings, context: Checks) -> None:
    """Clean up; what cannot be deleted is in the journal and does not change a verdict."""
    if environment.gone_since is not None:
        return
    try:
        context.close()
    except Inconclusive as error:
        environment.recorder.note(f"postamble: {error}", keep=True)
    except Exception as error:
        environment.recorder.note(f"postamble failed in the suite: {_told(error)}", keep=True)


def _told(error: Exception) -> str:
    """Return an unexpected exception as text for the developers of the suite."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].name} ({frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{place}"
