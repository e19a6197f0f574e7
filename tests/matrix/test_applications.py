"""Role application in the matrix: a receiver is wrong where a sentence says so, and never wrong and right."""

from __future__ import annotations

from conformance.contract import Source, load
from conformance.reference.receiving.faults import WRONG
from conformance.suites.registry import suite
from tests.faults.test_application import FAILS, PLATFORMS
from tests.matrix import right, roles

WARNED = {
    *("dies-of-broken-json", "dies-of-much", "dies-of-unknown-kind", "exact-content-type", "exact-header-case"),
    *("gives-up-after-many", "hangs-on-other-type", "needs-first-member", "one-connection", "text-search"),
}
"""Mistakes that no sentence speaks of."""


def test_every_mistake_that_a_sentence_forbids_is_a_fault_and_no_other() -> None:
    for platform in PLATFORMS:
        there = {each.fault.rpartition("/")[2] for each in roles.wrongs("application", platform)}
        assert there == WRONG.keys() - WARNED


def test_every_case_of_a_fault_stands_for_a_sentence() -> None:
    for platform in PLATFORMS:
        cases = {case.id: case for case in suite(platform).cases}
        for name in {name for wrong in roles.wrongs("application", platform) for name in wrong.cases}:
            assert cases[name].purpose in FAILS
            sources = {load(platform).requirements[each].source for each in cases[name].requirements}
            assert Source.ROBUSTNESS not in sources, name


def test_no_way_of_being_right_is_a_fault() -> None:
    for platform in PLATFORMS:
        wrong = {each.fault.rpartition("/")[2] for each in roles.wrongs("application", platform)}
        assert not wrong & set(right.right("application").variants(platform))
