"""Vectors for decrypting the token (document neuroncloud.txt, Token Encryption)."""

from __future__ import annotations

import textwrap
from typing import Any, Final

from conformance.crypto import mistakes as common
from conformance.crypto import rsa_blocks, rsa_token
from conformance.crypto.encoding import encode_base64
from conformance.crypto.primitives import digest
from conformance.crypto.rsa_mistakes import (
    BASE64_TWICE,
    BLOCK_NOT_CHECKED,
    CIPHERTEXT_RANGE,
    HEX_CIPHERTEXT,
    LITTLE_ENDIAN,
    OAEP_HASH_MISMATCH,
    OAEP_NOT_CHECKED,
    WRONG_BLOCK,
    WRONG_PADDING_SCHEME,
)
from conformance.vectors.content import rsa_flags as flags
from conformance.vectors.content.draft import FileDraft, GroupDraft
from conformance.vectors.content.keys import private_pem, rsa_key, stream
from conformance.vectors.content.rsa_encrypt import MESSAGES, OAEPS, PKCS1, SIZES, TOKEN, leading_zero, padding, raw

_KEY: Final = "rsa-2048"


def _sent(label: str, message: bytes, key_name: str = _KEY, data: dict[str, Any] = PKCS1) -> rsa_token.Encryption:
    key = rsa_key(key_name).public_key()
    random = stream(f"decrypt {label}", padding(data).random_size(key, message))
    return rsa_token.encrypt(rsa_token.EncryptInput(key, message, padding(data), random))


def _valid(file: FileDraft) -> None:
    for name in SIZES:
        group = file.group("RsaPkcs1Decrypt", {"privateKey": private_pem(name), "padding": PKCS1})
        longest = stream("decrypt longest " + name, rsa_token.PKCS1.longest(rsa_key(name)))
        group.valid(f"{name}-token", "A token key.", [flags.KEY_SIZE], {"ciphertext": _sent(name, TOKEN, name).header})
        group.valid(
            f"{name}-longest",
            f"{len(longest)} bytes.",
            [flags.MESSAGE_LENGTH],
            {"ciphertext": _sent(name + " longest", longest, name).header},
        )
    group = file.group("RsaPkcs1DecryptMessages", {"privateKey": private_pem(_KEY), "padding": PKCS1})
    for label, message, flag in MESSAGES:
        found = [flag, BLOCK_NOT_CHECKED] if b"\0" in message else [flag]
        group.valid(f"message-{label}", "Another message.", found, {"ciphertext": _sent(label, message).header})
    block = rsa_blocks.pkcs1_block(b"k" * 245, b"\1" * 8)
    group.valid(
        "padding-shortest", "Eight padding bytes, all 1.", [flags.MESSAGE_LENGTH], {"ciphertext": raw(_KEY, block)}
    )
    key = rsa_key(_KEY).public_key()
    made = rsa_token.encrypt(rsa_token.EncryptInput(key, TOKEN, rsa_token.PKCS1, leading_zero(_KEY, PKCS1, TOKEN)))
    group.valid("leading-zero", "The ciphertext begins with zero.", [flags.LEADING_ZERO], {"ciphertext": made.header})
    # RFC 8017 refuses it by its length; OpenSSL and Java decrypt it all the same.
    group.acceptable(
        "leading-zero-dropped",
        "The same without its first byte.",
        [flags.SHORT_CIPHERTEXT],
        {"ciphertext": encode_base64(made.ciphertext[1:])},
        {"messageHex": TOKEN.hex()},
    )
    der = rsa_key(_KEY).export_key("DER", pkcs=8)
    pkcs1 = rsa_key(_KEY).export_key("DER", pkcs=1)
    forms = file.group("RsaPrivateKeyForms", {"padding": PKCS1})
    for label, text in (
        ("pkcs8-base64", encode_base64(der)),
        ("pkcs8-base64-lines", "\n".join(textwrap.wrap(encode_base64(der), 64))),
        ("pkcs1-pem", rsa_key(_KEY).export_key(pkcs=1).decode() + "\n"),
        ("pkcs1-base64", encode_base64(pkcs1)),
    ):
        forms.valid(
            f"key-{label}",
            "Another form of the key.",
            [flags.KEY_FORM],
            {"privateKey": text, "ciphertext": _sent("form", TOKEN).header},
        )
    for label, text in (
        ("empty", ""),
        ("words", "private key"),
        ("public", rsa_key(_KEY).public_key().export_key().decode()),
        ("cut", encode_base64(der[:600])),
    ):
        forms.invalid(
            f"key-{label}",
            "No private key.",
            [flags.BAD_KEY],
            {"privateKey": text, "ciphertext": _sent("form", TOKEN).header},
        )


def _blocks(group: GroupDraft) -> None:
    """Blocks that are not padded for encryption, each hiding the token."""
    size = 256
    random = stream("blocks", size)
    fill = size - len(TOKEN) - 3
    for label, comment, found, block in (
        ("type-0", "Block type 0.", [flags.BAD_PADDING], b"\0\0" + random[:fill] + b"\0" + TOKEN),
        ("type-1", "Block type 1, random padding.", [BLOCK_NOT_CHECKED], b"\0\1" + random[:fill] + b"\0" + TOKEN),
        (
            "type-1-signing",
            "Block type 1, as for signing.",
            [BLOCK_NOT_CHECKED, WRONG_BLOCK],
            rsa_blocks.pkcs1_block(TOKEN, b"\xff" * fill, 1),
        ),
        ("type-3", "Block type 3.", [BLOCK_NOT_CHECKED], b"\0\3" + random[:fill] + b"\0" + TOKEN),
        ("type-255", "Block type 255.", [BLOCK_NOT_CHECKED], b"\0\xff" + random[:fill] + b"\0" + TOKEN),
        ("first-byte-1", "The first byte is 1.", [BLOCK_NOT_CHECKED], b"\1\2" + random[:fill] + b"\0" + TOKEN),
        ("first-byte-64", "The first byte is 64.", [BLOCK_NOT_CHECKED], b"\x40\2" + random[:fill] + b"\0" + TOKEN),
        ("no-separator", "No zero after the padding.", [flags.BAD_PADDING], b"\0\2" + random[: size - 2]),
        (
            "separator-last",
            "The only zero is the last byte but comes after seven padding bytes from it.",
            [BLOCK_NOT_CHECKED],
            b"\0\2" + random[:7] + b"\0" + random[7 : size - 10],
        ),
        (
            "padding-7",
            "Seven padding bytes.",
            [BLOCK_NOT_CHECKED],
            b"\0\2" + random[:7] + b"\0" + TOKEN.rjust(size - 10, b"k"),
        ),
        (
            "padding-1",
            "One padding byte.",
            [BLOCK_NOT_CHECKED],
            b"\0\2" + random[:1] + b"\0" + TOKEN.rjust(size - 4, b"k"),
        ),
        ("padding-0", "No padding byte.", [BLOCK_NOT_CHECKED], b"\0\2\0" + TOKEN.rjust(size - 3, b"k")),
        ("not-padded", "The token as it is.", [WRONG_BLOCK], TOKEN.rjust(size, b"\0")),
        ("zeros", "Zeros only.", [flags.BAD_PADDING], bytes(size)),
        ("one", "The number one.", [flags.BAD_PADDING], bytes(size - 1) + b"\1"),
    ):
        if label.startswith("padding-"):
            forged = block[block.index(b"\0", 2) + 1 :]
        elif label == "separator-last":
            forged = block[10:]
        else:
            forged = TOKEN
        group.invalid(f"block-{label}", comment, found, {"ciphertext": raw(_KEY, block)}, forged)


def _ciphertexts(group: GroupDraft) -> None:
    """Changed ciphertexts; the token must not come out."""
    made = _sent("modified", TOKEN)
    data = made.ciphertext
    for label, changed in (
        ("first-bit", bytes([data[0] ^ 0x01]) + data[1:]),
        ("middle-bit", data[:128] + bytes([data[128] ^ 0x10]) + data[129:]),
        ("last-bit", data[:-1] + bytes([data[-1] ^ 1])),
        ("halves-exchanged", data[128:] + data[:128]),
    ):
        if int.from_bytes(changed, "big") < rsa_key(_KEY).n:
            group.invalid(
                f"ciphertext-{label}", "Changed.", [flags.MODIFIED], {"ciphertext": encode_base64(changed)}, TOKEN
            )
    modulus = rsa_key(_KEY).n
    for label, found, changed in (
        ("byte-missing", [flags.MODIFIED], data[:-1]),
        ("byte-more", [flags.MODIFIED], data + b"\0"),
        ("zero-before", [CIPHERTEXT_RANGE], b"\0" + data),
        ("twice", [flags.MODIFIED], data + data),
        ("empty", [flags.MODIFIED], b""),
        ("one-byte", [flags.MODIFIED], data[:1]),
        ("modulus", [flags.MODIFIED], modulus.to_bytes(256, "big")),
        ("modulus-less-one", [flags.MODIFIED], (modulus - 1).to_bytes(256, "big")),
        ("all-high", [flags.MODIFIED], b"\xff" * 256),
        ("reversed", [LITTLE_ENDIAN], data[::-1]),
    ):
        group.invalid(
            f"ciphertext-{label}", "Not a ciphertext of this key.", found, {"ciphertext": encode_base64(changed)}, TOKEN
        )
    other = _sent("other key", TOKEN, "rsa-2048-other")
    group.invalid("other-key", "Made for another key.", [flags.WRONG_KEY], {"ciphertext": other.header}, TOKEN)
    small = _sent("small key", TOKEN, "rsa-1024")
    group.invalid("smaller-key", "Made for a smaller key.", [flags.WRONG_KEY], {"ciphertext": small.header}, TOKEN)


def _texts(group: GroupDraft) -> None:
    """The header value in other spellings."""
    made = _sent("text", TOKEN)
    right = made.header
    assert "+" in right
    assert "/" in right
    assert right.endswith("=")
    for label, comment, found, text in (
        ("url-safe", "URL-safe Base64.", [common.URL_SAFE_BASE64], right.translate(str.maketrans("+/", "-_"))),
        ("hex", "Hexadecimal.", [HEX_CIPHERTEXT], made.ciphertext.hex()),
        ("twice", "Base64 of Base64.", [BASE64_TWICE], encode_base64(right.encode())),
        ("junk", "Characters outside the alphabet.", [common.JUNK_IGNORED], right[:9] + "!" + right[9:]),
        ("quoted", "In quotation marks.", [common.JUNK_IGNORED], f'"{right}"'),
        (
            "percent-encoded",
            "Percent-encoded.",
            [flags.BASE64_FORM],
            right.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D"),
        ),
        ("plus-lost", "Blanks for +, as forms lose them.", [flags.BASE64_FORM], right.replace("+", " ")),
        ("equals-more", "One = more.", [flags.BASE64_FORM], right + "="),
        ("clear", "The key in clear.", [flags.BASE64_FORM], TOKEN.decode() + "!"),
    ):
        group.invalid(f"text-{label}", comment, found, {"ciphertext": text}, TOKEN)
    unpadded = {"ciphertext": right.rstrip("=")}
    group.acceptable(
        "text-unpadded", "Without the = at the end.", [flags.BASE64_UNPADDED], unpadded, {"messageHex": TOKEN.hex()}
    )
    for label, text in (
        ("line-feed", right + "\n"),
        ("lines", "\r\n".join(textwrap.wrap(right, 76))),
        ("blank", " " + right),
    ):
        group.acceptable(
            f"text-{label}",
            "White space.",
            [flags.BASE64_WHITE_SPACE],
            {"ciphertext": text},
            {"messageHex": TOKEN.hex()},
        )


def _oaep(file: FileDraft) -> None:
    for label, data in OAEPS:
        group = file.group("RsaOaepDecrypt", {"privateKey": private_pem(_KEY), "padding": data})
        found = [flags.OAEP, OAEP_HASH_MISMATCH]
        group.valid(f"oaep-{label}", "A token key.", found, {"ciphertext": _sent(label, TOKEN, data=data).header})
        empty = _sent(label + " empty", b"", data=data).header
        group.valid(f"oaep-{label}-empty", "An empty message.", [flags.MESSAGE_LENGTH], {"ciphertext": empty})
        for other_label, other in OAEPS:
            if other != data:
                sent = _sent(f"{label} {other_label}", TOKEN, data=other).header
                group.invalid(
                    f"oaep-{label}-from-{other_label}",
                    "Made with other hashes.",
                    [OAEP_HASH_MISMATCH],
                    {"ciphertext": sent},
                    TOKEN,
                )
        pkcs1 = _sent(label + " pkcs1", TOKEN).header
        group.invalid(
            f"oaep-{label}-from-pkcs1", "Padded by PKCS#1 v1.5.", [WRONG_PADDING_SCHEME], {"ciphertext": pkcs1}, TOKEN
        )
    data = OAEPS[1][1]
    group = file.group("RsaOaepBlocks", {"privateKey": private_pem(_KEY), "padding": data})
    size, seed = 256, stream("seed", 32)
    label_hash = digest("SHA-256", b"")
    zeros = bytes(size - 66 - len(TOKEN))
    for label, comment, inner in (
        ("label-of-text", "The hash of another label.", digest("SHA-256", b"label") + zeros + b"\1" + TOKEN),
        ("label-zeros", "Zeros instead of the hash.", bytes(32) + zeros + b"\1" + TOKEN),
        (
            "label-last-bit",
            "The last bit of the hash changed.",
            label_hash[:-1] + bytes([label_hash[-1] ^ 1]) + zeros + b"\1" + TOKEN,
        ),
        ("separator-missing", "No 01 before the message.", label_hash + zeros + b"\0" + TOKEN),
        ("separator-2", "02 before the message.", label_hash + zeros + b"\2" + TOKEN),
        ("zeros-broken", "A byte other than zero before 01.", label_hash + zeros[:-3] + b"\5\0\0\1" + TOKEN),
    ):
        flag = OAEP_NOT_CHECKED if label.startswith(("label", "zeros")) else flags.BAD_PADDING
        block = rsa_blocks.oaep_mask(inner, seed, "SHA-256")
        group.invalid(f"oaep-block-{label}", comment, [flag], {"ciphertext": raw(_KEY, block)}, TOKEN)
    block = rsa_blocks.oaep_mask(label_hash + zeros + b"\1" + TOKEN, seed, "SHA-256")
    group.invalid(
        "oaep-block-first-byte",
        "The first byte is 1.",
        [flags.BAD_PADDING],
        {"ciphertext": raw(_KEY, b"\1" + block[1:])},
        TOKEN,
    )


def build_decrypt() -> FileDraft:
    """Make the vectors of decryption."""
    file = FileDraft("rsa-token", "decrypt", flags.SOURCE)
    _valid(file)
    group = file.group("RsaPkcs1DecryptInvalid", {"privateKey": private_pem(_KEY), "padding": PKCS1})
    _blocks(group)
    _ciphertexts(group)
    _texts(group)
    oaep = _sent("scheme", TOKEN, data=OAEPS[0][1]).header
    group.invalid("from-oaep", "Padded by OAEP.", [WRONG_PADDING_SCHEME], {"ciphertext": oaep}, TOKEN)
    # Only a key whose bits do not fill its bytes leaves room for a ciphertext at or above the modulus of the same length.
    odd = file.group("RsaPkcs1DecryptRange", {"privateKey": private_pem("rsa-1030"), "padding": PKCS1})
    made = _sent("range", TOKEN, "rsa-1030")
    above = int.from_bytes(made.ciphertext, "big") + rsa_key("rsa-1030").n
    odd.invalid(
        "ciphertext-plus-modulus",
        "The ciphertext plus the modulus.",
        [CIPHERTEXT_RANGE],
        {"ciphertext": encode_base64(above.to_bytes(129, "big"))},
        TOKEN,
    )
    _oaep(file)
    return file
