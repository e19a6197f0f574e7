"""A link to a platform that behaves in any way at all: bounded in time, and told in words."""

from __future__ import annotations

import json
import queue
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.contract import Role, load
from conformance.crypto.certificates import Certificate
from conformance.evidence.findings import Inconclusive
from conformance.evidence.recorder import Recorder
from conformance.evidence.redaction import Redactor
from conformance.iut.device_access import device_access
from conformance.mqtt.broker import Broker
from conformance.mqtt.deliveries import Delivery
from conformance.mqtt.encode import encode
from conformance.mqtt.packets import Connect, Publish, Subscribe
from conformance.mqtt.script import Hooks, Script
from conformance.mqtt.session import Session
from conformance.mqtt.tls import client_context, server_context
from conformance.runner.embedded import embedded
from conformance.runner.session import Options, session
from conformance.suites.case import Case
from conformance.suites.context import Context
from conformance.suites.device_link import Link, attended, open_link
from conformance.suites.environment import Environment
from conformance.suites.huawei.mqtt_device import WELL_FORMED, judge_packets
from tests.faults.bench import QUICK

CONNECT = Connect("dev-1_0_0_2026112010", username="dev-1", password=b"0" * 64)


@pytest.fixture(scope="module")
def environment() -> Iterator[Environment]:
    redactor = Redactor()
    iut = replace(embedded("huawei", Role.PLATFORM), pixit=QUICK)
    with session(iut, Options(run_id="link"), recorder=Recorder(None, redactor), redactor=redactor) as found:
        yield found


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return Certificate.made()


@contextmanager
def linked(
    environment: Environment, certificate: Certificate, script: Script | None = None, hooks: Hooks | None = None
) -> Iterator[tuple[Context, Link]]:
    """A link to a platform of its own that follows a script."""
    before = environment.device_access
    with Broker(hooks, context=server_context(certificate), script=script) as broker:
        iut = replace(environment.iut, pixit={**QUICK, "mqtt_url": f"mqtts://127.0.0.1:{broker.port}"})
        access = device_access(iut, load("huawei"))
        assert access is not None
        environment.device_access = replace(access, context=client_context(certificate.ca_pem), timeout_s=0.2)
        context = Context(environment, Case("huawei/device-connect/link", "A link.", (), lambda _: None))
        try:
            link = open_link(context)
            try:
                yield context, link
            finally:
                link.close()
        finally:
            environment.device_access = before


@pytest.mark.parametrize(
    ("script", "code", "told"),
    [
        (Script(), 0, "CONNACK with return code 0, and the connection stays"),
        (Script(connack=5), 5, "CONNACK with return code 5, closed by the server"),
        (Script(connack=5, close_after_refusal=False), 5, "CONNACK with return code 5, and the connection stays"),
        (Script(connect="silence"), None, "no CONNACK, and the connection stays"),
        (Script(connect="close"), None, "no CONNACK, closed by the server"),
        (Script(instead_of_connack=b"\xff\x00"), None, "no CONNACK, and the connection stays"),
        (Script(instead_of_connack=encode(Publish("t", b"x"))), None, "no CONNACK, and the connection stays"),
    ],
)
def test_answer_to_connect_is_told(
    environment: Environment, certificate: Certificate, script: Script, code: int | None, told: str
) -> None:
    with linked(environment, certificate, script) as (_, link):
        outcome = link.knock(CONNECT)
        assert (outcome.code, outcome.describe()) == (code, told)
        assert outcome.let_in is (code == 0)
        assert outcome.refused is told.endswith("closed by the server")


def test_silence_is_no_answer(environment: Environment, certificate: Certificate) -> None:
    script = Script(subscribe="silence", publish="silence", ping="silence")
    with linked(environment, certificate, script) as (_, link):
        assert link.knock(CONNECT).let_in
        assert link.subscribe("t") is None
        assert not link.answers_ping()
        assert not link.publish("t", b"{}")
        assert link.publish("t", b"{}", 0)
        assert link.message() is None


def test_connection_that_ends_is_no_answer_to_anything_further(
    environment: Environment, certificate: Certificate
) -> None:
    with linked(environment, certificate, Script(publish="close")) as (_, link):
        assert link.knock(CONNECT).let_in
        assert not link.publish("t", b"{}")
        assert link.client.end == "closed by the server"
        assert not link.answers_ping()
        assert link.subscribe("t") is None
        assert link.message() is None


class Flooding(Hooks):
    """Answers a subscription with more messages than anybody keeps, and one that is larger than the log."""

    def on_subscribe(self, session: Session, subscribe: Subscribe) -> Any:
        for number in range(1200):
            session.publish("t", str(number).encode())
        session.publish("t", b"x" * (1024 * 1024 - 100))
        return super().on_subscribe(session, subscribe)


def test_flood_fills_no_memory_and_the_latest_messages_are_kept(
    environment: Environment, certificate: Certificate
) -> None:
    with linked(environment, certificate, hooks=Flooding()) as (_, link):
        assert link.knock(CONNECT).let_in
        link.client.timeout_s = 5
        assert link.subscribe("t") is True
        assert len(link.messages) == 1000
        assert link.messages[-1].record is None
        assert link.messages[0].publish.payload == b"201"


class Sending(Hooks):
    """Sends a message after each subscription, and knows when it was acknowledged."""

    def __init__(self) -> None:
        self.sent: queue.Queue[Future[Delivery]] = queue.Queue()

    def on_subscribe(self, session: Session, subscribe: Subscribe) -> Any:
        self.sent.put(session.publish("t", b"x", 1))
        return super().on_subscribe(session, subscribe)


def test_messages_are_acknowledged_while_something_else_is_done(
    environment: Environment, certificate: Certificate
) -> None:
    hooks = Sending()

    def fails() -> None:
        raise Inconclusive("no use")

    with linked(environment, certificate, hooks=hooks) as (_, link):
        link.knock(CONNECT)
        link.say(Subscribe(1, (("t", 1),)))
        assert attended([link], lambda: hooks.sent.get(timeout=5).result(5)).publish.payload == b"x"
        assert link.message() is not None
        with pytest.raises(Inconclusive, match="no use"):
            attended([link], fails)
        link.close()
        assert attended([link], lambda: "done") == "done"


def written(packet: str, folder: Path) -> str:
    """The id under which the evidence has the only packet of a kind that came from the platform."""
    records = [json.loads(line) for line in (folder / "evidence.ndjson").read_text(encoding="utf-8").splitlines()]
    (found,) = [each["id"] for each in records if each["in"] and each["in"]["packet"] == packet]
    return str(found)


def test_what_a_platform_sends_against_the_standard_breaks_its_statement(
    environment: Environment, certificate: Certificate, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with Recorder(tmp_path / "evidence.ndjson", environment.redactor) as recorder, monkeypatch.context() as patched:
        patched.setattr(environment, "recorder", recorder)
        with linked(environment, certificate, Script(session_present=True)) as (context, link):
            link.knock(CONNECT)
            judge_packets(context, link)
    (finding,) = context.findings
    assert not finding.holds
    assert finding.requirement.id == f"huawei/{WELL_FORMED}"
    assert finding.requirement.source == "base-standard"
    assert (finding.pointer, finding.exchange) == ("MQTT-3.2.2-1", written("CONNACK", tmp_path))
    with linked(environment, certificate) as (context, link):
        link.knock(CONNECT)
        judge_packets(context, link)
    assert [each.holds for each in context.findings] == [True]


def test_nothing_is_judged_where_the_case_itself_broke_the_protocol_first(
    environment: Environment, certificate: Certificate
) -> None:
    with linked(environment, certificate, Script(session_present=True)) as (context, link):
        link.knock(encode(CONNECT))
        judge_packets(context, link)
    assert context.findings == []


def test_tls_that_never_answers_is_told(environment: Environment, certificate: Certificate) -> None:
    with (
        pytest.raises(Inconclusive, match="nobody takes devices at"),
        linked(environment, certificate, Script(handshake="silence")),
    ):
        pass
    with (
        pytest.raises(Inconclusive, match=r"closed the connection during the handshake|Connection reset by peer"),
        linked(environment, certificate, Script(handshake="close")),
    ):
        pass


def test_call_is_over_for_the_rate_limit_also_where_nobody_accepts_the_connection(
    environment: Environment, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    monkeypatch.setattr(environment.client.limiter, "answered", lambda: told.append("answered"))
    with pytest.raises(Inconclusive), linked(environment, certificate, Script(handshake="close")):
        pass
    assert told == ["answered"]


def test_every_connection_counts_as_a_call(environment: Environment, certificate: Certificate) -> None:
    before = environment.budget.calls
    with linked(environment, certificate):
        assert environment.budget.calls == before + 1
