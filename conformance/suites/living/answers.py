"""Messages of Living as bytes, and what stands in its answers.

Everything that an operation returns stands in `data`; where there is nothing to return, `data` is empty, null or absent.
"""

from __future__ import annotations

import string
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.platforms.draft import Draft
from conformance.suites.context import Context

_LETTERS: Final = string.ascii_letters + string.digits


def data(answer: Answer) -> Any:
    """Return what an operation returned; None where it returned nothing."""
    return answer.at("/data")


def products(answer: Answer) -> list[dict[str, Any]]:
    """Return the products on a page of the list; none where there is no list."""
    found = data(answer)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def keys_of(answer: Answer) -> list[str]:
    """Return the productKeys on a page of the list, in its order."""
    return [str(each.get("productKey")) for each in products(answer)]


def message(context: Context, draft: Draft) -> dict[str, Any]:
    """Return the message of a draft as it goes out, the caller's token included.

    Raises:
        Inconclusive: the IUT file gives no token.
    """
    copy = draft.copy()
    context.environment.driver.present(copy, context.token("cloud-token"), context)
    assert isinstance(copy.body, dict)
    return copy.body


def another_key(context: Context, key: str) -> str:
    """Return a productKey of the same length that no product has: nobody draws the same letters twice."""
    return "".join(context.random.choice(_LETTERS) for _ in range(max(len(key), 8)))


def need(what: Any, reason: str) -> None:
    """Give up where a case lacks what it needs.

    Raises:
        Inconclusive: `what` is empty.
    """
    if not what:
        raise Inconclusive(reason)
