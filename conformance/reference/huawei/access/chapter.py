"""Chapter 2 as a part of the platform: its rooms, its faults, and the readings that it shows."""

from __future__ import annotations

from typing import Final

from conformance.reference.huawei.access.commands import AT_MOST_ONCE, Commands
from conformance.reference.huawei.access.connections import Connections
from conformance.reference.huawei.access.faults import BEHAVIOURS
from conformance.reference.huawei.access.gateway import CLIENT_CERTIFICATE, OTHER_CODE, UNREAD
from conformance.reference.huawei.access.ways import WAYS
from conformance.reference.huawei.platform import Chapter

CHAPTER: Final = Chapter(
    handlers={},
    behaviours=BEHAVIOURS,
    rooms=(Connections, Commands),
    pixit=lambda _: {
        "mqtt_other_service_id": "Power",
        "mqtt_other_property_name": "watts",
        "mqtt_response_field": "brightness",
    },
    as_built=(
        "qos-unstated/at-least-once",
        "password-encoding/hexadecimal",
        "timestamp-tolerance/some-hours",
        "tls-certificate/authority",
        "mid-zero/documented",
        "has-more/ignored",
    ),
    on_demand=(AT_MOST_ONCE, CLIENT_CERTIFICATE, OTHER_CODE, UNREAD),
    ways=WAYS,
)
