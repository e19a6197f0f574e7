"""Every case of role application is caught out by a wrong application; each wrong application by the case that says so.

The table names purposes, so that new notifications are covered without a new line; it is complete and strict.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.contract import Role, load, platforms
from conformance.evidence.verdict import Verdict
from conformance.suites.case import Case
from conformance.suites.registry import judged, suite
from tests.faults.bench import ApplicationBench, application_bench
from tests.faults.share import share

PLATFORMS = [platform for platform in platforms() if platform in judged() and load(platform).notifications]

BY_PURPOSE = {
    "maximal": ["status-500", "status-302", "status-204"],
    "minimal": ["status-404"],
    "examples": ["status-500"],
    "null-optional": ["refuses-null"],
    "absent-optional": ["needs-every-optional-member"],
    "unicode": ["ascii-only"],
    "large": ["small-buffer"],
    "repeated": ["refuses-repeated"],
    "generated": ["status-500"],
    "new-members": ["refuses-new-members", "status-500"],
    "captured": ["status-500"],
    "pretty-printed": ["text-search"],
    "member-order": ["needs-first-member"],
    "other-readings": ["needs-every-optional-member"],
    "keep-alive": ["one-message-per-connection"],
    "close": ["needs-keep-alive"],
    "out-of-order": ["forgets-deleted"],
    "content-type/charset": ["exact-content-type"],
    "content-type/other-case": ["exact-content-type"],
    "header-case": ["exact-header-case"],
    "burst": ["gives-up-after-many"],
    "second-connection": ["one-connection"],
    "content-type/text": ["hangs-on-other-type"],
    "content-type/form": ["hangs-on-other-type"],
    "content-type/none": ["hangs-on-other-type"],
    "unknown-kind": ["dies-of-unknown-kind"],
    "not-a-message/byte-order-mark": ["dies-of-unknown-kind"],
    "not-a-message/same-member-twice": ["dies-of-unknown-kind"],
    "not-a-message/*": ["dies-of-broken-json"],
    "huge": ["dies-of-much"],
}
"""Faults that every case of a purpose must notice."""

ONCE = {
    "device-added/maximal": ["hangs", "closes"],
    "device-added/generated": ["ascii-only"],
    "any/burst": ["one-connection"],
    "device-added/captured": ["refuses-null", "refuses-new-members"],
}
"""Faults that one case alone shows, because each costs a timeout or depends on the message."""

FAILS = {
    *("maximal", "minimal", "examples", "null-optional", "absent-optional", "unicode", "large", "repeated"),
    *("generated", "new-members", "keep-alive", "close", "out-of-order"),
}
"""Purposes behind which one of the two sentences stands; all others warn, `captured` by the message."""


def cases(platform: str) -> list[Case]:
    return [case for case in suite(platform).cases if case.role is Role.APPLICATION]


def faults_of(case: Case) -> list[str]:
    family = f"{case.purpose.partition('/')[0]}/*"
    return BY_PURPOSE.get(case.purpose, BY_PURPOSE.get(family, []))


def table() -> Iterator[tuple[str, Case, str]]:
    for platform in PLATFORMS:
        for case in cases(platform):
            for fault in [*faults_of(case), *ONCE.get(f"{case.subject}/{case.purpose}", [])]:
                yield platform, case, fault


TABLE = list(table())


@pytest.fixture(scope="module")
def benches() -> Iterator[dict[str, ApplicationBench]]:
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield {platform: stack.enter_context(application_bench(platform)) for platform in PLATFORMS}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_case_has_a_fault_and_every_purpose_a_case(platform: str) -> None:
    purposes = {case.purpose for case in cases(platform)} | {
        f"{case.purpose.partition('/')[0]}/*" for case in cases(platform)
    }
    assert set(BY_PURPOSE) <= purposes
    assert [case.id for case in cases(platform) if not faults_of(case)] == []
    assert set(ONCE) <= {f"{case.subject}/{case.purpose}" for case in cases(platform)}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_wrong_application_is_caught(benches: dict[str, ApplicationBench], platform: str) -> None:
    known = {fault.removeprefix("behaviour/") for fault in benches[platform].faults_by_id}
    assert known == {fault for each, _, fault in TABLE if each == platform}
    assert len(known) >= 10


TRIED = share(TABLE, lambda pair: f"{pair[1].id}-{pair[2]}")


@pytest.mark.parametrize(("platform", "case", "fault"), TRIED, ids=[f"{case.id}-{fault}" for _, case, fault in TRIED])
def test_fault_is_noticed_with_the_verdict_that_is_due(
    benches: dict[str, ApplicationBench], platform: str, case: Case, fault: str
) -> None:
    outcome = benches[platform].judge(case.id, [fault])
    assert outcome.broken, (outcome.verdict, outcome.reason)
    assert {finding.requirement.id for finding in outcome.broken} <= set(case.requirements) | {
        requirement for requirement in load(platform).requirements if requirement.endswith("/answered")
    }
    if case.purpose != "captured" and case.purpose != "second-connection":
        due = Verdict.FAIL if case.purpose in FAILS else Verdict.WARN
        assert outcome.verdict is due, [finding.requirement.id for finding in outcome.broken]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_receiver_that_searches_the_text_without_blanks_takes_every_documented_message(
    benches: dict[str, ApplicationBench], platform: str
) -> None:
    """Widely used receivers do so; what the suite sends must not hurt them but where blanks are the purpose."""
    bench = benches[platform]
    documented = [case for case in cases(platform) if case.purpose in FAILS | {"captured"}]
    for case in documented:
        if case.purpose == "captured" and case.subject == "command-status-changed":
            continue  # its captured messages begin with another member; there is no kind to search for
        assert bench.judge(case.id, ["text-search"]).verdict is Verdict.PASS, case.id


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_case_passes_on_the_honest_application(benches: dict[str, ApplicationBench], platform: str) -> None:
    for case in cases(platform):
        outcome = benches[platform].judge(case.id)
        assert outcome.verdict is Verdict.PASS, (case.id, outcome.reason, outcome.broken)
