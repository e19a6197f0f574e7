"""Who may call: an application with its id, its secret and the access token that it got last (chapter 1.4).

One access token serves at a time: a new one ends the former. A refresh token lives 24 hours and may be used until then.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from conformance.reference.calls import Call, Refused
from conformance.reference.clock import Clock
from conformance.reference.frailties import Crashed
from conformance.reference.given import gathered
from conformance.reference.switchboard import Quirks, Switchboard

TOKEN_LIFE_S: Final = 3600
REFRESH_LIFE_S: Final = 24 * 3600


@dataclass(frozen=True, repr=False)
class Credentials:
    """What identifies the application; never shown by `repr`."""

    app_id: str
    secret: str

    @classmethod
    def gathered(cls, file: Path | None) -> Credentials:
        """Return credentials from a JSON file, else from HUAWEI_* variables, else made anew.

        Raises:
            OSError, ValueError: as `given.gathered`.
        """
        made = {"app_id": secrets.token_hex(14), "secret": secrets.token_hex(16)}
        return cls(**gathered(made, "HUAWEI", file))

    def as_dict(self) -> dict[str, str]:
        """Return the credentials by name, for whoever started the platform."""
        return asdict(self)


class Gate:
    """Gives tokens out and lets calls in."""

    def __init__(self, credentials: Credentials, clock: Clock, faults: Switchboard, quirks: Quirks) -> None:
        self._credentials = credentials
        self._clock = clock
        self._faults = faults
        self._quirks = quirks
        self._access: dict[str, int] = {}
        """Access tokens that serve, with the moment (ms) when each was given out: one, unless a fault or a reading says so."""
        self._refresh: dict[str, int] = {}
        self._former: str | None = None
        """The access token that the last refresh replaced."""

    def identify(self, body: dict[str, Any]) -> None:
        """Check appId and secret; raise `Refused` (kind `identity`) where one is wrong."""
        own = self._credentials
        # Both are compared, whatever the first says: an answer's time tells nothing.
        right = (_same(body["appId"], own.app_id), _same(body["secret"], own.secret))
        if self._faults.on("secret-unchecked"):
            right = (right[0], True)
        if self._faults.on("app-id-unchecked"):
            right = (True, right[1])
        if not all(right):
            raise Refused("identity", "AppId or secret is not right", reason="wrong")

    def issue(self, *, by_refresh: bool = False) -> tuple[str, str]:
        """Give out an access token and a refresh token; the former access token ends."""
        lives_on = by_refresh and (
            self._quirks.on("refresh-ends-former/lives-on") or self._faults.on("refresh-keeps-former")
        )
        former = self.current()
        if not lives_on and not self._faults.on("former-token-lives-on"):
            self._access.clear()
        self._former = former if by_refresh else None
        access = secrets.token_hex(16)
        if former is not None and self._faults.on("token-repeated"):
            access = former
        now = self._clock.now_ms()
        if not (self._faults.on("issued-token-useless") or (by_refresh and self._faults.on("refreshed-token-useless"))):
            self._access[access] = now
        refresh = secrets.token_hex(16)
        if not (by_refresh and self._faults.on("refresh-token-useless")):
            self._refresh[refresh] = now
        return access, refresh

    def fresh_refresh_token(self) -> str:
        """Return a refresh token that serves, for a request that a fault lets lack one."""
        token = secrets.token_hex(16)
        self._refresh[token] = self._clock.now_ms()
        return token

    def current(self) -> str | None:
        """Return an access token that serves, None where there is none; a fault gives it out once more."""
        return next(iter(self._access), None)

    def revive(self, access: str) -> None:
        """Let an access token serve (again) from now on; for a fault."""
        self._access[access] = self._clock.now_ms()

    def refresh(self, token: str) -> None:
        """Take a refresh token; raise `Refused` (kind `refresh-token`) where it was not given out or is too old."""
        given = self._refresh.get(token)
        life = TOKEN_LIFE_S if self._faults.on("refresh-token-dies-early") else REFRESH_LIFE_S
        if given is None and self._faults.on("unknown-refresh-token-served"):
            return
        if given is None or (self._age_s(given) >= life and not self._faults.on("refresh-token-lives-on")):
            raise Refused("refresh-token", "The refresh token is not valid")

    def admit(self, call: Call) -> None:
        """Let a call in by app_key and Bearer token; raise `Refused` otherwise (absent, wrong, app-key)."""
        app_key = call.headers.get("app_key")
        if app_key is None and not self._faults.on("app-key-not-needed"):
            raise Refused("app-key", "app_key is missing", reason="without-app-key")
        scheme, _, value = call.headers.get("authorization", "").partition(" ")
        if not scheme:
            raise Refused("credentials", "Authorization is missing", reason="absent")
        given = self._access.get(value.strip())
        if value.strip() == self._former and self._faults.on("former-token-crashes"):
            raise Crashed
        if scheme.lower() != "bearer" or given is None:
            # A refresh token is genuine and serves no call.
            reason = "foreign" if value.strip() in self._refresh else "wrong"
            raise Refused("credentials", "The access token is not valid", reason=reason)
        life = TOKEN_LIFE_S // 2 if self._faults.on("token-dies-early") else TOKEN_LIFE_S
        if self._age_s(given) >= life and not self._faults.on("expired-token-served"):
            raise Refused("credentials", "The access token has expired", reason="wrong")
        own = self._credentials.app_id
        if app_key is not None and not _same(app_key, own) and not self._faults.on("app-key-unchecked"):
            raise Refused("credentials", "app_key is not that of the token", reason="other-app-key")

    def _age_s(self, given_ms: int) -> float:
        return (self._clock.now_ms() - given_ms) / 1000


def _same(given: Any, expected: str) -> bool:
    return hmac.compare_digest(str(given).encode("utf-8", "surrogatepass"), expected.encode())
