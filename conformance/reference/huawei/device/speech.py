"""What the device says: the fields of CONNECT, reports, answers; each as its faults have it."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from conformance.crypto import mqtt_client_id
from conformance.crypto.mqtt_password import PasswordInput, password


@dataclass(frozen=True)
class Given:
    """What the device was given, and how it is to behave."""

    device_id: str
    node_id: str
    secret: str
    active: Collection[str]
    """Names of faults and quirks."""

    def has(self, name: str) -> bool:
        """Tell whether a fault or quirk is on."""
        return name in self.active

    @property
    def own_id(self) -> str:
        """The id by which it connects, which stands in its topics."""
        return self.node_id if self.has("node-id") else self.device_id

    def topic(self, kind: str) -> str:
        """Return its topic for `data` or `command`."""
        return f"/huawei/v1/devices/{self.own_id}/{kind}/json"


@dataclass(frozen=True)
class Credentials:
    """The fields of CONNECT."""

    client_id: str
    username: str
    password: str | None


def credentials(given: Given) -> Credentials:
    """Return what the device connects with now."""
    now = datetime.now(UTC)
    hour = mqtt_client_id.timestamp(now - timedelta(hours=7) if given.has("timestamp-stale") else now)
    if given.has("timestamp-with-minutes"):
        hour += f"{now:%M}"
    signature = "1"
    if given.has("signature-0"):
        signature, hour = "0", str(int(now.timestamp()))[:10]
    if given.has("signature-type-7"):
        signature = "7"
    kind = "2" if given.has("node-id") else "0"
    if given.has("authentication-type-9"):
        kind = "9"
    if given.has("authentication-type-3"):
        kind = "3"
    own = "another-device" if given.has("client-id-of-another") else given.own_id
    parts = [own, kind, signature, hour]
    if given.has("client-id-three-parts"):
        parts = [own.replace("_", "-"), signature, hour]
    if given.has("long-client-id"):
        parts[0] = own + "x" * 256
    user = "another-device" if given.has("user-name-of-another") else given.own_id
    return Credentials("_".join(parts), user, _password(given, hour))


def _password(given: Given, hour: str) -> str | None:
    if given.has("no-password"):
        return None
    if given.has("password-plain"):
        return given.secret
    if given.has("password-swapped"):
        return password(PasswordInput(given.secret, hour)).password
    if given.has("password-of-another-hour"):
        hour = str(int(hour) - 1)
    right = password(PasswordInput(hour, given.secret))
    if given.has("password-upper-case"):
        return right.password.upper()
    return base64.b64encode(right.digest).decode() if given.has("password-base64") else right.password


def written(given: Given, message: dict[str, Any]) -> bytes:
    """Return a message as bytes."""
    if given.has("has-more"):
        message = {**message, "hasMore": 0}
    if given.has("pretty"):
        return json.dumps(dict(reversed(message.items())), indent="\t").encode()
    return json.dumps(message, separators=(",", ":")).encode()


def report(given: Given) -> bytes:
    """Return a report."""
    if given.has("report-no-json"):
        return b"level=42"
    time = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}" if given.has("report-event-time-iso") else None
    data: dict[str, Any] = {"level": 42, "mode": "day"}
    if given.has("report-beyond-range"):
        data["level"] = 101
    if given.has("report-wrong-type"):
        data["level"] = "42"
    if given.has("report-unknown-property"):
        data["levle"] = 42
    meter: dict[str, Any] = {
        "serviceId": "Metre" if given.has("report-unknown-service") else "Meter",
        "serviceData": "level=42" if given.has("report-data-as-text") else data,
        "eventTime": time or f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}",
    }
    if given.has("no-event-time"):
        del meter["eventTime"]
    if given.has("report-no-service"):
        del meter["serviceId"]
    battery = {"serviceId": "Battery", "serviceData": {"batteryLevel": 75}}
    message: dict[str, Any] = {
        "msgType": "devicereq" if given.has("report-other-type") else "deviceReq",
        "data": {"Meter": meter} if given.has("report-data-object") else [meter, battery],
    }
    if given.has("report-no-data"):
        del message["data"]
    return written(given, message)


def answer(given: Given, mid: int, errcode: int) -> dict[str, Any]:
    """Return the answer to a command."""
    told: Any = mid
    if given.has("mid-as-text"):
        told = str(mid)
    if given.has("mid-of-one-byte"):
        told = mid % 256
    if given.has("mid-signed"):
        told = mid - 65536 if mid >= 32768 else mid
    message: dict[str, Any] = {"msgType": "deviceRsp", "mid": told, "errcode": errcode, "body": {"result": errcode}}
    if given.has("answer-errcode-text"):
        message["errcode"] = str(errcode)
    if given.has("answer-errcode-2"):
        message["errcode"] = 2
    if given.has("answer-no-errcode"):
        del message["errcode"]
    if given.has("answer-body-text"):
        message["body"] = "done"
    return message
