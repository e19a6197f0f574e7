"""1.4 应用安全接入: sign-in and refresh."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.faults import Behaviour
from conformance.reference.huawei.auth import TOKEN_LIFE_S
from conformance.reference.huawei.platform import Chapter, Huawei

BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    "throttle-early": Behaviour("global/within-limit", "half of the calls that the limit allows are served"),
    "throttle-never": Behaviour("global/throttled", "calls beyond the limit are served"),
    "malformed-json-accepted": Behaviour(
        "global/malformed-json", "a body that is not JSON is taken for the full example"
    ),
    "foreign-application-served": Behaviour(None, "any appId is taken for the caller's own application"),
    "secret-unchecked": Behaviour("1.4.1/error/401-100208", "any secret signs in"),
    "app-id-unchecked": Behaviour("1.4.1/unknown-app", "any appId signs in"),
    "issued-token-useless": Behaviour("1.4.1/token-serves", "the access token that is given out does not serve"),
    "former-token-lives-on": Behaviour("1.4.1/former-token-ends", "a new access token leaves the former valid"),
    "token-repeated": Behaviour("1.4.1/tokens-differ", "a sign-in gives out the token that was given out before"),
    "token-dies-early": Behaviour("1.4.1/token-life", "an access token serves for 1800 seconds"),
    "expired-token-served": Behaviour("1.4.1/token-life", "an access token serves for ever"),
    "app-key-not-needed": Behaviour("global/app-key-missing", "a call without app_key is served"),
    "app-key-unchecked": Behaviour("1.4.1/app-key-agrees", "app_key may be anything"),
    "refreshed-token-useless": Behaviour("1.4.2/token-serves", "the access token of a refresh does not serve"),
    "refresh-repeats-token": Behaviour("1.4.2/token-new", "a refresh gives back the former access token"),
    "refresh-keeps-former": Behaviour(None, "the former access token serves after a refresh (an accepted reading)"),
    "former-token-crashes": Behaviour(
        "1.4.2/former-token-ends", "a call with the access token of before a refresh is answered with 500"
    ),
    "crash-on-null-member": Behaviour("global/null-members", "a body with a member that is null is answered with 500"),
    "text-to-ascii": Behaviour("global/chinese", "characters outside ASCII are shown as question marks"),
    "unknown-path-served": Behaviour("global/unknown-path", "a path that is not documented answers success"),
    "refresh-token-useless": Behaviour("1.4.2/refresh-again", "the refresh token that a refresh gives does not serve"),
    "refresh-token-dies-early": Behaviour("1.4.2/refresh-life", "a refresh token serves for one hour"),
    "refresh-token-lives-on": Behaviour("1.4.2/refresh-life", "a refresh token serves for ever"),
    "unknown-refresh-token-served": Behaviour(
        "1.4.2/unknown-refresh-token", "a refresh token that nobody gave out is taken"
    ),
}


def login(huawei: Huawei, request: Request) -> Any:
    """1.4.1 鉴权."""
    del request
    return _told(huawei, *huawei.gate.issue())


def refresh(huawei: Huawei, request: Request) -> Any:
    """1.4.2 刷新 token."""
    huawei.gate.refresh(request.body["refreshToken"])
    repeated = huawei.gate.current() if huawei.faults.on("refresh-repeats-token") else None
    access, token = huawei.gate.issue(by_refresh=True)
    if repeated is not None:
        huawei.gate.revive(repeated)
        access = repeated
    return _told(huawei, access, token)


def _told(huawei: Huawei, access: str, refresh_token: str) -> dict[str, Any]:
    kind = "Bearer"
    if huawei.quirks.on("token-type-spelling/with-blank"):
        kind = "Bearer "
    if huawei.quirks.on("token-type-spelling/small-letters"):
        kind = "bearer"
    return {
        "scope": "default",
        "tokenType": kind,
        "expiresIn": TOKEN_LIFE_S,
        "accessToken": access,
        "refreshToken": None if huawei.quirks.on("refresh-token-null/not-given") else refresh_token,
    }


def _identity(huawei: Huawei) -> dict[str, Any]:
    return {"appId": huawei.credentials.app_id, "secret": huawei.credentials.secret}


CHAPTER: Final = Chapter(
    handlers={"login": login, "token-refresh": refresh},
    behaviours=BEHAVIOURS,
    stand_ins={
        "login": _identity,
        "token-refresh": lambda huawei: {**_identity(huawei), "refreshToken": huawei.gate.fresh_refresh_token()},
    },
    as_built=(
        "token-type-spelling/plain",
        "refresh-token-null/given",
        "refresh-ends-former/ends",
        "masked-examples/as-in-the-table",
        "unknown-refresh-token/refused",
    ),
    on_demand=(
        "token-type-spelling/with-blank",
        "token-type-spelling/small-letters",
        "refresh-token-null/not-given",
        "refresh-ends-former/lives-on",
    ),
)
