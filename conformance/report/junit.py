"""JUnit XML: one testcase per case, for the machines that gate a merge.

FAIL is a failure; ERROR and INCONCLUSIVE are errors, because neither says that the implementation is right;
NOT_APPLICABLE is skipped with its reason, so is a waived case with the waiver's; WARN passes and carries a property. A waiver
that must be corrected is an error of its own.
A gate that reads nothing but this file must come to the run's own conclusion.
"""

from __future__ import annotations

from collections import defaultdict
from xml.etree import ElementTree as Xml

from conformance.evidence.results import CaseResult, Results
from conformance.report.text import in_words, one_line, visible

_LINE = 200
"""Characters of the `message` attribute; dashboards show it in one line, the element's text holds everything."""


def render_junit(results: Results) -> bytes:
    """Return the results as a JUnit XML document in UTF-8; one testsuite per platform and role."""
    groups: dict[str, list[CaseResult]] = defaultdict(list)
    for case in results["cases"]:
        groups[f"{case['platform']}.{case['role']}"].append(case)
    run = results["run"]
    root = Xml.Element("testsuites", name=results["suite"]["name"])
    for name, cases in groups.items():
        suite = Xml.SubElement(root, "testsuite", name=visible(name), timestamp=run["started"])
        facts = {
            "iut": f"{results['iut']['name']} {results['iut']['version']}",
            "suite": results["suite"]["version"],
            "run": run["id"],
            "seed": str(run["seed"]),
            "verdict": results["verdict"],
            "complete": str(run["complete"]).lower(),
        }
        _properties(suite, list(facts.items()))
        for case in cases:
            _testcase(suite, case)
        _count(suite, sum(case["duration_ms"] for case in cases))
    _waivers(root, results)
    _count(root, sum(case["duration_ms"] for case in results["cases"]))
    Xml.indent(root)
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _testcase(suite: Xml.Element, case: CaseResult) -> None:
    classname = ".".join((case["platform"], case["role"], case["subject"]))
    element = Xml.SubElement(
        suite,
        "testcase",
        name=visible(case["id"]),
        classname=visible(classname),
        time=f"{case['duration_ms'] / 1000:.3f}",
    )
    facts = [("verdict", case["verdict"]), ("title", case["title"]), ("section", case["section"])]
    facts += [("requirement", requirement) for requirement in case["requirements"]]
    if case["verdict"] == "WARN":
        facts.append(("warning", case["message"]))
    waived = case["waived"]
    if waived is not None:
        facts.append(("waived", waived["reason"]))
    _properties(element, facts)
    if waived is not None and case["verdict"] != "PASS":
        until = f" until {waived['expires']}" if waived["expires"] else ""
        message = f"{case['verdict']} is waived{until}: {waived['reason']}"
        Xml.SubElement(element, "skipped", message=one_line(message, _LINE))
    elif case["verdict"] == "NOT_APPLICABLE":
        Xml.SubElement(element, "skipped", message=one_line(case["message"], _LINE))
    elif case["verdict"] in ("FAIL", "ERROR", "INCONCLUSIVE"):
        tag = "failure" if case["verdict"] == "FAIL" else "error"
        outcome = Xml.SubElement(element, tag, type=case["verdict"], message=one_line(_message(case), _LINE))
        again = "" if case["reproduce"] in case["message"] else f"\n\nrepeat: {case['reproduce']}"
        outcome.text = visible(f"{case['message']}{again}\n")


def _message(case: CaseResult) -> str:
    """Return what a dashboard shows of a case: of a failure the statement and what was seen, else the reason."""
    first = next((finding for finding in case["findings"] if finding["verdict"] == "FAIL"), None)
    if case["verdict"] == "FAIL" and first is not None:
        return f"{first['statement']} Actual: {in_words(first['actual'])}"
    return case.get("reason") or case["message"].strip().partition("\n")[0] or case["title"]


def _waivers(root: Xml.Element, results: Results) -> None:
    """Add a test suite of the waivers that must be corrected, where there are any: they make the run fail."""
    faulty = [waiver for waiver in results["waivers"] if waiver["state"] != "used"]
    if not faulty:
        return
    suite = Xml.SubElement(root, "testsuite", name="waivers", timestamp=results["run"]["started"])
    for waiver in faulty:
        element = Xml.SubElement(suite, "testcase", name=visible(waiver["case"]), classname="waivers", time="0.000")
        text = f"the waiver is {waiver['state']}: remove or renew it ({waiver['reason']})"
        Xml.SubElement(element, "error", type="WAIVER", message=one_line(text, _LINE))
    _count(suite, 0.0)


def _properties(parent: Xml.Element, facts: list[tuple[str, str]]) -> None:
    properties = Xml.SubElement(parent, "properties")
    for name, value in facts:
        Xml.SubElement(properties, "property", name=name, value=visible(value))


def _count(element: Xml.Element, milliseconds: float) -> None:
    element.set("tests", str(len(element.findall(".//testcase"))))
    element.set("failures", str(len(element.findall(".//failure"))))
    element.set("errors", str(len(element.findall(".//error"))))
    element.set("skipped", str(len(element.findall(".//skipped"))))
    element.set("time", f"{milliseconds / 1000:.3f}")
