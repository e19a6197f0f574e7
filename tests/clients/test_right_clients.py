"""Right clients: whatever form a call has, and however it is sent, it is understood and blamed for nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from conformance.evidence.verdict import Verdict
from conformance.runner.execute import Outcome
from tests.clients import sockets
from tests.clients.bench import calls, judged
from tests.clients.forms import FORMS, PLAIN, Form, written

SHOWN_BY = {
    "form/escaped": "huawei",
    "form/reversed": "huawei",
    "json/whole-numbers": "huawei",
    "query/boolean-capital": "huawei",
    "scheme/lower": "huawei",
    "scheme/upper": "huawei",
}
"""Where a form needs what few platforms have, or a field note speaks of it; the others are shown by one of the quickest."""


@pytest.mark.parametrize("name", FORMS)
def test_every_form_is_as_good_as_another(name: str) -> None:
    platform, form = SHOWN_BY.get(name, "thingscloud"), FORMS[name]
    assert any(written(call, form) != written(call, PLAIN) for call in calls(platform))
    assert_right(judged(platform, form=form), platform)


@pytest.mark.parametrize("name", sockets.WAYS)
def test_every_way_to_send_is_as_good_as_another(name: str) -> None:
    assert_right(sockets.judged("thingscloud", sockets.WAYS[name]), "thingscloud", ended=False)


def assert_right(found: Mapping[str, Outcome], platform: str, *, ended: bool = True) -> None:
    """The same cases judge the same calls as of the plain client, and each of them is PASS."""
    wanted = {key: each.verdict for key, each in judged(platform).items() if ended or not key.endswith("/any/ends")}
    assert {key: each.verdict for key, each in found.items()} == wanted
    assert set(wanted.values()) == {Verdict.PASS}


def test_form_that_is_no_json_and_another_scheme_are_noticed() -> None:
    half = judged("envelope", form=Form(content=lambda body: json.dumps(body)[:-1]))
    assert Verdict.FAIL in {each.verdict for each in half.values()}
    basic = Form(headers=lambda all_: tuple((name, value.replace("Bearer", "Basic")) for name, value in all_))
    assert Verdict.FAIL in {each.verdict for each in judged("thingscloud", form=basic).values()}
