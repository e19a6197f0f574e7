"""What the statement says of a run, and that nothing unreadable reaches a reader."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from conformance.report.statement import make_statement
from conformance.report.text import amount, duration, in_words, listed, one_line, visible, visible_in

from . import sample


def test_naming_the_role_that_the_iut_has_narrows_nothing() -> None:
    made = sample.results([sample.case("alpha/s/one")], [])
    made["iut"]["role"], made["iut"]["platform"] = "platform", "alpha"
    made["run"]["filters"].update({"roles": ["platform"], "platforms": ["alpha"]})
    assert make_statement(made).caveats == ()
    made["iut"]["embedded"] = True
    (caveat,) = make_statement(made).caveats
    assert caveat.startswith("The selection was narrowed: roles platform.")


def test_a_version_that_nobody_stated_is_told_as_such() -> None:
    made = sample.results([sample.case("alpha/s/one")], [])
    made["iut"].update({"name": "meter", "version": "unstated"})
    assert make_statement(made).title == "meter, version unstated"


def test_unreadable_characters_are_spelled_out() -> None:
    assert visible("a\x00\x1b\x7f\x85b") == "a\\u0000\\u001b\\u007f\\u0085b"
    assert visible("a\u202eb\u2028c\ud800d\ufffe") == "a\\u202eb\\u2028c\\ud800d\\ufffe"
    assert visible("line\r\n\ttab 设备 😀") == "line\\r\n\ttab 设备 😀"
    assert visible_in({"\x00": ["\ud800", 1, None]}) == {"\\u0000": ["\\ud800", 1, None]}


def test_every_code_point_is_legal_in_xml_and_utf8_once_visible() -> None:
    text = visible("".join(chr(code) for code in range(0x10FFFF, -1, -1)))
    element = Xml.Element("a")
    element.text = text
    assert Xml.fromstring(Xml.tostring(element, encoding="utf-8")).text == text


def test_values_are_put_in_words() -> None:
    assert in_words("as it is") == "as it is"
    assert in_words({"a": [1, None, True]}) == '{"a": [1, null, true]}'
    assert in_words({"long": "x" * 80}).count("\n") == 2
    assert one_line(" a\n b ") == "a b"
    assert one_line("abcdef", 4) == "abc…"
    assert [amount(number, "case") for number in (0, 1, 1034)] == ["0 cases", "1 case", "1,034 cases"]
    assert [duration(ms) for ms in (740, 12400, 245000, 7380000)] == ["740 ms", "12.4 s", "4 min 05 s", "2 h 03 min"]
    assert [listed(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]


@pytest.mark.parametrize(
    ("verdict", "cases", "requirements", "sentence"),
    [
        ("PASS", ["PASS"], ["PASS", "UNTESTABLE"], "The one requirement that could be judged holds."),
        ("PASS", ["PASS"], ["PASS", "PASS"], "All 2 requirements that could be judged hold."),
        ("WARN", ["WARN"], ["WARN", "PASS"], "2 requirements judged; none is broken, 1 with a reservation."),
        ("FAIL", ["FAIL"], ["FAIL", "PASS", "INCONCLUSIVE"], "1 of 2 judged requirements is broken."),
        ("FAIL", ["FAIL"], [], "1 case failed."),
        (
            "INCONCLUSIVE",
            ["INCONCLUSIVE"],
            ["PASS"],
            "Nothing judged was found broken, but 1 case could not be judged.",
        ),
        ("INCONCLUSIVE", [], [], "Nothing was judged."),
        ("ERROR", ["ERROR", "FAIL"], ["FAIL"], "The suite itself failed in 1 case; no final verdict is possible."),
        ("PASS", ["PASS"], ["FAIL"], "No case that counts failed, but 1 requirement is broken under a waiver."),
    ],
)
def test_sentence_says_what_the_run_showed(
    verdict: Any, cases: list[Any], requirements: list[Any], sentence: str
) -> None:
    made = sample.results(
        [sample.case(f"alpha/s/{number}", kind) for number, kind in enumerate(cases)],
        [sample.requirement(f"alpha/s/{number}", kind) for number, kind in enumerate(requirements)],
        verdict=verdict,
    )
    assert make_statement(made).sentence == sentence


def test_statement_groups_and_sets_apart() -> None:
    statement = make_statement(sample.full_run()[0])
    assert [row["id"].rpartition("/")[2] for row in statement.broken] == ["required", "maxLength"]
    assert [
        (reason.text, len(reason.ids)) for reason in statement.unjudged_cases if reason.verdict == "INCONCLUSIVE"
    ] == [("PICS alarms is unset and has no probe", 2)]
    assert [case["id"] for case in statement.waived] == [sample.WAIVED]
    assert [waiver["state"] for waiver in statement.faulty_waivers] == ["unmatched"]
    assert {(tally.platform, tally.role): tally.waived for tally in statement.tallies} == {
        ("alpha", "platform"): 1,
        ("beta", "device"): 0,
    }
    assert statement.tallies[0].counts["FAIL"] == 2
    by_section = {clause.section: clause for clause in statement.clauses}
    assert by_section["device-create"].verdict == "FAIL"
    assert by_section["device-create"].counts == {"FAIL": 2, "PASS": 4}
    assert by_section["1.2"].verdict == "ERROR"
    assert statement.unsupported[0].text.startswith("PICS customers is no")
    assert statement.untestable[0].ids == ("alpha/access-token/lifetime",)
    assert statement.skipped[0].ids == ("alpha/device-list/boundary/query:page",)


def test_caveats_name_what_narrows_the_statement() -> None:
    made = sample.results([sample.case("alpha/s/one")], [])
    assert make_statement(made).caveats == ()
    made["run"]["complete"] = False
    made["run"]["filters"]["only"] = ["alpha/*"]
    caveats = " ".join(make_statement(made).caveats)
    assert re.search(r"stopped before its end.*only alpha/\*", caveats)
