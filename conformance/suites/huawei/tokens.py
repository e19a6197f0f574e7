"""1.4 应用安全接入: the sign-in, the refresh, and what their tokens are good for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive, Stop
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.judge import Says, Stated, says
from conformance.suites.waiting import refused_in_the_end

LIFE_S: Final = 3600
REFRESH_LIFE_S: Final = 24 * 3600
MARGIN_S: Final = 60
"""Distance from the end of a life at which it is tried: more than any clock difference inside one machine."""
PROBE: Final = "device-list"
"""A call that only reads and needs nothing prepared."""


def ask(context: Context, token: str) -> Answer:
    """Call an operation with a token."""
    return context.call(PROBE, credential=token)


def signed_in(context: Context) -> str:
    """Sign in as the body of the case; return the access token.

    Raises:
        Stop: none was given out; the finding is recorded.
    """
    return given(context, context.succeed("login"), "1.4.1/success")


def given(context: Context, answer: Answer, requirement: str, pointer: str = "/accessToken") -> str:
    """Return a token of an answer.

    Raises:
        Stop: there is none; the finding is recorded.
    """
    token = answer.at(pointer)
    if not context.check(
        requirement, isinstance(token, str) and token != "", expected="a token", actual=token, pointer=pointer
    ):
        raise Stop
    return str(token)


def refresh_token(context: Context) -> str:
    """Sign in as a preamble; return the refresh token.

    Raises:
        Inconclusive: the platform gives none (erratum refresh-token-null).
    """
    token = context.prepare("login").at("/refreshToken")
    if not isinstance(token, str) or not token:
        raise Inconclusive("the sign-in gave no refresh token")
    return token


@contextmanager
def clock(context: Context) -> Iterator[None]:
    """Set the platform's clock right again afterwards, and have the run sign in anew: its token may have ended."""
    try:
        yield
    finally:
        context.act("clock", offset_s=0)
        context.environment.objects.shared.pop("access-token", None)
        context.environment.objects.shared.pop("refresh-token", None)


@case(
    "huawei/login/token-serves",
    requirements=["1.4.1/token-serves", "global/https"],
    calls=["login", PROBE],
)
def access_token_lets_the_application_call(context: Context) -> None:
    """The access token of a sign-in serves other operations, over HTTPS."""
    token = signed_in(context)
    context.served(context.operation(PROBE), ask(context, token), "1.4.1/token-serves")
    scheme = context.environment.client.base_url.partition(":")[0]
    context.equal("global/https", scheme, "https", note="the address of the IUT file")


@case("huawei/login/former-token", requirements=["1.4.1/former-token-ends"], calls=["login", PROBE])
def new_access_token_ends_the_former(context: Context) -> None:
    """After a second sign-in the token of the first no longer serves."""
    former = str(context.prepare("login").at("/accessToken"))
    signed_in(context)
    answer = refused_in_the_end(context, PROBE, credential=former)
    context.refused("1.4.1/former-token-ends", answer, Stated.REFUSAL, what="a refusal (former token)")


@case("huawei/login/tokens-differ", requirements=["1.4.1/tokens-differ"], calls=["login"])
def two_sign_ins_give_two_tokens(context: Context) -> None:
    """Two sign-ins give two different access tokens."""
    first, second = signed_in(context), signed_in(context)
    context.check("1.4.1/tokens-differ", first != second, expected="another token", actual="the same token")


@case("huawei/login/token-life", requirements=["1.4.1/token-life"], calls=["login", PROBE])
def access_token_lives_3600_seconds(context: Context) -> None:
    """An access token serves shortly before 3600 seconds have passed and not after them.

    The platform's clock is moved by the upper tester (action `clock`); nobody waits an hour.
    """
    token = signed_in(context)
    with clock(context):
        context.act("clock", offset_s=LIFE_S - MARGIN_S)
        context.served(context.operation(PROBE), ask(context, token), "1.4.1/token-life")
        context.act("clock", offset_s=LIFE_S + MARGIN_S)
        expired = ask(context, token)
        context.refused("1.4.1/token-life", expired, Stated.REFUSAL, what=f"a refusal after {LIFE_S} seconds")


@case("huawei/login/app-key-agrees", requirements=["1.4.1/app-key-agrees"], calls=["login", PROBE])
def token_serves_its_own_application_only(context: Context) -> None:
    """A valid access token with another app_key is refused."""
    answer = context.send(context.draft(PROBE), wrong="other-app-key")
    context.refused("1.4.1/app-key-agrees", answer, Stated.REFUSAL, what="a refusal (another app_key)")


@case("huawei/login/unknown-app", requirements=["1.4.1/unknown-app"], calls=["login"])
def unknown_application_gets_no_token(context: Context) -> None:
    """A sign-in with an appId that nobody has is refused with 100208."""
    draft = context.draft("login")
    draft.set(("appId",), context.unique())
    row = context.contract.rows["401-100208"]
    context.refused("1.4.1/unknown-app", context.send(draft), Stated.REFUSAL, row=row, what="the refusal 401-100208")


@case(
    "huawei/token-refresh/token-serves",
    requirements=["1.4.2/token-serves", "1.4.2/token-new"],
    calls=["login", "token-refresh", PROBE],
)
def refreshed_token_serves(context: Context) -> None:
    """The access token of a refresh is a new one and serves other operations."""
    former = context.token("access-token")
    renewed = given(context, context.succeed("token-refresh"), "1.4.2/success")
    context.check("1.4.2/token-new", renewed != former, expected="another token", actual="the former token")
    context.served(context.operation(PROBE), ask(context, renewed), "1.4.2/token-serves")


@case(
    "huawei/token-refresh/former-token",
    requirements=["1.4.2/former-token-ends"],
    calls=["login", "token-refresh", PROBE],
)
def former_token_after_a_refresh(context: Context) -> None:
    """After a refresh the former access token is refused or serves on (erratum refresh-ends-former), and breaks nothing."""
    former = context.token("access-token")
    context.prepare("token-refresh")
    answer = ask(context, former)
    context.check(
        "1.4.2/former-token-ends",
        says(context.contract, answer) is not Says.NEITHER,
        expected="a refusal, or service until its time is over",
        actual=answer.describe(),
    )


@case("huawei/token-refresh/again", requirements=["1.4.2/refresh-again"], calls=["login", "token-refresh"])
def refresh_token_of_a_refresh_serves(context: Context) -> None:
    """The refresh token that a refresh gives serves for the next refresh."""
    refresh_token(context)
    renewed = context.prepare("token-refresh").at("/refreshToken")
    if not isinstance(renewed, str) or not renewed:
        raise Inconclusive("the refresh gave no refresh token")
    answer = _refreshed(context, renewed)
    context.served(context.operation("token-refresh"), answer, "1.4.2/refresh-again")


@case("huawei/token-refresh/life", requirements=["1.4.2/refresh-life"], calls=["login", "token-refresh"])
def refresh_token_lives_a_day(context: Context) -> None:
    """A refresh token serves when the access token has expired, and not after 24 hours.

    Each try has a token of its own: one that was used, or was found expired, may be forgotten.
    """
    token, early_s = refresh_token(context), REFRESH_LIFE_S - MARGIN_S
    with clock(context):
        context.act("clock", offset_s=early_s)
        context.served(context.operation("token-refresh"), _refreshed(context, token), "1.4.2/refresh-life")
        token = refresh_token(context)
        context.act("clock", offset_s=early_s + REFRESH_LIFE_S + MARGIN_S)
        late = _refreshed(context, token)
        context.refused("1.4.2/refresh-life", late, Stated.REFUSAL, what="a refusal after 24 hours")


@case(
    "huawei/token-refresh/unknown-token",
    requirements=["1.4.2/unknown-refresh-token"],
    calls=["login", "token-refresh"],
)
def unknown_refresh_token_is_refused(context: Context) -> None:
    """A refresh token that the platform did not give out is refused, with whichever row."""
    answer = _refreshed(context, "".join(reversed(refresh_token(context))))
    context.refused("1.4.2/unknown-refresh-token", answer, Stated.REFUSAL, what="a refusal (unknown refresh token)")


def _refreshed(context: Context, token: str) -> Answer:
    draft = context.draft("token-refresh", bind=False)
    draft.set(("refreshToken",), token)
    return context.send(draft)
