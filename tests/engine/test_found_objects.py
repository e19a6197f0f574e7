"""Objects that the suite finds in a list of the IUT: the first that has an id."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.evidence.exchange import Answer, Request
from conformance.evidence.findings import Inconclusive

from .fake import YES, answer, context


def _lists(*ids: Any) -> Any:
    listed = answer({**YES, "info": {"items": [{"id": identity, "name": "n"} for identity in ids]}})
    signed_in = answer({**YES, "info": {"access_token": "token"}})

    def transport(request: Request) -> Answer:
        return listed if request.url.endswith("/device_types") else signed_in

    credentials = {"app_id": "app", "access_key": "access", "secret_key": "secret"}
    return context(transport, credentials=credentials)


@pytest.mark.parametrize("nothing", ["", None, True, {}])
def test_an_entry_without_an_id_is_passed_over(nothing: Any) -> None:
    assert _lists(nothing, "type-2").have("device-type").id == "type-2"


def test_a_number_is_an_id() -> None:
    assert _lists(0, 7).have("device-type").id == "0"


def test_a_list_of_entries_without_ids_holds_nothing_to_find() -> None:
    with pytest.raises(Inconclusive, match="lists none; give \\[pixit\\] device_type"):
        _lists("", None).have("device-type")
