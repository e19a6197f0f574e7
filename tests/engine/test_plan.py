"""`run --plan` conceals nothing: what a missing key leaves unjudged, and what a device run asks of an engineer."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from conformance.cli.plan import gated_by
from conformance.contract import load, platforms
from conformance.suites.registry import suite

from .live import command

UNJUDGED: Final = re.compile(
    r"unset: .*\b(not|no|nothing)\b.*\b(judged|provoked|written|sent|pushed|created|deleted|registered)\b", re.DOTALL
)
"""Words of a question by which cases hang on its key."""


@pytest.mark.parametrize("platform", platforms())
def test_each_gate_concerns_a_case_and_no_key_conceals_what_it_leaves_unjudged(platform: str) -> None:
    cases = suite(platform).cases
    for name, key in load(platform).keys.items():
        for gate in key.gates:
            assert any(gated_by(case, replace(key, gates=(gate,))) for case in cases), (name, gate)
        if key.kind == "pixit" and key.role == "platform" and key.default is None and UNJUDGED.search(key.question):
            assert key.gates, name


def test_a_question_that_conceals_is_found() -> None:
    for words in ("row 1 is not provoked", "no property is written", "LoRa is not judged", "no command is sent"):
        assert UNJUDGED.search(f"Id of something; unset: {words}.")
    assert not UNJUDGED.search("operationId of an upgrade task, to be read; unset: the first in the list.")


def test_the_plan_of_a_device_tells_minutes_and_that_it_is_awaited(tmp_path: Path) -> None:
    file = tmp_path / "iut.toml"
    file.write_text('[iut]\nrole = "device"\nplatform = "huawei"\n[pixit]\nreport_period_s = 600\n', encoding="utf-8")
    told = command("run", "--iut", str(file), "--plan").stdout
    words = " ".join(told.split())
    assert "role device, platform huawei; 64 cases; nothing was started" in words
    assert "it awaits the board, which you configure as the run prints, for up to 60 s" in words
    assert "about 24 min: a device that reports every 600 s (report_period_s)" in words
    assert "calls" not in words
    only = command("run", "--iut", str(file), "--plan", "--only", "huawei/device/connect/opens").stdout
    assert "1 case; nothing was started" in " ".join(only.split())
    assert "less than a minute" in only


def test_a_plan_tells_what_each_missing_key_leaves_unjudged(tmp_path: Path) -> None:
    file = tmp_path / "iut.toml"
    head = '[iut]\nrole = "platform"\nplatform = "huawei"\nurl = "https://127.0.0.1:9"\n'
    file.write_text(head, encoding="utf-8")
    told = command("run", "--iut", str(file), "--plan").stdout
    for name in ("service_id", "command_name", "foreign_app_id", "authorised_app_id", "mqtt_other_service_id"):
        assert f"missing pixit.{name}: " in told
    assert "pixit.upgrade_task" not in told
    assert "missing pixit.mqtt_other_service_id: 2 cases may stay unjudged" in told
    file.write_text(head + '[pixit]\nforeign_app_id = "x"\n', encoding="utf-8")
    assert "pixit.foreign_app_id" not in command("run", "--iut", str(file), "--plan").stdout
