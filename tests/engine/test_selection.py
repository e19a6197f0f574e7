"""Which cases run: patterns, level, and what the IUT claims."""

from __future__ import annotations

import pytest

from conformance.contract import IutKey, load
from conformance.evidence.findings import Inconclusive
from conformance.evidence.verdict import Verdict
from conformance.iut.errors import UsageError
from conformance.runner.selection import Claims, Filters, matches, select
from conformance.suites.case import Case
from conformance.suites.registry import suite

from .fake import PLATFORM, a_case

CASES = [
    a_case(lambda _: None, "p/device/minimal"),
    a_case(lambda _: None, "p/device/inside/keys[]/type"),
    a_case(lambda _: None, "p/device/all-members", strict=True),
    a_case(lambda _: None, "p/customer/minimal"),
    a_case(lambda _: None, "p/device/long", soak=True),
]


def chosen(**filters: object) -> list[str]:
    return [case.id for case in select(CASES, Filters(**filters))]  # type: ignore[arg-type]


def test_without_filters_all_core_cases_are_chosen_in_their_order() -> None:
    assert chosen() == ["p/device/minimal", "p/device/inside/keys[]/type", "p/customer/minimal"]


def test_strict_adds_cases() -> None:
    assert set(chosen(level="strict")) - set(chosen()) == {"p/device/all-members"}


def test_long_checks_are_chosen_where_they_are_asked_for() -> None:
    assert set(chosen(soak_min=30.0)) - set(chosen()) == {"p/device/long"}


def test_only_is_a_union_and_exclude_wins() -> None:
    assert chosen(only=("p/customer/*", "*/minimal")) == ["p/device/minimal", "p/customer/minimal"]
    assert chosen(only=("*",), exclude=("p/device/*",)) == ["p/customer/minimal"]


def test_an_id_with_brackets_means_itself() -> None:
    assert chosen(only=("p/device/inside/keys[]/type",)) == ["p/device/inside/keys[]/type"]
    assert not matches("p/[d]evice/x", "p/device/y")
    assert matches("p/[d]evice/*", "p/device/y")


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        ({"only": ("p/nothing",)}, "--only 'p/nothing' matches no case"),
        ({"only": ("p/*", "x/*")}, "--only 'x/*' matches no case"),
        ({"exclude": ("x",)}, "--exclude 'x' matches no case"),
        ({"exclude": ("p/*",)}, "the selection leaves no case"),
        ({"only": ("p/device/all-members",)}, "the selection leaves no case"),
        ({"only": ("p/device/long",)}, "long checks run with --soak MINUTES"),
        ({"soak_min": -1.0}, "--soak -1: give more than 0 minutes"),
        ({"only": ("p/customer/*",), "soak_min": 1.0}, "--soak: no long check is among the selected cases"),
    ],
)
def test_a_selection_that_cannot_be_meant_is_a_mistake(filters: dict[str, tuple[str, ...]], told: str) -> None:
    with pytest.raises(UsageError) as mistake:
        chosen(**filters)
    assert told in str(mistake.value)
    assert "\n" not in str(mistake.value)


class Probe:
    """Answers as told and counts how often it was asked."""

    def __init__(self, outcome: bool | Exception) -> None:
        self.outcome, self.asked = outcome, 0

    def __call__(self, key: IutKey) -> bool:
        self.asked += 1
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


def the_case(identity: str) -> Case:
    return next(case for case in suite(PLATFORM).cases if case.id == f"{PLATFORM}/{identity}")


def decided(case: Case, probe: Probe | None = None, **claims: bool) -> tuple[Verdict, str] | None:
    return Claims(load(PLATFORM), claims, probe).verdict(case)


CUSTOMER = the_case("customer-read/minimal")
PUSH = the_case("attributes-push/minimal")
"""About a feature that no read-only call shows."""


def test_a_claimed_feature_is_judged_without_a_probe() -> None:
    probe = Probe(False)
    assert decided(CUSTOMER, probe, customers=True) is None
    assert probe.asked == 0


def test_a_feature_that_is_denied_is_not_applicable_and_the_key_is_named() -> None:
    assert decided(CUSTOMER, Probe(True), customers=False) == (Verdict.NOT_APPLICABLE, "pics.customers = false")


def test_an_unset_claim_is_decided_by_the_probe() -> None:
    assert decided(CUSTOMER, Probe(True)) is None
    denied = decided(CUSTOMER, Probe(False))
    assert denied is not None
    assert denied[0] is Verdict.NOT_APPLICABLE
    assert "pics.customers is unset" in denied[1]


def test_a_probe_that_cannot_decide_is_inconclusive_with_its_reason() -> None:
    undecided = decided(CUSTOMER, Probe(Inconclusive("no credentials")))
    assert undecided is not None
    assert undecided[0] is Verdict.INCONCLUSIVE
    assert "pics.customers" in undecided[1]
    assert "no credentials" in undecided[1]


@pytest.mark.parametrize("probe", [None, Probe(True)], ids=["no prober", "no probe documented"])
def test_an_unset_claim_without_a_probe_is_inconclusive_and_tells_the_remedy(probe: Probe | None) -> None:
    undecided = decided(PUSH, probe)
    assert undecided is not None
    assert undecided[0] is Verdict.INCONCLUSIVE
    assert "write downlink = true or false under [pics]" in undecided[1]


def test_a_claim_is_probed_once_per_run() -> None:
    probe = Probe(True)
    claims = Claims(load(PLATFORM), {}, probe)
    for case in suite(PLATFORM).cases:
        if case.subject.startswith("customer-"):
            assert claims.verdict(case) is None
    assert probe.asked == 1


def test_a_case_without_claims_always_runs() -> None:
    assert decided(the_case("project/minimal")) is None


def test_the_case_about_a_claim_itself_runs_whatever_is_claimed() -> None:
    assert decided(the_case("pics/customers"), customers=False) is None


def test_what_a_case_needs_beyond_its_operations_counts() -> None:
    needing = a_case(lambda _: None, f"{PLATFORM}/project/x", calls=("project",), needs=("alarms",))
    assert decided(needing, alarms=False) == (Verdict.NOT_APPLICABLE, "pics.alarms = false")


@pytest.mark.parametrize("told", [{}, {"history_parameters": "body"}, {"history_parameters": "query"}])
def test_a_case_may_need_a_setting_to_be_so(told: dict[str, str]) -> None:
    identity = "neuroncloud/point-history/outside/equModel/type"
    case = next(each for each in suite("neuroncloud").cases if each.id == identity)
    verdict = Claims(load("neuroncloud"), {}, facts=told).verdict(case)
    in_query = (Verdict.NOT_APPLICABLE, "pixit.history_parameters = 'query'")
    assert verdict == (in_query if told.get("history_parameters") == "query" else None)
