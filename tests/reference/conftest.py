"""A platform in this process, and one in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .drive import Driver
from .process import Running


@pytest.fixture
def driver() -> Driver:
    return Driver()


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    with Running() as started:
        yield started
