"""A wrong scheme or an unknown authority is the tester's mistake: one line with the remedy, status 2, and no verdict."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.crypto.certificates import Authority, Certificate

from .hostile import Connection, Hostile, healthy, whole
from .live import command, iut_file

READ = "thingscloud/project/minimal"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.made()


def context_of(certificate: Certificate, folder: Path) -> ssl.SSLContext:
    file = folder / "server.pem"
    file.write_text(certificate.key_pem + certificate.chain_pem, encoding="ascii")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.fixture
def secured(authority: Authority, tmp_path: Path) -> Iterator[Hostile]:
    with Hostile(healthy, tls=context_of(authority.server(), tmp_path)) as server:
        yield server


def told(url: str, folder: Path, more: str = "") -> str:
    """Return what `run` tells, and see that `check` tells the same, with status 2 and nothing left behind."""
    file = iut_file(folder / "iut", url, "request_timeout_s = 2")
    file.write_text(file.read_text(encoding="utf-8").replace("\n\n", f"\n{more}\n\n", 1), encoding="utf-8")
    ran = command("run", "--iut", str(file), "--out", str(folder / "out"), "--only", READ)
    checked = command("check", "--iut", str(file))
    assert (ran.status, checked.status) == (2, 2), ran.output + checked.output
    assert not (folder / "out").exists()
    (line,) = ran.stderr.splitlines()
    assert line.split(": ", 1)[1] in checked.output
    return line


def test_an_authority_that_is_not_given(secured: Hostile, tmp_path: Path) -> None:
    line = told(secured.url, tmp_path)
    assert f"iut.url = '{secured.url}': the certificate is not trusted" in line
    assert "as [iut] ca_file" in line


def test_a_name_that_the_certificate_does_not_bear(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text(authority.pem, encoding="ascii")
    with Hostile(healthy, tls=context_of(authority.server(("platform.invalid",)), tmp_path)) as server:
        line = told(server.url, tmp_path, f'ca_file = "{tmp_path / "ca.pem"}"')
    assert "write the name that the certificate bears into [iut] url" in line


def test_https_where_no_tls_is(tmp_path: Path) -> None:
    with Hostile(healthy) as server:
        assert 'no TLS there; write "http://"' in told(server.url.replace("http:", "https:"), tmp_path)


def test_http_where_tls_is(secured: Hostile, tmp_path: Path) -> None:
    line = told(secured.url.replace("https:", "http:"), tmp_path)
    assert 'TLS is spoken there; write "https://"' in line


def test_an_iut_that_answers_badly_in_clear_is_judged(tmp_path: Path) -> None:
    def bad(connection: Connection, request: bytes) -> None:
        connection.send(whole(b"{}", "400 Bad Request"))

    with Hostile(bad) as server:
        file = iut_file(tmp_path / "iut", server.url)
        done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), "--only", READ)
    assert done.status == 3, done.output  # nobody can be signed in; it is no mistake of the tester's


def test_an_iut_that_dies_of_the_first_call_is_judged(tmp_path: Path) -> None:
    with Hostile(healthy) as server:
        server.behaviour = lambda _connection, _request: server.die()
        file = iut_file(tmp_path / "iut", server.url)
        done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), "--only", READ)
    assert done.status == 3, done.output
    assert (tmp_path / "out" / "results.json").exists()
