"""What all tests share: nothing of the caller's environment reaches a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

FOREIGN = (
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
    "PYTEST_ADDOPTS",
)


LONGEST = "test_full_run.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the default run first: begun last, it would leave the other workers idle until it ends."""
    items.sort(key=lambda item: item.path.name != LONGEST)


@pytest.fixture(autouse=True, scope="session")
def _own_environment() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in FOREIGN:
            patch.delenv(name, raising=False)
            patch.delenv(name.lower(), raising=False)
        yield
