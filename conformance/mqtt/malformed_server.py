"""Packets of a server that break one statement each and that a client must not live with: for the suite as the server.

Only where the standard has the receiver close the connection by that very sentence, or where nothing further can be read.
"""

from __future__ import annotations

from conformance.mqtt.encode import binary, frame, text
from conformance.mqtt.malformed import Malformed
from conformance.mqtt.packets import Kind


def malformed_packets(topic: str) -> tuple[Malformed, ...]:
    """Return malformed packets of a server that would publish to `topic`; each follows CONNACK."""
    ill_formed = topic.encode() + b"\xc3\x28"
    packets = [
        ("packet-type-0", "MQTT-2.2.1", b"\x00\x00"),
        ("packet-type-15", "MQTT-2.2.1", b"\xf0\x00"),
        ("remaining-length-of-five-bytes", "MQTT-2.2.3", frame(Kind.PUBLISH, b"", 0, b"\xff\xff\xff\xff\x01")),
        ("ping-flags", "MQTT-2.2.2-1", frame(Kind.PINGRESP, b"", 1)),
        ("publish-qos-3", "MQTT-3.3.1-4", frame(Kind.PUBLISH, text(topic) + b"\x00\x07{}", 6)),
        ("publish-topic-not-utf8", "MQTT-1.5.3-1", frame(Kind.PUBLISH, binary(ill_formed) + b"{}", 0)),
        ("publish-topic-with-null", "MQTT-1.5.3-2", frame(Kind.PUBLISH, text(topic + "\0") + b"{}", 0)),
    ]
    return tuple(Malformed(name, statement, raw, False) for name, statement, raw in packets)
