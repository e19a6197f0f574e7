"""The files of a contract as the tests look at them: raw, before the loader has made anything of them.

Everything here takes a platform's name, so that a further platform is tested without a further line of test code.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from conformance.contract import datafile
from conformance.contract.location import schemas_root
from conformance.contract.messages import Message, read_message
from conformance.contract.vocabulary import INSTANCES, NAMED

EXAMPLES = Path(__file__).with_name("examples")
GENERAL = {
    "success": "common/success",
    "failure": "common/failure",
    "unknown-path": "common/not-found",
    "malformed-json": "common/malformed-json",
}
"""Directions of documented examples that belong to no one message, and the message that describes them."""


def folder(platform: str) -> Path:
    return schemas_root() / platform


@cache
def read(path: Path) -> Any:
    return datafile.read(path)


def table(platform: str, name: str) -> Any:
    return read(folder(platform) / name)


@cache
def messages(platform: str) -> Mapping[str, Message]:
    """Every message file, shared parts included, by its path below messages/ without the suffix."""
    base = folder(platform) / "messages"
    return {
        path.relative_to(base).with_suffix("").as_posix(): read_message(path) for path in sorted(base.rglob("*.json"))
    }


@cache
def documented(platform: str) -> tuple[Mapping[str, Any], ...]:
    """Every JSON example that the document prints, transcribed."""
    return tuple(json.loads((EXAMPLES / f"{platform}.json").read_text(encoding="utf-8")))


def described_by(example: Mapping[str, Any]) -> str:
    """The message that a documented example is an instance of."""
    direction = example["direction"]
    if direction == "message":  # of the device side: it is neither request nor response of an operation
        return str(example["operation"])
    return GENERAL[direction] if direction in GENERAL else f"{example['operation']}.{direction}"


def nodes(value: Any, pointer: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object below `value` whose keys are keywords of OpenAPI or JSON Schema, with its JSON pointer."""
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from nodes(each, f"{pointer}/{number}")
    elif isinstance(value, Mapping):
        yield pointer, value
        for key, child in value.items():
            if key in NAMED and isinstance(child, Mapping):
                for name, schema in child.items():
                    yield from nodes(schema, f"{pointer}/{key}/{name}")
            elif key not in INSTANCES:
                yield from nodes(child, f"{pointer}/{key}")


def schemas(platform: str) -> Iterator[tuple[str, Any]]:
    """Every schema of the contract as written, with its place: messages, operations, tables."""
    base = folder(platform)
    parts = ("messages/**/*.json", "paths/**/*.yaml", "webhooks/**/*.yaml", "upper-tester/*.json")
    for path in sorted(path for part in parts for path in base.glob(part)):
        yield path.relative_to(base).as_posix(), read(path)
    errors = table(platform, "errors.yaml")
    for key in ("success", "refusal"):
        yield f"errors.yaml {key}", errors[key]
    if "error-shape" in errors:
        yield "errors.yaml error-shape", errors["error-shape"]["answer"]
    for key, row in (errors.get("rows") or {}).items():
        yield f"errors.yaml {key}", row["answer"]
    for erratum in table(platform, "errata.yaml") or ():
        for reading in erratum["readings"]:
            yield f"errata.yaml {erratum['id']} {reading['id']}", reading["schema"]
