"""TLS as the IUT file asks for it: the device's own certificate, old versions, and what is told of a handshake that failed."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.crypto.certificates import Authority
from conformance.evidence.verdict import Verdict
from conformance.iut.errors import UsageError
from conformance.runner.execute import Outcome, execute
from tests.devices.bench import CASES, PLATFORM, device, judge, opened

OPENS = f"{PLATFORM}/device/connect/opens"
AUTHORITY = Authority.made("maker of devices")


@pytest.fixture
def own(tmp_path: Path) -> tuple[str, ...]:
    """Arguments with which the embedded device shows a certificate."""
    made = AUTHORITY.client("conformance-0001")
    for name, text in (("cert.pem", made.chain_pem), ("key.pem", made.key_pem), ("ca.pem", AUTHORITY.pem)):
        (tmp_path / name).write_text(text, encoding="ascii")
    return ("--cert", str(tmp_path / "cert.pem"), "--key", str(tmp_path / "key.pem"))


def opening(certificate: dict[str, str], folder: Path, asked: str, arguments: tuple[str, ...]) -> Outcome:
    iut = device(client_auth=asked, client_ca_file=str(folder / "ca.pem"), connect_timeout_s=2)
    (outcome,) = judge(replace(iut, arguments=arguments), [OPENS], certificate)
    return outcome


@pytest.mark.parametrize("asked", ["request", "require"])
def test_device_that_shows_its_certificate_is_let_in(
    certificate: dict[str, str], tmp_path: Path, own: tuple[str, ...], asked: str
) -> None:
    outcome = opening(certificate, tmp_path, asked, own)
    assert outcome.verdict is Verdict.PASS, outcome.broken
    assert outcome.notes == ("asked by TLS the device showed a certificate",)


def test_device_without_one_is_let_in_where_it_is_only_asked_for(
    certificate: dict[str, str], tmp_path: Path, own: tuple[str, ...]
) -> None:
    outcome = opening(certificate, tmp_path, "request", ())
    assert outcome.verdict is Verdict.PASS, outcome.broken
    assert outcome.notes == ("asked by TLS the device showed no certificate, and was let in without",)


def test_device_without_one_is_refused_where_it_must_show_it_and_the_text_says_why(
    certificate: dict[str, str], tmp_path: Path, own: tuple[str, ...]
) -> None:
    outcome = opening(certificate, tmp_path, "require", ())
    assert outcome.verdict is Verdict.FAIL
    (finding,) = outcome.broken
    assert "peer did not return a certificate" in finding.actual
    assert "offers TLSv1.3" in finding.actual


def test_asking_for_a_certificate_of_nobody_is_a_mistake(certificate: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"client_auth = 'require': give client_ca_file"):
        judge(device(client_auth="require"), [OPENS], certificate)
    (tmp_path / "ca.pem").write_text("none", encoding="ascii")
    with pytest.raises(UsageError, match=r"client_ca_file = .*: no certificate in it"):
        judge(device(client_auth="request", client_ca_file=str(tmp_path / "ca.pem")), [OPENS], certificate)


HANDSHAKES = {
    # What the device does, and what the engineer is told: alert or reason, versions, ciphers.
    "trusts-another": ("c = ssl.create_default_context()", ("alert: unknown ca", "offers TLSv1.3", "TLS_AES_")),
    "too-old": (
        "c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT); c.check_hostname = False; c.verify_mode = ssl.CERT_NONE\n"
        "c.set_ciphers('DEFAULT:@SECLEVEL=0')\n"
        "warnings.simplefilter('ignore'); c.maximum_version = c.minimum_version = ssl.TLSVersion.TLSv1_1",
        ("unsupported protocol", "offers TLSv1.1", "AES"),
    ),
    "other-ciphers": (
        "c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT); c.check_hostname = False; c.verify_mode = ssl.CERT_NONE\n"
        "c.set_ciphers('ECDHE-RSA-AES128-GCM-SHA256'); c.maximum_version = ssl.TLSVersion.TLSv1_2",
        ("no shared cipher", "offers TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256"),
    ),
}


@pytest.mark.parametrize("name", HANDSHAKES)
def test_failed_handshake_is_told_with_reason_and_offer(tmp_path: Path, certificate: dict[str, str], name: str) -> None:
    context, told = HANDSHAKES[name]
    script = tmp_path / "device.py"
    script.write_text(
        f"import contextlib, socket, ssl, sys, time, warnings\n{context}\n"
        "with contextlib.suppress(OSError):\n"
        "    c.wrap_socket(socket.create_connection(('127.0.0.1', int(sys.argv[1]))), server_hostname='localhost')\n"
        "time.sleep(60)\n",
        encoding="utf-8",
    )
    command = shlex.join([sys.executable, str(script)]) + " {port}"
    iut = replace(device(connect_timeout_s=1.5), reference=None, embedded=False, command=command)
    with opened(iut, certificate) as environment:
        outcome = execute(environment, CASES[OPENS])
    assert outcome.verdict is Verdict.FAIL
    assert len(outcome.broken) == 1, outcome.broken
    (finding,) = outcome.broken
    assert all(part in finding.actual for part in told), finding.actual
