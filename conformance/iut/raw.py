"""Deliberately malformed requests: exact bytes over a socket, because no HTTP library sends them."""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import ExitStack
from urllib.parse import urlsplit

import h11

from conformance.evidence.exchange import Answer, Failure, Request
from conformance.iut.http import MAX_BODY


def send(url: str, payload: bytes, *, timeout_s: float, context: ssl.SSLContext, method: str = "GET") -> Answer:
    """Send `payload` to the host of `url` and read one HTTP answer; never raises for what the IUT does."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    request = Request(method, url, (), None, raw=payload)
    started = time.monotonic()
    deadline = started + timeout_s
    try:
        with ExitStack() as stack:
            stream = stack.enter_context(socket.create_connection((host, port), timeout_s))
            if parts.scheme == "https":
                stream = stack.enter_context(context.wrap_socket(stream, server_hostname=host))
            stream.sendall(payload)
            status, reason, headers, body = _receive(stream, deadline)
    except TimeoutError:
        failure = Failure("timeout", f"no complete answer within {timeout_s:g} s")
    except ConnectionRefusedError as error:
        failure = Failure("refused", f"the connection was refused: {error.strerror}")
    except h11.RemoteProtocolError as error:
        failure = Failure("protocol", f"the answer is not valid HTTP: {error}")
    except OSError as error:
        failure = Failure("reset", f"the connection broke: {error}")
    else:
        return Answer(request, status, reason, headers, body, None, (time.monotonic() - started) * 1000)
    return Answer(request, failure=failure, duration_ms=(time.monotonic() - started) * 1000)


def _receive(stream: socket.socket, deadline: float) -> tuple[int, str, tuple[tuple[str, str], ...], bytes]:
    reader = h11.Connection(h11.CLIENT)
    # The reader must believe that a request went out; its bytes are thrown away, ours are on the wire.
    reader.send(h11.Request(method="GET", target="/", headers=[("Host", "x")]))
    reader.send(h11.EndOfMessage())
    status, reason, body = 0, "", b""
    headers: tuple[tuple[str, str], ...] = ()
    while True:
        event = reader.next_event()
        if event is h11.NEED_DATA:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            stream.settimeout(left)
            reader.receive_data(stream.recv(65536))
        elif isinstance(event, h11.Response):
            status, reason = event.status_code, event.reason.decode("latin-1")
            headers = tuple(
                (key.decode("latin-1"), value.decode("latin-1")) for key, value in event.headers.raw_items()
            )
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > MAX_BODY:
                raise ConnectionError("the body is too large")
        elif isinstance(event, h11.EndOfMessage):
            return status, reason, headers, body
        elif isinstance(event, h11.ConnectionClosed):
            raise ConnectionError("the connection was closed before an answer came")
