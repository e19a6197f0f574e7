"""Applications and products: what stands before the first call, prepared in the console of a real platform.

Three applications: the caller's own, one that has authorised it, and one that has not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.faults import Behaviour
from conformance.reference.huawei.platform import Chapter, Huawei, Room

IGNORING: Final[Mapping[str, str]] = {
    "subscription-query": "1.7.3",
    "subscription-delete": "1.7.5",
    "subscriptions-delete": "1.7.6",
    "command-create": "1.9.1",
    "command-list": "1.9.2",
    "command-modify": "1.9.3",
    "cancel-task-create": "1.9.5",
    "cancel-task-list": "1.9.6",
    "command-send": "1.9.7",
    "batch-task-create": "1.10.1",
    "batch-task-query": "1.10.2",
    "batch-subtask-list": "1.10.3",
    "group-delete": "1.11.2",
    "group-modify": "1.11.3",
    "group-query": "1.11.5",
    "group-members": "1.11.6",
    "group-members-add": "1.11.7",
    "group-members-delete": "1.11.8",
}
"""Operations that a fault has ignore for which application they are called, with their sections."""
BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    f"{subject}-app-id-ignored": Behaviour(
        f"{section}/authorised-application", f"{subject} is for the caller's own application, whichever is named"
    )
    for subject, section in IGNORING.items()
}
MUTED: Final = "CALIBRATE"
"""A command that the console has blocked for every device."""


@dataclass(frozen=True)
class Property:
    """A property of a service in a product's profile."""

    name: str
    type: str
    """int, decimal or string."""
    readable: bool = True
    writable: bool = True


@dataclass(frozen=True)
class Command:
    """A command of a service, with the types of its parameters, and of the fields of its answer."""

    name: str
    parameters: Mapping[str, str]
    response: Mapping[str, str] = field(default_factory=lambda: {"result": "string"})


@dataclass(frozen=True)
class Service:
    """A service of a product's profile."""

    id: str
    type: str
    properties: Mapping[str, Property]
    commands: Mapping[str, Command]


@dataclass(frozen=True)
class Product:
    """A product with its profile."""

    id: str
    manufacturer_id: str
    manufacturer_name: str
    device_type: str
    model: str
    protocol_type: str
    services: Mapping[str, Service]
    app_id: str


class Applications(Room):
    """Who may act for whom."""

    def __init__(self, huawei: Huawei) -> None:
        super().__init__(huawei)
        self.own = huawei.credentials.app_id
        self.authorised = "authorisedApp0000000000001"
        self.foreign = "foreignApp0000000000000002"

    def of(self, request: Request, given: Any = None) -> str:
        """Return the application for which a call is made: `appId` of the query, or `given`, else the caller's own.

        Raises:
            Refused: there is no such application (100203), or it has not authorised the caller (100217).
        """
        huawei = self.huawei
        named = given if given is not None else request.query.get("appId")
        if named is None or named == self.own:
            return self.own
        if named == self.authorised:
            subject = request.operation.subject
            return self.own if subject in IGNORING and huawei.faults.on(f"{subject}-app-id-ignored") else named
        if huawei.faults.on("foreign-application-served"):
            return self.own
        unauthorised = named == self.foreign or huawei.quirks.on("unknown-application/not-authorised")
        raise huawei.refusal(request.operation, "100217" if unauthorised else "100203")


def _service(name: str, *properties: Property, commands: tuple[Command, ...] = ()) -> Service:
    return Service(
        name, name, {each.name: each for each in properties}, {command.name: command for command in commands}
    )


class Products(Room):
    """The products, by id. Every application sees its own."""

    def __init__(self, huawei: Huawei) -> None:
        super().__init__(huawei)
        own = huawei.room(Applications).own
        meter = _service(
            "WaterMeter",
            Property("level", "int"),
            Property("temperature", "decimal"),
            Property("state", "string"),
            Property("serial", "string", writable=False),
            commands=(
                Command("SET_INTERVAL", {"interval": "int"}),
                Command("RESET", {"value": "int"}),
                Command(MUTED, {"mode": "string"}),
            ),
        )
        battery = _service("Battery", Property("batteryLevel", "int", writable=False))
        lamp = _service(
            "Lamp",
            Property("brightness", "int"),
            Property("colour", "string"),
            commands=(
                Command("SWITCH", {"brightness": "int"}, {"brightness": "int"}),
                Command("REMOVE", {"del_subdevice": "string"}),
            ),
        )
        power = _service("Power", Property("watts", "int", writable=False))
        self.lwm2m = Product(
            "5e4ba1c8c0a8d1",
            "acme",
            "ACME Metering",
            "WaterMeter",
            "WM-100",
            "LWM2M",
            {each.id: each for each in (meter, battery)},
            own,
        )
        lighting = {each.id: each for each in (lamp, power)}
        self.mqtt = Product("5e4ba1c8c0a8d2", "acme", "ACME Lighting", "Lamp", "L-7", "MQTT", lighting, own)
        self.by_id: dict[str, Product] = {each.id: each for each in (self.lwm2m, self.mqtt)}


def _pixit(huawei: Huawei) -> dict[str, Any]:
    applications, products = huawei.room(Applications), huawei.room(Products)
    return {
        "product_id": products.lwm2m.id,
        "service_id": "WaterMeter",
        "property_name": "level",
        "command_name": "SET_INTERVAL",
        "command_parameter": "interval",
        "foreign_app_id": applications.foreign,
        "authorised_app_id": applications.authorised,
    }


CHAPTER: Final = Chapter(handlers={}, behaviours=BEHAVIOURS, rooms=(Applications, Products), pixit=_pixit)
