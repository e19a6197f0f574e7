"""Messages of Living as bytes, and what stands in its answers.

Everything that an operation returns stands in `data`; where there is nothing to return, `data` is empty, null or absent.
"""

from __future__ import annotations

import json
import string
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.platforms.draft import Draft
from conformance.suites.context import Context
from conformance.suites.judge import Says, Stated, says

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


def as_bytes(body: Any) -> bytes:
    """Write a message as it goes on the wire."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def another_key(context: Context, key: str) -> str:
    """Return a productKey of the same length that no product has: nobody draws the same letters twice."""
    return "".join(context.random.choice(_LETTERS) for _ in range(max(len(key), 8)))


def is_answered(context: Context, requirement: str, answer: Answer) -> None:
    """Check that a request of which no sentence speaks was answered as a success or a refusal."""
    context.check(
        requirement,
        says(context.contract, answer) is not Says.NEITHER,
        expected="a success or a refusal",
        actual=answer.describe(),
        answer=answer,
    )


def tells(context: Context, requirement: str, answer: Answer, what: str) -> None:
    """Judge an answer where the document leaves open whether it says yes or no; the report is told which it was."""
    context.refused(requirement, answer, Stated.NOTHING)
    if (said := says(context.contract, answer)) is not Says.NEITHER:
        context.notes.append(f"{what}: {'served' if said is Says.YES else 'refused'}")


def need(what: Any, reason: str) -> None:
    """Give up where a case lacks what it needs.

    Raises:
        Inconclusive: `what` is empty.
    """
    if not what:
        raise Inconclusive(reason)
