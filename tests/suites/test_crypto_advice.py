"""What a crypto routine may leave out, by the document's own sample, is worth a WARN."""

from __future__ import annotations

from typing import cast

import pytest

from conformance.crypto.mistakes import Mistake
from conformance.evidence.verdict import Verdict
from conformance.vectors.operations import mistakes_of
from conformance.vectors.own import wrong_implementation
from conformance.vectors.protocol import Adapter
from tests.matrix.roles.crypto import Routines


def _mistakes(scheme: str, flag: str) -> list[Mistake]:
    return [each for each in mistakes_of(scheme) if each.flag.name == flag]


@pytest.mark.parametrize(
    ("operation", "mistake", "statement"),
    [
        ("envelope/decrypt", each, "crypto/envelope/decrypt/padding")
        for each in _mistakes("envelope", "PaddingNotChecked")
    ],
    ids=lambda value: value.name if isinstance(value, Mistake) else None,
)
def test_padding_that_is_cut_unchecked_is_advised_against(operation: str, mistake: Mistake, statement: str) -> None:
    routines = Routines()
    adapter = cast("Adapter", wrong_implementation(mistake))
    outcomes = [routines.run(each, adapter) for each in routines.cases if each.startswith(f"crypto/{operation}/")]
    assert {each.verdict for each in outcomes} <= {Verdict.PASS, Verdict.WARN}
    broken = {finding.requirement.id for each in outcomes for finding in each.broken}
    assert broken == {statement}
