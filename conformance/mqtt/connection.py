"""One connection of the broker: bytes of a socket, TLS, packets."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from conformance.mqtt.hello import ClientHello
from conformance.mqtt.parser import Parser
from conformance.mqtt.serving import ServingSession
from conformance.mqtt.tls import TlsError, TlsStream
from conformance.mqtt.wire import Timer

if TYPE_CHECKING:
    from conformance.mqtt.broker import Broker

RESET: Final = struct.pack("ii", 1, 0)
"""SO_LINGER on, zero seconds: closing sends a TCP reset."""


class Connection(asyncio.BufferedProtocol):
    """Carries bytes between a transport and a session; lives in the broker's thread.

    All connections read into one buffer of the broker: each is done with it before the next one reads.
    """

    session: ServingSession

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._transport: asyncio.Transport
        self._tls: TlsStream | None = None
        self._parser = Parser()
        self._timers: set[asyncio.TimerHandle] = set()
        self._out: list[bytes] = []
        self._corked = False
        self._mute = False
        self._finishing = False

    # ---- asyncio --------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin a session, and TLS."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        address = transport.get_extra_info("peername") or ("?", 0)
        self.session = self._broker.open(self, f"{address[0]}:{address[1]}")
        script = self.session.script
        self._parser.max_packet = script.max_packet
        if self._broker.context is not None:
            self._tls = TlsStream(self._broker.context)
        if len(self._broker.live) > self._broker.limits.connections or script.handshake == "close":
            self.session.kick("too many connections" if script.handshake != "close" else "closed by the script")
            return
        self._mute = script.handshake == "silence"
        self.later(self._broker.limits.connect_deadline_s, self._deadline)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Return where the socket is read into."""
        del sizehint
        return self._broker.buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Take what was read."""
        data = bytes(self._broker.buffer[:nbytes])
        if self._mute:
            return
        if self._tls is not None:
            try:
                data = self._decrypt(self._tls, data)
            except TlsError as error:
                self._put(self._tls.outgoing())
                if not self._finishing:  # after our own end its remains may be unreadable
                    self.session.fail(f"TLS failed: {error}")
                return
        if data:
            self._corked = True
            try:
                self.session.receive(self._parser.feed(data), self._parser.pending_type)
            finally:
                self._corked = False
                self._flush()
        if self._tls is not None and self._tls.closed and not self.session.half_open:
            self._transport.close()

    def _decrypt(self, tls: TlsStream, data: bytes) -> bytes:
        was_established = tls.established
        data = tls.receive(data)
        self._put(tls.outgoing())
        if tls.established and not was_established:
            self.session.log.event(f"TLS established: {tls.version}, {tls.cipher}")
        return data

    def eof_received(self) -> bool:
        """Tell whether our half stays open when the client ended its own."""
        return self.session.half_open or self._mute

    def connection_lost(self, exc: Exception | None) -> None:
        """End the session."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        if exc is not None:
            reason = f"the connection broke: {exc}"
        elif self._tls is not None and not self._tls.established:
            reason = "closed by the client before TLS was established"
        else:
            reason = "closed by the client" + (" after DISCONNECT" if self.session.graceful else "")
        self.session.over(reason, self._parser.pending)

    def pause_writing(self) -> None:
        """Read no more from a client that does not read."""
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Read again."""
        self._transport.resume_reading()

    def _put(self, data: bytes) -> None:
        if data and not self._finishing and not self._transport.is_closing():
            self._transport.write(data)

    # ---- for the session ------------------------------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        """Send bytes; the answers to packets that came together go together."""
        self._out.append(data)
        if not self._corked:
            self._flush()

    def _flush(self) -> None:
        if not self._out or self._transport.is_closing() or self._finishing:
            self._out.clear()
            return
        data = self._out[0] if len(self._out) == 1 else b"".join(self._out)
        self._out.clear()
        if self._tls is not None:
            try:
                self._tls.send(data)
            except TlsError as error:
                self.session.fail(f"TLS failed: {error}")
                return
            data = self._tls.outgoing()
        self._transport.write(data)
        if self._transport.get_write_buffer_size() > self._broker.limits.unread:
            self.session.kick("the client does not read what it is sent")

    def finish(self) -> None:
        """Send what is waiting and our end, then wait a little for the other side's.

        Closing at once would turn into a TCP reset where something of the client is still unread, and the reset would
        overtake our last packet.
        """
        self._flush()
        if self._finishing or self._transport.is_closing():
            return
        if self._tls is not None:
            self._tls.close()
            self._put(self._tls.outgoing())
        self._finishing = True
        self._transport.write_eof()
        self.later(self._broker.limits.linger_s, self._transport.abort)

    def abort(self, *, reset: bool) -> None:
        """Close at once."""
        if reset:
            endpoint = self._transport.get_extra_info("socket")
            if endpoint is not None:
                endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self._transport.abort()

    def later(self, delay_s: float, call: Callable[[], None]) -> Timer:
        """Call after a while; nothing is called any more when the connection is over."""

        def fire() -> None:
            self._timers.discard(handle)
            call()

        handle = asyncio.get_running_loop().call_later(delay_s, fire)
        self._timers.add(handle)
        return handle

    def _deadline(self) -> None:
        if self.session.connect is None and not self._mute and not self.session.half_open:
            stage = "TLS handshake" if self._tls is not None and not self._tls.established else "CONNECT"
            self.session.fail(f"no {stage} within {self._broker.limits.connect_deadline_s:g} s")

    # ---- what is known of TLS -------------------------------------------------------------------------------------

    @property
    def hello(self) -> ClientHello | None:
        """What the client offered."""
        return self._tls.hello if self._tls else None

    @property
    def version(self) -> str | None:
        """The version agreed on."""
        return self._tls.version if self._tls else None

    @property
    def cipher(self) -> str | None:
        """The cipher suite agreed on."""
        return self._tls.cipher if self._tls else None

    @property
    def peer_certificate(self) -> bytes | None:
        """The client's certificate (DER)."""
        return self._tls.peer_certificate if self._tls else None

    def info(self) -> Connection:
        """Return what is known of TLS."""
        return self
