"""The command line: exit statuses that agree with JUnit, mistakes of use, and commands that read what others wrote."""

from __future__ import annotations

import datetime as dt
import json
import re
import shlex
import shutil
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.contract import load, platforms
from conformance.iut import config
from conformance.suites.context import Context
from conformance.suites.registry import Suite, suite

from .hostile import Hostile, healthy
from .live import CREDENTIALS, Done, Live, artefacts, command, iut_file, results

READ = "thingscloud/project/minimal"
WRONG_NAME = "thingscloud/device-create/outside/name/type"


def crash(context: Context) -> None:
    raise RuntimeError("a defect of the suite")


def judge(live: Live, folder: Path, *only: str, more: str = "", fault: str | None = None) -> Done:
    live.control("PUT", "faults", [fault] if fault else [])
    file = iut_file(folder / "iut", live.url)
    file.write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")
    words = [word for pattern in only for word in ("--only", pattern)]
    return command("run", "--iut", str(file), "--out", str(folder / "out"), *words)


def junit(folder: Path) -> dict[str, int]:
    """Return how many test cases of each kind a CI server sees."""
    root = ElementTree.parse(folder / "out" / "junit.xml").getroot()
    cases = list(root.iter("testcase"))
    kinds = ("failure", "error", "skipped")
    seen = {kind: sum(case.find(kind) is not None for case in cases) for kind in kinds}
    suites = [root] if root.tag == "testsuite" else list(root.iter("testsuite"))
    for kind, attribute in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        assert sum(int(each.get(attribute, "0")) for each in suites) == seen[kind]
    return {**seen, "passed": len(cases) - sum(seen.values())}


ENDS: dict[str, tuple[int, tuple[str, ...], str | None, dict[str, int]]] = {
    "PASS": (0, (READ,), None, {"passed": 1}),
    "WARN": (0, (READ, WRONG_NAME), "unenforced/device-create/name/type", {"passed": 2}),
    "FAIL": (1, (READ, WRONG_NAME), "status/project/500", {"passed": 1, "failure": 1}),
    "INCONCLUSIVE": (3, (READ,), "status/access-token/500", {"error": 1}),
}


@pytest.mark.parametrize("verdict", ENDS)
def test_the_exit_status_and_junit_agree_with_the_verdict(verdict: str, live: Live, tmp_path: Path) -> None:
    status, only, fault, seen = ENDS[verdict]
    done = judge(live, tmp_path, *only, fault=fault)
    assert done.status == status, done.output
    read = results(tmp_path / "out")
    assert (read["verdict"], read["run"]["exit"], read["run"]["complete"]) == (verdict, status, True)
    assert junit(tmp_path) == {"passed": 0, "failure": 0, "error": 0, "skipped": 0, **seen}
    assert verdict in done.stdout


def test_a_defect_of_the_suite_is_an_error_with_status_4(
    live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = suite("thingscloud")
    cases = tuple(replace(case, body=crash) if case.id == READ else case for case in known.cases)
    monkeypatch.setattr("conformance.runner.run.suite", lambda _: Suite(cases, known.skipped))
    done = judge(live, tmp_path, READ, WRONG_NAME)
    assert done.status == 4
    assert results(tmp_path / "out")["verdict"] == "ERROR"
    assert junit(tmp_path) == {"passed": 1, "failure": 0, "error": 1, "skipped": 0}


def test_a_run_in_which_nothing_applied_is_no_pass(live: Live, tmp_path: Path) -> None:
    live.control("PUT", "faults", [])
    file = iut_file(tmp_path / "iut", live.url)
    file.write_text(file.read_text("utf-8").replace("customers = true", "customers = false"), encoding="utf-8")
    done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), "--only", "thingscloud/customer-read/*")
    assert done.status == 3, done.output
    assert {case["verdict"] for case in results(tmp_path / "out")["cases"]} == {"NOT_APPLICABLE"}
    counts = junit(tmp_path)
    assert counts["skipped"] == len(results(tmp_path / "out")["cases"])
    assert live.log() == []


# ---- waivers -----------------------------------------------------------------------------------------------------


def waiver(case: str = READ, verdict: str = "FAIL", expires: str = "2999-01-31") -> str:
    return f'\n[[waiver]]\ncase = "{case}"\nverdict = "{verdict}"\nreason = "ticket 7"\nexpires = {expires}\n'


def test_a_waived_failure_runs_is_shown_apart_and_does_not_count(live: Live, tmp_path: Path) -> None:
    done = judge(live, tmp_path, READ, WRONG_NAME, more=waiver(), fault="status/project/500")
    assert done.status == 0, done.output
    read = results(tmp_path / "out")
    waived = {case["id"]: case["waived"] for case in read["cases"]}
    assert waived[READ] == {"reason": "ticket 7", "expires": "2999-01-31", "verdict": "FAIL"}
    assert waived[WRONG_NAME] is None
    assert (read["verdict"], read["summary"]["FAIL"], read["summary"]["PASS"]) == ("PASS", 0, 1)
    assert read["waivers"] == [
        {
            "case": READ,
            "verdict": "FAIL",
            "reason": "ticket 7",
            "expires": "2999-01-31",
            "state": "used",
            "cases": [READ],
        }
    ]


YESTERDAY = (dt.datetime.now(dt.UTC).date() - dt.timedelta(1)).isoformat()
BAD = {
    "stale": (waiver(), None, "is stale: it expects FAIL and the run gave PASS"),
    "expired": (waiver(expires=YESTERDAY), "status/project/500", f"expired on {YESTERDAY}"),
    "expired, and not needed": (waiver(expires=YESTERDAY), None, f"expired on {YESTERDAY}"),
    "unmatched": (waiver("thingscloud/no-such/*"), None, "matches no case"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_waiver_ends_with_status_1_and_one_clear_line(name: str, live: Live, tmp_path: Path) -> None:
    more, fault, told = BAD[name]
    done = judge(live, tmp_path, READ, more=more, fault=fault)
    assert done.status == 1, done.output
    (note,) = results(tmp_path / "out")["run"]["notes"]
    assert told in note
    assert results(tmp_path / "out")["waivers"][0]["state"] == name.partition(",")[0]
    assert told.split()[-1] in done.output.replace("\n", " ")
    assert junit(tmp_path)["error"] == 1
    if fault is None:
        assert "PASS, but a waiver must be corrected" in " ".join(done.output.split())


def test_a_narrowed_run_makes_no_wildcard_stale(live: Live, tmp_path: Path) -> None:
    done = judge(live, tmp_path, READ, more=waiver("thingscloud/project/*"))
    assert done.status == 0, done.output
    assert results(tmp_path / "out")["waivers"] == []


def test_a_waiver_for_a_case_outside_the_selection_is_let_be(live: Live, tmp_path: Path) -> None:
    done = judge(live, tmp_path, READ, more=waiver("thingscloud/device-create/minimal"))
    assert done.status == 0, done.output
    assert results(tmp_path / "out")["run"]["notes"] == []
    assert results(tmp_path / "out")["waivers"] == []


# ---- claims ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "fault", "verdict"),
    [
        ("true", None, "PASS"),
        ("false", None, "WARN"),
        ("true", "status/customer-list/500", "FAIL"),
        ("false", "status/customer-list/500", "PASS"),
    ],
)
def test_a_claim_is_held_against_what_the_platform_does(
    claim: str, fault: str | None, verdict: str, live: Live, tmp_path: Path
) -> None:
    live.control("PUT", "faults", [fault] if fault else [])
    file = iut_file(tmp_path / "iut", live.url)
    file.write_text(file.read_text("utf-8").replace("customers = true", f"customers = {claim}"), encoding="utf-8")
    command("run", "--iut", str(file), "--out", str(tmp_path / "out"), "--only", "thingscloud/pics/customers")
    assert results(tmp_path / "out")["verdict"] == verdict


def test_an_unset_claim_is_probed(live: Live, tmp_path: Path) -> None:
    file = iut_file(tmp_path / "iut", live.url)
    file.write_text(file.read_text("utf-8").replace("customers = true\n", ""), encoding="utf-8")
    options = ("--only", "thingscloud/customer-read/minimal")
    assert command("run", "--iut", str(file), "--out", str(tmp_path / "out"), *options).status == 0
    assert "customer-list" in {entry["subject"] for entry in live.log()}


# ---- mistakes of use ---------------------------------------------------------------------------------------------

MISTAKES: dict[str, tuple[tuple[str, ...], str]] = {
    "a pattern without a match": (
        ("--only", "thingscloud/nothing/*"),
        "--only 'thingscloud/nothing/*' matches no case",
    ),
    "an exclusion without a match": (("--exclude", "x"), "--exclude 'x' matches no case"),
    "nothing left": (("--exclude", "*"), "leaves no case to run"),
    "another platform": (("--platform", "huawei"), "--platform"),
    "another role": (("--role", "device"), "--role device contradicts"),
    "an unknown role": (("--role", "server"), "--role 'server': not known"),
    "an unknown level": (("--level", "hard"), "hard"),
    "an unknown class": (("--allow", "everything"), "everything"),
    "an unknown option": (("--fast",), "--fast"),
    "no calls": (("--max-calls", "0"), "--max-calls"),
    "no time": (("--max-time", "0"), "--max-time"),
    "a negative seed": (("--seed", "-1"), "--seed"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_of_use_is_status_2_and_nothing_is_sent(name: str, tmp_path: Path) -> None:
    options, told = MISTAKES[name]
    with Hostile(healthy) as server:
        file = iut_file(tmp_path / "iut", server.url)
        done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), *options)
        assert server.connections == 0
    assert done.status == 2, done.output
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("mistake", ["pattern", "authority", "address"])
def test_a_mistake_leaves_no_folder_behind(mistake: str, live: Live, tmp_path: Path) -> None:
    file, out = iut_file(tmp_path / "iut", live.url), tmp_path / "out"
    text = file.read_text(encoding="utf-8")
    (file.parent / "ca.pem").write_text("no certificate", encoding="ascii")
    if mistake == "authority":
        file.write_text(text.replace('version = "1"', 'version = "1"\nca_file = "ca.pem"'), encoding="utf-8")
    if mistake == "address":
        file.write_text(text.replace(live.url, "http://127.0.0.1:9"), encoding="utf-8")
    only = "thingscloud/none/*" if mistake == "pattern" else READ
    done = command("run", "--iut", str(file), "--out", str(out), "--only", only)
    assert done.status == 2, done.output
    assert not out.exists()


def test_the_help_cuts_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    told = command("--help").stdout
    assert "..." not in told.partition("Commands:")[2]
    assert max(map(len, told.splitlines())) <= 80
    assert re.search(r"(?m)^  clean +Delete what", told)


def test_a_folder_that_holds_a_run_is_not_overwritten(live: Live, tmp_path: Path) -> None:
    assert judge(live, tmp_path, READ).status == 0
    before = artefacts(tmp_path / "out")
    live.control("DELETE", "log")
    done = judge(live, tmp_path, READ)
    assert done.status == 2
    assert f"--out {tmp_path / 'out'}: holds a run already" in done.stderr
    assert artefacts(tmp_path / "out") == before
    assert live.log() == []


def test_a_place_that_is_no_folder_is_told(live: Live, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    assert judge(live, tmp_path, READ).status == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("show", "thingscloud/no-such"), "no case, requirement, operation or erratum"),
        (("list", "cases", "--platform", "nope"), "not known in this version"),
        (("list", "colours"), "colours"),
        (("init", "server", "thingscloud"), "not a role"),
        (("init", "platform", "nope"), "not known in this version"),
        (("serve", "nope"), "not known in this version"),
        (("serve", "thingscloud", "--role", "client"), "a client serves nothing"),
        (("serve", "thingscloud", "--role", "device"), "no embedded reference"),
        (("report", "no-such-folder"), "no such file"),
        (("diff", "a", "b"), "no such file"),
        (("check",), "--iut"),
        (("dance",), "No such command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_every_command_tells_mistakes_with_status_2(arguments: tuple[str, ...], told: str) -> None:
    done = command(*arguments)
    assert done.status == 2
    assert told in done.stderr


# ---- what the suite knows ----------------------------------------------------------------------------------------


def listed(kind: str) -> list[dict[str, Any]]:
    done = command("list", kind, "--platform", "thingscloud", "--json")
    assert done.status == 0
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def test_lists_agree_with_the_results_of_a_run(live: Live, tmp_path: Path) -> None:
    judge(live, tmp_path, READ)
    read = results(tmp_path / "out")
    # What clients owe is judged by runs of their role.
    known = {row["id"]: row for row in listed("requirements") if not row["strict"] and row["role"] != "client"}
    ran = {row["id"]: row for row in read["requirements"]}
    assert list(known) == list(ran)
    for identity, row in ran.items():
        for member in ("section", "level", "source", "role", "statement", "heading"):
            assert row[member] == known[identity][member]
        assert set(row["cases"]) <= {READ}
    cases = {row["id"]: row for row in listed("cases")}
    (case,) = read["cases"]
    assert cases[READ]["title"] == case["title"]
    assert set(cases[READ]["requirements"]) <= set(case["requirements"]) <= set(known)
    operations = listed("operations")
    assert len(operations) == len(load("thingscloud").operations)
    assert {(row["section"], bool(row["method"]), row["path"][0]) for row in operations} == {
        (row["section"], True, "/") for row in operations
    }
    cells = {cell["cell"] for cell in read["run"]["skipped_cells"]}
    assert cells
    assert not cells & set(cases)


def test_each_case_of_a_list_is_known_to_the_selection_and_to_show() -> None:
    for row in listed("cases")[::40]:
        done = command("show", row["id"])
        assert done.status == 0
        assert row["title"] in done.stdout
        for requirement in row["requirements"]:
            assert requirement in done.stdout
        assert f"--only '{row['id']}'" in done.stdout or f"--only {row['id']}" in done.stdout


def test_show_tells_requirements_operations_and_cells_without_a_case() -> None:
    requirement = listed("requirements")[0]
    assert requirement["statement"] in command("show", requirement["id"]).stdout
    operation = listed("operations")[0]
    assert operation["path"] in command("show", f"thingscloud/{operation['subject']}").stdout
    cell = suite("thingscloud").skipped[0]
    assert cell.reason in command("show", cell.cell).stdout


def test_what_is_shown_of_a_case_can_be_run() -> None:
    """The line that `show` prints selects the case also where it is only run on request."""
    for identity, more in (
        ("huawei/device/soak/memory", "--soak 5"),
        ("huawei/login/documented-members", "--level strict"),
    ):
        (line,) = [each for each in command("show", identity).stdout.splitlines() if each.startswith("run it: ")]
        assert f"run {more} --only" in line
        words = shlex.split(line.removeprefix("run it: iot-conformance "))
        assert command(*words, "--plan").status == 0


def test_an_erratum_can_be_looked_up() -> None:
    rows = listed("errata")
    contract = load("thingscloud")
    assert [row["id"] for row in rows] == [f"thingscloud/{name}" for name in contract.errata]
    erratum = next(iter(contract.errata.values()))
    told = command("show", f"thingscloud/{erratum.id}").stdout
    assert erratum.question in told
    for reading in erratum.readings:
        assert f"{reading.id}: {reading.text}" in told
    own = command("show", "timestamp-tolerance")
    assert own.stdout.startswith("id: huawei/timestamp-tolerance\n")
    counted = Counter(name for platform in platforms() for name in load(platform).errata)
    shared = next(name for name, count in counted.items() if count > 1)
    assert "more than one platform; write " in command("show", shared).stderr


def test_show_has_no_words_of_python() -> None:
    told = command("show", listed("requirements")[0]["id"]).stdout
    assert not re.search("True|False|None", told)


def test_lists_for_people_end_with_their_number() -> None:
    for kind in ("operations", "requirements", "cases"):
        assert (
            command("list", kind, "--platform", "thingscloud").stdout.rstrip().endswith(f"{len(listed(kind))} {kind}")
        )


# ---- finished runs -----------------------------------------------------------------------------------------------


def test_a_run_that_was_moved_is_reported_and_compared(live: Live, tmp_path: Path) -> None:
    assert judge(live, tmp_path / "first", READ).status == 0
    assert judge(live, tmp_path / "second", READ, fault="status/project/500").status == 1
    moved = tmp_path / "elsewhere"
    shutil.move(tmp_path / "second" / "out", moved)
    before = artefacts(moved)
    done = command("report", str(moved))
    assert done.status == 0
    assert "FAIL" in done.stdout
    assert artefacts(moved) == before
    first = tmp_path / "first" / "out"
    assert command("diff", str(first), str(first)).status == 0
    worse = command("diff", str(first), str(moved / "results.json"))
    assert worse.status == 1
    assert READ in worse.stdout
    assert command("diff", str(moved), str(first)).status == 0


@pytest.mark.parametrize("content", ["", "{", "[]", '{"suite": {}}', "null"])
def test_what_is_no_result_is_told(content: str, tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text(content, encoding="utf-8")
    for arguments in (("report", str(tmp_path)), ("diff", str(tmp_path), str(tmp_path))):
        done = command(*arguments)
        assert done.status == 2
        assert len(done.stderr.splitlines()) == 1


# ---- writing and trying an IUT file ------------------------------------------------------------------------------


def test_init_writes_a_file_that_is_accepted_once_its_references_resolve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "iut.toml"
    assert command("init", "platform", "thingscloud", "--file", str(file)).status == 0
    text = file.read_text(encoding="utf-8")
    for key in load("thingscloud").keys.values():
        assert (key.question in text) is (key.role in {"platform", "any"})
    refused = command("check", "--iut", str(file))
    assert refused.status == 2
    assert "is not set; export it" in refused.stderr
    for name in CREDENTIALS:
        monkeypatch.setenv(name.upper(), "x")
    assert dict(config.read(file).credentials) == dict.fromkeys(CREDENTIALS, "x")
    asked = [key for key in load("thingscloud").keys.values() if key.role in {"platform", "any"}]
    for key in asked:
        if key.kind == "pics" or key.default is not None:
            assert f"# {key.name} = " in text
            text = text.replace(f"\n# {key.name} = ", f"\n{key.name} = ")
    file.write_text(text, encoding="utf-8")
    filled = config.read(file)
    assert set(filled.pics) == {key.name for key in asked if key.kind == "pics"}
    assert filled.pixit["run_prefix"] == "conf"
    again = command("init", "platform", "thingscloud", "--file", str(file))
    assert again.status == 2
    assert "exists already" in again.stderr
    assert file.read_text(encoding="utf-8") == text


def test_check_tells_that_a_run_can_begin(live: Live, tmp_path: Path) -> None:
    done = command("check", "--iut", str(iut_file(tmp_path / "iut", live.url)))
    assert done.status == 0, done.output
    assert "NOT OK" not in done.stdout
    for part in ("answers HTTP", "clock offset", "a token for servers: signed in", "pics.customers = true"):
        assert part in done.stdout
    assert {entry["class"] for entry in live.log()} - {None} <= {"read-only", "mutating"}
    assert {entry["subject"] for entry in live.log() if entry["class"] == "mutating"} <= {"access-token", "admin-login"}


def test_check_tells_what_is_wrong(live: Live, tmp_path: Path) -> None:
    file = iut_file(tmp_path / "iut", live.url)
    (file.parent / "secret_key.secret").write_text("wrong", encoding="utf-8")
    done = command("check", "--iut", str(file))
    assert done.status == 2
    assert "NOT OK   a token for servers: " in done.stdout
    live.control("PUT", "faults", ["status/customer-list/500"])
    done = command("check", "--iut", str(iut_file(tmp_path / "iut", live.url)))
    assert done.status == 2
    assert "NOT OK   pics.customers = true; customer-list does not work" in done.stdout


def test_check_of_a_dead_address_is_one_line(tmp_path: Path) -> None:
    with Hostile(healthy) as server:
        url = server.url
    done = command("check", "--iut", str(iut_file(tmp_path / "iut", url)))
    assert done.status == 2
    assert "nobody accepts connections there" in done.stderr


# ---- started platforms -------------------------------------------------------------------------------------------

SERVER = """
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = b'{"result": true, "info": {}}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
assert os.environ["IOT_CONFORMANCE_PORT"] == sys.argv[1]
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def test_a_platform_given_by_command_is_started_judged_and_stopped(tmp_path: Path) -> None:
    import psutil

    script = tmp_path / "a server.py"
    script.write_text(SERVER, encoding="utf-8")
    reach = f"command = \"'{sys.executable}' '{script}' {{port}}\""
    file = iut_file(tmp_path / "iut", "", reach=reach)
    only = "thingscloud/project/credentials/absent"
    done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), "--only", READ, "--only", only)
    assert done.status == 3, done.output  # it cannot sign anybody in
    assert results(tmp_path / "out")["iut"]["command"]
    running = [" ".join(each.info["cmdline"] or []) for each in psutil.process_iter(["cmdline"])]
    assert not any(str(script) in line for line in running)


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("no-such-program-at-all", "cannot start 'no-such-program-at-all'"),
        (f"{sys.executable} -c 'print(40 + 2); raise SystemExit(7)'", "ended with status 7 before its port accepted"),
    ],
)
def test_a_platform_that_does_not_start_is_one_line(program: str, told: str, tmp_path: Path) -> None:
    file = iut_file(tmp_path / "iut", "", reach=f'command = "{program}"')
    done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"))
    assert done.status == 2
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_platform_that_never_listens_is_told_and_stopped(tmp_path: Path) -> None:
    program = f"{sys.executable} -c 'import signal; print(1, flush=True); signal.pause()'"
    file = iut_file(tmp_path / "iut", "", "start_timeout_s = 0.3", reach=f'command = "{program}"')
    done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"))
    assert done.status == 2
    assert "did not accept connections" in done.stderr
    assert "within 0.3 s (pixit.start_timeout_s)" in done.stderr


def test_serve_writes_a_file_with_which_another_process_judges_until_it_is_stopped(tmp_path: Path) -> None:
    file = tmp_path / "served.toml"
    arguments = [sys.executable, "-m", "conformance", "serve", "thingscloud", "--write-iut", str(file)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as serving:
        try:
            assert serving.stdout is not None
            told: list[str] = []
            while not (told and told[-1].startswith("wrote ")):
                line = serving.stdout.readline()
                assert line, serving.communicate(timeout=5)
                told.append(line)
            assert "(Ctrl-C stops it)" in told[0]
            done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), "--only", READ)
            assert done.status == 0, done.output
            secrets = [path.read_text() for path in (tmp_path / "served.secrets").iterdir()]
            assert {path.stat().st_mode & 0o777 for path in (tmp_path / "served.secrets").iterdir()} == {0o600}
            assert not any(secret in file.read_text("utf-8") for secret in secrets)
            serving.send_signal(signal.SIGINT)
            stdout, stderr = serving.communicate(timeout=15)
        finally:
            serving.kill()
    assert serving.returncode == 0, stdout + stderr
    assert "stopped" in stdout
    assert "Traceback" not in stderr
    url = config.read(file).url
    assert url is not None
    gone = command("run", "--iut", str(file), "--out", str(tmp_path / "again"), "--only", READ)
    assert gone.status == 2
    assert "nobody accepts connections" in gone.stderr
