"""What the standards beneath every document demand (HTTP, JSON), whatever the platform; its cases cite its own statements."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from conformance.contract import Operation
from conformance.evidence.exchange import Answer, Request
from conformance.evidence.findings import Inconclusive
from conformance.suites.context import Context

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def check_utf_8(context: Context, answer: Answer) -> bool:
    """Check `global/utf-8`: a body is UTF-8 without byte order mark (RFC 8259 8.1).

    Raises:
        Inconclusive: there is no body to judge.
    """
    if not answer.body:
        raise Inconclusive(f"{answer.describe()}: there is no body to judge")
    try:
        answer.body.decode("utf-8")
    except UnicodeDecodeError:
        readable = False
    else:
        readable = True
    marked = answer.body.startswith(BYTE_ORDER_MARK)
    return context.check(
        "global/utf-8",
        readable and not marked and b"\0" not in answer.body,
        expected="a body in UTF-8 without byte order mark",
        actual="a byte order mark" if marked else f"a body that begins with {answer.body[:8].hex(' ')}",
        answer=answer,
    )


def check_host_is_required(context: Context, operation: Operation) -> None:
    """Check `global/host-header`: HTTP/1.1 without Host is answered with 400 (RFC 9112 3.2).

    Raises:
        Inconclusive: a proxy stands between, whose answer it would be.
    """
    if context.pixit("proxy") is not None:
        raise Inconclusive(
            "a proxy stands between ([pixit] proxy): what it makes of a request without Host is not the IUT's"
        )
    url = f"{context.environment.client.base_url}{operation.path}"
    # No token: the answer is due to anybody, and exact bytes on a wire are no place for secrets.
    body = "{}" if operation.media_type else ""
    described = f"Content-Type: {operation.media_type}\r\nContent-Length: {len(body)}\r\n" if body else ""
    head = f"{operation.method} {urlsplit(url).path} HTTP/1.1\r\nAccept: application/json\r\n{described}"
    payload = f"{head}Connection: close\r\n\r\n{body}".encode()
    answer = context.exchange(Request(operation.method, url, raw=payload))
    context.check("global/host-header", answer.status == 400, expected="HTTP 400", actual=answer.describe())
