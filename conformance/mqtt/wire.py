"""What a session needs of the connection beneath it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from conformance.mqtt.hello import ClientHello


class Timer(Protocol):
    """What can be called off."""

    def cancel(self) -> None:
        """Call it off."""


class Wire(Protocol):
    """The connection beneath a session."""

    def write(self, data: bytes) -> None:
        """Send bytes."""

    def finish(self) -> None:
        """Send what is waiting, then close."""

    def abort(self, *, reset: bool) -> None:
        """Close at once; with `reset` the other side gets a TCP reset."""

    def later(self, delay_s: float, call: Callable[[], None]) -> Timer:
        """Call after a while, unless the connection is over by then."""

    def info(self) -> Tls:
        """Return what is known of TLS."""


class Tls(Protocol):
    """What is known of the encryption of a connection."""

    @property
    def hello(self) -> ClientHello | None:
        """What the client offered; None without TLS."""

    @property
    def version(self) -> str | None:
        """The version agreed on."""

    @property
    def cipher(self) -> str | None:
        """The cipher suite agreed on."""

    @property
    def peer_certificate(self) -> bytes | None:
        """The client's certificate (DER)."""
