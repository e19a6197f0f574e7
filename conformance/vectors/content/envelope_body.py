"""Vectors for the envelope's encrypted body (document envelope.txt, "Enable encryption: Base64 (DES (body plain text))")."""

from __future__ import annotations

from typing import Any, Final

from conformance.crypto import envelope, primitives
from conformance.crypto.encoding import encode_base64
from conformance.crypto.envelope_body_mistakes import CBC_MODE, PADDING_NOT_CHECKED
from conformance.crypto.envelope_forgeries import (
    BAD_ENDINGS,
    BASE64_FORGERIES,
    BASE64_FORM,
    CUTS,
    PADDED_BASE64_FORGERIES,
    SPECIAL_BASE64_FORGERIES,
)
from conformance.crypto.mistakes import Flag
from conformance.vectors.content.draft import FileDraft, GroupDraft
from conformance.vectors.content.envelope_flags import (
    BODY_LENGTH,
    DOCUMENT_EXAMPLE,
    KEY_CHARSET,
    KEY_LENGTH,
    LARGE_BODY,
    NO_INTEGRITY,
    PADDING_LIKE,
    PARITY,
    SOURCE,
    TEXT_CONTENT,
    UTF8_BODY,
    WEAK_KEY,
    WRONG_KEY,
)
from conformance.vectors.content.keys import text_key

BODIES: Final[tuple[tuple[str, str, Flag], ...]] = (
    ("empty", "", BODY_LENGTH),
    ("one-byte", "a", BODY_LENGTH),
    ("seven-bytes", "1234567", BODY_LENGTH),
    ("one-block", "12345678", BODY_LENGTH),
    ("nine-bytes", "123456789", BODY_LENGTH),
    ("two-blocks-less-one", "0123456789abcde", BODY_LENGTH),
    ("two-blocks", "0123456789abcdef", BODY_LENGTH),
    ("equal-blocks", "AAAAAAAA" * 4, BODY_LENGTH),
    ("many-blocks", "The quick brown fox jumps over the lazy dog. " * 20, BODY_LENGTH),
    ("large", "0123456789abcdef" * 4096, LARGE_BODY),
    ("json-object", '{"deviceId":0}', TEXT_CONTENT),
    ("json-pretty", '{\n    "deviceId": 0,\r\n\t"name": "a \\"b\\" \\\\ c/d"\n}', TEXT_CONTENT),
    ("json-array", "[1,2.50,-3e10,true,false,null]", TEXT_CONTENT),
    ("blanks-around", "  {}  ", TEXT_CONTENT),
    ("final-line-feed", "{}\n", TEXT_CONTENT),
    ("byte-order-mark", "\ufeff{}", TEXT_CONTENT),
    ("null-character", "a\0b\0", TEXT_CONTENT),
    ("control-characters", "".join(map(chr, range(1, 32))), TEXT_CONTENT),
    ("base64-in-body", "yqJeC3BgcOHfKReCHzmhtp8VH1Fr3vxi", TEXT_CONTENT),
    ("percent-and-plus", "a%20b+c&d=e", TEXT_CONTENT),
    ("accents", '{"name":"Grüße, déjà vu"}', UTF8_BODY),
    ("chinese", '{"name":"温度传感器"}', UTF8_BODY),
    ("emoji", '{"name":"🌡🏠"}', UTF8_BODY),
    ("combining", "e\u0301 \u00e9", UTF8_BODY),
    ("split-character", "1234567é", UTF8_BODY),
    ("ends-with-1", "abcdefg\x01", PADDING_LIKE),
    ("ends-with-22", "abcdef\x02\x02", PADDING_LIKE),
    ("block-of-8", "\x08" * 8, PADDING_LIKE),
    ("ends-with-zeros", "abc\0\0\0\0\0", PADDING_LIKE),
    ("ends-with-7", "\x07" * 7, PADDING_LIKE),
)

_UNUSUAL_KEYS: Final[tuple[tuple[str, str, Flag], ...]] = (
    ("weak-01", "\x01" * 8, WEAK_KEY),
    ("weak-1f0e", "\x1f\x1f\x1f\x1f\x0e\x0e\x0e\x0e", WEAK_KEY),
    ("semi-weak-011f", "\x01\x1f\x01\x1f\x01\x0e\x01\x0e", WEAK_KEY),
    ("semi-weak-1f01", "\x1f\x01\x1f\x01\x0e\x01\x0e\x01", WEAK_KEY),
    ("weak-00", "\0" * 8, WEAK_KEY),
    ("parity-odd", "aabcdefg", PARITY),
    ("parity-one-bit", "`abcdefg", PARITY),
    ("parity-all-bits", "``cbedgf", PARITY),
    ("digits-only", "12345678", PARITY),
    ("blanks", "        ", PARITY),
)


def _keys(group: GroupDraft, inputs: dict[str, Any]) -> None:
    """Add the vectors about keys that are not eight ASCII bytes; `inputs` holds the body."""
    for name, key in (("none", ""), ("one", "K"), ("seven", "K7mR2xQ"), ("four", "K7mR")):
        group.invalid(f"key-of-{name}", f"The key has {len(key)} bytes.", [KEY_LENGTH], {**inputs, "secretKey": key})


def build_encrypt() -> FileDraft:
    """Make the vectors of encryption."""
    file = FileDraft("envelope", "encrypt", SOURCE)
    key = text_key("secretKey", "des-a")
    group = file.group("DesEcbEncrypt", {"secretKey": key})
    for name, body, flag in BODIES:
        group.valid(f"body-{name}", f"A body of {len(body.encode())} bytes.", [flag], {"body": body})
    group.catch_all(
        {"body": f'{{"n":{n},"text":"{text}"}}'}
        for n, text in enumerate(
            ("é", "abc", "x" * 90, "abcdefgh", "0123456", "??>>~~", "padding", "cbc", "lines" * 20, "g") * 3
        )
    )
    keys = file.group("DesEcbKeys")
    for name, unusual, flag in _UNUSUAL_KEYS:
        keys.valid(f"key-{name}", "An unusual key.", [flag], {"body": '{"deviceId":0}', "secretKey": unusual})
    _keys(keys, {"body": "{}"})
    for name, long in (
        ("nine", key + "x"),
        ("sixteen", key * 2),
        ("twenty-four", key + text_key("secretKey", "des-b") * 2),
    ):
        keys.acceptable(
            f"key-of-{name}",
            f"The key has {len(long)} bytes: refused, or cut to the first eight.",
            [KEY_LENGTH],
            {"body": "{}", "secretKey": long},
            file.answer({"body": "{}", "secretKey": long[:8]}),
        )
    keys.acceptable(
        "key-not-ascii",
        "The key has four characters and eight bytes.",
        [KEY_CHARSET],
        {"body": "{}", "secretKey": "ключ"},
        file.answer({"body": "{}", "secretKey": "ключ"}),
    )
    return file


def _blocks(key: str, padded: bytes) -> str:
    return encode_base64(primitives.des_ecb_encrypt(key.encode(), padded))


def _bad_padding(group: GroupDraft, key: str) -> None:
    for each in BAD_ENDINGS:
        text = b'{"deviceId":0}'
        filler = (text * 2)[: -len(each.end) % 8 + 8]
        body = _blocks(key, filler + each.end)
        group.invalid(f"padding-{each.name}", each.comment, [PADDING_NOT_CHECKED], {"body": body})
    group.invalid(
        "padding-missing",
        "Whole blocks without padding.",
        [PADDING_NOT_CHECKED],
        {"body": _blocks(key, b"0123456789abcdef")},
    )
    group.invalid(
        "padding-first-byte-of-8-differs",
        "A last block of eights, its second byte changed.",
        [PADDING_NOT_CHECKED],
        {"body": _blocks(key, b"01234567\x08\x07\x08\x08\x08\x08\x08\x08")},
    )


def _bad_base64(group: GroupDraft, key: str) -> None:
    plain = '{"deviceId":1,"text":"??>>~~"}'
    made = envelope.encrypt(envelope.EncryptInput(plain, key))
    right = made.body
    assert "+" in right or "/" in right
    tail = envelope.encrypt(envelope.EncryptInput("{}", key)).body
    assert tail.endswith("=")
    forms = {each.name: (each, right) for each in (*BASE64_FORGERIES, *SPECIAL_BASE64_FORGERIES)}
    forms |= {each.name: (each, tail) for each in PADDED_BASE64_FORGERIES}
    other = {
        "hex": ("Hexadecimal instead of Base64, of odd use: it decodes, to another length.", made.ciphertext[:8].hex()),
        "json": ("The plain body instead of a ciphertext.", '{"deviceId":0}'),
    }
    for name in _FORMS:
        if name in other:
            comment, body = other[name]
            group.invalid(f"base64-{name}", comment, [BASE64_FORM], {"body": body})
            continue
        form, text = forms[name]
        inputs = {"body": form.change(text)}
        if form.disputed:
            answer = {"body": "{}" if text is tail else plain}
            group.acceptable(f"base64-{name}", form.comment, [form.flag], inputs, answer)
        else:
            group.invalid(f"base64-{name}", form.comment, [form.flag], inputs)


_FORMS: Final = (
    *("url-safe", "one-equals-too-many", "equals-inside", "data-after-equals", "hex", "length-one-more", "quoted"),
    *("full-width", "json", "percent-encoded", "junk-inside", "null-at-end"),
    *("line-feed-at-end", "blank-before", "lines", "tab", "unpadded", "trailing-bits"),
)
"""The order of the vectors, which stays."""


def build_decrypt() -> FileDraft:
    """Make the vectors of decryption."""
    file = FileDraft("envelope", "decrypt", SOURCE)
    key = text_key("secretKey", "des-b")
    group = file.group("DesEcbDecrypt", {"secretKey": key})
    for name, body, flag in BODIES:
        sent = envelope.encrypt(envelope.EncryptInput(body, key)).body
        flags = [flag, CBC_MODE] if name in ("two-blocks", "json-object") else [flag]
        group.valid(f"body-{name}", f"A body of {len(body.encode())} bytes.", flags, {"body": sent})
    two = envelope.encrypt(envelope.EncryptInput("firstblkseconblk", key)).ciphertext
    swapped = encode_base64(two[8:16] + two[:8] + two[16:])
    group.valid("blocks-exchanged", "The first two blocks exchanged.", [NO_INTEGRITY], {"body": swapped})
    _bad_padding(group, key)
    _bad_base64(group, key)
    for cut in CUTS:
        group.invalid(f"ciphertext-{cut.name}", cut.comment, [cut.flag], {"body": encode_base64(cut.change(two))})
    for count in (1, 2, 3):
        body = envelope.encrypt(envelope.EncryptInput("x" * (8 * count), text_key("secretKey", "des-a"))).body
        group.invalid(f"other-key-{count}", f"{count + 1} blocks made with another key.", [WRONG_KEY], {"body": body})
    group.invalid(
        "document-body",
        "The body printed in the document; its key is not known, and is not this one.",
        [DOCUMENT_EXAMPLE, WRONG_KEY],
        {"body": "yqJeC3BgcOHfKReCHzmhtp8VH1Fr3vxi"},
    )
    keys = file.group("DesEcbKeys")
    for name, unusual, flag in _UNUSUAL_KEYS:
        sent = envelope.encrypt(envelope.EncryptInput('{"deviceId":0}', unusual)).body
        keys.valid(f"key-{name}", "An unusual key.", [flag], {"body": sent, "secretKey": unusual})
    sent = envelope.encrypt(envelope.EncryptInput("{}", key)).body
    _keys(keys, {"body": sent})
    keys.acceptable(
        "key-of-nine",
        "The key has nine bytes: refused, or cut to the first eight.",
        [KEY_LENGTH],
        {"body": sent, "secretKey": key + "x"},
        {"body": "{}"},
    )
    return file
