"""The vector files: complete, explained, without duplicates, and made by the generator to the byte."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.contract.datafile import read
from conformance.contract.location import vectors_root
from conformance.vectors import generate, lint, load
from conformance.vectors.store import file_name, read_file

Data = dict[str, Any]
ALL = [test for file in load() for test in file.tests]


def test_there_are_at_least_four_hundred_vectors_over_four_schemes() -> None:
    assert len(ALL) >= 400
    assert {test.scheme for test in ALL} == {"envelope", "mqtt-password", "rsa-token", "gateway"}


def test_the_linter_finds_nothing() -> None:
    assert lint.all_problems() == []


@pytest.fixture(scope="module")
def rendered() -> dict[str, str]:
    return dict(generate.render())


def test_generating_twice_gives_the_bytes_of_the_files(rendered: dict[str, str]) -> None:
    assert generate.stale(vectors_root()) == []
    assert rendered == {name: (vectors_root() / name).read_text(encoding="utf-8") for name in rendered}


def test_ids_are_unique_over_all_files() -> None:
    assert len({test.id for test in ALL}) == len(ALL)


def test_no_two_vectors_have_the_same_inputs() -> None:
    seen = {(test.scheme, test.operation, json.dumps(test.inputs, sort_keys=True)) for test in ALL}
    assert len(seen) == len(ALL)


def test_every_flag_is_explained_and_used() -> None:
    for file in load():
        assert {flag for test in file.tests for flag in test.flags} == set(file.notes)


def test_a_flag_means_the_same_in_all_files_of_a_scheme() -> None:
    meanings: dict[tuple[str, str], str] = {}
    for file in load():
        for flag, note in file.notes.items():
            assert meanings.setdefault((file.scheme, flag), str(note)) == str(note)


def test_only_the_gateway_rests_on_field_notes() -> None:
    assert {file.scheme for file in load() if file.source_kind == "field-note"} == {"gateway"}


@pytest.mark.parametrize(
    "name",
    [
        "envelope/sign/document-example",
        "envelope/verify/document-example",
        "envelope/encrypt/body-empty",
        "envelope/encrypt/body-one-byte",
        "envelope/encrypt/body-two-blocks",
        "envelope/encrypt/body-chinese",
        "envelope/encrypt/body-large",
        "envelope/encrypt/key-weak-01",
        "envelope/encrypt/key-parity-one-bit",
        "envelope/decrypt/base64-url-safe",
        "envelope/decrypt/ciphertext-last-byte-missing",
        "envelope/verify/wrong-upper-case-hex",
        "envelope/verify/wrong-raw-digest",
        "envelope/verify/wrong-plain-body",
        "mqtt-password/password/capture-node",
        "mqtt-password/verify/capture-liteos",
        "mqtt-password/verify/wrong-swapped-key-message",
        "mqtt-password/verify/local-hour",
        "mqtt-password/compose-client-id/document-example",
        "mqtt-password/parse-client-id/id-underscore-inside",
        "mqtt-password/parse-client-id/id-chinese",
        "mqtt-password/parse-client-id/type-1-leap-day",
        "rsa-token/encrypt/rsa-1024-longest",
        "rsa-token/encrypt/rsa-4096-too-long",
        "rsa-token/encrypt-fixed/leading-zero-rsa-2048",
        "rsa-token/decrypt/other-key",
        "rsa-token/decrypt/ciphertext-last-bit",
        "rsa-token/decrypt/oaep-sha256-from-sha256-mgf-sha1",
        "gateway/sign/capture-node-sdk",
        "gateway/verify/capture-feiyan-list",
        "gateway/sign/form-unsorted",
        "gateway/verify/listed-extra",
        "gateway/verify/missing-x-ca-nonce",
    ],
)
def test_what_was_asked_for_is_covered(name: str) -> None:
    assert f"crypto/{name}" in {test.id for test in ALL}


def test_every_wrong_order_of_the_envelopes_string_is_refused() -> None:
    orders = [test for test in ALL if test.id.startswith("crypto/envelope/verify/wrong-order-")]
    assert len(orders) == 23
    assert {test.result for test in orders} == {"invalid"}


def _sample() -> Data:
    data: Data = read(vectors_root() / "envelope-sign.json")
    return copy.deepcopy(data)


def _first(data: Data) -> Data:
    test: Data = data["testGroups"][0]["tests"][0]
    return test


def _duplicate(data: Data) -> None:
    data["testGroups"][0]["tests"].append(copy.deepcopy(_first(data)))
    data["numberOfTests"] += 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data.update(numberOfTests=3), "numberOfTests is 3"),
        (lambda data: data.update(extra=1), "Additional properties"),
        (lambda data: data["testGroups"][0].update(extra=1), "Additional properties"),
        (lambda data: _first(data).update(extra=1), "Additional properties"),
        (lambda data: _first(data)["inputs"].update(extra=1), "Additional properties"),
        (lambda data: _first(data)["expected"].update(extra=1), "Additional properties"),
        (lambda data: _first(data)["intermediates"].update(extra=1), "Additional properties"),
        (lambda data: _first(data).update(expected={"refused": True}), "expected"),
        (lambda data: _first(data).update(result="maybe"), "maybe"),
        (lambda data: _first(data).update(flags=[]), "flags"),
        (lambda data: _first(data).update(flags=["Unexplained"]), "flag Unexplained is used and not explained"),
        (lambda data: data["notes"].update(Idle=data["notes"]["SignBasic"]), "flag Idle is explained and not used"),
        (lambda data: _first(data).update(tcId="crypto/envelope/verify/x"), "does not begin with"),
        (lambda data: _first(data).update(tcId="Crypto/Envelope"), "tcId"),
        (lambda data: _first(data)["inputs"].pop("pId"), "lacks pId"),
        (lambda data: data["testGroups"][0].update(decryptWith="x"), "False schema"),
        (_duplicate, "occurs 2 times"),
        (_duplicate, "has the inputs of"),
    ],
)
def test_the_linter_names_what_is_wrong(change: Callable[[Data], object], words: str) -> None:
    data = _sample()
    change(data)
    found = lint.problems("envelope-sign.json", data)
    assert any(words in problem for problem in found), found
    assert all(problem.startswith("envelope-sign.json: ") for problem in found)


def test_the_linter_refuses_another_name_for_a_file() -> None:
    assert lint.problems("envelope.json", _sample()) == ["envelope.json: holds the vectors of envelope sign"]


def test_the_linter_refuses_a_foreign_private_key() -> None:
    from Crypto.PublicKey import RSA

    data: Data = copy.deepcopy(read(vectors_root() / "rsa-token-decrypt.json"))
    data["testGroups"][0]["inputs"]["privateKey"] = RSA.generate(1024).export_key().decode()
    found = lint.problems("rsa-token-decrypt.json", data)
    assert found == ["rsa-token-decrypt.json: RsaPkcs1Decrypt: privateKey is not one of the named test keys"]


def test_a_changed_file_is_stale(tmp_path: Path, rendered: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "render", lambda: iter(rendered.items()))
    for name, text in rendered.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert generate.stale(tmp_path) == []
    (tmp_path / "envelope-sign.json").write_text("{}", encoding="utf-8")
    (tmp_path / "gateway-sign.json").unlink()
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    assert generate.stale(tmp_path) == ["envelope-sign.json", "gateway-sign.json", "other.json"]


def test_the_command_checks_and_explains_itself(
    rendered: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "render", lambda: iter(rendered.items()))
    assert generate.main(["--check"]) == 0
    assert generate.main(["--other"]) == 2
    assert "usage" in capsys.readouterr().err
    assert lint.main() == 0


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    from conformance.contract.datafile import DataError

    path = tmp_path / file_name("envelope", "sign")
    path.write_text('{"scheme": "envelope"}', encoding="utf-8")
    with pytest.raises(DataError, match="not a vector file"):
        read_file(path)


def test_the_readme_lists_every_file() -> None:
    text = (vectors_root() / "README.md").read_text(encoding="utf-8")
    for file in load():
        assert file_name(file.scheme, file.operation) in text


def test_the_example_in_the_readme_accepts_our_file_and_notices_a_changed_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (vectors_root() / "README.md").read_text(encoding="utf-8")
    code = text.partition("```python\n")[2].partition("```")[0]
    monkeypatch.chdir(vectors_root())
    exec(code, {})
    data = _sample()
    _first(data)["expected"]["sign"] = "AAAA"
    (tmp_path / "envelope-sign.json").write_text(json.dumps(data), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AssertionError, match="document-example"):
        exec(code, {})
