"""Whether an address can be spoken to at all, asked where the first answer is no good one.

A wrong scheme in the IUT file, or a certificate that the file's authority did not sign, is a mistake in the use of the suite:
no answer was seen, so that no sentence of a document is broken.
"""

from __future__ import annotations

import re
import socket
import ssl
from typing import Final
from urllib.parse import urlsplit

from conformance.evidence.exchange import Answer, Failure
from conformance.iut import raw
from conformance.iut.config import Iut
from conformance.iut.http import HttpClient

_WAIT_S: Final = 3.0
"""How long the other scheme is tried, where the one that was given failed."""
_REASON: Final = re.compile(r"certificate verify failed: (.*?)\.? *(?:\(_ssl|$)")


def obstacle(client: HttpClient, answer: Answer, *, proxied: bool) -> str | None:
    """Return why nothing can be asked at the client's address, with the remedy, where its first answer is no good one.

    Tries the other scheme where that may be the reason. An IUT that is slow, or answers what is no HTTP, is left to the
    cases: None.
    """
    failure = answer.failure
    if proxied and failure is not None and failure.kind in {"refused", "resolve"}:  # else somebody had accepted before
        return f"{failure.text}; check address, network and proxy"
    if client.base_url.startswith("https:"):
        return _of_https(client, failure, proxied=proxied) if failure is not None else None
    if not proxied and _doubtful(answer) and _speaks_tls(client.base_url):
        return 'TLS is spoken there; write "https://", and give the CA certificate of a private server as [iut] ca_file'
    return None


def unreachable(iut: Iut, url: str, reason: str) -> str:
    """Return the line that tells of an obstacle, with the key of the IUT file that it is about."""
    return f"iut.url = {url!r}: {reason}" if iut.url is not None else f"iut.command, reached at {url}: {reason}"


def _of_https(client: HttpClient, failure: Failure, *, proxied: bool) -> str | None:
    if found := _REASON.search(failure.text):
        return f"the certificate is not trusted ({found[1]}); {_remedy(found[1])}"
    if not proxied and failure.kind in {"tls", "timeout", "reset"} and _speaks_clear(client.base_url):
        return 'no TLS there; write "http://" (where command starts it: leave out [iut] ca_file)'
    return failure.text if failure.kind == "tls" else None


def _remedy(reason: str) -> str:
    if "mismatch" in reason or "not valid for" in reason:
        return "write the name that the certificate bears into [iut] url"
    if "expired" in reason or "not yet valid" in reason:
        return "renew it, or set the clock"
    return "give the certificate of the authority that signed it as [iut] ca_file (PEM)"


def _doubtful(answer: Answer) -> bool:
    """Tell whether a server of TLS may have said this to a request in clear: many answer with 400 in clear."""
    return answer.status == 400 or (answer.failure is not None and answer.failure.kind in {"protocol", "reset"})


def _speaks_tls(url: str) -> bool:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # only asked for TLS: nothing is sent
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 80
    try:
        with (
            socket.create_connection((host, port), _WAIT_S) as stream,
            context.wrap_socket(stream, server_hostname=host),
        ):
            return True
    except OSError:
        return False


def _speaks_clear(url: str) -> bool:
    parts = urlsplit(url)
    clear = f"http://{parts.netloc}" if parts.port else f"http://{parts.netloc}:443"
    request = f"GET / HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode("ascii", "replace")
    answer = raw.send(clear, request, timeout_s=_WAIT_S, context=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    return answer.failure is None and answer.status != 400  # servers of TLS answer with 400 in clear
