"""Serving an application on a socket of our own until we are told to stop, or until whoever started us is gone.

uvicorn runs with h11, which refuses a request without Host (httptools lets it pass). The socket is bound here, so that
port 0 gives a free port that is known, and printed, before the first call.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol, cast

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from conformance.reference.transport import Receive, Scope, Send

_BACKLOG: Final = 512
_GRACE_S: Final = 1
"""Whole seconds that open answers get at the end; a hanging or dripping one is cut then."""
_POLL_S: Final = 0.25
"""How often the parent is looked for where the system cannot tell of its end."""


class Served(Protocol):
    """An ASGI application that may also look at what comes before HTTP is parsed."""

    def incoming(self, data: bytes) -> bytes:
        """Return the bytes to parse."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""


class _Corked:
    """A transport that writes head and body of an answer as one segment: uvicorn writes them one after the other, and a
    client on the same machine would wake twice for every answer.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._held: list[bytes] = []
        self._change: Callable[[bytes], bytes] | None = None

    def rewrite(self, change: Callable[[bytes], bytes]) -> None:
        """Have the next answer changed as it leaves; head and body of a small one leave together."""
        self._change = change

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if not self._held:
            asyncio.get_running_loop().call_soon(self.flush)
        self._held.append(data)

    def flush(self) -> None:
        held, self._held = b"".join(self._held), []
        if held and self._change is not None:
            held, self._change = self._change(held), None
        if held and not self._transport.is_closing():
            self._transport.write(held)

    def close(self) -> None:
        self.flush()
        self._transport.close()


def _protocol(application: Served) -> type[H11Protocol]:
    """Return a protocol that hands the application its connection, for the faults that break it."""

    class _Protocol(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            corked = _Corked(transport)
            self.transport = cast("asyncio.Transport", corked)
            self.app_state = {**self.app_state, "connection": transport, "leaving": corked}

        def data_received(self, data: bytes) -> None:
            super().data_received(application.incoming(data))

    return _Protocol


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes a free one.

    Raises:
        OSError: the address cannot be bound.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle off only where the protocol is named; without that every answer waits 40 ms for an ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def url_of(listener: socket.socket, *, tls: bool = False) -> str:
    """Return the base URL of a listening socket."""
    host, port = listener.getsockname()[:2]
    scheme = "https" if tls else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def serve(
    application: Served,
    listener: socket.socket,
    *,
    parent: int | None = None,
    tls: tuple[Path, Path] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, or until the process `parent` ends; over TLS with certificate and key, if given."""
    config = uvicorn.Config(
        cast("Any", application),
        http=_protocol(application),
        ws="none",
        lifespan="off",
        interface="asgi3",
        access_log=False,
        log_config=None,
        log_level="critical",
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
        timeout_keep_alive=60,
        ssl_certfile=tls[0] if tls else None,
        ssl_keyfile=tls[1] if tls else None,
    )
    server = uvicorn.Server(config)

    def stop(*_: object) -> None:
        server.should_exit = True

    # uvicorn raises a caught signal again when it has ended; with these in place that is harmless and we end with 0.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    asyncio.run(_serve(server, listener, parent, stop))


async def _serve(server: uvicorn.Server, listener: socket.socket, parent: int | None, stop: Callable[[], None]) -> None:
    watch = asyncio.create_task(_watch(parent, stop)) if parent is not None else None
    try:
        await server.serve(sockets=[listener])
    finally:
        if watch is not None:
            watch.cancel()


async def _watch(parent: int, stop: Callable[[], None]) -> None:
    """Call `stop` when the process `parent` ends.

    PR_SET_PDEATHSIG is not used: it fires when the *thread* that started us ends. A process descriptor (Linux) tells of
    the process, at once; elsewhere we look whether we still have the same parent.
    """
    gone = asyncio.Event()
    try:
        descriptor = os.pidfd_open(parent)
    except ProcessLookupError:
        stop()
        return
    except (AttributeError, OSError):
        while os.getppid() == parent:
            await asyncio.sleep(_POLL_S)
        stop()
        return
    loop = asyncio.get_running_loop()
    try:
        loop.add_reader(descriptor, gone.set)
        await gone.wait()
        stop()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
