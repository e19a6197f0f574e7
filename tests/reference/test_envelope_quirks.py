"""Readings and free shapes of the envelope reference: each shows what it names, and no answer becomes invalid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from conformance.reference.calls import Reply
from conformance.reference.envelope.readings import AS_BUILT, ON_DEMAND
from conformance.reference.quirks import SHAPES

from .envelope_drive import CONTRACT, ENCRYPTED, GIVEN, MODES, PLAIN, STAMP, EnvelopeDriver

READINGS = {f"{erratum.id}/{each.id}": each for erratum in CONTRACT.errata.values() for each in erratum.readings}
EXAMPLE = {"deviceId": 0}
PRINTED_AT = 1_689_586_062_400


def _plain(driver: EnvelopeDriver) -> Reply:
    return driver.call(PLAIN)


def _encrypted(driver: EnvelopeDriver) -> Reply:
    return driver.call(ENCRYPTED)


def _ping(driver: EnvelopeDriver) -> Reply:
    return driver.call(ENCRYPTED, {}, path="/ping")


def _at_printed_time(driver: EnvelopeDriver) -> Reply:
    driver.service.clock.now_ms = lambda: PRINTED_AT  # type: ignore[method-assign]
    return driver.call(PLAIN, {}, path="/ping")


def _unknown(driver: EnvelopeDriver) -> Reply:
    return driver.send({**driver.message(PLAIN), "pId": "nobody"})


def _again(driver: EnvelopeDriver) -> Reply:
    driver.call(PLAIN)
    return driver.call(PLAIN)


def _hexadecimal(driver: EnvelopeDriver) -> Reply:
    import base64

    body = base64.b64decode(driver.message(ENCRYPTED)["body"]).hex()
    return driver.call(ENCRYPTED, body=body)


OBSERVED: Mapping[str, Callable[[EnvelopeDriver], Reply]] = {
    "http-status/created": _plain,
    "http-status/client-error": _unknown,
    "http-method/served": lambda driver: driver.send(driver.message(PLAIN), method="GET"),
    "status-type/text": _plain,
    "non-interface-error/signed": _unknown,
    "response-sign-parts/own-shown": _at_printed_time,
    "response-sign-parts/own-hidden": _at_printed_time,
    "response-sign-parts/without-time": _at_printed_time,
    "response-sign-parts/own-parts": _at_printed_time,
    "mode-of-entry/served": lambda driver: driver.call(PLAIN, pId=GIVEN.pid),
    "cipher-text-form/hexadecimal-too": _hexadecimal,
    "base64-form/lines": lambda driver: driver.call(
        ENCRYPTED, {"deviceId": 9, "name": "x" * 90}, path="/deviceRegister"
    ),
    "empty-body/nothing": _ping,
    "empty-body/encrypted": _ping,
    "plain-body-form/text": _plain,
    "timestamp-age/refused": _plain,
    "repeated-message/refused": _again,
}


def _instance(of: str, reply: Reply) -> Any:
    return {"status": reply.status, "body": reply.body} if of == "exchange" else reply.body


def test_every_reading_is_shown_as_built_or_on_demand() -> None:
    assert READINGS.keys() == AS_BUILT | ON_DEMAND
    assert not AS_BUILT & ON_DEMAND
    assert OBSERVED.keys() == ON_DEMAND - {"des-key/own"}


@pytest.mark.parametrize("name", sorted(OBSERVED))
def test_reading_is_shown_only_on_demand(name: str) -> None:
    reading, observe = READINGS[name], OBSERVED[name]
    shown, built = observe(EnvelopeDriver(quirks=(name,))), observe(EnvelopeDriver())
    assert reading.schema.is_valid(_instance(reading.of, shown)), shown
    assert not reading.schema.is_valid(_instance(reading.of, built)), built


def test_answer_as_built_is_the_printed_sign() -> None:
    reply = _at_printed_time(EnvelopeDriver())
    assert READINGS["response-sign-parts/request"].schema.is_valid(reply.body)


@pytest.mark.parametrize(
    ("name", "quirks", "given"),
    [
        ("des-key/secret-key", (), GIVEN),
        ("des-key/own", ("des-key/own",), GIVEN),
        ("des-key/first-eight", (), replace(GIVEN, secret_key="K7mR2xQ9-longer-secret")),
    ],
)
def test_examples_of_the_key_readings_are_read_by_the_platform_of_that_key(
    name: str, quirks: tuple[str, ...], given: Any
) -> None:
    driver = EnvelopeDriver(quirks=quirks, given=replace(given, pid="1"))
    example = READINGS[name].example
    message = driver.message(ENCRYPTED, body=example["body"], timeStamp=example["timeStamp"])
    assert example["sign"] in {"", message["sign"]}
    # No device has the number 0: the interface says so, which shows that it could read the body.
    assert driver.send(message).refused == "There is no device with this deviceId"
    for other, each in READINGS.items():
        if other.startswith("des-key/") and each.example["body"] != example["body"]:
            refused = driver.send(driver.message(ENCRYPTED, body=each.example["body"])).refused
            assert refused is not None
            assert refused.startswith("body does not decrypt")


@pytest.mark.parametrize("name", [*SHAPES, *sorted(AS_BUILT | ON_DEMAND)])
def test_every_answer_stays_valid(name: str) -> None:
    driver = EnvelopeDriver(quirks=(name,))
    for mode in MODES:
        stamp = str(driver.service.clock.now_ms())
        reply = driver.call(mode, timeStamp=stamp)
        assert reply.refused is None
        assert CONTRACT.operations[mode].response.violations(reply.body) == ()
        assert reply.status in CONTRACT.operations[mode].statuses
        assert CONTRACT.success.is_valid({"status": reply.status, "body": reply.body})
    refusal = _unknown(driver)
    exchange = {"status": refusal.status, "body": refusal.body}
    assert refusal.refused
    assert CONTRACT.refusal.is_valid(exchange)
    assert CONTRACT.failure is not None
    assert CONTRACT.failure.is_valid(exchange)


def test_old_messages_are_served_as_built() -> None:
    assert EnvelopeDriver().call(PLAIN, timeStamp="1000000000000").refused is None
    assert EnvelopeDriver().call(PLAIN, timeStamp=STAMP).refused is None
