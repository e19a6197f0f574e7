"""The broker that devices connect to, and what it asks of the platform."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from conformance.crypto.certificates import Certificate
from conformance.mqtt.broker import Broker
from conformance.mqtt.connection import Connection
from conformance.mqtt.packets import SUBSCRIPTION_FAILED, Connect, Publish, ReturnCode, Subscribe
from conformance.mqtt.script import Hooks, Script
from conformance.mqtt.serving import ServingSession
from conformance.mqtt.session import Session
from conformance.mqtt.tls import server_context
from conformance.reference.huawei.access import reports
from conformance.reference.huawei.access.authentication import Admission, admission
from conformance.reference.huawei.access.commands import Commands
from conformance.reference.huawei.access.connections import Connections
from conformance.reference.huawei.access.ways import FLOOR_S, GREETS, KEEP_ALIVE_FLOOR, LENIENT, OVERLOOKED
from conformance.reference.huawei.platform import Huawei
from conformance.reference.launch import Beside, Served

CLIENT_CERTIFICATE: Final = "tls-certificate/client-certificate"
OTHER_CODE: Final = "refusal-code/any-code"
UNREAD: Final = "refusal-code/unread"


class Door(Hooks):
    """Answers the broker in the platform's name, call by call under the service's lock."""

    def __init__(self, huawei: Huawei, log: Callable[[str], object]) -> None:
        self._huawei = huawei
        self._log = log
        self._lock = huawei.service.lock
        self._admitted: dict[Session, Admission] = {}

    def authenticate(self, session: Session, connect: Connect) -> int | None:
        """See `Hooks.authenticate`."""
        with self._platform() as huawei:
            found = admission(huawei, connect)
            self._admitted[session] = found
            self._log(f"CONNECT {connect.client_id!r}  {f'refused: {found.why}' if found.code else 'let in'}")
            if found.code is ReturnCode.ACCEPTED:
                return found.code
            unread = found.code is ReturnCode.IDENTIFIER_REJECTED and huawei.quirks.on(UNREAD)
            if unread or huawei.faults.on("refusal-untold"):
                return None
            return ReturnCode.NOT_AUTHORIZED if huawei.quirks.on(OTHER_CODE) else found.code

    def on_connected(self, session: Session) -> None:
        """See `Hooks.on_connected`."""
        with self._platform() as huawei:
            found = self._admitted.pop(session)
            if found.device is not None:
                huawei.room(Connections).came(session, found.device, found.identity)
                if huawei.quirks.on(GREETS):
                    session.publish(f"/huawei/v1/devices/{found.identity}/notice/json", b'{"msgType":"notice"}', 1)
            if huawei.faults.on("let-in-and-dropped"):
                session.fail("a fault")

    def on_closed(self, session: Session) -> None:
        """See `Hooks.on_closed`."""
        with self._platform() as huawei:
            self._admitted.pop(session, None)
            huawei.room(Connections).went(session)

    def on_subscribe(self, session: Session, subscribe: Subscribe) -> Sequence[int]:
        """See `Hooks.on_subscribe`: a device may listen to its own command topics alone."""
        with self._platform() as huawei:
            on, found = huawei.faults.on, huawei.room(Connections).by(session)
            own = set() if found is None else {found.topic("command"), found.topic("command")[:-4] + "binary"}
            anything = on("any-topic-subscribed")
            codes = [
                min(qos, 1) if (pattern in own or anything) and not on("own-topic-refused") else SUBSCRIPTION_FAILED
                for pattern, qos in subscribe.filters
            ]
            granted = ("refused" if code == SUBSCRIPTION_FAILED else f"granted with QoS {code}" for code in codes)
            for (pattern, _), told in zip(subscribe.filters, granted, strict=True):
                self._log(f"SUBSCRIBE {pattern!r}  {told}")
            if found is not None and any(code < SUBSCRIPTION_FAILED for code in codes):
                # After SUBACK has gone out; the subscription stands once this has returned.
                asyncio.get_running_loop().call_soon(self._subscribed, session)
            return codes

    def _subscribed(self, session: Session) -> None:
        with self._platform() as huawei:
            found = huawei.room(Connections).by(session)
            if found is not None:
                huawei.room(Commands).subscribed(found)

    def on_publish(self, session: Session, publish: Publish) -> None:
        """See `Hooks.on_publish`."""
        with self._platform() as huawei:
            found = huawei.room(Connections).by(session)
            if found is not None:
                self._log(f"PUBLISH {publish.topic!r}  {reports.take(huawei, found, publish)}")

    @contextmanager
    def _platform(self) -> Iterator[Huawei]:
        with self._lock:
            try:
                yield self._huawei
            finally:
                self._huawei.faults.noticed()  # the log of calls tells of the faults that calls met


class Gateway(Broker):
    """The broker, with what a connection meets decided as it comes: by the faults and readings of that moment."""

    def __init__(self, huawei: Huawei, served_by: Served) -> None:
        authority, certificate, host, port, log = served_by
        super().__init__(Door(huawei, log), context=server_context(certificate), host=host, port=port)
        self._huawei = huawei
        self._own = self.context
        self._demanding = server_context(certificate, client_auth="require", client_ca_pem=authority.pem)
        self._foreign = server_context(Certificate.made(host))

    def open(self, wire: Connection, peer: str) -> ServingSession:
        """See `Broker.open`."""
        with self._huawei.service.lock:
            on = self._huawei.faults.on
            self.context = self._demanding if self._huawei.quirks.on(CLIENT_CERTIFICATE) else self._own
            if on("other-authority"):
                self.context = self._foreign
            if on("clear-text-served"):
                self.context = None
            session = super().open(wire, peer)
            session.script = Script(
                close_after_refusal=not on("refusal-left-open"),
                session_present=True if on("session-out-of-nowhere") else None,
                suback=() if on("suback-without-codes") else None,
                ping="silence" if on("ping-unanswered") else "answer",
                publish="silence" if on("publish-unacknowledged") else "answer",
                keep_alive_factor=None if on("keep-alive-unlimited") else 1.5,
                close_on_violation=not on("violations-tolerated"),
                overlooked=OVERLOOKED if self._huawei.quirks.on(LENIENT) else frozenset(),
                least_keep_alive_s=FLOOR_S if self._huawei.quirks.on(KEEP_ALIVE_FLOOR) else 0,
            )
            self._huawei.faults.noticed()
        return session

    def admit(self, session: Session) -> bool:
        """See `Broker.admit`."""
        with self._huawei.service.lock:
            return False if self._huawei.faults.on("older-connection-kept") else super().admit(session)


@contextmanager
def served(huawei: Huawei, served_by: Served) -> Iterator[Beside]:
    """Serve devices beside applications, with a certificate of the same authority; ends with the block.

    Raises:
        OSError: nobody can listen at the address.
    """
    own, host = served_by.authority.client("conformance-device"), served_by.host
    with Gateway(huawei, served_by) as gateway:
        yield Beside(
            {"mqtt_url": f"mqtts://{f'[{host}]' if ':' in host else host}:{gateway.port}"},
            {"client_cert_file": own.chain_pem, "client_key_file": own.key_pem},
        )
