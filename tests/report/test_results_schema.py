"""results.json and evidence.ndjson: the shipped schemas and the types tell the same, and the reader survives a kill."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, NotRequired, get_origin, get_type_hints

import jsonschema
import pytest

from conformance.contract.location import schemas_root
from conformance.evidence import results as types
from conformance.evidence.results import count_cases, read_evidence, read_results
from conformance.report import write_reports

from . import sample


def schema(name: str) -> Any:
    return json.loads((schemas_root() / "suite" / f"{name}.json").read_text(encoding="utf-8"))


def validator(name: str) -> Any:
    jsonschema.Draft202012Validator.check_schema(schema(name))
    return jsonschema.Draft202012Validator(schema(name), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("run", [sample.full_run, sample.failing_run])
def test_sample_results_are_valid(run: Any) -> None:
    made, evidence = run()
    assert list(validator("results").iter_errors(made)) == []
    for record in evidence:
        assert list(validator("evidence").iter_errors(record)) == []


@pytest.mark.parametrize(
    ("name", "definition", "typed"),
    [
        ("results", None, types.Results),
        ("results", "suite", types.SuiteInfo),
        ("results", "iut", types.IutInfo),
        ("results", "run", types.RunInfo),
        ("results", "waiver", types.WaiverRecord),
        ("results", "requirement", types.RequirementResult),
        ("results", "case", types.CaseResult),
        ("results", "applied-waiver", types.AppliedWaiver),
        ("results", "finding", types.FindingRecord),
        ("evidence", None, types.EvidenceRecord),
        ("evidence", "body", types.Body),
        ("evidence", "http-out", types.HttpOut),
        ("evidence", "http-in", types.HttpIn),
        ("evidence", "raw-out", types.RawOut),
        ("evidence", "raw-in", types.RawIn),
        ("evidence", "mqtt-packet", types.MqttPacket),
        ("evidence", "process-out", types.ProcessOut),
        ("evidence", "process-in", types.ProcessIn),
        ("evidence", "note-out", types.NoteOut),
    ],
)
def test_schema_and_type_have_the_same_members(name: str, definition: str | None, typed: Any) -> None:
    described = schema(name) if definition is None else schema(name)["$defs"][definition]
    hints = get_type_hints(typed, include_extras=True)
    assert set(described["properties"]) == set(hints)
    needed = {member for member, hint in hints.items() if get_origin(hint) is not NotRequired}
    assert set(described.get("required", ())) == needed & typed.__required_keys__
    assert described["additionalProperties"] is False


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("verdict",), "NOT_APPLICABLE"),
        (("surprise",), 1),
        (("run", "exit"), 5),
        (("run", "started"), "yesterday"),
        (("cases", 0, "verdict"), "UNTESTABLE"),
        (("cases", 0, "findings"), [{"requirement": "x"}]),
        (("requirements", 0, "level"), "must"),
        (("artefacts",), {"junit.xml": "ABC"}),
        (("summary", "PASS"), -1),
    ],
)
def test_schema_refuses_wrong_results(path: tuple[Any, ...], value: Any) -> None:
    made: Any = sample.full_run()[0]
    place = made
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert not validator("results").is_valid(made)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "mqtt"},
        {"kind": "note"},
        {"in": {}},
        {"in": {"status": 200, "reason": "OK", "headers": [["one"]], "body": None}},
        {"out": {"method": "GET", "url": "/", "headers": [], "body": {"length": 1, "sha256": "0" * 64}}},
    ],
)
def test_schema_refuses_wrong_evidence(change: dict[str, Any]) -> None:
    record = sample.exchange("e1", "c", 0, {}, {})
    assert validator("evidence").is_valid(record)
    assert not validator("evidence").is_valid({**record, **change})


def test_summary_leaves_out_waived_cases() -> None:
    waiver: Any = {"reason": "known", "expires": None, "verdict": "FAIL"}
    counted = count_cases([sample.case("a/b/c"), sample.case("a/b/d", "FAIL", waived=waiver)])
    assert counted["PASS"] == 1
    assert counted["FAIL"] == 0


def test_evidence_of_a_killed_run_is_read_up_to_the_half_written_line(tmp_path: Path) -> None:
    path = tmp_path / "evidence.ndjson"
    sample.write_evidence(path, sample.full_run()[1])
    whole = path.read_bytes()
    total = len(list(read_evidence(path)))
    for cut in (1, 2, 40, len(whole.splitlines()[-1])):
        path.write_bytes(whole[:-cut])
        kept = len(list(read_evidence(path)))
        assert kept == (total if cut == 1 else total - 1)
    path.write_bytes(b"")
    assert list(read_evidence(path)) == []


def test_damage_inside_the_evidence_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "evidence.ndjson"
    for damaged in (b'{"id": "e1"}\n{"id"\n{"id": "e2"}\n', b'{"id": "e1"}\n[]\n'):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="line 2"):
            list(read_evidence(path))


def test_damaged_evidence_does_not_cost_the_results(tmp_path: Path) -> None:
    made, evidence = sample.failing_run()
    sample.write_evidence(tmp_path / "evidence.ndjson", evidence)
    with (tmp_path / "evidence.ndjson").open("a") as stream:
        stream.write('half a line\n{"id": "e9"}\n')
    write_reports(made, tmp_path)
    read = read_results(tmp_path / "results.json")
    assert [note for note in read["run"]["notes"] if f"line {len(evidence) + 1}: not JSON" in note]
    assert "what follows is not shown" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_written_results_read_back_and_name_the_artefacts(tmp_path: Path) -> None:
    made, evidence = sample.full_run()
    sample.write_evidence(tmp_path / "evidence.ndjson", evidence)
    artefacts = write_reports(made, tmp_path)
    assert sorted(artefacts) == ["evidence.ndjson", "junit.xml", "report.html", "summary.md"]
    for name, digest in artefacts.items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest
    read = read_results(tmp_path / "results.json")
    assert read == {**made, "artefacts": artefacts}
    assert validator("results").is_valid(read)
    assert made["artefacts"] == {}
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*artefacts, "results.json"])


def test_results_json_is_json_whatever_was_observed(tmp_path: Path) -> None:
    nan = sample.finding("a/b/success", actual={"value": float("nan"), "list": [float("-inf"), "\ud800"]})
    made = sample.results([sample.case("a/b/c", "FAIL", findings=[nan])], [])
    write_reports(made, tmp_path)

    def refuse(constant: str) -> Any:
        raise AssertionError(constant)

    text = (tmp_path / "results.json").read_text(encoding="utf-8")
    actual = json.loads(text, parse_constant=refuse)["cases"][0]["findings"][0]["actual"]
    assert actual == {"value": "nan", "list": ["-inf", "\ud800"]}


def test_a_failed_write_leaves_the_former_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = sample.full_run()
    write_reports(made, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def refuse(self: Path, target: Path) -> Path:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="disk full"):
        write_reports(sample.failing_run()[0], tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("content", "words"), [("{", "is not JSON"), ("[]", "lacks an object"), ("{}", "lacks artefacts")]
)
def test_foreign_file_is_not_taken_for_results(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "results.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=words):
        read_results(path)
