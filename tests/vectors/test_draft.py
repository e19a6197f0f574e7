"""The generator refuses what could not be a vector."""

from __future__ import annotations

import pytest

from conformance.crypto.mistakes import Flag
from conformance.vectors.content.draft import DraftError, FileDraft

FLAG = Flag("Basic", "BASIC", "Something ordinary.", "Nothing works.")
INPUTS = {"timestamp": "2026112010", "secret": "s"}


def _draft() -> FileDraft:
    return FileDraft("mqtt-password", "password", "a test")


def test_ids_are_made_from_scheme_operation_and_name() -> None:
    draft = _draft()
    group = draft.group("Test")
    group.valid("first", "One.", [FLAG], INPUTS)
    assert group.tests[0]["tcId"] == "crypto/mqtt-password/password/first"


@pytest.mark.parametrize("name", ["first", "First", "a_b", "a/b", "", "-a"])
def test_names_are_well_formed_and_unique(name: str) -> None:
    group = _draft().group("Test")
    group.valid("first", "One.", [FLAG], INPUTS)
    with pytest.raises(DraftError, match="malformed or taken"):
        group.valid(name, "Two.", [FLAG], {**INPUTS, "secret": "t"})


def test_inputs_are_not_used_twice_even_over_groups() -> None:
    draft = _draft()
    draft.group("Test", {"secret": "s"}).valid("first", "One.", [FLAG], {"timestamp": "2026112010"})
    with pytest.raises(DraftError, match="has the inputs of crypto/mqtt-password/password/first"):
        draft.group("Other").valid("second", "Two.", [FLAG], INPUTS)


def test_a_printed_value_must_agree() -> None:
    with pytest.raises(DraftError, match="printed"):
        _draft().group("Test").valid("first", "One.", [FLAG], INPUTS, {"password": "0" * 64})


def test_what_is_answered_is_not_invalid() -> None:
    with pytest.raises(DraftError, match="said to be invalid"):
        _draft().group("Test").invalid("first", "One.", [FLAG], INPUTS)


def test_what_is_not_accepted_is_not_valid() -> None:
    inputs = {
        "clientId": "d_0_0_2026112010",
        "password": "",
        "secret": "s",
        "clock": "2026-11-20T10:00:00+00:00",
        "toleranceHours": 0,
    }
    with pytest.raises(DraftError, match="not accepted"):
        FileDraft("mqtt-password", "verify", "a test").group("Test").valid("first", "One.", [FLAG], inputs)


def test_a_flag_has_one_meaning() -> None:
    group = _draft().group("Test")
    group.valid("first", "One.", [FLAG], INPUTS)
    other = Flag("Basic", "BASIC", "Something else.", "Nothing works.")
    with pytest.raises(DraftError, match="two meanings"):
        group.valid("second", "Two.", [other], {**INPUTS, "secret": "t"})


def test_a_mistake_that_no_candidate_shows_is_an_error() -> None:
    with pytest.raises(DraftError, match="nothing catches"):
        _draft().group("Test").catch_all([INPUTS])
