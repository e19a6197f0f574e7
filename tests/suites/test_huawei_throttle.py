"""A platform that counts calls: a run that keeps the limit never meets the refusal, and provokes it where it is allowed to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.live import command
from tests.reference.process import CONTROL, Running

LIMIT = 10
"""Calls within one second."""


@pytest.fixture(scope="module")
def platform() -> Iterator[Running]:
    with Running("--plain-http", module="conformance.reference.huawei") as running:
        running.control("POST", "throttle", {"calls": LIMIT, "window_s": 1})
        yield running


def judged(platform: Running, folder: Path, *arguments: str) -> dict[str, Any]:
    lines = ["[iut]", 'role = "platform"', 'platform = "huawei"', f'url = "{platform.url}"', "[credentials]"]
    for name, value in platform.ready["credentials"].items():
        (folder / name).write_text(value, encoding="utf-8")
        lines.append(f'{name} = "file:{name}"')
    told = {**platform.ready["pixit"], "rate_limit": LIMIT, "throttle_calls": LIMIT, "throttle_window_s": 1}
    lines += ["[pixit]", *(f"{name} = {json.dumps(value)}" for name, value in told.items())]
    file = folder / "iut.toml"
    file.write_text("\n".join(lines), encoding="utf-8")
    command("run", "--iut", str(file), "--out", str(folder / "out"), *arguments)
    found: dict[str, Any] = json.loads((folder / "out" / "results.json").read_text(encoding="utf-8"))
    return found


def test_run_within_the_limit_is_never_refused_as_too_much(platform: Running, tmp_path: Path) -> None:
    platform.control("DELETE", "log")
    found = judged(platform, tmp_path, "--only", "huawei/group-create/*", "--exclude", "*/coverage")
    assert found["verdict"] == "PASS", found["summary"]
    log = platform.control("GET", "log")
    assert len(log) > 5 * LIMIT
    assert not [entry for entry in log if entry["refused"] and "1010009" in entry["refused"]]


def test_refusal_is_provoked_with_leave_only(platform: Running, tmp_path: Path) -> None:
    case = "huawei/global/error/403-1010009"
    found = judged(platform, tmp_path, "--only", case)
    assert [(each["id"], each["verdict"]) for each in found["cases"]] == [(case, "INCONCLUSIVE")]
    assert "--allow throttle" in found["cases"][0]["message"]
    allowed = tmp_path / "allowed"
    allowed.mkdir()
    found = judged(platform, allowed, "--only", case, "--allow", "throttle")
    assert [(each["id"], each["verdict"]) for each in found["cases"]] == [(case, "PASS")]
    refused = [entry for entry in platform.control("GET", "log") if entry["refused"] and "1010009" in entry["refused"]]
    assert refused
    assert CONTROL not in json.dumps(found)
