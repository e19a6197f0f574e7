"""Whole runs against hostile and dying platforms: a verdict with a plain reason, soon, and artefacts that can be read."""

from __future__ import annotations

import json
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from conformance.contract.location import schemas_root
from conformance.contract.messages import Message
from conformance.evidence.results import read_evidence

from .hostile import BEHAVIOURS, Connection, Hostile, Platform, healthy, redirecting, signing_in
from .live import CREDENTIALS, Done, artefacts, command, iut_file, results

PATIENCE_S = 15.0
"""For a run of a single case on a busy machine, reports included."""
READ = "thingscloud/project/minimal"


def judge(folder: Path, url: str, *options: str, more: str = "request_timeout_s = 0.3") -> Done:
    file = iut_file(folder / "iut", url, more)
    started = time.monotonic()
    done = command("run", "--iut", str(file), "--out", str(folder / "out"), *options)
    assert time.monotonic() - started < PATIENCE_S
    return done


def case(folder: Path, identity: str = READ) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in results(folder / "out")["cases"] if each["id"] == identity)
    return found


IMPORTANT = (
    "closed without an answer",
    "reset in the body",
    "no answer",
    "endless body",
    "100 MB body",
    "Content-Length too long, closed",
    "Content-Length too short",
    "head in drips",
    "body in drips",
    "invalid UTF-8",
    "JSON 10,000 deep",
    "HTML",
    "gzip bomb",
    "truncated gzip",
    "garbage",
    "1xx without end",
    "a huge header",
    "redirect to another host",
)


@pytest.mark.parametrize("name", IMPORTANT)
def test_a_hostile_answer_is_a_failure_with_a_plain_reason(name: str, tmp_path: Path) -> None:
    behaviour, told = BEHAVIOURS[name]
    patient = "" if "time" not in told and "no complete" not in told else "request_timeout_s = 0.3"
    with Hostile(signing_in(behaviour)) as server:
        done = judge(tmp_path, server.url, "--only", READ, more=patient)
    assert done.status == 1, done.output
    judged = case(tmp_path)
    assert judged["verdict"] == "FAIL"
    assert judged["message"].startswith("thingscloud/project/success (FAIL)\n")
    assert told in judged["message"]
    assert "Traceback" not in done.output
    assert "repeat: iot-conformance run" in judged["message"]
    (exchange,) = {finding["exchange"] for finding in judged["findings"]}
    assert exchange in {record["id"] for record in read_evidence(tmp_path / "out" / "evidence.ndjson")}
    assert max(len(content) for content in artefacts(tmp_path / "out").values()) < 4 * 1024 * 1024
    schema = Message("results", json.loads((schemas_root() / "suite" / "results.json").read_text("utf-8")))
    assert not schema.violations(results(tmp_path / "out"))
    ElementTree.parse(tmp_path / "out" / "junit.xml")


@pytest.mark.parametrize("name", ["closed without an answer", "HTML", "JSON 10,000 deep", "gzip bomb"])
def test_a_hostile_sign_in_leaves_what_needs_it_unjudged_and_names_the_call(name: str, tmp_path: Path) -> None:
    with Hostile(BEHAVIOURS[name][0]) as server:
        done = judge(tmp_path, server.url, "--only", READ)
    assert done.status == 3
    assert case(tmp_path)["verdict"] == "INCONCLUSIVE"
    assert "the preamble access-token" in case(tmp_path)["message"]
    assert BEHAVIOURS[name][1].split(" (")[0] in case(tmp_path)["message"] or "HTTP 200" in case(tmp_path)["message"]


def test_generated_messages_do_not_hang_on_a_hostile_platform(tmp_path: Path) -> None:
    with Hostile(signing_in(BEHAVIOURS["reset in the body"][0])) as server:
        done = judge(tmp_path, server.url, "--only", "thingscloud/customer-create/generated/invalid")
    assert done.status == 1
    assert "broke inside the body" in case(tmp_path, "thingscloud/customer-create/generated/invalid")["message"]


def test_a_redirect_to_another_host_brings_it_neither_request_nor_credentials(tmp_path: Path) -> None:
    with Hostile(healthy) as elsewhere:
        with Hostile(redirecting(f"{elsewhere.url}/api/v1/access_token")) as server:
            judge(tmp_path, server.url, "--only", "thingscloud/access-token/*", "--only", READ)
            assert server.requests
        assert elsewhere.connections == 0


def test_nobody_listening_is_a_mistake_of_use_before_the_first_case(tmp_path: Path) -> None:
    with Hostile(healthy) as server:
        url = server.url
    done = judge(tmp_path, url, "--only", READ)
    assert done.status == 2
    assert len(done.stderr.splitlines()) == 1
    assert f"iut.url = '{url}': nobody accepts connections there" in done.stderr
    assert not (tmp_path / "out" / "results.json").exists()
    with Hostile(Platform()) as server:
        again = judge(tmp_path, server.url, "--only", READ)
    assert "holds a run already" not in again.stderr


def test_a_platform_that_dies_in_the_middle_leaves_the_rest_inconclusive_and_soon(tmp_path: Path) -> None:
    platform = Platform()
    platform.core.service.platform  # noqa: B018 - the core is up before the clock runs
    served = 0

    def dying(connection: Connection, request: bytes) -> None:
        nonlocal served
        served += 1
        if served > 12:
            server.die()
        else:
            platform(connection, request)

    with Hostile(dying) as server:
        core = platform.core.credentials
        file = iut_file(tmp_path / "iut", server.url)
        for name in CREDENTIALS:
            (file.parent / f"{name}.secret").write_text(core[name], encoding="utf-8")
        started = time.monotonic()
        done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), "--only", "*/minimal")
        assert time.monotonic() - started < PATIENCE_S
    cases = results(tmp_path / "out")["cases"]
    assert len(cases) >= 30
    gone = [each for each in cases if "IUT gone since" in each["message"]]
    first = cases.index(gone[0])
    assert all(each["verdict"] == "PASS" for each in cases[: first - 3])
    assert cases[first:] == gone
    assert {each["verdict"] for each in gone} == {"INCONCLUSIVE"}
    assert {each["message"] for each in gone} == {f"IUT gone since {gone[0]['id']}"}
    assert len(gone) > len(cases) / 2
    assert done.status in {1, 3}
    assert served <= 12 + 1


def test_a_stale_connection_is_blamed_on_nobody(tmp_path: Path) -> None:
    platform = Platform()

    def closing(connection: Connection, request: bytes) -> None:
        connection.send(platform.answer(request))  # and then the connection is closed, without a word

    with Hostile(closing) as server:
        file = iut_file(tmp_path / "iut", server.url)
        for name in CREDENTIALS:
            (file.parent / f"{name}.secret").write_text(platform.core.credentials[name], encoding="utf-8")
        done = command(
            "run", "--iut", str(file), "--out", str(tmp_path / "out"), "--only", "thingscloud/device-*/minimal"
        )
        assert server.connections > 10
    assert done.status == 0, done.output
