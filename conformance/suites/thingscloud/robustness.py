"""全局定义: input of which no sentence speaks breaks nothing.

Accepting and refusing are both right; only no documented answer at all (a server error, a hang, a broken connection) is
worth a warning. Every call changes at most a device of the case's own.
"""

from __future__ import annotations

from typing import Any, Final

from conformance.evidence.exchange import Request
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.judge import Says, says
from conformance.suites.oddities import LONG_TEXT, MARK, NUL_TEXT, OTHER_KINDS, deepened
from conformance.suites.unstated import is_answered

CALLS: Final = ("device-info-update", "device-create", "device-delete")


@case("thingscloud/global/deep-json", requirements=["global/deep-json"], calls=["device-tags-update", *CALLS[1:]])
def deep_jsonis_answered(context: Context) -> None:
    """A deeply nested body gets a documented answer."""
    draft = context.draft("device-tags-update", device_id=context.make("device").id)
    for draft.payload in deepened({"tags": MARK}):
        is_answered(context, "global/deep-json", context.send(draft))


@case("thingscloud/global/long-text", requirements=["global/long-text"], calls=CALLS)
def very_long_textis_answered(context: Context) -> None:
    """A very long text gets a documented answer."""
    _update(context, "global/long-text", {"descr": LONG_TEXT})


@case("thingscloud/global/nul-character", requirements=["global/nul-character"], calls=CALLS)
def nul_characteris_answered(context: Context) -> None:
    """A text with the character U+0000 gets a documented answer."""
    _update(context, "global/nul-character", {"descr": NUL_TEXT})


@case("thingscloud/global/wrong-body-kind", requirements=["global/wrong-body-kind"], calls=CALLS)
def body_of_another_kindis_answered(context: Context) -> None:
    """A body that is a list, a text, a number, a boolean or null, and no body at all, gets a documented answer."""
    _update(context, "global/wrong-body-kind", *OTHER_KINDS.values())


@case("thingscloud/global/unknown-member", requirements=["global/unknown-member"], calls=CALLS)
def undocumented_memberis_answered(context: Context) -> None:
    """A body with an undocumented member gets a documented answer."""
    _update(
        context, "global/unknown-member", {"descr": "Made by a conformance test", "conformance_unknown": {"a": [1]}}
    )


@case("thingscloud/global/unknown-query", requirements=["global/unknown-query"], calls=["project", "device-list"])
def undocumented_queryis_answered(context: Context) -> None:
    """An undocumented query name gets a documented answer."""
    for subject in ("project", "device-list"):
        draft = context.draft(subject)
        draft.query["conformance_unknown"] = "1"
        is_answered(context, "global/unknown-query", context.send(draft))


@case("thingscloud/global/unknown-method", requirements=["global/unknown-method"])
def undocumented_method_is_refused(context: Context) -> None:
    """A documented path with a method that it does not have is refused without a server error."""
    # The tree and the statistics are views: whatever an undocumented POST means there, it has nothing to change.
    headers = context.carried("api-token")
    for subject in ("devices-stat", "device-groups-tree"):
        url = f"{context.environment.client.base_url}{context.operation(subject).path}"
        answer = context.exchange(Request("POST", url, headers))
        # HTTP has statuses of its own for this (405), and they say no clearly enough.
        refused = says(context.contract, answer) is Says.NO or 400 <= answer.status < 500
        context.check(
            "global/unknown-method",
            refused and answer.failure is None,
            expected="a refusal",
            actual=answer.describe(),
            answer=answer,
        )


def _update(context: Context, requirement: str, *bodies: Any) -> None:
    """Send bodies to the info of a device of the case's own; each must get a documented answer."""
    device = context.make("device")
    for body in bodies:
        answer = context.call("device-info-update", device_id=device.id, body=body)
        is_answered(context, requirement, answer)


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())
