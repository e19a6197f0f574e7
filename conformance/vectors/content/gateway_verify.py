"""Vectors for checking a signed request to the API gateway (field notes; no document demands it)."""

from __future__ import annotations

from typing import Any

from conformance.crypto import gateway
from conformance.crypto import mistakes as common
from conformance.crypto.gateway_flags import (
    BODY_NOT_COMPARED,
    FORM_HANDLING,
    MISSING_HEADER_IGNORED,
    OWN_HEADER_CHOICE,
    QUERY_HANDLING,
)
from conformance.vectors.content import gateway_flags as flags
from conformance.vectors.content.draft import FileDraft, GroupDraft
from conformance.vectors.content.gateway_captures import CAPTURES
from conformance.vectors.content.gateway_requests import FORM, JSON_BODY, SIGNED, headers, request_inputs
from conformance.vectors.content.keys import text_key
from conformance.vectors.operations import OPERATIONS


def _sent(inputs: dict[str, Any]) -> dict[str, Any]:
    """Return a request as it is received, rightly signed."""
    request = gateway.Request(
        inputs["method"], inputs["target"], tuple((n, v) for n, v in inputs["headers"]), inputs["body"].encode()
    )
    made = gateway.signed_headers(gateway.SignInput(request, tuple(inputs["signedHeaders"]), inputs["appSecret"]))
    return {
        "method": inputs["method"],
        "target": inputs["target"],
        "headers": [list(pair) for pair in made],
        "body": inputs["body"],
        "appSecret": inputs["appSecret"],
    }


def _set(request: dict[str, Any], name: str, value: str | None) -> dict[str, Any]:
    """Return the request with a header replaced, added, or removed."""
    headers = [pair for pair in request["headers"] if pair[0].lower() != name.lower()]
    return {**request, "headers": headers if value is None else [*headers, [name, value]]}


def _get(request: dict[str, Any], name: str) -> str:
    return str(next(value for other, value in request["headers"] if other.lower() == name.lower()))


def _mistaken(file: FileDraft, group: GroupDraft, secret: str) -> None:
    sign = OPERATIONS["gateway", "sign"]
    bases = (
        request_inputs(
            500,
            target="/cloud/x?d=%2F&b=&c=1",
            headers=headers(500, Date="Fri, 20 Nov 2026 10:06:38 GMT"),
            signedHeaders=SIGNED[::-1],
        ),
        request_inputs(501, signedHeaders=SIGNED[::-1]),
        request_inputs(502, target="/cloud/form?b=2", headers=headers(502, FORM), body="a=1"),
    )
    for mistake in file.mistakes():
        # A form with Content-MD5 and a body without are matters of taste for a gateway; see the acceptable vectors.
        if "sign" not in mistake.wrong or mistake.name in ("form-md5", "md5-left-out"):
            continue
        for base in bases:
            inputs = {**base, "appSecret": secret}
            right, wrong = sign.answer(sign.read(inputs)), mistake.wrong["sign"](sign.read(inputs))
            if (right.content_md5, right.signature) != (wrong.content_md5, wrong.signature):
                sent = _set(_sent(inputs), gateway.SIGNATURE, wrong.signature)
                if right.content_md5:
                    sent = _set(sent, gateway.CONTENT_MD5, wrong.content_md5 or None)
                group.invalid(f"wrong-{mistake.name}", f"The signature is {mistake}.", [mistake.flag], sent)
                break


def build_verify() -> FileDraft:
    """Make the vectors of checking a request."""
    file = FileDraft("gateway", "verify", flags.SOURCE)
    captures = file.group("GatewayCaptures")
    for capture in CAPTURES:
        captures.valid(
            f"capture-{capture['name']}",
            capture["comment"],
            [flags.CAPTURE, common.REFUSES_EVERYTHING],
            {
                "method": "POST",
                "target": capture["target"],
                "headers": capture["headers"],
                "body": capture["body"],
                "appSecret": text_key("appSecret", "app-a"),
            },
        )
    secret = text_key("appSecret", "app-b")
    group = file.group("GatewayVerify")
    right = _sent({**request_inputs(600, target="/cloud/x?b=2&a=1"), "appSecret": secret})
    group.valid("right", "A request as it ought to be.", [common.REFUSES_EVERYTHING], right)
    form = _sent(
        {**request_inputs(601, target="/cloud/form", headers=headers(601, FORM), body="b=2&a=1"), "appSecret": secret}
    )
    group.valid("form", "A form.", [FORM_HANDLING], form)
    group.valid(
        "no-body",
        "GET without body.",
        [flags.METHOD],
        _sent({**request_inputs(602, method="GET", body=""), "appSecret": secret}),
    )
    lower = {**right, "headers": [[name.lower(), value] for name, value in right["headers"]]}
    group.valid("headers-lower-case", "All headers in lower case.", [flags.HEADER_CASE], lower)
    group.valid(
        "headers-reversed",
        "The headers in another order.",
        [flags.HEADER_CASE],
        {**right, "headers": right["headers"][::-1]},
    )
    group.valid(
        "header-added", "An unsigned header was added.", [OWN_HEADER_CHOICE], _set(right, "X-Ca-Stage", "RELEASE")
    )
    group.valid(
        "query-reordered",
        "The query in another order: the same parameters.",
        [QUERY_HANDLING],
        {**right, "target": "/cloud/x?a=1&b=2"},
    )
    listed = _get(right, gateway.SIGNATURE_HEADERS)
    group.valid(
        "list-blanks",
        "Blanks after the commas of the list.",
        [flags.HEADER_CASE],
        _set(right, gateway.SIGNATURE_HEADERS, listed.replace(",", ", ")),
    )
    for name, changes in (
        ("method", {"method": "PUT"}),
        ("path", {"target": "/cloud/y?b=2&a=1"}),
        ("path-case", {"target": "/cloud/X?b=2&a=1"}),
        ("query-value", {"target": "/cloud/x?b=2&a=2"}),
        ("query-added", {"target": "/cloud/x?b=2&a=1&c=3"}),
        ("query-removed", {"target": "/cloud/x?b=2"}),
    ):
        group.invalid(f"changed-{name}", f"Changed: {name}.", [flags.MODIFIED], {**right, **changes})
    for name, body in (
        ("body", JSON_BODY.replace("1.1.0", "1.1.1")),
        ("body-blank", JSON_BODY + " "),
        ("body-removed", ""),
    ):
        group.invalid(f"changed-{name}", f"Changed: {name}.", [BODY_NOT_COMPARED], {**right, "body": body})
    group.invalid(
        "changed-form", "A value of the form changed.", [flags.MODIFIED, FORM_HANDLING], {**form, "body": "b=2&a=2"}
    )
    for name in ("Accept", "Content-Type", "X-Ca-Key", "X-Ca-Nonce", "X-Ca-Timestamp"):
        group.invalid(
            f"changed-{name.lower()}", f"Changed: {name}.", [flags.MODIFIED], _set(right, name, _get(right, name) + "1")
        )
    group.invalid(
        "added-date", "A Date was added.", [flags.MODIFIED], _set(right, "Date", "Fri, 20 Nov 2026 10:06:38 GMT")
    )
    for name in ("X-Ca-Nonce", "X-Ca-Timestamp"):
        group.invalid(
            f"missing-{name.lower()}", "A signed header was removed.", [flags.MODIFIED], _set(right, name, None)
        )
    stage = _sent({**request_inputs(603), "appSecret": secret})
    group.invalid(
        "missing-listed",
        "The list names a header that was never there; the signature is right without it.",
        [MISSING_HEADER_IGNORED],
        _set(stage, gateway.SIGNATURE_HEADERS, ",".join([*SIGNED, "X-Ca-Stage"])),
    )
    more = _set(_set(stage, "X-Ca-Stage", "RELEASE"), gateway.SIGNATURE_HEADERS, ",".join([*SIGNED, "X-Ca-Stage"]))
    group.invalid("listed-extra", "A header was added to request and list after signing.", [flags.MODIFIED], more)
    group.invalid(
        "listed-less",
        "A signed header was taken off the list.",
        [OWN_HEADER_CHOICE, flags.MODIFIED],
        _set(stage, gateway.SIGNATURE_HEADERS, ",".join(SIGNED[:2])),
    )
    group.invalid(
        "list-missing", "The list is missing.", [flags.SIGNATURE_MISSING], _set(right, gateway.SIGNATURE_HEADERS, None)
    )
    group.invalid(
        "list-empty",
        "The list is empty.",
        [flags.SIGNATURE_MISSING, OWN_HEADER_CHOICE],
        _set(right, gateway.SIGNATURE_HEADERS, ""),
    )
    group.invalid(
        "signature-missing",
        "The signature is missing.",
        [flags.SIGNATURE_MISSING],
        _set(right, gateway.SIGNATURE, None),
    )
    signature = _get(right, gateway.SIGNATURE)
    for name, flag, value in (
        ("empty", common.PREFIX_ACCEPTED, ""),
        ("half", common.PREFIX_ACCEPTED, signature[:22]),
        ("without-equals", common.PREFIX_ACCEPTED, signature.rstrip("=")),
        ("one-more", flags.SIGNATURE_MODIFIED, signature + "A"),
        ("first-changed", flags.SIGNATURE_MODIFIED, ("A" if signature[0] != "A" else "B") + signature[1:]),
        ("case", common.CASE_IGNORED, signature.swapcase()),
        ("zeros", common.ACCEPTS_EVERYTHING, "A" * 43 + "="),
    ):
        group.invalid(f"signature-{name}", "Another signature.", [flag], _set(right, gateway.SIGNATURE, value))
    group.invalid(
        "other-secret",
        "Signed with another secret.",
        [flags.SIGNATURE_MODIFIED],
        {**right, "appSecret": text_key("appSecret", "app-a")},
    )
    group.invalid("secret-empty", "An empty secret.", [flags.EMPTY_SECRET], {**right, "appSecret": ""})
    _mistaken(file, group, secret)
    bare = {**request_inputs(604), "appSecret": secret}
    left_out = next(mistake for mistake in file.mistakes() if mistake.name == "md5-left-out")
    sign = OPERATIONS["gateway", "sign"]
    unsigned = _set(
        _set(_sent(bare), gateway.CONTENT_MD5, None),
        gateway.SIGNATURE,
        left_out.wrong["sign"](sign.read(bare)).signature,
    )
    group.acceptable(
        "digest-absent",
        "A body without Content-MD5, signed as it is.",
        [flags.DIGEST_ABSENT],
        unsigned,
        {"accepted": True},
    )
    return file
