"""The classic mistakes with the API gateway's request signature (field notes).

Per operation, in the result type of an answer: `sign` gives Content-MD5 and signature, `signature` (for diagnosis) the
signature alone, `verify` a truth value. A mistake in making a signature is a mistake in checking it too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from conformance.crypto import gateway, primitives
from conformance.crypto import mistakes as common
from conformance.crypto.encoding import encode_base64
from conformance.crypto.gateway import Pairs, SignInput, VerifyInput
from conformance.crypto.gateway_draft import Draft, Signed, draft_of
from conformance.crypto.gateway_flags import (
    BODY_NOT_COMPARED,
    CONTENT_MD5_LEFT_OUT,
    FIXED_HEADER_LEFT_OUT,
    FORM_HANDLING,
    HEADER_LINES,
    HEADERS_UNSORTED,
    HEX_CONTENT_MD5,
    HEX_SIGNATURE,
    LINES_LEFT_OUT,
    METHOD_LOWER_CASE,
    MISSING_HEADER_IGNORED,
    OWN_HEADER_CHOICE,
    QUERY_HANDLING,
    SECRET_SUFFIX,
)
from conformance.crypto.mistakes import Flag, Mistake

_Prepare = Callable[[Draft], Draft]
_Text = Callable[[Draft], str]
_Write = Callable[[Draft, str], str]


def _hmac(draft: Draft, text: str, hash_name: str = "SHA-256") -> bytes:
    return primitives.hmac(hash_name, draft.secret.encode(), text.encode())


def _signature(draft: Draft, text: str) -> str:
    return encode_base64(_hmac(draft, text))


def _sorted(draft: Draft) -> Draft:
    return dataclasses.replace(draft, headers=tuple(sorted(draft.headers)))


def _signer(
    name: str,
    flag: Flag,
    then: str,
    *,
    right_up_to: str = "the request's parts",
    prepare: _Prepare = _sorted,
    text: _Text = Draft.text,
    write: _Write = _signature,
) -> Mistake:
    def made(draft: Draft) -> Signed:
        ready = prepare(draft)
        return Signed(ready.md5, write(ready, text(ready)))

    def sign(inputs: SignInput) -> Signed:
        gateway.sign(inputs)  # refuses what a right program refuses
        return made(
            draft_of(inputs.request, inputs.signed_headers, gateway.content_md5(inputs.request), inputs.app_secret)
        )

    def verify(inputs: VerifyInput) -> bool:
        request = inputs.request
        names = tuple(n.strip() for n in (request.header(gateway.SIGNATURE_HEADERS) or "").split(",") if n.strip())
        signed = made(draft_of(request, names, gateway.content_md5(request), inputs.app_secret))
        return signed == Signed(request.header(gateway.CONTENT_MD5) or "", request.header(gateway.SIGNATURE) or "")

    return Mistake(
        name,
        flag,
        right_up_to,
        then,
        {"sign": sign, "signature": lambda inputs: sign(inputs).signature, "verify": verify},
    )


def _changed(**changes: Callable[[Draft], object]) -> _Prepare:
    def prepare(draft: Draft) -> Draft:
        ready = _sorted(draft)
        values: dict[str, object] = {name: change(ready) for name, change in changes.items()}
        return dataclasses.replace(ready, **values)  # type: ignore[arg-type]

    return prepare


def _with_resource(end: Callable[[Draft], str]) -> _Text:
    def text(draft: Draft) -> str:
        right = gateway.resource(draft.path, (*draft.query, *draft.form))
        return draft.text().removesuffix(right) + end(draft)

    return text


def _joined(pairs: Pairs) -> str:
    return "&".join(f"{name}={value}" for name, value in pairs)


def _ended(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def _encoded(draft: Draft) -> str:
    pairs = tuple((quote(n, safe=""), quote(v, safe="")) for n, v in (*draft.query, *draft.form))
    return gateway.resource(draft.path, pairs)


def _without_empty_lines(draft: Draft) -> str:
    lines = [draft.method, draft.accept, draft.md5, draft.content_type, draft.date]
    lines += [f"{name}:{value}" for name, value in draft.headers]
    end = gateway.resource(draft.path, (*draft.query, *draft.form))
    return "".join(f"{line}\n" for line in lines if line) + end


def _md5_hex(draft: Draft) -> str:
    return primitives.digest("MD5", draft.body).hex() if draft.md5 else ""


def _checker(name: str, flag: Flag, then: str, rule: Callable[[VerifyInput], bool]) -> Mistake:
    return Mistake(name, flag, "the received request", then, {"verify": rule})


def _same(inputs: VerifyInput) -> bool:
    return gateway.sign_received(inputs).signature == inputs.request.header(gateway.SIGNATURE)


def _relisted(inputs: VerifyInput, names: list[str]) -> VerifyInput:
    kept = tuple(pair for pair in inputs.request.headers if pair[0].lower() != gateway.SIGNATURE_HEADERS.lower())
    headers = (*kept, (gateway.SIGNATURE_HEADERS, ",".join(names)))
    return dataclasses.replace(inputs, request=dataclasses.replace(inputs.request, headers=headers))


def _present_only(inputs: VerifyInput) -> bool:
    listed = (inputs.request.header(gateway.SIGNATURE_HEADERS) or "").split(",")
    return gateway.verify(_relisted(inputs, [name for name in listed if inputs.request.header(name) is not None]))


def _all_ca_headers(inputs: VerifyInput) -> bool:
    return gateway.verify(_relisted(inputs, [n for n, _ in inputs.request.headers if n.lower().startswith("x-ca-")]))


def _observed(inputs: VerifyInput) -> str:
    return inputs.request.header(gateway.SIGNATURE) or ""


MISTAKES: Final[tuple[Mistake, ...]] = (
    _signer(
        "hex-signature",
        HEX_SIGNATURE,
        "hexadecimal instead of Base64",
        right_up_to="the HMAC",
        write=lambda draft, text: _hmac(draft, text).hex(),
    ),
    _signer(
        "base64-of-hex",
        HEX_SIGNATURE,
        "Base64 of its hexadecimal digits",
        right_up_to="the HMAC",
        write=lambda draft, text: encode_base64(_hmac(draft, text).hex().encode()),
    ),
    _signer(
        "url-safe",
        common.URL_SAFE_BASE64,
        "URL-safe Base64",
        right_up_to="the HMAC",
        write=lambda draft, text: _signature(draft, text).translate(str.maketrans("+/", "-_")),
    ),
    _signer(
        "swapped-key-message",
        common.SWAPPED_KEY_MESSAGE,
        "HMAC with the string to sign as key",
        right_up_to="the string to sign",
        write=lambda draft, text: encode_base64(primitives.hmac("SHA-256", text.encode(), draft.secret.encode())),
    ),
    _signer(
        "hmac-sha1",
        common.WRONG_HASH,
        "HMAC-SHA1",
        right_up_to="the string to sign",
        write=lambda draft, text: encode_base64(_hmac(draft, text, "SHA-1")),
    ),
    _signer(
        "secret-suffix",
        SECRET_SUFFIX,
        "& appended to the secret",
        right_up_to="the string to sign",
        prepare=_changed(secret=lambda draft: draft.secret + "&"),
    ),
    _signer("headers-unsorted", HEADERS_UNSORTED, "the signed headers not sorted", prepare=lambda draft: draft),
    _signer(
        "header-space",
        HEADER_LINES,
        "a blank after the colon of each signed header",
        prepare=_changed(headers=lambda draft: tuple((name, " " + value) for name, value in draft.headers)),
    ),
    _signer(
        "header-names-respelt",
        HEADER_LINES,
        "the names of the signed headers in lower case, unlike the list",
        prepare=_changed(headers=lambda draft: tuple((name.lower(), value) for name, value in draft.headers)),
    ),
    _signer("headers-left-out", HEADER_LINES, "no signed headers", prepare=_changed(headers=lambda _draft: ())),
    _signer("empty-lines-left-out", LINES_LEFT_OUT, "no line for absent headers", text=_without_empty_lines),
    _signer(
        "newline-at-end",
        LINES_LEFT_OUT,
        "a line feed after the path",
        text=lambda draft: draft.text() + "\n",
    ),
    _signer("accept-left-out", FIXED_HEADER_LEFT_OUT, "Accept not signed", prepare=_changed(accept=lambda _draft: "")),
    _signer(
        "content-type-left-out",
        FIXED_HEADER_LEFT_OUT,
        "Content-Type not signed",
        prepare=_changed(content_type=lambda _draft: ""),
    ),
    _signer("date-left-out", FIXED_HEADER_LEFT_OUT, "Date not signed", prepare=_changed(date=lambda _draft: "")),
    _signer(
        "method-lower-case",
        METHOD_LOWER_CASE,
        "the method in lower case",
        prepare=_changed(method=lambda draft: draft.method.lower()),
    ),
    _signer("md5-hex", HEX_CONTENT_MD5, "Content-MD5 in hexadecimal", prepare=_changed(md5=_md5_hex)),
    _signer(
        "md5-base64-of-hex",
        HEX_CONTENT_MD5,
        "Content-MD5 as Base64 of hexadecimal digits",
        prepare=_changed(md5=lambda draft: encode_base64(_md5_hex(draft).encode())),
    ),
    _signer("md5-left-out", CONTENT_MD5_LEFT_OUT, "no Content-MD5", prepare=_changed(md5=lambda _draft: "")),
    _signer(
        "form-md5",
        FORM_HANDLING,
        "a Content-MD5 for a form",
        prepare=_changed(
            md5=lambda draft: encode_base64(primitives.digest("MD5", draft.body)) if draft.form else draft.md5
        ),
    ),
    _signer("form-left-out", FORM_HANDLING, "the form's parameters left out", prepare=_changed(form=lambda _draft: ())),
    _signer("query-left-out", QUERY_HANDLING, "the query left out", prepare=_changed(query=lambda _draft: ())),
    _signer(
        "query-unsorted",
        QUERY_HANDLING,
        "the parameters not sorted",
        text=_with_resource(
            lambda draft: _ended(
                draft.path, "&".join(f"{n}={v}" if v else n for n, v in dict((*draft.query, *draft.form)).items())
            )
        ),
    ),
    _signer("query-encoded", QUERY_HANDLING, "the parameters percent-encoded", text=_with_resource(_encoded)),
    _signer(
        "query-equals",
        QUERY_HANDLING,
        "an equals sign after names without value",
        text=_with_resource(lambda draft: _ended(draft.path, _joined(tuple(sorted((*draft.query, *draft.form)))))),
    ),
    _checker(
        "body-not-compared",
        BODY_NOT_COMPARED,
        "its Content-MD5 not compared with its body",
        _same,
    ),
    _checker("missing-ignored", MISSING_HEADER_IGNORED, "listed headers that are absent skipped", _present_only),
    _checker("own-choice", OWN_HEADER_CHOICE, "all x-ca- headers signed", _all_ca_headers),
    _checker(
        "verify-prefix",
        common.PREFIX_ACCEPTED,
        "its signature compared only as far as it reaches",
        lambda inputs: (
            gateway.sign_received(inputs).signature.startswith(_observed(inputs))
            and gateway.covers_body(inputs.request)
        ),
    ),
    _checker(
        "verify-ignores-case",
        common.CASE_IGNORED,
        "its signature compared without regard to case",
        lambda inputs: (
            gateway.sign_received(inputs).signature.lower() == _observed(inputs).lower()
            and gateway.covers_body(inputs.request)
        ),
    ),
    _checker("verify-always", common.ACCEPTS_EVERYTHING, "not checked", lambda _inputs: True),
    _checker("verify-never", common.REFUSES_EVERYTHING, "refused all the same", lambda _inputs: False),
)
"""In the order in which a diagnosis tries them: the likelier first."""
