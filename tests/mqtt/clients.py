"""A client of bytes: blocking, with a deadline in every step, and no opinion about MQTT."""

from __future__ import annotations

import socket
import ssl
from types import TracebackType
from typing import Self

from conformance.mqtt.encode import encode
from conformance.mqtt.packets import Connack, Connect, Packet
from conformance.mqtt.parser import Parser

DEADLINE_S = 10.0


class RawClient:
    """Sends packets or bytes and returns the packets that come."""

    def __init__(self, port: int, context: ssl.SSLContext | None = None, name: str = "127.0.0.1") -> None:
        plain = socket.create_connection(("127.0.0.1", port), DEADLINE_S)
        try:
            self.socket = context.wrap_socket(plain, server_hostname=name) if context else plain
        except BaseException:
            plain.close()
            raise
        self._parser = Parser()
        self._frames: list[Packet] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.close()

    def send(self, *what: Packet | bytes) -> None:
        self.socket.sendall(b"".join(each if isinstance(each, bytes) else encode(each) for each in what))

    def bytes(self) -> bytes:
        """Return what comes next, or b"" at the end of the connection, however it ends."""
        try:
            return self.socket.recv(65536)
        except (ConnectionError, ssl.SSLError):
            return b""

    def next(self) -> Packet | None:
        """Return the next packet; None at the end of the connection."""
        while not self._frames:
            data = self.bytes()
            if not data:
                return None
            for frame in self._parser.feed(data):
                assert frame.packet is not None
                assert frame.violations == ()
                self._frames.append(frame.packet)
        return self._frames.pop(0)

    def connect(self, client_id: str = "c", **members: object) -> Connack:
        self.send(Connect(client_id, **members))  # type: ignore[arg-type]
        answer = self.next()
        assert isinstance(answer, Connack)
        return answer
