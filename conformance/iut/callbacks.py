"""What happens on one connection of the callback receiver: requests are read whole, delivered and answered in turn.

h11 reads HTTP/1.1 on asyncio streams. Whatever a sender does is bounded: size of head and body, time for a whole request,
time between two requests.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import h11

MAX_HEAD: Final = 64 * 1024
MAX_BODY: Final = 4 * 1024 * 1024
"""Bytes of a body that are kept. Documented messages stay under a few kilobytes; the rest is read, dropped and said."""
REQUEST_S: Final = 30.0
"""Time in which a request that has begun must be complete."""
IDLE_S: Final = 60.0
"""Time for which a connection may stay open without a request; senders that keep connections reuse them sooner."""
NO_CONTENT: Final = 204
"""The status whose answers have no body, and say nothing of its length (RFC 9110 8.6)."""
_CHUNK: Final = 64 * 1024


@dataclass(frozen=True)
class Reply:
    """How a request is answered."""

    status: int = 200
    delay_s: float = 0.0
    """Time from the whole request to the answer."""
    close: bool = False
    """Close the connection without an answer."""
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Arrival:
    """A request as it was read."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    problem: str = ""


Deliver = Callable[[Arrival], Reply | Awaitable[Reply]]
"""Takes a request and says how it is answered, at once or when it is known."""


class Conversation:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, deliver: Deliver) -> None:
        self._reader, self._writer, self._deliver = reader, writer, deliver
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD)

    async def run(self) -> None:
        """Serve requests until one side closes, breaks the rules of HTTP or takes too long; never raises for that."""
        try:
            while await self._one():
                self._http.start_next_cycle()
        except h11.RemoteProtocolError as error:
            with contextlib.suppress(h11.LocalProtocolError, OSError):
                await self._answer(Reply(error.error_status_hint))
        except (TimeoutError, OSError):
            pass  # an unfinished request is no message; the case that waits for one will miss it
        finally:
            self._writer.close()

    async def _one(self) -> bool:
        """Serve one request; tell whether another may follow."""
        async with asyncio.timeout(IDLE_S):
            head = await self._event()
        if not isinstance(head, h11.Request):
            return False
        async with asyncio.timeout(REQUEST_S):
            body, problem = await self._body()
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers.raw_items())
        target = head.target.decode("latin-1")
        reply = self._deliver(Arrival(head.method.decode("latin-1"), target, headers, body, problem))
        if not isinstance(reply, Reply):
            reply = await reply
        if reply.delay_s:
            await asyncio.sleep(reply.delay_s)
        if reply.close:
            return False
        await self._answer(reply)
        return self._http.our_state is h11.DONE and self._http.their_state is h11.DONE

    async def _body(self) -> tuple[bytes, str]:
        body, dropped = bytearray(), 0
        while True:
            event = await self._event()
            if isinstance(event, h11.Data):
                room = MAX_BODY - len(body)
                body += event.data[:room]
                dropped += max(0, len(event.data) - room)
            elif isinstance(event, h11.EndOfMessage):
                return bytes(body), f"{dropped} bytes beyond {MAX_BODY} were dropped" if dropped else ""
            else:
                raise ConnectionError("the connection was closed before the request was complete")

    async def _event(self) -> h11.Event | type[h11.PAUSED]:
        while True:
            event = self._http.next_event()
            if event is not h11.NEED_DATA:
                return event  # type: ignore[return-value]
            if self._http.they_are_waiting_for_100_continue:
                self._write(self._http.send(h11.InformationalResponse(status_code=100, headers=[])))
            self._http.receive_data(await self._reader.read(_CHUNK))

    async def _answer(self, reply: Reply) -> None:
        length = [] if reply.status == NO_CONTENT else [("Content-Length", str(len(reply.body)))]
        headers = [*reply.headers, *length]
        self._write(self._http.send(h11.Response(status_code=reply.status, headers=headers)))
        if reply.body:
            self._write(self._http.send(h11.Data(data=reply.body)))
        self._write(self._http.send(h11.EndOfMessage()))
        await self._writer.drain()

    def _write(self, data: bytes | None) -> None:
        if data:
            self._writer.write(data)
