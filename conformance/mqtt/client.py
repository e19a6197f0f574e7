"""A client of packets and bytes: for a suite that is the device and says what no MQTT library would.

Blocking, with a deadline in every step. The server's packets are judged by `ServerConduct` as they come; everything is kept
in a log like a broker's, with the broker's directions: `in` is what this client sent.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from conformance.mqtt.conduct import ServerConduct
from conformance.mqtt.encode import encode
from conformance.mqtt.packets import Connack, Connect, Disconnect, Kind, Packet
from conformance.mqtt.parser import Frame, Parser
from conformance.mqtt.record import Log, Record
from conformance.mqtt.tls import TlsError, TlsStream

READ: Final = 64 * 1024


class Client:
    """One connection to a server, made by constructing it and closed by leaving the block.

    `context` None speaks without TLS. `server_name` is the name that the certificate must have, where it is not `host`.

    Raises:
        OSError: nobody accepts the connection, or not within `timeout_s`.
        TlsError: the handshake failed.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        context: ssl.SSLContext | None = None,
        server_name: str | None = None,
        timeout_s: float = 10.0,
        session: str = "c1",
        observers: Iterable[Callable[[Record], object]] = (),
    ) -> None:
        self.timeout_s = timeout_s
        self.log = Log(session, list(observers))
        self.end: str | None = None
        """How the connection ended; None while it is there."""
        self._parser = Parser()
        self._conduct = ServerConduct()
        self._frames: deque[Frame] = deque()
        self._tls: TlsStream | None = None
        self._socket = socket.create_connection((host, port), timeout_s)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.log.event(f"connected to {host}:{port}")
        if context is not None:
            try:
                self._handshake(context, server_name or host)
            except BaseException as error:
                self.log.event(f"TLS failed: {error}")
                self._socket.close()
                raise

    def _handshake(self, context: ssl.SSLContext, name: str) -> None:
        deadline = time.monotonic() + self.timeout_s
        tls = TlsStream(context, server_side=False, server_hostname=name)
        try:
            while not tls.established:
                self._socket.sendall(tls.outgoing())
                data = self._receive(deadline)
                if not data:
                    break
                self._take(tls.receive(data))
        except TlsError:
            with suppress(OSError):
                self._socket.sendall(tls.outgoing())  # our alert says why
            raise
        if not tls.established:
            raise TlsError("the server closed the connection during the handshake")
        self._socket.sendall(tls.outgoing())
        self._tls = tls
        self.log.event(f"TLS established: {tls.version}, {tls.cipher}")

    @property
    def unasked(self) -> Sequence[str]:
        """Topics of the first messages that came before anything was subscribed on this connection."""
        return self._conduct.unasked

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection without a word."""
        if self.end is None:
            self._ended("closed by this client")
        self._socket.close()

    def leave(self, timeout_s: float | None = None) -> None:
        """Say DISCONNECT and that nothing follows, then wait for the server to close; after the deadline close all the same."""
        deadline = time.monotonic() + (self.timeout_s if timeout_s is None else timeout_s)
        with suppress(OSError):
            self.send(Disconnect())
            if self._tls is not None:
                self._tls.close()
                self._socket.sendall(self._tls.outgoing())
            self._socket.shutdown(socket.SHUT_WR)
            while self.end is None:
                self.next(max(0.0, deadline - time.monotonic()))
        self.close()

    def send(self, *what: Packet | bytes, label: str = "") -> None:
        """Send packets or raw bytes, together; `label` says in the log what is meant by them.

        Raises:
            OSError: the connection broke.
        """
        raws = [each if isinstance(each, bytes) else encode(each) for each in what]
        for raw in raws:
            self._sent(raw, label)
        data = b"".join(raws)
        if self._tls is not None:
            self._tls.send(data)
            data = self._tls.outgoing()
        self._socket.settimeout(self.timeout_s)
        self._socket.sendall(data)

    def _sent(self, raw: bytes, label: str) -> None:
        frames = Parser().feed(raw)
        if not frames:
            self.log.add(Record(time.monotonic(), self.log.session, "in", raw, text=label, opaque=raw[:1] == b"\x10"))
        for number, frame in enumerate(frames):
            if frame.packet is not None:
                self._conduct.sent(frame.packet)
            rest = raw[sum(len(each.raw) for each in frames) :] if number == len(frames) - 1 else b""
            opaque = frame.kind is Kind.CONNECT and bool(frame.violations or rest or not _is_whole(frame))
            record = Record(
                time.monotonic(),
                self.log.session,
                "in",
                frame.raw + rest,
                frame.packet,
                frame.violations,
                label,
                frame,
                opaque,
            )
            self.log.add(record)

    def next(self, timeout_s: float | None = None) -> Frame | None:
        """Return the next packet of the server, readable or not; None where it closed the connection (`end` says how).

        Raises:
            TimeoutError: neither came in time.
        """
        deadline = time.monotonic() + (self.timeout_s if timeout_s is None else timeout_s)
        while not self._frames:
            if self.end is not None:
                return None
            try:
                data = self._receive(deadline)
                if not data:
                    self._ended("closed by the server")
                elif self._tls is None:
                    self._take(data)
                else:
                    self._take(self._tls.receive(data))
                    if self._tls.closed:
                        self._ended("closed by the server")
            except TimeoutError:
                raise
            except TlsError as error:
                self._ended(f"TLS failed: {error}")
            except OSError as error:
                self._ended(f"the connection broke: {error.strerror or error}")
        return self._frames.popleft()

    def connect(self, packet: Connect, timeout_s: float | None = None) -> Connack | None:
        """Send CONNECT and return CONNACK; None where the first thing that comes is anything else.

        Raises:
            TimeoutError: neither an answer nor the end of the connection came in time.
            OSError: the connection broke.
        """
        self.send(packet)
        frame = self.next(timeout_s)
        return frame.packet if frame is not None and isinstance(frame.packet, Connack) else None

    def _take(self, data: bytes) -> None:
        for frame in self._parser.feed(data):
            violations = frame.violations
            if frame.packet is not None:
                violations += self._conduct.received(frame.packet)
            now = time.monotonic()
            self.log.add(Record(now, self.log.session, "out", frame.raw, frame.packet, violations, "", frame))
            self._frames.append(frame._replace(violations=violations))

    def _receive(self, deadline: float) -> bytes:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("nothing came in time")
        self._socket.settimeout(left)
        return self._socket.recv(READ)

    def _ended(self, how: str) -> None:
        self.end = how
        self.log.event(f"connection over: {how}")


def _is_whole(frame: Frame) -> bool:
    return isinstance(frame.packet, Connect) and frame.packet.rest is None
