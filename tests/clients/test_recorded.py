"""Recorded requests of real clients against the judge: the findings that the field notes predict, and no others.

The records keep what was captured (headers but for those of the connection, target and body to the byte); ids and secrets
are invented. `answer` is what the client was answered, as far as later calls hang on it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.contract import load
from conformance.evidence.verdict import Verdict
from tests.clients.listening import Pass, environment, outcomes, overheard

RECORDS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("recorded.json").read_text(encoding="utf-8"))
IDS = [f"{each['platform']}-{number}" for number, each in enumerate(RECORDS, 1)]


def findings(record: dict[str, Any]) -> dict[str, set[str]]:
    """Statement and verdict of what is wrong, by the call that shows it."""
    calls = [
        overheard(
            number,
            each["method"],
            each["target"],
            headers=each["headers"],
            body=each["body"].encode(),
            answer=each["answer"],
            at=float(number),
        )
        for number, each in enumerate(record["calls"], 1)
    ]
    judge = environment(record["platform"], [Pass((), tuple(calls))], record["credentials"], record["pixit"])
    found: dict[str, set[str]] = {each.answer.evidence: set() for each in calls}
    for outcome in outcomes(judge).values():
        assert outcome.verdict not in {Verdict.ERROR, Verdict.INCONCLUSIVE}, (outcome.case.id, outcome.reason)
        for finding in outcome.broken:
            found[finding.exchange].add(f"{finding.requirement.id.partition('/')[2]} {finding.verdict}")
    return found


@pytest.mark.parametrize("record", RECORDS, ids=IDS)
def test_recorded_calls_give_what_the_field_notes_predict(record: dict[str, Any]) -> None:
    expected = {f"x{number}": set(each["findings"]) for number, each in enumerate(record["calls"], 1)}
    assert findings(record) == expected


def test_only_names_and_limits_that_the_documents_state_fail_known_clients() -> None:
    failing = {text for record in RECORDS for each in record["calls"] for text in each["findings"] if "FAIL" in text}
    assert failing == {
        "1.7.2/call/callbackUrl/required FAIL",
        "attribute-series/call/query:page_records/maximum FAIL",
    }


def test_every_recorded_signature_is_right_and_a_changed_body_is_noticed() -> None:
    for record in RECORDS:
        if record["platform"] != "living":
            continue
        changed = json.loads(json.dumps(record))
        for each in changed["calls"]:
            each["body"] += " "
        noticed = {text for part in findings(changed).values() for text in part}
        assert "client/gateway-signature FAIL" in noticed


def test_requirements_that_records_cite_exist() -> None:
    for record in RECORDS:
        known = load(record["platform"]).requirements
        for each in record["calls"]:
            for text in each["findings"]:
                assert f"{record['platform']}/{text.rpartition(' ')[0]}" in known
