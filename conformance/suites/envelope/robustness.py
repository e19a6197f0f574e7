"""The message as JSON over HTTP: what the base standards demand, and that input of which no sentence speaks breaks nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

from conformance.platforms.draft import ABSENT, as_bytes
from conformance.platforms.envelope.opening import body_of
from conformance.suites.case import Case
from conformance.suites.context import Context
from conformance.suites.envelope.messages import composed, encrypted, in_each_mode, keys, with_body
from conformance.suites.judge import Stated
from conformance.suites.standards import check_host_is_required, check_utf_8
from conformance.suites.unstated import is_answered, tells

DEPTHS: Final = (200, 10_000)
"""Levels of nesting: more than any documented message has, and more than a reader that calls itself survives."""
LENGTH: Final = 65_536
"""Characters of a very long text: beyond common columns, below the body size that front ends refuse on their own."""
NO_SUCH: Final = "conformance-no-such-path"
MARK: Final = "conformance-mark"


def _method(context: Context, mode: str) -> None:
    draft = composed(context, mode)
    draft.operation = replace(draft.operation, method="GET")
    tells(context, "global/http-method", context.send(draft), "GET in place of POST")


def _order(context: Context, mode: str) -> None:
    for turn in (False, True):
        for indent in (None, 2):
            draft = composed(context, mode)
            members = {name: draft.body[name] for name in sorted(draft.body, reverse=turn)}
            draft.payload = json.dumps(members, ensure_ascii=False, indent=indent).encode()
            context.served(draft.operation, context.send(draft), "global/member-order")


def _host(context: Context, mode: str) -> None:
    operation = context.operation(mode)
    check_host_is_required(context, replace(operation, path=context.probes(operation)[0].path))


def _utf_8(context: Context, mode: str) -> None:
    for draft in context.drafts(context.operation(mode)):
        if not check_utf_8(context, context.send(draft)):
            return


def _not_json(context: Context, mode: str) -> None:
    draft = composed(context, mode)
    right = as_bytes(draft.body)
    for name, payload in {
        "cut off": right[:-2],
        "wrong bracket": right[:-1] + b"]",
        "something behind the end": right + b"{",
        "a form": b"body=1&pId=1",
    }.items():
        draft.payload = payload
        context.refused("global/malformed-json", context.send(draft), Stated.REFUSAL, what=f"a refusal ({name})")


def _unknown_path(context: Context, mode: str) -> None:
    path = context.probes(context.operation(mode))[0].path
    for target in (f"{path}/{NO_SUCH}", f"/{NO_SUCH}"):
        answer = context.send_elsewhere(composed(context, mode), target)
        context.refused("global/unknown-path", answer, Stated.REFUSAL, what=f"a refusal ({target})")


def _other_kinds(context: Context, mode: str) -> None:
    for name, body in {"list": [], "text": "text", "number": 7, "true": True, "null": None, "none": ABSENT}.items():
        draft = composed(context, mode)
        draft.body = body
        answer = context.send(draft)
        context.refused("global/wrong-body-kind", answer, Stated.REFUSAL, what=f"a refusal (body: {name})")


def _deep(context: Context, mode: str) -> None:
    found = keys(context, mode)
    for depth in DEPTHS:
        # Written as text: a writer of JSON would itself reach its limit here.
        nested = '{"a":' * depth + "1" + "}" * depth
        draft = composed(context, mode)
        draft.body["conformanceDeep"] = MARK
        draft.payload = as_bytes(draft.body).replace(as_bytes(MARK), nested.encode())
        is_answered(context, "global/deep-json", context.send(draft))
        if found is not None:
            inside = with_body(context, composed(context, mode), encrypted(nested, found.des), nested)
            is_answered(context, "global/deep-json", context.send(inside))


def _with_pid(requirement: str, text: str) -> tuple[Case, ...]:
    def body(context: Context, mode: str) -> None:
        draft = composed(context, mode)
        draft.body["pId"] = text
        is_answered(context, requirement, context.send(draft))

    purpose = requirement.partition("/")[2]
    what = "very long text" if purpose == "long-text" else "text with the character U+0000"
    return in_each_mode(purpose, f"A {what} gets an answer that says yes or no.", [requirement], body)


def _unknown_member(context: Context, mode: str) -> None:
    draft = composed(context, mode)
    draft.body["conformanceUnknown"] = {"a": [1]}
    is_answered(context, "global/unknown-member", context.send(draft))


def _discloses(context: Context, mode: str) -> None:
    for way in ("absent", "wrong"):
        answer = context.send(context.draft(mode), wrong=way)
        carried = body_of(answer) if answer.content is None else answer.content
        # A text is what refusals say; data are a list or an object.
        context.check(
            "global/refusal-discloses-nothing",
            not (isinstance(carried, dict | list) and carried),
            expected="no business data",
            actual="data in the answer",
            pointer="/body",
            note=f"{way} credentials",
            answer=answer,
        )


CASES: Final[tuple[Case, ...]] = (
    *in_each_mode("http-method", "GET in place of POST is served or refused.", ["global/http-method"], _method),
    *in_each_mode(
        "member-order", "The order of members and white space mean nothing.", ["global/member-order"], _order
    ),
    *in_each_mode(
        "host-header", "A request of HTTP/1.1 without Host is answered with 400.", ["global/host-header"], _host
    ),
    *in_each_mode("utf-8", "Answers are UTF-8 without byte order mark.", ["global/utf-8"], _utf_8),
    *in_each_mode("malformed-json", "A body that is no JSON is refused.", ["global/malformed-json"], _not_json),
    *in_each_mode("unknown-path", "A path that no interface has is refused.", ["global/unknown-path"], _unknown_path),
    *in_each_mode("wrong-body-kind", "A body that is no object is refused.", ["global/wrong-body-kind"], _other_kinds),
    *in_each_mode("deep-json", "Deep JSON gets an answer that says yes or no.", ["global/deep-json"], _deep),
    *_with_pid("global/long-text", "long" * (LENGTH // 4)),
    *_with_pid("global/nul-character", "before\0behind"),
    *in_each_mode(
        "unknown-member",
        "An undocumented member gets an answer that says yes or no.",
        ["global/unknown-member"],
        _unknown_member,
    ),
    *in_each_mode(
        "refusal-discloses-nothing",
        "A refusal for want of credentials carries no business data.",
        ["global/refusal-discloses-nothing"],
        _discloses,
    ),
)
