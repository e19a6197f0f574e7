"""Verdicts: how they combine, what a breach is worth, and how the end of a case becomes one."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from conformance.contract import Level, Source
from conformance.evidence.findings import Inconclusive, Stop
from conformance.evidence.verdict import EXIT_STATUS, Verdict, combine, worst
from conformance.runner.execute import execute
from conformance.suites.context import Context

from .fake import NO, a_case, answer, context, environment

P, W, I, F, E, N = (  # noqa: E741
    Verdict.PASS,
    Verdict.WARN,
    Verdict.INCONCLUSIVE,
    Verdict.FAIL,
    Verdict.ERROR,
    Verdict.NOT_APPLICABLE,
)
RISING = (P, W, I, F, E)
STATEMENT = "project/success"


@pytest.mark.parametrize(("low", "high"), list(itertools.combinations_with_replacement(RISING, 2)))
def test_the_higher_verdict_wins_in_either_order(low: Verdict, high: Verdict) -> None:
    assert combine([low, high]) is combine([high, low]) is high


@pytest.mark.parametrize("verdict", RISING)
def test_a_later_pass_overwrites_nothing(verdict: Verdict) -> None:
    assert combine([P, verdict, P, P]) is verdict


@pytest.mark.parametrize("verdict", RISING)
def test_what_did_not_run_says_nothing_about_the_rest(verdict: Verdict) -> None:
    assert combine([N, verdict, N]) is verdict


def test_nothing_combined_is_pass_and_generators_are_taken() -> None:
    assert combine([]) is combine(iter([N])) is P


WORST = {
    (Source.DOCUMENT, Level.MUST): (F, F),
    (Source.DOCUMENT, Level.SHOULD): (W, W),
    (Source.DOCUMENT, Level.MAY): (P, P),
    (Source.BASE_STANDARD, Level.MUST): (F, F),
    (Source.BASE_STANDARD, Level.SHOULD): (W, W),
    (Source.BASE_STANDARD, Level.MAY): (P, P),
    (Source.ROBUSTNESS, Level.MUST): (W, W),
    (Source.ROBUSTNESS, Level.SHOULD): (W, W),
    (Source.ROBUSTNESS, Level.MAY): (P, P),
    (Source.FIELD_NOTE, Level.MUST): (W, F),
    (Source.FIELD_NOTE, Level.SHOULD): (W, W),
    (Source.FIELD_NOTE, Level.MAY): (P, P),
}


def test_the_table_of_worst_verdicts_is_complete() -> None:
    assert set(WORST) == set(itertools.product(Source, Level))


@pytest.mark.parametrize(("source", "level"), list(WORST))
def test_source_and_level_decide_what_a_breach_is_worth(source: Source, level: Level) -> None:
    assert (worst(source, level), worst(source, level, field_notes=True)) == WORST[source, level]
    seen = context(answer())
    statement = replace(seen.requirement(STATEMENT), source=source, level=level)
    assert seen.check(statement, False, expected="yes", actual="no") is False
    assert seen.findings[0].verdict is WORST[source, level][0]


@pytest.mark.parametrize(("source", "level"), list(WORST))
def test_what_holds_passes_whatever_its_source_and_level(source: Source, level: Level) -> None:
    seen = context(answer())
    statement = replace(seen.requirement(STATEMENT), source=source, level=level)
    assert seen.check(statement, True, expected="not told", actual="not told") is True
    assert (seen.findings[0].verdict, seen.findings[0].expected, seen.findings[0].actual) == (P, "", "")


def test_a_statement_that_holds_again_is_noted_once_and_every_breach_is_noted() -> None:
    seen = context(answer())
    for holds in (True, True, False, False, True):
        seen.check(STATEMENT, holds)
    assert [finding.holds for finding in seen.findings] == [True, False, False]


def test_exit_statuses_are_those_of_the_documentation() -> None:
    assert EXIT_STATUS == {P: 0, W: 0, F: 1, I: 3, E: 4}


def _holds(context: Context) -> None:
    context.check(STATEMENT, True)


def _breaks(context: Context) -> None:
    context.check(STATEMENT, False, expected="yes", actual="no")


def _breaks_and(error: BaseException) -> object:
    def body(context: Context) -> None:
        _breaks(context)
        raise error

    return body


def _raises(error: BaseException) -> object:
    def body(context: Context) -> None:
        raise error

    return body


ENDS = {
    "holds": (_holds, P, ""),
    "breaks": (_breaks, F, ""),
    "stops after a finding": (_breaks_and(Stop()), F, ""),
    "breaks, then the rest cannot be had": (_breaks_and(Inconclusive("no device")), F, "no device"),
    "breaks, then fails in the suite": (_breaks_and(KeyError("x")), E, "KeyError: 'x'"),
    "cannot be had": (_raises(Inconclusive("no device")), I, "no device"),
    "fails in the suite": (_raises(ZeroDivisionError("by zero")), E, "ZeroDivisionError: by zero"),
    "checks nothing": (lambda _: None, E, "the case checked nothing"),
}


@pytest.mark.parametrize("name", ENDS)
def test_how_a_case_ends_is_its_verdict(name: str) -> None:
    body, verdict, reason = ENDS[name]
    outcome = execute(environment(answer()), a_case(body))  # type: ignore[arg-type]
    assert outcome.verdict is verdict
    assert reason in outcome.reason


def test_an_interruption_is_no_verdict() -> None:
    with pytest.raises(KeyboardInterrupt):
        execute(environment(answer()), a_case(_raises(KeyboardInterrupt())))  # type: ignore[arg-type]


def test_the_place_of_an_unexpected_exception_is_told() -> None:
    outcome = execute(environment(answer()), a_case(_raises(ValueError("odd"))))  # type: ignore[arg-type]
    assert outcome.reason.startswith("ValueError: odd at body (test_verdict.py:")


def test_a_postamble_that_fails_changes_no_verdict() -> None:
    def body(context: Context) -> None:
        _holds(context)
        context.close = _fail  # type: ignore[method-assign]

    assert execute(environment(answer(NO)), a_case(body)).verdict is P


def _fail() -> None:
    raise RuntimeError("a defect of the suite")
