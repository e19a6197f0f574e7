"""One warm reference per platform for all fault tests."""

from collections.abc import Iterator

import pytest

from tests.faults.bench import Bench, bench


@pytest.fixture(scope="session")
def thingscloud() -> Iterator[Bench]:
    with bench("thingscloud") as warm:
        yield warm
