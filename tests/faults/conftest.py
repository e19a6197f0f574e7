"""One warm reference per platform for all fault tests."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.faults.bench import Bench, bench


@pytest.fixture(scope="session")
def warm() -> Iterator[Callable[[str], Bench]]:
    with ExitStack() as stack:
        started: dict[str, Bench] = {}

        def of(platform: str) -> Bench:
            if platform not in started:
                started[platform] = stack.enter_context(bench(platform))
            return started[platform]

        yield of
