"""The client id of MQTT CONNECT (document huawei.txt, 2.2): composing and parsing it.

Four parts joined by `_`: device id (or node id), authentication type, signature type, timestamp YYYYMMDDHH in UTC. Ids
may hold `_` themselves, so the id is split from the right; it is taken as it stands otherwise.

The document knows the authentication types 0 and 2; 1 and 3 are seen in the field (field notes) and accepted only when
asked for. With signature type 0 the timestamp is not checked, and devices send anything there: only its ten digits are
required; with type 1 it must be a real hour.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from conformance.crypto.errors import BadFormError

LONGEST: Final = 256
"""Characters in a client id ("String(256)")."""

DEVICE_ID: Final = "0"
NODE_ID: Final = "2"
AUTH_TYPES: Final = (DEVICE_ID, NODE_ID)
FIELD_AUTH_TYPES: Final = ("1", "3")
"""One secret per product, and bridges: outside the document, met in the field."""

TIMESTAMP_UNCHECKED: Final = "0"
TIMESTAMP_CHECKED: Final = "1"
SIGN_TYPES: Final = (TIMESTAMP_UNCHECKED, TIMESTAMP_CHECKED)

_TIMESTAMP: Final = re.compile(r"[0-9]{10}")


@dataclass(frozen=True, slots=True)
class ClientId:
    """The four parts of a client id, as text."""

    device_id: str
    auth_type: str
    sign_type: str
    timestamp: str


@dataclass(frozen=True, slots=True)
class ComposeInput:
    """What a device knows when it connects; `moment` is any aware time, the id carries its hour in UTC."""

    device_id: str
    auth_type: str
    sign_type: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class ParseInput:
    """A client id as received; `field_types` also accepts the authentication types that only the field knows."""

    client_id: str
    field_types: bool = False


def timestamp(moment: datetime) -> str:
    """Write the hour of an aware time as the document does: 2018-07-24 17:56:20 UTC is 2018072417.

    Raises:
        BadFormError: the time is naive, so that its hour in UTC is unknown, or lies outside the years 1 to 9999 there.
    """
    if moment.tzinfo is None:
        raise BadFormError("timestamp", "cannot be made from a time without zone")
    try:
        utc = moment.astimezone(UTC)
    except OverflowError:
        raise BadFormError("timestamp", "cannot be made from a time outside the years 1 to 9999") from None
    # Not strftime: its %Y does not pad years below 1000 on every platform.
    return f"{utc.year:04d}{utc.month:02d}{utc.day:02d}{utc.hour:02d}"


def hour(text: str) -> datetime:
    """Read a timestamp: the beginning of the hour that it names, in UTC.

    Raises:
        BadFormError: it is not ten ASCII digits, or names no hour of the calendar.
    """
    if not _TIMESTAMP.fullmatch(text):
        raise BadFormError("timestamp", "is not ten digits YYYYMMDDHH")
    try:
        return datetime(int(text[:4]), int(text[4:6]), int(text[6:8]), int(text[8:]), tzinfo=UTC)
    except ValueError:
        raise BadFormError("timestamp", "names no hour of the calendar") from None


def _check(parts: ClientId, auth_types: tuple[str, ...]) -> None:
    if not parts.device_id:
        raise BadFormError("clientId", "has an empty device id")
    if parts.auth_type not in auth_types:
        raise BadFormError("clientId", f"has an authentication type other than {', '.join(auth_types)}")
    if parts.sign_type not in SIGN_TYPES:
        raise BadFormError("clientId", "has a signature type other than 0, 1")
    if not _TIMESTAMP.fullmatch(parts.timestamp):
        raise BadFormError("clientId", "does not end with a timestamp of ten digits YYYYMMDDHH")
    if parts.sign_type == TIMESTAMP_CHECKED:
        hour(parts.timestamp)


def join(parts: ClientId, field_types: bool = False) -> str:
    """Join the parts to a client id.

    Raises:
        BadFormError: a part is not as documented, or the whole exceeds 256 characters.
    """
    _check(parts, AUTH_TYPES + FIELD_AUTH_TYPES if field_types else AUTH_TYPES)
    text = "_".join((parts.device_id, parts.auth_type, parts.sign_type, parts.timestamp))
    if len(text) > LONGEST:
        raise BadFormError("clientId", f"has {len(text)} characters; the limit is {LONGEST}")
    return text


def compose(inputs: ComposeInput) -> str:
    """Compose the client id of a device that connects at `moment`.

    Raises:
        BadFormError: as `join` and `timestamp`.
    """
    return join(ClientId(inputs.device_id, inputs.auth_type, inputs.sign_type, timestamp(inputs.moment)))


def parse(inputs: ParseInput) -> ClientId:
    """Split a client id from the right and check its parts.

    Raises:
        BadFormError: fewer than four parts, a part not as documented, or more than 256 characters.
    """
    text = inputs.client_id
    if len(text) > LONGEST:
        raise BadFormError("clientId", f"has {len(text)} characters; the limit is {LONGEST}")
    pieces = text.rsplit("_", 3)
    if len(pieces) != 4:
        raise BadFormError("clientId", f"has {len(pieces)} parts; four are joined by _")
    parts = ClientId(*pieces)
    _check(parts, AUTH_TYPES + FIELD_AUTH_TYPES if inputs.field_types else AUTH_TYPES)
    return parts
