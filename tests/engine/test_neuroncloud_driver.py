"""The token header as the driver makes it: what the IUT file says is done, and every wrong way is wrong in its own thing."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from conformance.contract import load
from conformance.crypto.rsa_token import PKCS1, DecryptInput, Padding, decrypt
from conformance.evidence.findings import Inconclusive
from conformance.iut.errors import UsageError
from conformance.platforms.draft import Draft
from conformance.platforms.driver import driver
from conformance.reference.calls import Call, Reply
from tests.reference.neuroncloud_drive import LIST, Driver, tokens

CONTRACT = load("neuroncloud")
DRIVER = driver("neuroncloud")
WAYS = sorted(DRIVER.ways)


@dataclass
class Told:
    """What a tester told; defaults are the contract's."""

    pixits: Mapping[str, Any] = field(default_factory=dict)
    credentials: Mapping[str, str] = field(default_factory=lambda: tokens().as_dict())

    def pixit(self, name: str) -> Any:
        return self.pixits.get(name, CONTRACT.keys[f"pixit.{name}"].default)

    def credential(self, key: str) -> str:
        if key not in self.credentials:
            raise Inconclusive(f"needs the credential {key}")
        return self.credentials[key]


def _headers(way: str | None = None, **pixits: Any) -> dict[str, str]:
    draft = Draft(CONTRACT.operations["device-list"])
    told = Told(pixits)
    present = DRIVER.ways[way] if way else DRIVER.present
    present(draft, told.credential("key"), told)
    return draft.headers


def _asked(headers: Mapping[str, str], *quirks: str) -> Reply:
    reference = Driver()
    reference.service.quirks.set(quirks)
    query = (("current", "1"), ("size", "1"))
    return reference.service.answer(Call("GET", LIST, query, {name.lower(): value for name, value in headers.items()}))


def test_right_headers_are_served_and_never_twice_the_same() -> None:
    first, second = _headers(), _headers()
    assert _asked(first).refused is None
    assert first["X-Source-SecretKey"] != second["X-Source-SecretKey"]


@pytest.mark.parametrize("way", WAYS)
def test_every_other_way_is_refused(way: str) -> None:
    assert _asked(_headers(way)).refused


@pytest.mark.parametrize("way", WAYS)
def test_every_other_way_is_refused_with_oaep_too(way: str) -> None:
    reading = "key-encryption/as-the-iut-file-says"
    assert _asked(_headers(rsa_padding="oaep"), reading).refused is None
    assert _asked(_headers(way, rsa_padding="oaep"), reading).refused


def test_wrong_ways_are_told_apart() -> None:
    told = {way: _asked(_headers(way)).refused for way in WAYS}
    assert told["key-id-absent"] != told["key-absent"]
    # Length and range of the text are right: that it was made for another key is all that is wrong with it.
    assert "does not decrypt" in str(told["other-public-key"])
    assert "another text than the Key" in str(told["wrong"])


@pytest.mark.parametrize(
    ("key", "encoding", "message"),
    [("0aFF", "hex", b"\x0a\xff"), ("AQID", "base64", b"\1\2\3"), ("gerät", "utf-8", "gerät".encode())],
)
def test_bytes_of_the_key_are_those_that_the_tester_told(key: str, encoding: str, message: bytes) -> None:
    draft = Draft(CONTRACT.operations["device-list"])
    told = Told({"key_encoding": encoding, "base64_variant": "url-safe"}, {**tokens().as_dict(), "key": key})
    DRIVER.present(draft, key, told)
    text = draft.headers["X-Source-SecretKey"]
    assert not set(text) & set("+/")
    standard = base64.b64encode(base64.urlsafe_b64decode(text)).decode()
    assert decrypt(DecryptInput(tokens().valid.private_key, standard, PKCS1)).message == message


@pytest.mark.parametrize("label", ["SHA-1", "SHA-256"])
@pytest.mark.parametrize("mask", ["SHA-1", "SHA-256"])
def test_hashes_of_oaep_are_those_that_the_tester_told(label: str, mask: str) -> None:
    text = _headers(rsa_padding="oaep", oaep_hash=label, oaep_mgf_hash=mask)["X-Source-SecretKey"]
    found = decrypt(DecryptInput(tokens().valid.private_key, text, Padding("oaep", label, mask)))
    assert found.message == tokens().valid.key.encode()


@pytest.mark.parametrize(
    ("changed", "pixits", "told"),
    [
        ({"public_key": "no key"}, {}, "credentials.public_key"),
        ({"expired_public_key": "no key"}, {}, "credentials.expired_public_key"),
        ({"key": "k" * 500}, {}, "at most"),
        ({"key": "not hex"}, {"key_encoding": "hex"}, "key_encoding"),
    ],
)
def test_keys_that_cannot_be_used_are_told_at_once(changed: dict[str, str], pixits: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told) as error:
        DRIVER.verify(Told(pixits, {**tokens().as_dict(), **changed}))
    assert "\n" not in str(error.value)
    assert tokens().valid.key not in str(error.value)


def test_missing_token_is_no_mistake_of_the_file() -> None:
    with pytest.raises(Inconclusive, match="key_id"):
        DRIVER.verify(Told(credentials={}))
