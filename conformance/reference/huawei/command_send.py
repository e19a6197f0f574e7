"""1.9.7 设备命令下发: commands for devices that speak MQTT, passed on at once and never kept."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from conformance.contract import Operation
from conformance.reference.calls import Request
from conformance.reference.huawei.access.commands import Commands, Order
from conformance.reference.huawei.access.connections import Connections
from conformance.reference.huawei.applications import Applications
from conformance.reference.huawei.command_faults import SENDING
from conformance.reference.huawei.device_state import Devices
from conformance.reference.huawei.platform import Chapter, Huawei, Room

RECEIVERS: Final = ("GATEWAY", "CLOUD")
"""Kinds of receiver; the document names the first alone."""
MODE_NEEDED: Final = "mode-default/mandatory"
GATEWAY_AWAY: Final = "command-for-offline-device/gateway-not-online"
FAILED: Final = "command-for-offline-device/failed"


@dataclass(frozen=True)
class SentCommand:
    """A command that was passed on."""

    service_id: str
    service_type: str
    method: str


class Sent(Room):
    """The commands that were sent, by their ids."""

    def __init__(self, huawei: Huawei) -> None:
        super().__init__(huawei)
        self.by_id: dict[str, SentCommand] = {}


def send(huawei: Huawei, request: Request) -> Any:
    """1.9.7 设备命令下发."""
    on, header = huawei.faults.on, request.body["header"]
    app = huawei.room(Applications).of(request)
    device = huawei.room(Devices).of(request, request.path["deviceId"], app)
    if "mode" not in header and huawei.quirks.on(MODE_NEEDED):
        raise huawei.refusal(request.operation, "100022")
    if header.get("toType", RECEIVERS[0]) not in RECEIVERS and not on("receiver-type-ignored"):
        raise huawei.refusal(request.operation, "100444")
    kept = on("sent-command-cached") or on("command-kept")
    failed = not device.connected and not kept and _fails(huawei, request.operation)
    service = (device.product.services if device.product else {}).get(request.path["serviceId"])
    if service is None:
        raise huawei.refusal(request.operation, "100444")
    if header["method"] not in service.commands and not on("unknown-command-sent"):
        raise huawei.refusal(request.operation, "102203")
    sent, given = huawei.room(Sent), header.get("requestId")
    if given in sent.by_id and not on("request-id-reused"):
        raise huawei.refusal(request.operation, "100022")
    identity = given or ("1" if on("request-id-constant") else secrets.token_hex(16))
    sent.by_id[identity] = SentCommand(service.id, service.type, header["method"])
    order = Order(identity, service.id, header["method"], request.body.get("body") or {})
    commands, connected = huawei.room(Commands), huawei.room(Connections).of(device)
    if connected is not None:
        failed = not commands.send(device, order)
    elif on("command-kept"):
        commands.keep(device, order)
    if given and on("request-id-replaced"):
        identity = secrets.token_hex(16)
    hours = 8 if on("sent-time-local") else 0
    return {
        "status": "failed" if failed else "sent",
        "timestamp": huawei.time(huawei.clock.now_ms() + hours * 3_600_000),
        "requestId": identity,
    }


def _fails(huawei: Huawei, operation: Operation) -> bool:
    """Tell that a command for a device that is away is taken and has failed, where a reading has it so.

    Raises:
        Refused: it is refused, by the one row or the other.
    """
    if huawei.quirks.on(FAILED):
        return True
    raise huawei.refusal(operation, "100450" if huawei.quirks.on(GATEWAY_AWAY) else "100428")


def _stand_ins(huawei: Huawei) -> Mapping[str, Any]:
    """Return a head of a message that serves, where a fault lets a request lack it."""
    del huawei
    return {"header": {"mode": "ACK", "method": "SWITCH"}, "header.method": "SWITCH"}


CHAPTER: Final = Chapter(
    handlers={"command-send": send},
    behaviours=SENDING,
    rooms=(Sent,),
    stand_ins={"command-send": _stand_ins},
    as_built=(
        "mode-default/optional",
        "sender-address/any",
        "receiver-types/gateway-and-others",
        "command-for-offline-device/not-online",
    ),
    on_demand=(MODE_NEEDED, GATEWAY_AWAY, FAILED),
)
