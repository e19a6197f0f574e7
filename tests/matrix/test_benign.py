"""When a way of being right counts as shown: some case finds it right, and none has a doubt about what is as built."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from conformance.evidence.findings import Finding
from conformance.evidence.verdict import Verdict
from tests.matrix import benign, report, right
from tests.matrix.__main__ import told
from tests.matrix.right import AS_BUILT

OTHER = "frame/chunked"


@dataclass(frozen=True)
class Came:
    verdict: Verdict
    reason: str = "nobody is there"
    broken: tuple[Finding, ...] = ()


def tried(monkeypatch: pytest.MonkeyPatch, variant: str, *verdicts: Verdict) -> benign.Trial:
    class Scripted:
        def variants(self, platform: str) -> tuple[str, ...]:
            return (variant,)

        def shown(self, platform: str, variant: str) -> Iterator[tuple[str, Came]]:
            return ((f"a/b/{number}", Came(verdict)) for number, verdict in enumerate(verdicts))

    monkeypatch.setattr(right, "right", lambda _: Scripted())
    return benign.try_variant("platform", "a", variant)


def printed(trial: benign.Trial, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = told(report.Matrix((), {}, benign.Benign((trial,))), [], 0, whole=False)
    return status, capsys.readouterr().out


def test_variant_that_no_case_finds_right_shows_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    trial = tried(monkeypatch, OTHER, Verdict.INCONCLUSIVE, Verdict.WARN)
    assert not trial.blames
    status, out = printed(trial, capsys)
    assert status == 1
    assert "judged by no case: right platform (a, frame/chunked): 1 INCONCLUSIVE, 1 WARN\n" in out
    status, out = printed(tried(monkeypatch, OTHER), capsys)
    assert (status, "frame/chunked): no case was run" in out) == (1, True)


@pytest.mark.parametrize("verdict", [Verdict.WARN, Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE, Verdict.FAIL])
def test_what_is_as_built_is_right_beyond_doubt(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], verdict: Verdict
) -> None:
    status, out = printed(tried(monkeypatch, AS_BUILT, Verdict.PASS, verdict), capsys)
    assert status == 1
    assert f"blames a right platform (a, as built): a/b/1: {verdict}: nobody is there" in out


def test_one_case_that_finds_a_variant_right_suffices_where_none_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    trial = tried(monkeypatch, OTHER, Verdict.INCONCLUSIVE, Verdict.PASS, Verdict.WARN)
    assert printed(trial, capsys)[0] == 0
    assert tried(monkeypatch, OTHER, Verdict.PASS, Verdict.ERROR).blames
