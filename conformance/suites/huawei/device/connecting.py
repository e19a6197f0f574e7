"""2.1 and 2.2: TLS, the fields of CONNECT, and the subscription of the command topic."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from conformance.contract import Level
from conformance.crypto import mqtt_client_id, mqtt_password
from conformance.crypto.errors import CryptoError
from conformance.crypto.mqtt_client_id import ClientId
from conformance.crypto.mqtt_password import PasswordInput
from conformance.evidence.findings import Inconclusive, Stop
from conformance.mqtt.packets import MQTT_3_1_1, Connect
from conformance.mqtt.record import Record
from conformance.mqtt.session import Session
from conformance.suites.device.context import DeviceContext
from conformance.suites.huawei.device.speaking import (
    SUBSCRIBES_WITHIN_S,
    device_case,
    granted,
    identity_of,
    topic,
)

TOLERANCE_H: Final = 1
"""Hours by which a checked timestamp may differ from ours (erratum timestamp-tolerance)."""


@device_case("connect/opens", requirements=("2.2/connects", "2.1/tls"))
def opens(context: DeviceContext) -> None:
    """The device connects over TLS and sends CONNECT."""
    environment = context.environment
    session = environment.await_session(context.limit_s)
    connections = environment.broker.connections.items()
    clear = [each for each in connections if each.tls.hello is None and _told(each, "no TLS")]
    if session is None and clear:
        context.cited("2.1/tls", False, clear[0].log.items()[-1], expected="a TLS handshake", actual=environment.seen())
    expected = f"a CONNECT within {context.limit_s:g} s"
    if not context.check("2.2/connects", session is not None, expected=expected, actual=environment.seen()):
        if not environment.ended:
            environment.gone_since = context.case.id
        raise Stop
    assert session is not None
    if context.pixit("client_auth") != "none":
        shown = (
            "showed a certificate" if session.tls.peer_certificate else "showed no certificate, and was let in without"
        )
        context.notes.append(f"asked by TLS the device {shown}")
    version = session.tls.version
    context.cited("2.1/tls", version is not None, _packet(session), expected="TLS", actual=str(version))


@device_case("connect/protocol", requirements=("2.1/protocol-version",))
def protocol(context: DeviceContext) -> None:
    """CONNECT names MQTT 3.1.1."""
    environment = context.environment
    first = environment.patiently(
        lambda slice_s: environment.broker.connects.wait(lambda _: True, slice_s),
        context.limit_s,
        "the device to connect",
        environment.seen,
    )
    first = first or context.session
    connect = first.connect
    assert connect is not None
    context.cited(
        "2.1/protocol-version",
        connect.protocol == MQTT_3_1_1,
        _packet(first),
        expected="MQTT level 4",
        actual=f"{connect.protocol_name} level {connect.protocol_level}",
        note="what a device tries after a refusal is not judged",
    )


@device_case(
    "connect/client-id",
    requirements=(
        "2.2/lengths",
        "2.2/client-id-parts",
        "2.2/client-id-id",
        "2.2/authentication-type",
        "2.2/signature-type",
    ),
)
def client_id(context: DeviceContext) -> None:
    """The client id has its four parts, and the device's own id among them."""
    connect, record = _connect(context)
    for name, value in (
        ("client id", connect.client_id),
        ("user name", connect.username),
        ("password", None if connect.password is None else connect.password.decode("utf-8", "replace")),
    ):
        size = len(value) if value else 0
        expected = f"a {name} of 1 to 256 characters"
        context.cited("2.2/lengths", 1 <= size <= 256, record, expected=expected, actual=f"{size} characters")
    parts = _parts(context, connect, record)
    known = parts.auth_type in mqtt_client_id.FIELD_AUTH_TYPES
    statement = context.requirement("2.2/authentication-type")
    context.cited(
        replace(statement, level=Level.SHOULD) if known else statement,
        parts.auth_type in mqtt_client_id.AUTH_TYPES,
        record,
        expected="0 or 2",
        actual=parts.auth_type,
        note="other editions of the platform know it (1: one secret for a product, 3: a bridge)" if known else "",
    )
    context.cited(
        "2.2/signature-type",
        parts.sign_type in mqtt_client_id.SIGN_TYPES,
        record,
        expected="0 or 1",
        actual=parts.sign_type,
    )
    own = identity_of(context, context.session)
    if parts.auth_type == mqtt_client_id.NODE_ID and context.environment.identity.node_id is None:
        raise Inconclusive("the device connects by its node id: give [pixit] node_id in the IUT file")
    context.cited("2.2/client-id-id", parts.device_id == own, record, expected=own, actual=parts.device_id)


@device_case("connect/timestamp", requirements=("2.2/timestamp-form", "2.2/timestamp-current"))
def timestamp(context: DeviceContext) -> None:
    """The timestamp has its form, and is current where its signature type says that it is checked."""
    connect, record = _connect(context)
    parts = _parts(context, connect, record)
    ten = re.fullmatch("[0-9]{10}", parts.timestamp, re.ASCII) is not None
    context.cited("2.2/timestamp-form", ten, record, expected="ten digits YYYYMMDDHH", actual=parts.timestamp)
    if parts.sign_type != mqtt_client_id.TIMESTAMP_CHECKED:
        return  # it may be anything: real devices send seconds, or a month that is one behind
    now = datetime.now(UTC)
    try:
        current = mqtt_password.is_current(parts.timestamp, now, TOLERANCE_H)
    except CryptoError:
        current = False
    hours = " to ".join(mqtt_client_id.timestamp(now + timedelta(hours=each)) for each in (-TOLERANCE_H, TOLERANCE_H))
    context.cited("2.2/timestamp-current", current, record, expected=hours, actual=parts.timestamp)


@device_case("connect/user-name", requirements=("2.2/user-name",))
def user_name(context: DeviceContext) -> None:
    """The user name is the id by which the device connects."""
    connect, record = _connect(context)
    own = identity_of(context, context.session)
    context.cited("2.2/user-name", connect.username == own, record, expected=own, actual=str(connect.username))


@device_case("connect/password", requirements=("2.2/password", "2.2/password-characters"))
def password(context: DeviceContext) -> None:
    """The password is the keyed hash of the secret."""
    connect, record = _connect(context)
    parts = _parts(context, connect, record)
    inputs = PasswordInput(parts.timestamp, context.environment.identity.secret)
    try:
        right = mqtt_password.password(inputs)
    except CryptoError as error:
        context.cited("2.2/password", False, record, expected="an HMAC keyed with the timestamp", actual=str(error))
        return
    sent = (connect.password or b"").decode("utf-8", "replace")
    if sent == right.password:
        context.cited("2.2/password", True, record)
        context.cited("2.2/password-characters", True, record)
        return
    if _same_digest(connect.password or b"", right.digest):
        context.cited("2.2/password", True, record)
        context.cited(
            "2.2/password-characters",
            False,
            record,
            expected="64 characters 0-9 a-f",
            actual=f"the right value in {len(sent)} other characters",
        )
        return
    mistake = mqtt_password.diagnose(inputs, sent)
    context.cited(
        "2.2/password",
        False,
        record,
        expected="lower-case hexadecimal of HMAC-SHA256(key = timestamp of the client id, message = secret)",
        actual=f"{len(sent)} characters of another value",
        note=str(mistake) if mistake else "no known mistake explains it; is the secret the one that was configured?",
    )


@device_case("subscribe/command-topic", requirements=("2.1/subscribes",), needs=("commands",))
def subscribes(context: DeviceContext) -> None:
    """The device subscribes its own command topic."""
    check_subscribed(context, context.session)


def check_subscribed(context: DeviceContext, session: Session) -> None:
    """Check that a connection subscribes the command topic soon: by its name, or by a filter that fits it."""
    wanted = topic(context, session, "command")
    record = session.wait(lambda _: granted(session, wanted) is not None, SUBSCRIBES_WITHIN_S)
    context.cited(
        "2.1/subscribes",
        granted(session, wanted) is not None,
        record,
        expected=f"a subscription of {wanted} within {SUBSCRIBES_WITHIN_S:g} s of connecting",
        actual=", ".join(session.subscriptions) or "no subscription",
    )


def _told(session: Session, text: str) -> bool:
    return any(text in record.text for record in session.log.items())


def _packet(session: Session) -> Record | None:
    """Return the CONNECT of a connection."""
    return next(
        (each for each in session.log.items() if each.direction == "in" and isinstance(each.packet, Connect)), None
    )


def _connect(context: DeviceContext) -> tuple[Connect, Record | None]:
    session = context.session
    assert session.connect is not None
    return session.connect, _packet(session)


def _parts(context: DeviceContext, connect: Connect, record: Record | None) -> ClientId:
    """Return the parts of the client id, split from the right, whatever stands in them.

    Raises:
        Stop: they are fewer than four; the finding is recorded.
    """
    pieces = connect.client_id.rsplit("_", 3)
    whole = len(pieces) == 4 and all(pieces)
    if not context.cited(
        "2.2/client-id-parts", whole, record, expected="ID_AUTHENTICATION_SIGNATURE_TIMESTAMP", actual=connect.client_id
    ):
        raise Stop
    return ClientId(*pieces)


def _same_digest(sent: bytes, digest: bytes) -> bool:
    """Tell whether a password is the right value in other characters (erratum password-encoding)."""
    import base64
    import binascii

    if sent.lower() == digest.hex().encode() or sent == digest:
        return True
    try:
        return base64.b64decode(sent, validate=True) == digest
    except (binascii.Error, ValueError):
        return False
