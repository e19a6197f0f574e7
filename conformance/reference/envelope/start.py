"""Making a platform that is ready to serve, and what a tester would write into its IUT file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from conformance.contract import load
from conformance.reference.envelope.entries import Credentials
from conformance.reference.envelope.envelope import Envelope
from conformance.reference.envelope.interfaces import PROBES
from conformance.reference.launch import Started


def start(credentials_file: Path | None) -> Started:
    """Return the platform with its seed.

    Raises:
        OSError, ValueError: the credentials file cannot be used.
    """
    platform = Envelope(load("envelope"), Credentials.gathered(credentials_file))
    return Started(platform.service, platform.credentials.as_dict(), pixit())


def pixit() -> dict[str, Any]:
    """Return what a tester must know: the calls that may be made."""
    return {"probes": PROBES, "rate_limit": "none"}
