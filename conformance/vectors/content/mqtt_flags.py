"""Flags of the MQTT vectors that are not about a classic mistake (document huawei.txt, 2.2)."""

from __future__ import annotations

from typing import Final

from conformance.crypto.mistakes import Flag

SOURCE: Final = "huawei.txt, 2.2 MQTT CONNECT 连接鉴权"

DOCUMENT_EXAMPLE: Final = Flag(
    "DocumentExample",
    "BASIC",
    "The time is the document's example: UTC 2018/7/24 17:56:20 is 2018072417.",
    "Whoever fails here does not follow the document's own example.",
)
CAPTURE: Final = Flag(
    "Capture",
    "BASIC",
    "Sent by a public client on the wire; device and secret are invented.",
    "Devices in the field cannot connect.",
)
TIMESTAMP_VALUE: Final = Flag(
    "TimestampValue",
    "BASIC",
    "Timestamps of all kinds of hours, used as key as they stand.",
    "Devices cannot connect at certain hours.",
)
UNUSUAL_TIMESTAMP: Final = Flag(
    "UnusualTimestamp",
    "INTEROPERABILITY",
    "Texts that devices with signature type 0 send instead of an hour: Unix seconds, month 00, arbitrary digits.",
    "Devices in the field cannot connect although their timestamp is not to be checked.",
)
SHORT_TIMESTAMP: Final = Flag(
    "ShortTimestamp",
    "INTEROPERABILITY",
    "A timestamp of other length than ten digits. Against the document, yet sent by devices with signature type 0.",
    "Refusing follows the document, accepting serves devices in the field.",
)
SECRET_VALUE: Final = Flag(
    "SecretValue",
    "KEY_HANDLING",
    "Secrets of all lengths and contents: nothing, one byte, around the block of SHA-256, hexadecimal, blanks.",
    "Buffers cut the secret, or a helpful program decodes or trims it.",
)
UTF8: Final = Flag(
    "Utf8",
    "ENCODING",
    "Text outside ASCII, in UTF-8, as MQTT has it.",
    "Devices with such ids or secrets cannot connect.",
)
EMPTY_KEY: Final = Flag(
    "EmptyKey",
    "KEY_HANDLING",
    "The timestamp, which is the key of the HMAC, is empty.",
    "The password does not depend on time at all.",
)
HOUR_BOUNDARY: Final = Flag(
    "HourBoundary",
    "CLOCK",
    "Clock and timestamp on the two sides of an hour, day, month, year or leap day, with a tolerance that just reaches or "
    "just does not.",
    "Devices are refused, or old passwords accepted, around that moment.",
)
LEAP_DAY: Final = Flag(
    "LeapDay",
    "CLOCK",
    "29 February where there is one, and where there is none.",
    "An outage every four years, or an impossible day accepted.",
)
UTC_OFFSET: Final = Flag(
    "UtcOffset",
    "CLOCK",
    "The clock is given with its offset from UTC, whole hours and others, across midnight.",
    "Devices outside UTC send a wrong hour.",
)
TYPES: Final = Flag(
    "Types",
    "BASIC",
    "Authentication types 0 and 2 and signature types 0 and 1, which the document lists.",
    "One kind of device cannot connect.",
)
FIELD_TYPE: Final = Flag(
    "FieldType",
    "INTEROPERABILITY",
    "Authentication types seen in the field that the document does not list: 1 (one secret per product), 3 (bridge).",
    "Refusing follows the document, accepting serves devices in the field.",
)
UNKNOWN_TYPE: Final = Flag(
    "UnknownType",
    "PARSING",
    "An authentication or signature type that nobody defines, or none.",
    "A device is authenticated by a rule that was not meant.",
)
UNDERSCORE_ID: Final = Flag(
    "UnderscoreId",
    "PARSING",
    "Ids that hold the separator.",
    "The device is taken for another one, or cannot connect.",
)
ID_LENGTH: Final = Flag(
    "IdLength",
    "RESOURCE",
    "Client ids of 256 characters, the limit, and more.",
    "Long ids are cut, and two devices become one.",
)
ID_LENGTH_BYTES: Final = Flag(
    "IdLengthBytes",
    "RESOURCE",
    "A client id of at most 256 characters that has more than 256 bytes: the document does not say what it counts.",
    "Either reading occurs.",
)
MALFORMED_ID: Final = Flag(
    "MalformedId",
    "PARSING",
    "A client id that does not have the four documented parts in their form.",
    "Malformed ids enter the platform's data, and what they mean is decided by accident.",
)
MODIFIED: Final = Flag(
    "PasswordModified",
    "AUTH_BYPASS",
    "The password was changed, shortened or lengthened, or belongs to another secret or timestamp.",
    "Somebody connects in a device's name.",
)
