"""Vectors for the password of MQTT CONNECT, made and checked (document huawei.txt, 2.2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from conformance.crypto import mistakes as common
from conformance.crypto import mqtt_client_id, mqtt_password
from conformance.crypto.mqtt_client_id_mistakes import LENIENT_CLIENT_ID, LOCAL_HOUR
from conformance.crypto.mqtt_password_mistakes import (
    TIMESTAMP_ALWAYS_CHECKED,
    TIMESTAMP_NOT_CHECKED,
    TOLERANCE_ONE_SIDED,
    TOLERANCE_WITHIN_DAY,
)
from conformance.vectors.content import mqtt_flags as flags
from conformance.vectors.content.draft import FileDraft, GroupDraft
from conformance.vectors.content.keys import text_key

_CAPTURED: Final = (
    ("node", "dev-0001_0_1_2026112010", "5b2b0ccc8db1b128f1ed6d06558cd507e974da127c4ba5f116c1e348bad30b27"),
    ("liteos", "node-0001_2_0_2026102010", "1bfdee61774e400e05889958e44c30f073e7f2e3a081bc02c7cd54caa8d7ee52"),
    ("c-sdk", "dev-0003_0_0_2026112010", "5b2b0ccc8db1b128f1ed6d06558cd507e974da127c4ba5f116c1e348bad30b27"),
)
"""Client, client id and password of the captured connections; all use the secret `device-a`."""

_HOURS: Final = (
    ("document", "2018072417"),
    ("first-of-day", "2026112000"),
    ("last-of-day", "2026112023"),
    ("first-of-year", "2027010100"),
    ("last-of-year", "2026123123"),
    ("leap-day", "2024022912"),
    ("century-leap-day", "2000022923"),
    ("month-end", "2026043023"),
    ("after-2038", "2038011904"),
    ("far", "9999123123"),
)
_UNUSUAL: Final = (
    ("unix-seconds", "1605866400"),
    ("month-zero", "2026002010"),
    ("zeros", "0000000000"),
    ("nines", "9999999999"),
    ("eight-digits", "20201103"),
)
_SECRETS: Final = (
    ("empty", ""),
    ("one-byte", "x"),
    ("thirty-two-hex", "7f1c9a0b64d25e83aa10c3f59b6e2d47"),
    ("upper-case-hex", "7F1C9A0B64D25E83AA10C3F59B6E2D47"),
    ("block-less-one", "k" * 63),
    ("block", "k" * 64),
    ("block-more-one", "k" * 65),
    ("one-kilobyte", "0123456789abcdef" * 64),
    ("base64", "c2VjcmV0IQ=="),
    ("blanks-around", " secret "),
    ("line-feed-inside", "se\ncret"),
    ("null-inside", "se\0cret"),
    ("like-timestamp", "2026112010"),
)

_MOMENTS: Final = (
    ("hour", "2026-11-20T10:00:00+00:00"),
    ("day", "2026-11-20T00:00:00+00:00"),
    ("month", "2026-12-01T00:00:00+00:00"),
    ("year", "2027-01-01T00:00:00+00:00"),
    ("leap-day", "2028-03-01T00:00:00+00:00"),
    ("no-leap-day", "2027-03-01T00:00:00+00:00"),
    ("century", "2100-03-01T00:00:00+00:00"),
)
"""Moments at which a new hour begins, named after what else begins there."""


def build_password() -> FileDraft:
    """Make the vectors of computing a password."""
    file = FileDraft("mqtt-password", "password", flags.SOURCE)
    secret = text_key("deviceSecret", "device-a")
    group = file.group("HmacSha256")
    for name, client_id, password in (_CAPTURED[0], _CAPTURED[1]):
        inputs = {"timestamp": client_id[-10:], "secret": secret}
        group.valid(f"capture-{name}", "As captured.", [flags.CAPTURE], inputs, {"password": password})
    for name, stamp in _HOURS:
        flag = flags.DOCUMENT_EXAMPLE if name == "document" else flags.TIMESTAMP_VALUE
        group.valid(f"timestamp-{name}", "A timestamp.", [flag], {"timestamp": stamp, "secret": secret})
    for name, stamp in _UNUSUAL:
        group.valid(
            f"timestamp-{name}",
            "Not an hour, used as it stands.",
            [flags.UNUSUAL_TIMESTAMP],
            {"timestamp": stamp, "secret": secret},
        )
    for name, other in _SECRETS:
        group.valid(
            f"secret-{name}", "Another secret.", [flags.SECRET_VALUE], {"timestamp": "2026112011", "secret": other}
        )
    for name, other in (("chinese", "密钥"), ("emoji", "🔑"), ("accent", "clé"), ("combining", "cle\u0301")):
        group.valid(
            f"secret-{name}", "A secret outside ASCII.", [flags.UTF8], {"timestamp": "2026112011", "secret": other}
        )
    group.invalid("timestamp-empty", "No timestamp.", [flags.EMPTY_KEY], {"timestamp": "", "secret": secret})
    group.catch_all(
        {"timestamp": f"20261121{hour:02d}", "secret": ("é" if hour % 2 else "") + text_key("deviceSecret", "device-b")}
        for hour in range(24)
    )
    return file


def _connect(client_id: str, secret: str, clock: str, tolerance: int = 0) -> dict[str, Any]:
    stamp = client_id.rsplit("_", 1)[-1]
    password = mqtt_password.password(mqtt_password.PasswordInput(stamp, secret)).password
    return {"clientId": client_id, "password": password, "secret": secret, "clock": clock, "toleranceHours": tolerance}


def _boundaries(group: GroupDraft, secret: str) -> None:
    """Around each boundary: the hour itself, its neighbours with and without tolerance, and two hours away."""
    for name, text in _MOMENTS:
        moment = datetime.fromisoformat(text)
        flag = flags.LEAP_DAY if name in ("leap-day", "no-leap-day", "century") else flags.HOUR_BOUNDARY
        for side, clock in (("first", moment), ("last", moment - timedelta(seconds=1))):
            for hours, tolerance in ((0, 0), (-1, 0), (1, 0), (-1, 1), (1, 1), (-2, 1), (2, 1)):
                stamp = mqtt_client_id.timestamp(clock + timedelta(hours=hours))
                inputs = _connect(f"dev_1_0_1_{stamp}", secret, clock.isoformat(), tolerance)
                apart = f"{abs(hours)}-{'behind' if hours < 0 else 'ahead'}" if hours else "same"
                label = f"{name}-{side}-second-{apart}-tolerance-{tolerance}"
                found = [flag]
                if abs(hours) <= tolerance:
                    if hours:
                        found.append(TOLERANCE_WITHIN_DAY if hours < 0 else TOLERANCE_ONE_SIDED)
                    group.valid(label, f"The timestamp is {hours:+d} h from the clock.", found, inputs)
                else:
                    found.append(TOLERANCE_ONE_SIDED if hours > 0 else TIMESTAMP_NOT_CHECKED)
                    group.invalid(label, f"The timestamp is {hours:+d} h from the clock.", found, inputs)


def _clocks(group: GroupDraft, secret: str) -> None:
    for name, client_id, password in _CAPTURED:
        inputs = {**_connect(client_id, secret, "2026-11-20T10:30:00+00:00"), "password": password}
        group.valid(
            f"capture-{name}",
            "As captured, at the hour of the capture.",
            [flags.CAPTURE, common.REFUSES_EVERYTHING],
            inputs,
        )
    document = _connect("dev_0_1_2018072417", secret, "2018-07-24T17:56:20+00:00")
    group.valid("document-example", "The document's time.", [flags.DOCUMENT_EXAMPLE], document)
    for number, clock in enumerate(
        ("2018-07-25T01:56:20+08:00", "2018-07-24T06:56:20-11:00", "2018-07-24T23:41:20+05:45"), 1
    ):
        inputs = _connect("dev_0_1_2018072417", secret, clock)
        group.valid(
            f"clock-offset-{number}", "The document's time on a local clock.", [flags.UTC_OFFSET, LOCAL_HOUR], inputs
        )
    group.invalid(
        "local-hour",
        "The timestamp is the local hour.",
        [LOCAL_HOUR],
        _connect("dev_0_1_2018072501", secret, "2018-07-25T01:56:20+08:00"),
    )
    for name, stamp in (*_HOURS[:5], *_UNUSUAL[:4]):
        inputs = _connect(f"dev-7_2_0_{stamp}", secret, "2026-11-20T10:30:00+00:00")
        group.valid(
            f"type-0-{name}", "Signature type 0: the timestamp is not checked.", [TIMESTAMP_ALWAYS_CHECKED], inputs
        )
    for name, stamp in (
        ("a-day-old", "2026111910"),
        ("a-year-old", "2025112010"),
        ("a-month-ahead", "2026122010"),
        ("century-old", "1926112010"),
    ):
        inputs = _connect(f"dev-7_2_1_{stamp}", secret, "2026-11-20T10:30:00+00:00", 2)
        flag = TOLERANCE_ONE_SIDED if name == "a-month-ahead" else TIMESTAMP_NOT_CHECKED
        group.invalid(f"type-1-{name}", "Signature type 1: far from the clock.", [flag], inputs)
    for name, stamp in (
        ("hour-24", "2026112024"),
        ("month-zero", "2026002010"),
        ("month-13", "2026132010"),
        ("day-zero", "2026110010"),
        ("no-leap-day", "2027022910"),
        ("unix-seconds", "1795169400"),
    ):
        inputs = _connect(f"dev-7_2_1_{stamp}", secret, "2026-11-20T10:30:00+00:00", 1)
        group.invalid(
            f"type-1-{name}",
            "Signature type 1: no hour of the calendar.",
            [LENIENT_CLIENT_ID, TIMESTAMP_NOT_CHECKED],
            inputs,
        )


def _passwords(file: FileDraft, group: GroupDraft, secret: str) -> None:
    right = _connect("dev-7_2_1_2026112010", secret, "2026-11-20T10:59:59+00:00")
    password = right["password"]
    for name, comment, flag, wrong in (
        ("empty", "No password.", common.PREFIX_ACCEPTED, ""),
        ("one-character", "Its first character only.", common.PREFIX_ACCEPTED, password[:1]),
        ("half", "Its first half only.", common.PREFIX_ACCEPTED, password[:32]),
        ("last-missing", "Its last character missing.", common.PREFIX_ACCEPTED, password[:-1]),
        ("one-more", "One character more.", flags.MODIFIED, password + "0"),
        (
            "last-changed",
            "Another last character.",
            flags.MODIFIED,
            password[:-1] + ("0" if password[-1] != "0" else "1"),
        ),
        (
            "first-changed",
            "Another first character.",
            flags.MODIFIED,
            ("0" if password[0] != "0" else "1") + password[1:],
        ),
        ("zeros", "Zeros.", common.ACCEPTS_EVERYTHING, "0" * 64),
        ("one-upper-case", "One digit in upper case.", common.CASE_IGNORED, password.replace("b", "B", 1)),
        ("line-feed", "A line feed after it.", flags.MODIFIED, password + "\n"),
        ("null", "A null character after it.", flags.MODIFIED, password + "\0"),
    ):
        group.invalid(f"password-{name}", comment, [flag], {**right, "password": wrong})
    other = _connect("dev-7_2_1_2026112010", text_key("deviceSecret", "device-b"), right["clock"])["password"]
    group.invalid(
        "password-of-other-secret", "Made with another secret.", [flags.MODIFIED], {**right, "password": other}
    )
    earlier = _connect("dev-7_2_1_2026112009", secret, right["clock"])["password"]
    group.invalid(
        "password-of-hour-before", "Made with the hour before.", [flags.MODIFIED], {**right, "password": earlier}
    )
    accent = "clé " + secret
    message = _connect("dev-7_2_1_2026112010", accent, right["clock"])
    for mistake in file.mistakes():
        if "password" in mistake.wrong:
            wrong = mistake.wrong["password"](mqtt_password.PasswordInput("2026112010", accent))
            group.invalid(
                f"wrong-{mistake.name}", f"The password is {mistake}.", [mistake.flag], {**message, "password": wrong}
            )


def _client_ids(group: GroupDraft, secret: str) -> None:
    clock = datetime(2026, 11, 20, 10, 30, tzinfo=UTC).isoformat()
    for name, client_id in (
        ("underscores", "a_b__c_0_1_2026112010"),
        ("looks-like-parts", "0_1_2026112009_0_1_2026112010"),
    ):
        group.valid(
            f"client-id-{name}", "An id with underscores.", [flags.UNDERSCORE_ID], _connect(client_id, secret, clock)
        )
    group.valid(
        "client-id-chinese", "An id outside ASCII.", [flags.UTF8], _connect("设备一_0_1_2026112010", secret, clock)
    )
    for name, client_id, flag in (
        ("three-parts", "dev_0_2026112010", flags.MALFORMED_ID),
        ("no-id", "_0_1_2026112010", LENIENT_CLIENT_ID),
        ("type-9", "dev_9_1_2026112010", flags.UNKNOWN_TYPE),
        ("sign-type-2", "dev_0_2_2026112010", flags.UNKNOWN_TYPE),
        ("line-feed", "dev_0_1_2026112010\n", LENIENT_CLIENT_ID),
        ("too-long", "d" * 242 + "_0_1_2026112010", flags.ID_LENGTH),
    ):
        group.invalid(
            f"client-id-{name}",
            "A malformed client id, with the password that fits it.",
            [flag],
            _connect(client_id, secret, clock),
        )


def build_verify() -> FileDraft:
    """Make the vectors of checking a connection."""
    file = FileDraft("mqtt-password", "verify", flags.SOURCE)
    secret = text_key("deviceSecret", "device-a")
    _clocks(file.group("ConnectClock"), secret)
    _boundaries(file.group("ConnectBoundary"), secret)
    _passwords(file, file.group("ConnectPassword"), secret)
    _client_ids(file.group("ConnectClientId"), secret)
    return file
