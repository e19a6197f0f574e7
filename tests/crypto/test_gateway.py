"""The API gateway's signature: the captured requests, and that every change is refused."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.crypto import gateway
from conformance.crypto.errors import BadFormError, BadKeyError
from conformance.crypto.gateway import Request, SignInput, VerifyInput
from conformance.vectors.content.gateway_captures import CAPTURES

SECRET = "app-secret"
HEADERS = (("Accept", "application/json"), ("Content-Type", "application/json"), ("X-Ca-Key", "k"), ("X-Ca-Nonce", "n"))
NAMES = ("X-Ca-Key", "X-Ca-Nonce")
fixed = settings(derandomize=True, deadline=None, max_examples=60)


def _received(request: Request, secret: str = SECRET) -> VerifyInput:
    headers = gateway.signed_headers(SignInput(request, NAMES, secret))
    return VerifyInput(dataclasses.replace(request, headers=headers), secret)


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda capture: str(capture["name"]))
def test_captured_requests_verify(capture: dict[str, object]) -> None:
    headers = tuple((name, value) for name, value in capture["headers"])  # type: ignore[attr-defined]
    request = Request("POST", str(capture["target"]), headers, str(capture["body"]).encode())
    assert gateway.verify(VerifyInput(request, "SECRET456"))
    assert not gateway.verify(VerifyInput(request, "SECRET457"))


def test_the_string_to_sign_is_built_line_by_line() -> None:
    request = Request("post", "/a/b?z=1&y=&x=%20", HEADERS, b"{}")
    made = gateway.sign(SignInput(request, ("X-Ca-Nonce", "X-Ca-Key"), SECRET))
    assert made.string_to_sign.split("\n") == [
        "POST", "application/json", "mZFLkyvTelC5g8XnyQrpOw==", "application/json", "",
        "X-Ca-Key:k", "X-Ca-Nonce:n", "/a/b?x= &y&z=1",
    ]  # fmt: skip


@fixed
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.data())
def test_any_changed_byte_of_the_body_is_refused(text: str, data: st.DataObject) -> None:
    received = _received(Request("POST", "/a?b=1", HEADERS, text.encode()))
    assert gateway.verify(received)
    body = received.request.body
    position = data.draw(st.integers(0, len(body)))
    changed = body[:position] + b"x" + body[position:]
    assert not gateway.verify(
        dataclasses.replace(received, request=dataclasses.replace(received.request, body=changed))
    )


@fixed
@given(st.sampled_from([name for name, _ in HEADERS] + [gateway.SIGNATURE, gateway.CONTENT_MD5]), st.data())
def test_any_changed_character_of_a_covered_header_is_refused(name: str, data: st.DataObject) -> None:
    received = _received(Request("POST", "/a", HEADERS, b"{}"))
    value = received.request.header(name)
    assert value is not None
    position = data.draw(st.integers(0, len(value) - 1))
    changed = value[:position] + ("x" if value[position] != "x" else "y") + value[position + 1 :]
    headers = tuple((other, changed if other == name else old) for other, old in received.request.headers)
    assert not gateway.verify(VerifyInput(dataclasses.replace(received.request, headers=headers), SECRET))


def test_a_form_is_covered_by_its_parameters() -> None:
    headers = (("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"), *HEADERS[2:])
    made = gateway.sign(SignInput(Request("POST", "/a?c=3", headers, b"b=2&a=1"), NAMES, SECRET))
    assert made.content_md5 == ""
    assert made.resource == "/a?a=1&b=2&c=3"


def test_header_order_and_case_do_not_matter() -> None:
    received = _received(Request("POST", "/a", HEADERS, b"{}"))
    headers = tuple((name.upper(), value) for name, value in reversed(received.request.headers))
    assert gateway.verify(VerifyInput(dataclasses.replace(received.request, headers=headers), SECRET))


def test_what_cannot_be_signed_or_checked_raises_the_typed_error() -> None:
    request = Request("POST", "/a", HEADERS, b"")
    with pytest.raises(BadFormError, match="X-Ca-Stage"):
        gateway.sign(SignInput(request, ("X-Ca-Stage",), SECRET))
    with pytest.raises(BadFormError, match="twice"):
        gateway.sign(SignInput(dataclasses.replace(request, headers=(*HEADERS, ("accept", "x"))), NAMES, SECRET))
    with pytest.raises(BadKeyError, match="empty"):
        gateway.sign(SignInput(request, NAMES, ""))
    with pytest.raises(BadFormError, match="X-Ca-Signature is missing"):
        gateway.verify(VerifyInput(request, SECRET))
    headers = (("Content-Type", gateway.FORM), *HEADERS[2:])
    with pytest.raises(BadFormError, match="UTF-8"):
        gateway.sign(SignInput(Request("POST", "/a", headers, b"\xff"), NAMES, SECRET))
