"""Right platforms that are easy to blame, each the reference's core with something of real life between it and the suite.

None may fail; what cannot be told is said to be unjudged.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, Final

from conformance.evidence.exchange import Answer, Request
from conformance.evidence.verdict import Verdict
from conformance.reference.thingscloud.state import Sample
from conformance.runner.execute import Outcome, execute
from conformance.suites.environment import Environment
from conformance.suites.registry import suite
from conformance.suites.samples import names_in
from tests.engine.fake import NO, InProcess, answer

CASES: Final = {case.id.partition("/")[2]: case for case in suite("thingscloud").cases}


def _judged(environment: Environment, *cases: str) -> dict[str, Outcome]:
    return {name: execute(environment, CASES[name]) for name in cases}


def _cited(outcome: Outcome) -> set[str]:
    return {finding.requirement.id.partition("/")[2] for finding in outcome.broken}


class Sparse(InProcess):
    """Keeps of each attribute the newest record of every second."""

    def __call__(self, request: Request) -> Answer:
        seen = super().__call__(request)
        cloud: Any = self.service.platform
        for device in cloud.project.devices.values():
            for attribute in device.attributes.values():
                attribute.samples = _thinned(attribute.samples)
        return seen


def _thinned(samples: list[Sample]) -> list[Sample]:
    return list({sample.ts // 1000: sample for sample in samples}.values())


def test_history_that_keeps_one_record_a_second_is_warned_of_and_not_blamed() -> None:
    seen = _judged(
        Sparse().environment(),
        "attribute-series/paging",
        "attribute-series/only-asked",
        "attribute-series/time-range",
        "attribute-series/range-30-days",
        "cloud-attributes-update/in-series",
    )
    paging = seen["attribute-series/paging"]
    assert _cited(paging) == {"cloud-attributes-update/each-in-series"}
    assert paging.verdict is Verdict.INCONCLUSIVE, "too few records for a page of 20"
    assert "of 25 updates the history kept" in paging.reason
    assert seen["cloud-attributes-update/in-series"].verdict is Verdict.WARN
    others = {
        name: each.broken for name, each in seen.items() if name.startswith("attribute-series") and each != paging
    }
    assert others == dict.fromkeys(others, ())


class Guarded(InProcess):
    """Stands behind a gateway that refuses credentials with 401 or 403 and a page for people."""

    def __init__(self) -> None:
        super().__init__()
        self.service.quirks.set(["refusal-status/unauthorized"])

    def __call__(self, request: Request) -> Answer:
        seen = super().__call__(request)
        if seen.status not in {401, 403}:
            return seen
        return replace(seen, headers=(("Content-Type", "text/html"),), body=b"<html>Unauthorized</html>")


def test_credentials_refused_with_a_page_for_people_pass() -> None:
    refused = ("device-read/credentials/absent", "device-read/credentials/wrong", "admin/credentials/foreign/api-token")
    seen = _judged(Guarded().environment(), *refused, "access-token/wrong-key", "global/token-type")
    assert {name: (each.verdict, each.broken) for name, each in seen.items() if each.verdict is not Verdict.PASS} == {}


class Picky(InProcess):
    """Takes letters, digits, Chinese characters and a few signs in a text, and refuses all others."""

    TAKEN = re.compile(r"[A-Za-z0-9 ._№-]|[一-鿿]")

    def __call__(self, request: Request) -> Answer:
        if any(self.TAKEN.sub("", each) for each in names_in(json.loads(request.body or b"null"))):
            return replace(answer(NO), request=request)
        return super().__call__(request)


def test_texts_that_are_refused_are_noted_and_not_blamed() -> None:
    seen = _judged(Picky().environment(), "device-create/texts", "global/text-unchanged")
    assert {name: each.broken for name, each in seen.items()} == dict.fromkeys(seen, ())
    assert {each.verdict for each in seen.values()} == {Verdict.PASS}
    assert "the platform refuses this text: beyond the basic plane" in seen["global/text-unchanged"].notes
    assert any("refuses texts" in note for note in seen["device-create/texts"].notes)


class Wary(Picky):
    """Takes no Chinese character either."""

    TAKEN = re.compile(r"[A-Za-z0-9 ._-]")


def test_chinese_texts_that_are_refused_are_blamed() -> None:
    seen = _judged(Wary().environment(), "device-create/texts", "global/text-unchanged")
    assert _cited(seen["device-create/texts"]) == {"device-create/success"}
    assert _cited(seen["global/text-unchanged"]) == {"global/text-unchanged"}


class Particular(InProcess):
    """Lets no two customers share a mail address or a mobile number, and has one with those of the document's examples."""

    def __init__(self) -> None:
        super().__init__()
        self.service.quirks.set(["duplicate-contact/refused"])
        cloud: Any = self.service.platform
        customer = next(iter(cloud.project.customers.values()))
        create = self.contract.operations["customer-create"].request
        assert create is not None
        customer.email, customer.mobile = create.full["email"], create.full["mobile"]


def test_customers_who_may_share_no_address_pass() -> None:
    seen = _judged(
        Particular().environment(),
        "customer-create/maximal",
        "customer-info-update/maximal",
        "customer-create/read-back",
        "customer-info-update/changes-given",
        "customer-info-update/keeps-others",
        "customer-lifecycle/model",
    )
    assert {name: (each.reason, each.broken) for name, each in seen.items() if each.verdict is not Verdict.PASS} == {}
