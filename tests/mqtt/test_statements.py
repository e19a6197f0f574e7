"""The table of statements and the code that names them agree, both ways."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import conformance.mqtt
from conformance.mqtt.statements import STATEMENTS, Violation

FOR_JUDGES = {
    "MQTT-3.1.2-2": "needs a CONNECT of another level, and the answer to it",
    "MQTT-3.1.2-24": "needs a clock and a client that is silent on purpose",
    "MQTT-3.1.3-8": "needs a CONNECT with an empty client identifier, and the answer to it",
    "MQTT-3.1.4-1": "needs a CONNECT that is not in order, and the answer to it",
    "MQTT-3.1.4-2": "needs two connections",
    "MQTT-3.1.4-5": "needs a second look at what a refused client sent",
    "MQTT-3.12.4-1": "needs a deadline for the answer",
    "MQTT-4.8.0-1": "needs a violation on purpose, and the end of the connection",
}
"""Statements that no packet breaks by itself: a suite cites them, the codec cannot."""


def named() -> set[str]:
    package = Path(conformance.mqtt.__file__).parent
    sources = [path.read_text(encoding="utf-8") for path in package.glob("*.py") if path.name != "statements.py"]
    return set(re.findall(r'"(MQTT-[0-9.]+(?:-[0-9]+)?)"', "".join(sources)))


def test_every_statement_is_named_by_codec_or_conduct_or_left_to_judges() -> None:
    assert named() | set(FOR_JUDGES) == set(STATEMENTS)
    assert named() & set(FOR_JUDGES) == set(), "what is named needs no excuse"


def test_statements_are_facts_with_a_section() -> None:
    assert STATEMENTS["MQTT-3.1.2-22"].section == "3.1.2"
    assert STATEMENTS["MQTT-2.2.3"].section == "2.2.3"
    for identity, statement in STATEMENTS.items():
        assert statement.id == identity
        assert re.fullmatch(r"MQTT-\d\.\d+(\.\d+){0,2}(-\d+)?", identity)
        assert statement.text.endswith(".")


def test_a_violation_is_told_with_its_statement() -> None:
    told = str(Violation("MQTT-3.3.1-4", "both QoS bits are set"))
    assert told == "[MQTT-3.3.1-4] The QoS of a PUBLISH is not 3. Seen: both QoS bits are set."
    with pytest.raises(AssertionError):
        Violation("MQTT-9.9.9-9", "nothing")
