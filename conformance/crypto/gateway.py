"""The API gateway's request signature (field notes, "Alibaba Cloud Living").

Document living.txt does not mention it, yet no live call arrives without it. What stands here comes from observed
requests and public clients, so it never makes a platform fail the document.

    string to sign  METHOD, Accept, Content-MD5, Content-Type, Date, each followed by a line feed (empty where absent);
                    the signed headers, sorted, as name:value and a line feed, names as X-Ca-Signature-Headers spells them;
                    the path, with the parameters of query and form, sorted by name and decoded, a name alone where
                    its value is empty
    X-Ca-Signature  Base64(HMAC-SHA256(AppSecret, string to sign))
    Content-MD5     Base64(MD5(body)), for bodies that are not forms

Of a name that occurs twice the first value counts.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from conformance.crypto import primitives
from conformance.crypto.encoding import encode_base64, encode_utf8
from conformance.crypto.errors import BadFormError, BadKeyError

if TYPE_CHECKING:
    from conformance.crypto.mistakes import Mistake

Pairs = tuple[tuple[str, str], ...]

SIGNATURE: Final = "X-Ca-Signature"
SIGNATURE_HEADERS: Final = "X-Ca-Signature-Headers"
CONTENT_MD5: Final = "Content-MD5"
FORM: Final = "application/x-www-form-urlencoded"
NEVER_LISTED: Final = frozenset(
    ("x-ca-signature", "x-ca-signature-headers", "accept", "content-md5", "content-type", "date"),
)
"""Headers with a place of their own in the string to sign, and those made from it: left out where they are listed."""


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request as far as the signature sees it.

    `target` is path and query as on the request line, `headers` in any order and case, `body` the bytes sent.
    """

    method: str
    target: str
    headers: Pairs
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return a header's value, its name compared without regard to case.

        Raises:
            BadFormError: it occurs twice.
        """
        values = [value for other, value in self.headers if other.lower() == name.lower()]
        if len(values) > 1:
            raise BadFormError(name, "occurs twice")
        return values[0] if values else None

    @property
    def is_form(self) -> bool:
        """Tell whether the body holds parameters, which the string to sign names one by one."""
        return (self.header("Content-Type") or "").split(";")[0].strip().lower() == FORM


@dataclass(frozen=True, slots=True)
class SignInput:
    """A request without signature, the names of the headers to sign besides those with a fixed place, and the secret."""

    request: Request
    signed_headers: tuple[str, ...]
    app_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signature:
    """Every step to a signature; `content_md5` is empty where the header is not sent."""

    content_md5: str
    resource: str
    string_to_sign: str
    digest: bytes
    signature: str
    signature_headers: str


@dataclass(frozen=True, slots=True)
class VerifyInput:
    """A request as received, with its signature headers, and the secret that belongs to its X-Ca-Key."""

    request: Request
    app_secret: str = field(repr=False)


def parameters(text: str) -> Pairs:
    """Read the parameters of a query or form body, decoded, empty values kept."""
    return tuple(parse_qsl(text, keep_blank_values=True))


def split_target(target: str) -> tuple[str, Pairs]:
    """Split a request target into its path as it stands and its decoded parameters."""
    path, _, query = target.partition("?")
    return path, parameters(query)


def resource(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Write path and parameters as the string to sign ends."""
    first: dict[str, str] = {}
    for name, value in pairs:
        first.setdefault(name, value)
    written = "&".join(f"{name}={first[name]}" if first[name] else name for name in sorted(first))
    return f"{path}?{written}" if written else path


def content_md5(request: Request) -> str:
    """Compute Content-MD5; empty for an empty body and for a form, which the string to sign covers itself."""
    return "" if request.is_form or not request.body else encode_base64(primitives.digest("MD5", request.body))


def _form(request: Request) -> Pairs:
    if not request.is_form:
        return ()
    try:
        return parameters(request.body.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadFormError("body", "is a form that is not UTF-8") from None


def _signed(request: Request, names: Iterable[str], md5: str, app_secret: str) -> Signature:
    if not app_secret:
        raise BadKeyError("AppSecret", "is empty")
    listed = [name for name in names if name.lower() not in NEVER_LISTED]
    lines = [request.method.upper(), request.header("Accept") or "", md5]
    lines += [request.header("Content-Type") or "", request.header("Date") or ""]
    for name in sorted(listed):
        value = request.header(name)
        if value is None:
            raise BadFormError(SIGNATURE_HEADERS, f"lists {name}, which the request does not carry")
        lines.append(f"{name}:{value}")
    path, query = split_target(request.target)
    end = resource(path, (*query, *_form(request)))
    text = "".join(f"{line}\n" for line in lines) + end
    digest = primitives.hmac("SHA-256", encode_utf8(app_secret, "AppSecret"), encode_utf8(text, "string to sign"))
    return Signature(md5, end, text, digest, encode_base64(digest), ",".join(listed))


def sign(inputs: SignInput) -> Signature:
    """Sign a request. Content-MD5 is computed, not taken from the headers.

    Raises:
        BadFormError: a header to be signed is missing, or a header occurs twice.
        BadKeyError: the secret is empty.
    """
    return _signed(inputs.request, inputs.signed_headers, content_md5(inputs.request), inputs.app_secret)


def signed_headers(inputs: SignInput) -> Pairs:
    """Return the request's headers with Content-MD5, X-Ca-Signature-Headers and X-Ca-Signature added.

    Raises:
        BadFormError, BadKeyError: as `sign`.
    """
    made = sign(inputs)
    md5 = ((CONTENT_MD5, made.content_md5),) if made.content_md5 else ()
    return (*inputs.request.headers, *md5, (SIGNATURE_HEADERS, made.signature_headers), (SIGNATURE, made.signature))


def sign_received(inputs: VerifyInput) -> Signature:
    """Compute the signature that a received request ought to carry, from the headers that it lists itself.

    Raises:
        BadFormError: the list of signed headers is missing, names a header that is not there, or a header occurs twice.
        BadKeyError: the secret is empty.
    """
    listed = inputs.request.header(SIGNATURE_HEADERS)
    if listed is None:
        raise BadFormError(SIGNATURE_HEADERS, "is missing")
    names = [name.strip() for name in listed.split(",") if name.strip()]
    return _signed(inputs.request, names, inputs.request.header(CONTENT_MD5) or "", inputs.app_secret)


def covers_body(request: Request) -> bool:
    """Tell whether Content-MD5 is right: the body's for a body that is no form, right or absent for a form."""
    sent = request.header(CONTENT_MD5)
    if request.is_form and sent is not None:
        return sent == encode_base64(primitives.digest("MD5", request.body))
    return (sent or "") == content_md5(request)


def verify(inputs: VerifyInput) -> bool:
    """Tell whether the signature of a received request is right and covers its body.

    Raises:
        BadFormError: X-Ca-Signature is missing; else as `sign_received`.
        BadKeyError: the secret is empty.
    """
    observed = inputs.request.header(SIGNATURE)
    if observed is None:
        raise BadFormError(SIGNATURE, "is missing")
    right = sign_received(inputs).signature.encode("ascii")
    same = hmac.compare_digest(right, observed.encode("utf-8", "surrogatepass"))
    return covers_body(inputs.request) and same


def diagnose(inputs: SignInput, observed: str) -> Mistake | None:
    """Name the classic mistake that explains a wrong X-Ca-Signature. None for a right one and for an unexplained one."""
    from conformance.crypto.gateway_mistakes import MISTAKES
    from conformance.crypto.mistakes import recognise

    return recognise(MISTAKES, "signature", inputs, observed, sign(inputs).signature)


def diagnose_received(inputs: VerifyInput) -> Mistake | None:
    """Name the classic mistake that explains the wrong signature of a received request, from its own list of headers.

    Raises:
        BadFormError, BadKeyError: as `verify`.
    """
    from conformance.crypto.gateway_mistakes import MISTAKES
    from conformance.crypto.mistakes import recognise_received

    return None if verify(inputs) else recognise_received(MISTAKES, "sign", inputs)
