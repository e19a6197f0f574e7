"""A platform whose limit of calls no upper tester sets: windows are its own, and others may use the application as well."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from conformance.contract import DataError, load
from conformance.contract.entries import busy_rows
from conformance.evidence.exchange import Answer, Request
from conformance.evidence.verdict import Verdict
from conformance.reference.clock import Throttle
from conformance.runner.execute import Outcome, execute
from conformance.suites.context import Context
from conformance.suites.environment import Environment
from conformance.suites.huawei.tokens import PROBE
from conformance.suites.registry import suite
from tests.engine import fake
from tests.engine.fake import InProcess

LIMIT, WINDOW_S = 20, 60.0
CALL_S = 0.25
WITHIN, BEYOND = "huawei/global/within-limit", "huawei/global/error/403-1010009"
CASES = {case.id: case for case in suite("huawei").cases}


class Time:
    """A clock that calls and pauses move."""

    def __init__(self, now_s: float = 0.0) -> None:
        self.now_s = now_s
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        return self.now_s

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now_s += seconds


class FixedWindows(Throttle):
    """Counts anew with every full window of its clock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__()
        self._clock = clock
        self._window, self._count = -1, 0

    def admits(self) -> bool:
        if self.per_s is None:
            return True
        window = int(self._clock() // self.window_s)
        self._count = 1 if window != self._window else self._count + 1
        self._window = window
        return self._count <= self.per_s


Kind = Callable[[Callable[[], float]], Throttle]
KINDS: dict[str, Kind] = {"sliding": Throttle, "fixed": FixedWindows}


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Time:
    kept = Time()
    monkeypatch.setattr(time, "monotonic", kept.monotonic)
    return kept


def platform(now: Time, kind: Kind, limit: int | None = LIMIT) -> Environment:
    """Return a platform that answers a call in a quarter of a second and takes so many within a minute."""
    core = InProcess("huawei")
    core.service.throttle = kind(now.monotonic)
    core.service.throttle.allow(limit, WINDOW_S)

    def transport(request: Request) -> Answer:
        now.now_s += CALL_S
        return core(request)

    environment = core.environment(
        pixit={**core.pixit, "throttle_calls": LIMIT, "throttle_window_s": WINDOW_S, "rate_limit": "none"}
    )
    environment.client.transport = transport  # type: ignore[attr-defined]
    environment.pause = environment.busy_pause = now.pause
    return environment


def judged(environment: Environment, case: str) -> Outcome:
    return execute(environment, CASES[case])


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("phase_s", [52.0, 57.0], ids=lambda phase: f"{phase:g}s")
def test_right_platform_passes_at_any_moment_of_its_window(now: Time, kind: Kind, phase_s: float) -> None:
    now.now_s = 10 * WINDOW_S + phase_s
    environment = platform(now, kind)
    for case in (WITHIN, BEYOND, WITHIN):
        outcome = judged(environment, case)
        assert outcome.verdict is Verdict.PASS, (case, outcome.reason, outcome.broken)


def test_calls_of_the_run_before_are_not_counted_against_the_platform(now: Time) -> None:
    environment = platform(now, Throttle)
    context = Context(environment, CASES["huawei/global/utf-8"])
    for _ in range(LIMIT - 1):
        context.call(PROBE)
    outcome = judged(environment, WITHIN)
    assert outcome.verdict is Verdict.PASS, outcome.broken
    assert now.pauses == [WINDOW_S, WINDOW_S], "a window passes before the case, and one for the cases after it"
    now.pauses.clear()
    context.succeed(PROBE)
    assert not now.pauses


@pytest.mark.parametrize(
    ("case", "limit"), [(WITHIN, LIMIT - 1), (BEYOND, None)], ids=["one-too-few", "no-limit-at-all"]
)
def test_wrong_limit_is_caught(now: Time, case: str, limit: int | None) -> None:
    outcome = judged(platform(now, Throttle, limit), case)
    assert outcome.verdict is Verdict.FAIL
    assert all(finding.requirement.id.startswith("huawei/global/") for finding in outcome.broken)


@pytest.mark.parametrize(
    ("status", "code", "verdict"),
    [
        (403, "1010009", Verdict.INCONCLUSIVE),
        (503, "100501", Verdict.INCONCLUSIVE),
        (400, "100223", Verdict.INCONCLUSIVE),
        (400, "100022", Verdict.FAIL),
    ],
)
def test_valid_command_may_meet_what_others_use_up(status: int, code: str, verdict: Verdict) -> None:
    core = InProcess("huawei")
    refusal = fake.answer({"error_code": code, "error_desc": "no"}, status)
    environment = core.environment()
    environment.client.transport = lambda sent: refusal if "/deviceCommands" in sent.url else core(sent)  # type: ignore[attr-defined]
    environment.busy_pause = lambda _: None
    outcome = judged(environment, "huawei/command-create/minimal")
    assert outcome.verdict is verdict, (outcome.reason, outcome.broken)


def test_row_that_asks_for_patience_must_exist() -> None:
    rows = load("huawei").rows
    assert [row.key for row in busy_rows({"busy": "503-100501"}, rows)] == ["503-100501"]
    assert busy_rows({}, rows) == ()
    with pytest.raises(DataError, match="busy names the row '503', which does not exist"):
        busy_rows({"busy": ["403-1010009", "503"]}, rows)
