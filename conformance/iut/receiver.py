"""The callback receiver: a real HTTP or HTTPS server for what a platform pushes, in a thread of its own.

Cases are synchronous: they open a channel, give its URL away, and wait on the message itself, never for a while. What came is
written down as evidence by the thread that looks at it, because recorder and redactor belong to the case. A push that comes
late is evidence of the case that runs then; the path tells whose it was, since no two channels share one.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import ssl
import threading
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from types import TracebackType
from typing import Any, ClassVar, Final, Self
from urllib.parse import urlsplit

from conformance.crypto.certificates import Certificate
from conformance.evidence.received import Received
from conformance.iut.callbacks import Arrival, Conversation, Reply
from conformance.iut.errors import StartError

__all__ = ["Channel", "Received", "Receiver", "Reply", "receiver_of"]

MAX_CONNECTIONS: Final = 256
MAX_KEPT: Final = 20_000
"""Requests kept by one receiver; further ones are answered and counted only."""
_BACKLOG: Final = 128
_START_S: Final = 5.0
_ROUNDS: Final = 4
"""Rounds of the loop at its end: from the socket of a new connection to a task of ours it takes as many."""

Predicate = Callable[[Received], bool]
Record = Callable[[Received], str]
"""Writes a request down as evidence and returns the id of the record."""


class Channel:
    """One callback URL and what came to it."""

    def __init__(self, receiver: Receiver, path: str) -> None:
        self._receiver = receiver
        self.path = path

    @property
    def url(self) -> str:
        """The URL to give to the platform."""
        return self._receiver.base_url + self.path

    def reply(self, *replies: Reply) -> None:
        """Say how the next requests are answered: one reply each, the last one for all that follow."""
        self._receiver.program(self.path, replies)

    def wait(self, predicate: Predicate = lambda _: True, *, timeout_s: float) -> Received | None:
        """Wait for a request that nobody took yet and that fits, and take it; None where none came in time."""
        return self._receiver.wait(self.path, predicate, timeout_s)

    @property
    def received(self) -> tuple[Received, ...]:
        """Everything that came so far, taken or not."""
        return self._receiver.received(self.path)


class Receiver:
    """Listens from `start` (or `with`) to `close`."""

    WHERE: ClassVar = "the callback receiver"
    """What listens, for errors."""
    REMEDY: ClassVar = "see [pixit] callback_listen"

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        certificate: Certificate | None = None,
        public_url: str | None = None,
        record: Record | None = None,
    ) -> None:
        """Prepare a receiver.

        Args:
            host: the address to listen on.
            port: the TCP port; 0 takes a free one.
            certificate: serve HTTPS with it; None: plain HTTP.
            public_url: the base URL under which others reach it; None: its own address.
            record: writes evidence.
        """
        self._address = (host, port)
        self._certificate = certificate
        self._public_url = public_url
        self._record = record
        self._changed = threading.Condition()
        self._kept: list[Received] = []
        self._by_path: dict[str, list[int]] = defaultdict(list)
        self._taken: set[int] = set()
        self._recorded = 0
        self._programs: dict[str, deque[Reply]] = {}
        self._connections = 0
        self._loop = asyncio.new_event_loop()
        self._thread: threading.Thread | None = None
        self._open: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        """What is spoken on each connection, and where answers go."""
        self.uncounted = 0
        """Requests that came after `MAX_KEPT` were kept."""

    # ---- life ---------------------------------------------------------------------------------------------------

    def start(self) -> Self:
        """Listen.

        Raises:
            StartError: the address cannot be bound.
        """
        host, port = self._address
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
        except OSError as error:
            listener.close()
            self._loop.close()
            raise StartError(
                f"{self.WHERE}: cannot listen on {host}:{port} ({error.strerror}); {self.REMEDY}"
            ) from error
        self._address = listener.getsockname()[:2]
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(listener, ready), name="callback-receiver", daemon=True)
        self._thread.start()
        ready.wait(_START_S)
        return self

    def close(self) -> None:
        """Stop listening and drop every connection; what came is kept."""
        if self._thread is None:
            return
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._thread = None
        self.flush()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ---- what cases use -----------------------------------------------------------------------------------------

    @property
    def own_url(self) -> str:
        """Its own address as a base URL."""
        host, port = self._address
        scheme = "https" if self._certificate else "http"
        return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"

    @property
    def base_url(self) -> str:
        """The base URL under which a platform reaches it."""
        return (self._public_url or self.own_url).rstrip("/")

    @property
    def ca_pem(self) -> str | None:
        """The authority that a sender must trust to push over HTTPS."""
        return self._certificate.ca_pem if self._certificate else None

    def channel(self, name: str = "callback") -> Channel:
        """Open a channel under a path that nobody can guess; `name` shows in it."""
        path = f"/{name}/{secrets.token_hex(8)}"
        self.program(path, (Reply(),))
        return Channel(self, path)

    def program(self, path: str, replies: tuple[Reply, ...]) -> None:
        """Say how requests to a path are answered: one reply each, the last one for all that follow."""
        with self._changed:
            self._programs[path] = deque(replies or (Reply(),))

    def wait(self, path: str, predicate: Predicate, timeout_s: float) -> Received | None:
        """Wait for a request to `path` that nobody took yet and that fits, and take it; None where none came in time."""
        deadline = time.monotonic() + timeout_s
        looked = 0
        while True:
            with self._changed:
                self._changed.wait_for(lambda seen=looked: len(self._by_path[path]) > seen, deadline - time.monotonic())  # type: ignore[misc]
                fresh = self._by_path[path][looked:]
            if not fresh:
                self.flush()
                return None
            looked += len(fresh)
            self.flush()
            for index in fresh:
                if index not in self._taken and predicate(self._kept[index]):
                    self._taken.add(index)
                    return self._kept[index]

    def received(self, path: str) -> tuple[Received, ...]:
        """Return everything that came to a path so far."""
        self.flush()
        with self._changed:
            return tuple(self._kept[index] for index in self._by_path[path])

    def flush(self) -> None:
        """Write down what came since anybody looked; called by the thread of the cases."""
        with self._changed:
            fresh = range(self._recorded, len(self._kept))
            self._recorded = len(self._kept)
        for index in fresh:
            if self._record is not None:
                self._kept[index] = replace(self._kept[index], evidence=self._record(self._kept[index]))

    # ---- the thread ---------------------------------------------------------------------------------------------

    def _run(self, listener: socket.socket, ready: threading.Event) -> None:
        loop = self._loop
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(
            asyncio.start_server(self._accept, sock=listener, backlog=_BACKLOG, ssl=self._tls())
        )
        ready.set()
        try:
            loop.run_forever()
        finally:
            for each in server.sockets:
                loop.remove_reader(each.fileno())
            for _ in range(
                _ROUNDS
            ):  # what was accepted becomes a connection, while there is a server, and can be closed then
                loop.run_until_complete(asyncio.sleep(0))
            server.close()
            for task, writer in self._open.items():
                writer.transport.abort()
                task.cancel()
            loop.run_until_complete(asyncio.gather(*self._open, return_exceptions=True))
            loop.run_until_complete(asyncio.sleep(0))  # an aborted transport closes its socket in the next round
            with contextlib.suppress(RuntimeError):
                loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()

    def _tls(self) -> ssl.SSLContext | None:
        if self._certificate is None:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with self._certificate.files() as (certificate, key):
            context.load_cert_chain(certificate, key)
        return context

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._open) >= MAX_CONNECTIONS:
            writer.transport.abort()
            return
        self._connections += 1
        number = self._connections
        conversation = Conversation(reader, writer, lambda arrival: self._deliver(number, arrival))
        task = self._loop.create_task(conversation.run())
        self._open[task] = writer
        task.add_done_callback(self._open.pop)

    def _deliver(self, connection: int, arrival: Arrival) -> Reply | Awaitable[Reply]:
        sent = urlsplit(arrival.target).path if arrival.target.startswith("http") else arrival.target.partition("?")[0]
        with self._changed:
            # A proxy before us may leave its own prefix on the path, or take it off.
            path = next((known for known in self._programs if sent.endswith(known)), sent)
            program = self._programs.get(path, deque((Reply(404),)))
            reply = program.popleft() if len(program) > 1 else program[0]
            if len(self._kept) >= MAX_KEPT:
                self.uncounted += 1
                return reply
            self._by_path[path].append(len(self._kept))
            self._kept.append(
                Received(
                    number=len(self._kept) + 1,
                    connection=connection,
                    method=arrival.method,
                    url=self.own_url + arrival.target if arrival.target.startswith("/") else arrival.target,
                    path=sent,
                    headers=arrival.headers,
                    body=arrival.body,
                    received_s=time.monotonic(),
                    status=0 if reply.close else reply.status,
                    problem=arrival.problem,
                )
            )
            self._changed.notify_all()
        return reply


def receiver_of(pixit: Callable[[str], Any], record: Record | None) -> Receiver:
    """Return the receiver that the tester describes: `[pixit] callback_listen` and `callback_url`; it is not started yet."""
    parts = urlsplit(str(pixit("callback_listen") or "http://127.0.0.1:0"))
    host = parts.hostname or "127.0.0.1"
    public = pixit("callback_url")
    names = [host, *([urlsplit(public).hostname or host] if public else [])]
    certificate = Certificate.made(*names) if parts.scheme == "https" else None
    return Receiver(host=host, port=parts.port or 0, certificate=certificate, public_url=public, record=record)
