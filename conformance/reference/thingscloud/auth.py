"""Credentials and tokens (document: 获取 AccessToken).

An application's token lives one day, an administrator's seven; both are random per process. A device's own token, from
its certificate, has nothing to do with this API and is refused like any other wrong one.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from conformance.contract import Operation
from conformance.reference.calls import Call, Refused
from conformance.reference.clock import Clock
from conformance.reference.switchboard import Switchboard
from conformance.reference.thingscloud.state import DAY_MS

ENVIRONMENT: Final = "THINGSCLOUD_"

API_TOKEN: Final = "api-token"  # noqa: S105 - the name of an object of the contract
ADMIN_TOKEN: Final = "admin-token"  # noqa: S105
LIFETIME_MS: Final[Mapping[str, int]] = {API_TOKEN: DAY_MS, ADMIN_TOKEN: 7 * DAY_MS}

SIGN_IN: Final[Mapping[str, tuple[str, ...]]] = {
    "access-token": ("app_id", "access_key", "secret_key"),
    "admin-login": ("app_id", "account", "password"),
}
"""The credentials by which each way to sign in identifies the caller."""


@dataclass(frozen=True, repr=False)
class Credentials:
    """What identifies the caller when it signs in; never shown by `repr`."""

    app_id: str
    access_key: str
    secret_key: str
    account: str
    password: str

    @classmethod
    def gathered(cls, file: Path | None, environment: Mapping[str, str] = os.environ) -> Credentials:
        """Return credentials from a JSON file, else from THINGSCLOUD_* variables, else made anew.

        Raises:
            ValueError: the file holds something else than an object of texts under the known names.
            OSError: the file cannot be read.
        """
        made = {
            "app_id": secrets.token_hex(6),
            "access_key": secrets.token_hex(12),
            "secret_key": secrets.token_hex(16),
            "account": f"admin-{secrets.token_hex(3)}",
            "password": secrets.token_hex(10),
        }
        given: dict[str, Any] = {
            name: environment[ENVIRONMENT + name.upper()]
            for name in made
            if environment.get(ENVIRONMENT + name.upper())
        }
        if file is not None:
            read = json.loads(file.read_text(encoding="utf-8"))
            if not isinstance(read, dict) or not all(isinstance(value, str) and value for value in read.values()):
                raise ValueError("a JSON object of texts is expected")
            if unknown := sorted(read.keys() - made.keys()):
                raise ValueError(f"unknown credential {unknown[0]!r}; known are {', '.join(made)}")
            given |= read
        return cls(**{**made, **given})

    def as_dict(self) -> dict[str, str]:
        """Return the credentials by name, for whoever started the platform."""
        return asdict(self)


@dataclass(frozen=True)
class Token:
    """A token that was given out."""

    kind: str
    issued_ms: int


class Gate:
    """Gives tokens out and lets calls in."""

    def __init__(self, credentials: Credentials, clock: Clock, faults: Switchboard) -> None:
        self._credentials = credentials
        self._clock = clock
        self._faults = faults
        self._tokens: dict[str, Token] = {}

    def check(self, given: Mapping[str, Any], names: tuple[str, ...]) -> None:
        """Check the credentials of these names; raise `Refused` where one is wrong."""
        expected = self._credentials.as_dict()
        # Every member is compared, whatever the first says: an answer's time tells nothing.
        right = [hmac.compare_digest(_bytes(given[name]), expected[name].encode()) for name in names]
        if self._faults.on("last-credential-unchecked"):
            right.pop()
        if not all(right):
            raise Refused("credentials", "The credentials are not valid", reason="wrong")

    def issue(self, kind: str) -> str:
        """Give out a token of a kind; earlier ones stay valid, since no sentence ends them."""
        token = secrets.token_hex(20)
        if self._faults.on("issued-token-useless"):
            return token
        self._tokens[token] = Token(kind, self._clock.now_ms())
        return token

    def admit(self, operation: Operation, call: Call, is_device_token: Callable[[str], bool]) -> None:
        """Let a call in whose Bearer token serves the operation; raise `Refused` otherwise."""
        scheme, _, value = call.headers.get("authorization", "").partition(" ")
        value = value.strip()
        if not scheme:
            raise Refused("credentials", "Authorization is missing", reason="absent")
        token = self._tokens.get(value)
        if scheme != "Bearer" and self._faults.on("scheme-case-matters"):
            token = None
        if scheme.lower() != "bearer" or token is None:
            foreign = is_device_token(value)
            if foreign and self._faults.on("device-token-accepted"):
                return
            raise Refused("credentials", "The access token is not valid", reason="foreign" if foreign else "wrong")
        self._check_age(token)
        if token.kind not in operation.credentials:
            raise Refused("credentials", "This access token does not serve this operation", reason="foreign")

    def _check_age(self, token: Token) -> None:
        age = self._clock.now_ms() - token.issued_ms
        lifetime = LIFETIME_MS[token.kind]
        if token.kind == API_TOKEN and self._faults.on("api-token-dies-early"):
            lifetime //= 2
        if token.kind == ADMIN_TOKEN and self._faults.on("admin-token-dies-early"):
            lifetime //= 2
        if age >= lifetime and not self._faults.on("expired-token-accepted"):
            raise Refused("credentials", "The access token has expired", reason="wrong")


def _bytes(value: Any) -> bytes:
    return str(value).encode("utf-8", "surrogatepass")
