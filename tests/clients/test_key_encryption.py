"""Clients that encrypt the Key by another documented reading (erratum key-encryption): understood, told of, and not failed."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.crypto.rsa_keys import private_key
from conformance.evidence.verdict import Verdict
from conformance.iut.errors import UsageError
from conformance.reference.neuroncloud.encryption import SETTINGS as USUAL
from conformance.reference.neuroncloud.encryption import Encryption
from conformance.runner.execute import Outcome
from conformance.runner.trial import Trial
from conformance.suites.neuroncloud import client as neuroncloud
from tests.clients.bench import judged
from tests.clients.listening import Pass, environment, outcomes, overheard

SETTINGS: dict[str, dict[str, Any]] = {
    "oaep": {"rsa_padding": "oaep"},
    "oaep-one-hash": {"rsa_padding": "oaep", "oaep_hash": "SHA-1", "oaep_mgf_hash": "SHA-1"},
    "oaep-longest-hash": {"rsa_padding": "oaep", "oaep_hash": "SHA-512", "oaep_mgf_hash": "SHA-512"},
    "hex": {"key_encoding": "hex"},
    "base64": {"key_encoding": "base64"},
    "url-safe": {"base64_variant": "url-safe"},
    "all": {"rsa_padding": "oaep", "oaep_mgf_hash": "SHA-256", "key_encoding": "hex", "base64_variant": "url-safe"},
}


@pytest.mark.parametrize("name", SETTINGS)
def test_client_that_keeps_to_the_iut_file_passes(name: str) -> None:
    found = judged("neuroncloud", **SETTINGS[name])
    assert {each.verdict for each in found.values()} == {Verdict.PASS}


def test_another_key_is_noticed_by_another_reading_too() -> None:
    found = judged("neuroncloud", "another-key", **SETTINGS["all"])
    assert found["neuroncloud/client/data-push/credentials"].verdict is Verdict.FAIL


def credentials_of(way: dict[str, str], told: dict[str, str], *, backwards: bool = False) -> Outcome:
    """What the case about credentials comes to where a client encrypts in a way, and the IUT file tells of another."""
    made = dict(neuroncloud.LISTENER.made({}))
    public = private_key(made["private_key"]).public_key()
    known = {**made, "public_key": public.export_key().decode()}
    text = ""
    while not set(text) & set("+/-_"):  # a text of letters and digits alone is of either alphabet
        text = Encryption.told(way).header(known["key"][::-1] if backwards else known["key"], public)
    headers = {"X-Source-SecretId": known["key_id"], "X-Source-SecretKey": text}
    call = overheard(1, "GET", "/device/v1/mn/page?current=1&size=10", headers=headers, answer={})
    return outcomes(environment("neuroncloud", [Pass((), (call,))], known, told))["device-list/credentials"]


@pytest.mark.parametrize("name", SETTINGS)
def test_another_reading_than_the_iut_file_tells_is_a_warning_with_the_remedy(name: str) -> None:
    way = SETTINGS[name]
    outcome = credentials_of(way, {})
    (finding,) = outcome.broken
    assert outcome.verdict is Verdict.WARN
    assert all(f'{key} = "{value}"' in finding.note for key, value in way.items() if value != USUAL[key]), finding.note
    assert credentials_of(way, way).verdict is Verdict.PASS
    assert credentials_of({}, way).verdict is Verdict.WARN
    assert credentials_of(way, {}, backwards=True).verdict is Verdict.FAIL


def test_key_that_spells_nothing_in_the_encoding_is_a_mistake_in_use() -> None:
    with pytest.raises(UsageError, match="key: is not hex, as key_encoding says"):
        Trial("neuroncloud", credentials={"key": "no digits"}, key_encoding="hex")
