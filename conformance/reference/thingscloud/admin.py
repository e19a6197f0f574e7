"""The administrator who signed in (document: 管理员管理); the project has one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.thingscloud.cloud import CloudHandler, ThingsCloud


def read(cloud: ThingsCloud, _: Request) -> Any:
    """Show the administrator."""
    account = cloud.credentials.account
    return {
        "id": "adm00000001",
        "account": f"{account}-2" if cloud.faults.on("admin-is-another") else account,
        "name": "Administrator",
        "email": "admin@example.org",
        "tags": {"role": "owner"},
    }


HANDLERS: Final[Mapping[str, CloudHandler]] = {"admin": read}
