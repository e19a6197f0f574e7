"""A gateway request taken apart before it is signed, so that a mistake can put it together wrongly (field notes)."""

from __future__ import annotations

import dataclasses

from conformance.crypto import gateway
from conformance.crypto.errors import BadFormError
from conformance.crypto.gateway import Pairs, Request


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """The pieces of a string to sign, before they are joined."""

    method: str
    accept: str
    md5: str
    content_type: str
    date: str
    headers: Pairs
    path: str
    query: Pairs
    form: Pairs
    secret: str
    body: bytes
    raw_query: str

    def text(self) -> str:
        """Join the pieces as they stand."""
        lines = [self.method, self.accept, self.md5, self.content_type, self.date]
        lines += [f"{name}:{value}" for name, value in self.headers]
        return "".join(f"{line}\n" for line in lines) + gateway.resource(self.path, (*self.query, *self.form))


def draft_of(request: Request, names: tuple[str, ...], md5: str, secret: str) -> Draft:
    """Take a request apart, its signed headers in the order of `names`.

    Raises:
        BadFormError: a header to be signed is missing.
    """
    path, query = gateway.split_target(request.target)
    listed = [name for name in names if name.lower() not in gateway.NEVER_LISTED]
    headers = []
    for name in listed:
        value = request.header(name)
        if value is None:
            raise BadFormError(gateway.SIGNATURE_HEADERS, f"lists {name}, which the request does not carry")
        headers.append((name, value))
    return Draft(
        request.method.upper(),
        request.header("Accept") or "",
        md5,
        request.header("Content-Type") or "",
        request.header("Date") or "",
        tuple(headers),
        path,
        query,
        gateway.parameters(request.body.decode("utf-8", "replace")) if request.is_form else (),
        secret,
        request.body,
        request.target.partition("?")[2],
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Signed:
    """What a program that makes a mistake sends: Content-MD5 (empty: not sent) and signature."""

    content_md5: str
    signature: str
