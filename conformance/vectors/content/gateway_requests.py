"""The requests from which the gateway vectors are varied."""

from __future__ import annotations

from typing import Any, Final

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
JSON_BODY: Final = '{"id":"1","version":"1.0","request":{"apiVer":"1.1.0","cloudToken":"t"},"params":{}}'
SIGNED: Final = ["X-Ca-Key", "X-Ca-Nonce", "X-Ca-Timestamp"]


def headers(number: int, content_type: str | None = JSON, **more: str) -> list[list[str]]:
    """Return the headers of a request; nonce and time differ from vector to vector."""
    headers = [
        ["Accept", JSON],
        ["X-Ca-Key", "app-a"],
        ["X-Ca-Nonce", f"0f3e1c9a-0000-4000-8000-{number:012d}"],
        ["X-Ca-Timestamp", str(1795169463733 + 61_001 * number)],
    ]
    if content_type is not None:
        headers.insert(1, ["Content-Type", content_type])
    return headers + [[name.replace("_", "-"), value] for name, value in more.items()]


def request_inputs(number: int, **changes: Any) -> dict[str, Any]:
    """Return the inputs of signing a request, with the given members changed."""
    request = {
        "method": "POST",
        "target": "/cloud/thing/productList/get",
        "headers": headers(number),
        "signedHeaders": SIGNED,
        "body": JSON_BODY,
    }
    return {**request, **changes}
