"""Clients of Alibaba Cloud "Living": the project's token in the message; the gateway's signature where one is demanded."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from conformance.contract import Operation, Violation
from conformance.crypto import gateway
from conformance.crypto.errors import CryptoError
from conformance.platforms.driver import Facts
from conformance.suites.client.excuses import in_the_field
from conformance.suites.client.heard import Heard
from conformance.suites.client.listener import Breach, Listener, Rule, each_call
from conformance.suites.client.tokens import Ledger

OLDER: Final = frozenset({"request.apiVer/enum", "params.pageNo/required", "params.pageSize/required"})
"""What a call in the older form of the product list breaks."""
KEY: Final = "x-ca-key"


def _token(call: Heard) -> str | None:
    caller = call.body.get("request") if isinstance(call.body, dict) else None
    value = caller.get("cloudToken") if isinstance(caller, dict) else None
    return value if isinstance(value, str) else None


def _credentials(call: Heard, facts: Facts, ledger: Ledger) -> Breach | None:
    del ledger
    if _token(call) == facts.credential("cloud_token"):
        return None
    actual = "no token" if _token(call) is None else "another text"
    return Breach("the cloudToken of the project", actual, "/request/cloudToken")


def _signature(call: Heard, facts: Facts) -> Breach | None:
    parts = urlsplit(call.request.url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    seen = gateway.Request(call.request.method, target, call.request.headers, call.request.body or b"")
    inputs = gateway.VerifyInput(seen, facts.credential("app_secret"))
    expected = "X-Ca-Signature over the call, by X-Ca-Key"
    if call.headers.get(KEY) != facts.credential("app_key"):
        return Breach(expected, "X-Ca-Key is absent or another one")
    try:
        if gateway.verify(inputs):
            return None
        mistake = gateway.diagnose_received(inputs)
    except CryptoError as error:
        return Breach(expected, str(error))
    return Breach(expected, "another signature, or Content-MD5 is not the body's", note=str(mistake or ""))


def _excuse(operation: Operation, violation: Violation, body: Any) -> str | None:
    """Excuse the product list in its older form."""
    params = body.get("params") if isinstance(body, dict) else None
    older = operation.subject == "product-list" and isinstance(params, dict) and "productInfoQuery" in params
    return in_the_field("older-product-list") if older and violation.key in OLDER else None


LISTENER: Final = Listener(
    credentials=_credentials,
    rules=(
        Rule(
            "any",
            "gateway-signature",
            "Every call bears the signature that the API gateway demands.",
            "client/gateway-signature",
            each_call(_signature),
        ),
    ),
    excuse=_excuse,
)
