"""A service as an ASGI application: a plain callable, because a routing framework would only repeat the contract's table.

Starlette reads the request and writes the answer; everything between is synchronous and takes well under a millisecond.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from conformance.reference import transport
from conformance.reference.calls import Call, Reply
from conformance.reference.control import PREFIX, Control
from conformance.reference.service import Service
from conformance.reference.transport import Receive, Scope, Send

MAX_BODY: Final = 16 * 1024 * 1024
"""Bytes of a request that are kept; documented requests stay under a kilobyte. A longer body is cut, and no JSON then."""

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
        if reply.transport is not None:
            await transport.spoil(reply, scope, receive, send)
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
