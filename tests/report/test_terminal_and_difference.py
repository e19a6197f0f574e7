"""The summary at 80 columns and the comparison of two runs."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from conformance.evidence.results import CaseVerdict, Results
from conformance.report import compare, print_difference, print_summary

from . import sample


def printed(results: Results, **options: Any) -> str:
    console = Console(file=io.StringIO(), width=80, **options)
    print_summary(results, Path("conformance-results/run-7"), console)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_summary_tells_a_stranger_what_failed_and_what_to_do() -> None:
    lines = [line.rstrip() for line in printed(sample.failing_run()[0]).splitlines()]
    text = "\n".join(lines)
    start = lines.index("alpha/device-create/request/name/required")
    assert lines[start + 1] == "  A request without name is refused."
    assert lines[start + 2] == "  expected  a refusal: result false with an errcode, or HTTP 400"
    assert lines[start + 3] == '  actual    {"status": 200, "body": {"result": true}}'
    assert lines[start + 4] == "  at        /result"
    assert f"  repeat    iot-conformance run --iut acme.toml --seed 7 --only '{sample.FAILING}'" in lines
    assert text.index("FAIL") < text.index("Broken") < text.index("Not judged") < text.index("Next")
    assert "2  PICS alarms is unset and has no probe" in text
    assert "FAIL, waived until 2027-01-31: known, ticket 4711" in text
    assert "conformance-results/run-7/" in lines
    assert lines[-1] == "exit status 1"


def test_a_reservation_tells_what_was_seen_and_what_is_not_judged_only_why() -> None:
    identity = "alpha/s/unknown-members"
    warned = sample.case("alpha/s/one", "WARN", findings=[sample.finding(identity, "WARN", actual="/vendorNote")])
    unjudged = sample.case("alpha/s/two", "INCONCLUSIVE", message="a whole finding, and why", reason="no device")
    made = sample.results([warned, unjudged], [sample.requirement(identity, "WARN")])
    lines = [line.strip() for line in printed(made).splitlines()]
    start = lines.index(identity)
    assert lines[start + 2 : start + 4] == [
        "expected  a refusal: result false with an errcode",
        "actual    /vendorNote",
    ]
    assert "1  no device" in lines
    assert not any("a whole finding" in line for line in lines)


def test_summary_fits_80_columns_but_for_the_lines_to_copy() -> None:
    for results in (sample.failing_run()[0], sample.full_run()[0], sample.large_run(3000)):
        too_long = [line for line in printed(results).splitlines() if len(line.rstrip()) > 80]
        assert all(line.startswith("  repeat    ") for line in too_long)


def test_summary_has_no_control_codes_unless_on_a_terminal() -> None:
    results = sample.full_run()[0]
    plain = printed(results)
    assert "\x1b" not in plain
    assert "\\u001b[31m" in plain
    coloured = printed(results, force_terminal=True, color_system="standard")
    assert "\x1b[" in coloured
    assert "\x00" not in coloured
    assert "[31m\u2028" not in coloured


def test_long_lists_are_cut_with_their_rest_counted() -> None:
    text = printed(sample.large_run(3000))
    assert "and 20 broken requirements more in the report." in text


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"verdict": "PASS"}, "begins with the statement to sign"),
        ({"verdict": "WARN"}, "Read the reservations"),
    ],
)
def test_last_words_depend_on_the_verdict(members: dict[str, Any], words: str) -> None:
    results = sample.results([sample.case("alpha/s/c")], [sample.requirement("alpha/s/success")], **members)
    assert words in printed(results)


def test_run_without_cases_says_how_to_select_some() -> None:
    text = printed(sample.results([], [], verdict="INCONCLUSIVE"))
    assert "Nothing was judged." in text
    assert "No case was selected" in text


def run_of(**verdicts: str) -> Results:
    """A run whose cases are named by keyword; a verdict with a `~` in front is waived."""
    waiver = {"reason": "known", "expires": None, "verdict": "FAIL"}
    cases = []
    for name, verdict in verdicts.items():
        kind: CaseVerdict = verdict.removeprefix("~")  # type: ignore[assignment]
        cases.append(sample.case(f"alpha/s/{name}", kind, waived=waiver if verdict.startswith("~") else None))
    return sample.results(cases, [])


@pytest.mark.parametrize(
    ("old", "new", "kind", "worse"),
    [
        ("PASS", "FAIL", "new_failures", True),
        ("~FAIL", "FAIL", "new_failures", True),
        ("NOT_APPLICABLE", "FAIL", "new_failures", True),
        ("INCONCLUSIVE", "ERROR", "new_failures", True),
        ("FAIL", "ERROR", "worse", True),
        ("PASS", "WARN", "worse", True),
        ("PASS", "INCONCLUSIVE", "worse", True),
        ("PASS", "~FAIL", "worse", True),
        ("FAIL", "PASS", "fixed", False),
        ("ERROR", "WARN", "fixed", False),
        ("FAIL", "~FAIL", "better", False),
        ("FAIL", "INCONCLUSIVE", "better", False),
        ("WARN", "PASS", "better", False),
        ("PASS", "NOT_APPLICABLE", "applicability", False),
        ("FAIL", "NOT_APPLICABLE", "applicability", False),
    ],
)
def test_each_change_stands_in_one_list(old: str, new: str, kind: str, worse: bool) -> None:
    difference = compare(run_of(one=old, same="PASS"), run_of(one=new, same="PASS"))
    lists = ("new_failures", "worse", "fixed", "better", "applicability", "added", "retired")
    assert {name for name in lists if getattr(difference, name)} == {kind}
    assert getattr(difference, kind)[0].case == "alpha/s/one"
    assert difference.got_worse is worse


def test_equal_runs_do_not_differ() -> None:
    difference = compare(run_of(one="FAIL", two="~PASS"), run_of(one="FAIL", two="PASS"))
    assert not difference.got_worse
    assert difference.unlike == ()
    console = Console(file=io.StringIO(), width=80)
    print_difference(difference, console)
    assert "No case differs." in console.file.getvalue()  # type: ignore[attr-defined]


def test_new_failing_case_is_worse_only_under_the_same_contract() -> None:
    old, new = run_of(one="PASS"), run_of(one="PASS", two="FAIL")
    assert compare(old, new).got_worse
    new["suite"]["contracts"]["alpha"]["digest"] = "sha256:other"
    difference = compare(old, new)
    assert not difference.got_worse
    assert difference.unlike == ("The contract of alpha differs; cases may ask something else.",)


def test_cases_outside_a_narrower_selection_are_not_called_retired() -> None:
    for only, title in (([], "Retired cases"), (["alpha/s/one"], "Not selected")):
        old, new = run_of(one="PASS", gone="PASS"), run_of(one="PASS")
        new["run"]["filters"] = {**old["run"]["filters"], "only": only}
        console = Console(file=io.StringIO(), width=80)
        print_difference(compare(old, new), console)
        assert f"{title}: 1 case" in console.file.getvalue()  # type: ignore[attr-defined]


def test_difference_is_printed_with_old_and_new() -> None:
    console = Console(file=io.StringIO(), width=80)
    print_difference(compare(run_of(one="PASS", gone="PASS"), run_of(one="FAIL", more="PASS")), console)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    for line in ("PASS → FAIL  alpha/s/one", "absent → PASS  alpha/s/more", "PASS → absent  alpha/s/gone"):
        assert line in text
    assert text.rstrip().endswith("Something got worse.")
