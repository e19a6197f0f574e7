"""2.2 MQTT CONNECT 连接鉴权: who connects, and whether that is true."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final

from conformance.crypto import mqtt_client_id, mqtt_password
from conformance.crypto.errors import CryptoError
from conformance.crypto.mqtt_client_id import ClientId, ParseInput
from conformance.crypto.mqtt_mistakes import MISTAKES
from conformance.crypto.mqtt_password import PasswordInput, VerifyInput
from conformance.mqtt.packets import Connect, ReturnCode
from conformance.reference.huawei.access.faults import NOT_SHOWN
from conformance.reference.huawei.device_state import Device, Devices
from conformance.reference.huawei.platform import Huawei

TOLERANCE_H: Final = 1
"""Hours by which the timestamp of signature type 1 may differ from ours (erratum timestamp-tolerance)."""
HERE: Final = dt.timezone(dt.timedelta(hours=8))
"""Where the platform stands that takes its local hour for UTC."""


@dataclass(frozen=True)
class Admission:
    """What becomes of a CONNECT."""

    code: ReturnCode
    device: Device | None = None
    identity: str = ""
    """The id by which the device connects, its device id or its node id; it stands in its topics."""
    why: str = ""
    """Why it is refused, for whoever writes a device; holds no secret."""


def admission(huawei: Huawei, connect: Connect) -> Admission:
    """Judge a CONNECT: client id, device, user name, then time and password."""
    on = huawei.faults.on
    client_id = connect.client_id
    try:
        parts = _parts(huawei, client_id)
    except CryptoError as error:
        return Admission(ReturnCode.IDENTIFIER_REJECTED, why=str(error))
    if on("malformed-client-id-served") and parts.timestamp == "":
        return Admission(ReturnCode.ACCEPTED)
    device = _device(huawei, parts)
    if device is None or device.secret is None:
        served = on("unknown-device-served") or (on("deleted-device-served") and parts.auth_type == "0")
        if served:
            return Admission(ReturnCode.ACCEPTED)
        kind = "node id" if parts.auth_type == mqtt_client_id.NODE_ID else "device id"
        return Admission(ReturnCode.BAD_USER_NAME_OR_PASSWORD, why=f"no device with a secret has this {kind}")
    if connect.username != parts.device_id and not on("user-name-ignored"):
        return Admission(ReturnCode.BAD_USER_NAME_OR_PASSWORD, why="the user name is not the id of the client id")
    given = (connect.password or b"").decode("utf-8", "replace")
    canonical = "_".join((parts.device_id, parts.auth_type, parts.sign_type, parts.timestamp))
    now = dt.datetime.fromtimestamp(huawei.clock.now_ms() / 1000, HERE if on("password-clock-local") else dt.UTC)
    try:
        right = _verified(huawei, VerifyInput(canonical, given, device.secret, now, TOLERANCE_H))
    except CryptoError as error:
        return Admission(ReturnCode.IDENTIFIER_REJECTED, why=str(error))
    if not right:
        return Admission(ReturnCode.BAD_USER_NAME_OR_PASSWORD, why=_why(parts, device.secret, given, now))
    return Admission(ReturnCode.ACCEPTED, device, parts.device_id)


def _parts(huawei: Huawei, client_id: str) -> ClientId:
    """Return the parts of a client id, as far as faults let a wrong one pass.

    Raises:
        CryptoError: it is not as documented.
    """
    on = huawei.faults.on
    pieces = client_id.rsplit("_", 3)
    if on("client-id-split-from-left"):
        pieces = client_id.split("_")[:4]
    if on("malformed-client-id-served") and len(pieces) != 4:
        return ClientId(client_id, "0", "0", "")
    if len(pieces) == 4:
        parts = ClientId(*pieces)
        if parts.auth_type not in mqtt_client_id.AUTH_TYPES and on("any-authentication-type"):
            parts = replace(parts, auth_type=mqtt_client_id.DEVICE_ID)
        if parts.sign_type not in mqtt_client_id.SIGN_TYPES and on("any-signature-type"):
            parts = replace(parts, sign_type=mqtt_client_id.TIMESTAMP_UNCHECKED)
        client_id = mqtt_client_id.join(parts)
    return mqtt_client_id.parse(ParseInput(client_id))


def _device(huawei: Huawei, parts: ClientId) -> Device | None:
    on, devices = huawei.faults.on, huawei.room(Devices)
    by_node = parts.auth_type == mqtt_client_id.NODE_ID
    if by_node and on("node-id-unknown"):
        return None
    named, owned = devices.find(parts.device_id), devices.owner("node_id", parts.device_id)
    if on("id-kind-ignored"):
        return named or owned
    return owned if by_node else named


def _why(parts: ClientId, secret: str, given: str, now: dt.datetime) -> str:
    """Return what is wrong with time or password, the classic mistake where one explains it."""
    checked = parts.sign_type == mqtt_client_id.TIMESTAMP_CHECKED
    if checked and not mqtt_password.is_current(parts.timestamp, now, TOLERANCE_H):
        return f"the timestamp is checked, and the hour is {mqtt_client_id.timestamp(now)}"
    mistake = mqtt_password.diagnose(PasswordInput(parts.timestamp, secret), given)
    return f"the password is {mistake}" if mistake else "the password is wrong"


def _verified(huawei: Huawei, inputs: VerifyInput) -> bool:
    """Tell whether time and password are right, or pass by a mistake that is switched on."""
    if huawei.faults.active:
        for mistake in MISTAKES:
            verify = mistake.wrong.get("verify")
            if verify is not None and mistake.name not in NOT_SHOWN and huawei.faults.on(f"password-{mistake.name}"):
                return bool(verify(inputs))
    return mqtt_password.verify(inputs)
