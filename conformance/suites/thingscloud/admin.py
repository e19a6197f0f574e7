"""管理员管理: the administrator who signed in."""

from __future__ import annotations

from typing import Final

from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.judge import Stated
from conformance.suites.thingscloud.readback import compare, conclude


@case(
    "thingscloud/admin/admin-token-only",
    requirements=["admin/admin-token-only"],
    calls=["admin", "admin-login", "access-token"],
)
def only_an_administrators_token_shows_the_administrator(context: Context) -> None:
    """The administrator is shown to a token of admin-login and refused to a token of access-token."""
    own = context.call("admin", credential=context.token("admin-token"))
    context.served(context.operation("admin"), own, "admin/admin-token-only")
    other = context.call("admin", credential=context.token("api-token"))
    context.refused("admin/admin-token-only", other, Stated.REFUSAL, what="a refusal (a token of access-token)")


@case("thingscloud/admin/own-account", requirements=["admin/own-account"], calls=["admin", "admin-login"])
def administrator_shown_is_the_one_who_signed_in(context: Context) -> None:
    """The account shown is the one that signed in."""
    account = context.credential("account")
    info = context.succeed("admin").at("/info")
    conclude(compare(context, "admin/own-account", info, {"account": account}))


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())
