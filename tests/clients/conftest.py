"""What the trials of this folder share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.reference.neuroncloud import credentials
from conformance.suites.neuroncloud import client


@pytest.fixture(autouse=True, scope="session")
def _keys_made_once() -> Iterator[None]:
    """Making a key pair costs more than a whole trial."""
    of_reference, of_judge = credentials.new(), client.LISTENER.made({})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(credentials, "new", lambda: dict(of_reference))
        object.__setattr__(client.LISTENER, "made", lambda given: {**of_judge, **given})
        yield
