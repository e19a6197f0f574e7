"""One live platform for all tests that talk to one, as new for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .live import Live


@pytest.fixture(scope="session")
def _process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with Live(tmp_path_factory.mktemp("platform")) as started:
        yield started


@pytest.fixture
def live(_process: Live) -> Live:
    _process.reset()
    return _process
