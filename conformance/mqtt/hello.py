"""What a TLS client offers: its ClientHello, read before OpenSSL decides (RFC 8446, 4.1.2; RFC 6066, 3).

A handshake that fails leaves a server with half a sentence. The offer tells why: versions, cipher suites, the name asked for.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from functools import cache
from typing import Final

LONGEST: Final = 16 * 1024
"""Bytes of a handshake that are looked at; a ClientHello takes less than 2 KiB."""
HANDSHAKE_RECORD: Final = 0x16
_CLIENT_HELLO: Final = 1
_SERVER_NAME, _ALPN, _SUPPORTED_VERSIONS = 0, 16, 43
_VERSIONS: Final = {0x0300: "SSLv3", 0x0301: "TLSv1", 0x0302: "TLSv1.1", 0x0303: "TLSv1.2", 0x0304: "TLSv1.3"}


@dataclass(frozen=True, slots=True)
class ClientHello:
    """What a client offers, by its usual names; what has none is written in hexadecimal."""

    versions: tuple[str, ...]
    ciphers: tuple[str, ...]
    server_name: str | None = None
    protocols: tuple[str, ...] = ()
    """ALPN."""

    def describe(self) -> str:
        """Return the offer as one short line for a person."""
        name = f", server name {self.server_name}" if self.server_name else ""
        return f"offers {' '.join(self.versions)}; {' '.join(self.ciphers)}{name}"


def read_client_hello(data: bytes) -> ClientHello | None:
    """Read the beginning of a connection; None where it is no ClientHello, or not all of it is there."""
    body = bytearray()
    at = 0
    while at + 5 <= len(data) and data[at] == HANDSHAKE_RECORD:  # a ClientHello may span records
        length = int.from_bytes(data[at + 3 : at + 5], "big")
        body += data[at + 5 : at + 5 + length]
        at += 5 + length
    if len(body) < 4 or body[0] != _CLIENT_HELLO or len(body) < 4 + int.from_bytes(body[1:4], "big"):
        return None
    try:
        return _hello(_Bytes(bytes(body[4 : 4 + int.from_bytes(body[1:4], "big")])))
    except (IndexError, UnicodeDecodeError):
        return None


class _Bytes:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, length: int) -> bytes:
        if self.at + length > len(self.data):
            raise IndexError(length)
        self.at += length
        return self.data[self.at - length : self.at]

    def number(self, width: int) -> int:
        return int.from_bytes(self.take(width), "big")

    def vector(self, width: int) -> bytes:
        return self.take(self.number(width))

    def __bool__(self) -> bool:
        return self.at < len(self.data)


def _hello(hello: _Bytes) -> ClientHello:
    legacy = hello.number(2)
    hello.take(32)  # random
    hello.vector(1)  # session id
    ciphers = _pairs(hello.vector(2))
    hello.vector(1)  # compression
    versions: list[int] = []
    server_name = None
    protocols: list[str] = []
    extensions = _Bytes(hello.vector(2) if hello else b"")
    while extensions:
        kind, content = extensions.number(2), _Bytes(extensions.vector(2))
        if kind == _SERVER_NAME and content:
            names = _Bytes(content.vector(2))
            if names and names.number(1) == 0:
                server_name = names.vector(2).decode("ascii")
        elif kind == _ALPN:
            offered = _Bytes(content.vector(2))
            while offered:
                protocols.append(offered.vector(1).decode("ascii"))
        elif kind == _SUPPORTED_VERSIONS:
            versions = _pairs(content.vector(1))
    return ClientHello(
        tuple(_VERSIONS.get(number, f"0x{number:04x}") for number in versions or [legacy] if not _is_grease(number)),
        tuple(_cipher_names().get(number, f"0x{number:04x}") for number in ciphers if not _is_grease(number)),
        server_name,
        tuple(protocols),
    )


def _pairs(data: bytes) -> list[int]:
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data) - 1, 2)]


def _is_grease(number: int) -> bool:
    """Tell whether a number is one that clients offer only to see whether servers mind (RFC 8701)."""
    return number & 0x0F0F == 0x0A0A and number >> 8 == number & 0xFF


@cache
def _cipher_names() -> dict[int, str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    names = {int(cipher["id"]) & 0xFFFF: str(cipher["name"]) for cipher in context.get_ciphers()}
    return {**names, 0x00FF: "TLS_EMPTY_RENEGOTIATION_INFO_SCSV", 0x5600: "TLS_FALLBACK_SCSV"}
