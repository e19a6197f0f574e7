"""Waivers cannot outlive their reason: stale, expired and unmatched ones are told, one line each with the remedy."""

from __future__ import annotations

import datetime as dt

import pytest

from conformance.evidence.verdict import Verdict
from conformance.iut.waivers import Waiver, problems, state_of

TODAY = dt.date(2026, 11, 20)
KNOWN = {"p/device/minimal": True, "p/device/maximal": True, "p/device/strict": False, "p/customer/minimal": True}
P, W, I, F = Verdict.PASS, Verdict.WARN, Verdict.INCONCLUSIVE, Verdict.FAIL  # noqa: E741


def a_waiver(case: str = "p/device/minimal", verdict: Verdict = F, expires: dt.date = TODAY) -> Waiver:
    return Waiver(case, verdict, "ticket 1", expires)


def told(waiver: Waiver, **verdicts: Verdict) -> list[str]:
    ran = {f"p/{name.replace('_', '/')}": verdict for name, verdict in verdicts.items()}
    return problems([waiver], ran, TODAY, KNOWN)


def test_a_waiver_that_is_needed_is_silent_until_the_end_of_its_day() -> None:
    assert told(a_waiver(), device_minimal=F) == []


def test_an_expired_waiver_is_told_even_where_it_would_be_needed() -> None:
    (line,) = told(a_waiver(expires=TODAY - dt.timedelta(1)), device_minimal=F)
    assert "expired on 2026-11-19" in line
    assert "renew the waiver" in line


@pytest.mark.parametrize("seen", [P, W, I])
def test_a_waiver_whose_verdict_did_not_come_is_stale(seen: Verdict) -> None:
    (line,) = told(a_waiver(), device_minimal=seen)
    assert f"is stale: it expects FAIL and the run gave {seen}" in line
    assert "remove the waiver" in line


def test_one_case_of_a_pattern_is_enough() -> None:
    assert told(a_waiver("p/device/*"), device_minimal=P, device_maximal=F) == []
    (line,) = told(a_waiver("p/device/*"), device_minimal=P, device_maximal=W)
    assert "gave PASS, WARN" in line


def test_a_waiver_that_matches_no_known_case_is_unmatched() -> None:
    (line,) = told(a_waiver("p/devise/*"), device_minimal=F)
    assert "'p/devise/*' matches no case" in line
    assert "list cases" in line


def test_a_waiver_for_a_case_outside_the_selection_is_let_be() -> None:
    assert told(a_waiver(), customer_minimal=P) == []
    assert told(a_waiver()) == []


def test_a_wildcard_is_stale_only_when_all_its_cases_ran() -> None:
    assert told(a_waiver("p/device/*"), device_minimal=P) == []
    assert state_of(a_waiver("p/device/*"), {"p/device/minimal": P}, TODAY, KNOWN) is None
    assert state_of(a_waiver("p/device/*"), {"p/device/minimal": P, "p/device/maximal": P}, TODAY, KNOWN) == "stale"
    assert state_of(a_waiver("p/device/*"), {"p/device/minimal": F}, TODAY, KNOWN) == "used"


def test_each_waiver_is_told_once_and_in_one_line() -> None:
    waivers = [a_waiver("p/none"), a_waiver(expires=dt.date(2020, 1, 1)), a_waiver(), a_waiver("p/device/maximal")]
    lines = problems(waivers, {"p/device/minimal": F, "p/device/maximal": P}, TODAY, KNOWN)
    assert len(lines) == 3
    assert not any("\n" in line for line in lines)


def test_patterns_are_case_sensitive_fnmatch() -> None:
    waiver = a_waiver("p/*/minimal")
    assert [waiver.covers(each) for each in (*KNOWN, "P/device/minimal")] == [True, False, False, True, False]
