"""MQTT as evidence: every packet with its time and bytes, valid by the schema, and no password however it is sent."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from conformance.contract.location import schemas_root
from conformance.evidence.recorder import RECORDS_PER_CASE, VIOLATING_PER_CASE, Recorder
from conformance.evidence.redaction import Redactor
from conformance.evidence.results import read_evidence
from conformance.mqtt.broker import Broker
from conformance.mqtt.encode import encode, frame, text
from conformance.mqtt.malformed import malformed_packets
from conformance.mqtt.packets import Connack, Connect, Kind, Pingreq, Pingresp, Puback, Publish, Will
from conformance.mqtt.parser import Parser
from conformance.mqtt.record import Record
from conformance.mqtt.script import Limits, Script
from tests.engine.canary import found

from .clients import DEADLINE_S, RawClient

PASSWORD = "Zq7canaryPASSWORD5b2b0ccc8db1b128f1ed6d06558cd507e974da127c4ba5f"
SECRET = "s3cretCANARYofTheDevice0123456789"
CONNECT = Connect("dev-0001_0_0_2026112010", username="dev-0001", password=PASSWORD.encode())
CANARIES = {"password": PASSWORD, "device secret": SECRET}


@contextmanager
def recording(path: Path, redactor: Redactor | None = None) -> Iterator[tuple[Broker, Recorder]]:
    with Recorder(path, redactor or Redactor()) as recorder, Broker(limits=Limits(linger_s=0.05)) as broker:
        broker.observers.append(recorder.mqtt)
        recorder.begin("p/s/c")
        yield broker, recorder


def exchange(broker: Broker, *sent: bytes, answers: int = 0) -> None:
    """Send, read some answers, and wait until the broker knows that we left."""
    since = broker.connections.position
    with RawClient(broker.port) as client:
        client.send(*sent)
        for _ in range(answers):
            client.next()
    session = broker.wait_connection(DEADLINE_S, since)
    assert session is not None
    assert session.wait_end(DEADLINE_S)


def visible(path: Path) -> bytes:
    """Return the file and, because nobody reads Base64, what its bodies hold."""
    content = path.read_bytes()
    for record in read_evidence(path):
        for part in (record["out"], record["in"]):
            for member in ("body", "payload"):
                body: Any = (part or {}).get(member)
                content += base64.b64decode((body or {}).get("base64", "")) + b"\n"
    return content


def records(path: Path) -> list[Any]:
    return list(read_evidence(path))


def test_packets_and_events_are_recorded_in_order_and_valid(tmp_path: Path) -> None:
    path = tmp_path / "evidence.ndjson"
    with recording(path) as (broker, _):
        exchange(
            broker,
            encode(CONNECT),
            encode(Publish("t/1", b'{"a": 1}', 1, 7)),
            encode(Publish("t/2", b"\xff\x00")),
            encode(Publish("t/#", b"")),
            answers=2,
        )
    seen = records(path)
    schema = json.loads((schemas_root() / "suite" / "evidence.json").read_text(encoding="utf-8"))
    for record in seen:
        jsonschema.Draft202012Validator(schema).validate(record)
    told = [(bool(record["out"]), (record["out"] or record["in"])["text"]) for record in seen]
    assert told == [
        (False, told[0][1]),
        (False, "CONNECT client id 'dev-0001_0_0_2026112010', MQTT level 4, keep alive 60 s, clean session 1, "
        "user name 'dev-0001', a password"),
        (True, "CONNACK return code 0"),
        (False, "PUBLISH QoS 1 id 7 to 't/1', 8 bytes"),
        (True, "PUBACK id 7"),
        (False, "PUBLISH QoS 0 to 't/2', 2 bytes"),
        (False, "PUBLISH QoS 0 to 't/#', 0 bytes"),
        (False, "connection over: a violation of MQTT-3.3.2-2"),
    ]  # fmt: skip
    assert told[0][1].startswith("connection from 127.0.0.1:")
    assert {record["kind"] for record in seen} == {"mqtt"}
    assert {record["case"] for record in seen} == {"p/s/c"}
    times = [record["t_ms"] for record in seen]
    assert times == sorted(times)
    first, second = seen[3]["in"], seen[5]["in"]
    assert base64.b64decode(first["body"]["base64"]) == encode(Publish("t/1", b'{"a": 1}', 1, 7))
    assert first["payload"]["text"] == '{"a": 1}'
    assert base64.b64decode(second["payload"]["base64"]) == b"\xff\x00"
    assert seen[6]["in"]["violations"] == [{"statement": "MQTT-3.3.2-2", "seen": "the topic name 't/#'"}]


def test_a_password_becomes_a_pseudonym_wherever_it_comes_again(tmp_path: Path) -> None:
    path = tmp_path / "evidence.ndjson"
    redactor = Redactor()
    redactor.learn(SECRET, "device secret")
    with recording(path, redactor) as (broker, _):
        echo = json.dumps({"password": PASSWORD, "secret": SECRET}).encode()
        exchange(
            broker,
            encode(CONNECT),
            encode(Publish(f"echo/{PASSWORD}", echo)),
            encode(Publish("hex", PASSWORD.encode().hex().encode())),
            encode(Publish("base64", base64.b64encode(PASSWORD.encode()))),
            encode(Publish("bytes", b"\xff" + echo, 1, 1)),
            answers=2,
        )
        exchange(broker, encode(Connect(SECRET, username=PASSWORD, password=PASSWORD.encode())), answers=1)
    assert found(visible(path), CANARIES) == []
    seen = records(path)
    bodies = [
        base64.b64decode(record["in"]["body"]["base64"]) for record in seen if record["in"] and record["in"]["body"]
    ]
    assert bodies[0] == encode(CONNECT)[: -len(PASSWORD)] + b"<mqtt password 1>"
    assert bodies[-1].endswith(b"<mqtt password 1>")
    assert seen[1]["in"]["body"]["length"] == len(encode(CONNECT))
    assert '"password": "‹mqtt password 1›", "secret": "‹device secret 1›"' in path.read_text().replace('\\"', '"')


FORMS = {
    "a letter": b"p",
    "a word of ours": b"session",
    "JSON": b'"duration_ms": 0.0, "kind": "mqtt"',
    "bytes": b"\xff\xfe\x00binary-canary",
    "other scripts": "gerät-名-passwort-名".encode(),
    "nulls": b"\x00" * 40,
}


@pytest.mark.parametrize("form", FORMS)
def test_passwords_of_any_form_are_cut_out_and_garble_nothing(form: str, tmp_path: Path) -> None:
    path = tmp_path / "evidence.ndjson"
    password = FORMS[form]
    sent = encode(Connect("c", username="u", password=password))
    with recording(path) as (broker, _):
        exchange(broker, sent, answers=1)
    opened, connect, *_ = records(path)
    assert (opened["in"]["session"], connect["in"]["packet"], connect["kind"]) == ("s1", "CONNECT", "mqtt")
    known = len(password) >= 16 and form != "JSON"
    mark = b"<mqtt password 1>" if known else b"<mqtt password>"
    assert base64.b64decode(connect["in"]["body"]["base64"]) == sent[: -len(password)] + mark


def _changed(raw: bytes) -> Iterator[bytes]:
    """Every CONNECT of which one byte is wrong, and some with whole fields wrong."""
    for at in range(len(raw)):
        for change in (lambda byte: byte ^ 1, lambda byte: byte ^ 0x80, lambda _: 0, lambda byte: (byte + 5) % 256):
            yield raw[:at] + bytes((change(raw[at]),)) + raw[at + 1 :]
    body = raw[2:]
    for missing in (1, 10, len(PASSWORD) - 3, len(PASSWORD) + 20):
        yield frame(Kind.CONNECT, body, length=bytes((len(body) - missing,)))
    yield from (each.raw for each in malformed_packets(CONNECT, "t") if each.first)
    yield encode(Connect("c", username="u", will=Will("w", PASSWORD.encode())))
    yield encode(Connect("c", protocol_level=5, rest=b"\xc2\x00\x3c\x00" + text("c") + text("u") + text(PASSWORD)))
    yield from (bytes((first,)) + raw[1:] for first in (0x30, 0x32, 0x82, 0xA2))
    yield encode(CONNECT) + encode(CONNECT)
    yield encode(Pingreq()) + encode(CONNECT)


def _beginnings(raw: bytes) -> Iterator[bytes]:
    yield from (raw[:at] for at in range(1, len(raw)))


@pytest.mark.parametrize("made", [_changed, _beginnings])
def test_no_password_is_seen_in_a_connect_that_is_not_in_order(
    made: Callable[[bytes], Iterator[bytes]], tmp_path: Path
) -> None:
    path = tmp_path / "evidence.ndjson"
    raw = encode(CONNECT)
    total = 0
    with Broker(limits=Limits(linger_s=0.05)) as broker:
        for sent in made(raw):
            # A redactor of its own for each: none may profit from what another has learnt.
            with Recorder(path, Redactor()) as recorder:
                broker.observers[:] = [recorder.mqtt]
                exchange(broker, sent)
            total += 1
        # The session's own words go to findings.
        words = [
            f"{record.describe()} {record.violations} {session.end}".encode()
            for session in broker.connections.items()
            for record in session.log.items()
        ]
    seen = records(path)
    assert len(seen) > total
    shown = visible(path)
    # Spelt wrong by a byte it is still the password: no piece of eight characters may be seen.
    assert found(shown, CANARIES) == []
    assert found(b"\n".join(words), CANARIES) == []


def test_what_is_before_the_client_identifier_stays_readable(tmp_path: Path) -> None:
    path = tmp_path / "evidence.ndjson"
    wrong = encode(Connect("c", username="u", password=PASSWORD.encode()))
    wrong = wrong[:9] + b"\xc3" + wrong[10:]
    with recording(path) as (broker, _):
        exchange(broker, wrong)
    (part,) = [record["in"] for record in records(path) if record["in"]["body"]]
    assert base64.b64decode(part["body"]["base64"]) == wrong[:12] + b"<not shown: a password may stand here>"
    assert part["text"] == f"CONNECT, {len(wrong)} bytes that may hold a password"
    assert [each["statement"] for each in part["violations"]] == ["MQTT-3.1.2-3"]


def test_a_thousand_passwords_do_not_burden_the_redactor(tmp_path: Path) -> None:
    path = tmp_path / "evidence.ndjson"
    redactor = Redactor()
    with Recorder(path, redactor) as recorder:
        for number in range(1000):
            recorder.begin("p/s/c")
            raw = encode(Connect("c", username="u", password=f"hostile-password-{number}".encode()))
            (seen,) = Parser().feed(raw)
            recorder.mqtt(Record(0.0, "s1", "in", raw, seen.packet, frame=seen))
    shown = visible(path)
    assert b"hostile-password" not in shown
    assert len(redactor._pseudonyms) == 64


def test_a_flood_is_counted_and_not_written(tmp_path: Path) -> None:
    path = tmp_path / "evidence.ndjson"
    with recording(path) as (broker, recorder):
        exchange(broker, encode(CONNECT), encode(Publish("t", b"x")) * 5000, encode(Pingreq()), answers=2)
        ids = recorder.end()
    seen = records(path)
    assert len(seen) == RECORDS_PER_CASE + 1
    assert len(ids) == len(seen)
    assert seen[-1]["out"]["text"] == f"{5000 + 5 - RECORDS_PER_CASE + 1} further exchanges were counted and not kept"


def test_what_violates_is_kept_in_a_flood_and_what_is_cited_has_an_id(tmp_path: Path) -> None:
    path = tmp_path / "evidence.ndjson"
    with recording(path) as (broker, recorder):
        broker.script = Script(close_on_violation=False)
        wrong, right = encode(Publish("t/#", b"")), encode(Publish("t", b""))
        exchange(broker, encode(CONNECT), right * 500, wrong * 100, encode(Pingreq()), answers=2)
        session = broker.connections.items()[0]
        kept = {record["id"] for record in records(path)}
        ping = session.wait_packet(Kind.PINGREQ, DEADLINE_S)
        first = session.wait_packet(Kind.CONNECT, DEADLINE_S)
        assert ping is not None
        assert first is not None
        assert recorder.mqtt_id(first) in kept
        cited = recorder.mqtt_id(ping)
        assert cited not in kept
        assert recorder.mqtt_id(ping) == cited
    seen = records(path)
    assert sum(bool(record["in"] and record["in"]["violations"]) for record in seen) == VIOLATING_PER_CASE
    assert [record["in"]["packet"] for record in seen if record["id"] == cited] == ["PINGREQ"]


def test_the_suite_as_client_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "evidence.ndjson"
    with Recorder(path, Redactor()) as recorder:
        for direction, packet in (("in", CONNECT), ("out", Connack()), ("out", Puback(1)), ("out", Pingresp())):
            recorder.mqtt(Record(0.0, "s1", direction, encode(packet), packet), suite="client")  # type: ignore[arg-type]
    assert [bool(record["out"]) for record in records(path)] == [True, False, False, False]
    assert found(visible(path), CANARIES) == []
