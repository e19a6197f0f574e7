"""The API gateway that stands before a live platform (field notes; not in the document): it lets signed calls through.

It is there only when asked for at the start. It knows nothing of cloudTokens, and the platform nothing of signatures.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode

from conformance.crypto import gateway
from conformance.crypto.errors import CryptoError
from conformance.crypto.gateway import Request, VerifyInput
from conformance.reference.calls import Call, Refused
from conformance.reference.living.auth import Credentials
from conformance.reference.switchboard import Switchboard

KEY: Final = "x-ca-key"
SIGNATURE: Final = "x-ca-signature"


class Gateway:
    """Checks the signature of a call."""

    def __init__(self, credentials: Credentials, faults: Switchboard, paths: Iterable[str]) -> None:
        self._key = credentials.app_key
        self._secret = credentials.app_secret
        self._faults = faults
        self._paths = tuple(paths)
        self._remembered: set[str | None] = set()
        """Signatures that were right, for the fault that takes them again."""

    def check(self, call: Call) -> None:
        """Check who signed and what; raise `Refused` of kind `gateway` with the reason."""
        if call.headers.get(SIGNATURE) is None:
            if self._faults.on("gateway-unsigned-served"):
                return
            raise Refused("gateway", "Empty Signature: X-Ca-Signature is missing")
        if not self._known(call):
            raise Refused("gateway", "Invalid AppKey: X-Ca-Key is missing or unknown")
        try:
            right = self._signed(call)
        except CryptoError as error:
            raise Refused("gateway", f"Invalid Signature: {error}") from None
        if self._faults.on("gateway-refuses-signed"):
            raise Refused("gateway", "Invalid Signature")
        if not right:
            raise Refused("gateway", "Invalid Signature: it is not that of this call, or Content-MD5 is not the body's")

    def _known(self, call: Call) -> bool:
        given = call.headers.get(KEY, "").encode("utf-8", "surrogatepass")
        return hmac.compare_digest(given, self._key.encode()) or self._faults.on("gateway-unknown-key-served")

    def _signed(self, call: Call) -> bool:
        faults = self._faults
        request = _request(call, call.path)
        if gateway.verify(VerifyInput(request, self._secret)):
            if faults.on("gateway-signature-remembered"):
                self._remembered.add(request.header(SIGNATURE))
            return True
        if faults.on("gateway-signature-remembered") and request.header(SIGNATURE) in self._remembered:
            return gateway.covers_body(request)
        if faults.on("gateway-signature-unchecked"):
            # A header that is named and was not sent is still noticed: nobody can sign it.
            return gateway.covers_body(request)
        if faults.on("gateway-body-unchecked") and self._agrees(request):
            return True
        return faults.on("gateway-path-unchecked") and any(
            gateway.verify(VerifyInput(_request(call, path), self._secret)) for path in self._paths
        )

    def _agrees(self, request: Request) -> bool:
        """Tell whether the signature is right for the Content-MD5 that was sent, whatever the body is."""
        right = gateway.sign_received(VerifyInput(request, self._secret)).signature
        return hmac.compare_digest(right.encode(), (request.header(SIGNATURE) or "").encode("utf-8", "surrogatepass"))


def _request(call: Call, path: str) -> Request:
    query = urlencode(call.query)
    return Request(call.method, f"{path}?{query}" if query else path, tuple(call.headers.items()), call.body)
