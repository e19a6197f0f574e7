"""Vectors for the envelope's sign (document envelope.txt, "The signing rules are as follows")."""

from __future__ import annotations

from typing import Any, Final

from conformance.crypto import envelope
from conformance.crypto import mistakes as common
from conformance.crypto.envelope_forgeries import SIGN_FORGERIES
from conformance.crypto.envelope_sign_mistakes import PLAIN_BODY_SIGNED
from conformance.crypto.mistakes import Flag
from conformance.vectors.content.draft import FileDraft, GroupDraft
from conformance.vectors.content.envelope_body import BODIES
from conformance.vectors.content.envelope_flags import DOCUMENT_EXAMPLE, KEY_LENGTH, SOURCE, UTF8_BODY, WRONG_KEY
from conformance.vectors.content.keys import text_key

SIGN_BASIC: Final = Flag(
    "SignBasic",
    "BASIC",
    "The signing rule with ordinary and with border values of timeStamp and pId.",
    "The peer refuses the message.",
)
RESPONSE: Final = Flag(
    "ResponseMessage",
    "BASIC",
    "A response: same rule, with timeStamp and pId of the request, because the response carries neither.",
    "The client refuses the platform's answers.",
)
MESSAGE_MODIFIED: Final = Flag(
    "MessageModified",
    "AUTH_BYPASS",
    "A part that the sign covers was changed after signing.",
    "Messages can be changed on the way.",
)
DOWNGRADE: Final = Flag(
    "Downgrade",
    "AUTH_BYPASS",
    "The sign was made by the rule of the other mode: without encryption anybody can make it.",
    "Encrypted mode protects nothing if the other rule's sign passes.",
)
BODY_NOT_COVERED: Final = Flag(
    "BodyNotCovered",
    "MALLEABILITY",
    "Without encryption the sign does not cover the body: by the document's rule the message is right whatever the body.",
    "Nothing protects such a body but the transport.",
)
AMBIGUOUS: Final = Flag(
    "AmbiguousConcatenation",
    "MALLEABILITY",
    "The parts are joined without separator, so that digits can move from one to the next and the sign stays right.",
    "A sign vouches for more than one message; other checks must bind timeStamp and pId.",
)
SECRET_MISSING: Final = Flag(
    "SecretMissing",
    "KEY_HANDLING",
    "Encryption is on and there is no secretKey.",
    "Treating it as empty makes signs that anybody can make.",
)

_EXAMPLE: Final = {"body": '{"deviceId":0}', "timeStamp": "1689586062335", "pId": "YmRj"}
_EXAMPLE_SIGN: Final = "YjlhMWRmZTVlNzJhYTg4MTgzMDFhNTdlOWE0NjMyNDc="
_ENCRYPTED_EXAMPLE: Final = {
    "body": "yqJeC3BgcOHfKReCHzmhtp8VH1Fr3vxi",
    "timeStamp": "1631949094265",
    "pId": "1",
    "sign": "MjI0OGYzMGQwMjhlMmI4YTNmMjM2MjE3MjYzYTFkODg=",
}


def _message(number: int, body: str = "{}") -> dict[str, Any]:
    """Return a message with a timeStamp of its own: no two vectors share their inputs."""
    return {"body": body, "timeStamp": str(1700000000123 + 86_400_007 * number), "pId": f"p{number}"}


def _sent(inputs: dict[str, Any]) -> dict[str, Any]:
    """Return the message as its receiver gets it, rightly signed."""
    made = envelope.sign(
        envelope.SignInput(
            inputs["encrypted"], inputs["body"], inputs["timeStamp"], inputs["pId"], inputs.get("secretKey")
        )
    )
    return {**inputs, "body": made.body, "sign": made.sign}


def build_sign() -> FileDraft:
    """Make the vectors of signing."""
    file = FileDraft("envelope", "sign", SOURCE)
    key = text_key("secretKey", "des-a")
    plain = file.group("SignUnencrypted", {"encrypted": False})
    plain.valid(
        "document-example", "The document's unencrypted example.", [DOCUMENT_EXAMPLE], _EXAMPLE, {"sign": _EXAMPLE_SIGN}
    )
    for number, (name, p_id) in enumerate(
        (
            ("empty", ""),
            ("digits", "1"),
            ("long", "p" * 200),
            ("chinese", "项目一"),
            ("blanks", " a b "),
            ("case", "yMrJ"),
        )
    ):
        flag = UTF8_BODY if name == "chinese" else SIGN_BASIC
        plain.valid(f"pid-{name}", "Another pId.", [flag], {**_message(number), "pId": p_id})
    for name, stamp in (
        ("zero", "0"),
        ("seconds", "1689586062"),
        ("full-second", "1689586062000"),
        ("year-9999", "253402300799999"),
    ):
        plain.valid(
            f"timestamp-{name}",
            "Another timeStamp, signed as it stands.",
            [SIGN_BASIC],
            {**_EXAMPLE, "timeStamp": stamp},
        )
    plain.valid(
        "plain-secret-ignored",
        "A secretKey is known, but encryption is off.",
        [SIGN_BASIC],
        {**_message(10), "secretKey": key},
    )
    plain.valid(
        "plain-body-ignored",
        "The sign of the document's example with another body.",
        [BODY_NOT_COVERED],
        {**_EXAMPLE, "body": "{}"},
    )
    plain.valid("plain-response", "A response, its body empty.", [RESPONSE], {**_message(11), "body": ""})
    encrypted = file.group("SignEncrypted", {"encrypted": True})
    for number, (name, body, flag) in enumerate(BODIES, 20):
        encrypted.valid(
            f"body-{name}",
            f"A body of {len(body.encode())} bytes.",
            [flag],
            {**_message(number, body), "secretKey": key},
        )
    for number, p_id in enumerate(("", "项目一", "123"), 60):
        flag = UTF8_BODY if p_id == "项目一" else SIGN_BASIC
        encrypted.valid(
            f"encrypted-pid-{number - 59}", "Another pId.", [flag], {**_message(number), "pId": p_id, "secretKey": key}
        )
    for number, body in enumerate(('{"list":[]}', "", "[]"), 65):
        encrypted.valid(
            f"encrypted-response-{number - 64}", "A response.", [RESPONSE], {**_message(number, body), "secretKey": key}
        )
    both = file.group("SignUnencryptedMistakes", {"encrypted": False, "secretKey": key})
    for name in ("plain-with-secret", "plain-with-body", "order-body-pid-timestamp-secret"):
        mistake = next(mistake for mistake in file.mistakes() if mistake.name == name)
        both.valid(f"plain-catches-{name}", f"A wrong program is {mistake}.", [mistake.flag], _message(150 + len(name)))
    encrypted.catch_all(
        {
            **_message(number, "{}" if number % 2 else '{"name":"é"}'),
            "pId": "é" if number % 3 else "p",
            "secretKey": key,
        }
        for number in range(100, 140)
    )
    keys = file.group("SignKeys", {"encrypted": True})
    keys.invalid("secret-missing", "There is no secretKey.", [SECRET_MISSING], _message(200))
    for number, short in enumerate(("", "K7mR2xQ"), 201):
        keys.invalid(
            f"key-of-{len(short) or 'none'}", "A short key.", [KEY_LENGTH], {**_message(number), "secretKey": short}
        )
    return file


def _mistaken(file: FileDraft, group: GroupDraft, message: dict[str, Any], prefix: str) -> None:
    """For each mistake in making the sign, add the message with the sign that the mistake yields."""
    from conformance.vectors.operations import OPERATIONS

    sign = OPERATIONS["envelope", "sign"]
    right = _sent(message)
    seen = {right["sign"]}
    for mistake in file.mistakes():
        if "sign" in mistake.wrong:
            wrong = mistake.wrong["sign"](sign.read(message))
            if wrong not in seen:
                seen.add(wrong)
                # Upper-case hex is also what a comparison without regard to case lets pass.
                flags = [mistake.flag, common.CASE_IGNORED] if mistake.flag is common.UPPER_CASE_HEX else [mistake.flag]
                group.invalid(f"{prefix}-{mistake.name}", f"The sign is {mistake}.", flags, {**right, "sign": wrong})


def _modified(group: GroupDraft, right: dict[str, Any], prefix: str) -> None:
    for each in SIGN_FORGERIES:
        wrong = {**right, "sign": each.change(right["sign"])}
        group.invalid(f"{prefix}-sign-{each.name}", each.comment, [each.flag], wrong)


def build_verify() -> FileDraft:
    """Make the vectors of checking a sign."""
    file = FileDraft("envelope", "verify", SOURCE)
    key = text_key("secretKey", "des-a")
    plain = file.group("VerifyUnencrypted", {"encrypted": False})
    encrypted = file.group("VerifyEncrypted", {"encrypted": True})
    example = {**_EXAMPLE, "sign": _EXAMPLE_SIGN}
    plain.valid(
        "document-example",
        "The document's unencrypted example.",
        [DOCUMENT_EXAMPLE, common.REFUSES_EVERYTHING],
        example,
    )
    plain.valid("plain-body-changed", "Its body changed.", [BODY_NOT_COVERED], {**example, "body": '{"deviceId":1}'})
    moved = {**example, "timeStamp": "168958606233", "pId": "5YmRj"}
    plain.valid("digit-moved", "The last digit of timeStamp moved to pId.", [AMBIGUOUS], moved)
    for name, change in (
        ("timestamp", {"timeStamp": "1689586062336"}),
        ("pid", {"pId": "YmRk"}),
        ("pid-case", {"pId": "ymrj"}),
    ):
        plain.invalid(f"plain-{name}-changed", f"Another {name}.", [MESSAGE_MODIFIED], {**example, **change})
    _modified(plain, example, "plain")
    plain.invalid(
        "always-plain",
        "A sign that has nothing to do with the message.",
        [common.ACCEPTS_EVERYTHING],
        {**example, "sign": "AAAA"},
    )
    message = {**_message(300, '{"deviceId":7,"name":"é"}'), "encrypted": True, "pId": "é1", "secretKey": key}
    for number, (name, body, flag) in enumerate(BODIES[:9] + BODIES[20:23], 310):
        encrypted.valid(
            f"body-{name}",
            f"A body of {len(body.encode())} bytes.",
            [flag],
            _sent({**_message(number, body), "encrypted": True, "secretKey": key}),
        )
    right = _sent(message)
    encrypted.valid("right", "An encrypted message as it ought to be.", [SIGN_BASIC, common.REFUSES_EVERYTHING], right)
    encrypted.invalid(
        "document-example-other-key",
        "The document's encrypted example under a key that is not its own.",
        [DOCUMENT_EXAMPLE, WRONG_KEY],
        {**_ENCRYPTED_EXAMPLE, "secretKey": key},
    )
    _mistaken(file, encrypted, message, "wrong")
    _modified(encrypted, right, "encrypted")
    other = text_key("secretKey", "des-b")
    tampered = envelope.encrypt(envelope.EncryptInput('{"deviceId":8,"name":"é"}', key)).body
    for name, change in (
        ("body", {"body": tampered}),
        ("body-first-character", {"body": ("A" if right["body"][0] != "A" else "B") + right["body"][1:]}),
        ("body-case", {"body": right["body"].swapcase()}),
        ("body-line-feed", {"body": right["body"] + "\n"}),
        ("body-empty", {"body": ""}),
        ("timestamp", {"timeStamp": str(int(right["timeStamp"]) + 1)}),
        ("pid", {"pId": "é2"}),
        ("pid-composed", {"pId": "e\u03011"}),
    ):
        encrypted.invalid(f"encrypted-{name}-changed", f"Changed: {name}.", [MESSAGE_MODIFIED], {**right, **change})
    encrypted.invalid("encrypted-other-key", "Another secretKey.", [WRONG_KEY], {**right, "secretKey": other})
    encrypted.invalid(
        "encrypted-secret-missing",
        "No secretKey.",
        [SECRET_MISSING],
        {k: v for k, v in right.items() if k != "secretKey"},
    )
    downgraded = _sent({**message, "encrypted": False})["sign"]
    encrypted.invalid("downgrade", "Signed by the rule without encryption.", [DOWNGRADE], {**right, "sign": downgraded})
    upgraded = {**_message(400), "encrypted": True, "secretKey": key}
    sign = _sent(upgraded)["sign"]
    plain.invalid(
        "upgrade",
        "Unencrypted, signed by the rule with encryption.",
        [DOWNGRADE, PLAIN_BODY_SIGNED],
        {**_message(400), "encrypted": False, "sign": sign},
    )
    moved_message = {**right, "timeStamp": right["timeStamp"][:-1], "pId": right["timeStamp"][-1] + right["pId"]}
    encrypted.valid("encrypted-digit-moved", "The last digit of timeStamp moved to pId.", [AMBIGUOUS], moved_message)
    both = file.group("VerifyUnencryptedMistakes", {"encrypted": False})
    _mistaken(file, both, {**_message(500, '{"a":1}'), "encrypted": False, "secretKey": key, "pId": "é"}, "plain-wrong")
    return file
