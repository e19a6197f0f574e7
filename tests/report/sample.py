"""A run's results made in code: every verdict, two platforms, three roles, waivers, and text that means harm."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from conformance.evidence.results import (
    CaseResult,
    CaseVerdict,
    EvidenceRecord,
    FindingRecord,
    RequirementResult,
    RequirementVerdict,
    Results,
    count_cases,
)

HOSTILE = (
    "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    "{{ 7*7 }} <!-- ]]> | `x` ``` **b** \x00\x1b[31m\u2028\u2029\u202e\ud800 \ufffe & \"quoted\" 'single'"
)
"""Ends script elements, runs handlers, closes fences and cells, colours terminals, turns directions, breaks XML."""


HARM = HOSTILE.encode("utf-8", "replace").decode()
"""The same as far as UTF-8 can carry it."""


def finding(requirement: str, verdict: Any = "FAIL", **members: Any) -> FindingRecord:
    record: FindingRecord = {
        "requirement": requirement,
        "statement": f"Statement of {requirement}.",
        "verdict": verdict,
        "expected": "a refusal: result false with an errcode",
        "actual": {"status": 200, "body": {"result": True}},
        "pointer": "/result",
        "note": None,
        "exchange": None,
    }
    record.update(members)  # type: ignore[typeddict-item]
    return record


def case(identifier: str, verdict: CaseVerdict = "PASS", **members: Any) -> CaseResult:
    platform, subject, purpose = [*identifier.split("/"), "", ""][:3]
    record: CaseResult = {
        "id": identifier,
        "platform": platform,
        "role": "platform",
        "title": f"The case {identifier} shows what it is named for.",
        "section": subject,
        "subject": subject,
        "purpose": purpose,
        "requirements": [f"{platform}/{subject}/success"],
        "verdict": verdict,
        "message": "",
        "findings": [],
        "reproduce": f"iot-conformance run --iut acme.toml --seed 7 --only '{identifier}'",
        "waived": None,
        "started_ms": 1000.0,
        "duration_ms": 38.4,
        "exchanges": [],
    }
    record.update(members)  # type: ignore[typeddict-item]
    return record


def requirement(
    identifier: str, verdict: RequirementVerdict = "PASS", reason: str = "", **members: Any
) -> RequirementResult:
    platform, section = identifier.split("/")[:2]
    record: RequirementResult = {
        "id": identifier,
        "platform": platform,
        "section": section,
        "heading": "设备管理 / 创建设备",
        "level": "MUST",
        "source": "document",
        "role": "platform",
        "statement": f"Statement of {identifier}.",
        "verdict": verdict,
        "reason": reason,
        "cases": [],
    }
    record.update(members)  # type: ignore[typeddict-item]
    return record


def results(cases: list[CaseResult], requirements: list[RequirementResult], **members: Any) -> Results:
    record: Results = {
        "suite": {
            "name": "iot-conformance",
            "version": "0.1.0",
            "contracts": {
                "alpha": {"document": "项目 HTTP API", "digest": "sha256:" + "ab" * 32},
                "beta": {"document": "Device interface, edition 2", "digest": "sha256:" + "cd" * 32},
            },
        },
        "iut": {
            "name": "ACME platform",
            "version": "3.2.1",
            "role": "platform",
            "platform": "alpha",
            "url": "https://127.0.0.1:8743",
            "embedded": False,
            "file": "acme.toml",
        },
        "run": {
            "id": "20261120T120651Z-7",
            "started": "2026-11-20T12:06:51Z",
            "finished": "2026-11-20T12:07:25Z",
            "duration_ms": 34210.5,
            "seed": 7,
            "level": "core",
            "filters": {"platforms": [], "roles": [], "only": [], "exclude": [], "soak_min": None},
            "allowed": [],
            "complete": True,
            "exit": 1,
            "clock_offset_ms": -12.0,
            "reproduce": "iot-conformance run --iut acme.toml --seed 7",
            "notes": ["The rate limit of the document was lifted: pixit rate_limit is none."],
            "skipped_cells": [
                {"cell": "alpha/device-list/boundary/query:page", "reason": "no upper bound is documented"}
            ],
        },
        "pics": {"alpha": {"customers": True, "alarms": None}},
        "pixit": {"alpha": {"device_type": "dt-1", "rate_limit": "none"}},
        "waivers": [],
        "verdict": "PASS",
        "summary": count_cases(cases),
        "requirements": requirements,
        "cases": cases,
        "artefacts": {},
    }
    record.update(members)  # type: ignore[typeddict-item]
    return record


def body(content: bytes) -> dict[str, Any]:
    return {"text": content[:8192].decode(), "length": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def exchange(identifier: str, case_id: str, t_ms: float, sent: Any, got: Any, status: int = 200) -> EvidenceRecord:
    answer = got if isinstance(got, bytes) else json.dumps(got, ensure_ascii=False).encode()
    return {
        "id": identifier,
        "case": case_id,
        "t_ms": t_ms,
        "duration_ms": 11.2,
        "kind": "http",
        "out": {
            "method": "POST",
            "url": "https://127.0.0.1:8743/api/v1/device",
            "headers": [["Authorization", "Bearer ‹api-token·1›"], ["Content-Type", "application/json"]],
            "body": body(json.dumps(sent, ensure_ascii=False).encode()),  # type: ignore[typeddict-item]
        },
        "in": {
            "status": status,
            "reason": "OK",
            "headers": [["content-type", "application/json; charset=utf-8"], ["server", "acme/3.2"]],
            "body": body(answer),  # type: ignore[typeddict-item]
        },
        "truncated": False,
    }


FAILING = "alpha/device-create/leaves-out-required/name"
LONG_NAME = "alpha/device-create/beyond-bound/name/maxLength"
WAIVED = "alpha/customer-list/wrong-credentials"


def full_run() -> tuple[Results, list[EvidenceRecord]]:
    """A failing run of a realistic kind; the hostile text stands in every member that can hold it."""
    waiver = {"reason": "known, ticket 4711", "expires": "2027-01-31", "verdict": "FAIL"}
    sections = {
        "access-token": ("身份验证 / 服务器获取 AccessToken", ["app_id", "access_key", "secret_key"]),
        "device-create": ("设备管理 / 创建设备", ["name", "device_type_id", "group_id"]),
        "device-list": ("设备管理 / 获取设备列表", ["query:page", "query:page_size", "query:keyword"]),
        "device-tags-update": ("设备管理 / 修改设备标签", ["path:device_id", "tags{}"]),
        "customer-list": ("客户管理 / 获取客户列表", ["query:page"]),
        "alarm-logs": ("告警 / 获取告警记录", ["query:start", "query:end"]),
    }
    requirements: list[RequirementResult] = []
    cases: list[CaseResult] = []
    for section, (heading, members) in sections.items():
        rows = {"success": "The valid request succeeds with a documented status and a valid answer."}
        rows["credentials"] = "The call is refused without valid credentials."
        rows |= {f"request/{name}/required": f"A request without {name} is refused." for name in members}
        for tail, words in rows.items():
            identifier = f"alpha/{section}/{tail}"
            shown_by = f"alpha/{section}/{tail.replace('request/', 'leaves-out-').replace('/required', '')}"
            requirements.append(requirement(identifier, heading=heading, statement=words, cases=[shown_by]))
            cases.append(case(shown_by, requirements=[identifier], title=words, exchanges=["e1"]))
    by_id = {row["id"]: row for row in requirements}

    broken = by_id["alpha/device-create/request/name/required"]
    broken.update({"verdict": "FAIL", "cases": [FAILING]})
    by_id["alpha/device-list/success"].update({"verdict": "WARN"})
    by_id["alpha/customer-list/success"].update(
        {"verdict": "NOT_APPLICABLE", "reason": "PICS customers is no: the platform has no customers"}
    )
    by_id["alpha/alarm-logs/success"].update(
        {"verdict": "INCONCLUSIVE", "reason": "PICS alarms is unset and has no probe"}
    )
    requirements += [
        requirement(
            "alpha/device-create/request/name/maxLength", "FAIL", statement="A name has at most 64 characters."
        ),
        requirement("alpha/access-token/lifetime", "UNTESTABLE", "a day cannot be waited for", heading="身份验证"),
        requirement("beta/1.2/hostile", "ERROR", HOSTILE, statement=HOSTILE, heading=HOSTILE, role="device"),
        requirement("beta/1.3/clock", "PASS", source="robustness", level="SHOULD", role="device", heading="Clock"),
    ]
    message = (
        f"{broken['id']}: {broken['statement']}\nexpected: a refusal: result false with an errcode, or HTTP 400\n"
        'actual: 200 {"result": true, "info": {"id": "d-91"}} at /result'
    )
    cases += [
        case(
            FAILING,
            "FAIL",
            title="A device without a name is refused.",
            requirements=[broken["id"], "alpha/device-create/success"],
            message=message,
            findings=[
                finding(
                    broken["id"],
                    statement=broken["statement"],
                    expected="a refusal: result false with an errcode, or HTTP 400",
                    exchange="e3",
                    note="The device was created and has been deleted again.",
                )
            ],
            exchanges=["e1", "e2", "e3", "e4"],
        ),
        case(
            LONG_NAME,
            "FAIL",
            requirements=["alpha/device-create/request/name/maxLength"],
            message=HOSTILE,
            title=HOSTILE,
            reproduce=HOSTILE,
            subject=HOSTILE,
            purpose=HOSTILE,
            findings=[
                finding(
                    "alpha/device-create/request/name/maxLength",
                    statement=HOSTILE,
                    expected=HOSTILE,
                    actual={HOSTILE: [HOSTILE]},
                    pointer=f"/{HOSTILE}",
                    note=HOSTILE,
                    exchange="e5",
                )
            ],
            exchanges=["e5"],
        ),
        case(
            "alpha/device-list/all-members",
            "WARN",
            requirements=["alpha/device-list/success"],
            message="alpha/device-list/success: a documented member is missing",
            findings=[finding("alpha/device-list/success", "WARN", expected="info.total", actual=None, pointer="")],
            exchanges=["e2"],
        ),
        case(
            "alpha/alarm-logs/minimal",
            "INCONCLUSIVE",
            message="PICS alarms is unset and has no probe",
            requirements=["alpha/alarm-logs/success"],
        ),
        case("alpha/alarm-logs/maximal", "INCONCLUSIVE", message="PICS alarms is unset and has no probe"),
        case(
            "alpha/customer-list/minimal",
            "NOT_APPLICABLE",
            message="PICS customers is no: the platform has no customers",
            duration_ms=0,
        ),
        case(WAIVED, "FAIL", waived=waiver, message="accepted", findings=[finding("alpha/customer-list/credentials")]),
        case(
            "beta/device/hostile",
            "ERROR",
            role="device",
            message=HOSTILE,
            requirements=["beta/1.2/hostile"],
            exchanges=["e6"],
        ),
        case("beta/device/clock", "PASS", role="device", requirements=["beta/1.3/clock"], exchanges=["e7", "e8", "e9"]),
    ]
    evidence: list[EvidenceRecord] = [
        exchange("e1", "alpha/access-token/success", 0, {"app_id": "a"}, {"result": True, "info": {"token": "‹1›"}}),
        exchange("e2", FAILING, 1004.2, {"page": 1}, b'{"result":true,"info":{"total":12345678901234567890,"n":1,"n":2}}'),
        exchange("e3", FAILING, 1019.9, {"device_type_id": "dt-1"}, {"result": True, "info": {"id": "d-91", "tags": {}}}),
        exchange("e4", FAILING, 1033.0, {"ids": ["d-91"]}, {"result": True}),
        exchange("e5", LONG_NAME, 1100, {"name": HARM}, b"<html><img src=x onerror=alert(1)>" + b"x" * 9000, 500),
        {
            "id": "e6", "case": "beta/device/hostile", "t_ms": 1200, "duration_ms": 5000, "kind": "raw",
            "out": {"address": "127.0.0.1:1883", "body": {"base64": "EAA=", "length": 2, "sha256": "0" * 64}},
            "in": {"error": f"connection reset {HOSTILE}"}, "truncated": False,
        },
        {
            "id": "e7", "case": "beta/device/clock", "t_ms": 1300, "duration_ms": 900, "kind": "process",
            "out": {"argv": ["node", "device.js"], "stdin": None},
            "in": {"exit": None, "stdout": {"text": "ready\n", "length": 6, "sha256": "1" * 64}, "stderr": None},
            "truncated": False,
        },
        {
            "id": "e8", "case": None, "t_ms": 1301, "duration_ms": 0, "kind": "note",
            "out": {"text": HOSTILE}, "in": None, "truncated": False,
        },
        {
            "id": "e9", "case": "beta/device/clock", "t_ms": 1302, "duration_ms": 0, "kind": "mqtt", "out": None,
            "in": {
                "session": "s1", "packet": "PUBLISH", "text": f"PUBLISH QoS 0 to {HOSTILE}",
                "body": {"base64": "MAMAAXQ=", "length": 5, "sha256": "2" * 64},
                "payload": {"text": HOSTILE, "length": 5, "sha256": "3" * 64},
                "violations": [{"statement": "MQTT-3.3.2-2", "seen": HOSTILE}],
            },
            "truncated": False,
        },
    ]  # fmt: skip
    waivers = [
        {"case": WAIVED, **waiver, "state": "used", "cases": [WAIVED]},
        {
            "case": "alpha/gone/*",
            "verdict": "FAIL",
            "reason": "old",
            "expires": None,
            "state": "unmatched",
            "cases": [],
        },
    ]
    made = results(cases, requirements, waivers=waivers, verdict="ERROR")
    made["run"]["exit"] = 4
    return made, evidence


def failing_run() -> tuple[Results, list[EvidenceRecord]]:
    """The same without the suite's own error and without harm: what a tester usually meets."""
    made, evidence = full_run()
    made["cases"] = [item for item in made["cases"] if item["id"] not in (LONG_NAME, "beta/device/hostile")]
    made["requirements"] = [
        row
        for row in made["requirements"]
        if row["id"] not in ("beta/1.2/hostile", "alpha/device-create/request/name/maxLength")
    ]
    made["waivers"] = made["waivers"][:1]
    made["run"]["exit"] = 1
    made["verdict"] = "FAIL"
    made["summary"] = count_cases(made["cases"])
    return made, evidence


def large_run(size: int) -> Results:
    """As many cases as asked for, one in a hundred failing, each with a requirement of its own."""
    cases, requirements = [], []
    for number in range(size):
        section = f"subject-{number // 50:03d}"
        identifier = f"alpha/{section}/rule-{number:05d}"
        fails = number % 100 == 42
        verdict: Any = "FAIL" if fails else "PASS"
        requirements.append(requirement(identifier, verdict, cases=[f"{identifier}/case"]))
        cases.append(
            case(
                f"{identifier}/case",
                verdict,
                requirements=[identifier],
                findings=[finding(identifier)] if fails else [],
                exchanges=[f"e{number}"],
            )
        )
    return results(cases, requirements, verdict="FAIL")


def write_evidence(path: Path, records: list[EvidenceRecord]) -> None:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
