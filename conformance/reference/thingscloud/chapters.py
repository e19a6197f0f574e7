"""Every operation's handler, gathered from the chapters of the document in their order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.reference.thingscloud import (
    admin,
    alarms,
    communication,
    customers,
    data,
    device_groups,
    device_list,
    device_types,
    devices,
    project,
    tokens,
)
from conformance.reference.thingscloud.cloud import CloudHandler

HANDLERS: Final[Mapping[str, CloudHandler]] = {
    **tokens.HANDLERS,
    **project.HANDLERS,
    **device_types.HANDLERS,
    **device_groups.HANDLERS,
    **device_list.HANDLERS,
    **devices.HANDLERS,
    **data.HANDLERS,
    **communication.HANDLERS,
    **alarms.HANDLERS,
    **customers.HANDLERS,
    **admin.HANDLERS,
}
