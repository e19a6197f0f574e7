"""What holds for the faults of every reference: their ids, the statements that they name, and the kinds that there are."""

from __future__ import annotations

import importlib
from collections import Counter
from functools import cache

import pytest

from conformance.contract import load
from conformance.reference.fault import Fault
from conformance.reference.frailties import FRAILTIES
from conformance.reference.service import Service
from conformance.suites.registry import judged

EVERYWHERE = {
    *("response", "status", "content-type", "envelope", "refusal", "credentials", "unenforced", "transport"),
    *("failure", "behaviour"),
}
KINDS = {
    "envelope": EVERYWHERE,
    "huawei": EVERYWHERE | {"error-row", "ignored", "lax-by-one", "list", "lost", "message", "off-by-one"},
    "living": EVERYWHERE | {"lax-by-one", "list", "lost", "off-by-one"},
    "neuroncloud": EVERYWHERE | {"error-row", "ignored", "lax-by-one", "list", "lost", "off-by-one"},
    "thingscloud": EVERYWHERE | {"error-row", "ignored", "json", "lax-by-one", "list", "lost", "off-by-one"},
}
"""The kinds of each reference. Each is tried by a test of it: what is added here is tried there, what is gone is missed."""


@cache
def service(platform: str) -> Service:
    started = importlib.import_module(f"conformance.reference.{platform}.start").start(None)
    assert isinstance(started.service, Service)
    return started.service


def known(platform: str) -> list[Fault]:
    return list(service(platform).faults.known.values())


@pytest.mark.parametrize("platform", judged())
def test_ids_are_unique_and_begin_with_the_kind(platform: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = known(platform)
    assert len({fault.id for fault in found}) == len(found)
    assert all(fault.id.startswith(f"{fault.kind}/") for fault in found)
    counts = Counter(fault.kind for fault in found)
    with capsys.disabled():
        print(f"\n{platform}: {len(found)} faults: " + ", ".join(f"{kind} {n}" for kind, n in sorted(counts.items())))


@pytest.mark.parametrize("platform", judged())
def test_every_named_requirement_exists(platform: str) -> None:
    assert {fault.requirement for fault in known(platform) if fault.requirement} <= load(platform).requirements.keys()


@pytest.mark.parametrize("platform", judged())
def test_every_behaviour_names_a_written_requirement_or_none(platform: str) -> None:
    own = {
        behaviour.requirement
        for name, behaviour in service(platform).faults.behaviours.items()
        if FRAILTIES.get(name) != behaviour
    } - {None}
    assert {f"{platform}/{name}" for name in own} <= load(platform).requirements.keys()


def test_every_frailty_names_a_written_requirement_of_some_platform() -> None:
    """What every platform can show names statements that not every contract has."""
    written = {name.partition("/")[2] for platform in judged() for name in load(platform).requirements}
    assert {behaviour.requirement for behaviour in FRAILTIES.values()} - {None} <= written


@pytest.mark.parametrize("platform", judged())
def test_every_kind_is_tried_and_every_tried_kind_exists(platform: str) -> None:
    assert {fault.kind for fault in known(platform)} == KINDS[platform]


@pytest.mark.parametrize("platform", judged())
def test_no_fault_is_on_at_the_start(platform: str) -> None:
    assert service(platform).faults.active == ()
