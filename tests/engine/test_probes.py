"""Calls that only the tester knows: told in the IUT file, tried by `check`, made by cases; every mistake is one line."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.cli.init import text as iut_text
from conformance.contract import Role, load
from conformance.evidence.results import read_evidence
from conformance.iut import config
from conformance.iut.errors import UsageError

from ..reference.process import Running
from .canary import found
from .live import artefacts, command, results

PLATFORM = "envelope"
KEYS = {"pid": "4711", "plain_pid": "4712"}
SECRETS = {"secret_key": "CANARYsk", "des_key": "DESkey+7"}
HEAD = f'[iut]\nrole = "platform"\nplatform = "{PLATFORM}"\nurl = "http://127.0.0.1:1"\n[pixit]\n'
PROBE = 'name = "n", path = "/p", body = {}'


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    file = tmp_path_factory.mktemp("keys") / "credentials.json"
    file.write_text(json.dumps({**KEYS, **SECRETS}), encoding="utf-8")
    with Running("--credentials", str(file), module=f"conformance.reference.{PLATFORM}") as started:
        yield started


@pytest.fixture
def live(running: Running) -> Running:
    running.control("PUT", "faults", [])
    running.control("PUT", "quirks", ["des-key/own"])
    running.control("POST", "reset")
    return running


def written(folder: Path, url: str, probes: Any, **changes: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    given: dict[str, Any] = {"iut.url": url, "pixit.rate_limit": "none", "pixit.probes": probes}
    for name, value in {**KEYS, **SECRETS}.items():
        (folder / f"{name}.secret").write_text(value, encoding="utf-8")
        given[f"credentials.{name}"] = f"file:{name}.secret"
    given |= {"pics.encryption": True, "pics.plain": True, **changes}
    given = {name: value for name, value in given.items() if value is not None}
    file = folder / "iut.toml"
    content = iut_text(load(PLATFORM), Role.PLATFORM, given)
    lines = [line for line in content.splitlines() if not line.startswith(tuple(_gone(changes)))]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def _gone(changes: dict[str, Any]) -> Iterator[str]:
    yield "\0"
    yield from (f"{name.rpartition('.')[2]} = " for name, value in changes.items() if value is None)


# ---- what the file says --------------------------------------------------------------------------------------------

MISTAKES: dict[str, tuple[str, tuple[str, ...]]] = {
    "no list": ('probes = "x"', ("pixit.probes = 'x'", "not of type array", "hundreds of times")),
    "an empty list": ("probes = []", ("pixit.probes = []: expected at least 1 elements",)),
    "no tables in it": (
        "probes = [1]",
        ("pixit.probes 1 = 1: expected type object", "a probe has name, path and body"),
    ),
    "no name": ('probes = [{path = "/p", body = {}}]', ("pixit.probes 1: name is missing", "what reports call")),
    "no path": ('probes = [{name = "n", body = {}}]', ("pixit.probes 1: path is missing",)),
    "no body, in the second": (
        f'probes = [{{{PROBE}}}, {{name = "m", path = "/p"}}]',
        ("pixit.probes 2: body is missing",),
    ),
    "an empty name": ('probes = [{name = "", path = "/p", body = 1}]', ('pixit.probes 1: name = ""',)),
    "a path that does not begin": ('probes = [{name = "n", path = "p", body = 1}]', ('1: path = "p"', "slash")),
    "a path with a blank": ('probes = [{name = "n", path = "/a b", body = 1}]', ('1: path = "/a b"',)),
    "a path with a fragment": ('probes = [{name = "n", path = "/a#b", body = 1}]', ('1: path = "/a#b"',)),
    "an unknown key": (f"probes = [{{{PROBE}, succes = {{}}}}]", ("1: succes: unknown key; did you mean success?",)),
    "a very unknown key": (f"probes = [{{{PROBE}, colour = 1}}]", ("colour: unknown key; known here: body, name",)),
    "one name twice": (f"probes = [{{{PROBE}}}, {{{PROBE}}}]", ('pixit.probes 2: name = "n": stands twice',)),
    "success as text": (f'probes = [{{{PROBE}, success = "x"}}]', ("1: success", "JSON Schema")),
    "success that is no schema": (
        f'probes = [{{{PROBE}, success = {{type = "objekt"}}}}]',
        ("pixit.probes: success: not a JSON Schema: type", "objekt"),
    ),
    "success that leads elsewhere": (
        f'probes = [{{{PROBE}, success = {{"$ref" = "https://x.invalid/s"}}}}]',
        ("the reference 'https://x.invalid/s' leads elsewhere",),
    ),
    "success that leads nowhere": (
        f'probes = [{{{PROBE}, success = {{"$ref" = "#/$defs/no"}}}}]',
        ("the reference '#/$defs/no' leads nowhere",),
    ),
    "a date in a body": (
        'probes = [{name = "n", path = "/p", body = {at = [2027-01-31]}}]',
        ("pixit.probes 1: body.at[1]: 2027-01-31 is not a JSON value", "in quotes"),
    ),
    "an endless number in a body": (
        'probes = [{name = "n", path = "/p", body = {x = inf}}]',
        ("pixit.probes 1: body.x: inf is not a JSON number",),
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_structured_value_is_one_line_with_place_and_remedy(name: str, tmp_path: Path) -> None:
    line, told = MISTAKES[name]
    file = tmp_path / "iut.toml"
    file.write_text(f"{HEAD}{line}\n", encoding="utf-8")
    with pytest.raises(UsageError) as error:
        config.read(file)
    assert str(error.value).startswith(f"{file}: pixit.probes")
    assert "\n" not in str(error.value)
    for part in told:
        assert part in str(error.value), str(error.value)


@pytest.mark.parametrize("body", ["1", '"text"', "true", "[1, 2.5]", '{a = {b = []}, "c d" = "é\\u007f"}'])
def test_any_json_value_is_a_body_and_comes_back_from_what_init_writes(body: str, tmp_path: Path) -> None:
    probe = f'[{{name = "n", path = "/p?x=1", body = {body}, success = {{"$ref" = "#"}}}}]'
    file = tmp_path / "iut.toml"
    file.write_text(f"{HEAD}probes = {probe}\n", encoding="utf-8")
    given = config.read(file).pixit["probes"]
    again = tomllib.loads(iut_text(load(PLATFORM), Role.PLATFORM, {"pixit.probes": given}))
    assert again["pixit"]["probes"] == given == tomllib.loads(f"probes = {probe}")["probes"]


def test_init_shows_an_example_that_is_accepted_as_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "iut.toml"
    assert command("init", "platform", PLATFORM, "--file", str(file)).status == 0
    text = file.read_text(encoding="utf-8")
    assert "# probes = [\n#   {name = " in text
    assert '# des_key = "env:DES_KEY"' in text
    commented = text[text.index("# probes = [") :].partition("# ]")[0] + "# ]"
    shown = tomllib.loads("\n".join(line.removeprefix("# ") for line in commented.splitlines()))
    key = load(PLATFORM).keys["pixit.probes"]
    assert shown["probes"] == key.example
    assert key.schema is not None
    assert key.schema.is_valid(shown["probes"])


# ---- from init to a verdict ----------------------------------------------------------------------------------------


def test_a_file_that_init_wrote_judges_what_serve_serves_after_filling_in(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.control("PUT", "faults", [])
    running.control("PUT", "quirks", [])
    file = tmp_path / "iut.toml"
    assert command("init", "platform", PLATFORM, "--file", str(file)).status == 0
    for name in ("pid", "secret_key", "plain_pid"):
        monkeypatch.setenv(name.upper(), str(running.ready["credentials"][name]))
    text = file.read_text(encoding="utf-8")
    text = text.replace('url = "https://127.0.0.1:8743"', f'url = "{running.url}"')
    text = text.replace('# plain_pid = "', 'plain_pid = "').replace("# rate_limit = 1", 'rate_limit = "none"')
    text = text.replace(
        "\n# probes = [", '\nprobes = [{name = "q", path = "/deviceQuery", body = {deviceId = 7}}]\n# x = ['
    )
    file.write_text(text, encoding="utf-8")
    checked = command("check", "--iut", str(file))
    assert checked.status == 0, checked.output
    assert "'q' by encrypted-call: served" in checked.stdout
    assert "'q' by plain-call: served" in checked.stdout
    done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), "--exclude", "*/coverage")
    assert done.status == 0, done.output
    assert results(tmp_path / "out")["verdict"] == "PASS"
    assert {case["verdict"] for case in results(tmp_path / "out")["cases"]} == {"PASS"}


def test_unset_claims_are_decided_by_the_probes(live: Running, tmp_path: Path) -> None:
    probes = live.ready["pixit"]["probes"]
    file = written(tmp_path / "iut", live.url, probes, **{"pics.encryption": None, "pics.plain": None})
    done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), "--only", "*/minimal")
    assert done.status == 0, done.output


def test_an_entry_of_one_mode_is_judged_alone(live: Running, tmp_path: Path) -> None:
    probes = live.ready["pixit"]["probes"]
    file = written(tmp_path / "iut", live.url, probes, **{"pics.plain": False, "credentials.plain_pid": None})
    only = ("--only", "envelope/*/minimal", "--only", "envelope/*/sign/*", "--only", "envelope/*/member-order")
    done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), *only)
    assert done.status == 0, done.output
    verdicts = {(case["subject"], case["verdict"]) for case in results(tmp_path / "out")["cases"]}
    assert verdicts == {("encrypted-call", "PASS"), ("plain-call", "NOT_APPLICABLE")}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"pixit.probes": None}, "needs a call that only the tester knows: give [pixit] probes"),
        ({"credentials.secret_key": None, "credentials.des_key": None}, "needs the credential secret_key"),
        ({"credentials.pid": None}, "needs the credential pid"),
    ],
    ids=["probes", "secret_key", "pid"],
)
def test_what_is_missing_leaves_cases_inconclusive_and_is_named(
    live: Running, tmp_path: Path, changes: dict[str, Any], told: str
) -> None:
    file = written(tmp_path / "iut", live.url, live.ready["pixit"]["probes"], **changes)
    only = "envelope/encrypted-call/minimal"
    done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), "--only", only)
    assert done.status == 3, done.output
    assert told in results(tmp_path / "out")["cases"][0]["message"]
    assert told in command("check", "--iut", str(file)).stdout
    plan = command("run", "--iut", str(file), "--plan")
    assert plan.status == 0
    assert ("missing pixit.probes" in plan.stdout) == ("pixit.probes" in changes)


def test_a_key_that_is_no_des_key_is_told(live: Running, tmp_path: Path) -> None:
    for key, told in (("short", "has 5 bytes and DES wants 8"), ("1234567é", "end within a character")):
        file = written(tmp_path / key, live.url, live.ready["pixit"]["probes"])
        (file.parent / "des_key.secret").write_text(key, encoding="utf-8")
        checked = command("check", "--iut", str(file))
        assert told in checked.stdout
        assert "give credentials.des_key" in checked.stdout


def test_check_and_run_tell_a_probe_that_does_not_answer_as_promised(live: Running, tmp_path: Path) -> None:
    live.control("PUT", "faults", ["behaviour/query-answers-other-device"])
    file = written(tmp_path / "iut", live.url, live.ready["pixit"]["probes"])
    checked = command("check", "--iut", str(file))
    assert checked.status == 2
    assert "NOT OK   pixit.probes, 'query' by encrypted-call: expected const 7; actual 8" in checked.stdout
    only = "envelope/encrypted-call/minimal"
    done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), "--only", only)
    assert done.status == 1
    (case,) = results(tmp_path / "out")["cases"]
    (finding,) = case["findings"]
    assert finding["requirement"] == "envelope/global/probe-answer"
    assert (finding["expected"], finding["actual"], finding["pointer"]) == ("const 7", "8", "/deviceId")
    assert "probe 'query'" in finding["note"]


def test_check_tells_a_probe_that_is_refused(live: Running, tmp_path: Path) -> None:
    probes = [{"name": "none", "path": "/deviceQuery", "body": {"deviceId": 999}}]
    checked = command("check", "--iut", str(written(tmp_path / "iut", live.url, probes)))
    assert checked.status == 2
    assert "NOT OK   pixit.probes, 'none' by encrypted-call: expected HTTP 200 or 201" in checked.stdout


# ---- evidence and secrets ------------------------------------------------------------------------------------------


def test_evidence_shows_the_plain_body_beside_the_enciphered_one(live: Running, tmp_path: Path) -> None:
    file = written(tmp_path / "iut", live.url, live.ready["pixit"]["probes"])
    command("run", "--iut", str(file), "--out", str(tmp_path / "out"), "--only", "envelope/*/minimal")
    records: list[dict[str, Any]] = [dict(line) for line in read_evidence(tmp_path / "out" / "evidence.ndjson")]
    enciphered = [each for each in records if each["case"] == "envelope/encrypted-call/minimal"]
    assert enciphered[0]["out"]["plain"]["text"] == '{"deviceId":7}'
    assert json.loads(enciphered[0]["in"]["plain"]["text"])["name"] == "Boiler, floor 12"
    assert "deviceId" not in enciphered[0]["out"]["body"]["text"]
    assert all("plain" not in each["out"] for each in records if each["case"] == "envelope/plain-call/minimal")


FAULTS: tuple[list[str], ...] = (
    [],
    [
        "behaviour/answers-sign-raw-digest",
        "behaviour/sign-verify-always-accepted",
        "behaviour/unreadable-body-accepted",
    ],
    ["envelope/encrypted-call/string", "refusal/encrypted-call/accepted"],
    ["status/encrypted-call/500", "status/plain-call/500"],
)


@pytest.mark.parametrize("faults", FAULTS, ids=["none", "lax", "malformed", "broken"])
def test_no_key_is_shown_in_any_artefact_nor_in_a_string_to_sign(
    live: Running, tmp_path: Path, faults: list[str]
) -> None:
    live.control("PUT", "faults", faults)
    file = written(tmp_path / "iut", live.url, live.ready["pixit"]["probes"])
    purposes = ("minimal", "sign/*", "body/*", "response-*", "credentials/*")
    only = [word for purpose in purposes for word in ("--only", f"envelope/*/{purpose}")]
    done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), "-v", *only)
    assert done.status == (1 if faults else 0), done.output
    checked = command("check", "--iut", str(file))
    for name, content in artefacts(tmp_path / "out").items():
        assert found(content, SECRETS) == [], name
    assert found((done.output + checked.output).encode(), SECRETS) == []


def test_a_platform_that_echoes_the_string_to_sign_shows_no_key(live: Running, tmp_path: Path) -> None:
    """A careless platform tells what it signed, key included: it becomes a pseudonym before anything is written."""
    from .hostile import Connection, Hostile, whole

    def echo(connection: Connection, request: bytes) -> None:
        message = json.loads(request.partition(b"\r\n\r\n")[2] or b"{}")
        text = "".join(str(message.get(name, "")) for name in ("body", "timeStamp", "pId")) + SECRETS["secret_key"]
        body = {"status": 1, "msg": f"signed {text} under {SECRETS['des_key']}", "body": ""}
        connection.send(whole(json.dumps(body).encode()))

    with Hostile(echo) as server:
        file = written(tmp_path / "iut", server.url, live.ready["pixit"]["probes"])
        only = ("--only", "envelope/*/minimal", "--only", "envelope/*/response-sign")
        done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), "-v", *only)
    assert done.status == 1
    for name, content in artefacts(tmp_path / "out").items():
        assert found(content, SECRETS) == [], name
    assert found(done.output.encode(), SECRETS) == []
    assert "‹secret_key 1›" in (tmp_path / "out" / "evidence.ndjson").read_text("utf-8")
