"""The envelope reference is strict and honest: what it serves, what it refuses, and how it wraps its answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.crypto import envelope
from conformance.crypto.envelope import EncryptInput, VerifyInput
from conformance.reference.envelope.entries import Credentials
from conformance.reference.envelope.interfaces import PROBES
from conformance.reference.envelope.start import pixit, start

from .envelope_drive import CONTRACT, ENCRYPTED, GIVEN, MODES, PLAIN, STAMP, EnvelopeDriver, violations_of
from .process import Running


@pytest.fixture
def driver() -> EnvelopeDriver:
    return EnvelopeDriver()


def test_the_printed_plain_example_is_taken_by_the_entry_of_its_pid(driver: EnvelopeDriver) -> None:
    printed = {
        "body": {"deviceId": 7},
        "sign": "YjlhMWRmZTVlNzJhYTg4MTgzMDFhNTdlOWE0NjMyNDc=",
        "pId": "YmRj",
        "timeStamp": "1689586062335",
    }
    assert driver.send(printed).body["status"] == 0
    assert driver.send({**printed, "timeStamp": "1689586062336"}).body["status"] == 401


@pytest.mark.parametrize("mode", MODES)
def test_every_probe_is_served_as_it_promises_and_validly(driver: EnvelopeDriver, mode: str) -> None:
    import jsonschema

    for probe in PROBES:
        reply = driver.call(mode, probe["body"], path=probe["path"])
        assert reply.refused is None
        assert CONTRACT.operations[mode].response.violations(reply.body) == ()
        if "success" in probe:
            jsonschema.validate(driver.opened(mode, reply), probe["success"])


@pytest.mark.parametrize("mode", MODES)
def test_a_registered_device_is_queried_as_it_was_registered(driver: EnvelopeDriver, mode: str) -> None:
    device = {"deviceId": 300, "name": 'Zähler 🌡 \\ "'}
    assert driver.opened(mode, driver.call(mode, device, path="/deviceRegister")) == device
    other = PLAIN if mode == ENCRYPTED else ENCRYPTED
    assert driver.opened(other, driver.call(other, {"deviceId": 300})) == device
    driver.platform.reset()
    assert driver.call(mode, {"deviceId": 300}).refused == "There is no device with this deviceId"


@pytest.mark.parametrize("mode", MODES)
def test_answers_are_signed_with_time_and_pid_of_the_request(driver: EnvelopeDriver, mode: str) -> None:
    for content, path in (({"deviceId": 7}, "/deviceQuery"), ({"deviceId": 999}, "/deviceQuery"), ({}, "/ping")):
        message = driver.message(mode, content)
        body = driver.send(message, path=path).body
        parts = (body["body"] if isinstance(body["body"], str) else json.dumps(body["body"]), STAMP, message["pId"])
        assert envelope.verify(VerifyInput(mode == ENCRYPTED, *parts, body["sign"], GIVEN.secret_key))


def test_interface_errors_are_signed_and_others_have_three_members(driver: EnvelopeDriver) -> None:
    of_interface = driver.call(ENCRYPTED, {"deviceId": 999}).body
    assert of_interface.keys() == {"status", "msg", "sign", "body"}
    for other in (
        driver.send({**driver.message(PLAIN), "pId": "nobody"}),
        driver.send(content=b"{"),
        driver.send(driver.message(PLAIN), path="/nowhere"),
        driver.send(driver.message(PLAIN), method="GET"),
    ):
        assert other.status == 200
        assert other.body.keys() == {"status", "msg", "body"}
        assert CONTRACT.failure is not None
        assert CONTRACT.failure.is_valid({"status": other.status, "body": other.body})


REFUSED: dict[str, Any] = {
    "no pId": lambda d: {k: v for k, v in d.message(ENCRYPTED).items() if k != "pId"},
    "no sign": lambda d: {k: v for k, v in d.message(ENCRYPTED).items() if k != "sign"},
    "an unknown pId": lambda d: d.message(ENCRYPTED, pId="32"),
    "a pId that is no text": lambda d: d.message(ENCRYPTED, pId=31),
    "a sign that is no text": lambda d: d.message(ENCRYPTED, sign=7),
    "another sign": lambda d: d.message(ENCRYPTED, sign="AAAA"),
    "the plain rule's sign": lambda d: d.message(ENCRYPTED, sign=d.sign(PLAIN, d.message(ENCRYPTED))),
    "a sign of another body": lambda d: d.message(ENCRYPTED, sign=d.message(ENCRYPTED, {"deviceId": 8})["sign"]),
    "another key": lambda d: d.message(ENCRYPTED, body=envelope.encrypt(EncryptInput("{}", "t4Wz8LpC")).body),
    "a body that is no JSON": lambda d: d.message(ENCRYPTED, text="{"),
    "a plain body": lambda d: d.message(ENCRYPTED, body='{"deviceId":7}'),
    "a body of another kind": lambda d: d.message(ENCRYPTED, body={"deviceId": 7}),
    "a plain message of the entry with encryption": lambda d: d.message(PLAIN, pId="31"),
    "an encrypted message of the entry without": lambda d: d.message(ENCRYPTED, pId="YmRj"),
    "a plain message with another sign": lambda d: d.message(PLAIN, sign="AAAA"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_breaks_the_rules_is_refused(driver: EnvelopeDriver, what: str) -> None:
    reply = driver.send(REFUSED[what](driver))
    assert reply.refused
    assert reply.body["status"] not in {0, "0"}
    for secret in (GIVEN.secret_key, GIVEN.des_key):
        assert secret not in str(reply.body)
        assert secret not in str(reply.refused)


def test_every_broken_constraint_is_refused(driver: EnvelopeDriver) -> None:
    for mode in MODES:
        for key, message in violations_of(driver, CONTRACT.operations[mode]):
            assert driver.send(message).refused, (mode, key)


def test_the_plain_sign_does_not_cover_the_body(driver: EnvelopeDriver) -> None:
    message = driver.message(PLAIN)
    reply = driver.send({**message, "body": {"deviceId": 8}})
    assert reply.body["body"] == {"deviceId": 8, "name": "Pump"}


@pytest.mark.parametrize("length", range(9))
def test_bodies_of_any_length_are_read(driver: EnvelopeDriver, length: int) -> None:
    assert driver.call(ENCRYPTED, text='{"deviceId": 7}' + " " * length).refused is None


def test_credentials_are_made_anew_or_taken_and_short_keys_are_refused(tmp_path: Path) -> None:
    assert Credentials.gathered(None).secret_key != Credentials.gathered(None).secret_key
    file = tmp_path / "credentials.json"
    file.write_text(json.dumps({"secret_key": "K7mR2xQ9-longer", "pid": "9"}), encoding="utf-8")
    given = Credentials.gathered(file)
    assert (given.pid, given.secret_key) == ("9", "K7mR2xQ9-longer")
    assert "K7mR2xQ9" not in repr(given)
    file.write_text(json.dumps({"secret_key": "short"}), encoding="utf-8")
    with pytest.raises(ValueError, match="secret_key has fewer than the 8 bytes"):
        Credentials.gathered(file)


def test_what_a_tester_needs_is_told_without_the_unused_key() -> None:
    started = start(None)
    assert started.credentials.keys() == {"pid", "secret_key", "plain_pid"}
    assert started.pixit == pixit()
    key = CONTRACT.keys["pixit.probes"]
    assert key.schema is not None
    assert key.schema.is_valid(started.pixit["probes"])


def test_the_platform_serves_on_loopback_and_refuses_a_wrong_credentials_file(tmp_path: Path) -> None:
    with Running(module="conformance.reference.envelope") as running:
        given = running.ready["credentials"]
        driver = EnvelopeDriver(given=Credentials(given["pid"], given["secret_key"], given["plain_pid"], "unused00"))
        for mode in MODES:
            answer = running.client.post("/deviceQuery", json=driver.message(mode))
            assert answer.json()["status"] == 0, answer.text
        assert running.client.post("/deviceQuery", content=b"{").json()["status"] == 400
        assert running.control("GET", "log")[-1]["refused"] == "The body is not JSON"
