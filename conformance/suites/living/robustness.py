"""Input of which no sentence speaks breaks nothing, and refusals give nothing away. Every call only reads products.

Where a sentence speaks of neither accepting nor refusing both are right; only no documented answer at all (a server error,
a hang, a broken connection) is worth a warning.
"""

from __future__ import annotations

from typing import Any, Final

from conformance.evidence.exchange import at
from conformance.platforms.draft import Draft, as_bytes
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.judge import Stated
from conformance.suites.living.answers import message
from conformance.suites.oddities import LONG_TEXT, MARK, NO_SUCH, NUL_TEXT, OTHER_KINDS, deepened, malformed
from conformance.suites.unstated import is_answered


@case("living/global/malformed-json/variants", requirements=["global/malformed-json"], calls=["product-list"])
def bodies_that_are_not_json_are_refused(context: Context) -> None:
    """A body that is no JSON text, in whichever way, is refused without a server error."""
    draft = context.draft("product-list")
    right = as_bytes(message(context, draft))
    for name, payload in malformed(right).items():
        draft.payload = payload
        context.refused("global/malformed-json", context.send(draft), Stated.REFUSAL, what=f"a refusal ({name})")


@case("living/global/unknown-path/variants", requirements=["global/unknown-path"], calls=["product-list"])
def paths_outside_the_api_are_refused(context: Context) -> None:
    """A path that no operation has is refused, without a server error, whatever its depth."""
    path = context.operation("product-list").path
    for target in (f"{path}/{NO_SUCH}", f"{path.rpartition('/')[0]}/{NO_SUCH}", f"/{NO_SUCH}"):
        answer = context.send_elsewhere(context.draft("product-list"), target)
        context.refused("global/unknown-path", answer, Stated.REFUSAL, what=f"a refusal ({target})")


@case("living/global/wrong-body-kind", requirements=["global/wrong-body-kind"], calls=["product-list"])
def body_of_another_kind_is_refused(context: Context) -> None:
    """A body that is a list, a text, a number, a boolean or null, and no body at all, are refused."""
    draft = context.draft("product-list")
    for name, body in OTHER_KINDS.items():
        draft.body = body
        answer = context.send(draft)
        context.refused("global/wrong-body-kind", answer, Stated.REFUSAL, what=f"a refusal (body: {name})")


@case("living/global/deep-json", requirements=["global/deep-json"], calls=["product-list"])
def deep_json_is_answered(context: Context) -> None:
    """A deeply nested body gets an answer that says yes or no."""
    draft = context.draft("product-list")
    draft.set(("params", "conformanceDeep"), MARK)
    for payload in deepened(message(context, draft)):
        draft.payload = payload
        is_answered(context, "global/deep-json", context.send(draft))


@case("living/global/long-text", requirements=["global/long-text"], calls=["product-read"])
def very_long_text_is_answered(context: Context) -> None:
    """A very long text gets an answer that says yes or no."""
    is_answered(context, "global/long-text", context.send(_asking(context, LONG_TEXT)))


@case("living/global/nul-character", requirements=["global/nul-character"], calls=["product-read"])
def nul_character_is_answered(context: Context) -> None:
    """A text with the character U+0000 gets an answer that says yes or no."""
    is_answered(context, "global/nul-character", context.send(_asking(context, NUL_TEXT)))


@case("living/global/unknown-member", requirements=["global/unknown-member"], calls=["product-list"])
def undocumented_member_is_answered(context: Context) -> None:
    """An undocumented member, in the envelope, in request or in params, gets an answer that says yes or no."""
    for place in ((), ("request",), ("params",)):
        draft = context.draft("product-list")
        draft.set((*place, "conformanceUnknown"), {"a": [1]})
        is_answered(context, "global/unknown-member", context.send(draft))


@case(
    "living/global/refusal-discloses-nothing",
    requirements=["global/refusal-discloses-nothing"],
    calls=["product-list", "product-read"],
)
def refusal_carries_no_data(context: Context) -> None:
    """A refusal for want of a valid cloudToken carries no data of the project."""
    for subject in ("product-list", "product-read"):
        for way in ("absent", "wrong"):
            answer = context.send(context.draft(subject), wrong=way)
            context.check(
                "global/refusal-discloses-nothing",
                not at(answer.json, "/data"),
                expected="no data",
                # Not the answer itself: it may show secrets of products.
                actual="data in the answer",
                pointer="/data",
                note=f"{subject}, {way} cloudToken",
                answer=answer,
            )


def _asking(context: Context, key: Any) -> Draft:
    draft = context.draft("product-read", bind=False)
    draft.set(("params", "productKey"), key)
    return draft


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())
