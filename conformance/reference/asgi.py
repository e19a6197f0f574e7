"""A service as an ASGI application: a plain callable, because a routing framework would only repeat the contract's table.

Starlette reads the request and writes the answer; everything between is synchronous and takes well under a millisecond.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from conformance.reference import framing, transport
from conformance.reference.calls import NO_CONTENT, Call, Reply
from conformance.reference.control import PREFIX, Control
from conformance.reference.service import Service
from conformance.reference.transport import Receive, Scope, Send

MAX_BODY: Final = 16 * 1024 * 1024
"""Bytes of a request that are kept; documented requests stay under a kilobyte. A longer body is cut, and no JSON then."""
PATIENCE_S: Final = 10.0
"""How long an answer waits at most for what it waits for."""

Observer = Callable[[Call, dict[str, Any]], None]


class Application:
    """Puts a service on the wire, with its control endpoint where a token is given."""

    def __init__(self, service: Service, control_token: str | None = None, observer: Observer | None = None) -> None:
        self.service = service
        self._control = Control(service, control_token) if control_token else None
        self._observer = observer

    def incoming(self, data: bytes) -> bytes:
        """Return what came on a connection as it is to be read; `server` asks before HTTP is parsed."""
        return self.service.incoming(data)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        assert scope["type"] == "http"
        try:
            call = await _read(Request(scope, receive))
        except ClientDisconnect:
            return
        with self.service.lock:
            if self._control is not None and call.path.startswith(PREFIX):
                reply = self._control.answer(call)
            else:
                reply = self.service.answer(call)
                if self._observer is not None:
                    self._observer(call, self.service.log[-1])
            awaited, self.service.awaited = self.service.awaited, []
        if awaited:
            whole = asyncio.gather(*map(asyncio.wrap_future, awaited), return_exceptions=True)
            with suppress(TimeoutError):
                await asyncio.wait_for(whole, PATIENCE_S)
        if reply.transport is not None:
            await transport.spoil(reply, scope, receive, send)
        elif reply.frame is not None:
            await _framed(reply, reply.frame, len(self.service.log), scope, send)
        else:
            await _response(reply)(scope, receive, send)


async def _read(request: Request) -> Call:
    body = bytearray()
    async for chunk in request.stream():
        # The rest is read and dropped: an answer before the end of the request breaks many clients.
        body += chunk[: MAX_BODY - len(body)]
    raw = request.scope.get("raw_path") or request.scope["path"].encode()
    query = request.scope["query_string"].decode("latin-1")
    return Call(
        method=request.method,
        path=raw.partition(b"?")[0].decode("latin-1"),
        query=tuple(parse_qsl(query, keep_blank_values=True)) if query else (),
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in request.scope["headers"]},
        body=bytes(body),
        connection=request.scope.get("state", {}).get("connection"),
    )


def _response(reply: Reply) -> Response:
    return Response(reply.content(), reply.status, reply.headers)


async def _framed(reply: Reply, name: str, count: int, scope: Scope, send: Send) -> None:
    """Send an answer as a benign variant has it."""
    content, headers = framing.headed(name, reply, reply.content())
    await framing.parted(name, count)
    leaving = scope.get("state", {}).get("leaving")
    rewrite = framing.rewriting(name)
    if rewrite is not None and leaving is not None:
        leaving.rewrite(rewrite)
    if reply.status != NO_CONTENT:
        headers.append(("content-length", str(len(content))))
    encoded = [(key.encode(), value.encode()) for key, value in headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": encoded})
    third = max(len(content) // 3, 1)
    parts = [content[:third], content[third : 2 * third], content[2 * third :]] if name == "frame/split" else [content]
    for number, part in enumerate(parts, 1):
        await send({"type": "http.response.body", "body": part, "more_body": number < len(parts)})
        if number < len(parts):
            await asyncio.sleep(framing.WAIT_S / 10)
