"""Ways to present a token, right and wrong. Each wrong one differs from the right one in a single thing.

A way that an operation is tried with stands under `wrong` of the driver; the others are named by error rows and cases.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Final

from conformance.platforms.draft import Draft
from conformance.platforms.driver import Facts, Present
from conformance.platforms.neuroncloud.token import Token

KEY_ID: Final = "X-Source-SecretId"
KEY: Final = "X-Source-SecretKey"
NO_TEXT: Final = "*** not Base64 ***"


def present(draft: Draft, key: str, facts: Facts) -> None:
    """Present the valid token, its Key encrypted for this request alone."""
    del key
    token = Token.of(facts)
    draft.headers.update({KEY_ID: token.key_id, KEY: token.encrypted()})


def absent(draft: Draft, key: str, facts: Facts) -> None:
    """Present nothing."""
    del key, facts
    draft.headers.pop(KEY_ID, None)
    draft.headers.pop(KEY, None)


def _with_text(text: Callable[[Token], str | None]) -> Present:
    """Return the way that presents the Key ID with another text than the encrypted Key; None leaves the header out."""

    def way(draft: Draft, key: str, facts: Facts) -> None:
        absent(draft, key, facts)
        token = Token.of(facts)
        made = text(token)
        draft.headers[KEY_ID] = token.key_id
        if made is not None:
            draft.headers[KEY] = made

    return way


def other_key(token: Token) -> bytes:
    """Return another Key of the same length and alphabet, so that only its value can be the reason for a refusal."""
    changed = bytearray(token.message)
    changed[-1] ^= 1
    return bytes(changed)


wrong: Final = _with_text(lambda token: token.encrypted(other_key(token)))
"""The Key ID with another Key, encrypted as it must be."""


def _for_another_key(token: Token) -> str:
    """Encrypt for a key that belongs to no token; a little smaller, so that length and range of the text are right."""
    from Crypto.PublicKey import RSA

    strange = RSA.construct((token.public_key.n - 2, token.public_key.e), consistency_check=False)
    return token.encrypted(key=strange)


def _in_clear(token: Token) -> str:
    """Return the Key itself, where a header can carry it."""
    in_header = token.key.isascii() and token.key.isprintable()
    return token.key if in_header else base64.b64encode(token.key.encode()).decode()


def _altered(token: Token) -> str:
    data = bytearray(token.ciphertext())
    data[len(data) // 2] ^= 1
    return token.written(bytes(data))


def _unknown_key_id(draft: Draft, key: str, facts: Facts) -> None:
    present(draft, key, facts)
    known = draft.headers[KEY_ID]
    # Of the same form: only that nobody has it can be the reason for a refusal.
    turned = "".join(_other_sign(sign) for sign in known)
    draft.headers[KEY_ID] = turned if turned != known else f"{known}0"


def _other_sign(sign: str) -> str:
    if sign.isascii() and sign.isdigit():
        return str((int(sign) + 5) % 10)
    return ("b" if sign == "a" else "a") if sign.isascii() and sign.islower() else sign


def _expired(draft: Draft, key: str, facts: Facts) -> None:
    del key
    token = Token.of(facts, "expired_")
    draft.headers.update({KEY_ID: token.key_id, KEY: token.encrypted()})


def _of_other_token(draft: Draft, key: str, facts: Facts) -> None:
    present(draft, key, facts)
    draft.headers[KEY] = Token.of(facts, "expired_").encrypted()


def _without_key_id(draft: Draft, key: str, facts: Facts) -> None:
    present(draft, key, facts)
    del draft.headers[KEY_ID]


OTHERS: Final[Mapping[str, Present]] = {
    "plain-text": _with_text(_in_clear),
    "plain-base64": _with_text(lambda token: base64.b64encode(token.key.encode()).decode()),
    "other-public-key": _with_text(_for_another_key),
    "shorter-key": _with_text(lambda token: token.encrypted(token.message[:-1])),
    "cut-characters": _with_text(lambda token: token.encrypted()[:-4]),
    "cut-first-byte": _with_text(lambda token: token.written(token.ciphertext()[1:])),
    "cut-last-byte": _with_text(lambda token: token.written(token.ciphertext()[:-1])),
    "altered": _with_text(_altered),
    "not-base64": _with_text(lambda _: NO_TEXT),
    "empty-text": _with_text(lambda _: ""),
    "empty-key": _with_text(lambda token: token.encrypted(b"")),
    "key-absent": _with_text(lambda _: None),
    "key-id-absent": _without_key_id,
    "unknown-key-id": _unknown_key_id,
    "expired-key": _expired,
    "key-of-other-token": _of_other_token,
}
"""Presentations that the document demands to be refused, by name."""
