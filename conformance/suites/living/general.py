"""The envelope of every call and answer, which the document shows in its examples only, on calls that only read products.

What no sentence demands, only that odd input breaks nothing, stands in `robustness`.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

from conformance.suites.case import Case, case, cases_in
from conformance.suites.checks import json_equal
from conformance.suites.context import Context
from conformance.suites.judge import Stated, exchange
from conformance.suites.living.answers import message
from conformance.suites.standards import check_host_is_required, check_utf_8
from conformance.suites.unstated import tells

NUMBER: Final = 1508232047194
"""The id that the document prints as a number."""


@case("living/global/success-shape", requirements=["global/success-shape"], calls=["product-list", "product-read"])
def success_is_code_200_with_data(context: Context) -> None:
    """A success is a JSON object whose code is the number 200, and what is returned stands in data."""
    shape = context.contract.errata["malformed-examples"].readings[0].schema
    for subject in ("product-list", "product-read"):
        answer = context.call(subject)
        body = answer.json if isinstance(answer.json, dict) else {}
        # A project may have no product: an empty list, which null stands for too, is something that is returned.
        there = bool(body.get("data")) or (subject == "product-list" and body.get("data", []) in ([], None))
        holds = shape.is_valid(exchange(answer)) and json_equal(body.get("code"), 200) and there
        context.check(
            "global/success-shape",
            holds,
            expected="a JSON object with code 200 and data",
            # Not the whole answer: it may show secrets of products.
            actual=f"HTTP {answer.status}, code {body.get('code')!r}, {'some' if body.get('data') else 'no'} data",
            note=subject,
        )


@case("living/global/request-id-kind", requirements=["global/request-id-kind"], calls=["product-list"])
def id_may_be_a_number_or_a_text(context: Context) -> None:
    """A request whose id is a number, and one whose id is a text, are served or refused."""
    for name, value in (("number", NUMBER), ("text", str(NUMBER))):
        draft = context.draft("product-list")
        draft.set(("id",), value)
        tells(context, "global/request-id-kind", context.send(draft), f"an id that is a {name}")


@case("living/global/request-id-absent", requirements=["global/request-id-absent"], calls=["product-list"])
def request_without_id_is_answered(context: Context) -> None:
    """A request without id is served or refused."""
    draft = context.draft("product-list")
    draft.remove(("id",))
    tells(context, "global/request-id-absent", context.send(draft), "a request without id")


@case("living/global/version-absent", requirements=["global/version-absent"], calls=["product-list"])
def request_without_version_is_answered(context: Context) -> None:
    """A request without version is served or refused."""
    draft = context.draft("product-list")
    draft.remove(("version",))
    tells(context, "global/version-absent", context.send(draft), "a request without version")


@case("living/global/version-other", requirements=["global/version-other"], calls=["product-list"])
def request_of_another_version_is_answered(context: Context) -> None:
    """A request with another version than 1.0 is served or refused."""
    draft = context.draft("product-list")
    draft.set(("version",), "9.9")
    tells(context, "global/version-other", context.send(draft), "version 9.9")


@case(
    "living/global/response-id",
    requirements=["global/response-id", "product-list/success"],
    calls=["product-list"],
)
def id_of_the_answer_is_told(context: Context) -> None:
    """Whether the id of the answer is the id of the request is told; every kind of id is right."""
    draft = context.draft("product-list")
    # The kind that the operation's own example prints: another one may be refused (erratum request-id).
    draft.set(("id",), NUMBER)
    answer = context.succeed(draft)
    shown = answer.at("/id")
    echoed = shown is not None and str(shown) == str(NUMBER)
    context.check("global/response-id", echoed, expected=NUMBER, actual=shown, pointer="/id")
    kind = "none" if shown is None else f"a {'text' if isinstance(shown, str) else 'number'}"
    context.notes.append(f"id of the answer: {kind}, {'echoed' if echoed else 'not echoed'}")


@case("living/global/api-version-unknown", requirements=["global/api-version-unknown"], calls=["product-list"])
def unknown_version_of_an_operation_is_refused(context: Context) -> None:
    """A well-formed apiVer that no operation has is refused."""
    draft = context.draft("product-list")
    draft.set(("request", "apiVer"), "97.5.3")
    context.refused("global/api-version-unknown", context.send(draft), Stated.REFUSAL, what="a refusal (apiVer 97.5.3)")


@case("living/global/http-method", requirements=["global/http-method"], calls=["product-list"])
def get_in_place_of_post_is_answered(context: Context) -> None:
    """An operation called with GET in place of POST is served or refused."""
    draft = context.draft("product-list")
    draft.operation = replace(draft.operation, method="GET")
    tells(context, "global/http-method", context.send(draft), "GET in place of POST")


@case("living/global/member-order", requirements=["global/member-order"], calls=["product-list"])
def order_and_white_space_mean_nothing(context: Context) -> None:
    """A message with its members in other orders, and with white space between them, is served."""
    draft = context.draft("product-list")
    right = message(context, draft)
    names = sorted(right)
    for order in (names, names[::-1]):
        members = {name: right[name] for name in order}
        turned = {
            name: dict(reversed(each.items())) if isinstance(each, dict) else each for name, each in members.items()
        }
        for indent in (None, 2):
            draft.payload = json.dumps(turned, ensure_ascii=False, indent=indent).encode()
            context.served(draft.operation, context.send(draft), "global/member-order")


@case("living/global/host-header", requirements=["global/host-header"], calls=["product-list"])
def request_without_host_is_a_bad_request(context: Context) -> None:
    """A request of HTTP/1.1 without Host header is answered with status 400."""
    check_host_is_required(context, context.operation("product-list"))


@case("living/global/utf-8", requirements=["global/utf-8"], calls=["product-list", "product-read"])
def bodies_are_utf_8(context: Context) -> None:
    """Bodies are UTF-8 without byte order mark, whatever they carry."""
    # The very first call is judged: an answer that cannot be read would otherwise end as a failed preamble.
    if check_utf_8(context, context.call("product-list")):
        check_utf_8(context, context.call("product-read"))


@case("living/global/token-beginning", requirements=["product-list/credentials"], calls=["product-list"])
def token_that_only_begins_right_is_refused(context: Context) -> None:
    """A cloudToken that begins as the right one and ends otherwise is refused."""
    token = context.token("cloud-token")
    half = len(token) // 2
    ending = ("b" if character == "a" else "a" if character.isalnum() else character for character in token[half:])
    forged = token[:half] + "".join(ending)
    context.environment.redactor.learn(forged, "cloud_token")  # half of it is the secret
    answer = context.call("product-list", credential=forged)
    context.refused("product-list/credentials", answer, what="a refusal (a token that only begins right)")


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())
