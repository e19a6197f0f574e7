"""The device side of role platform: what leaves cases unjudged and how that is told, evidence, and the turn of an hour."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from conformance.contract import Role, load
from conformance.crypto import certificates
from conformance.crypto.certificates import Authority, Period
from conformance.evidence.recorder import Recorder
from conformance.evidence.redaction import Redactor
from conformance.evidence.results import read_evidence
from conformance.evidence.verdict import Verdict
from conformance.iut.errors import UsageError
from conformance.mqtt.broker import Broker
from conformance.mqtt.tls import client_context, server_context
from conformance.runner.embedded import embedded
from conformance.runner.execute import Outcome, execute
from conformance.runner.selection import Claims
from conformance.runner.session import Options, redactor_for, session
from conformance.suites.context import Context
from conformance.suites.device_link import access_of
from conformance.suites.environment import Environment
from conformance.suites.huawei.mqtt_device import device
from conformance.suites.registry import suite
from tests.faults.bench import QUICK, Bench

CASES = {case.id: case for case in suite("huawei").cases}
ACCEPTS = CASES["huawei/device-connect/accepts/device-id"]
CERTIFICATE = CASES["huawei/device-connect/certificate"]
MQTT = [
    case for case in CASES.values() if case.subject in load("huawei").device_messages and case.role is Role.PLATFORM
]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    iut = replace(embedded("huawei", Role.PLATFORM), pixit=QUICK)
    redactor = redactor_for(["huawei"])
    evidence = tmp_path_factory.mktemp("mqtt") / "evidence.ndjson"
    with (
        Recorder(evidence, redactor) as recorder,
        session(iut, Options(run_id="mqtt"), recorder=recorder, redactor=redactor) as found,
    ):
        yield found


@pytest.fixture
def otherwise(environment: Environment) -> Iterator[Environment]:
    """The environment, to be changed; afterwards it is as before."""
    before, pixit = environment.device_access, environment.iut
    yield environment
    environment.device_access, environment.iut = before, pixit
    Bench(environment).control("PUT", "quirks", [])


def inconclusive(outcome: Outcome) -> str:
    assert outcome.verdict is Verdict.INCONCLUSIVE, outcome
    return outcome.reason


def test_messages_of_the_device_side_are_all_judged() -> None:
    assert {case.subject for case in MQTT} == set(load("huawei").device_messages)


def test_types_that_live_platforms_know_are_never_tried(environment: Environment) -> None:
    from conformance.suites.huawei.mqtt_refusals import VARIANTS

    own = device(Context(environment, ACCEPTS), shared=True)
    for variant in VARIANTS:
        parts = variant.make(own).client_id.rsplit("_", 3)
        assert len(parts) < 4 or parts[1] not in {"1", "3"}, variant.name


def test_without_an_address_the_key_is_named(otherwise: Environment) -> None:
    pixit = {name: value for name, value in otherwise.iut.pixit.items() if name != "mqtt_url"}
    otherwise.iut, otherwise.device_access = replace(otherwise.iut, pixit=pixit), None
    assert {inconclusive(execute(otherwise, case)) for case in MQTT} == {
        "needs what only the tester knows: give [pixit] mqtt_url in the IUT file"
    }


def test_platform_that_claims_no_mqtt_is_not_judged_by_it() -> None:
    claims = Claims(load("huawei"), {"mqtt_devices": False}, None, {})
    decided = [claims.verdict(case) for case in MQTT]
    assert {each[0] for each in decided if each} == {Verdict.NOT_APPLICABLE}
    assert None not in decided


def test_address_where_nobody_listens_is_told(otherwise: Environment) -> None:
    assert otherwise.device_access is not None
    otherwise.device_access = replace(otherwise.device_access, port=1)
    assert "nobody takes devices at [pixit] mqtt_url, 127.0.0.1:1" in inconclusive(execute(otherwise, ACCEPTS))


def test_platform_that_asks_for_a_certificate_gets_the_tester_asked_for_one(otherwise: Environment) -> None:
    access, ca = otherwise.device_access, otherwise.iut.ca_file
    assert access is not None
    assert ca is not None
    otherwise.device_access = replace(access, context=client_context(ca.read_text()), certificate_given=False)
    Bench(otherwise).control("PUT", "quirks", ["tls-certificate/client-certificate"])
    for case in (ACCEPTS, CASES["huawei/device-report/latest"], CERTIFICATE):
        reason = inconclusive(execute(otherwise, case))
        assert "certificate required" in reason
        assert "client_cert_file where the platform asks for one" in reason


def test_authority_for_https_is_not_held_against_the_mqtt_side(otherwise: Environment) -> None:
    access = otherwise.device_access
    assert access is not None
    other = client_context(Authority.made().pem)
    otherwise.device_access = replace(access, context=other, authority_given=False)
    assert "give [pixit] mqtt_ca_file" in inconclusive(execute(otherwise, CERTIFICATE))
    otherwise.device_access = replace(access, context=other, authority_given=True)
    assert execute(otherwise, CERTIFICATE).verdict is Verdict.FAIL


def test_other_name_in_the_certificate_is_no_breach_once_the_tester_tells_it(otherwise: Environment) -> None:
    access = otherwise.device_access
    assert access is not None
    otherwise.device_access = replace(access, server_name="elsewhere.example.org")
    for case in (ACCEPTS, CERTIFICATE):
        assert "elsewhere.example.org" in inconclusive(execute(otherwise, case))
    otherwise.device_access = replace(access, server_name="localhost")
    assert execute(otherwise, ACCEPTS).verdict is Verdict.PASS


def test_expired_certificate_is_no_breach_of_a_sentence(otherwise: Environment) -> None:
    access = otherwise.device_access
    assert access is not None
    authority = Authority.made()
    expired = authority.server(period=Period.expired())
    with Broker(context=server_context(expired)) as broker:
        context = client_context(authority.pem)
        otherwise.device_access = replace(access, port=broker.port, context=context)
        assert "expired" in inconclusive(execute(otherwise, CERTIFICATE))


def test_own_certificate_of_the_platform_may_be_what_devices_are_given(otherwise: Environment, tmp_path: Path) -> None:
    from conformance.iut.device_access import device_access

    certificate = Authority.made().server()
    file = tmp_path / "given.pem"
    file.write_text(certificate.chain_pem, encoding="ascii")
    with Broker(context=server_context(certificate)) as broker:
        told = {"mqtt_url": f"mqtts://127.0.0.1:{broker.port}", "mqtt_ca_file": str(file)}
        iut = replace(otherwise.iut, pixit={**otherwise.iut.pixit, **told})
        otherwise.device_access = device_access(iut, load("huawei"))
        assert execute(otherwise, CERTIFICATE).verdict is Verdict.PASS


def test_short_key_of_a_certificate_is_no_breach_of_a_sentence(
    otherwise: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    access, authority = otherwise.device_access, Authority.made()
    assert access is not None
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    monkeypatch.setattr(certificates, "_key", lambda _: short)
    certificate = authority.server(algorithm="rsa")
    with Broker(context=server_context(certificate, minimum=ssl.TLSVersion.TLSv1)) as broker:  # takes short keys
        otherwise.device_access = replace(access, port=broker.port, context=client_context(authority.pem))
        assert "key too weak" in inconclusive(execute(otherwise, CERTIFICATE))


def test_packets_are_evidence_and_no_secret_is_in_it(environment: Environment) -> None:
    names = ("connect/accepts/node-id-checked", "connect/refuses/secret-itself", "connect/refuses/no-types")
    for name in (*names, "command/arrives/node-id"):
        assert execute(environment, CASES[f"huawei/device-{name}"]).verdict is Verdict.PASS
    made = [device(Context(environment, ACCEPTS), shared=shared) for shared in (True, False)]
    assert environment.recorder.path is not None
    text = environment.recorder.path.read_text(encoding="utf-8")
    records: list[Any] = [each for each in read_evidence(environment.recorder.path) if each["kind"] == "mqtt"]
    sent = [each["out"]["packet"] for each in records if each["out"]]
    came = [each["in"]["packet"] for each in records if each["in"]]
    assert {"CONNECT", "SUBSCRIBE", "PUBACK"} <= set(sent)
    assert {"CONNACK", "SUBACK", "PUBLISH"} <= set(came)
    for own in made:
        password = own.connect().password or b""
        assert own.secret not in text
        assert password.decode() not in text
        assert own.id in text


@pytest.mark.parametrize(
    ("clock", "hours"),
    [
        ("2026-12-31T23:59:58", ["2026123123", "2027010100"]),
        ("2027-01-01T00:00:03", ["2027010100", "2026123123"]),
        ("2027-01-01T00:30:00", ["2027010100"]),
    ],
)
def test_around_the_turn_of_an_hour_both_hours_are_tried(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, clock: str, hours: list[str]
) -> None:
    context = Context(environment, ACCEPTS)
    own = device(context, shared=True)
    monkeypatch.setattr(Context, "now", lambda _: datetime.fromisoformat(clock).replace(tzinfo=UTC))
    assert own.stamps == hours


@pytest.mark.parametrize(
    ("pixit", "told"),
    [
        ({"mqtt_ca_file": "absent.pem"}, "pixit.mqtt_ca_file = .*cannot be read as PEM"),
        ({"mqtt_ca_file": "text.pem"}, "pixit.mqtt_ca_file = .*cannot be read as PEM"),
        ({"client_cert_file": "text.pem"}, "belong together"),
        ({"client_cert_file": "absent.pem", "client_key_file": "text.pem"}, "client_cert_file = .*cannot be read"),
        ({"client_cert_file": "text.pem", "client_key_file": "text.pem"}, "do not fit together"),
        ({"mqtt_url": "mqtts://127.0.0.1:70000"}, 'not an address; write "mqtts://host:port"'),
    ],
)
def test_file_that_cannot_be_used_is_told_before_anything_is_sent(
    tmp_path: Path, pixit: dict[str, Any], told: str
) -> None:
    from conformance.iut.device_access import device_access

    (tmp_path / "text.pem").write_text("no certificate\n")
    iut = replace(
        embedded("huawei", Role.PLATFORM), file=tmp_path / "iut.toml", pixit={"mqtt_url": "mqtts://h:8883", **pixit}
    )
    with pytest.raises(UsageError, match=told) as seen:
        device_access(iut, load("huawei"))
    assert "\n" not in str(seen.value)


def test_address_in_brackets_and_authority_of_the_machine_serve() -> None:
    from conformance.iut.device_access import device_access

    iut = replace(embedded("huawei", Role.PLATFORM), pixit={"mqtt_url": "mqtts://[::1]:8883"})
    access = device_access(iut, load("huawei"))
    assert access is not None
    assert (access.host, access.port, access.server_name) == ("::1", 8883, "::1")
    assert access.authority == "what this machine trusts"


def test_answers_may_take_as_long_as_over_http_unless_the_tester_says_otherwise() -> None:
    from conformance.iut.device_access import device_access

    told = {"mqtt_url": "mqtts://h:8883", "request_timeout_s": 7}
    for more, due in (({}, 7), ({"mqtt_timeout_s": 3}, 3)):
        access = device_access(replace(embedded("huawei", Role.PLATFORM), pixit={**told, **more}), load("huawei"))
        assert access is not None
        assert access.timeout_s == due


def test_authority_beside_the_iut_file_is_found_from_wherever_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from conformance.iut.device_access import device_access

    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "ca.pem").write_text(Authority.made().pem, encoding="ascii")
    monkeypatch.chdir(tmp_path)
    iut = replace(embedded("huawei", Role.PLATFORM), file=Path("there/iut.toml"))
    for ca_file, pixit in ((Path("there/ca.pem"), {}), (None, {"mqtt_ca_file": "ca.pem"})):
        access = device_access(
            replace(iut, ca_file=ca_file, pixit={"mqtt_url": "mqtts://h:1", **pixit}), load("huawei")
        )
        assert access is not None
        assert access.context.get_ca_certs()


def test_platform_without_a_device_side_has_no_address(environment: Environment) -> None:
    assert access_of(Context(environment, ACCEPTS)).host == "127.0.0.1"
    iut = replace(embedded("thingscloud", Role.PLATFORM), pixit=QUICK)
    with session(iut, Options(run_id="none"), recorder=Recorder(None, Redactor()), redactor=Redactor()) as found:
        assert found.device_access is None


def test_check_tells_whether_devices_can_connect(otherwise: Environment) -> None:
    from conformance.cli.check import _devices

    assert _devices(otherwise)[1].startswith("pixit.mqtt_url: TLS established")
    assert otherwise.device_access is not None
    otherwise.device_access = replace(otherwise.device_access, port=1)
    assert _devices(otherwise)[0] == "NOT OK"
