"""What a person meets: init, check, run, vectors export, and one clear line for each mistake."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conformance.cli import main
from conformance.contract.location import vectors_root
from conformance.vectors import load

from .running import EXAMPLES, python


def command(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def iut_file(folder: Path, *lines: str) -> str:
    file = folder / "crypto.toml"
    file.write_text("\n".join(["[iut]", 'role = "crypto"', *lines]), encoding="utf-8")
    return str(file)


def test_the_file_of_init_works_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written = command("init", "crypto")
    assert written.exit_code == 0, written.output
    assert "wrote crypto.toml" in written.output
    checked = command("check", "--iut", "crypto.toml")
    assert checked.exit_code == 0, checked.output
    assert "mqtt-password: password, verify, compose-client-id, parse-client-id" in checked.output
    planned = command("run", "--role", "crypto", "--iut", "crypto.toml", "--plan")
    assert "nothing was started or sent" in planned.output
    assert planned.exit_code == 0
    done = command("run", "--role", "crypto", "--iut", "crypto.toml", "--only", "crypto/gateway/*", "--out", "out")
    assert done.exit_code == 0, done.output
    results = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert results["summary"]["PASS"] == sum(len(file.tests) for file in load() if file.scheme == "gateway")
    again = command("init", "crypto")
    assert again.exit_code == 2
    assert "crypto.toml: exists already" in again.output


def test_a_wrong_gateway_signature_is_a_fail_only_where_the_file_opts_in(tmp_path: Path) -> None:
    script = tmp_path / "wrong.py"
    script.write_text(
        "import json, sys\n"
        "from conformance.vectors.adapter import reply\n"
        "from conformance.vectors.own import OwnImplementation\n"
        "for line in sys.stdin:\n"
        "    request = json.loads(line)\n"
        "    if request['type'] == 'stop': break\n"
        "    told = reply(request, OwnImplementation())\n"
        "    if 'signature' in told.get('answer', {}): told['answer']['signature'] = 'AAAA'\n"
        "    print(json.dumps(told), flush=True)\n"
    )
    line = f"command = {json.dumps(shlex.join(python(script)))}"
    only = ("--only", "crypto/gateway/sign/capture-*")
    warned = command("run", "--iut", iut_file(tmp_path, line), *only, "--out", str(tmp_path / "warned"))
    assert warned.exit_code == 0
    assert json.loads((tmp_path / "warned" / "results.json").read_text())["verdict"] == "WARN"
    opted = iut_file(tmp_path, line, "[pixit]", "gateway = true")
    failed = command("run", "--iut", opted, *only, "--out", str(tmp_path / "failed"))
    assert failed.exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("init", "crypto", "living"), "role crypto belongs to no platform; leave it out"),
        (("init", "platform"), "PLATFORM is missing; one of "),
        (("init", "living"), "write: iot-conformance init platform living"),
        (
            ("vectors", "export", "--format", "json", "--scheme", "rot13", "--out", "x"),
            "not known in this version; one of envelope",
        ),
    ],
)
def test_mistakes_of_use_are_one_line(arguments: tuple[str, ...], text: str) -> None:
    done = command(*arguments)
    assert done.exit_code == 2
    assert text in done.output
    assert done.output.count("\n") == 1


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (
            ('url = "http://127.0.0.1:1"',),
            'role crypto starts a program; write command = "python3 adapter.py", and no url',
        ),
        ((), "role crypto starts a program"),
        (('command = "a {port}"',), "unknown placeholder {port}; role crypto offers none"),
        (('command = "a"', 'platform = "living"'), "role crypto belongs to no platform; leave it out"),
        (('command = "a"', "[pixit]", "rate_limit = 3"), "pixit.rate_limit = 3: unknown key"),
        (('command = "a"', "[pixit]", "request_timeout_s = 0"), "must be more than 0; How long may the program take"),
        (('command = "/no/such/program"',), "cannot start '/no/such/program'"),
    ],
)
def test_mistakes_in_the_file_are_one_line(lines: tuple[str, ...], text: str, tmp_path: Path) -> None:
    done = command("check", "--iut", iut_file(tmp_path, *lines))
    assert done.exit_code == 2
    assert text in done.output


def test_check_tells_a_wrong_introduction(tmp_path: Path) -> None:
    done = command("check", "--iut", iut_file(tmp_path, """command = "sh -c 'read line; echo hello; cat'" """))
    assert done.exit_code == 2
    assert "its introduction: a line that is not JSON" in done.output


def test_export_of_json_is_what_the_suite_itself_reads(tmp_path: Path) -> None:
    done = command("vectors", "export", "--format", "json", "--scheme", "envelope", "--out", str(tmp_path / "out"))
    assert done.exit_code == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    files = {f"envelope-{each}.json" for each in ("encrypt", "decrypt", "sign", "verify")}
    assert names == files | {"README.md", "vectors.schema.json"}
    for name in files:
        assert (tmp_path / "out" / name).read_bytes() == (vectors_root() / name).read_bytes()
    again = command("vectors", "export", "--format", "json", "--out", str(tmp_path / "out"))
    assert again.exit_code == 2
    assert "exists already" in again.output


def test_show_explains_the_cases_of_the_protocol() -> None:
    done = command("show", "crypto/adapter/replies/each")
    assert done.exit_code == 0
    assert "exactly one line" in done.output


def test_examples_are_named_as_the_documents_name_them() -> None:
    assert {path.name for path in EXAMPLES.iterdir()} == {
        "README.md",
        "adapter.py",
        "adapter.mjs",
        "Adapter.java",
        "adapter.c",
    }
