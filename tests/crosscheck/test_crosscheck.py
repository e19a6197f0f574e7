"""Three code bases and a second reader agree on every vector; wrong values are noticed."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from conformance.vectors import Refused, VectorTest, load

from . import java, openssl
from .__main__ import READERS
from .second_reader import SecondReader, read_base64, write_base64
from .table import Row, compare, render
from .tasks import Check, Task, checks_of


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    missing = [name for name, there in (("openssl", openssl.available()), ("java", java.available())) if not there]
    if missing:
        if os.environ.get("CI"):
            pytest.fail(f"required in CI and not installed: {', '.join(missing)}")
        pytest.skip(f"not installed: {', '.join(missing)}")
    return compare([openssl.OpenSsl(tmp_path_factory.mktemp("openssl")), java.Java()])


def test_all_code_bases_agree(rows: list[Row]) -> None:
    assert [text for row in rows for text in row.disagreements] == []


def test_every_vector_is_confirmed_by_more_than_our_own_code(rows: list[Row]) -> None:
    assert [identifier for row in rows for identifier in row.unconfirmed] == []


def test_primitives_are_confirmed_by_three_code_bases(rows: list[Row]) -> None:
    for row in rows:
        if row.operation not in ("compose-client-id", "parse-client-id"):
            assert row.asked["openssl"] == row.asked["java"] >= row.vectors * 2 // 3


def test_the_table_shows_every_file_and_the_total(rows: list[Row]) -> None:
    lines = render(rows, READERS).splitlines()
    assert lines[0].split()[:3] == ["scheme", "operation", "vectors"]
    assert len([line for line in lines if "/" in line]) == len(load()) + 1
    assert lines[-1] == "All agree."


def test_a_disagreement_is_named() -> None:
    test = load()[0].tests[0]
    row = Row("envelope", "encrypt", 1)
    row.count("java", test, False)
    assert f"java disagrees with {test.id}" in render([row], ["java"])


def _tampered(test: VectorTest) -> VectorTest:
    """Return the vector with another expected digest or value."""
    if test.intermediates.get("digestHex"):
        return dataclasses.replace(test, intermediates={**test.intermediates, "digestHex": "00" * 16})
    expected = {name: "AAAA" if isinstance(value, str) else value for name, value in test.expected.items()}
    return dataclasses.replace(test, expected=expected)


@pytest.mark.skipif(not openssl.available(), reason="openssl is not installed")
def test_a_tampered_vector_is_noticed_by_openssl(tmp_path: Path) -> None:
    tests = [
        test for file in load() if file.scheme == "envelope" for test in file.tests[:3] if checks_of(_tampered(test))
    ]
    assert tests
    checks = [check for test in tests for check in checks_of(_tampered(test))[-1:]]
    results = openssl.OpenSsl(tmp_path).run([check.task for check in checks])
    assert not any(check.agrees(results[check.task]) for check in checks)


def test_a_forged_message_is_a_disagreement_and_a_refusal_is_none() -> None:
    check = Check(Task("rsa-decrypt", (b"",)), forbidden=b"token")
    assert not check.agrees(b"token")
    assert check.agrees(None)
    assert check.agrees(b"random")


@pytest.mark.parametrize("text", ["A", "AA", "AAA", "AA=A", "AA-A", "AB==", "AAB=", "=AAA", "AAAA\n", "AAAA===="])
def test_the_second_reader_refuses_what_is_not_canonical_base64(text: str) -> None:
    with pytest.raises(Refused):
        read_base64(text)


def test_the_second_readers_base64_is_its_own_inverse() -> None:
    for size in range(20):
        data = bytes(range(200, 200 + size))
        assert read_base64(write_base64(data)) == data


def test_the_second_reader_shares_no_line_with_ours() -> None:
    source = Path(__file__).with_name("second_reader.py").read_text(encoding="utf-8")
    imports = [line for line in source.splitlines() if line.startswith(("import", "from"))]
    assert not any("conformance.crypto" in line or "base64" in line for line in imports)
    assert SecondReader(lambda _key, data: data).perform("envelope", "sign", {
        "encrypted": False, "body": "", "timeStamp": "1689586062335", "pId": "YmRj",
    }) == {"sign": "YjlhMWRmZTVlNzJhYTg4MTgzMDFhNTdlOWE0NjMyNDc="}  # fmt: skip
