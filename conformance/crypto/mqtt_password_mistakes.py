"""The classic mistakes with the password of MQTT CONNECT (document huawei.txt, 2.2).

A mistake in making a password is a mistake in checking it too; others are made in checking alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from conformance.crypto import mistakes as common
from conformance.crypto import mqtt_client_id, mqtt_password, primitives
from conformance.crypto.encoding import encode_base64
from conformance.crypto.errors import BadFormError
from conformance.crypto.mistakes import Flag, Mistake
from conformance.crypto.mqtt_client_id import ClientId, ParseInput
from conformance.crypto.mqtt_client_id_mistakes import LOCAL_HOUR
from conformance.crypto.mqtt_password import PasswordInput, VerifyInput

BASE64_DIGEST: Final = Flag(
    "Base64Digest",
    "ENCODING",
    "The HMAC is written in Base64 instead of hexadecimal.",
    "The password has 44 characters instead of 64 and is always refused.",
)
PLAIN_HASH: Final = Flag(
    "PlainHash",
    "WRONG_PRIMITIVE",
    "SHA-256 over the joined texts instead of HMAC-SHA256.",
    "Always refused; on the platform's side open to length extension.",
)
SHORT_DIGEST: Final = Flag(
    "ShortDigest",
    "ENCODING",
    "Only the first half of the digest is written, as buffers of 32 characters leave it.",
    "The password is always refused.",
)
HOUR_NOT_TIMESTAMP: Final = Flag(
    "WrongHmacKey",
    "WRONG_CONSTRUCTION",
    "The HMAC's key is not the timestamp of the client id: the date without the hour, or the whole client id.",
    "Every password is refused.",
)
SECRET_SENT: Final = Flag(
    "SecretSent",
    "MISSING_STEP",
    "The secret itself is sent as the password.",
    "The secret that the scheme is to protect travels with each connection.",
)
TIMESTAMP_NOT_CHECKED: Final = Flag(
    "TimestampNotChecked",
    "AUTH_BYPASS",
    "With signature type 1 the timestamp is not compared with the platform's clock.",
    "A password once seen works for ever.",
)
TIMESTAMP_ALWAYS_CHECKED: Final = Flag(
    "TimestampAlwaysChecked",
    "INTEROPERABILITY",
    "The timestamp is compared with the clock with signature type 0 too.",
    "Devices without a clock, which type 0 is for, cannot connect.",
)
TOLERANCE_WITHIN_DAY: Final = Flag(
    "ToleranceWithinDay",
    "CLOCK",
    "Hours are compared as numbers within a day, or the whole timestamp as a number, so that the tolerance ends at midnight.",
    "Devices whose clock is slightly off are refused around midnight, at month ends and at New Year.",
)
TOLERANCE_ONE_SIDED: Final = Flag(
    "ToleranceOneSided",
    "CLOCK",
    "The tolerance holds for clocks that are behind only; those ahead are refused, or accepted however far ahead.",
    "Half of the devices with an inexact clock are refused, or passwords can be made in advance.",
)


_Rule = Callable[[PasswordInput], str]


def _maker(name: str, flag: Flag, right_up_to: str, then: str, rule: _Rule) -> Mistake:
    def verify(inputs: VerifyInput) -> bool:
        parts = mqtt_client_id.parse(ParseInput(inputs.client_id))
        if parts.sign_type == "1" and not mqtt_password.is_current(parts.timestamp, inputs.now, inputs.tolerance_hours):
            return False
        return rule(PasswordInput(parts.timestamp, inputs.secret)) == inputs.password

    return Mistake(name, flag, right_up_to, then, {"password": rule, "verify": verify})


def _checker(name: str, flag: Flag, right_up_to: str, then: str, rule: Callable[[VerifyInput], bool]) -> Mistake:
    return Mistake(name, flag, right_up_to, then, {"verify": rule})


def _hmac(inputs: PasswordInput, hash_name: str = "SHA-256") -> bytes:
    return primitives.hmac(hash_name, inputs.timestamp.encode(), inputs.secret.encode())


def _swapped(inputs: PasswordInput) -> str:
    return primitives.hmac("SHA-256", inputs.secret.encode(), inputs.timestamp.encode()).hex()


def _expected(inputs: VerifyInput) -> tuple[ClientId, str]:
    parts = mqtt_client_id.parse(ParseInput(inputs.client_id))
    return parts, mqtt_password.password(PasswordInput(parts.timestamp, inputs.secret)).password


def _clock(name: str, flag: Flag, then: str, current: Callable[[ClientId, VerifyInput], bool]) -> Mistake:
    """Build a check that gets the clock wrong and the password right."""

    def verify(inputs: VerifyInput) -> bool:
        parts, right = _expected(inputs)
        return current(parts, inputs) and right == inputs.password

    return _checker(name, flag, "the client id", then, verify)


def _only_type_1(rule: Callable[[str, VerifyInput], bool]) -> Callable[[ClientId, VerifyInput], bool]:
    return lambda parts, inputs: parts.sign_type != "1" or rule(parts.timestamp, inputs)


def _same_numbers(timestamp: str, inputs: VerifyInput) -> bool:
    return abs(int(timestamp) - int(mqtt_client_id.timestamp(inputs.now))) <= inputs.tolerance_hours


def _hours_late(timestamp: str, now: datetime) -> float:
    here = mqtt_client_id.hour(mqtt_client_id.timestamp(now))
    return (here - mqtt_client_id.hour(timestamp)).total_seconds() / 3600


def _always_current(parts: ClientId, inputs: VerifyInput) -> bool:
    try:
        return mqtt_password.is_current(parts.timestamp, inputs.now, inputs.tolerance_hours)
    except BadFormError:
        return False


PASSWORD_MISTAKES: Final[tuple[Mistake, ...]] = (
    _maker("upper-case-hex", common.UPPER_CASE_HEX, "the digest", "upper-case hex", lambda i: _hmac(i).hex().upper()),
    _maker(
        "swapped-key-message",
        common.SWAPPED_KEY_MESSAGE,
        "the timestamp",
        "HMAC with the secret as key and the timestamp as message",
        _swapped,
    ),
    _maker("base64-digest", BASE64_DIGEST, "the digest", "Base64 instead of hex", lambda i: encode_base64(_hmac(i))),
    _maker(
        "plain-hash-timestamp-secret",
        PLAIN_HASH,
        "the timestamp",
        "SHA-256 of timestamp and secret joined",
        lambda i: primitives.digest("SHA-256", (i.timestamp + i.secret).encode()).hex(),
    ),
    _maker(
        "plain-hash-secret-timestamp",
        PLAIN_HASH,
        "the timestamp",
        "SHA-256 of secret and timestamp joined",
        lambda i: primitives.digest("SHA-256", (i.secret + i.timestamp).encode()).hex(),
    ),
    _maker(
        "plain-hash-secret",
        PLAIN_HASH,
        "the timestamp",
        "SHA-256 of the secret alone",
        lambda i: primitives.digest("SHA-256", i.secret.encode()).hex(),
    ),
    _maker("hmac-md5", common.WRONG_HASH, "key and message", "HMAC-MD5", lambda i: _hmac(i, "MD5").hex()),
    _maker("hmac-sha1", common.WRONG_HASH, "key and message", "HMAC-SHA1", lambda i: _hmac(i, "SHA-1").hex()),
    _maker("hmac-sha512", common.WRONG_HASH, "key and message", "HMAC-SHA512", lambda i: _hmac(i, "SHA-512").hex()),
    _maker("half-digest", SHORT_DIGEST, "the hex", "cut to 32 characters", lambda i: _hmac(i).hex()[:32]),
    _maker(
        "key-without-hour",
        HOUR_NOT_TIMESTAMP,
        "the timestamp",
        "HMAC keyed with the date without the hour",
        lambda i: primitives.hmac("SHA-256", i.timestamp[:8].encode(), i.secret.encode()).hex(),
    ),
    _maker(
        "secret-newline",
        common.NEWLINE_ADDED,
        "the timestamp",
        "a line feed at the end of the secret",
        lambda i: primitives.hmac("SHA-256", i.timestamp.encode(), i.secret.encode() + b"\n").hex(),
    ),
    _maker(
        "secret-gbk",
        common.OTHER_CHARSET,
        "the timestamp",
        "the secret turned into bytes as GBK",
        lambda i: primitives.hmac("SHA-256", i.timestamp.encode(), i.secret.encode("gb18030")).hex(),
    ),
    _maker("secret-itself", SECRET_SENT, "the secret", "sent as the password, not hashed", lambda i: i.secret),
    _clock(
        "clock-not-checked", TIMESTAMP_NOT_CHECKED, "accepted whatever the clock says", lambda _parts, _inputs: True
    ),
    _clock("clock-always-checked", TIMESTAMP_ALWAYS_CHECKED, "compared with the clock for type 0 too", _always_current),
    _clock(
        "tolerance-by-number",
        TOLERANCE_WITHIN_DAY,
        "compared as one number",
        _only_type_1(_same_numbers),
    ),
    _clock(
        "tolerance-past-only",
        TOLERANCE_ONE_SIDED,
        "refused when ahead of the clock",
        _only_type_1(lambda stamp, i: 0 <= _hours_late(stamp, i.now) <= i.tolerance_hours),
    ),
    _clock(
        "tolerance-future-unlimited",
        TOLERANCE_ONE_SIDED,
        "accepted however far ahead of the clock",
        _only_type_1(lambda stamp, i: _hours_late(stamp, i.now) <= i.tolerance_hours),
    ),
    _clock(
        "clock-local",
        LOCAL_HOUR,
        "compared with the platform's local hour",
        _only_type_1(lambda stamp, i: abs(_hours_late(stamp, i.now.replace(tzinfo=UTC))) <= i.tolerance_hours),
    ),
    _checker(
        "verify-ignores-case",
        common.CASE_IGNORED,
        "the expected password",
        "compared without regard to case",
        lambda i: mqtt_password.verify(
            VerifyInput(i.client_id, i.password.lower(), i.secret, i.now, i.tolerance_hours),
        ),
    ),
    _checker(
        "verify-prefix",
        common.PREFIX_ACCEPTED,
        "the expected password",
        "compared only as far as the value reaches",
        lambda i: (
            _expected(i)[1].startswith(i.password)
            and mqtt_password.verify(VerifyInput(i.client_id, _expected(i)[1], i.secret, i.now, i.tolerance_hours))
        ),
    ),
    _checker("verify-always", common.ACCEPTS_EVERYTHING, "the client id", "not checked", lambda _inputs: True),
    _checker("verify-never", common.REFUSES_EVERYTHING, "the password", "refused all the same", lambda _inputs: False),
)
"""In the order in which a diagnosis tries them: the likelier first."""
