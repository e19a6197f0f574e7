"""The access entries of the platform (Settings > OpenAPI Management): who may call, in which mode, with which keys."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from conformance.crypto.primitives import BLOCK
from conformance.reference.given import gathered


@dataclass(frozen=True, repr=False)
class Credentials:
    """What identifies callers; never shown by `repr`."""

    pid: str
    secret_key: str
    plain_pid: str
    des_key: str
    """Encrypts in place of secret_key where the reading is that KEY is a key of its own."""

    @classmethod
    def gathered(cls, file: Path | None) -> Credentials:
        """Return credentials from a JSON file, else from ENVELOPE_* variables, else made anew.

        Raises:
            OSError, ValueError: as `given.gathered`; a key is too short for DES.
        """
        number = 100_000 + secrets.randbelow(800_000)
        made = {
            "pid": str(number),
            "secret_key": secrets.token_hex(BLOCK // 2),
            "plain_pid": str(number + 1),
            "des_key": secrets.token_hex(BLOCK // 2),
        }
        found = cls(**gathered(made, "ENVELOPE", file))
        for name in ("secret_key", "des_key"):
            if len(getattr(found, name).encode()) < BLOCK:
                raise ValueError(f"{name} has fewer than the {BLOCK} bytes of a DES key")
        return found

    def as_dict(self) -> dict[str, str]:
        """Return what a caller needs by name; the DES key is the secretKey as long as nobody chooses otherwise."""
        return {name: value for name, value in asdict(self).items() if name != "des_key"}


@dataclass(frozen=True)
class Entry:
    """One access entry."""

    p_id: str
    encrypted: bool
    secret_key: str = field(repr=False)
    des_key: str = field(repr=False)
    """Eight bytes."""


def entries(credentials: Credentials, *, own_des_key: bool = False) -> tuple[Entry, Entry]:
    """Return the entry with encryption and the one without."""
    chosen = credentials.des_key if own_des_key else credentials.secret_key
    des = chosen.encode()[:BLOCK].decode()
    return (
        Entry(credentials.pid, True, credentials.secret_key, des),
        Entry(credentials.plain_pid, False, secrets.token_hex(BLOCK // 2), des),
    )
