"""The statements of MQTT 3.1.1 (OASIS, 29 October 2014) that can be seen on the wire, in our own words.

An id such as `MQTT-3.1.2-22` is the standard's own number. Some sentences of the standard bear none; they are cited by
their section alone, such as `MQTT-2.2.3`. Statements about what a server keeps or forwards are not here: no codec sees
them. `closes` tells that the receiver has to close the connection (by the statement itself, or by MQTT-4.8.0-1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Sender = Literal["client", "server", "both"]
"""Whose packet can break the statement."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One normative sentence; `by` is who breaks it when it is broken."""

    id: str
    by: Sender
    text: str
    closes: bool = True

    @property
    def section(self) -> str:
        """The section of the standard in which the sentence stands."""
        return self.id.split("-")[1]


_ALL: Final = (
    # -- 1 and 2: strings, fixed header, identifiers
    Statement(
        "MQTT-1.5.3-1", "both", "A text is well-formed UTF-8 and encodes no surrogate code point (U+D800 to U+DFFF)."
    ),
    Statement("MQTT-1.5.3-2", "both", "A text does not contain the null character U+0000."),
    Statement(
        "MQTT-2.2.1", "both", "A packet type is one of 1 to 14, and flows only in the direction that its type allows."
    ),
    Statement("MQTT-2.2.2-1", "both", "Reserved flag bits of the fixed header have the value that the standard lists."),
    Statement(
        "MQTT-2.2.3",
        "both",
        "The remaining length takes one to four bytes, and counts exactly the variable header and the payload.",
    ),
    Statement(
        "MQTT-2.3.1-1",
        "both",
        "SUBSCRIBE, UNSUBSCRIBE and PUBLISH above QoS 0 carry a packet identifier other than zero.",
    ),
    Statement("MQTT-2.3.1-2", "client", "A client gives a new packet an identifier that is not in use.", closes=False),
    Statement("MQTT-2.3.1-4", "server", "A server gives a new PUBLISH an identifier that is not in use.", closes=False),
    Statement(
        "MQTT-2.3.1-6",
        "both",
        "PUBACK, PUBREC, PUBREL and PUBCOMP carry the identifier of the PUBLISH that they belong to.",
        closes=False,
    ),
    # -- 3.1 CONNECT
    Statement("MQTT-3.1.0-1", "client", "The first packet of a client is CONNECT."),
    Statement("MQTT-3.1.0-2", "client", "A client sends CONNECT once on a connection; a second one ends it."),
    Statement("MQTT-3.1.2-1", "client", "The protocol name is MQTT."),
    Statement(
        "MQTT-3.1.2-2",
        "server",
        "A protocol level that the server does not support is answered with return code 1, and the connection is closed.",
    ),
    Statement("MQTT-3.1.2-3", "client", "The reserved bit of the connect flags is zero."),
    Statement("MQTT-3.1.2-9", "client", "With the will flag set, will topic and will message are in the payload."),
    Statement(
        "MQTT-3.1.2-11", "client", "With the will flag clear, no will topic and no will message are in the payload."
    ),
    Statement("MQTT-3.1.2-13", "client", "With the will flag clear, the will QoS is 0."),
    Statement("MQTT-3.1.2-14", "client", "The will QoS is not 3."),
    Statement("MQTT-3.1.2-15", "client", "With the will flag clear, the will retain flag is clear."),
    Statement("MQTT-3.1.2-18", "client", "With the user name flag clear, no user name is in the payload."),
    Statement("MQTT-3.1.2-19", "client", "With the user name flag set, a user name is in the payload."),
    Statement("MQTT-3.1.2-20", "client", "With the password flag clear, no password is in the payload."),
    Statement("MQTT-3.1.2-21", "client", "With the password flag set, a password is in the payload."),
    Statement("MQTT-3.1.2-22", "client", "With the user name flag clear, the password flag is clear."),
    Statement(
        "MQTT-3.1.2-23",
        "client",
        "A client lets no more than the keep alive time pass between two packets; it sends PINGREQ when it has no other.",
    ),
    Statement(
        "MQTT-3.1.2-24",
        "server",
        "A server disconnects a client that is silent for one and a half times its keep alive.",
    ),
    Statement("MQTT-3.1.3-3", "client", "The client identifier is in the payload, and is its first field."),
    Statement("MQTT-3.1.3-7", "client", "An empty client identifier comes with clean session set."),
    Statement(
        "MQTT-3.1.3-8",
        "server",
        "An empty client identifier without clean session is answered with return code 2, and the connection is closed.",
    ),
    Statement(
        "MQTT-3.1.4-1", "server", "A CONNECT that is not as the standard has it closes the connection without CONNACK."
    ),
    Statement("MQTT-3.1.4-2", "server", "A client that connects replaces one with the same client identifier."),
    Statement("MQTT-3.1.4-5", "server", "After it refused a CONNECT a server processes nothing that the client sends."),
    # -- 3.2 CONNACK
    Statement("MQTT-3.2", "server", "CONNACK answers a CONNECT; there is one on a connection."),
    Statement("MQTT-3.2.0-1", "server", "The first packet of a server is CONNACK."),
    Statement("MQTT-3.2.2.1", "server", "Bits 7 to 1 of the connect acknowledge flags are zero."),
    Statement("MQTT-3.2.2-1", "server", "Session present is 0 when the client asked for a clean session."),
    Statement("MQTT-3.2.2-4", "server", "Session present is 0 when the return code is not 0."),
    Statement("MQTT-3.2.2-5", "server", "After a return code other than 0 the server closes the connection."),
    Statement(
        "MQTT-3.2.2-6", "server", "Where none of the listed return codes (0 to 5) fits, no CONNACK is sent at all."
    ),
    # -- 3.3 PUBLISH and its acknowledgements
    Statement("MQTT-3.3.1-1", "both", "A PUBLISH that is sent again has the DUP flag set.", closes=False),
    Statement("MQTT-3.3.1-2", "both", "The DUP flag is clear with QoS 0."),
    Statement("MQTT-3.3.1-4", "both", "The QoS of a PUBLISH is not 3."),
    Statement("MQTT-3.3.2-1", "both", "The topic name is in the PUBLISH, and is its first field."),
    Statement("MQTT-3.3.2-2", "both", "A topic name in a PUBLISH holds no wildcard character."),
    Statement("MQTT-3.3.2-3", "server", "What a server publishes to a client matches a subscription of it."),
    Statement(
        "MQTT-3.3.4-1",
        "both",
        "A PUBLISH is answered by what its QoS demands: nothing, PUBACK, or PUBREC.",
        closes=False,
    ),
    Statement("MQTT-3.6.1-1", "both", "The flags of PUBREL are 0010."),
    # -- 3.8 to 3.11 SUBSCRIBE, UNSUBSCRIBE and their acknowledgements
    Statement("MQTT-3.8.1-1", "client", "The flags of SUBSCRIBE are 0010."),
    Statement("MQTT-3.8.3-1", "client", "The topic filters of a SUBSCRIBE are UTF-8 texts."),
    Statement("MQTT-3.8.3-3", "client", "A SUBSCRIBE holds at least one pair of topic filter and QoS."),
    Statement(
        "MQTT-3.8.3-4",  # printed MQTT-3-8.3-4 in the standard
        "client",
        "The requested QoS is 0, 1 or 2, and its reserved bits are zero.",
    ),
    Statement("MQTT-3.8.4-2", "server", "SUBACK carries the identifier of the SUBSCRIBE that it answers."),
    Statement("MQTT-3.8.4-5", "server", "SUBACK holds one return code for each topic filter asked for."),
    Statement(
        "MQTT-3.8.4-6",
        "server",
        "A message comes at no higher QoS than the server granted to the subscription.",
        closes=False,
    ),
    Statement("MQTT-3.9.3-2", "server", "A return code of SUBACK is 0x00, 0x01, 0x02 or 0x80."),
    Statement("MQTT-3.10.1-1", "client", "The flags of UNSUBSCRIBE are 0010."),
    Statement(
        "MQTT-3.10.3-1", "client", "The topic filters of an UNSUBSCRIBE are UTF-8 texts, one right after another."
    ),
    Statement("MQTT-3.10.3-2", "client", "An UNSUBSCRIBE holds at least one topic filter."),
    Statement("MQTT-3.10.4-4", "server", "UNSUBACK carries the identifier of the UNSUBSCRIBE that it answers."),
    # -- 3.12 to 3.14
    Statement("MQTT-3.12.4-1", "server", "A server answers PINGREQ with PINGRESP."),
    Statement("MQTT-3.14.1-1", "client", "The reserved bits of DISCONNECT are zero."),
    Statement("MQTT-3.14.4-1", "client", "After DISCONNECT the client closes the connection.", closes=False),
    Statement("MQTT-3.14.4-2", "client", "After DISCONNECT the client sends no further packet."),
    # -- 4
    Statement(
        "MQTT-4.6.0-2",
        "both",
        "PUBACK packets come in the order in which the QoS 1 messages came.",
        closes=False,
    ),
    Statement(
        "MQTT-4.6.0-3",
        "both",
        "PUBREC packets come in the order in which the QoS 2 messages came.",
        closes=False,
    ),
    Statement("MQTT-4.7.1-1", "both", "A topic name holds no wildcard character."),
    Statement(
        "MQTT-4.7.1-2",
        "client",
        "The wildcard # stands alone or after a separator, and is the last character of a filter.",
    ),
    Statement("MQTT-4.7.1-3", "client", "The wildcard + takes a whole level of a filter."),
    Statement("MQTT-4.7.3-1", "both", "A topic name or filter has at least one character."),
    Statement("MQTT-4.8.0-1", "both", "Whoever meets a protocol violation closes the connection on which it came."),
)

STATEMENTS: Final[dict[str, Statement]] = {statement.id: statement for statement in _ALL}
"""Every statement by its id."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One packet, or its absence, held against one statement. `detail` says what was seen; it never quotes a password."""

    statement: str
    detail: str

    def __post_init__(self) -> None:
        assert self.statement in STATEMENTS, self.statement

    @property
    def closes(self) -> bool:
        """Whether the receiver has to close the connection."""
        return STATEMENTS[self.statement].closes

    def __str__(self) -> str:
        return f"[{self.statement}] {STATEMENTS[self.statement].text} Seen: {self.detail}."
