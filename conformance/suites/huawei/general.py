"""1.1 and 1.2: what holds for every call, and that odd input breaks nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from conformance.contract import CallClass, Operation
from conformance.evidence.exchange import Answer, Request
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.generic.provocations import Provocation
from conformance.suites.huawei.device_reading import compare, conclude, observed, shows
from conformance.suites.huawei.tokens import PROBE
from conformance.suites.judge import Says, says
from conformance.suites.standards import check_host_is_required, check_utf_8

DEVICE: Final = ("device-register-code", "device-delete")
NAME: Final = "水表 №7"
NO_SUCH: Final = "conformance-no-such-path"
FEW: Final = 10
"""Calls that are served within the window, where the upper tester can set the limit."""
FEW_WITHIN_S: Final = 30.0
"""That window."""
WINDOWS: Final = 2
"""How many windows of a platform that counts in fixed ones may lie within ours: so many limits may be served, and no more."""


# ---- what the document demands --------------------------------------------------------------------------------------


@case(
    "huawei/global/chinese",
    requirements=["global/chinese"],
    calls=["device-modify", "device-query", *DEVICE],
)
def chinese_characters_come_back_unchanged(context: Context) -> None:
    """Chinese characters in the name of a device come back as they were given."""
    device = context.make("device")
    context.succeed("device-modify", deviceId=device.id, body={"name": NAME})
    expected = {"/deviceInfo/name": NAME}
    conclude(compare(context, "global/chinese", observed(context, device.id, shows(expected)), expected))


@contextmanager
def _limited(context: Context) -> Iterator[tuple[int, float]]:
    """Yield how many calls are served within how many seconds; the rate limit of the run is lifted meanwhile.

    Where the upper tester cannot set the limit anew, a window passes before and after: the calls of the run count as well.
    """
    client = context.environment.client
    context.token("access-token")  # signing in is not among the calls that are counted
    limiter, client.limiter = client.limiter, type(client.limiter)(None)
    try:
        if _limit_set(context):
            try:
                yield FEW, FEW_WITHIN_S
            finally:
                context.act("throttle", calls=None, window_s=1)
        else:
            limit, window_s = int(context.told("throttle_calls")), float(context.told("throttle_window_s"))
            context.environment.pause(window_s)
            yield limit, window_s
            context.environment.pause(window_s)
    finally:
        client.limiter = limiter


def _limit_set(context: Context) -> bool:
    try:
        context.act("throttle", calls=FEW, window_s=FEW_WITHIN_S)
    except Inconclusive:
        return False
    return True


def _calls(context: Context, most: int, window_s: float) -> Iterator[Answer]:
    """Yield the answers of so many calls, as fast as they come, until the window is over."""
    began = time.monotonic()
    token = context.token("access-token")
    for _ in range(most):
        if time.monotonic() - began > window_s:
            return
        yield context.call(PROBE, credential=token)


def throttle(context: Context, operation: Operation | None) -> Answer:
    """Call until the platform refuses; return the last answer.

    Raises:
        Inconclusive: the platform answers too slowly for its own limit.
    """
    del operation
    row = context.contract.rows["403-1010009"]
    with _limited(context) as (limit, window_s):
        most, sent = WINDOWS * limit + 1, 0
        for answer in _calls(context, most, window_s):
            sent += 1
            if row.answer.is_valid({"status": answer.status, "body": answer.json}):
                return answer
    if sent < most:
        raise Inconclusive(
            f"{sent} calls took {window_s:g} s, and it takes {most} to be surely beyond the limit of {limit}"
        )
    assert context.last is not None
    return context.last


@case(
    "huawei/global/within-limit",
    requirements=["global/within-limit"],
    calls=["login", PROBE],
    call_class=CallClass.THROTTLE,
)
def calls_within_the_limit_are_served(context: Context) -> None:
    """As many calls as the limit allows are not refused as too many."""
    row = context.contract.rows["403-1010009"]
    with _limited(context) as (limit, window_s):
        for number, answer in enumerate(_calls(context, limit, window_s), 1):
            refused = row.answer.is_valid({"status": answer.status, "body": answer.json})
            actual = f"call {number} of {limit}: {answer.describe()}"
            if not context.check("global/within-limit", not refused, expected="no row 403-1010009", actual=actual):
                return


# ---- what the standards beneath demand -------------------------------------------------------------------------------


@case("huawei/global/host-header", requirements=["global/host-header"], calls=[PROBE])
def request_without_host_is_a_bad_request(context: Context) -> None:
    """A request of HTTP/1.1 without Host header is answered with status 400."""
    check_host_is_required(context, context.operation(PROBE))


@case("huawei/global/utf-8", requirements=["global/utf-8"], calls=["login", PROBE])
def bodies_are_utf_8(context: Context) -> None:
    """Bodies are UTF-8 without byte order mark."""
    # The very first call is judged: an answer that cannot be read would otherwise end as a failed preamble.
    check_utf_8(context, context.call("login"))


# ---- odd input breaks nothing ----------------------------------------------------------------------------------------


@case(
    "huawei/global/unknown-members",
    requirements=["global/unknown-members-ignored"],
    calls=[PROBE, "device-modify", *DEVICE],
)
def undocumented_members_are_answered(context: Context) -> None:
    """An undocumented query name and an undocumented member of a body get a documented answer."""
    draft = context.draft(PROBE)
    draft.query["conformanceUnknown"] = "1"
    _is_answered(context, "global/unknown-members-ignored", context.send(draft))
    body: dict[str, Any] = {"name": "conformance", "conformanceUnknown": {"a": [1]}}
    answer = context.call("device-modify", deviceId=context.make("device").id, body=body)
    _is_answered(context, "global/unknown-members-ignored", answer)


@case("huawei/global/null-members", requirements=["global/null-members"], calls=["device-modify", *DEVICE])
def optional_members_that_are_null_are_answered(context: Context) -> None:
    """Optional members of a body that are null, as clients in the field send them, get a documented answer."""
    body = {"name": "conformance", "endUser": None, "location": None, "organization": None, "region": None}
    answer = context.call("device-modify", deviceId=context.make("device").id, body=body)
    _is_answered(context, "global/null-members", answer)


@case("huawei/global/malformed-json", requirements=["global/malformed-json"], calls=["device-modify", *DEVICE])
def bodies_that_are_not_json_are_refused(context: Context) -> None:
    """A body that is no JSON text is refused without a server error."""
    draft = context.draft("device-modify", deviceId=context.make("device").id)
    for draft.payload in (b'{"name": "conf', b"{'name': 'conf'}", b"name=conf"):
        _is_refused(context, "global/malformed-json", context.send(draft))


@case("huawei/global/unknown-path", requirements=["global/unknown-path"], calls=[PROBE])
def unknown_paths_are_refused(context: Context) -> None:
    """A path that no operation has is refused without a server error."""
    path = context.operation(PROBE).path
    answer = context.send_elsewhere(context.draft(PROBE), f"{path}/{NO_SUCH}/{NO_SUCH}")
    _is_refused(context, "global/unknown-path", answer)


@case("huawei/global/unknown-method", requirements=["global/unknown-method"], calls=[PROBE])
def undocumented_methods_are_refused(context: Context) -> None:
    """A documented path with a method that it does not have is refused without a server error."""
    url = f"{context.environment.client.base_url}{context.draft(PROBE).target()}"
    answer = context.exchange(Request("PATCH", url, context.carried("access-token")))
    _is_refused(context, "global/unknown-method", answer)


def _is_answered(context: Context, requirement: str, answer: Answer) -> None:
    context.check(
        requirement,
        says(context.contract, answer) is not Says.NEITHER,
        expected="success or a documented refusal",
        actual=answer.describe(),
        answer=answer,
    )


def _is_refused(context: Context, requirement: str, answer: Answer) -> None:
    # HTTP has statuses of its own for such requests, and they say no clearly enough.
    refused = says(context.contract, answer) is Says.NO or 400 <= answer.status < 500
    context.check(
        requirement,
        refused and answer.failure is None,
        expected="a refusal without a server error",
        actual=answer.describe(),
        answer=answer,
    )


PROVOCATIONS: Final[dict[str, Provocation]] = {"throttle": throttle}
