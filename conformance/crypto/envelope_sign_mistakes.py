"""The classic mistakes with the envelope's sign (document envelope.txt).

A mistake in making a sign is a mistake in checking it too, so the wrong `verify` follows from the wrong `sign`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from itertools import permutations
from typing import Any, Final

from conformance.crypto import envelope, primitives
from conformance.crypto import mistakes as common
from conformance.crypto.encoding import decode_base64, encode_base64, encode_utf8
from conformance.crypto.envelope import DecryptInput, SignInput, VerifyInput
from conformance.crypto.errors import BadKeyError, CryptoError
from conformance.crypto.mistakes import Flag, Mistake

SWAPPED_CONCATENATION: Final = Flag(
    "SwappedConcatenation",
    "WRONG_CONSTRUCTION",
    "The parts of the string to sign stand in another order than body, timeStamp, pId, secretKey.",
    "Every message is refused; a receiver that tries several orders can be shown forged messages.",
)
RAW_DIGEST: Final = Flag(
    "RawDigest",
    "ENCODING",
    "Base64 of the 16 digest bytes instead of the 32 hexadecimal digits ('md5 should be processed in hexadecimal format').",
    "The sign has 24 characters instead of 44 and is always refused.",
)
HEX_WITHOUT_BASE64: Final = Flag(
    "HexWithoutBase64",
    "ENCODING",
    "The hexadecimal digest itself is sent, without the Base64 step around it.",
    "The sign has 32 characters instead of 44 and is always refused.",
)
PLAIN_BODY_SIGNED: Final = Flag(
    "PlainBodySigned",
    "WRONG_CONSTRUCTION",
    "With encryption the sign covers the plain body instead of the transmitted ciphertext.",
    "The sign is refused, or can be checked only after decrypting what nobody has vouched for.",
)
DECODED_BODY_SIGNED: Final = Flag(
    "DecodedBodySigned",
    "WRONG_CONSTRUCTION",
    "With encryption the sign covers the ciphertext bytes instead of their Base64 text.",
    "Every encrypted message is refused.",
)
PART_LEFT_OUT: Final = Flag(
    "PartLeftOut",
    "WRONG_CONSTRUCTION",
    "The string to sign lacks a part that the rule names.",
    "That part can be changed on the way; without secretKey anybody can sign.",
)
PART_ADDED: Final = Flag(
    "PartAdded",
    "WRONG_CONSTRUCTION",
    "The string to sign holds a part or a separator that the rule does not name.",
    "Every message is refused.",
)
TIMESTAMP_SECONDS: Final = Flag(
    "TimestampSeconds",
    "WRONG_CONSTRUCTION",
    "The sign covers seconds where the member timeStamp holds milliseconds.",
    "Refused except at full seconds.",
)
_PARTS: Final = ("body", "timestamp", "pid", "secret")


def _base64_hex(data: bytes, hash_name: str = "MD5") -> str:
    return encode_base64(primitives.digest(hash_name, data).hex().encode("ascii"))


def _sign_text(text: str) -> str:
    return _base64_hex(encode_utf8(text, "string to sign"))


@dataclasses.dataclass(frozen=True, slots=True)
class _Parts:
    """What a signer has at hand: the plain body is known to the sender only."""

    encrypted: bool
    body: str
    plain: str | None
    timestamp: str
    pid: str
    secret: str

    @property
    def text(self) -> str:
        return self.body + self.timestamp + self.pid + self.secret if self.encrypted else self.timestamp + self.pid

    def without(self, part: str) -> _Parts:
        blank: dict[str, Any] = {part: ""}
        return dataclasses.replace(self, **blank)


_Rule = Callable[[_Parts], str]


def _of_sign(inputs: SignInput) -> _Parts:
    right = envelope.sign(inputs)
    return _Parts(inputs.encrypted, right.body, inputs.body, inputs.time_stamp, inputs.p_id, inputs.secret_key or "")


def _of_verify(inputs: VerifyInput) -> _Parts:
    if inputs.encrypted and inputs.secret_key is None:
        raise BadKeyError("secretKey", "is missing")
    plain = inputs.body
    if inputs.encrypted:
        plain = envelope.decrypt(DecryptInput(inputs.body, inputs.secret_key or "")).body
    return _Parts(inputs.encrypted, inputs.body, plain, inputs.time_stamp, inputs.p_id, inputs.secret_key or "")


def _signer(name: str, flag: Flag, right_up_to: str, then: str, rule: _Rule) -> Mistake:
    def sign(inputs: SignInput) -> str:
        return rule(_of_sign(inputs))

    def verify(inputs: VerifyInput) -> bool:
        return rule(_of_verify(inputs)) == inputs.sign

    return Mistake(name, flag, right_up_to, then, {"sign": sign, "verify": verify})


def _order(parts: _Parts, order: tuple[str, ...]) -> str:
    if not parts.encrypted:
        order = tuple(part for part in order if part in ("timestamp", "pid"))
    return _sign_text("".join(getattr(parts, part) for part in order))


def _ordered(order: tuple[str, ...]) -> Mistake:
    return _signer(
        "order-" + "-".join(order),
        SWAPPED_CONCATENATION,
        "the parts",
        "concatenated in the order " + ", ".join(order),
        lambda parts: _order(parts, order),
    )


def _without(part: str) -> Mistake:
    def rule(parts: _Parts) -> str:
        return _sign_text(parts.without(part).text)

    return _signer(f"without-{part}", PART_LEFT_OUT, "the parts", f"{part} left out of the string to sign", rule)


def _when_plain(name: str, then: str, rule: _Rule) -> Mistake:
    """Build a mistake that shows only without encryption."""
    return _signer(
        name, PART_ADDED, "the parts", then, lambda parts: _sign_text(parts.text) if parts.encrypted else rule(parts)
    )


def _hashed(hash_name: str) -> Mistake:
    return _signer(
        "hash-" + hash_name.lower().replace("-", ""),
        common.WRONG_HASH,
        "the string to sign",
        f"hashed with {hash_name} instead of MD5",
        lambda parts: _base64_hex(parts.text.encode(), hash_name),
    )


def _comparison(name: str, flag: Flag, then: str, rule: Callable[[str, str], bool]) -> Mistake:
    def verify(inputs: VerifyInput) -> bool:
        return rule(envelope.sign_received(inputs).sign, inputs.sign)

    return Mistake(name, flag, "the expected sign", then, {"verify": verify})


def _case_ignored(right: str, observed: str) -> bool:
    try:
        return decode_base64(observed, "sign").lower() == decode_base64(right, "sign").lower()
    except CryptoError:
        return False


SIGN_MISTAKES: Final[tuple[Mistake, ...]] = (
    _signer(
        "upper-case-hex",
        common.UPPER_CASE_HEX,
        "the digest",
        "upper-case hex",
        lambda parts: encode_base64(primitives.digest("MD5", parts.text.encode()).hex().upper().encode()),
    ),
    _signer(
        "raw-digest",
        RAW_DIGEST,
        "the digest",
        "Base64 of its bytes instead of its hex",
        lambda parts: encode_base64(primitives.digest("MD5", parts.text.encode())),
    ),
    _signer(
        "hex-without-base64",
        HEX_WITHOUT_BASE64,
        "the hex",
        "sent without Base64",
        lambda parts: primitives.digest("MD5", parts.text.encode()).hex(),
    ),
    _signer(
        "plain-body",
        PLAIN_BODY_SIGNED,
        "the parts",
        "the plain body signed instead of the ciphertext",
        lambda parts: _sign_text(dataclasses.replace(parts, body=parts.plain or "").text),
    ),
    _signer(
        "decoded-body",
        DECODED_BODY_SIGNED,
        "the ciphertext",
        "its bytes signed instead of its Base64 text",
        lambda parts: (
            _base64_hex(decode_base64(parts.body, "body") + parts.text[len(parts.body) :].encode())
            if parts.encrypted
            else _sign_text(parts.text)
        ),
    ),
    *(_ordered(order) for order in permutations(_PARTS) if order != _PARTS),
    *(_without(part) for part in _PARTS),
    _when_plain("plain-with-secret", "secretKey added", lambda parts: _sign_text(parts.text + parts.secret)),
    _when_plain("plain-with-body", "the plain body added", lambda parts: _sign_text(parts.body + parts.text)),
    _signer(
        "separator",
        PART_ADDED,
        "the parts",
        "joined by & instead of nothing",
        lambda parts: _sign_text(
            "&".join(
                [parts.body, parts.timestamp, parts.pid, parts.secret]
                if parts.encrypted
                else [parts.timestamp, parts.pid]
            )
        ),
    ),
    _signer(
        "timestamp-seconds",
        TIMESTAMP_SECONDS,
        "the parts",
        "timeStamp cut to seconds",
        lambda parts: _sign_text(dataclasses.replace(parts, timestamp=parts.timestamp[:-3]).text),
    ),
    _signer(
        "newline",
        common.NEWLINE_ADDED,
        "the string to sign",
        "a line feed hashed with it",
        lambda parts: _sign_text(parts.text + "\n"),
    ),
    _hashed("SHA-1"),
    _hashed("SHA-256"),
    _signer(
        "hmac-md5",
        common.WRONG_HASH,
        "the string to sign",
        "HMAC-MD5 keyed with secretKey instead of plain MD5",
        lambda parts: encode_base64(
            primitives.hmac("MD5", parts.secret.encode(), parts.text.removesuffix(parts.secret).encode()).hex().encode()
        ),
    ),
    _signer(
        "gbk",
        common.OTHER_CHARSET,
        "the string to sign",
        "turned into bytes as GBK",
        lambda parts: _base64_hex(parts.text.encode("gb18030")),
    ),
    _comparison("verify-ignores-case", common.CASE_IGNORED, "compared without regard to case", _case_ignored),
    _comparison(
        "verify-prefix",
        common.PREFIX_ACCEPTED,
        "compared only as far as the value reaches",
        lambda right, seen: right.startswith(seen),
    ),
    _comparison("verify-always", common.ACCEPTS_EVERYTHING, "not compared", lambda _right, _seen: True),
    _comparison("verify-never", common.REFUSES_EVERYTHING, "refused all the same", lambda _right, _seen: False),
)
"""In the order in which a diagnosis tries them: the likelier first."""
