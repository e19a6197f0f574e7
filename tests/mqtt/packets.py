"""Packets for Hypothesis: every valid one of the fourteen types."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

from conformance.mqtt import packets as mqtt

fixed = settings(derandomize=True, deadline=None, max_examples=80)

IDS = st.integers(1, 65535)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
TOPICS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0+#"), min_size=1, max_size=30)
FILTERS = st.lists(st.one_of(TOPICS.map(lambda text: text.replace("/", "")), st.just("+")), min_size=1, max_size=4).map(
    "/".join
) | TOPICS.map(lambda topic: topic + "/#")
PAYLOADS = st.binary(max_size=300)
WILLS = st.builds(mqtt.Will, TOPICS, PAYLOADS, st.integers(0, 2), st.booleans())


@st.composite
def connects(draw: st.DrawFn) -> mqtt.Connect:
    clean = draw(st.booleans())
    username = draw(st.none() | TEXTS)
    name, level = draw(st.sampled_from([mqtt.MQTT_3_1_1, mqtt.MQTT_3_1]))
    return mqtt.Connect(
        draw(TEXTS if clean else TEXTS.filter(bool)),
        clean,
        draw(st.integers(0, 65535)),
        username,
        None if username is None else draw(st.none() | PAYLOADS),
        draw(st.none() | WILLS),
        name,
        level,
    )


@st.composite
def publishes(draw: st.DrawFn) -> mqtt.Publish:
    qos = draw(st.integers(0, 2))
    return mqtt.Publish(
        draw(TOPICS),
        draw(PAYLOADS),
        qos,
        draw(IDS) if qos else None,
        draw(st.booleans()),
        draw(st.booleans()) if qos else False,
    )


CONNACKS = st.builds(mqtt.Connack, st.just(0), st.booleans()) | st.builds(mqtt.Connack, st.integers(1, 5))
PACKETS: st.SearchStrategy[mqtt.Packet] = st.one_of(
    connects(),
    CONNACKS,
    publishes(),
    *(st.builds(kind, IDS) for kind in (mqtt.Puback, mqtt.Pubrec, mqtt.Pubrel, mqtt.Pubcomp, mqtt.Unsuback)),
    st.builds(mqtt.Subscribe, IDS, st.lists(st.tuples(FILTERS, st.integers(0, 2)), min_size=1, max_size=4).map(tuple)),
    st.builds(mqtt.Suback, IDS, st.lists(st.sampled_from([0, 1, 2, 0x80]), min_size=1, max_size=4).map(tuple)),
    st.builds(mqtt.Unsubscribe, IDS, st.lists(FILTERS, min_size=1, max_size=4).map(tuple)),
    st.sampled_from([mqtt.Pingreq(), mqtt.Pingresp(), mqtt.Disconnect()]),
)
