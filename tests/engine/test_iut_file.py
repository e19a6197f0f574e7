"""Every mistake in an IUT file is one line with the key, the value and the remedy, exit status 2, and tells no secret."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from conformance.cli import main
from conformance.contract import Role, load
from conformance.evidence.verdict import Verdict
from conformance.iut import config
from conformance.iut.config import check_placeholders, value_of
from conformance.iut.errors import UsageError

HEAD = '[iut]\nrole = "platform"\nplatform = "thingscloud"\n'
URL = HEAD + 'url = "http://127.0.0.1:1"\n'
NEURON = '[iut]\nrole = "platform"\nplatform = "neuroncloud"\nurl = "http://127.0.0.1:1"\n'
LITERAL = "hunter2-literal-secret"


def written(folder: Path, text: str) -> Path:
    file = folder / "iut.toml"
    file.write_text(text, encoding="utf-8")
    return file


def waiver(**changes: str | None) -> str:
    keys: dict[str, str | None] = {"case": '"x"', "verdict": '"FAIL"', "reason": '"r"', "expires": "2999-01-31"}
    keys.update(changes)
    return URL + "[[waiver]]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items() if value is not None)


MISTAKES: dict[str, tuple[str, tuple[str, ...]]] = {
    "not TOML": ("[iut\n", ("not TOML", "line 1")),
    "nothing in it": ("", ("iut.role is missing", "platform, device")),
    "unknown table": (URL + "[pixie]\na = 1\n", ("pixie", "did you mean pixit?")),
    "table written as a value": ('pixit = "x"\n' + URL, ("pixit: this is a table", "[pixit]")),
    "iut written as a value": ("iut = 1\n", ("iut: this is a table",)),
    "unknown key": (URL + "colour = 'red'\n", ("iut.colour = 'red'", "unknown key", "known here: ca_file")),
    "misspelt key": (HEAD + 'ulr = "http://h"\n', ("iut.ulr", "did you mean url?")),
    "no role": (
        '[iut]\nplatform = "thingscloud"\nurl = "http://h"\n',
        ("iut.role is missing", 'write role = "platform"'),
    ),
    "unknown role": ('[iut]\nrole = "server"\n', ("iut.role = 'server'", "write one of")),
    "role of the wrong type": ("[iut]\nrole = ['platform']\n", ("iut.role = ['platform']", "not a role")),
    "no platform": ('[iut]\nrole = "platform"\nurl = "http://h"\n', ("iut.platform is missing", "thingscloud")),
    "unknown platform": ('[iut]\nrole = "platform"\nplatform = "tc"\n', ("iut.platform = 'tc'", "thingscloud")),
    "platform of the wrong type": ('[iut]\nrole = "platform"\nplatform = {}\n', ("iut.platform = {}",)),
    "name of the wrong type": (URL + "name = 3\n", ("iut.name = 3", "write it in quotes")),
    "empty version": (URL + 'version = ""\n', ("iut.version = '': empty",)),
    "empty url": (HEAD + 'url = ""\n', ("iut.url = '': empty; write its value",)),
    "empty credential": (URL + '[credentials]\napp_id = ""\n', ("credentials.app_id = '': empty",)),
    "empty fact": (URL + '[pixit]\nrun_prefix = ""\n', ("pixit.run_prefix = '': empty", "leave the line out")),
    "variable without a name": (URL + '[credentials]\napp_id = "env:"\n', ("names no variable", '"env:NAME"')),
    "neither url nor command": (HEAD, ("exactly one of url", "command")),
    "both url and command": (URL + 'command = "x {port}"\n', ("exactly one of url",)),
    "url without scheme": (HEAD + 'url = "example.org:80"\n', ("iut.url = 'example.org:80'", "http://host:port")),
    "url with another scheme": (HEAD + 'url = "ftp://h"\n', ("iut.url = 'ftp://h'",)),
    "url without host": (HEAD + 'url = "http://"\n', ("iut.url = 'http://'",)),
    "url with a wrong port": (HEAD + 'url = "http://h:99999"\n', ("iut.url = 'http://h:99999'",)),
    "url with half a bracket": (HEAD + 'url = "http://[::1"\n', ("iut.url = 'http://[::1'",)),
    "url with a query": (HEAD + 'url = "http://h/?a=1"\n', ("iut.url", "query")),
    "url of the wrong type": (HEAD + "url = 8080\n", ("iut.url = 8080", "in quotes")),
    "command of the wrong type": (HEAD + "command = ['node']\n", ("iut.command = ['node']", "in quotes")),
    "unknown placeholder": (HEAD + 'command = "x {host}"\n', ("unknown placeholder {host}", "offers {port}")),
    "empty placeholder": (HEAD + 'command = "x {}"\n', ("unknown placeholder {}",)),
    "placeholder with an attribute": (HEAD + 'command = "x {port.real}"\n', ("unknown placeholder {port.real}",)),
    "single brace": (HEAD + 'command = "x {port"\n', ("iut.command", "brace is written twice")),
    "open quotation": (HEAD + 'command = "node \'a b"\n', ("iut.command", "close the quotation")),
    "blank command": (HEAD + 'command = "  "\n', ("iut.command is empty",)),
    "no such CA file": (URL + 'ca_file = "no.pem"\n', ("iut.ca_file = 'no.pem'", "no such file")),
    "unknown credential": (URL + '[credentials]\nsecret = "env:HOME"\n', ("credentials.secret = …", "secret_key?")),
    "credential of the wrong type": (URL + "[credentials]\napp_id = 12\n", ("credentials.app_id = …", "in quotes")),
    "missing variable": (URL + '[credentials]\napp_id = "env:NOT_SET_X"\n', ("env:NOT_SET_X", "export it")),
    "missing file": (URL + '[credentials]\napp_id = "file:no/id"\n', ("file:no/id", "check the path")),
    "folder in place of a file": (URL + '[credentials]\napp_id = "file:."\n', ("file:.", "cannot read the file")),
    "unknown claim": (URL + "[pics]\ncustomer = true\n", ("pics.customer = True", "did you mean customers?")),
    "claim as text": (URL + '[pics]\ncustomers = "yes"\n', ("pics.customers = 'yes'", "boolean", "manage customers?")),
    "claim as number": (URL + "[pics]\ncustomers = 1\n", ("pics.customers = 1", "boolean")),
    "unknown pixit": (URL + "[pixit]\nrate = 1\n", ("pixit.rate = 1", "known here:")),
    "number as text": (URL + '[pixit]\nrequest_timeout_s = "3"\n', ("request_timeout_s = '3'", "type number (s)")),
    "boolean as number": (URL + "[pixit]\nrate_limit = true\n", ("pixit.rate_limit = True", "type number (calls/s)")),
    "text that is none of the known": (
        NEURON + '[pixit]\nrsa_padding = "pkcs1"\n',
        ("'pkcs1': not one of pkcs1-v1.5, oaep",),
    ),
    "text of another form": (
        NEURON + '[pixit]\ntime_offset = "8"\n',
        ("pixit.time_offset = '8'", "of the form", "+08:00"),
    ),
    "time format without a place": (
        NEURON + '[pixit]\ntime_format = "yyyy"\n',
        ("pixit.time_format = 'yyyy'", "strftime"),
    ),
    "fraction as integer": (URL + "[pixit]\nexamples = 2.5\n", ("pixit.examples = 2.5", "type integer")),
    "text as number": (URL + "[pixit]\ndevice_type = 5\n", ("pixit.device_type = 5", "type string")),
    "negative number": (URL + "[pixit]\nexamples = -1\n", ("pixit.examples = -1", "negative")),
    "no examples": (URL + "[pixit]\nexamples = 0\n", ("pixit.examples = 0", "more than 0")),
    "no calls": (URL + "[pixit]\nrate_limit = 0\n", ("pixit.rate_limit = 0", '"none" lifts the limit')),
    "no time": (URL + "[pixit]\nrequest_timeout_s = 0.0\n", ("pixit.request_timeout_s = 0.0", "more than 0")),
    "endless time": (URL + "[pixit]\nrequest_timeout_s = inf\n", ("request_timeout_s = inf", "not a finite number")),
    "no number": (URL + "[pixit]\nstart_timeout_s = nan\n", ("start_timeout_s = nan", "not a finite number")),
    "proxy without scheme": (URL + '[pixit]\nproxy = "proxy:3128"\n', ("pixit.proxy", "http://host:port")),
    "unknown upper tester": (URL + '[upper_tester]\nuri = "x"\n', ("upper_tester.uri", "did you mean url?")),
    "two upper testers": (URL + '[upper_tester]\nurl = "http://h"\ncommand = "x"\n', ("give one of url",)),
    "upper tester without scheme": (URL + '[upper_tester]\nurl = "h:1"\n', ("upper_tester.url = 'h:1'",)),
    "upper tester of the wrong type": (URL + "[upper_tester]\ncommand = 1\n", ("upper_tester.command = 1",)),
    "operator as text": (URL + '[upper_tester]\noperator = "yes"\n', ("upper_tester.operator = 'yes'", "boolean")),
    "one waiver as a table": (URL + "[waiver]\ncase = 'x'\n", ("write [[waiver]]",)),
    "unknown key of a waiver": (waiver(ticket='"1"'), ("waiver 1: ticket = '1'", "unknown key")),
    "waiver without a case": (waiver(case=None), ("waiver 1: case is missing",)),
    "waiver without an end": (waiver(expires=None), ("waiver 1: expires is missing",)),
    "waiver without a reason": (waiver(reason=None), ("waiver 1: reason is missing",)),
    "waiver with a blank reason": (waiver(reason='"  "'), ("waiver 1: reason is empty",)),
    "waiver without a verdict": (waiver(verdict=None), ("waiver 1: verdict is missing",)),
    "waiver for a pass": (waiver(verdict='"PASS"'), ("verdict = 'PASS'", "WARN, INCONCLUSIVE, FAIL")),
    "waiver for an error": (waiver(verdict='"ERROR"'), ("verdict = 'ERROR'",)),
    "waiver with a list as verdict": (waiver(verdict="[]"), ("verdict = []",)),
    "waiver with a number as case": (waiver(case="1"), ("waiver 1: case = 1",)),
    "waiver with a wrong day": (waiver(expires='"31.1.2027"'), ("expires = '31.1.2027'", "2027-01-31")),
    "waiver with a time": (waiver(expires="2027-01-31T00:00:00"), ("expires = datetime", "write a day")),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line_with_key_value_and_remedy(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOT_SET_X", raising=False)
    text, told = MISTAKES[name]
    file = written(tmp_path, text)
    done = CliRunner().invoke(main, ["run", "--iut", str(file), "--out", str(tmp_path / "out")])
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith(f"iot-conformance: {file}: ")
    for part in told:
        assert part in lines[0]
    assert not (tmp_path / "out").exists()


SECRETS = {
    "under its key": f'{URL}[credentials]\nsecret_key = "{LITERAL}"\n',
    "under a misspelt key": f'{URL}[credentials]\nsekret_key = "{LITERAL}"\n',
    "in a misspelt table": f'{URL}[credentails]\nsecret_key = "{LITERAL}"\n',
    "in a list": f'{URL}[credentials]\nsecret_key = ["{LITERAL}"]\n',
    "above all tables": f'secret_key = "{LITERAL}"\n{URL}',
    "in the wrong table": f'{URL}[pixit]\nsecret_key = "{LITERAL}"\n',
    "in [iut]": f'{URL}password = "{LITERAL}"\n',
    "in the url": f'{HEAD}url = "http://user:{LITERAL}@h"\n',
    "in a url without scheme": f'{HEAD}url = "user:{LITERAL}@h"\n',
    "in the query": f'{HEAD}url = "http://h?key={LITERAL}"\n',
    "in a wrong proxy": f'{URL}[pixit]\nproxy = "user:{LITERAL}@proxy"\n',
    "with a colon": f'{URL}[credentials]\nsecret_key = "x:{LITERAL}"\n',
}


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("command", ["run", "check"])
def test_a_literal_secret_is_never_repeated(name: str, command: str, tmp_path: Path) -> None:
    file = written(tmp_path, SECRETS[name])
    done = CliRunner().invoke(main, [command, "--iut", str(file)])
    assert done.exit_code == 2
    assert LITERAL not in done.output
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("no.toml", "no such file; write one with: iot-conformance init"),
        (".", "it is a folder; give the IUT file"),
        ("bad", "save it as UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(path: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "bad").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match=told):
        config.read(tmp_path / path)


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_a_file_in_another_encoding_is_told(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "iut.toml").write_text(URL + "# Gerät\n", encoding=encoding)
    with pytest.raises(UsageError, match="save it as UTF-8"):
        config.read(tmp_path / "iut.toml")


def test_a_mark_at_the_beginning_of_a_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "iut.toml").write_text(URL, encoding="utf-8-sig")
    assert config.read(tmp_path / "iut.toml").url == "http://127.0.0.1:1"


def test_a_variable_that_is_empty_is_not_called_unset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMPTY_X", "")
    with pytest.raises(UsageError, match="the environment variable EMPTY_X is empty; give it a value"):
        config.read(written(tmp_path, URL + '[credentials]\napp_id = "env:EMPTY_X"\n'))


def test_keys_of_other_roles_are_not_offered(tmp_path: Path) -> None:
    file = written(tmp_path, '[iut]\nrole = "device"\nplatform = "huawei"\n[pixit]\nzzz = 1\n')
    with pytest.raises(UsageError, match="known here: ") as told:
        config.read(file)
    assert "report_period_s" in str(told.value)
    assert "lora_server_id" not in str(told.value)


def test_everything_that_a_file_can_say_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THE_ACCOUNT", "from the environment")
    (tmp_path / "key").write_text("from a file\r\n", encoding="utf-8")
    (tmp_path / "ca.pem").write_text("x", encoding="utf-8")
    file = written(
        tmp_path,
        HEAD + 'name = "ACME"\nversion = "3"\nca_file = "ca.pem"\nurl = "https://[::1]:8443/base"\n'
        '[credentials]\nsecret_key = "file:key"\naccount = "env:THE_ACCOUNT"\n'
        "[pics]\ncustomers = false\n"
        '[pixit]\nrate_limit = "none"\nrequest_timeout_s = 3\nexamples = 7\n'
        '[upper_tester]\noperator = true\n[[waiver]]\ncase = "a"\nverdict = "WARN"\nreason = "r"\nexpires = "2027-01-31"\n',
    )
    iut = config.read(file)
    assert (iut.name, iut.version, iut.role, iut.platform) == ("ACME", "3", Role.PLATFORM, "thingscloud")
    assert iut.url == "https://[::1]:8443/base"
    assert iut.ca_file == tmp_path / "ca.pem"
    assert dict(iut.credentials) == {"secret_key": "from a file", "account": "from the environment"}
    assert dict(iut.pics) == {"customers": False}
    assert dict(iut.pixit) == {"rate_limit": "none", "request_timeout_s": 3, "examples": 7}
    assert dict(iut.upper_tester) == {"operator": True}
    assert [(each.case, each.verdict, each.expires) for each in iut.waivers] == [
        ("a", Verdict.WARN, dt.date(2027, 1, 31))
    ]
    assert iut.live
    assert "from a file" not in repr(iut)


def test_a_command_is_no_live_system(tmp_path: Path) -> None:
    assert not config.read(written(tmp_path, HEAD + 'command = "node server.js --port {port}"\n')).live


def test_a_literal_secret_is_taken_where_it_is_allowed_and_references_stay_references(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THE_KEY", "resolved")
    text = f'{URL}[credentials]\nsecret_key = "{LITERAL}"\naccess_key = "env:THE_KEY"\n'
    iut = config.read(written(tmp_path, text), allow_literal_secrets=True)
    assert dict(iut.credentials) == {"secret_key": LITERAL, "access_key": "resolved"}


def test_an_empty_secret_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("\n", encoding="utf-8")
    with pytest.raises(UsageError, match="the file is empty; write the secret into it"):
        config.read(written(tmp_path, URL + '[credentials]\nsecret_key = "file:key"\n'))


def test_a_secret_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="not UTF-8"):
        config.read(written(tmp_path, URL + '[credentials]\nsecret_key = "file:key"\n'))


@pytest.mark.parametrize(
    ("role", "command"),
    [
        (Role.PLATFORM, "x {port}"),
        (Role.APPLICATION, "x --port={port}"),
        (Role.DEVICE, "x {host} {port} {ca_file} {device_id} {secret}"),
        (Role.CLIENT, "x {url} {ca_file}"),
        (Role.CRYPTO, "x"),
        (Role.PLATFORM, "x {{literal}} {port}"),
    ],
)
def test_placeholders_are_those_of_the_role(role: Role, command: str) -> None:
    check_placeholders(command, role)
    with pytest.raises(UsageError, match="unknown placeholder"):
        check_placeholders(command + " {nonsense}", role)


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [({}, "run_prefix", "conf"), ({"run_prefix": "mine"}, "run_prefix", "mine"), ({}, "proxy", None), ({}, "no", None)],
)
def test_a_pixit_value_is_the_testers_or_the_default(given: dict[str, Any], name: str, value: Any) -> None:
    iut = config.Iut("n", "1", Role.PLATFORM, "thingscloud", pixit=given)
    assert value_of(iut, load("thingscloud"), name) == value
