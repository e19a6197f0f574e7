"""The product model of a device: which services, properties and commands it has (JSON; docs/firmware.md has the format).

The documents leave services and their data to the product model and give it no form of its own here; this one is the suite's.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from conformance.contract import Message
from conformance.iut.errors import UsageError

_VALUE: Final = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "type": {"enum": ["integer", "number", "string", "boolean", "object", "array"]},
        "minimum": {"type": "number"},
        "maximum": {"type": "number"},
        "maxLength": {"type": "integer", "minimum": 0},
        "enum": {"type": "array", "minItems": 1},
        "unit": {"type": "string"},
        "required": {"type": "boolean"},
    },
    "required": ["name", "type"],
    "additionalProperties": False,
}
_COMMAND: Final = {
    "type": "object",
    "properties": {"name": {"type": "string", "minLength": 1}, "paras": {"type": "array", "items": _VALUE}},
    "required": ["name"],
    "additionalProperties": False,
}
_SERVICE: Final = {
    "type": "object",
    "properties": {
        "serviceId": {"type": "string", "minLength": 1},
        "properties": {"type": "array", "items": _VALUE},
        "commands": {"type": "array", "items": _COMMAND},
    },
    "required": ["serviceId"],
    "additionalProperties": False,
}
FORM: Final = Message(
    "product model",
    {
        "type": "object",
        "properties": {"services": {"type": "array", "items": _SERVICE, "minItems": 1}},
        "required": ["services"],
        "additionalProperties": False,
    },
)
_CONSTRAINTS: Final = ("type", "minimum", "maximum", "maxLength", "enum")


@dataclass(frozen=True)
class Value:
    """A property of a service, or a parameter of a command."""

    name: str
    schema: Mapping[str, Any]
    required: bool

    def breach(self, value: Any) -> str | None:
        """Return how a value breaks what the model says of it; None where it does not."""
        found = Message(self.name, self.schema).violations(value)
        return "; ".join(each.expected for each in found) or None

    @property
    def bounds(self) -> tuple[Any, Any]:
        """The least and the greatest value to try."""
        allowed = self.schema.get("enum")
        if allowed:
            return allowed[0], allowed[-1]
        match self.schema["type"]:
            case "integer" | "number":
                least = self.schema.get("minimum", min(0, self.schema.get("maximum", 0)))
                greatest = self.schema.get("maximum", max(math.ceil(least), 1))
                whole = self.schema["type"] == "integer"
                return (math.ceil(least), math.floor(greatest)) if whole else (least, greatest)
            case "string":
                return "", "x" * min(64, int(self.schema.get("maxLength", 8)))
            case "boolean":
                return False, True
            case "array":
                return [], []
        return {}, {}


@dataclass(frozen=True)
class Command:
    """A command of a service."""

    service: str
    name: str
    paras: tuple[Value, ...]

    @property
    def least(self) -> dict[str, Any]:
        """The parameters at their least values."""
        return {each.name: each.bounds[0] for each in self.paras}

    @property
    def greatest(self) -> dict[str, Any]:
        """The parameters at their greatest values."""
        return {each.name: each.bounds[1] for each in self.paras}


@dataclass(frozen=True)
class ProductModel:
    """What a device has: properties by service, and commands."""

    services: Mapping[str, Mapping[str, Value]]
    commands: tuple[Command, ...]

    def breaches(self, service: str, data: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
        """Yield what data of a service break: JSON pointer below the data, what is expected, what is there."""
        known = self.services.get(service)
        if known is None:
            yield "", f"one of the services {', '.join(self.services)}", service
            return
        for name, value in data.items():
            if name not in known:
                yield f"/{name}", f"one of the properties {', '.join(known)}", name
            elif (breach := known[name].breach(value)) is not None:
                unit = known[name].schema.get("unit")
                yield f"/{name}", breach + (f" (in {unit})" if unit else ""), value
        for name, value in known.items():
            if value.required and name not in data:
                yield f"/{name}", "present", "absent"


def read(path: Path) -> ProductModel:
    """Read a product model.

    Raises:
        UsageError: it cannot be used; the text is one line with the remedy.
    """
    place = f"pixit.product_model = {str(path)!r}"
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UsageError(f"{place}: no such file; write one as docs/firmware.md shows") from error
    except (OSError, ValueError) as error:
        raise UsageError(f"{place}: cannot be read as JSON ({error})") from error
    for violation in FORM.violations(raw):
        raise UsageError(
            f"{place}: {violation.pointer or '/'}: expected {violation.expected}, there is {violation.actual}; "
            "docs/firmware.md has the format"
        )
    services = raw["services"]
    return ProductModel(
        {
            each["serviceId"]: {value["name"]: _value(value) for value in each.get("properties", ())}
            for each in services
        },
        tuple(
            Command(each["serviceId"], command["name"], tuple(map(_value, command.get("paras", ()))))
            for each in services
            for command in each.get("commands", ())
        ),
    )


def _value(raw: Mapping[str, Any]) -> Value:
    schema = {key: raw[key] for key in (*_CONSTRAINTS, "unit") if key in raw}
    return Value(raw["name"], schema, bool(raw.get("required")))
