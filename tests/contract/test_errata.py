"""Errata: each reading tells itself from the others, fits the contract around it, and is used."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import conformance
from conformance.contract import load, platforms

from .data import documented, folder, messages, nodes, schemas, table

EXCHANGE = "exchange"


@pytest.mark.parametrize("platform", platforms())
def test_every_erratum_has_a_known_kind_and_readings_with_ids_of_their_own(platform: str) -> None:
    listed = table(platform, "errata.yaml") or ()
    assert len(load(platform).errata) == len(listed)
    for erratum in load(platform).errata.values():
        assert erratum.kind in {"document", "field"}, erratum.id
        assert re.match(r"[a-z0-9-]+\Z", erratum.id)
        assert erratum.readings, erratum.id
        assert len({each.id for each in erratum.readings}) == len(erratum.readings), erratum.id
        assert all(re.match(r"[a-z0-9-]+\Z", each.id) for each in erratum.readings), erratum.id
        assert erratum.question.endswith(("?", ".", ")")), erratum.id
        assert all(each.text.endswith(".") for each in erratum.readings), erratum.id


@pytest.mark.parametrize("platform", platforms())
def test_every_reading_accepts_its_example_and_refuses_its_counter_example(platform: str) -> None:
    for erratum in load(platform).errata.values():
        for reading in erratum.readings:
            assert reading.schema.violations(reading.example) == (), (erratum.id, reading.id)
            assert not reading.schema.is_valid(reading.counter_example), (erratum.id, reading.id)


@pytest.mark.parametrize("platform", platforms())
def test_example_of_a_reading_fits_the_message_or_is_an_answer_of_the_platform(platform: str) -> None:
    contract = load(platform)
    for erratum in contract.errata.values():
        for reading in erratum.readings:
            if reading.of == EXCHANGE:
                answered = contract.success.is_valid(reading.example) or contract.refusal.is_valid(reading.example)
                assert answered, (erratum.id, reading.id)
            else:
                assert reading.of in messages(platform), (erratum.id, reading.id)
                if erratum.kind == "field" and reading.of.endswith(".notification"):
                    # What the field pushes against a clear sentence is no valid message: that is what the judge looks up.
                    assert not messages(platform)[reading.of].is_valid(reading.example), (erratum.id, reading.id)
                    continue
                assert messages(platform)[reading.of].violations(reading.example) == (), (erratum.id, reading.id)


def uses(platform: str) -> set[str]:
    """Ids of errata that something cites: an annotation, a statement, a row, a printed example, a case."""
    found = {node["x-erratum"] for _, schema in schemas(platform) for _, node in nodes(schema) if "x-erratum" in node}
    found |= {each["erratum"] for each in documented(platform) if "erratum" in each}
    suites = Path(conformance.__file__).parent / "suites" / platform
    texts = [folder(platform) / "requirements.yaml", folder(platform) / "errors.yaml", *sorted(suites.glob("**/*.py"))]
    words = set(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*", "\n".join(path.read_text(encoding="utf-8") for path in texts)))
    return found | words


@pytest.mark.parametrize("platform", platforms())
def test_every_erratum_is_cited_somewhere(platform: str) -> None:
    assert {each.id for each in load(platform).errata.values()} - uses(platform) == set()


@pytest.mark.parametrize("platform", platforms())
def test_uses_do_not_come_from_the_errata_themselves(platform: str) -> None:
    assert "no-such-erratum-in-any-file" not in uses(platform)
    assert "readings" in uses(platform)


@pytest.mark.parametrize("platform", platforms())
def test_statements_that_name_an_erratum_name_an_existing_one(platform: str) -> None:
    known = load(platform).errata.keys()
    for each in load(platform).requirements.values():
        for names in re.findall(r"errat(?:um|a) ([a-z0-9-]+(?:, [a-z0-9-]+)*)", each.statement):
            assert set(names.split(", ")) <= known, each.id


def test_reading_with_a_permissive_schema_is_found_out() -> None:
    reading: Any = next(iter(load(platforms()[0]).errata.values())).readings[0]
    permissive = type(reading.schema)("anything", {"examples": []})
    assert permissive.is_valid(reading.counter_example)
