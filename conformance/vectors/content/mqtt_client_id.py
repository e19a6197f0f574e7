"""Vectors for composing and parsing the client id of MQTT CONNECT (document huawei.txt, 2.2)."""

from __future__ import annotations

from typing import Any, Final

from conformance.crypto.mqtt_client_id_mistakes import LENIENT_CLIENT_ID, SPLIT_FROM_LEFT
from conformance.vectors.content import mqtt_flags as flags
from conformance.vectors.content.draft import FileDraft

_IDS: Final = (
    ("one-character", "d", flags.TYPES),
    ("uuid", "6f1b0c6e-39cb-4b2e-8a5d-2f0f6d1b7c11", flags.TYPES),
    ("mac", "DA:9B:00:11:22:33", flags.TYPES),
    ("underscore-inside", "dev_0001", flags.UNDERSCORE_ID),
    ("underscore-first", "_dev", flags.UNDERSCORE_ID),
    ("underscore-last", "dev_", flags.UNDERSCORE_ID),
    ("underscores-only", "___", flags.UNDERSCORE_ID),
    ("like-client-id", "dev_0_1_2026112010", flags.UNDERSCORE_ID),
    ("chinese", "设备一", flags.UTF8),
    ("emoji", "🌡1", flags.UTF8),
    ("accent", "é_è", flags.UTF8),
    ("longest", "d" * 241, flags.ID_LENGTH),
)
_CLOCK: Final = "2018-07-24T17:56:20+00:00"
_CLOCKS: Final = (
    ("last-second-of-hour", "2026-11-20T10:59:59+00:00", flags.HOUR_BOUNDARY),
    ("last-fraction-of-hour", "2026-11-20T10:59:59.999999+00:00", flags.HOUR_BOUNDARY),
    ("first-second-of-hour", "2026-11-20T11:00:00+00:00", flags.HOUR_BOUNDARY),
    ("midnight", "2026-11-20T00:00:00+00:00", flags.HOUR_BOUNDARY),
    ("noon", "2026-11-20T12:00:00+00:00", flags.HOUR_BOUNDARY),
    ("month-end", "2026-04-30T23:59:59+00:00", flags.HOUR_BOUNDARY),
    ("year-end", "2026-12-31T23:59:59+00:00", flags.HOUR_BOUNDARY),
    ("year-begin", "2027-01-01T00:00:00+00:00", flags.HOUR_BOUNDARY),
    ("leap-day", "2028-02-29T23:00:00+00:00", flags.LEAP_DAY),
    ("no-leap-day", "2027-03-01T00:00:00+00:00", flags.LEAP_DAY),
    ("century-leap-day", "2000-02-29T00:00:00+00:00", flags.LEAP_DAY),
    ("east", "2018-07-25T01:56:20+08:00", flags.UTC_OFFSET),
    ("west", "2018-07-24T06:56:20-11:00", flags.UTC_OFFSET),
    ("farthest-east", "2027-01-01T13:30:00+14:00", flags.UTC_OFFSET),
    ("quarter-hours", "2018-07-24T23:41:20+05:45", flags.UTC_OFFSET),
    ("half-hour-west", "2026-12-31T20:30:00-03:30", flags.UTC_OFFSET),
    ("leap-day-by-offset", "2028-03-01T01:00:00+08:00", flags.LEAP_DAY),
    ("after-2038", "2038-01-19T03:14:08+00:00", flags.HOUR_BOUNDARY),
)


def _device(device_id: str = "dev-1", auth: str = "0", sign: str = "1", clock: str = _CLOCK) -> dict[str, Any]:
    return {"deviceId": device_id, "authType": auth, "signType": sign, "clock": clock}


def build_compose() -> FileDraft:
    """Make the vectors of composing a client id."""
    file = FileDraft("mqtt-password", "compose-client-id", flags.SOURCE)
    group = file.group("ComposeClientId")
    group.valid(
        "document-example",
        "The document's time.",
        [flags.DOCUMENT_EXAMPLE],
        _device("dev"),
        {"clientId": "dev_0_1_2018072417"},
    )
    for auth in "02":
        for sign in "01":
            group.valid(f"types-{auth}-{sign}", "Documented types.", [flags.TYPES], _device("dev-2", auth, sign))
    for name, device_id, flag in _IDS:
        group.valid(f"id-{name}", "Another id.", [flag], _device(device_id, "2", "0"))
    for name, clock, flag in _CLOCKS:
        group.valid(f"clock-{name}", "Another time.", [flag], _device(clock=clock))
    bad = file.group("ComposeRefused")
    for name, comment, flag, inputs in (
        ("id-empty", "An empty id.", LENIENT_CLIENT_ID, _device("")),
        ("id-too-long", "257 characters altogether.", flags.ID_LENGTH, _device("d" * 242)),
        ("auth-type-empty", "No authentication type.", flags.UNKNOWN_TYPE, _device("dev", "")),
        ("auth-type-9", "Authentication type 9.", flags.UNKNOWN_TYPE, _device("dev", "9")),
        ("auth-type-00", "Authentication type 00.", flags.UNKNOWN_TYPE, _device("dev", "00")),
        ("auth-type-full-width", "A full-width digit.", flags.UNKNOWN_TYPE, _device("dev", "０")),
        ("sign-type-2", "Signature type 2.", flags.UNKNOWN_TYPE, _device("dev", "0", "2")),
        ("sign-type-empty", "No signature type.", flags.UNKNOWN_TYPE, _device("dev", "0", "")),
        ("sign-type-blank", "A blank as signature type.", flags.UNKNOWN_TYPE, _device("dev", "0", " ")),
    ):
        bad.invalid(name, comment, [flag], inputs)
    for auth in "13":
        bad.acceptable(
            f"auth-type-{auth}",
            f"Authentication type {auth}.",
            [flags.FIELD_TYPE],
            _device("dev", auth),
            {"clientId": f"dev_{auth}_1_2018072417"},
        )
    long = "设" * 100
    bad.acceptable(
        "id-bytes",
        "More than 256 bytes.",
        [flags.ID_LENGTH_BYTES],
        _device(long),
        {"clientId": f"{long}_0_1_2018072417"},
    )
    group.catch_all(
        _device(f"dev-{number}", clock=clock)
        for number, clock in enumerate(
            (
                f"{day}T{hour:02d}:05:06+08:00"
                for hour in range(5, 24, 3)
                for day in ("2027-01-02", "2026-08-09", "2027-01-03")
            ),
            100,
        )
    )
    return file


def _parts(device_id: str, auth: str, sign: str, stamp: str) -> dict[str, str]:
    return {"deviceId": device_id, "authType": auth, "signType": sign, "timestamp": stamp}


def build_parse() -> FileDraft:
    """Make the vectors of parsing a client id."""
    file = FileDraft("mqtt-password", "parse-client-id", flags.SOURCE)
    group = file.group("ParseClientId")
    for name, client_id, parts in (
        ("node", "dev-0001_0_1_2026112010", _parts("dev-0001", "0", "1", "2026112010")),
        ("liteos", "node-0001_2_0_2026102010", _parts("node-0001", "2", "0", "2026102010")),
        ("c-sdk", "dev-0003_0_0_2026112010", _parts("dev-0003", "0", "0", "2026112010")),
    ):
        group.valid(f"capture-{name}", "As captured.", [flags.CAPTURE], {"clientId": client_id}, parts)
    group.valid(
        "document-example", "The document's time.", [flags.DOCUMENT_EXAMPLE], {"clientId": "dev_0_1_2018072417"}
    )
    for auth in "02":
        for sign in "01":
            inputs = {"clientId": f"dev-2_{auth}_{sign}_2018072417"}
            group.valid(f"types-{auth}-{sign}", "Documented types.", [flags.TYPES], inputs)
    for name, device_id, flag in _IDS:
        found = [flag, SPLIT_FROM_LEFT] if flag is flags.UNDERSCORE_ID else [flag]
        group.valid(f"id-{name}", "Another id.", found, {"clientId": f"{device_id}_2_0_2018072417"})
    for name, stamp in (
        ("month-zero", "2026002010"),
        ("unix-seconds", "1605866400"),
        ("zeros", "0000000000"),
        ("no-calendar", "2027023199"),
    ):
        inputs = {"clientId": f"dev_0_0_{stamp}"}
        group.valid(f"type-0-{name}", "Type 0: any ten digits.", [flags.UNUSUAL_TIMESTAMP], inputs)
    for name, stamp in (("leap-day", "2028022923"), ("century-leap-day", "2000022900")):
        group.valid(f"type-1-{name}", "29 February in a leap year.", [flags.LEAP_DAY], {"clientId": f"dev_0_1_{stamp}"})
    bad = file.group("ParseRefused")
    for name, stamp in (("no-leap-day", "2027022900"), ("century-no-leap-day", "2100022900")):
        bad.invalid(
            f"type-1-{name}",
            "29 February in another year.",
            [flags.LEAP_DAY, LENIENT_CLIENT_ID],
            {"clientId": f"dev_0_1_{stamp}"},
        )
    for name, stamp in (
        ("hour-24", "2026112024"),
        ("month-zero", "2026002010"),
        ("month-13", "2026132010"),
        ("day-zero", "2026110010"),
        ("day-31", "2026113110"),
        ("year-zero", "0000010100"),
    ):
        bad.invalid(
            f"type-1-{name}", "Type 1: no hour of the calendar.", [LENIENT_CLIENT_ID], {"clientId": f"dev_0_1_{stamp}"}
        )
    for name, comment, client_id in (
        ("empty", "Nothing.", ""),
        ("one-part", "An id only.", "dev"),
        ("two-parts", "Two parts.", "dev_2018072417"),
        ("three-parts", "The id is missing.", "0_1_2018072417"),
        ("no-signature-type", "The signature type is missing.", "dev_0_2018072417"),
        ("id-empty", "An empty id.", "_0_1_2018072417"),
        ("other-separator", "Hyphens instead of underscores.", "dev-0-1-2018072417"),
        ("full-width-separator", "Full-width underscores.", "dev＿0＿1＿2018072417"),
        ("line-feed-at-end", "A line feed at the end.", "dev_0_1_2018072417\n"),
        ("blank-at-end", "A blank at the end.", "dev_0_1_2018072417 "),
        ("null-at-end", "A null character at the end.", "dev_0_1_2018072417\0"),
        ("arabic-digits", "Arabic-Indic digits.", "dev_0_1_٢٠١٨٠٧٢٤١٧"),
        ("full-width-digits", "Full-width digits.", "dev_0_0_２０１８０７２４１７"),
        ("letters", "Letters in the timestamp.", "dev_0_0_20180724AM"),
        ("sign-in-timestamp", "A plus sign in the timestamp.", "dev_0_0_+201807241"),
        ("minutes", "Minutes in the timestamp.", "dev_0_1_201807241756"),
        ("iso-time", "An ISO time.", "dev_0_1_2018-07-24T17"),
        ("timestamp-empty", "No timestamp.", "dev_0_1_"),
        ("part-after-timestamp", "A fifth part at the end.", "dev_0_1_2018072417_x"),
        ("parts-exchanged", "Timestamp before the types.", "dev_2018072417_0_1"),
    ):
        flag = (
            LENIENT_CLIENT_ID if "line-feed" in name or "digits" in name or name == "id-empty" else flags.MALFORMED_ID
        )
        bad.invalid(f"form-{name}", comment, [flag], {"clientId": client_id})
    for name, auth, sign in (
        ("auth-9", "9", "1"),
        ("auth-empty", "", "1"),
        ("auth-00", "00", "1"),
        ("auth-x", "x", "1"),
        ("auth-full-width", "０", "1"),
        ("sign-2", "0", "2"),
        ("sign-empty", "0", ""),
        ("sign-01", "0", "01"),
        ("auth-4", "4", "0"),
    ):
        bad.invalid(
            f"type-{name}", "An unknown type.", [flags.UNKNOWN_TYPE], {"clientId": f"dev_{auth}_{sign}_2018072417"}
        )
    for auth in "13":
        bad.acceptable(
            f"type-auth-{auth}",
            f"Authentication type {auth}.",
            [flags.FIELD_TYPE],
            {"clientId": f"dev_{auth}_0_2018072417"},
            _parts("dev", auth, "0", "2018072417"),
        )
    for name, stamp in (("eight-digits", "20201103"), ("thirteen-digits", "1605866400000"), ("one-digit", "0")):
        bad.acceptable(
            f"type-0-{name}",
            "Type 0, another length.",
            [flags.SHORT_TIMESTAMP],
            {"clientId": f"dev_0_0_{stamp}"},
            _parts("dev", "0", "0", stamp),
        )
    bad.invalid(
        "too-long", "257 characters.", [flags.ID_LENGTH, LENIENT_CLIENT_ID], {"clientId": "d" * 242 + "_0_1_2018072417"}
    )
    bad.invalid(
        "far-too-long", "Sixty-four kilobytes.", [flags.ID_LENGTH], {"clientId": "d" * 65521 + "_0_1_2018072417"}
    )
    long = "设" * 100
    bad.acceptable(
        "id-bytes",
        "More than 256 bytes.",
        [flags.ID_LENGTH_BYTES],
        {"clientId": f"{long}_0_1_2018072417"},
        _parts(long, "0", "1", "2018072417"),
    )
    return file
