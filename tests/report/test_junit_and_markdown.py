"""JUnit as a CI server reads it, Markdown as a merge request shows it."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Xml

from conformance.report.junit import render_junit
from conformance.report.markdown import block, code, escape, render_markdown

from . import sample


def test_junit_has_one_testcase_per_case_with_its_outcome() -> None:
    made, _ = sample.full_run()
    root = Xml.fromstring(render_junit(made))
    found = {element.get("name"): element for element in root.iter("testcase")}
    cases = [case["id"] for case in sorted(made["cases"], key=lambda case: case["platform"])]
    faulty = [waiver["case"] for waiver in made["waivers"] if waiver["state"] != "used"]
    assert list(found) == [*cases, *faulty]
    assert faulty
    assert all(found[each].find("error") is not None for each in faulty)
    for case in made["cases"]:
        outcomes = [child.tag for child in found[case["id"]] if child.tag != "properties"]
        if case["waived"] or case["verdict"] == "NOT_APPLICABLE":
            assert outcomes == ["skipped"]
        else:
            expected = {"FAIL": ["failure"], "ERROR": ["error"], "INCONCLUSIVE": ["error"]}
            assert outcomes == expected.get(case["verdict"], [])
    assert (root.get("tests"), root.get("failures"), root.get("errors"), root.get("skipped")) == ("36", "2", "4", "2")
    failure = found[sample.FAILING].find("failure")
    assert failure is not None
    assert (
        failure.get("message", "")
        == 'A request without name is refused. Actual: {"status": 200, "body": {"result": true}}'
    )
    assert (failure.text or "").count("repeat: iot-conformance run") == 1
    warning = found["alpha/device-list/all-members"].find("properties/property[@name='warning']")
    assert warning is not None
    skipped = found["alpha/customer-list/minimal"].find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "PICS customers is no: the platform has no customers"
    waived = found[sample.WAIVED].find("skipped")
    assert waived is not None
    assert waived.get("message") == "FAIL is waived until 2027-01-31: known, ticket 4711"


def test_how_to_repeat_a_case_is_told_once_and_its_reason_alone_is_the_message() -> None:
    line = "iot-conformance run --only x"
    told = sample.case(
        "a/b/c",
        "INCONCLUSIVE",
        message=f"a finding\n\nno token\n\nrepeat: {line}",
        reason="no token",
        reproduce=line,
        findings=[sample.finding("a/b/success", "WARN")],
    )
    (error,) = Xml.fromstring(render_junit(sample.results([told], []))).iter("error")
    assert error.get("message") == "no token"
    assert (error.text or "").count(line) == 1


def test_waived_case_that_passes_is_no_skip() -> None:
    waived = {"reason": "known", "expires": None, "verdict": "FAIL"}
    root = Xml.fromstring(render_junit(sample.results([sample.case("a/b/c", waived=waived)], [])))
    assert root.find(".//skipped") is None
    assert root.find(".//property[@name='waived']") is not None


def test_junit_keeps_hostile_text_as_text() -> None:
    root = Xml.fromstring(render_junit(sample.full_run()[0]))
    error = root.find(".//testcase[@name='beta/device/hostile']/error")
    assert error is not None
    assert "</script><script>" in (error.text or "")
    assert "\\u0000\\u001b[31m\\u2028" in (error.text or "")


def test_markdown_escapes_what_markdown_acts_on() -> None:
    assert escape("a|b `c` <img> *d* [e](f) &amp;\n# g") == r"a\|b \`c\` &lt;img&gt; \*d\* \[e\]\(f\) &amp;amp; \# g"
    assert code("plain") == "`plain`"
    assert code("a`b``c|d") == "``` a`b``c\\|d ```"
    assert block("x\n```\ny") == ["````text", "x", "```", "y", "````"]


def test_summary_opens_with_the_statement_and_lets_nothing_through() -> None:
    text = render_markdown(sample.full_run()[0])
    assert text.startswith("# Error: ACME platform 3\\.2\\.1\n")
    for part in ("## Cases", "## Clause by clause", "## What failed", "## How to repeat it", "Accepted by"):
        assert part in text
    fence = ""
    outside = []
    for line in text.splitlines():
        run = re.match("`{3,}", line)
        if not fence and run:
            fence = run.group()
        elif fence and line.strip() == fence:
            fence = ""
        elif not fence:
            outside.append(re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line))
    assert not fence, "a code block stays open"
    assert "<" not in "".join(outside)
    assert all(re.search(r"(?<!\\)\| ", line) is None or line.startswith("|") for line in outside)
    rows = [line for line in text.splitlines() if line.startswith(("| `alpha/", "| `beta/"))]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {5}


def test_summary_of_a_large_run_stays_short() -> None:
    text = render_markdown(sample.large_run(10_000))
    assert "… and 50 cases more in report.html." in text
    assert len(text) < 200_000
