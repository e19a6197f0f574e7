"""The password of MQTT CONNECT (document huawei.txt, 2.2).

Lower-case hexadecimal of HMAC-SHA256 with the timestamp as key and the device's secret as message. The document does not
say how the value is written; every known client and platform writes hexadecimal (field notes).

With signature type 1 the platform first compares the timestamp with its own hour, then the password; with type 0 it
looks at the password only. The document leaves open how far the clocks may differ: the tolerance is an argument, in
whole hours.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from conformance.crypto import mqtt_client_id, primitives
from conformance.crypto.encoding import encode_utf8
from conformance.crypto.errors import BadFormError
from conformance.crypto.mqtt_client_id import ComposeInput, ParseInput

if TYPE_CHECKING:
    from conformance.crypto.mistakes import Mistake


@dataclass(frozen=True, slots=True)
class PasswordInput:
    """The timestamp of the client id, as text, and the secret that the platform returned at registration."""

    timestamp: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Password:
    """Every step to a password."""

    key: bytes
    message: bytes = field(repr=False)
    digest: bytes = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class VerifyInput:
    """A CONNECT as received, the device's secret, and the platform's clock."""

    client_id: str
    password: str = field(repr=False)
    secret: str = field(repr=False)
    now: datetime
    tolerance_hours: int = 0


def password(inputs: PasswordInput) -> Password:
    """Compute a password.

    The timestamp is used as it stands: devices with signature type 0 send other texts than hours there.

    Raises:
        BadFormError: the timestamp is empty, so that there is no key.
        BadEncodingError: a text is not Unicode.
    """
    key = encode_utf8(inputs.timestamp, "timestamp")
    if not key:
        raise BadFormError("timestamp", "is empty; it is the key of the HMAC")
    message = encode_utf8(inputs.secret, "secret")
    digest = primitives.hmac("SHA-256", key, message)
    return Password(key, message, digest, digest.hex())


def is_current(timestamp: str, now: datetime, tolerance_hours: int = 0) -> bool:
    """Tell whether a timestamp names the hour of `now`, or one at most `tolerance_hours` before or after it.

    Raises:
        BadFormError: the timestamp names no hour, or `now` is naive.
    """
    here = mqtt_client_id.hour(mqtt_client_id.timestamp(now))
    return abs(mqtt_client_id.hour(timestamp) - here) <= timedelta(hours=tolerance_hours)


def verify(inputs: VerifyInput) -> bool:
    """Tell whether a platform ought to let a device in: timestamp first, then password.

    Raises:
        BadFormError: the client id is not as documented.
        BadEncodingError: a text is not Unicode.
    """
    parts = mqtt_client_id.parse(ParseInput(inputs.client_id))
    if parts.sign_type == mqtt_client_id.TIMESTAMP_CHECKED and not is_current(
        parts.timestamp, inputs.now, inputs.tolerance_hours
    ):
        return False
    right = password(PasswordInput(parts.timestamp, inputs.secret)).password.encode("ascii")
    return hmac.compare_digest(right, inputs.password.encode("utf-8", "surrogatepass"))


def diagnose(inputs: PasswordInput, observed: str) -> Mistake | None:
    """Name the classic mistake that explains a wrong password. None for a right one and for an unexplained one."""
    from conformance.crypto.mistakes import recognise
    from conformance.crypto.mqtt_mistakes import MISTAKES

    return recognise(MISTAKES, "password", inputs, observed, password(inputs).password)


def diagnose_client_id(inputs: ComposeInput, observed: str) -> Mistake | None:
    """Name the classic mistake that explains a wrong client id, its timestamp above all.

    `inputs.moment` should carry the device's own zone where it is known: a local hour is recognised by it.
    """
    from conformance.crypto.mistakes import recognise
    from conformance.crypto.mqtt_mistakes import MISTAKES

    return recognise(MISTAKES, "compose-client-id", inputs, observed, mqtt_client_id.compose(inputs))
