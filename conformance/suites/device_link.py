"""The suite as a device: one connection to the MQTT side of a platform.

Packets are sent and read one by one, not by a library for MQTT: paho, the second opinion of the tests, would answer, repair or
swallow what is to be judged, connects again by itself and shows no bytes. Every packet is evidence; what the platform sends
against MQTT 3.1.1 is kept for the case to judge.
"""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from conformance.evidence.findings import Inconclusive
from conformance.iut.device_access import DeviceAccess
from conformance.mqtt.client import Client
from conformance.mqtt.packets import (
    Connack,
    Connect,
    Packet,
    Pingreq,
    Pingresp,
    Puback,
    Publish,
    Suback,
    Subscribe,
)
from conformance.mqtt.record import Record
from conformance.mqtt.tls import TlsError
from conformance.suites.context import Context

TLS_FAILED: Final = "TLS failed: "
"""How the end of a connection is told that the platform ended within TLS: with TLS 1.3 it may do so after the handshake."""
MESSAGES: Final = 1000
"""Messages that are kept for the case: a platform that floods fills no memory."""
SLICE_S: Final = 0.01
"""How long a link is read before it is asked whether what is done meanwhile is done."""
_NUMBERS: Final = itertools.count(1)

Done = TypeVar("Done")


@dataclass(frozen=True)
class Received:
    """A message that came."""

    record: Record | None
    """None where it was too large to be kept."""
    publish: Publish


@dataclass(frozen=True)
class Knocked:
    """What came of a CONNECT, or of bytes in its place."""

    code: int | None
    """Return code of CONNACK; None where none came."""
    end: str | None
    """How the connection ended; None where it is there."""
    record: Record | None
    """The last packet that came, or the one that was sent."""

    @property
    def let_in(self) -> bool:
        """Whether the platform let the device in."""
        return self.code == 0

    @property
    def refused(self) -> bool:
        """Whether it did not, and closed the connection."""
        return self.code != 0 and self.end is not None

    def describe(self) -> str:
        """Return it as one short line."""
        answer = "no CONNACK" if self.code is None else f"CONNACK with return code {self.code}"
        return f"{answer}, {self.end or 'and the connection stays'}"


class Link:
    """One connection, made by constructing it and ended by `close`.

    Raises:
        TlsError: TLS was not established.
        OSError: nobody accepts the connection.
        Inconclusive: the tester does not tell where devices connect, or the run's budget is used up.
    """

    def __init__(self, context: Context, *, tls: bool = True) -> None:
        self.context = context
        access = access_of(context)
        environment = context.environment
        environment.budget.spend()
        limiter = environment.client.limiter
        limiter.wait()
        recorder = environment.recorder
        self.messages: deque[Received] = deque(maxlen=MESSAGES)
        """The latest messages that came and were not asked for yet; those with QoS 1 are acknowledged."""
        self.spoilt: float | None = None
        """When the case first sent bytes of its own making (`time.monotonic`): what the platform says to them is no breach of
        its own."""
        self._ids = itertools.cycle(range(1, 65_536))
        try:
            self.client = Client(
                access.host,
                access.port,
                context=access.context if tls else None,
                server_name=access.server_name,
                timeout_s=access.timeout_s,
                session=f"c{next(_NUMBERS)}",
                observers=[lambda record: recorder.mqtt(record, suite="client")],
            )
        finally:
            limiter.answered()

    @property
    def timeout_s(self) -> float:
        """How long an answer of the platform may take."""
        return self.client.timeout_s

    def knock(self, what: Connect | bytes) -> Knocked:
        """Send a CONNECT, or what stands in its place, and wait for the answer, or for the end where that is no success."""
        sent = self._send(what)
        answer = self._until(lambda packet: isinstance(packet, Connack)) if sent else None
        code = answer.return_code if isinstance(answer, Connack) else None
        if code != 0 and self.client.end is None:
            self.ended()
        return Knocked(code, self.client.end, self.last)

    def say(self, what: Packet | bytes) -> bool:
        """Send a packet, or bytes right or wrong; tell whether the connection carried them."""
        return self._send(what)

    def ended(self, timeout_s: float | None = None) -> bool:
        """Wait for the platform to close the connection; tell whether it did."""
        self._until(lambda _: False, timeout_s)
        return self.client.end is not None

    def answers_ping(self) -> bool:
        """Tell whether PINGREQ is answered."""
        return self._asked(Pingreq(), lambda packet: isinstance(packet, Pingresp)) is not None

    def subscribe(self, topic: str, qos: int = 1) -> bool | None:
        """Subscribe a topic; tell whether it was granted. None where no SUBACK came."""
        identity = next(self._ids)
        found = self._asked(
            Subscribe(identity, ((topic, qos),)),
            lambda packet: isinstance(packet, Suback) and packet.packet_id == identity,
        )
        return bool(found.return_codes) and found.return_codes[0] <= 2 if isinstance(found, Suback) else None

    def publish(self, topic: str, payload: bytes, qos: int = 1) -> bool:
        """Publish a message; tell whether it was acknowledged, with QoS 0 whether it could be sent."""
        if not qos:
            return self._send(Publish(topic, payload))
        identity = next(self._ids)
        publish = Publish(topic, payload, qos, identity)
        return self._asked(publish, lambda packet: packet == Puback(identity)) is not None

    def read(self, timeout_s: float) -> None:
        """Read what comes within a time; messages are put aside and acknowledged."""
        self._until(lambda _: False, timeout_s)

    def message(self, timeout_s: float | None = None) -> Received | None:
        """Return the next message; None where none comes in time."""
        if not self.messages:
            self._until(lambda _: bool(self.messages), timeout_s)
        return self.messages.popleft() if self.messages else None

    def forget_others(self, topic: str) -> None:
        """Forget the messages that came on other topics: a platform may subscribe some for the device."""
        self.messages = deque((each for each in self.messages if each.publish.topic == topic), MESSAGES)

    def leave(self) -> None:
        """Say DISCONNECT and wait until the platform has noticed."""
        self.client.leave()

    def close(self) -> None:
        """End the connection, without a word where it is still there."""
        self.client.close()

    @property
    def told_of_tls(self) -> str:
        """What was agreed on with the platform, in words."""
        texts = (each.text for each in self.client.log.items() if each.direction == "event")
        return next((each for each in texts if each.startswith("TLS established")), "no TLS")

    @property
    def last(self) -> Record | None:
        """The last packet of either side."""
        return next((each for each in reversed(self.client.log.items()) if each.direction != "event"), None)

    @property
    def wrong(self) -> Iterator[Record]:
        """What the platform sent against MQTT 3.1.1, before the case broke the protocol itself."""
        return filter(self._judged, self.client.log.violations)

    @property
    def told(self) -> bool:
        """Whether the platform sent anything that can be judged."""
        return any(map(self._judged, self.client.log.items()))

    def _judged(self, record: Record) -> bool:
        return record.direction == "out" and (self.spoilt is None or record.at < self.spoilt)

    def _asked(self, packet: Packet, fits: Callable[[Packet], bool]) -> Packet | None:
        return self._until(fits) if self._send(packet) else None

    def _send(self, what: Packet | bytes) -> bool:
        """Send something; tell whether the connection carried it."""
        if isinstance(what, bytes) and self.spoilt is None:
            self.spoilt = time.monotonic()
        try:
            self.client.send(what)
        except OSError as error:
            if self.client.end is None:  # what the platform said before its end is still to be read
                self._until(lambda _: False, 0.5)
            self.client.end = self.client.end or f"the connection broke: {error}"
            return False
        return True

    def _until(self, fits: Callable[[Packet], bool], timeout_s: float | None = None) -> Packet | None:
        """Read until a packet fits; messages are put aside and acknowledged. None at the end and at the deadline."""
        deadline = time.monotonic() + (self.timeout_s if timeout_s is None else timeout_s)
        while True:
            try:
                frame = self.client.next(max(0.0, deadline - time.monotonic()))
            except TimeoutError:
                return None
            if frame is None:
                return None
            packet = frame.packet
            if isinstance(packet, Publish):
                self.messages.append(Received(self._record(packet), packet))
                if packet.qos == 1 and packet.packet_id is not None:
                    self._send(Puback(packet.packet_id))
            if packet is not None and fits(packet):
                return packet

    def _record(self, packet: Packet) -> Record | None:
        return next((each for each in reversed(self.client.log.items()) if each.packet is packet), None)


def attended(links: Sequence[Link], work: Callable[[], Done]) -> Done:
    """Do something in another thread while the links of the case are read; return what it returns, and raise what it raises.

    A platform may wait for a device to acknowledge a message before it answers the call that sends it. Nothing but the links
    may be used here meanwhile: the client for HTTP is that thread's.
    """
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(work)
        while not done.done() and (there := [each for each in links if each.client.end is None]):
            for link in there:
                link.read(SLICE_S)
        return done.result()


def access_of(context: Context) -> DeviceAccess:
    """Return where the platform takes devices.

    Raises:
        Inconclusive: the tester does not tell.
    """
    access = context.environment.device_access
    if access is None:
        context.told("mqtt_url")
        raise Inconclusive("the document of this platform describes no MQTT side")
    return access


def open_link(context: Context) -> Link:
    """Connect as far as TLS, as a preamble.

    Raises:
        Inconclusive: it cannot be done, and what is known of why.
    """
    access = access_of(context)
    try:
        return Link(context)
    except TlsError as error:
        raise Inconclusive(f"TLS with {access.host}:{access.port} failed: {error}; {advice(access)}") from None
    except OSError as error:
        raise unreachable(access, error) from None


def unreachable(access: DeviceAccess, error: OSError) -> Inconclusive:
    """Return what to tell where nobody accepts a connection."""
    where = f"[pixit] mqtt_url, {access.host}:{access.port}"
    return Inconclusive(f"nobody takes devices at {where}: {error.strerror or error}")


def advice(access: DeviceAccess) -> str:
    """Return what a tester can do about TLS that fails."""
    presented = "" if access.certificate_given else ", or client_cert_file where the platform asks for one"
    return f"it was verified by {access.authority}: give [pixit] mqtt_ca_file, mqtt_server_name{presented}"
