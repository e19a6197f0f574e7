"""1.5.10 to 1.5.15: refusals about LoRa that no change of single members brings about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.contract import Operation
from conformance.evidence.exchange import Answer
from conformance.suites.context import Context
from conformance.suites.generic.provocations import Provocation


def gateway_again(context: Context, operation: Operation | None) -> Answer:
    """Register a gateway with the gatewayEUI of another."""
    del operation
    return _again(context, "lora-gateway", "gatewayEUI")


def node_again(context: Context, operation: Operation | None) -> Answer:
    """Register a node with the devEUI of another."""
    del operation
    return _again(context, "lora-node", "devEUI")


def _again(context: Context, kind: str, eui: str) -> Answer:
    made = context.make(kind)
    draft = context.draft(f"{kind}-register")
    draft.body[eui] = made.request[eui]
    return context.send(draft)


def server_offline(context: Context, operation: Operation | None) -> Answer:
    """Send a valid request while the LoRa Server that it concerns is not online."""
    assert operation is not None
    server = context.have("lora-server").id
    draft = context.draft(operation)  # what is to be deleted is registered while the server is online
    context.act("lora-server-online", loraServerId=server, online=False)
    try:
        return context.send(draft)
    finally:
        context.act("lora-server-online", loraServerId=server, online=True)


PROVOCATIONS: Final[Mapping[str, Provocation]] = {
    "lora-gateway-again": gateway_again,
    "lora-node-again": node_again,
    "lora-server-offline": server_offline,
}
