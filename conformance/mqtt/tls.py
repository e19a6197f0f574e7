"""TLS between bytes and bytes, for both sides of a connection.

Not asyncio's own TLS: that allocates 256 KiB per connection, hides the ClientHello and tells nothing of a failed handshake
but its failure. Here OpenSSL works on memory alone, and whoever owns the socket carries the bytes.
"""

from __future__ import annotations

import ssl
import warnings
from contextlib import suppress
from typing import Final, Literal

from conformance.crypto.certificates import Certificate
from conformance.mqtt.hello import HANDSHAKE_RECORD, LONGEST, ClientHello, read_client_hello

ClientAuth = Literal["none", "request", "require"]
_RECORD: Final = 64 * 1024
"""Bytes asked for at once; a record has 16 KiB."""


ALERT_RECORD: Final = 0x15
_ALERT_AT: Final = 6
"""Where the description of an alert stands, behind record header and level (RFC 8446, 6)."""


class TlsError(ConnectionError):
    """The handshake or the connection failed. `alert` is what the other side said, where it said something; `verify_code` is
    OpenSSL's (X509_V_ERR_...), where its certificate was not verified.
    """

    def __init__(self, text: str, alert: str | None = None, verify_code: int | None = None) -> None:
        super().__init__(text)
        self.alert = alert
        self.verify_code = verify_code


def server_context(
    certificate: Certificate,
    *,
    minimum: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
    client_auth: ClientAuth = "none",
    client_ca_pem: str | None = None,
) -> ssl.SSLContext:
    """Return what a broker presents and demands.

    `minimum` below TLS 1.2 also admits the weak ciphers and short keys of that time: old devices have nothing else.
    With `request` a client may leave out its certificate; one that `client_ca_pem` did not sign is refused all the same.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if minimum < ssl.TLSVersion.TLSv1_2:
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the caller asked for what is deprecated
        context.minimum_version = minimum
    with certificate.files() as (chain, key):
        context.load_cert_chain(chain, key)
    if client_auth != "none":
        context.verify_mode = ssl.CERT_REQUIRED if client_auth == "require" else ssl.CERT_OPTIONAL
        context.load_verify_locations(cadata=client_ca_pem or certificate.ca_pem)
    return context


def client_context(ca_pem: str | None, certificate: Certificate | None = None) -> ssl.SSLContext:
    """Return a client's context that trusts `ca_pem` alone; None verifies nothing, for tests of servers only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca_pem is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        context.load_verify_locations(cadata=ca_pem)
    if certificate is not None:
        with certificate.files() as (chain, key):
            context.load_cert_chain(chain, key)
    return context


class TlsStream:
    """One side of one TLS connection. After every call the owner sends what `outgoing` returns."""

    def __init__(
        self, context: ssl.SSLContext, *, server_hostname: str | None = None, server_side: bool = True
    ) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side, server_hostname)
        self._opening = b""
        self._server_side = server_side
        self.established = False
        self.closed = False
        """Whether the other side said that it sends no more (close_notify)."""
        self.hello: ClientHello | None = None
        """What the client offered; on the server's side only."""
        if not server_side:
            self.receive(b"")

    @property
    def version(self) -> str | None:
        """The version agreed on, such as `TLSv1.3`."""
        return self._tls.version()

    @property
    def cipher(self) -> str | None:
        """The cipher suite agreed on."""
        agreed = self._tls.cipher()
        return agreed[0] if agreed else None

    @property
    def peer_certificate(self) -> bytes | None:
        """The certificate of the other side (DER) where it showed one."""
        return self._tls.getpeercert(binary_form=True) if self.established else None

    def receive(self, data: bytes) -> bytes:
        """Take bytes of the wire and return what they hold.

        Raises:
            TlsError: the handshake failed, a record is damaged, or the other side sent an alert. An alert of our own
                may be waiting in `outgoing`.
        """
        if self._server_side and self.hello is None and not self.established:
            self._look_at(data)
        self._incoming.write(data)
        try:
            if not self.established:
                try:
                    self._tls.do_handshake()
                except ssl.SSLWantReadError:
                    return b""
                self.established = True
                self._opening = b""
            return self._read()
        except ssl.SSLError as error:
            raise _worded(error) from None

    def _look_at(self, data: bytes) -> None:
        if len(self._opening) < LONGEST:
            self._opening += data
        if self._opening and self._opening[0] != HANDSHAKE_RECORD:
            raise TlsError(_instead_of_tls(self._opening))
        self.hello = read_client_hello(self._opening)

    def _read(self) -> bytes:
        parts = []
        while self._incoming.pending or self._tls.pending():
            try:
                part = self._tls.read(_RECORD)
            except ssl.SSLWantReadError:
                break
            except ssl.SSLZeroReturnError:
                self.closed = True
                break
            if not part:
                self.closed = True
                break
            parts.append(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def send(self, data: bytes) -> None:
        """Encrypt bytes.

        Raises:
            TlsError: the connection cannot carry them any more.
        """
        try:
            self._tls.write(data)
        except ssl.SSLError as error:
            raise _worded(error) from None

    def close(self) -> None:
        """Say that we send no more (close_notify); never raises."""
        with suppress(ssl.SSLError, ValueError):
            self._tls.unwrap()

    def outgoing(self) -> bytes:
        """Return the bytes to send."""
        return self._outgoing.read() if self._outgoing.pending else b""


def _worded(error: ssl.SSLError) -> TlsError:
    reason = error.reason or str(error)
    _, mark, name = reason.partition("_ALERT_")
    if mark:
        alert = name.replace("_", " ").lower()
        return TlsError(f"the other side sent the alert: {alert}", alert)
    text = reason.replace("_", " ").lower() if error.reason else reason
    if isinstance(error, ssl.SSLCertVerificationError):
        text += f": {error.verify_message}"
        return TlsError(text, verify_code=error.verify_code)
    return TlsError(text)


def _instead_of_tls(data: bytes) -> str:
    if data[0] == ALERT_RECORD and len(data) > _ALERT_AT:  # its own stack failed before it could offer anything
        return f"alert {data[_ALERT_AT]} of TLS in place of an offer"
    if data[0] == 0x10:
        return "no TLS: an MQTT CONNECT in clear"
    return f"no TLS: the connection begins with {data[:8].hex(' ')}"
