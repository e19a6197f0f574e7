"""NeuronCloud's credentials in no artefact: neither the Key nor any encryption of it, also where the platform echoes them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from conformance.reference.neuroncloud.credentials import Credentials
from tests.reference.neuroncloud_drive import tokens

from .canary import found
from .hostile import Connection, Hostile, whole
from .live import command
from .test_canaries import clean

KEY = 'CANARY/key+Zq81==Wv "quoted" gerät'
CASES = (
    "neuroncloud/device-list/minimal",
    "neuroncloud/device-list/credentials/*",
    "neuroncloud/global/*key*",
    "neuroncloud/global/replay",
    "neuroncloud/global/message",
    "neuroncloud/global/code-agrees",
    "neuroncloud/global/error/*",
)
PAGE = {
    "code": 200,
    "message": "success",
    "isSuccess": True,
    "data": {"total": 0, "size": 1, "current": 1, "records": []},
}


def _file(folder: Path, url: str) -> Path:
    folder.mkdir(parents=True)
    given = {**_tokens().as_dict(), "key": KEY}
    lines = ["[iut]", 'role = "platform"', 'platform = "neuroncloud"', f'url = "{url}"', "[credentials]"]
    for name, value in given.items():
        (folder / name).write_text(value, encoding="utf-8")
        lines.append(f'{name} = "file:{name}"')
    lines += ["[pics]", "data_warehouse = false", "dataset_query = false", "[pixit]", 'rate_limit = "none"']
    lines += ["ingest_delay_s = 0", 'dev_eui = "0011"', 'equipment_name = "x"', ""]
    (folder / "iut.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder / "iut.toml"


def _tokens() -> Credentials:
    return tokens()


def _sent(requests: list[bytes]) -> dict[str, str]:
    """Return every credential that went out, by its number."""
    texts = (re.findall(rb"(?i)x-source-secretkey: ([^\r]+)\r\n", request) for request in requests)
    values = {value.decode("latin-1") for each in texts for value in each if b"not Base64" not in value}
    return {f"encryption {number}": value for number, value in enumerate(sorted(values))}


def _said(request: bytes) -> str:
    match = re.search(rb"(?i)x-source-secretkey: ([^\r]*)\r\n", request)
    return match[1].decode("latin-1") if match else "nothing"


def _silent(request: bytes) -> bytes:
    del request
    return whole(json.dumps(PAGE).encode())


def _refusing(request: bytes) -> bytes:
    return whole(json.dumps({"code": 401, "message": f"bad key {_said(request)}", "isSuccess": False}).encode())


def _boasting(request: bytes) -> bytes:
    return whole(
        json.dumps({**PAGE, "message": _said(request)}).replace("/", "\\/").encode(), f"X-Echo: {_said(request)}"
    )


def _broken(request: bytes) -> bytes:
    return whole(f"<html>{'x' * 100}{_said(request)}</html>".encode(), "502 Bad")


def _cut(request: bytes) -> bytes:
    return whole(f'{{"code": 401, "message": "you sent {_said(request)[:-40]}'.encode())


@pytest.mark.parametrize("answer", [_silent, _refusing, _boasting, _broken, _cut], ids=lambda each: each.__name__[1:])
def test_neither_key_nor_encryptions_are_shown(tmp_path: Path, answer: object) -> None:
    def behave(connection: Connection, request: bytes) -> None:
        connection.keep = True
        connection.send(answer(request))  # type: ignore[operator]

    with Hostile(behave) as server:
        file = _file(tmp_path / "iut", server.url)
        only = [word for pattern in CASES for word in ("--only", pattern)]
        done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), "-v", *only)
        sent = _sent(server.requests)
        checked = command("check", "--iut", str(file))
    assert done.status in {1, 3}, done.output
    assert len(sent) > 20, "each request has an encryption of its own"
    clean(tmp_path / "out", done, {"key": KEY, **sent})
    assert found(checked.output.encode(), {"key": KEY}) == []
    evidence = (tmp_path / "out" / "evidence.ndjson").read_text("utf-8")
    shown = re.findall(r'\["X-Source-SecretKey", "([^"]*)"\]', evidence)
    assert len(shown) > 20
    assert all(value == "" or re.fullmatch(r"‹[^›]+›", value) for value in shown), shown
