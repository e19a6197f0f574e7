"""Programs that break the adapter protocol get a verdict with a clear text, and never break the suite."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from conformance.contract.location import schemas_root
from conformance.contract.messages import Message
from conformance.evidence.results import read_evidence
from conformance.iut.errors import StartError
from conformance.vectors import load
from conformance.vectors.operations import OPERATIONS
from conformance.vectors.protocol import PATIENCE, part

from .running import Judged, judge, python

PROGRAM = """
import json, os, sys, time

def say(line):
    sys.stdout.write(line if isinstance(line, str) else json.dumps(line) + "\\n")
    sys.stdout.flush()

def start(id):
    return {"id": id, "type": "started", "protocol": 1, "name": "p", "version": "1",
            "schemes": {"mqtt-password": {"operations": ["password", "parse-client-id"]}}}

import hashlib, hmac
def right(request):
    inputs = request["inputs"]
    if "clientId" in inputs or not inputs["timestamp"]:
        return {"id": request["id"], "type": "refusal", "kind": "invalid"}
    made = hmac.new(inputs["timestamp"].encode(), inputs["secret"].encode(), hashlib.sha256).hexdigest()
    return {"id": request["id"], "type": "answer", "answer": {"password": made}}

count = 0
for line in sys.stdin:
    request = json.loads(line)
    id = request["id"]
    if request["type"] == "start":
        STARTING
    elif request["type"] == "stop":
        STOPPING
        break
    else:
        count += 1
        PERFORMING
"""

PASSWORDS = tuple(test.id for file in load() if file.operation == "password" for test in file.tests)
FIRST, SECOND, THIRD = PASSWORDS[:3]
NOTE = "expected: one line, in time"


def program(folder: Path, **parts: str) -> tuple[str, ...]:
    text = PROGRAM
    usual = {"STARTING": "say(start(id))", "STOPPING": "pass", "PERFORMING": "say(right(request))"}
    for name, code in {**usual, **parts}.items():
        text = text.replace(name, code.replace("\n", "\n        "))
    script = folder / "program.py"
    script.write_text(text, encoding="utf-8")
    return python(script)


def run(
    folder: Path, only: tuple[str, ...] = ("crypto/mqtt-password/password/*", "crypto/adapter/*"), **parts: str
) -> Judged:
    return judge(*program(folder, **parts), only=only, pixit={"request_timeout_s": 0.5}, out=folder)


def verdicts(judged: Judged) -> dict[str, str]:
    return {case["id"]: case["verdict"] for case in judged.results["cases"]}


def test_a_program_that_keeps_to_the_protocol_passes(tmp_path: Path) -> None:
    judged = run(tmp_path)
    assert set(verdicts(judged).values()) == {"PASS"}
    assert len(verdicts(judged)) == len(PASSWORDS) + 3


ONCE = (
    "if count == 2 and not os.path.exists(sys.argv[0] + '.done'):\n    open(sys.argv[0] + '.done', 'w').close()\n    "
)
BREACHES: dict[str, tuple[str, str]] = {
    "crash": ("os._exit(7)", r"the program ended with status 7"),
    "signal": ("os.abort()", rf"the program was ended by signal {int(signal.SIGABRT)}"),
    "crash in a line": ("say('{\"id\":2'); os._exit(1)", r"ended with status 1 in the middle of a line: '{\"id\":2'"),
    "what it printed is told": ("sys.exit('no such key')", r"ended with status 1; it printed: no such key"),
    "output closed": ("os.close(1); time.sleep(30)", r"closed its output and still runs"),
    "hang": ("time.sleep(30)", r"no line within 0.5 s \(pixit.request_timeout_s\)"),
    "hang in a line": ("say('{\"id\":2'); time.sleep(30)", r"no line within 0.5 s .*it began: '{\"id\":2'"),
    "no JSON": ("say('hello\\n')", r"a line that is not JSON \(.*\): \"?hello"),
    "no UTF-8": ("sys.stdout.buffer.write(b'\\xff\\n'); sys.stdout.flush()", r"a line that is not JSON"),
    "empty line": ("say('\\n')", r"a line that is not JSON"),
    "NaN": ('say(\'{"id":2,"type":"answer","answer":NaN}\\n\')', r"NaN is not JSON"),
    "a member twice": ('say(\'{"id":2,"id":2}\\n\')', r"a member stands twice"),
    "deep": ("say('[' * 100000 + '\\n')", r"a line that is not JSON"),
    "endless": ("say('x' * 2000000)", r"a line of more than 1048576 bytes"),
    "no object": ("say('[]\\n')", r"a line that is not a JSON object"),
    "no id": ("say({'type': 'refusal', 'kind': 'invalid'})", r"id null in the reply to request 2"),
    "wrong id": ("say({**right(request), 'id': 99})", r"id 99 in the reply to request 2"),
    "id as text": ("say({**right(request), 'id': '2'})", r"id \"2\" in the reply to request 2"),
    "id true": ("say({**right(request), 'id': True})", r"id true in the reply to request 2"),
    "old id": ("say({**right(request), 'id': 1})", r"a second line for request 1, after its answer"),
    "answer after a refusal": (
        "say({'id': id, 'type': 'refusal', 'kind': 'invalid'}); say(right(request))",
        r"a second line for request 2, after its refusal",
    ),
    "answer and refusal at once": (
        "say(json.dumps({'id': id, 'type': 'refusal', 'kind': 'invalid'}) + '\\n' + json.dumps(right(request)) + '\\n')",
        r"a second line for request 2, after its refusal",
    ),
    "unknown member": ("say({**right(request), 'time': 3})", r"the line is not as the protocol has it: .*time"),
    "unknown member of the answer": (
        "say({'id': id, 'type': 'answer', 'answer': {**right(request)['answer'], 'x': 1}})",
        r"the member `answer` is not as the protocol has it",
    ),
    "member missing": (
        "say({'id': id, 'type': 'answer', 'answer': {}})",
        r"expected a member 'password', actual absent",
    ),
    "member of another type": ("say({'id': id, 'type': 'answer', 'answer': {'password': 3}})", r"/password: expected"),
    "refusal of no kind": ("say({'id': id, 'type': 'refusal'})", r"expected a member 'kind'"),
    "refusal of another kind": ("say({'id': id, 'type': 'refusal', 'kind': 'bad'})", r"/kind: expected"),
    "another type": ("say(start(id))", r"type \"started\", where answer or refusal is due"),
}
OF_THE_NEXT = {"answer after a refusal"}
"""Two writes: the second line may come when the next request is under way, and is then found there."""


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_a_fail_of_its_case_and_the_run_goes_on(name: str, tmp_path: Path) -> None:
    code, text = BREACHES[name]
    judged = run(tmp_path, PERFORMING=f"{ONCE}{code}\nelse:\n    say(right(request))")
    wrong = {identity for identity, verdict in verdicts(judged).items() if verdict != "PASS"}
    vectors = {identity for identity in wrong if "/password/" in identity}
    assert wrong == vectors | {"crypto/adapter/replies/each"}
    assert vectors
    if name not in OF_THE_NEXT:
        assert vectors == {SECOND}
    messages = [judged.case(identity)["message"] for identity in vectors]
    assert any(re.search(text, message) for message in messages), messages
    for identity in vectors:
        case = judged.case(identity)
        assert case["verdict"] == "FAIL"
        assert NOTE in case["message"] or name in OF_THE_NEXT
    assert judged.results["run"]["exit"] == 1
    assert judged.results["run"]["complete"]


def test_a_breach_has_the_note_of_the_vector_and_its_exchange(tmp_path: Path) -> None:
    judged = run(tmp_path, PERFORMING="os._exit(7) if count == 2 else say(right(request))")
    case = judged.case(SECOND)
    vector = next(test for file in load() for test in file.tests if test.id == SECOND)
    assert str(vector.notes[0]) in case["message"]
    records = {record["id"]: record for record in map(_record, read_evidence(tmp_path / "evidence.ndjson"))}
    record = records[case["exchanges"][-1]]
    assert record["kind"] == "line"
    assert "the program ended with status 7" in record["in"]["error"]


def test_evidence_of_lines_follows_its_schema(tmp_path: Path) -> None:
    run(tmp_path, PERFORMING="os._exit(7) if count == 2 else say(right(request))")
    schema = json.loads((schemas_root() / "suite" / "evidence.json").read_text(encoding="utf-8"))
    record = Message("evidence", schema)
    lines = [dict(line) for line in read_evidence(tmp_path / "evidence.ndjson")]
    assert len(lines) > len(PASSWORDS)
    assert [violation for line in lines for violation in record.violations(line)] == []


def test_a_program_that_always_crashes_is_given_up(tmp_path: Path) -> None:
    judged = run(tmp_path, PERFORMING="os._exit(7)")
    found = [verdicts(judged)[identity] for identity in PASSWORDS]
    assert found == ["FAIL"] * PATIENCE + ["INCONCLUSIVE"] * (len(PASSWORDS) - PATIENCE)
    assert "password of mqtt-password was given up after 3 requests in a row" in judged.case(PASSWORDS[-1])["message"]
    assert judged.verdict == "FAIL"


def test_an_operation_that_is_given_up_leaves_the_others_judged(tmp_path: Path) -> None:
    judged = run(
        tmp_path,
        only=("crypto/mqtt-password/p*", "crypto/adapter/*"),
        PERFORMING="os._exit(7) if 'secret' in request['inputs'] else say(right(request))",
    )
    others = {verdict for identity, verdict in verdicts(judged).items() if "/parse-client-id/" in identity}
    assert "PASS" in others
    assert "INCONCLUSIVE" not in others
    assert verdicts(judged)["crypto/adapter/end/stop"] == "PASS"


def test_a_program_that_always_hangs_does_not_hold_the_run_up(tmp_path: Path) -> None:
    began = time.monotonic()
    judged = run(tmp_path, PERFORMING="time.sleep(60)")
    assert [verdicts(judged)[identity] for identity in PASSWORDS].count("FAIL") == PATIENCE
    assert time.monotonic() - began < 30


def test_a_wrong_form_costs_no_restart_and_every_case_its_verdict(tmp_path: Path) -> None:
    judged = run(tmp_path, PERFORMING="say({**right(request), 'time': 3})")
    assert {verdicts(judged)[identity] for identity in PASSWORDS} == {"FAIL"}
    assert (
        f"{len(PASSWORDS)} of {len(PASSWORDS)} requests without"
        in judged.case("crypto/adapter/replies/each")["message"]
    )


def test_what_is_declared_and_cannot_be_done_is_a_fail(tmp_path: Path) -> None:
    judged = run(tmp_path, PERFORMING="say({'id': id, 'type': 'refusal', 'kind': 'unsupported', 'text': 'later'})")
    assert {verdicts(judged)[identity] for identity in PASSWORDS} == {"FAIL"}
    assert "unsupported (later), although the program declares it" in judged.case(FIRST)["message"]
    assert verdicts(judged)["crypto/adapter/replies/each"] == "PASS"


def test_what_is_not_declared_does_not_apply_and_is_never_asked(tmp_path: Path) -> None:
    judged = run(tmp_path, only=("crypto/*",), PERFORMING="say(right(request))")
    for case in judged.results["cases"]:
        if case["subject"] in {"envelope", "rsa-token", "gateway"}:
            assert case["verdict"] == "NOT_APPLICABLE"
            assert case["message"] == f"the program does not declare the scheme {case['subject']}"
        elif "/verify/" in case["id"]:
            assert case["message"] == "the program does not declare the operation verify of mqtt-password"
    sent = [
        dict(line["out"] or {})["body"]["text"] for line in map(_record, read_evidence(tmp_path / "evidence.ndjson"))
    ]
    asked = {re.sub(r'"inputs".*', "", re.sub(r'"id":[0-9]+,', "", each)) for each in sent if '"perform"' in each}
    ours = '{"type":"perform","scheme":"mqtt-password","operation":"%s",'
    assert asked == {ours % "password", ours % "parse-client-id"}


def _record(line: Any) -> dict[str, Any]:
    return dict(line)


def test_replies_are_not_said_to_hold_where_nothing_was_asked(tmp_path: Path) -> None:
    judged = run(tmp_path, only=("crypto/adapter/*",))
    assert verdicts(judged)["crypto/adapter/replies/each"] == "INCONCLUSIVE"
    assert "no vector of this run was put to the program" in judged.case("crypto/adapter/replies/each")["message"]


STARTS: dict[str, tuple[str, str]] = {
    "not JSON": ("say('ready\\n')", "a line that is not JSON"),
    "another protocol": ("say({**start(id), 'protocol': 2})", "/protocol: expected"),
    "no name": ("told = start(id); del told['name']; say(told)", "expected a member 'name'"),
    "unknown scheme": ("say({**start(id), 'schemes': {'rot13': {'operations': ['x']}}})", "/schemes: expected"),
    "no scheme": ("say({**start(id), 'schemes': {}})", "/schemes: expected"),
    "unknown operation": (
        "say({**start(id), 'schemes': {'envelope': {'operations': ['password']}}})",
        "/schemes/envelope/operations/0: expected",
    ),
    "unknown member": ("say({**start(id), 'licence': 'MIT'})", "the line is not as the protocol has it"),
    "an answer": ("say({'id': 0, 'type': 'answer', 'answer': {}})", 'type "answer", where started is due'),
    "a banner first": ("say('welcome\\n'); say(start(id))", "a line that is not JSON"),
}


@pytest.mark.parametrize("name", STARTS)
def test_a_wrong_introduction_is_a_fail_and_leaves_the_rest_unjudged(name: str, tmp_path: Path) -> None:
    code, text = STARTS[name]
    judged = run(tmp_path, STARTING=code)
    found = verdicts(judged)
    assert found.pop("crypto/adapter/introduction/started") == "FAIL"
    assert set(found.values()) == {"INCONCLUSIVE"}
    assert text in judged.case("crypto/adapter/introduction/started")["message"]
    assert text in judged.case(FIRST)["message"]


def test_a_silent_start_is_a_fail_in_time(tmp_path: Path) -> None:
    command = program(tmp_path, STARTING="time.sleep(60)")
    judged = judge(*command, only=("crypto/adapter/*",), pixit={"start_timeout_s": 0.3})
    message = judged.case("crypto/adapter/introduction/started")["message"]
    assert "no line within 0.3 s (pixit.start_timeout_s)" in message


def test_a_program_that_does_not_start_is_a_mistake_of_use(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="cannot start '/no/such/program'"):
        judge("/no/such/program")
    with pytest.raises(StartError, match="before its introduction the program ended with status 3; it printed: no key"):
        judge(*program(tmp_path, STARTING="print('no key', file=sys.stderr); sys.exit(3)"))


ENDS: dict[str, tuple[str, str]] = {
    "stays": ("sys.stdin.read(); time.sleep(60)", "it still ran 0.5 s after stop (pixit.request_timeout_s)"),
    "says something": ("say('bye\\n')", "after stop it said"),
    "another status": ("sys.exit(5)", "it ended with status 5 after stop"),
}


@pytest.mark.parametrize("name", ENDS)
def test_a_wrong_end_is_a_fail(name: str, tmp_path: Path) -> None:
    code, text = ENDS[name]
    judged = run(tmp_path, STOPPING=code)
    assert [case["id"] for case in judged.having("FAIL")] == ["crypto/adapter/end/stop"]
    assert text in judged.case("crypto/adapter/end/stop")["message"]


def test_nothing_of_a_program_stays_behind(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    judged = run(
        tmp_path,
        STARTING=f"open({str(pids)!r}, 'a').write(str(os.getpid()) + '\\n'); say(start(id))",
        PERFORMING="time.sleep(60) if count == 2 else say(right(request))",
    )
    assert judged.verdict == "FAIL"
    started = pids.read_text().split()
    assert len(started) > 1
    for pid in started:
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)


def test_options_decide_by_the_value_of_an_input(tmp_path: Path) -> None:
    schemes = "{'envelope': {'operations': ['sign'], 'options': {'encrypted': [False]}}}"
    judged = run(
        tmp_path,
        only=("crypto/envelope/sign/*",),
        STARTING=f"say({{**start(id), 'schemes': {schemes}}})",
        PERFORMING="say({'id': id, 'type': 'refusal', 'kind': 'invalid'})",
    )
    left_out = judged.having("NOT_APPLICABLE")
    assert left_out
    assert {case["message"] for case in left_out} == {"the program does not declare encrypted = true for envelope"}
    assert judged.having("FAIL")


def test_every_operation_has_its_inputs_and_its_answer_in_the_protocol() -> None:
    for file in load():
        name = f"{file.scheme}-{file.operation}"
        for test in file.tests:
            assert part(f"{name}.inputs").violations(dict(test.inputs)) == ()
            if test.result == "valid" and test.decrypt_with is None:
                assert part(f"{name}.answer").violations(dict(test.expected)) == ()
    assert len(OPERATIONS) == len(load())


def test_requests_and_replies_of_a_run_follow_the_schema(tmp_path: Path) -> None:
    judge(
        sys.executable,
        "-m",
        "conformance.vectors.adapter",
        only=("crypto/envelope/*", "crypto/adapter/*"),
        out=tmp_path,
    )
    line = Message("line", json.loads((schemas_root() / "suite" / "adapter-protocol.json").read_text(encoding="utf-8")))
    seen = 0
    for record in map(_record, read_evidence(tmp_path / "evidence.ndjson")):
        for side in ("out", "in"):
            body = record[side]["body"]
            if body is not None and body["length"] <= 8192:
                assert line.violations(json.loads(body["text"])) == ()
                seen += 1
    assert seen > 600
