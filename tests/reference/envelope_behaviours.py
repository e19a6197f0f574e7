"""For every behaviour fault of the envelope reference an observation through its interfaces that differs when it is on."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from conformance.crypto import primitives
from conformance.crypto.encoding import encode_base64
from conformance.crypto.envelope import EncryptInput, SignInput
from conformance.crypto.envelope_mistakes import MISTAKES
from conformance.crypto.mistakes import Mistake
from conformance.reference import frailties
from conformance.reference.asgi import Application

from .envelope_drive import ENCRYPTED, GIVEN, PLAIN, STAMP, EnvelopeDriver

Observation = Callable[[EnvelopeDriver], Any]
BY_NAME = {mistake.name: mistake for mistake in MISTAKES}
REGISTER = {"deviceId": 9, "name": "é" * 37 + "~~~???>>>"}


def _told(reply: Any) -> Any:
    return reply.status, reply.body.get("status") if isinstance(reply.body, dict) else None


def _sent(change: Callable[[EnvelopeDriver], dict[str, Any]], mode: str = ENCRYPTED) -> Observation:
    return lambda driver: _told(driver.send(change(driver)))


def _sign_of(mistake: Mistake, mode: str) -> Observation:
    def observe(driver: EnvelopeDriver) -> Any:
        message = driver.message(mode)
        text = json.dumps({"deviceId": 7}, separators=None if mode == ENCRYPTED else (",", ":"))
        entry = driver.platform._entry(driver.service.contract.operations[mode])
        inputs = SignInput(mode == ENCRYPTED, text, STAMP, message["pId"], entry.secret_key)
        return _told(driver.send({**message, "sign": mistake.wrong["sign"](inputs)}))

    return observe


def _accepted(mistake: Mistake) -> Observation:
    if "sign" in mistake.wrong:
        # What needs a plain message or a pId outside ASCII shows there only.
        return _sign_of(mistake, PLAIN if mistake.name.startswith("plain-with") else ENCRYPTED)

    def observe(driver: EnvelopeDriver) -> Any:
        message = driver.message(ENCRYPTED)
        right = message["sign"]
        forged = {
            "verify-ignores-case": encode_base64(base64.b64decode(right).upper()),
            "verify-prefix": right[:5],
            "verify-always": "AAAA",
        }[mistake.name]
        return _told(driver.send({**message, "sign": forged}))

    return observe


def _blocks(driver: EnvelopeDriver, padded: bytes) -> str:
    return encode_base64(primitives.des_ecb_encrypt(driver.des_key.encode(), padded))


def _body(make: Callable[[EnvelopeDriver], str]) -> Observation:
    return lambda driver: _told(driver.call(ENCRYPTED, body=make(driver)))


def _with(name: str, text: str = '{"deviceId":7} ') -> Observation:
    return _body(lambda driver: BY_NAME[name].wrong["encrypt"](EncryptInput(text, driver.des_key)))


def _special(change: Callable[[str], str]) -> Observation:
    """Send a body whose Base64 holds + or /, changed."""

    def observe(driver: EnvelopeDriver) -> Any:
        for number in range(64):
            body = driver.message(ENCRYPTED, text='{"deviceId":7}' + " " * number)["body"]
            if "+" in body or "/" in body:
                return _told(driver.call(ENCRYPTED, body=change(body)))
        raise AssertionError("no ciphertext with + or /")

    return observe


def _lenient(driver: EnvelopeDriver) -> Any:
    return _told(driver.send({**driver.message(ENCRYPTED), "sign": driver.message(ENCRYPTED)["sign"] + "A"}))


def _answer(driver: EnvelopeDriver) -> Any:
    """Return the answers to a registration whose ciphertext shows every mistake, and to a query."""
    found = []
    for mode in (ENCRYPTED, PLAIN):
        found.append(driver.call(mode, REGISTER, path="/deviceRegister").body)
        found.append(driver.call(mode).body)
    return found


def _twice(second: Callable[[EnvelopeDriver], dict[str, Any]]) -> Observation:
    def observe(driver: EnvelopeDriver) -> Any:
        driver.call(PLAIN)
        return _told(driver.send(second(driver)))

    return observe


def _ordered(driver: EnvelopeDriver) -> Any:
    message = driver.message(PLAIN)
    return _told(driver.send({name: message[name] for name in sorted(message)}))


def _lines(driver: EnvelopeDriver) -> Any:
    return _told(driver.send(content=json.dumps(driver.message(PLAIN), indent=1).encode()))


def _plain_to_encrypted(driver: EnvelopeDriver) -> Any:
    return _told(driver.call(PLAIN, pId=GIVEN.pid))


def _deep(driver: EnvelopeDriver) -> Any:
    nested = json.loads('{"a":' * 40 + "1" + "}" * 40)
    return _told(driver.send({**driver.message(PLAIN), "more": nested}))


def _more(value: Any) -> Observation:
    return lambda driver: _told(driver.send({**driver.message(PLAIN), "more": value}))


def _host(driver: EnvelopeDriver) -> Any:
    return Application(driver.service).incoming(b"POST /deviceQuery HTTP/1.1\r\n\r\n")


_UNREAD = _special(lambda body: "AAAA" + body)

SHOWN: Mapping[str, Observation] = {
    **{
        f"sign-{name}-accepted": _accepted(each)
        for name, each in BY_NAME.items()
        if "verify" in each.wrong and name != "verify-never"
    },
    **{f"answers-sign-{name}": _answer for name, each in BY_NAME.items() if "sign" in each.wrong},
    **{f"answers-{name}": _answer for name, each in BY_NAME.items() if "encrypt" in each.wrong},
    "body-padding-cut": _body(lambda driver: _blocks(driver, b'{"deviceId":7}' + b" " * 7 + b"\x5a\xc3\3")),
    "body-padding-optional": _body(lambda driver: _blocks(driver, b'{"deviceId":7}  ')),
    "body-partial-block": _body(
        lambda driver: encode_base64(base64.b64decode(driver.message(ENCRYPTED)["body"]) + b"\0")
    ),
    "body-decrypt-cbc": _with("cbc-zero-iv"),
    "body-url-safe-accepted": _special(lambda body: body.translate(str.maketrans("+/", "-_"))),
    "body-junk-ignored": _special(lambda body: body[:5] + "!*" + body[5:]),
    "sign-spelling-accepted": _lenient,
    "unreadable-body-accepted": _UNREAD,
    "message-unread": _sent(lambda driver: driver.message(ENCRYPTED, body="AAAA", sign="AAAA")),
    "aligned-body-refused": lambda driver: _told(driver.call(ENCRYPTED, text='{"deviceId":7}  ')),
    "odd-base64-crashes": _special(lambda body: body + "\n"),
    "plain-message-crashes": _plain_to_encrypted,
    "answers-plain": _answer,
    "answers-enciphered": _answer,
    "changed-body-crashes": _twice(lambda driver: {**driver.message(PLAIN), "body": {"deviceId": 8}}),
    "repeated-message-crashes": _twice(lambda driver: driver.message(PLAIN)),
    "old-timestamp-crashes": lambda driver: _told(driver.call(PLAIN, timeStamp="1000000000000")),
    "query-answers-other-device": _answer,
    "register-garbles-text": _answer,
    "refusal-discloses": lambda driver: driver.send({**driver.message(PLAIN), "pId": "nobody"}).body["body"],
    "malformed-json-accepted": lambda driver: _told(driver.send(content=b"{")),
    "unknown-path-served": lambda driver: _told(driver.send(driver.message(PLAIN), path="/nowhere")),
    "member-order-matters": _ordered,
    "line-break-refused": _lines,
    "crash-on-deep-json": _deep,
    "crash-on-long-text": _more("x" * (frailties.LONG_TEXT + 1)),
    "crash-on-nul": _more("a\0b"),
    "crash-on-non-ascii": _more("é"),
    "crash-on-wrong-kind": lambda driver: _told(driver.send([])),
    "crash-on-malformed-json": lambda driver: _told(driver.send(content=b"{")),
    "crash-on-unknown-member": _more(1),
    "crash-on-invalid": lambda driver: _told(driver.send({**driver.message(PLAIN), "timeStamp": "1"})),
    "crash-on-unknown-method": lambda driver: _told(driver.send(driver.message(PLAIN), method="GET")),
    "unknown-method-served": lambda driver: _told(driver.send(driver.message(PLAIN), method="GET")),
    "host-not-required": _host,
    "byte-order-mark": lambda driver: driver.call(PLAIN).content()[:3],
    "not-utf-8": lambda driver: driver.call(PLAIN).content()[:3],
}
NOT_HERE: Mapping[str, str] = {
    "crash-on-unknown-query": "no operation has a query; the engine's own tests show it",
    "sign-gbk-accepted": "shows only with a pId that is not ASCII",
    "answers-sign-gbk": "shows only with a pId that is not ASCII",
}
