"""全局定义: what holds for every call, shown on calls that harm nothing: reading, and changing a device of the case's own.

What no sentence demands, only that odd input breaks nothing, stands in `robustness`.
"""

from __future__ import annotations

from typing import Any, Final

from conformance.evidence.exchange import Request
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.judge import Says, Stated, exchange, says
from conformance.suites.standards import check_host_is_required, check_utf_8
from conformance.suites.thingscloud.devices import ORDINARY, TEXTS, no_device
from conformance.suites.thingscloud.readback import compare, conclude, shows
from conformance.suites.waiting import observe

DEVICE: Final = ("device-create", "device-delete")
MALFORMED: Final = {
    "cut off": b'{"descr": "conf',
    "single quotes": b"{'descr': 'conf'}",
    "name without quotes": b'{descr: "conf"}',
    "no colon": b'{"descr" "conf"}',
    "wrong bracket": b'{"descr": "conf"]',
    "something behind the end": b'{"descr": "conf"} {',
    "a form": b"descr=conf",
}
"""Texts that no reading takes for JSON. A comma behind the last member is not among them: the document prints such bodies
(erratum trailing-commas). Nothing at all is not among them either: no body is not a malformed one."""
BEYOND: Final = {"beyond the basic plane": "clef 𝄞, thermometer 🌡 and 𠮷"}
"""Signs that are seen in names, and a letter of Chinese; two units each in UTF-16."""
NO_SUCH: Final = "conformance-no-such-path"


@case(
    "thingscloud/global/success-shape",
    requirements=["global/success-shape"],
    calls=["project", "device-list", "attributes", "device-info-update", *DEVICE],
)
def success_is_200_with_result_true(context: Context) -> None:
    """Success is HTTP 200 with `result` true, and what is returned stands in `info`."""
    device = context.make("device")
    shapes = {each.id: each.schema for each in context.contract.errata["success-info"].readings}
    for subject, shape in (("project", "object"), ("device-list", "object"), ("attributes", "list")):
        parameters: dict[str, Any] = {"device_id": device.id} if subject == "attributes" else {}
        answer = context.call(subject, **parameters)
        expected = f"HTTP 200, result true, {shape} in info"
        holds = shapes[shape].is_valid(exchange(answer))
        context.check("global/success-shape", holds, expected=expected, actual=answer.describe(), note=subject)
    answer = context.call("device-info-update", device_id=device.id)
    nothing = context.contract.errata["empty-info"].readings
    holds = answer.status == 200 and any(each.schema.is_valid(answer.json) for each in nothing)
    context.check("global/success-shape", holds, expected="HTTP 200, result true", actual=answer.describe())


@case(
    "thingscloud/global/malformed-json/variants",
    requirements=["global/malformed-json"],
    calls=["device-info-update", *DEVICE],
)
def bodies_that_are_not_json_are_refused_as_such(context: Context) -> None:
    """A body that is no JSON text, in whichever way, is answered with HTTP 404 and errcode 400."""
    draft = context.draft("device-info-update", device_id=context.make("device").id)
    row = context.contract.rows["404-400"]
    for name, draft.payload in MALFORMED.items():
        answer = context.send(draft)
        context.refused("global/malformed-json", answer, Stated.REFUSAL, row=row, what=f"the refusal 404-400 ({name})")


@case("thingscloud/global/unknown-path/variants", requirements=["global/unknown-path"], calls=["project"])
def paths_outside_the_api_are_refused_as_such(context: Context) -> None:
    """A path that is not part of the API is answered with HTTP 404 and a message, whatever the method and the depth."""
    project = context.operation("project").path
    root = project.rpartition("/")[0]
    row = context.contract.rows["404"]
    headers = context.carried("api-token")
    for method, path in (
        ("GET", f"{project}/{NO_SUCH}"),
        ("GET", f"{root}/{NO_SUCH}/a/b/c"),
        ("POST", f"{root}/{NO_SUCH}"),
        ("PUT", f"{root}/{NO_SUCH}/info"),
        ("DELETE", f"{root}/{NO_SUCH}"),
    ):
        body = b"{}" if method in {"POST", "PUT"} else None
        sent = (*headers, ("Content-Type", "application/json")) if body else headers
        answer = context.exchange(Request(method, f"{context.environment.client.base_url}{path}", sent, body))
        context.refused(
            "global/unknown-path", answer, Stated.REFUSAL, row=row, what=f"the refusal 404 ({method} {path})"
        )


@case(
    "thingscloud/global/content-type",
    requirements=["global/content-type"],
    calls=["project", "device-read", "device-info-update", *DEVICE],
)
def every_answer_says_that_it_is_json(context: Context) -> None:
    """Success, failure, malformed JSON and an unknown path are all answered with Content-Type application/json."""
    context.call("project")
    _is_json(context, "success")
    context.call("device-read", device_id=no_device(context))
    _is_json(context, "failure")
    draft = context.draft("device-info-update", device_id=context.make("device").id)
    draft.payload = MALFORMED["cut off"]
    context.send(draft)
    _is_json(context, "malformed JSON")
    headers = context.carried("api-token")
    root = context.operation("project").path.rpartition("/")[0]
    context.exchange(Request("GET", f"{context.environment.client.base_url}{root}/{NO_SUCH}", headers))
    _is_json(context, "unknown path")


def _is_json(context: Context, kind: str) -> None:
    """Hold the media type of the last answer against the document; no answer at all is the business of other cases."""
    answer = context.last
    assert answer is not None
    if answer.failure is None:
        context.equal("global/content-type", answer.media_type or "absent", "application/json", note=kind)


@case(
    "thingscloud/global/token-type",
    requirements=["global/token-type"],
    calls=["device-certificate", "project", "device-read", *DEVICE],
)
def token_of_a_device_identifies_no_caller(context: Context) -> None:
    """The access token of a device's certificate is refused as a token of the API."""
    device = context.make("device")
    token = context.prepare("device-certificate", device_id=device.id).at("/info/access_token")
    if not isinstance(token, str) or not token:
        raise Inconclusive("the certificate shows no access_token")
    for answer in (
        context.call("project", credential=token),
        context.call("device-read", credential=token, device_id=device.id),
    ):
        context.refused("global/token-type", answer, Stated.REFUSAL, what="a refusal (a device's access_token)")


@case(
    "thingscloud/global/text-unchanged",
    requirements=["global/text-unchanged"],
    calls=["device-info-update", "device-read", *DEVICE],
)
def texts_come_back_as_they_were_given(context: Context) -> None:
    """Texts of any script, with quotes, line breaks and characters beyond the basic plane, come back as they were given."""
    device = context.make("device")
    conclude([kind for kind, text in {**TEXTS, **BEYOND}.items() for _ in _hidden(context, device.id, kind, text)])


def _hidden(context: Context, device: str, kind: str, text: str) -> list[str]:
    """Give a device a text and read it back; return the members that are not shown."""
    given = {"descr": text}
    answer = context.call("device-info-update", device_id=device, body=given)
    if kind != ORDINARY and says(context.contract, answer) is Says.NO:
        context.notes.append(f"the platform refuses this text: {kind}")  # which is not to change it
        return []
    if not context.served(context.operation("device-info-update"), answer, "global/text-unchanged"):
        return []
    shown = observe(context, "device-read", lambda info: shows(info, given), device_id=device)
    return compare(context, "global/text-unchanged", shown.at("/info"), given)


@case("thingscloud/global/host-header", requirements=["global/host-header"], calls=["project"])
def request_without_host_is_a_bad_request(context: Context) -> None:
    """A request of HTTP/1.1 without Host header is answered with status 400."""
    check_host_is_required(context, context.operation("project"))


@case(
    "thingscloud/global/utf-8",
    requirements=["global/utf-8"],
    calls=["access-token", "device-info-update", "device-read", *DEVICE],
)
def bodies_are_utf_8(context: Context) -> None:
    """Bodies are UTF-8 without byte order mark, whatever they carry."""
    # The very first call is judged: an answer that cannot be read would otherwise end as a failed preamble.
    if not check_utf_8(context, context.call("access-token")):
        return
    device = context.make("device", name=f"{context.unique()} 温度计 №7")
    answer = context.call("device-read", device_id=device.id)
    if says(context.contract, answer) is Says.NO:
        answer = observe(context, "device-read", lambda _: True, device_id=device.id)
    check_utf_8(context, answer)


@case("thingscloud/global/scheme-case", requirements=["global/scheme-case"], calls=["project"])
def scheme_is_recognised_in_any_letter_case(context: Context) -> None:
    """The authentication scheme is recognised in small and in capital letters."""
    for scheme in ("bearer", "BEARER"):
        headers = {"Authorization": f"{scheme} {context.token('api-token')}"}
        answer = context.send(context.draft("project"), headers=headers)
        context.served(context.operation("project"), answer, "global/scheme-case")


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())
