"""The API gateway before a live platform (field notes; not in the document): what it lets through and what it turns away.

Judged only where the tester says that there is a gateway (`[pixit] gateway`). Each refusal differs from a call that is
served in one thing, so that nothing else can be its reason; all of them only read products.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from conformance.evidence.exchange import Answer, Request
from conformance.platforms.draft import Draft, as_bytes
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.judge import Stated
from conformance.suites.living.answers import message

NEEDS: Final = ["pixit.gateway"]
LIST: Final = ["product-list"]
ERROR: Final = "x-ca-error-message"
SIGNATURE: Final = ("X-Ca-Signature", "X-Ca-Signature-Headers")
OTHER_APP: Final = "conformance-app-of-nobody"


@dataclass(frozen=True)
class _Told:
    """What the tester told, but for some credentials."""

    context: Context
    others: Mapping[str, str] = field(default_factory=dict)

    def pixit(self, name: str) -> Any:
        return self.context.pixit(name)

    def credential(self, key: str) -> str:
        return self.others[key] if key in self.others else self.context.credential(key)


def _request(context: Context, draft: Draft, **others: str) -> Request:
    """Return a call of an operation, signed; `others` are credentials in place of the tester's."""
    url = context.environment.client.base_url + draft.target()
    plain = Request("POST", url, (("Content-Type", "application/json"),), as_bytes(message(context, draft)))
    return context.environment.driver.seal(plain, _Told(context, others))


def _turned_away(context: Context, requirement: str, request: Request, what: str) -> Answer:
    answer = context.exchange(request)
    context.refused(requirement, answer, Stated.REFUSAL, what=f"a refusal ({what})")
    return answer


def _changed(request: Request, name: str, change: Callable[[str], str]) -> Request:
    """Return a request with another value of a header."""
    headers = tuple((key, change(value) if key.lower() == name.lower() else value) for key, value in request.headers)
    return replace(request, headers=headers)


def _without(request: Request, *names: str) -> Request:
    gone = {name.lower() for name in names}
    return replace(request, headers=tuple(each for each in request.headers if each[0].lower() not in gone))


@case("living/global/gateway-accepts", requirements=["global/gateway-accepts"], calls=LIST, needs=NEEDS)
def gateway_lets_signed_calls_through(context: Context) -> None:
    """A call with a right signature is served."""
    operation = context.operation("product-list")
    context.served(operation, context.call("product-list"), "global/gateway-accepts")


@case("living/global/gateway-unsigned", requirements=["global/gateway-unsigned"], calls=LIST, needs=NEEDS)
def gateway_refuses_unsigned_calls(context: Context) -> None:
    """A call without X-Ca-Signature is refused."""
    request = _request(context, context.draft("product-list"))
    for names in (SIGNATURE[:1], SIGNATURE):
        _turned_away(context, "global/gateway-unsigned", _without(request, *names), f"without {' and '.join(names)}")


@case("living/global/gateway-wrong-signature", requirements=["global/gateway-wrong-signature"], calls=LIST, needs=NEEDS)
def gateway_refuses_another_secret(context: Context) -> None:
    """A call signed with another app secret is refused."""
    request = _request(context, context.draft("product-list"), app_secret=OTHER_APP)
    _turned_away(context, "global/gateway-wrong-signature", request, "signed with another app secret")


@case("living/global/gateway-unknown-key", requirements=["global/gateway-unknown-key"], calls=LIST, needs=NEEDS)
def gateway_refuses_an_unknown_key(context: Context) -> None:
    """A call with an app key that does not exist is refused."""
    request = _request(context, context.draft("product-list"), app_key=f"{context.credential('app_key')}0")
    _turned_away(context, "global/gateway-unknown-key", request, "an app key that does not exist")


@case("living/global/gateway-altered-body", requirements=["global/gateway-altered-body"], calls=LIST, needs=NEEDS)
def gateway_refuses_another_body(context: Context) -> None:
    """A body that is not the one whose Content-MD5 was signed is refused, though it would be served if it were."""
    draft = context.draft("product-list")
    request = _request(context, draft)
    draft.set(("params", "pageSize"), 1)
    altered = replace(request, body=as_bytes(message(context, draft)))
    _turned_away(context, "global/gateway-altered-body", altered, "another body than was signed")


@case(
    "living/global/gateway-altered-path",
    requirements=["global/gateway-altered-path"],
    calls=["product-list", "product-read"],
    needs=NEEDS,
)
def gateway_refuses_another_path(context: Context) -> None:
    """A signature made for another path is refused."""
    draft = context.draft("product-list")
    other = replace(draft, operation=replace(draft.operation, path=context.operation("product-read").path))
    request = replace(_request(context, other), url=context.environment.client.base_url + draft.target())
    _turned_away(context, "global/gateway-altered-path", request, "signed for another path")


@case("living/global/gateway-signed-headers", requirements=["global/gateway-signed-headers"], calls=LIST, needs=NEEDS)
def gateway_refuses_changed_headers(context: Context) -> None:
    """A header that is named as signed and was changed after signing makes the call refused."""
    request = _request(context, context.draft("product-list"))
    for name, change in (
        ("X-Ca-Nonce", lambda _: str(uuid.uuid4())),
        ("X-Ca-Timestamp", lambda value: str(int(value) - 1)),
    ):
        _turned_away(
            context, "global/gateway-signed-headers", _changed(request, name, change), f"{name} changed after signing"
        )
    # That a signature was right once says nothing of other headers.
    context.exchange(request)
    again = _changed(request, "X-Ca-Nonce", lambda _: str(uuid.uuid4()))
    _turned_away(context, "global/gateway-signed-headers", again, "X-Ca-Nonce changed once the call was let through")


@case("living/global/gateway-error-header", requirements=["global/gateway-error-header"], calls=LIST, needs=NEEDS)
def gateway_says_why(context: Context) -> None:
    """A refusal of the gateway says why in the header x-ca-error-message."""
    request = _request(context, context.draft("product-list"), app_secret=OTHER_APP)
    answer = context.exchange(request)
    context.check(
        "global/gateway-error-header",
        bool(answer.header(ERROR)),
        expected=f"a header {ERROR}",
        actual=f"none, {answer.describe()}",
        answer=answer,
    )


@case("living/global/gateway-token-besides", requirements=["global/gateway-token-besides"], calls=LIST, needs=NEEDS)
def signature_does_not_stand_in_for_the_token(context: Context) -> None:
    """A right signature does not stand in for the cloudToken: without a valid one the call is refused."""
    for way in ("absent", "wrong"):
        answer = context.send(context.draft("product-list"), wrong=way)
        context.refused("global/gateway-token-besides", answer, Stated.REFUSAL, what=f"a refusal ({way} cloudToken)")


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())
