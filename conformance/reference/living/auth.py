"""Who may call: the cloudToken of the project (column "cloudToken required" of every operation).

The document does not say how a token is got, so one is made at the start. A user of the application has a token too;
it is genuine and serves none of these operations.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from conformance.reference.calls import Refused
from conformance.reference.given import gathered
from conformance.reference.switchboard import Switchboard


@dataclass(frozen=True, repr=False)
class Credentials:
    """What identifies the caller; never shown by `repr`."""

    cloud_token: str
    app_key: str
    app_secret: str

    @classmethod
    def gathered(cls, file: Path | None) -> Credentials:
        """Return credentials from a JSON file, else from LIVING_* variables, else made anew.

        Raises:
            OSError, ValueError: as `given.gathered`.
        """
        made = {
            "cloud_token": secrets.token_hex(16),
            "app_key": str(20_000_000 + secrets.randbelow(9_000_000)),
            "app_secret": secrets.token_hex(16),
        }
        return cls(**gathered(made, "LIVING", file))

    def as_dict(self) -> dict[str, str]:
        """Return the credentials by name, for whoever started the platform."""
        return asdict(self)


class Gate:
    """Lets calls in by their cloudToken."""

    def __init__(self, credentials: Credentials, faults: Switchboard) -> None:
        self._token = credentials.cloud_token
        self._faults = faults
        self.user_token = secrets.token_hex(16)
        """A genuine token of another kind."""

    def check(self, given: Any) -> None:
        """Check a cloudToken, None where there was none; raise `Refused` (absent, wrong or foreign)."""
        if given is None:
            raise Refused("credentials", "request.cloudToken is missing", reason="absent")
        if isinstance(given, str) and self._serves(given):
            return
        foreign = isinstance(given, str) and _same(given, self.user_token)
        raise Refused("credentials", "request.cloudToken is not valid", reason="foreign" if foreign else "wrong")

    def _serves(self, given: str) -> bool:
        if self._faults.on("token-beginning-suffices") and len(given) >= 8 and self._token.startswith(given[:8]):
            return True
        if self._faults.on("token-case-ignored") and given.lower() == self._token.lower():
            return True
        return _same(given, self._token)


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())
