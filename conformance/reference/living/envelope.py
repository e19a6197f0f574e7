"""The envelope {id, version, request, params} of every call and {code, data, id} of every answer.

The contract's schemas judge what its tables say; what the examples alone show (id and version) is judged here, because
the document leaves open whether it matters.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Call, Refused
from conformance.reference.frailties import Crashed
from conformance.reference.switchboard import Quirks, Switchboard

VERSION: Final = "1.0"
PRODUCT_LIST: Final = "/cloud/thing/productList/get"
OLDER: Final = "1.0.0"
"""apiVer of the product list that clients in the field still send (erratum older-product-list)."""

CODES: Final[Mapping[str, int]] = {
    "malformed-json": 400,
    "credentials": 401,
    "gateway": 403,
    "unknown-path": 404,
    "unknown-object": 6204,
    "conflict": 6301,
    "throttled": 429,
    "invalid": 460,
}
"""`code` of each kind of refusal: the document prints none but 200."""

UNSPECIFIC: Final = 400


def parsed(call: Call) -> Any:
    """Return the body of a call, None where it is no JSON."""
    try:
        return json.loads(call.body)
    except (ValueError, RecursionError):
        return None


def check_version(body: Mapping[str, Any], quirks: Quirks) -> None:
    """Refuse another version than that of the examples, unless the reading is that it does not matter."""
    if body["version"] != VERSION and not quirks.on("envelope-version/served"):
        raise Refused("invalid", "The request is invalid", errors=({"member": "version", "rule": "const"},))


def break_on(faults: Switchboard, call: Call) -> None:
    """Break on an envelope that the active faults do not bear; raise `Crashed` or `Refused`."""
    body = parsed(call)
    if not isinstance(body, dict):
        return
    given, version = body.get("id"), body.get("version")
    for name, breaks in (
        ("number-id-crashes", isinstance(given, int)),
        ("text-id-crashes", isinstance(given, str)),
        ("absent-id-crashes", "id" not in body),
        ("absent-version-crashes", "version" not in body),
        ("older-version-crashes", _is_older_product_list(call, body)),
        ("other-version-crashes", "version" in body and version != VERSION),
    ):
        if breaks and faults.on(name):
            raise Crashed
    order = [name for name in body if name in {"request", "params"}]
    if order == ["params", "request"] and faults.on("member-order-matters"):
        raise Refused("invalid", "request must stand before params")
    if b"\n" in call.body.strip() and faults.on("line-break-refused"):
        raise Refused("invalid", "The body must be one line")


def _is_older_product_list(call: Call, body: Mapping[str, Any]) -> bool:
    about = body.get("request")
    return call.path == PRODUCT_LIST and isinstance(about, dict) and about.get("apiVer") == OLDER


def answer_id(given: Any, quirks: Quirks) -> dict[str, Any]:
    """Return the member `id` of an answer to a request with the id `given` (None where it had none), or nothing."""
    if quirks.on("response-id/absent"):
        return {}
    if quirks.on("response-id/own"):
        return {"id": str(uuid.uuid4())}
    if isinstance(given, bool) or not isinstance(given, (str, int)):
        return {}
    return {"id": given if quirks.on("response-id/number") else str(given)}


def status_of(refused: Refused, quirks: Quirks) -> int:
    """Return the HTTP status of a refusal: 200, or one of the 400s where the reading says so."""
    code = CODES[refused.kind]
    if refused.kind == "throttled":
        return code
    if quirks.on("http-status/client-error") or quirks.on("refusal-shape/status-only"):
        return code if code in {400, 401, 404} else UNSPECIFIC
    return 200
