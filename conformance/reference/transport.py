"""Answers that break the transport: for showing that a judge neither hangs nor crashes.

ASGI cannot express a broken connection, so `server` hands the connection itself over in the scope; the faults that
need raw bytes write to it and never call `send`.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from typing import Any, Final

from conformance.reference.calls import Reply
from conformance.reference.distortion import HTML

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

HUGE: Final = 100 * 1024 * 1024
_CHUNK: Final = 256 * 1024
_DRIP_S: Final = 0.25
"""Between two bytes: short enough that a timeout per read never fires, so only a limit for the whole answer helps."""
_DRIP_BYTES: Final = 4096
DEPTH: Final = 10_000
ELSEWHERE: Final = "http://elsewhere.invalid/"


async def spoil(reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
    """Send `reply` in the broken way that `reply.transport` names."""
    content = reply.content() or b"{}"
    match reply.transport:
        case "hang":
            await _until_gone(receive)
        case "close" | "reset-mid-body" | "drip" | "wrong-length" | "excess-length" | "not-http":
            await _raw(str(reply.transport), content, _connection(scope))
            await _until_gone(receive)
        case "endless":
            await _start(send, 200, {"content-type": "application/json"})
            await _stream(send, _connection(scope), b'{"pad":"', None)
        case "huge":
            head, tail = b'{"result":true,"info":{"pad":"', b'"}}'
            await _start(
                send, 200, {"content-type": "application/json", "content-length": str(len(head) + HUGE + len(tail))}
            )
            await _stream(send, _connection(scope), head, HUGE // _CHUNK)
            await send({"type": "http.response.body", "body": tail})
        case "gzip-bomb":
            await _whole(send, 200, _bomb(), {"content-encoding": "gzip"})
        case "bad-utf8":
            await _whole(send, 200, b'{"result":true,"info":{"name":"\xff\xfe\xc3\x28"}}')
        case "deep-json":
            await _whole(send, 200, b"[" * DEPTH + b"]" * DEPTH)
        case "html":
            await _whole(send, 502, HTML, {"content-type": "text/html; charset=utf-8"})
        case "redirect-elsewhere":
            await _whole(send, 302, b"", {"location": ELSEWHERE})
        case "5xx":
            await _whole(send, 503, b"", {"content-type": "text/plain"})


async def _start(send: Send, status: int, headers: dict[str, str]) -> None:
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})


async def _whole(send: Send, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
    head = {"content-type": "application/json", "content-length": str(len(content)), **(headers or {})}
    await _start(send, status, head)
    await send({"type": "http.response.body", "body": content})


async def _stream(send: Send, connection: asyncio.Transport, head: bytes, times: int | None) -> None:
    """Send `head`, then so many chunks of filler, without end where `times` is None: until the other side leaves."""
    await send({"type": "http.response.body", "body": head, "more_body": True})
    chunk = b"a" * _CHUNK
    sent = 0
    # uvicorn drops what is sent to a closed connection without a word, so we look ourselves.
    while (times is None or sent < times) and not connection.is_closing():
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await asyncio.sleep(0)
        sent += 1


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _connection(scope: Scope) -> asyncio.Transport:
    connection = scope.get("state", {}).get("connection")
    if connection is None:
        raise RuntimeError("this transport fault needs a real connection (conformance.reference.server)")
    assert isinstance(connection, asyncio.Transport)
    return connection


def _head(length: int) -> bytes:
    return f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n".encode()


async def _raw(action: str, content: bytes, connection: asyncio.Transport) -> None:
    match action:
        case "reset-mid-body":
            connection.write(_head(2 * len(content)) + content)
            _reset(connection)
            return
        case "drip":
            padded = content.rjust(_DRIP_BYTES)
            connection.write(_head(len(padded)))
            for byte in padded:
                if connection.is_closing():
                    return
                connection.write(bytes((byte,)))
                await asyncio.sleep(_DRIP_S)
        case "wrong-length":
            connection.write(_head(len(content) + 100) + content)
        case "excess-length":
            connection.write(_head(max(len(content) - 1, 0)) + content)
        case "not-http":
            connection.write(b"\x15\x03\x01\x00\x02\x02\x46 not HTTP at all\r\n\r\n")
    connection.close()


def _reset(connection: asyncio.Transport) -> None:
    """End the connection with RST: a zero linger time makes the kernel drop what is left and say so."""
    handle = connection.get_extra_info("socket")
    handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.abort()


@cache
def _bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(b'{"pad":"')]
    parts += [packer.compress(b"a" * _CHUNK) for _ in range(HUGE // _CHUNK)]
    parts += [packer.compress(b'"}'), packer.flush()]
    return b"".join(parts)
