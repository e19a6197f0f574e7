"""The broker: a thread that listens, its sessions, and what they share.

    with Broker(hooks, context=server_context(certificate)) as broker:
        session = broker.wait_connect(timeout_s=10)
        session.publish(topic, b"{}", qos=1).result(5)

It binds to loopback unless told otherwise, and ends with the `with`.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Final, Self, TypeVar

from conformance.mqtt.connection import Connection
from conformance.mqtt.deliveries import Deliveries
from conformance.mqtt.packets import Publish
from conformance.mqtt.record import Record, Watch
from conformance.mqtt.script import Hooks, Limits, Script
from conformance.mqtt.serving import ServingSession
from conformance.mqtt.session import Session
from conformance.mqtt.topics import Subscriptions

Result = TypeVar("Result")

BACKLOG: Final = 4096
"""Connections that may wait to be accepted: a thousand devices come back at once after a restart."""
READ: Final = 64 * 1024
"""Bytes read at once; four TLS records."""
STOP_S: Final = 5.0
"""Longest time that stopping takes; the loop has nothing to wait for but its sockets."""


class Broker:
    """A scripted MQTT 3.1.1 broker; see the module for its use.

    `script` is what connections experience, unless `queue_scripts` has one for them. `context` may be changed at any
    time and counts for new connections; None speaks without TLS. With `forward` messages reach other clients, as in
    a common broker; else they reach the hooks alone.
    """

    def __init__(
        self,
        hooks: Hooks | None = None,
        *,
        context: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        script: Script | None = None,
        limits: Limits | None = None,
        forward: bool = False,
    ) -> None:
        self.hooks = hooks or Hooks()
        self.context = context
        self.host, self.port = host, port
        self.script = script or Script()
        self.limits = limits or Limits()
        self.forward = forward
        self.observers: list[Callable[[Record], object]] = []
        """Called with every record, in the broker's thread."""
        kept = self.limits.kept_sessions
        self.connections: Watch[Session] = Watch(records=kept)
        """Every connection, as it is accepted."""
        self.connects: Watch[Session] = Watch(records=kept)
        """Every session that sent CONNECT, as it is answered (or not)."""
        self.faults: list[BaseException] = []
        """Exceptions of hooks and of the broker itself."""
        self.live: set[Session] = set()
        self.subscriptions: Subscriptions[Session] = Subscriptions()
        self.buffer = memoryview(bytearray(READ))
        self._scripts: deque[Script] = deque()
        self._numbers = 0
        self._by_client: dict[str, Session] = {}
        self._stored: dict[str, Deliveries] = {}
        self._server: asyncio.Server | None = None
        self._loop: asyncio.AbstractEventLoop
        self._thread = threading.Thread(target=self._main, name="mqtt-broker", daemon=True)
        self._started: Future[None] = Future()
        self._stopping: asyncio.Event

    # ---- for suites, from any thread ------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._thread.start()
        try:
            self._started.result()
        except BaseException:
            self._thread.join()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(STOP_S)
        if error is None:
            self.check()

    def check(self) -> None:
        """Raise the first exception of a hook or of the broker itself."""
        if self.faults:
            raise self.faults[0]

    def queue_scripts(self, *scripts: Script) -> None:
        """Set the scripts of the next connections, one each; later ones get `script` again."""
        self.run(lambda: self._scripts.extend(scripts)).result()

    def wait_connect(
        self, timeout_s: float, predicate: Callable[[Session], bool] = lambda session: session.accepted, since: int = 0
    ) -> Session | None:
        """Return the first session that sent CONNECT and for which `predicate` is true (it was let in); else None."""
        return self.connects.wait(predicate, timeout_s, since)

    def wait_connection(self, timeout_s: float, since: int = 0) -> Session | None:
        """Return the first connection from position `since` of `connections` on; None where none comes in time."""
        return self.connections.wait(lambda _: True, timeout_s, since)

    def stop_listening(self, *, drop: bool = True, reset: bool = False) -> None:
        """Refuse connections from now on; with `drop` close those that are there, as a restart does."""

        async def go() -> None:
            if self._server is not None:
                self._server.close()
                self._server = None
            for session in list(self.live) if drop else ():
                session.kick("the broker was stopped", reset=reset)

        asyncio.run_coroutine_threadsafe(go(), self._loop).result(STOP_S)

    def listen(self) -> None:
        """Listen again, on the same port.

        Raises:
            OSError: the port is taken.
        """
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(STOP_S)

    def run(self, call: Callable[[], Result]) -> Future[Result]:
        """Run something in the broker's thread: at once where that is the caller's."""
        done: Future[Result] = Future()

        def go() -> None:
            try:
                done.set_result(call())
            except Exception as error:
                self.faults.append(error)
                done.set_exception(error)

        if threading.current_thread() is self._thread:
            go()
        else:
            try:
                self._loop.call_soon_threadsafe(go)
            except RuntimeError:
                done.set_exception(ConnectionError("the broker is stopped"))
        return done

    # ---- for sessions and connections, in the broker's thread -----------------------------------------------------

    def open(self, wire: Connection, peer: str) -> ServingSession:
        """Return the session of a new connection."""
        self._numbers += 1
        script = self._scripts.popleft() if self._scripts else self.script
        session = ServingSession(self, wire, self._numbers, peer, script)
        self.live.add(session)
        self.connections.append(session)
        session.log.event(f"connection from {peer}")
        return session

    def ask(self, call: Callable[[], Result], otherwise: Result) -> Result:
        """Call a hook; its exception is a fault, and the answer is `otherwise`."""
        try:
            return call()
        except Exception as error:
            self.faults.append(error)
            return otherwise

    def admit(self, session: Session) -> bool:
        """Let a client in: the older connection goes (MQTT-3.1.4-2); tell whether its session is resumed."""
        assert session.connect is not None
        identity, clean = session.connect.client_id, session.connect.clean_session
        older = self._by_client.get(identity) if identity else None
        kept = self._stored.pop(identity, None)
        if older is not None and older is not session:
            if older.connect is not None and not older.connect.clean_session:
                kept = older.deliveries
            older.superseded = True
            older.kick("replaced by a newer connection of the same client")
        self._by_client[identity] = session
        if kept is None:
            return False
        if clean:
            kept.abandon("the client began a clean session")
            return False
        session.deliveries = kept
        for pattern, qos in kept.subscriptions.items():
            self.subscriptions.add(session, pattern, qos)
        return True

    def take(self, session: Session, publish: Publish) -> None:
        """Hand a message to the hooks and, as a common broker does, to those who subscribed to it."""
        self.ask(lambda: self.hooks.on_publish(session, publish), None)
        if self.forward:
            for receiver, granted in self.subscriptions.of(publish.topic).items():
                receiver.publish(publish.topic, publish.payload, min(publish.qos, granted))

    def leave(self, session: Session) -> None:
        """Forget a connection that is over."""
        self.live.discard(session)
        for pattern in session.deliveries.subscriptions:
            self.subscriptions.remove(session, pattern)
        connect = session.connect
        if connect is None:
            return
        if self._by_client.get(connect.client_id) is session:
            del self._by_client[connect.client_id]
        if session.accepted and not connect.clean_session and not session.superseded:
            if len(self._stored) < self.limits.kept_sessions:
                self._stored[connect.client_id] = session.deliveries
        elif not (session.superseded and not connect.clean_session):
            session.deliveries.abandon(session.end or "the connection is over")
        if session.accepted and connect.will is not None and not session.graceful:
            will = connect.will
            self.take(session, Publish(will.topic, will.payload, will.qos))
        self.ask(lambda: self.hooks.on_closed(session), None)

    # ---- the thread -----------------------------------------------------------------------------------------------

    def _main(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            if self._started.done():
                self.faults.append(error)
            else:
                self._started.set_exception(error)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(self._on_exception)
        self._stopping = asyncio.Event()
        await self._listen()
        self._started.set_result(None)
        await self._stopping.wait()
        if self._server is not None:
            self._server.close()
        for session in list(self.live):
            session.kick("the broker was stopped")
        while self.live:  # an aborted transport says so in the next round of the loop
            await asyncio.sleep(0)

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await self._loop.create_server(
                lambda: Connection(self), self.host, self.port, backlog=BACKLOG
            )
            self.port = self._server.sockets[0].getsockname()[1]

    def _on_exception(self, _: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        error = context.get("exception")
        self.faults.append(error if isinstance(error, BaseException) else RuntimeError(str(context.get("message"))))
