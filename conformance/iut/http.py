"""HTTP to the implementation under test; the only module that knows the HTTP library.

Everything an answer can do to us is bounded: time as a whole (not only per read, so that a slow drip ends too), size before
and after decompression, headers. Redirects are never followed: where a platform sends us is a finding, not a journey, and
our credentials do not travel. The environment's proxies are ignored unless the IUT file names one.
"""

from __future__ import annotations

import contextlib
import ssl
import time
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import httpcore
import httpx

from conformance import __version__
from conformance.evidence.exchange import Answer, Failure, Request
from conformance.iut.clock import offset_ms
from conformance.iut.errors import UsageError
from conformance.iut.interruption import check
from conformance.iut.rate import RateLimiter

MAX_BODY: Final = 8 * 1024 * 1024
"""Largest body that is read, compressed or not. The largest documented answer (a page of 1,000 records) is under 1 MiB."""
USER_AGENT: Final = f"iot-conformance/{__version__}"


_HELD: Final = 64 * 1024
"""Bytes of a request that are held back until the answer is awaited, so that head and body go out as one segment."""


class _DeadlineStream(httpcore.NetworkStream):
    """A connection on which every wait ends at the deadline of the request under way."""

    def __init__(self, stream: httpcore.NetworkStream, backend: _DeadlineBackend) -> None:
        self._stream, self._backend = stream, backend
        self._held = b""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - ours replaces it
        # A server may answer and close before it has read a whole request: its answer counts, not our broken pipe.
        with contextlib.suppress(httpcore.WriteError):
            self._flush()
        data = self._stream.read(max_bytes, self._backend.left(httpcore.ReadTimeout))
        self._backend.received += len(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._held += buffer
        if len(self._held) > _HELD:
            self._flush()

    def _flush(self) -> None:
        held, self._held = self._held, b""
        if held:
            self._stream.write(held, self._backend.left(httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        left = self._backend.left(httpcore.ConnectTimeout)
        return _DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, left), self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _DeadlineBackend(httpcore.NetworkBackend):
    def __init__(self) -> None:
        self._backend = httpcore.SyncBackend()
        self.deadline = 0.0
        self.connected = False
        self.received = 0

    def begin(self, timeout_s: float) -> None:
        self.deadline = time.monotonic() + timeout_s
        self.connected, self.received = False, 0

    def left(self, error: type[Exception]) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise error("the time for the whole exchange is over")
        return left

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        self.connected = True
        left = self.left(httpcore.ConnectTimeout)
        return _DeadlineStream(self._backend.connect_tcp(host, port, left, local_address, socket_options), self)


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        if hasattr(self._stream, "close"):
            self._stream.close()


class _Transport(httpx.BaseTransport):
    """httpx over a connection pool of our own, because httpx offers no deadline for the whole exchange."""

    def __init__(self, context: ssl.SSLContext, proxy: str | None) -> None:
        self.backend = _DeadlineBackend()
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            proxy=httpcore.Proxy(proxy) if proxy else None,
            max_connections=4,
            max_keepalive_connections=4,
            keepalive_expiry=30.0,
            network_backend=self.backend,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        assert isinstance(answer.stream, Iterable)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer.stream), extensions=answer.extensions
        )

    def drop_polluted(self) -> None:
        """Close connections on which more came than the answer: it would be taken for the head of the next one."""
        for connection in self._pool.connections:
            # httpcore has no public way to ask; it is pinned below its next major version.
            reader = getattr(getattr(connection, "_connection", None), "_h11_state", None)
            if reader is not None and reader.trailing_data[0]:
                connection.close()

    def close(self) -> None:
        self._pool.close()


class HttpClient:
    """One keep-alive client for one IUT; not shared between threads."""

    latest: Answer | None = None
    """What the last request gave."""
    understood: bool = False
    """Whether any request had an answer of HTTP that does not call the request malformed."""

    def __init__(
        self,
        base_url: str,
        *,
        timeout_s: float,
        ca_file: Path | None = None,
        proxy: str | None = None,
        limiter: RateLimiter | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.timeout_s = timeout_s
        self.limiter = limiter or RateLimiter(None)
        self.context = context or tls_context(ca_file)  # reading the system's authorities takes 25 ms
        self._transport = _Transport(self.context, proxy)
        self._client = httpx.Client(transport=self._transport, trust_env=False, follow_redirects=False)
        self._client.headers.clear()
        self.calls = 0
        self.clock_offset_ms: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def send(self, request: Request) -> Answer:
        """Send one request and read its answer; never raises for what the IUT does.

        Raises:
            KeyboardInterrupt: the run is to end.
        """
        check()
        self.limiter.wait()
        self.calls += 1
        answer = self._attempt(request)
        backend = self._transport.backend
        if answer.failure and answer.failure.kind == "reset" and not backend.connected and not backend.received:
            # An idle connection may be closed by the server in the moment we reuse it: that is its right (RFC 9112 9.3.1).
            answer = self._attempt(request)
        self.limiter.answered()
        if self.clock_offset_ms is None:
            self.clock_offset_ms = offset_ms(answer)
        self.latest = answer
        self.understood = self.understood or (answer.failure is None and answer.status != 400)
        return answer

    def _attempt(self, request: Request) -> Answer:
        started = time.monotonic()
        self._transport.backend.begin(self.timeout_s)
        status, reason, body = 0, "", b""
        headers: tuple[tuple[str, str], ...] = ()
        failure: Failure | None = None
        try:
            message = self._client.build_request(
                request.method,
                request.url,
                headers=[("User-Agent", USER_AGENT), ("Accept-Encoding", "identity"), *request.headers],
                content=request.body,
            )
            response = self._client.send(message, stream=True)
            try:
                status = response.status_code
                reason = response.extensions.get("reason_phrase", b"").decode("latin-1")
                headers = tuple((key.decode("latin-1"), value.decode("latin-1")) for key, value in response.headers.raw)
                body, failure = _read(response)
            finally:
                response.close()
                self._transport.drop_polluted()
        except (httpx.HTTPError, httpx.InvalidURL, httpcore.NetworkError, httpcore.TimeoutException) as error:
            failure = self._failure(error)
        except (
            httpcore.ProtocolError,
            httpcore.UnsupportedProtocol,
            httpcore.ProxyError,
            ssl.SSLError,
            OSError,
        ) as error:
            failure = self._failure(error)
        return Answer(request, status, reason, headers, body, failure, (time.monotonic() - started) * 1000)

    def _failure(self, error: Exception) -> Failure:
        text = " ".join(str(error).split()) or type(error).__name__
        name = type(error).__name__
        if "Timeout" in name:
            return Failure("timeout", f"no complete answer within {self.timeout_s:g} s")
        if isinstance(error, httpcore.ConnectError | httpx.ConnectError):
            if "CERTIFICATE" in text.upper() or "SSL" in text.upper():
                return Failure("tls", f"the TLS handshake failed: {text}")
            if "getaddrinfo" in text or "Name or service" in text or "Temporary failure" in text:
                return Failure("resolve", f"the host name does not resolve: {text}")
            return Failure("refused", f"the connection was refused: {text}")
        if "disconnected without" in text:
            return Failure("reset", "the connection was closed before an answer came")
        if isinstance(error, httpcore.RemoteProtocolError | httpx.RemoteProtocolError):
            return Failure("protocol", f"the answer is not valid HTTP: {text}")
        return Failure("reset", f"the connection broke: {text}")


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """Return a verifying client context, with the tester's CA where one is given.

    Raises:
        UsageError: the file holds no PEM certificate.
    """
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=ca_file)
        except (ssl.SSLError, OSError) as error:
            raise UsageError(f"iut.ca_file = {str(ca_file)!r}: holds no PEM certificate; convert it to PEM") from error
    return context


def _read(response: httpx.Response) -> tuple[bytes, Failure | None]:
    """Read a body within the bounds; what came before a bound was reached is returned too."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    inflate = zlib.decompressobj(wbits=47) if encoding in {"gzip", "x-gzip", "deflate"} else None
    chunks: list[bytes] = []
    size = 0
    try:
        for chunk in response.iter_raw():
            part = inflate.decompress(chunk, MAX_BODY - size + 1) if inflate else chunk
            size += len(part)
            chunks.append(part)
            if size > MAX_BODY:
                body = b"".join(chunks)[:MAX_BODY]
                return body, Failure("too-large", f"the body is larger than {MAX_BODY // 1024 // 1024} MiB")
    except zlib.error as error:
        return b"".join(chunks), Failure("decoding", f"the body is not {encoding}: {error}")
    except httpcore.TimeoutException:
        return b"".join(chunks), Failure("timeout", "the body did not end within the time for the whole exchange")
    except (httpx.HTTPError, httpcore.NetworkError, httpcore.ProtocolError) as error:
        text = " ".join(str(error).split())
        return b"".join(chunks), Failure("reset", f"the connection broke inside the body: {text}")
    if inflate is not None and chunks and not inflate.eof:
        return b"".join(chunks), Failure("decoding", f"the {encoding} body ends in its middle")
    return b"".join(chunks), None
