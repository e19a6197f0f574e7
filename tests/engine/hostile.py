"""A raw-socket server on loopback that can be as wrong as a peer can be.

It reads whole requests and hands the connection to a behaviour; nothing here knows HTTP libraries, because they refuse to
be wrong. Behaviours end when the other side leaves or the server stops: they wait on events and never sleep.
"""

from __future__ import annotations

import contextlib
import gzip
import re
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

from conformance.evidence.exchange import Request

from .fake import InProcess

MIB = 1024 * 1024
DRIP_S = 0.02
"""Between two bytes: far below any timeout per read, so that only a limit for the whole answer helps."""


class Connection:
    """One accepted connection, as a behaviour sees it."""

    def __init__(self, plain: socket.socket, stopping: threading.Event) -> None:
        self.socket, self.stopping = plain, stopping
        self.keep = False
        """Whether another request is read from it."""

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def until_left(self) -> None:
        """Wait until the client leaves or the server stops."""
        self.socket.settimeout(0.05)
        while not self.stopping.is_set():
            with contextlib.suppress(TimeoutError):
                if not self.socket.recv(65536):
                    return

    def drip(self, data: bytes) -> None:
        for byte in data:
            if self.stopping.wait(DRIP_S):
                return
            self.send(bytes((byte,)))

    def flood(self, chunk: bytes) -> None:
        """Send until the client leaves; the error that this gives ends the behaviour."""
        while not self.stopping.is_set():
            self.send(chunk)

    def reset(self) -> None:
        """End the connection with RST instead of FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


Behaviour = Callable[[Connection, bytes], None]


class Hostile:
    """Serves one behaviour on a free port of loopback until the end of the `with` block."""

    def __init__(self, behaviour: Behaviour, *, tls: ssl.SSLContext | None = None) -> None:
        self.behaviour = behaviour
        self._tls = tls
        self.requests: list[bytes] = []
        self.connections = 0
        self.problems: list[Exception] = []
        self._stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.die()
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive()
        for each in self._open:
            each.close()
        assert not self.problems, self.problems

    def die(self) -> None:
        """Stop listening and drop every connection: as when the process is killed."""
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(plain)
            self.connections += 1
            self._start(self._serve, plain)

    def _serve(self, plain: socket.socket) -> None:
        try:
            if self._tls is not None:
                plain = self._tls.wrap_socket(plain, server_side=True)
            with plain:
                for request in _requests(plain):
                    self.requests.append(request)
                    connection = Connection(plain, self._stopping)
                    self.behaviour(connection, request)
                    if not connection.keep:
                        return
        except OSError:
            pass  # the other side left: that is what many of these are about
        except Exception as error:
            self.problems.append(error)


def _requests(plain: socket.socket) -> Iterator[bytes]:
    """Yield whole requests from a connection until the client leaves."""
    data = b""
    while True:
        while b"\r\n\r\n" not in data:
            more = plain.recv(65536)
            if not more:
                return
            data += more
        head, _, rest = data.partition(b"\r\n\r\n")
        length = re.search(rb"(?im)^content-length: *(\d+)", head)
        missing = int(length[1]) if length else 0
        while len(rest) < missing:
            more = plain.recv(65536)
            if not more:
                return
            rest += more
        yield head + b"\r\n\r\n" + rest[:missing]
        data = rest[missing:]


# ---- honest behaviour --------------------------------------------------------------------------------------------


def whole(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    """Return a correct answer."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


YES = b'{"result":true,"info":{}}'


def healthy(connection: Connection, request: bytes) -> None:
    connection.send(whole(YES))
    connection.keep = True


class Platform:
    """The reference's core behind a raw socket: a live platform that a test can break in the middle of anything."""

    def __init__(self) -> None:
        self.core = InProcess()
        self._lock = threading.Lock()

    def __call__(self, connection: Connection, request: bytes) -> None:
        connection.send(self.answer(request))
        connection.keep = True

    def answer(self, request: bytes) -> bytes:
        head, _, body = request.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        pairs = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
        with self._lock:
            answer = self.core(Request(method, f"http://h{target}", pairs, body))
        headers = [f"{name}: {value}" for name, value in answer.headers if name.lower() != "content-length"]
        start = [f"HTTP/1.1 {answer.status} X", f"Content-Length: {len(answer.body)}", *headers, "", ""]
        return "\r\n".join(start).encode("latin-1") + answer.body


def signing_in(behaviour: Behaviour) -> Behaviour:
    """Return a behaviour that answers sign-ins honestly and everything else as given."""

    def behave(connection: Connection, request: bytes) -> None:
        if b"/access_token " in request.partition(b"\r\n")[0]:
            connection.send(whole(b'{"result":true,"info":{"access_token":"tok-0123456789abcdef"}}'))
            connection.keep = True
        else:
            behaviour(connection, request)

    return behave


# ---- hostile behaviours ------------------------------------------------------------------------------------------


def bytes_then_close(data: bytes) -> Behaviour:
    return lambda connection, request: connection.send(data)


def bytes_then_wait(data: bytes) -> Behaviour:
    def behave(connection: Connection, request: bytes) -> None:
        connection.send(data)
        connection.until_left()

    return behave


def bytes_then_reset(data: bytes) -> Behaviour:
    def behave(connection: Connection, request: bytes) -> None:
        connection.send(data)
        connection.reset()

    return behave


def flooding(head: bytes, chunk: bytes) -> Behaviour:
    def behave(connection: Connection, request: bytes) -> None:
        connection.send(head)
        connection.flood(chunk)

    return behave


def dripping(head: bytes, data: bytes) -> Behaviour:
    def behave(connection: Connection, request: bytes) -> None:
        connection.send(head)
        connection.drip(data)
        connection.until_left()

    return behave


def bomb() -> bytes:
    """Return 100 MiB of JSON text in a hundred kilobytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(b'{"result":true,"info":"')]
    parts += [packer.compress(b"a" * MIB) for _ in range(100)]
    return b"".join([*parts, packer.compress(b'"}'), packer.flush()])


def redirecting(target: str) -> Behaviour:
    return bytes_then_close(whole(b"", "307 Temporary Redirect", f"Location: {target}"))


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
OPEN = HEAD + b"Connection: close\r\n\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
ZIPPED = "Content-Encoding: gzip"

BEHAVIOURS: dict[str, tuple[Behaviour, str]] = {
    # name: (behaviour, what a person is told)
    "closed without an answer": (lambda connection, request: None, "closed before an answer came"),
    "reset without an answer": (lambda connection, request: connection.reset(), "the connection broke"),
    "reset in the head": (bytes_then_reset(HEAD), "the connection broke"),
    "reset in the body": (bytes_then_reset(HEAD + b'Content-Length: 500\r\n\r\n{"res'), "broke inside the body"),
    "no answer": (bytes_then_wait(b""), "no complete answer within"),
    "half a head": (bytes_then_wait(HEAD), "no complete answer within"),
    "endless body": (flooding(OPEN, b"a" * 65536), "larger than 8 MiB"),
    "endless chunked body": (flooding(CHUNKED, b"10000\r\n" + b"a" * 65536 + b"\r\n"), "larger than 8 MiB"),
    "100 MB body": (flooding(HEAD + b"Content-Length: 104857600\r\n\r\n", b"a" * 65536), "larger than 8 MiB"),
    "Content-Length too long, closed": (
        bytes_then_close(HEAD + b"Content-Length: 1000\r\n\r\n" + YES),
        "broke inside the body",
    ),
    "Content-Length too long, open": (
        bytes_then_wait(HEAD + b"Content-Length: 1000\r\n\r\n" + YES),
        "did not end within the time",
    ),
    "Content-Length too short": (bytes_then_close(HEAD + b"Content-Length: 5\r\n\r\n" + YES), "the body is not JSON"),
    "Content-Length negative": (bytes_then_close(HEAD + b"Content-Length: -1\r\n\r\n" + YES), "not valid HTTP"),
    "Content-Length no number": (bytes_then_close(HEAD + b"Content-Length: ten\r\n\r\n" + YES), "not valid HTTP"),
    "Content-Length twice": (
        bytes_then_close(HEAD + b"Content-Length: 5\r\nContent-Length: 25\r\n\r\n" + YES),
        "not valid HTTP",
    ),
    "chunks without sizes": (bytes_then_close(CHUNKED + b"zz\r\n" + YES), "broke inside the body"),
    "head in drips": (dripping(b"", HEAD * 20), "no complete answer within"),
    "body in drips": (dripping(HEAD + b"Content-Length: 5000\r\n\r\n", b"a" * 5000), "did not end within the time"),
    "endless body in drips": (dripping(CHUNKED, b"1\r\na\r\n" * 1000), "did not end within the time"),
    "invalid UTF-8": (bytes_then_close(whole(b'{"result":"\xff\xfe\xc3\x28"}')), "not UTF-8"),
    "UTF-16": (bytes_then_close(whole(YES.decode().encode("utf-16"))), "not UTF-8"),
    "JSON 10,000 deep": (bytes_then_close(whole(b"[" * 10_000 + b"]" * 10_000)), "nests deeper than 100"),
    "HTML": (
        bytes_then_close(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>"),
        "the body is not JSON",
    ),
    "gzip bomb": (bytes_then_close(whole(bomb(), "200 OK", ZIPPED)), "larger than 8 MiB"),
    "truncated gzip": (bytes_then_close(whole(gzip.compress(YES * 50)[:-12], "200 OK", ZIPPED)), "ends in its middle"),
    "no gzip": (bytes_then_close(whole(YES, "200 OK", ZIPPED)), "the body is not gzip"),
    "garbage": (bytes_then_close(b"\x15\x03\x01\x00\x02\x02\x46 garbage\r\n\r\n"), "not valid HTTP"),
    "garbage before the status line": (bytes_then_close(b"garbage\r\n" + whole(YES)), "not valid HTTP"),
    "HTTP/0.9": (bytes_then_close(YES), ""),
    "another protocol": (bytes_then_close(b"SSH-2.0-OpenSSH_9.6\r\n"), ""),
    "a status of four digits": (bytes_then_close(b"HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"), "not valid HTTP"),
    "1xx without end": (flooding(b"", b"HTTP/1.1 102 Processing\r\n\r\n" * 100), "no complete answer within"),
    "a huge header": (flooding(HEAD + b"X-Pad: ", b"a" * 65536), "not valid HTTP"),
    "headers without end": (flooding(HEAD, b"X-Pad: a\r\n" * 1000), "not valid HTTP"),
    "a NUL in a header": (bytes_then_close(HEAD + b"X: a\x00b\r\nContent-Length: 0\r\n\r\n"), "not valid HTTP"),
    "redirect to another host": (redirecting("http://elsewhere.invalid/"), "HTTP 307"),
    "503 without a body": (bytes_then_close(whole(b"", "503 Unavailable")), "HTTP 503"),
}
