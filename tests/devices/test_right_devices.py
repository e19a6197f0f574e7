"""Right devices pass, and so do those that differ in what the document leaves open (field notes): no false alarm."""

from __future__ import annotations

import pytest

from conformance.contract import Role, load
from conformance.evidence.verdict import Verdict
from conformance.mqtt.packets import Publish
from conformance.reference.huawei.device.faults import QUIRKS
from conformance.runner.execute import Outcome, execute
from tests.devices.bench import CASES, PLATFORM, SOAK_S, device, judge, often, opened

SLOW = ("keep-alive", "half-open", "reports-on")
APART = [name for name in CASES if "/malformed/" in name or name.endswith("expired-certificate")]
"""What does not depend on the quirks below, and costs a connection each, or a certificate of its own."""
LONG = [name for name, case in CASES.items() if case.soak]
EVERY = [name for name in CASES if not name.endswith(SLOW) and name not in {*APART, *LONG}]
ODD = [name for name in CASES if "/wrong/" in name]
"""What sends the device something that is no command."""
CLOSES = "closes-on-odd"
"""The quirk of which some of these cases warn."""
BY_NODE = {"node-id": {"node_id": "conformance-node_1"}}


def bad(outcomes: list[Outcome]) -> dict[str, tuple[str, str, list[tuple[str, str, str]]]]:
    return {
        each.case.id: (
            each.verdict,
            each.reason,
            [(finding.requirement.id, finding.expected, finding.actual) for finding in each.broken],
        )
        for each in outcomes
        if each.verdict is not Verdict.PASS
    }


@pytest.mark.parametrize("quirk", [quirk for quirk in QUIRKS if quirk != CLOSES])
def test_device_that_differs_where_the_document_is_open_passes(certificate: dict[str, str], quirk: str) -> None:
    told = {**BY_NODE.get(quirk, {}), "connect_timeout_s": 6}
    assert bad(judge(device(quirk, **told), EVERY, certificate)) == {}


def test_device_that_closes_over_odd_messages_and_comes_back_is_warned_at_most(certificate: dict[str, str]) -> None:
    outcomes = judge(device(CLOSES), ODD, certificate)
    warned = {each.case.id: {finding.requirement.id for finding in each.broken} for each in outcomes if each.broken}
    assert {each.verdict for each in outcomes} == {Verdict.PASS, Verdict.WARN}
    assert set().union(*warned.values()) == {f"{PLATFORM}/2.4/survives"}
    assert f"{PLATFORM}/device/wrong/reports-on" not in warned


def test_period_of_a_device_that_closed_over_an_odd_message_begins_when_it_is_back(certificate: dict[str, str]) -> None:
    with opened(device(CLOSES), certificate) as environment:
        session = environment.session("none")
        assert session.wait(lambda record: isinstance(record.packet, Publish), environment.pixit("report_period_s"))
        outcome = execute(environment, CASES[f"{PLATFORM}/device/wrong/reports-on"])
    assert bad([outcome]) == {}
    assert session.end is not None


def test_right_device_closes_at_malformed_packets_and_looks_at_dates() -> None:
    assert bad(judge(device(connect_timeout_s=6), APART)) == {}


def test_right_device_passes_the_long_watch(certificate: dict[str, str]) -> None:
    assert bad(judge(often(device()), LONG, certificate, soak_s=SOAK_S)) == {}


def test_long_checks_that_were_not_asked_for_are_inconclusive(certificate: dict[str, str]) -> None:
    outcomes = judge(device(), LONG, certificate)
    assert {each.verdict for each in outcomes} == {Verdict.INCONCLUSIVE}
    assert {each.reason for each in outcomes} == {"a long check: ask for it with --soak MINUTES"}


def test_watch_too_short_for_two_periods_says_how_long_it_must_be(certificate: dict[str, str]) -> None:
    name = f"{PLATFORM}/device/soak/reports"
    (outcome,) = judge(device(report_period_s=60), [name], certificate, soak_s=0.3)
    assert outcome.verdict is Verdict.INCONCLUSIVE
    assert "--soak 2 or more" in outcome.reason


def test_device_that_waits_for_has_more_passes_elsewhere_in_its_compatibility_setting(
    certificate: dict[str, str],
) -> None:
    names = [name for name in EVERY if "/command/" in name]
    outcomes = bad(judge(device("needs-has-more", compat_has_more=True), names, certificate))
    assert outcomes.keys() == {f"{PLATFORM}/device/command/documented-members"}


def test_every_statement_about_devices_is_cited_by_a_case() -> None:
    stated = {
        each.id for each in load(PLATFORM).requirements.values() if each.role is Role.DEVICE and not each.untestable
    }
    cited = {identity for case in CASES.values() for identity in case.requirements}
    assert stated - cited == set()
    assert {each for each in cited if each not in stated} == set()


def test_codec_binary_leaves_payloads_unjudged(certificate: dict[str, str]) -> None:
    (outcome,) = judge(device(codec_mode="binary"), [f"{PLATFORM}/device/report/message"], certificate)
    assert outcome.verdict is Verdict.INCONCLUSIVE
    assert "binary-payload" in outcome.reason
