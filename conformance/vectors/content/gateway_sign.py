"""Vectors for signing a request to the API gateway (field notes; no document demands it)."""

from __future__ import annotations

from typing import Any, Final

from conformance.crypto.gateway_flags import (
    FORM_HANDLING,
    HEADER_LINES,
    HEADERS_UNSORTED,
    LINES_LEFT_OUT,
    MISSING_HEADER_IGNORED,
    QUERY_HANDLING,
)
from conformance.crypto.mistakes import Flag
from conformance.vectors.content import gateway_flags as flags
from conformance.vectors.content.draft import FileDraft, GroupDraft
from conformance.vectors.content.gateway_captures import CAPTURES
from conformance.vectors.content.gateway_requests import FORM, JSON, JSON_BODY, SIGNED, headers, request_inputs
from conformance.vectors.content.keys import text_key
from conformance.vectors.operations import OPERATIONS

_TARGETS: Final = (
    ("query-one", "/cloud/a?b=1"),
    ("query-sorted", "/cloud/a?a=1&b=2&c=3"),
    ("query-unsorted", "/cloud/a?c=3&a=1&b=2"),
    ("query-upper-case-first", "/cloud/a?a=1&B=2&_=3"),
    ("query-empty-value", "/cloud/a?b=&a=1"),
    ("query-name-alone", "/cloud/a?b&a=1"),
    ("query-empty", "/cloud/a?"),
    ("query-blank", "/cloud/a?name=a+b%20c"),
    ("query-plus", "/cloud/a?name=a%2Bb"),
    ("query-reserved", "/cloud/a?name=%26%3D%3F%2F"),
    ("query-chinese", "/cloud/a?name=%E6%B8%A9%E5%BA%A6"),
    ("query-name-encoded", "/cloud/a?%E6%B8%A9=1&a=2"),
    ("query-numbers", "/cloud/a?a10=1&a9=2&a1=3"),
    ("path-root", "/"),
    ("path-slash-at-end", "/cloud/a/"),
    ("path-encoded", "/cloud/a%20b/%E6%B8%A9"),
    ("path-double-slash", "/cloud//a"),
)
_FORMS: Final = (
    ("form-one", "/cloud/form", "a=1"),
    ("form-unsorted", "/cloud/form", "c=3&a=1&b=2"),
    ("form-with-query", "/cloud/form?b=2&d=4", "c=3&a=1"),
    ("form-encoded", "/cloud/form", "name=%E6%B8%A9%E5%BA%A6&text=a+b%26c"),
    ("form-empty-value", "/cloud/form", "b=&a=1"),
    ("form-empty", "/cloud/form", ""),
)
_BODIES: Final = (
    ("empty", ""),
    ("one-byte", "a"),
    ("empty-object", "{}"),
    ("chinese", '{"name":"温度传感器"}'),
    ("line-feed-at-end", "{}\n"),
    ("like-form", "a=1&b=2"),
    ("four-kilobytes", '{"text":"' + "0123456789abcdef" * 256 + '"}'),
)


def _captured(capture: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Split a captured request into what was signed and what came out."""
    made = {name.lower(): value for name, value in capture["headers"]}
    added = ("content-md5", "x-ca-signature", "x-ca-signature-headers")
    inputs = {
        "method": "POST",
        "target": capture["target"],
        "headers": [pair for pair in capture["headers"] if pair[0].lower() not in added],
        "signedHeaders": made["x-ca-signature-headers"].split(","),
        "body": capture["body"],
    }
    return inputs, {"contentMd5": made["content-md5"], "signature": made["x-ca-signature"]}


def _header_vectors(group: GroupDraft) -> None:
    def add(name: str, comment: str, flag: Flag, number: int, **changes: Any) -> None:
        group.valid(f"headers-{name}", comment, [flag], request_inputs(number, **changes))

    add("date", "With Date.", LINES_LEFT_OUT, 200, headers=headers(200, Date="Fri, 20 Nov 2026 10:06:38 GMT"))
    no_accept = [pair for pair in headers(201) if pair[0] != "Accept"]
    add("no-accept", "Without Accept: its line is empty.", LINES_LEFT_OUT, 201, headers=no_accept)
    add("no-content-type", "Without Content-Type.", LINES_LEFT_OUT, 202, headers=headers(202, None), body="")
    add("list-unsorted", "The list is not sorted; the lines are.", HEADERS_UNSORTED, 203, signedHeaders=SIGNED[::-1])
    add("sent-unsorted", "The headers are sent in another order.", HEADERS_UNSORTED, 204, headers=headers(204)[::-1])
    add(
        "sent-lower-case",
        "Sent in lower case, listed in mixed case: the list's spelling counts.",
        HEADER_LINES,
        205,
        headers=[[name.lower(), value] for name, value in headers(205)],
    )
    add(
        "listed-lower-case",
        "Listed in lower case.",
        HEADER_LINES,
        206,
        signedHeaders=[name.lower() for name in SIGNED],
    )
    add(
        "listed-upper-case",
        "Listed in upper case.",
        HEADER_LINES,
        207,
        signedHeaders=[name.upper() for name in SIGNED],
    )
    add("none", "No header is signed.", flags.SIGNED_LIST, 208, signedHeaders=[])
    add("one", "Only the key is signed.", flags.SIGNED_LIST, 209, signedHeaders=["X-Ca-Key"])
    add(
        "stage",
        "One more header is signed.",
        flags.SIGNED_LIST,
        210,
        headers=headers(210, X_Ca_Stage="RELEASE"),
        signedHeaders=[*SIGNED, "X-Ca-Stage"],
    )
    add(
        "other",
        "A header of other name is signed.",
        flags.SIGNED_LIST,
        211,
        headers=headers(211, X_Trace="a:b, c"),
        signedHeaders=[*SIGNED, "X-Trace"],
    )
    add(
        "empty-value",
        "A signed header has no value.",
        HEADER_LINES,
        212,
        headers=headers(212, X_Ca_Stage=""),
        signedHeaders=[*SIGNED, "X-Ca-Stage"],
    )
    add(
        "fixed-listed",
        "Headers with a line of their own are listed, and not signed twice.",
        flags.SIGNED_LIST,
        213,
        signedHeaders=["Accept", "Content-Type", *SIGNED],
    )
    add(
        "content-type-charset",
        "Content-Type with charset.",
        LINES_LEFT_OUT,
        214,
        headers=headers(214, "application/json; charset=utf-8"),
    )
    add(
        "unsigned-extra",
        "A header that is not signed.",
        flags.SIGNED_LIST,
        215,
        headers=headers(215, User_Agent="test"),
    )


def build_sign() -> FileDraft:
    """Make the vectors of signing a request."""
    file = FileDraft("gateway", "sign", flags.SOURCE)
    captures = file.group("GatewayCaptures", {"appSecret": text_key("appSecret", "app-a")})
    for capture in CAPTURES:
        inputs, printed = _captured(capture)
        captures.valid(f"capture-{capture['name']}", capture["comment"], [flags.CAPTURE], inputs, printed)
    group = file.group("GatewaySign", {"appSecret": text_key("appSecret", "app-b")})
    for number, (name, target) in enumerate(_TARGETS):
        for method, body in (("GET", ""), ("POST", JSON_BODY)):
            inputs = request_inputs(number, method=method, target=target, body=body)
            group.valid(f"{name}-{method.lower()}", "Path and query.", [QUERY_HANDLING], inputs)
    for number, (name, target, body) in enumerate(_FORMS, 50):
        inputs = request_inputs(number, target=target, body=body, headers=headers(number, FORM))
        group.valid(name, "A form.", [FORM_HANDLING], inputs)
    inputs = request_inputs(60, target="/cloud/form", body="a=1", headers=headers(60, FORM + "; charset=UTF-8"))
    group.valid("form-charset", "A form whose Content-Type has a charset.", [FORM_HANDLING], inputs)
    for number, (name, body) in enumerate(_BODIES, 70):
        group.valid(f"body-{name}", "A body.", [flags.BODY], request_inputs(number, body=body))
    for number, method in enumerate(("PUT", "DELETE", "PATCH", "HEAD"), 90):
        body = "" if method in ("DELETE", "HEAD") else JSON_BODY
        group.valid(
            f"method-{method.lower()}",
            "Another method.",
            [flags.METHOD],
            request_inputs(number, method=method, body=body),
        )
    _header_vectors(group)
    inputs = request_inputs(100, target="/cloud/a?a=1&a=2", method="GET", body="")
    work = OPERATIONS["gateway", "sign"]
    answer = work.write(work.answer(work.read({**inputs, "appSecret": text_key("appSecret", "app-b")})))
    group.acceptable("query-repeated", "A parameter occurs twice.", [flags.REPEATED], inputs, answer)
    group.invalid(
        "header-missing",
        "A header to be signed is not there.",
        [MISSING_HEADER_IGNORED],
        request_inputs(101, signedHeaders=[*SIGNED, "X-Ca-Stage"]),
    )
    secret = file.group("GatewaySecret", {"appSecret": ""})
    secret.invalid("secret-empty", "An empty secret.", [flags.EMPTY_SECRET], request_inputs(102))
    group.catch_all(
        request_inputs(
            number,
            target="/cloud/x?d=%2F&b=&c=1",
            headers=headers(number, FORM if number % 2 else JSON, Date="Fri, 20 Nov 2026 10:06:38 GMT")
            if number % 3
            else headers(number),
            signedHeaders=SIGNED[::-1],
            body="f=1&e=2" if number % 2 else JSON_BODY,
        )
        for number in range(300, 400)
    )
    return file
