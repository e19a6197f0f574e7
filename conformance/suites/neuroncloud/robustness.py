"""Input of which no sentence speaks breaks nothing; shown on calls that read, and on a push that pushes nothing.

Accepting and refusing are both right; only no documented answer at all (a server error, a hang, a broken connection) is
worth a warning.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from conformance.platforms.draft import ABSENT, Draft, as_bytes
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.judge import Says, says
from conformance.suites.oddities import LONG_TEXT, MARK, NUL_TEXT, OTHER_KINDS, deepened, malformed
from conformance.suites.unstated import is_answered

LIST: Final = "device-list"
HISTORY: Final = "point-history"
LONG_ID: Final = "0123456789abcdef" * 256
"""A long Key ID: 4 KiB, half of what servers commonly take in a header."""


def _history(context: Context) -> Draft:
    return context.draft(HISTORY)


@case("neuroncloud/global/malformed-json", requirements=["global/malformed-json"], calls=[HISTORY])
def bodies_that_are_not_json_are_answered(context: Context) -> None:
    """A body that is no JSON text, in whichever way, gets a documented answer."""
    draft = _history(context)
    for payload in malformed(as_bytes(draft.body)).values():
        draft.payload = payload
        is_answered(context, "global/malformed-json", context.send(draft))


@case("neuroncloud/global/wrong-body-kind", requirements=["global/wrong-body-kind"], calls=[HISTORY])
def body_of_another_kind_is_answered(context: Context) -> None:
    """A body that is a list, a text, a number, a boolean or null, and no body at all, gets a documented answer."""
    draft = _history(context)
    for body in OTHER_KINDS.values():
        draft.body = body
        is_answered(context, "global/wrong-body-kind", context.send(draft))


@case("neuroncloud/global/wrong-body-kind/list", requirements=["global/wrong-body-kind"], calls=["data-push"])
def object_in_place_of_a_list_is_answered(context: Context) -> None:
    """A push whose body is an empty object, a text or null, or that has none, gets a documented answer."""
    bodies: tuple[Any, ...] = ({}, "text", None, ABSENT)
    for body in bodies:
        is_answered(context, "global/wrong-body-kind", context.send(context.draft("data-push", body=body)))


@case("neuroncloud/global/deep-json", requirements=["global/deep-json"], calls=[HISTORY])
def deep_json_is_answered(context: Context) -> None:
    """A deeply nested body gets a documented answer."""
    draft = _history(context)
    for payload in deepened({**draft.body, "conformanceDeep": MARK}):
        draft.payload = payload
        is_answered(context, "global/deep-json", context.send(draft))


@case("neuroncloud/global/long-text", requirements=["global/long-text"], calls=[LIST, HISTORY])
def very_long_text_is_answered(context: Context) -> None:
    """A very long text in a member and in a header gets a documented answer."""
    draft = _history(context)
    if not context.in_query(draft.operation):  # a URL of that length is refused by front ends before anybody reads it
        draft.set(("equipmentName",), LONG_TEXT)
        is_answered(context, "global/long-text", context.send(draft))
    headers = {name: LONG_ID if name.endswith("Id") else value for name, value in context.carried("access-key")}
    is_answered(context, "global/long-text", context.send(context.draft(LIST), headers=headers))


@case("neuroncloud/global/nul-character", requirements=["global/nul-character"], calls=[HISTORY])
def nul_character_is_answered(context: Context) -> None:
    """A text with the character U+0000 gets a documented answer."""
    draft = _history(context)
    draft.set(("equipmentName",), NUL_TEXT)
    is_answered(context, "global/nul-character", context.send(draft))


@case("neuroncloud/global/unknown-member", requirements=["global/unknown-member"], calls=[HISTORY])
def undocumented_member_is_answered(context: Context) -> None:
    """A body with an undocumented member gets a documented answer."""
    draft = _history(context)
    draft.set(("conformanceUnknown",), {"a": [1]})
    is_answered(context, "global/unknown-member", context.send(draft))


@case("neuroncloud/global/unknown-query", requirements=["global/unknown-query"], calls=[LIST, "latest-values"])
def undocumented_query_is_answered(context: Context) -> None:
    """An undocumented query name gets a documented answer."""
    for subject in (LIST, "latest-values"):
        draft = context.draft(subject)
        draft.query["conformanceUnknown"] = "1"
        is_answered(context, "global/unknown-query", context.send(draft))


@case("neuroncloud/global/unknown-method", requirements=["global/unknown-method"], calls=[LIST, HISTORY])
def undocumented_method_is_refused(context: Context) -> None:
    """A documented path with a method that it does not have is refused without a server error."""
    # Both are views: whatever an undocumented method means there, it has nothing to change.
    for subject, method in ((LIST, "POST"), (HISTORY, "GET")):
        draft = context.draft(subject)
        draft.operation = replace(draft.operation, method=method)
        draft.body = ABSENT
        answer = context.send(draft)
        # HTTP has statuses of its own for this (405), and they say no clearly enough.
        refused = says(context.contract, answer) is Says.NO or 400 <= answer.status < 500
        context.check(
            "global/unknown-method",
            refused and answer.failure is None,
            expected=f"a refusal ({method} in place of {context.operation(subject).method})",
            actual=answer.describe(),
            answer=answer,
        )


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())
