"""1.5.10 to 1.5.15: LoRa gateways and nodes. Both have the same three calls and share what is said here of `Kind`.

One LoRa Server is connected to the platform; the upper tester takes it off and connects it again.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.huawei.applications import Applications, Product, Products
from conformance.reference.huawei.lora_faults import BEHAVIOURS
from conformance.reference.huawei.platform import Chapter, Errors, Huawei, Room

SERVER: Final = "lora-server-1"
VIEWER: Final = "viewOnlyApp0000000000000003"
"""An application that has authorised the caller to view and not to edit."""
GATEWAY_TYPE: Final = "LoRaGateway"
HEX: Final = frozenset(
    {"gatewayEUI", "gatewaySeq", "devEUI", "authCode", "appEUI", "appSKey", "devAddr", "nwkSKey", "appKey"}
)
KEY_CODES: Final[Mapping[str, str]] = {
    "appKey": "1200008",
    "appSKey": "1200009",
    "nwkSKey": "1200010",
    "devAddr": "1200011",
}
"""Codes of the keys that a node lacks for the way in which it joins."""


@dataclass(frozen=True)
class Kind:
    """Gateways, or nodes."""

    name: str
    eui: str
    members: tuple[str, ...]
    unknown: str
    exists: str
    duplicated: str
    wrong_type: str
    defaults: Mapping[str, str] = field(default_factory=dict)


GATEWAY: Final = Kind(
    "gateway",
    "gatewayEUI",
    ("loraServerId", "productId", "gatewayEUI", "name", "gatewaySeq"),
    unknown="1200003",
    exists="1200013",
    duplicated="1200019",
    wrong_type="1200015",
)
NODE: Final = Kind(
    "node",
    "devEUI",
    (
        *("loraServerId", "productId", "devEUI", "name", "authCode", "appEUI", "deviceClass", "joinType"),
        *("appSKey", "devAddr", "nwkSKey", "appKey", "description"),
    ),
    unknown="1200002",
    exists="1200012",
    duplicated="1200018",
    wrong_type="1200016",
    defaults={"deviceClass": "classA", "joinType": "OTAA"},
)


@dataclass
class Registered:
    """A gateway or a node."""

    id: str
    kind: Kind
    app_id: str
    members: dict[str, Any]


class Lora(Room):
    """LoRa Servers, and what is registered by them."""

    def __init__(self, huawei: Huawei) -> None:
        super().__init__(huawei)
        self.online: dict[str, bool] = {SERVER: True}
        """By id of a server, whether it is connected."""
        self.registered: dict[str, Registered] = {}
        products = huawei.room(Products)
        own = huawei.credentials.app_id
        self.gateway_product = _product("5e4ba1c8c0a8e1", GATEWAY_TYPE, own)
        self.node_product = _product("5e4ba1c8c0a8e2", "LoRaSensor", own)
        products.by_id |= {each.id: each for each in (self.gateway_product, self.node_product)}


def _product(identity: str, device_type: str, app_id: str) -> Product:
    return Product(identity, "acme", "ACME Radio", device_type, device_type, "LoRaWAN", {}, app_id)


def owner(huawei: Huawei, request: Request, given: Any, *, edits: bool) -> str:
    """Return the application for which a call is made.

    Raises:
        Refused: there is no such application, it has not authorised the caller, or not for this.
    """
    if given == VIEWER:
        if edits:
            raise huawei.refusal(request.operation, "100249")
        return VIEWER
    # What the query calls ownerAppId elsewhere is called appId.
    return huawei.room(Applications).of(request, given if given is not None else huawei.credentials.app_id)


def _register(huawei: Huawei, request: Request, kind: Kind) -> Any:
    room, body, faults = huawei.room(Lora), request.body, huawei.faults
    app = owner(huawei, request, body.get("ownerAppId"), edits=True)
    _check_server(huawei, request, body["loraServerId"])
    _check_product(huawei, request, kind)
    if any(each.kind is kind and _same(each.members[kind.eui], body[kind.eui]) for each in room.registered.values()):
        other_row = huawei.quirks.on("lora-duplicate/duplicated")
        if not faults.on("lora-duplicate-served"):
            raise huawei.refusal(request.operation, kind.duplicated if other_row else kind.exists)
    if body.get("joinType") == "ABP" and faults.on("lora-abp-refused"):
        raise huawei.refusal(request.operation, KEY_CODES["appKey"])
    members = {name: body.get(name, kind.defaults.get(name)) for name in kind.members}
    if "joinType" not in body and kind is NODE and faults.on("lora-join-default-abp"):
        members["joinType"] = "ABP"
    if "deviceClass" not in body and kind is NODE and faults.on("lora-class-default-c"):
        members["deviceClass"] = "classC"
    shared = next((each.id for each in room.registered.values() if each.kind is kind), None)
    identity = shared if shared and faults.on(f"lora-{kind.name}-id-shared") else str(uuid.uuid4())
    made = Registered(identity, kind, app, members)
    if faults.on(f"lora-{kind.name}-loses-name"):
        members["name"] = "unnamed"
    if not faults.on(f"lora-{kind.name}-not-kept"):
        room.registered[identity] = made
    shown = _shown(huawei, made)
    return {**shown, "name": f"{shown['name']} (new)"} if faults.on(f"lora-{kind.name}-answers-other-name") else shown


def _check_server(huawei: Huawei, request: Request, server: str) -> None:
    """Refuse a server that does not exist or is not online."""
    online = huawei.room(Lora).online
    if server not in online:
        raise huawei.refusal(request.operation, "1200017")
    if not online[server] and not huawei.faults.on("lora-server-offline-served"):
        raise huawei.refusal(request.operation, "1200006")


def _check_product(huawei: Huawei, request: Request, kind: Kind) -> None:
    """Refuse a product that does not exist or is none for gateways (or nodes)."""
    product = huawei.room(Products).by_id.get(request.body["productId"])
    if product is None:
        raise huawei.refusal(request.operation, "106018")
    if product.protocol_type != "LoRaWAN":
        raise huawei.refusal(request.operation, "1200007")
    if (product.device_type == GATEWAY_TYPE) is not (kind is GATEWAY):
        raise huawei.refusal(request.operation, kind.wrong_type)


def _found(huawei: Huawei, request: Request, kind: Kind, *, edits: bool) -> Registered:
    """Return what a call names.

    Raises:
        Refused: it does not exist, or the caller may not use it.
    """
    app = owner(huawei, request, request.query.get("ownerAppId"), edits=edits)
    if app != huawei.credentials.app_id and huawei.faults.on("lora-owner-ignored"):
        app = huawei.credentials.app_id
    made = huawei.room(Lora).registered.get(request.path["deviceId"])
    if made is None or made.kind is not kind or made.app_id != app:
        raise huawei.refusal(request.operation, kind.unknown)
    return made


def _query(huawei: Huawei, request: Request, kind: Kind) -> Any:
    return _shown(huawei, _found(huawei, request, kind, edits=False))


def _delete(huawei: Huawei, request: Request, kind: Kind) -> Any:
    registered, faults = huawei.room(Lora).registered, huawei.faults
    made = _found(huawei, request, kind, edits=True)
    _check_server(huawei, request, made.members["loraServerId"])
    if faults.on(f"lora-{kind.name}-delete-ignored"):
        return None
    if faults.on(f"lora-{kind.name}-delete-removes-all"):
        registered.clear()
    registered.pop(made.id, None)
    return None


def _shown(huawei: Huawei, made: Registered) -> dict[str, Any]:
    members = dict(made.members)
    for reading, change in (("lower-case-digits", str.lower), ("upper-case-digits", str.upper)):
        if huawei.quirks.on(f"lora-hex/{reading}"):
            members |= {name: change(value) for name, value in members.items() if name in HEX and value is not None}
    return {"deviceId": made.id, **members}


def _same(one: str, other: str) -> bool:
    """Tell whether two hexadecimal numbers are the same."""
    return one.lower() == other.lower()


def register_gateway(huawei: Huawei, request: Request) -> Any:
    """1.5.10 注册 LoRa 网关."""
    return _register(huawei, request, GATEWAY)


def register_node(huawei: Huawei, request: Request) -> Any:
    """1.5.11 注册 LoRa 节点."""
    return _register(huawei, request, NODE)


def query_gateway(huawei: Huawei, request: Request) -> Any:
    """1.5.12 查询单个 LoRa 网关信息."""
    return _query(huawei, request, GATEWAY)


def delete_gateway(huawei: Huawei, request: Request) -> Any:
    """1.5.13 删除 LoRa 网关."""
    return _delete(huawei, request, GATEWAY)


def query_node(huawei: Huawei, request: Request) -> Any:
    """1.5.14 查询单个 LoRa 节点信息."""
    return _query(huawei, request, NODE)


def delete_node(huawei: Huawei, request: Request) -> Any:
    """1.5.15 删除 LoRa 节点."""
    return _delete(huawei, request, NODE)


def connect_server(huawei: Huawei, params: Mapping[str, Any]) -> Any:
    """Connect a LoRa Server or take it off (upper tester)."""
    server, online = params.get("loraServerId"), params.get("online")
    servers = huawei.room(Lora).online
    if server not in servers or not isinstance(online, bool):
        raise ValueError(f"loraServerId: one of {sorted(servers)} is expected, and online: true or false")
    servers[server] = online
    return {}


def _wrong_keys(errors: Errors) -> str:
    """Return the code for a node that lacks a key, or whose request is wrong in another way."""
    lacking = (each["member"] for each in errors if each["rule"] == "required")
    return next((KEY_CODES[member] for member in lacking if member in KEY_CODES), "50400")


def _pixit(huawei: Huawei) -> dict[str, Any]:
    room = huawei.room(Lora)
    return {
        "lora_server_id": SERVER,
        "lora_gateway_product_id": room.gateway_product.id,
        "lora_node_product_id": room.node_product.id,
        "view_only_app_id": VIEWER,
    }


CHAPTER: Final = Chapter(
    handlers={
        "lora-gateway-register": register_gateway,
        "lora-node-register": register_node,
        "lora-gateway-query": query_gateway,
        "lora-gateway-delete": delete_gateway,
        "lora-node-query": query_node,
        "lora-node-delete": delete_node,
    },
    behaviours=BEHAVIOURS,
    rooms=(Lora,),
    actions={"lora-server-online": connect_server},
    invalid={"lora-node-register": _wrong_keys},
    stand_ins={
        "lora-gateway-register": lambda huawei: {
            "loraServerId": SERVER,
            "productId": huawei.room(Lora).gateway_product.id,
        },
        "lora-node-register": lambda huawei: {"loraServerId": SERVER, "productId": huawei.room(Lora).node_product.id},
    },
    pixit=_pixit,
    as_built=("lora-examples/as-in-the-tables", "lora-duplicate/exists"),
    on_demand=("lora-hex/lower-case-digits", "lora-hex/upper-case-digits", "lora-duplicate/duplicated"),
)
