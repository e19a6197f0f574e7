"""Making a platform that is ready to serve, and what a tester would write into its IUT file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from conformance.contract import load
from conformance.reference.launch import Started
from conformance.reference.thingscloud.auth import Credentials
from conformance.reference.thingscloud.cloud import ThingsCloud


def start(credentials_file: Path | None) -> Started:
    """Return the platform with its seed.

    Raises:
        OSError, ValueError: the credentials file cannot be used.
    """
    cloud = ThingsCloud(load("thingscloud"), Credentials.gathered(credentials_file))
    return Started(cloud.service, cloud.credentials.as_dict(), pixit(cloud))


def pixit(cloud: ThingsCloud) -> dict[str, Any]:
    """Return what a tester must know: prepared objects of the seed."""
    project = cloud.project
    return {
        "device_type": next(iter(project.types)),
        "device_group": project.groups[0].id,
        "attribute": "temperature",
        "second_attribute": "humidity",
        "alarm_device": project.alarms[0].device_id,
        "ingest_delay_s": 0,
        "rate_limit": "none",
    }
