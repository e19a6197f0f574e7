"""Making a platform that is ready to serve, and what a tester would write into its IUT file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from conformance.contract import load
from conformance.reference.launch import Started
from conformance.reference.living.auth import Credentials
from conformance.reference.living.living import Living
from conformance.reference.living.seed import NVR, PRODUCTION, seeded_batch
from conformance.reference.living.state import Kind

SWITCHES: Final = {"gateway": "demand the signature of the API gateway (app_key, app_secret) on every call"}


def start(credentials_file: Path | None, *, gateway: bool = False) -> Started:
    """Return the platform with its seed; with `gateway` behind the API gateway.

    Raises:
        OSError, ValueError: the credentials file cannot be used.
    """
    living = Living(load("living"), Credentials.gathered(credentials_file), gateway=gateway)
    return Started(living.service, living.credentials.as_dict(), pixit(living))


def pixit(living: Living) -> dict[str, Any]:
    """Return what a tester must know: prepared objects of the seed."""
    return {
        "product_key": PRODUCTION,
        "production_product_key": PRODUCTION,
        "nvr_product_key": NVR,
        "batch_id": seeded_batch(living.project, Kind.ASSIGNED),
        "nvr_batch_id": seeded_batch(living.project, Kind.NVR),
        "ingest_delay_s": 0,
        "gateway": living.gateway is not None,
        "rate_limit": "none",
    }
