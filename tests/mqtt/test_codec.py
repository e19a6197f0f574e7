"""The codec: what is valid goes through unchanged, however it is cut; what is not names its statement."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.mqtt import packets as mqtt
from conformance.mqtt.conduct import ClientConduct
from conformance.mqtt.encode import LARGEST, LONGEST_FIELD, encode, frame, remaining_length, text, word
from conformance.mqtt.malformed import Malformed, malformed_packets
from conformance.mqtt.packets import Connect, Kind, Publish, describe
from conformance.mqtt.parser import Frame, Parser

from .packets import PACKETS, fixed

CONNECT = Connect("dev-0001_0_1_2026112010", username="dev-0001", password=b"5b2b0ccc")
MALFORMED = malformed_packets(CONNECT, "/devices/dev-0001/data")


def only(raw: bytes) -> Frame:
    parser = Parser()
    (frame,) = parser.feed(raw)
    assert parser.pending == b""
    return frame


def statements(raw: bytes) -> list[str]:
    return [violation.statement for violation in only(raw).violations]


@fixed
@given(st.lists(PACKETS, min_size=1, max_size=8), st.lists(st.integers(0, 4000), max_size=10))
def test_what_is_encoded_is_read_back_wherever_the_bytes_are_cut(sent: list[mqtt.Packet], cuts: list[int]) -> None:
    raws = [encode(packet) for packet in sent]
    stream = b"".join(raws)
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    parser = Parser()
    frames = [frame for start, end in pairwise(edges) for frame in parser.feed(stream[start:end])]
    assert [frame.packet for frame in frames] == sent
    assert [frame.raw for frame in frames] == raws
    assert all(frame.violations == () and not frame.closes for frame in frames)
    assert parser.pending == b""


@fixed
@given(st.lists(PACKETS, max_size=3))
def test_byte_by_byte_is_as_good(sent: list[mqtt.Packet]) -> None:
    parser = Parser()
    stream = b"".join(map(encode, sent))
    assert [frame.packet for at in range(len(stream)) for frame in parser.feed(stream[at : at + 1])] == sent


@fixed
@given(st.binary(max_size=200), st.integers(1, 64))
def test_no_bytes_make_the_parser_raise_or_lose_count(data: bytes, size: int) -> None:
    parser = Parser(max_packet=100)
    frames = [frame for at in range(0, len(data), size) for frame in parser.feed(data[at : at + size])]
    seen = sum(min(len(frame.raw), frame.oversized or len(frame.raw)) for frame in frames)
    assert seen <= len(data)
    for each in frames:
        assert describe(each.packet) if each.packet else each.describe()
        assert each.packet or each.violations or each.oversized
    assert all(frame.packet is None or not frame.oversized for frame in frames)


@fixed
@given(PACKETS, st.data())
def test_a_changed_byte_never_raises(packet: mqtt.Packet, data: st.DataObject) -> None:
    raw = bytearray(encode(packet))
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    for each in Parser().feed(bytes(raw)):
        each.describe()


@pytest.mark.parametrize("malformed", MALFORMED, ids=lambda malformed: malformed.name)
def test_every_malformed_packet_names_its_statement_and_no_other(malformed: Malformed) -> None:
    conduct = ClientConduct()
    if not malformed.first:
        assert conduct.received(CONNECT) == ()
    frame = only(malformed.raw)
    order = conduct.received(frame.packet) if frame.packet and not frame.violations else ()
    assert [violation.statement for violation in (*frame.violations, *order)] == [malformed.statement]
    assert frame.closes or any(violation.closes for violation in order)


UNNAMED = {
    "connect-wrong-protocol-name",  # read no further
    *("connect-will-flag-without-will", "connect-user-name-missing", "connect-user-name-unannounced"),
    *("connect-password-without-user-name", "connect-password-missing", "connect-password-unannounced"),
    *("connect-without-client-id", "connect-client-id-not-utf8", "connect-client-id-surrogate"),
    *("connect-client-id-overlong", "connect-not-first"),
}
"""What leaves no room for both, or cannot be read."""


@pytest.mark.parametrize("malformed", [each for each in MALFORMED if each.first], ids=lambda malformed: malformed.name)
def test_a_malformed_connect_would_be_let_in_but_for_what_is_wrong(malformed: Malformed) -> None:
    packet = only(malformed.raw).packet
    right = isinstance(packet, Connect) and (packet.username, packet.password) == (CONNECT.username, CONNECT.password)
    assert right is (malformed.name not in UNNAMED)


def test_malformed_packets_have_names_of_their_own() -> None:
    names = [malformed.name for malformed in MALFORMED]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("raw", "statement"),
    [
        (b"\x20\x02\x02\x00", "MQTT-3.2.2.1"),
        (b"\x20\x02\x00\x06", "MQTT-3.2.2-6"),
        (b"\x20\x02\x01\x05", "MQTT-3.2.2-4"),
        (b"\x20\x01\x00", "MQTT-2.2.3"),
        (b"\x20\x03\x00\x00\x00", "MQTT-2.2.3"),
        (b"\x90\x02\x00\x01", "MQTT-3.8.4-5"),
        (b"\x90\x03\x00\x01\x03", "MQTT-3.9.3-2"),
        (b"\x90\x01\x00", "MQTT-3.8.4-2"),
        (b"\xb0\x02\x00\x00", "MQTT-3.10.4-4"),
        (b"\xd0\x01\x00", "MQTT-2.2.3"),
        (b"\xd2\x00", "MQTT-2.2.2-1"),
        (b"\x40\x03\x00\x01\x00", "MQTT-2.2.3"),
        (b"\x50\x02\x00\x00", "MQTT-2.3.1-6"),
    ],
)
def test_what_a_server_sends_wrong_names_its_statement(raw: bytes, statement: str) -> None:
    assert statements(raw) == [statement]


def test_several_violations_of_a_packet_are_all_told() -> None:
    body = bytearray(encode(Connect("", False))[2:])
    body[7] |= 0x09
    assert statements(frame(Kind.CONNECT, bytes(body), 1)) == [
        "MQTT-2.2.2-1",
        "MQTT-3.1.2-3",
        "MQTT-3.1.2-13",
        "MQTT-3.1.3-7",
    ]


def test_connect_of_mqtt_5_is_recognised_and_its_rest_left_unread() -> None:
    rest = bytes((2, 0, 60)) + b"\x05\x11\x00\x00\x00\x0a" + text("device")
    seen = only(frame(Kind.CONNECT, text("MQTT") + b"\x05" + rest))
    assert seen.packet == Connect(protocol_level=5, rest=rest)
    assert seen.violations == ()
    assert encode(seen.packet) == seen.raw
    assert "rest unread" in describe(seen.packet)


def test_connect_of_mqtt_3_1_is_read_as_such() -> None:
    seen = only(encode(Connect("c", protocol_name="MQIsdp", protocol_level=3, username="u", password=b"p")))
    assert isinstance(seen.packet, Connect)
    assert (seen.packet.protocol, seen.packet.username, seen.violations) == (mqtt.MQTT_3_1, "u", ())


@pytest.mark.parametrize("name", ["MQTT", "MQIsdp"])
@pytest.mark.parametrize("level", [0, 6, 131])
def test_a_level_that_nobody_knows_is_no_violation_of_the_client(name: str, level: int) -> None:
    seen = only(encode(Connect("c", protocol_name=name, protocol_level=level, rest=b"\xff")))
    assert isinstance(seen.packet, Connect)
    assert seen.packet.rest == b"\xff"
    assert seen.violations == ()


@pytest.mark.parametrize("length", [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, LARGEST])
def test_the_remaining_length_is_read_at_its_bounds(length: int) -> None:
    parser = Parser(max_packet=0)
    (seen,) = parser.feed(b"\x30" + remaining_length(length))
    assert seen.oversized == 1 + len(remaining_length(length)) + length


def test_a_remaining_length_may_be_longer_than_needed_but_not_than_four_bytes() -> None:
    assert only(b"\xc0" + remaining_length(0, 4)).packet == mqtt.Pingreq()
    parser = Parser()
    (seen,) = parser.feed(b"\xc0" + remaining_length(0, 5) + b"after")
    assert [each.statement for each in seen.violations] == ["MQTT-2.2.3"]
    assert parser.broken
    assert parser.feed(b"more") == []
    assert parser.discarded == 4


def test_an_oversized_packet_is_told_once_and_passed_over_in_bounded_memory() -> None:
    parser = Parser(max_packet=1000)
    head = b"\x30" + remaining_length(10_000_000)
    frames = parser.feed(head)
    for _ in range(1000):
        frames += parser.feed(b"x" * 10_000)
        assert len(parser.pending) <= 1000
    assert [(each.oversized, each.packet) for each in frames] == [(10_000_000 + len(head), None)]
    assert [each.packet for each in parser.feed(encode(mqtt.Pingreq()))] == [mqtt.Pingreq()]
    assert parser.discarded == 10_000_000


def test_a_packet_of_exactly_the_limit_is_read() -> None:
    raw = encode(Publish("t", b"x" * 100))
    for limit, oversized in ((len(raw), 0), (len(raw) - 1, len(raw))):
        (seen,) = Parser(max_packet=limit).feed(raw)
        assert seen.oversized == oversized


@pytest.mark.parametrize("code", ["\ufeff", "\U0010ffff", "\ud7ff", "\ue000", "\x01", "\uffff"])
def test_unusual_characters_that_the_standard_allows_are_kept(code: str) -> None:
    seen = only(encode(Publish(f"a{code}b", b"")))
    assert seen.violations == ()
    assert seen.packet == Publish(f"a{code}b", b"")


@pytest.mark.parametrize("raw", [b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"])
def test_ill_formed_utf8_names_its_statement(raw: bytes) -> None:
    assert statements(frame(Kind.PUBLISH, word(len(raw)) + raw, 0)) == ["MQTT-1.5.3-1"]


def test_fields_too_long_are_refused_by_the_encoder() -> None:
    encode(Publish("t" * LONGEST_FIELD))
    with pytest.raises(ValueError, match="65535"):
        encode(Publish("t" * (LONGEST_FIELD + 1)))
    with pytest.raises(OverflowError):
        encode(Publish("t", b"", 1, 65536))
    for wrong in (-1, LARGEST + 1):
        with pytest.raises(ValueError, match="remaining length"):
            remaining_length(wrong)
    with pytest.raises(ValueError, match="takes 2 bytes"):
        remaining_length(128, 1)


def test_a_password_is_in_no_text() -> None:
    packet = Connect("c", username="u", password=b"canary-password")
    for shown in (repr(packet), describe(packet), str(packet)):
        assert "canary" not in shown
    assert "canary" not in repr(Connect("c", protocol_level=5, rest=b"canary"))


@pytest.mark.parametrize(
    ("client_id", "user", "keep_alive", "subscribed", "published"),
    [
        ("dev-0001_0_1_2026112010", "dev-0001", 120, 0, 0),
        ("node-0001_2_0_2026102010", "node-0001", 60, 1, 1),
        ("dev-0003_0_0_2026112010", "dev-0003", 120, 0, 1),
    ],
    ids=["Node.js SDK", "LiteOS agent", "C SDK"],
)
def test_what_captured_devices_send_is_in_order(
    client_id: str, user: str, keep_alive: int, subscribed: int, published: int
) -> None:
    conduct = ClientConduct()
    sent: list[mqtt.Packet] = [
        Connect(client_id, True, keep_alive, user, b"5b2b0ccc8db1b128f1ed6d06558cd507"),
        mqtt.Subscribe(1, ((f"/huawei/v1/devices/{user}/command/json", subscribed),)),
        Publish(f"/huawei/v1/devices/{user}/data/json", b"{}", published, 2 if published else None),
    ]
    for packet in sent:
        seen = only(encode(packet))
        assert (seen.packet, seen.violations, conduct.received(seen.packet or packet)) == (packet, (), ())
