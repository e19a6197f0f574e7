"""What the trials of this folder share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.clients.bench import keys_made_once


@pytest.fixture(autouse=True, scope="session")
def _keys_made_once() -> Iterator[None]:
    with keys_made_once():
        yield
