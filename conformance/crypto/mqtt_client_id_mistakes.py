"""The classic mistakes with the client id of MQTT CONNECT (document huawei.txt, 2.2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from conformance.crypto import mqtt_client_id
from conformance.crypto.errors import BadFormError
from conformance.crypto.mistakes import Flag, Mistake
from conformance.crypto.mqtt_client_id import ClientId, ComposeInput, ParseInput

LOCAL_HOUR: Final = Flag(
    "LocalHour",
    "CLOCK",
    "The timestamp is the device's local hour instead of the hour in UTC.",
    "With signature type 1 the device connects only where the two agree; tests in one zone do not show it.",
)
MONTH_ONE_BEHIND: Final = Flag(
    "MonthOneBehind",
    "CLOCK",
    "The month counts from zero, as C's tm_mon does; January becomes 00.",
    "With signature type 1 the device never connects.",
)
TWELVE_HOUR_CLOCK: Final = Flag(
    "TwelveHourClock",
    "CLOCK",
    "The hour runs from 01 to 12, as the pattern hh gives it.",
    "The device connects in the morning only, and not in the first hour after midnight.",
)
WEEK_YEAR: Final = Flag(
    "WeekYear",
    "CLOCK",
    "The year is the ISO week's year, as the pattern YYYY of some languages gives it.",
    "Wrong on a few days around New Year: an outage once a year.",
)
TIMESTAMP_FORM: Final = Flag(
    "TimestampForm",
    "ENCODING",
    "The timestamp has another form than YYYYMMDDHH: minutes, no leading zeros, Unix seconds, no hour.",
    "Refused with signature type 1; platforms that take the length for granted misread the client id.",
)
SPLIT_FROM_LEFT: Final = Flag(
    "SplitFromLeft",
    "PARSING",
    "The client id is split at the first underscores, although ids may hold underscores.",
    "Devices whose id holds an underscore cannot connect, or are taken for another device.",
)
LENIENT_CLIENT_ID: Final = Flag(
    "LenientClientId",
    "PARSING",
    "The form of the client id is not checked: unknown types, empty ids, other scripts' digits, a final line feed, any length.",
    "Malformed ids enter the platform's data, and what they mean is decided by accident.",
)


def _stamped(name: str, flag: Flag, then: str, stamp: Callable[[datetime], str]) -> Mistake:
    def compose(inputs: ComposeInput) -> str:
        mqtt_client_id.compose(inputs)  # refuses what a right program refuses
        return "_".join((inputs.device_id, inputs.auth_type, inputs.sign_type, stamp(inputs.moment)))

    return Mistake(name, flag, "the types", then, {"compose-client-id": compose})


def _utc(pattern: str) -> Callable[[datetime], str]:
    return lambda moment: moment.astimezone(UTC).strftime(pattern)


def _month_one_behind(moment: datetime) -> str:
    utc = moment.astimezone(UTC)
    return f"{utc.year:04d}{utc.month - 1:02d}{utc.day:02d}{utc.hour:02d}"


def _unpadded(moment: datetime) -> str:
    utc = moment.astimezone(UTC)
    return f"{utc.year}{utc.month}{utc.day}{utc.hour}"


def _composer(name: str, then: str, rule: Callable[[ComposeInput], str]) -> Mistake:
    return Mistake(name, LENIENT_CLIENT_ID, "the parts", then, {"compose-client-id": rule})


def _parser(name: str, flag: Flag, then: str, rule: Callable[[str], ClientId]) -> Mistake:
    def parse(inputs: ParseInput) -> ClientId:
        return rule(inputs.client_id)

    return Mistake(name, flag, "the client id", then, {"parse-client-id": parse})


def _from_left(text: str) -> ClientId:
    pieces = text.split("_")
    if len(pieces) < 4:
        raise BadFormError("clientId", "has too few parts")
    return ClientId(*pieces[:4])


def _unchecked(text: str) -> ClientId:
    pieces = text.rsplit("_", 3)
    if len(pieces) != 4:
        raise BadFormError("clientId", "has too few parts")
    return ClientId(*pieces)


def _by_pattern(pattern: str) -> Callable[[str], ClientId]:
    def parse(text: str) -> ClientId:
        found = re.match(pattern, text, re.DOTALL)
        if found is None or len(text) > mqtt_client_id.LONGEST:
            raise BadFormError("clientId", "does not match")
        return ClientId(*found.groups())

    return parse


CLIENT_ID_MISTAKES: Final[tuple[Mistake, ...]] = (
    _stamped("local-hour", LOCAL_HOUR, "the local hour instead of UTC", lambda moment: moment.strftime("%Y%m%d%H")),
    _stamped("month-one-behind", MONTH_ONE_BEHIND, "the month one behind", _month_one_behind),
    _stamped("twelve-hour-clock", TWELVE_HOUR_CLOCK, "the hour on a twelve-hour clock", _utc("%Y%m%d%I")),
    _stamped("week-year", WEEK_YEAR, "the year of the ISO week", _utc("%G%m%d%H")),
    _stamped("minutes", TIMESTAMP_FORM, "minutes added", _utc("%Y%m%d%H%M")),
    _stamped("no-hour", TIMESTAMP_FORM, "the hour left out", _utc("%Y%m%d")),
    _stamped("no-leading-zeros", TIMESTAMP_FORM, "numbers without leading zeros", _unpadded),
    _stamped("day-first", TIMESTAMP_FORM, "the day before the month", _utc("%Y%d%m%H")),
    _stamped("unix-seconds", TIMESTAMP_FORM, "Unix seconds", lambda moment: str(int(moment.timestamp()))),
    _composer(
        "compose-unchecked",
        "joined without a check",
        lambda i: "_".join((i.device_id, i.auth_type, i.sign_type, mqtt_client_id.timestamp(i.moment))),
    ),
    _parser("split-from-left", SPLIT_FROM_LEFT, "split at the first underscores", _from_left),
    _parser("parse-unchecked", LENIENT_CLIENT_ID, "split without a check", _unchecked),
    _parser(
        "dollar-newline",
        LENIENT_CLIENT_ID,
        "matched by a pattern whose end lets a line feed pass",
        _by_pattern(r"(.+)_([02])_([01])_([0-9]{10})$"),
    ),
    _parser(
        "other-digits",
        LENIENT_CLIENT_ID,
        "matched by a pattern that takes other scripts' digits",
        _by_pattern(r"(.+)_([02])_([01])_(\d{10})\Z"),
    ),
    _parser(
        "calendar-ignored",
        LENIENT_CLIENT_ID,
        "taken without looking at the calendar",
        _by_pattern(r"(.+)_([02])_([01])_([0-9]{10})\Z"),
    ),
)
"""In the order in which a diagnosis tries them: the likelier first."""
