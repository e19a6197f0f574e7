"""What every answer owes: code, message and isSuccess, and the codes of Common Request Error Codes; on calls that only read."""

from __future__ import annotations

from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.suites.case import Case, case, cases_in
from conformance.suites.checks import json_equal
from conformance.suites.context import Context
from conformance.suites.judge import Says, Stated, exchange, says
from conformance.suites.neuroncloud.answers import need
from conformance.suites.oddities import NO_SUCH
from conformance.suites.standards import check_host_is_required, check_utf_8

LIST: Final = "device-list"
DETAILS: Final = "device-details"
HISTORY: Final = "point-history"


def _without(context: Context, subject: str, member: tuple[str, ...]) -> Answer:
    """Send a request that lacks a required member."""
    draft = context.draft(subject)
    draft.remove(member)
    return context.send(draft)


def _some(context: Context) -> dict[str, Answer]:
    """Return answers of either kind, by what was asked."""
    return {
        "a page of devices": context.call(LIST),
        "the details of a device": context.call(DETAILS),
        "a call without credentials": context.send(context.draft(LIST), wrong="absent"),
        "a page without size": _without(context, LIST, ("query", "size")),
        "a history without field": _without(context, HISTORY, ("field",)),
    }


def _body(answer: Answer) -> dict[str, Any]:
    return answer.json if isinstance(answer.json, dict) else {}


@case("neuroncloud/global/success-shape", requirements=["global/success-shape"], calls=[LIST, DETAILS])
def success_is_code_200_and_is_success_true(context: Context) -> None:
    """A success is HTTP 200 with code 200 and isSuccess true, of which one may be absent."""
    for subject in (LIST, DETAILS):
        answer = context.call(subject)
        holds = context.contract.success.is_valid(exchange(answer))
        expected = "HTTP 200 with code 200 and isSuccess true"
        context.check("global/success-shape", holds, expected=expected, actual=answer.describe(), note=subject)


@case(
    "neuroncloud/global/code-agrees",
    requirements=["global/code-agrees"],
    calls=[LIST, DETAILS, HISTORY],
)
def code_and_flag_agree(context: Context) -> None:
    """IsSuccess is true exactly where code is 200, wherever both are shown."""
    for what, answer in _some(context).items():
        code, told = _body(answer).get("code"), _body(answer).get("isSuccess")
        agrees = code is None or told is None or (told is True) == json_equal(code, 200)
        context.check(
            "global/code-agrees",
            agrees,
            expected="isSuccess true with code 200, false with any other",
            actual=f"code {code!r}, isSuccess {told!r}",
            note=what,
            answer=answer,
        )


@case("neuroncloud/global/message", requirements=["global/message"], calls=[LIST, DETAILS, HISTORY])
def every_answer_has_a_message(context: Context) -> None:
    """Every answer carries a message as a text, refusals included."""
    # Where the code is the HTTP status the body may be anything (erratum code-placement).
    some = {what: each for what, each in _some(context).items() if _body(each).keys() & {"code", "isSuccess"}}
    need(some, "no answer carries code or isSuccess")
    for what, answer in some.items():
        body = _body(answer)
        shown = body.get("message")
        context.check(
            "global/message",
            isinstance(shown, str),
            expected="a text",
            actual=f"{shown!r:.80}",
            pointer="/message",
            note=what,
            answer=answer,
        )


@case("neuroncloud/global/no-internal-error", requirements=["global/no-internal-error"], calls=[LIST, HISTORY])
def invalid_request_is_no_internal_error(context: Context) -> None:
    """An invalid request is not answered with code 500."""
    row = context.contract.rows["500"]
    wrong = context.draft(LIST)
    wrong.query["current"] = "first"
    for what, answer in {
        "a page without size": _without(context, LIST, ("query", "size")),
        "a page that is no number": context.send(wrong),
        "a history without field": _without(context, HISTORY, ("field",)),
        "a history without equipmentName": _without(context, HISTORY, ("equipmentName",)),
    }.items():
        holds = answer.failure is None and not row.answer.is_valid(exchange(answer)) and answer.status < 500
        context.check(
            "global/no-internal-error",
            holds,
            expected="another code",
            actual=answer.describe(),
            note=what,
            answer=answer,
        )


@case("neuroncloud/global/unknown-path/variants", requirements=["global/unknown-path"], calls=[LIST])
def paths_outside_the_api_are_refused(context: Context) -> None:
    """A path that is not part of the API is refused with code 404, whatever its depth."""
    row = context.contract.rows["404"]
    # No path below that of a device: what stands there is a devEui.
    root = context.operation(LIST).path.split("/")[1]
    for target in (f"/{NO_SUCH}", f"/{root}/{NO_SUCH}", f"/{root}/v1/{NO_SUCH}/a/b"):
        answer = context.send_elsewhere(context.draft(LIST), target)
        context.refused("global/unknown-path", answer, Stated.REFUSAL, row=row, what=f"the refusal 404 ({target})")


@case("neuroncloud/global/content-type", requirements=["global/content-type"], calls=[LIST, DETAILS, HISTORY])
def json_bodies_say_so(context: Context) -> None:
    """An answer with a JSON body says so in Content-Type."""
    some = {what: each for what, each in _some(context).items() if each.failure is None and each.json_problem is None}
    need(some, "no answer has a JSON body")
    for what, answer in some.items():
        shown = answer.media_type or "absent"
        # RFC 6839: a media type that ends in +json is JSON as well.
        holds = shown == "application/json" or shown.endswith("+json")
        context.check("global/content-type", holds, expected="application/json", actual=shown, note=what, answer=answer)


@case("neuroncloud/global/host-header", requirements=["global/host-header"], calls=[LIST])
def request_without_host_is_a_bad_request(context: Context) -> None:
    """A request of HTTP/1.1 without Host header is answered with status 400."""
    check_host_is_required(context, context.operation(LIST))


@case("neuroncloud/global/utf-8", requirements=["global/utf-8"], calls=[LIST, DETAILS])
def bodies_are_utf_8(context: Context) -> None:
    """Bodies are UTF-8 without byte order mark, whatever they carry."""
    # The very first call is judged: an answer that cannot be read would otherwise end as a failed preamble.
    if check_utf_8(context, context.call(LIST)):
        refused = context.send(context.draft(LIST), wrong="absent")
        if refused.body and says(context.contract, refused) is not Says.NEITHER:
            check_utf_8(context, refused)


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())
