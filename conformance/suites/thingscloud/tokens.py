"""获取 AccessToken: tokens for servers and for administrators."""

from __future__ import annotations

from typing import Final

from conformance.evidence.findings import Stop
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.judge import Stated

DAY_S: Final = 24 * 3600
MARGIN_S: Final = 60
"""Distance from the end of a lifetime at which it is tried: more than any clock difference inside one machine."""


@case(
    "thingscloud/access-token/wrong-key",
    requirements=["access-token/wrong-credentials"],
    calls=["access-token"],
)
def issues_no_server_token_for_a_wrong_key(context: Context) -> None:
    """No token is issued when one of the three credentials is wrong."""
    _refuses_each_wrong(context, "access-token", ("app_id", "access_key", "secret_key"))


@case(
    "thingscloud/admin-login/wrong-password",
    requirements=["admin-login/wrong-credentials"],
    calls=["admin-login"],
)
def issues_no_admin_token_for_a_wrong_password(context: Context) -> None:
    """No token is issued when one of the three credentials is wrong."""
    _refuses_each_wrong(context, "admin-login", ("app_id", "account", "password"))


@case(
    "thingscloud/access-token/token-serves",
    requirements=["access-token/token-serves"],
    calls=["access-token", "project", "device-list"],
)
def server_token_identifies_the_caller(context: Context) -> None:
    """The token that is issued to a server identifies the caller of other operations."""
    _serves(context, "access-token", ("project", "device-list"))


@case(
    "thingscloud/admin-login/token-serves",
    requirements=["admin-login/token-serves"],
    calls=["admin-login", "project", "device-list", "admin"],
)
def admin_token_identifies_the_caller(context: Context) -> None:
    """The token that is issued to an administrator identifies the caller of other operations."""
    _serves(context, "admin-login", ("project", "device-list", "admin"))


@case(
    "thingscloud/access-token/lifetime",
    requirements=["access-token/lifetime"],
    calls=["access-token", "project"],
)
def server_token_lives_one_day(context: Context) -> None:
    """A token serves for one day and not longer.

    The platform's clock is moved by the upper tester (action `clock`); nobody waits a day.
    """
    _lives(context, "access-token", 1)


@case(
    "thingscloud/admin-login/lifetime",
    requirements=["admin-login/lifetime"],
    calls=["admin-login", "project"],
)
def admin_token_lives_seven_days(context: Context) -> None:
    """A token serves for seven days and not longer."""
    _lives(context, "admin-login", 7)


def _refuses_each_wrong(context: Context, subject: str, members: tuple[str, ...]) -> None:
    for member in members:
        draft = context.draft(subject)
        draft.set((member,), f"{draft.get((member,))}x")
        answer = context.send(draft)
        context.refused(f"{subject}/wrong-credentials", answer, Stated.REFUSAL, what=f"a refusal ({member} is wrong)")


def _issued(context: Context, subject: str) -> str:
    """Sign in as the body of the case; return the token.

    Raises:
        Stop: none was issued; the finding is recorded.
    """
    answer = context.succeed(subject)
    token = answer.at("/info/access_token")
    success = context.operation(subject).requirement("success")
    issued = isinstance(token, str) and token != ""
    if not context.check(success, issued, expected="a token", actual="none", pointer="/info/access_token"):
        raise Stop
    return str(token)


def _serves(context: Context, subject: str, operations: tuple[str, ...]) -> None:
    token = _issued(context, subject)
    for each in operations:
        answer = context.call(each, credential=token)
        context.served(context.operation(each), answer, f"{subject}/token-serves")


def _lives(context: Context, subject: str, days: int) -> None:
    token = _issued(context, subject)
    try:
        context.act("clock", offset_s=days * DAY_S - MARGIN_S)
        still = context.call("project", credential=token)
        context.served(context.operation("project"), still, f"{subject}/lifetime")
        context.act("clock", offset_s=days * DAY_S + MARGIN_S)
        expired = context.call("project", credential=token)
        context.refused(f"{subject}/lifetime", expired, Stated.REFUSAL, what=f"a refusal after {days} days")
    finally:
        context.act("clock", offset_s=0)


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())
