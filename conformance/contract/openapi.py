"""The contract as one strictly valid OpenAPI 3.1 document, for tools that take nothing else.

`python -m conformance.contract.openapi PLATFORM` prints it. Messages move to `components/schemas`; `links` are made from
objects.yaml, so that a stateful tool finds its way from what creates an object to what uses it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from conformance.contract import datafile
from conformance.contract.load import load, platforms
from conformance.contract.location import schemas_root
from conformance.contract.messages import Message, embed
from conformance.contract.notification import Notification
from conformance.contract.records import Contract, Operation
from conformance.contract.vocabulary import INSTANCES, NAMED


def document(platform: str) -> dict[str, Any]:
    """Return the whole description of a platform as one document.

    Raises:
        DataError: the contract cannot be read.
    """
    contract = load(platform)
    root: dict[str, Any] = datafile.read(schemas_root() / platform / "openapi.yaml")
    components = Components()
    paths: dict[str, dict[str, Any]] = {}
    for operation in contract.operations.values():
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(contract, operation, components)
    root["paths"] = paths
    if contract.notifications:
        root["webhooks"] = {
            each.subject: {"post": _webhook(each, components)} for each in contract.notifications.values()
        }
    root.setdefault("components", {})["schemas"] = components.schemas
    return root


class Components:
    """Schemas by component name; what a message has under `$defs` becomes a component of its own, as OpenAPI wants it."""

    def __init__(self) -> None:
        self.schemas: dict[str, Any] = {}
        self._parts: dict[str, Any] = {}

    def add(self, name: str, schema: Mapping[str, Any]) -> dict[str, str]:
        """Add a self-contained schema and return a reference to it."""
        definitions = schema.get("$defs", {})
        names = {}
        for key, definition in definitions.items():
            shared = f"common.{key}"
            # A message may have a part of its own that bears the name of another message's.
            names[key] = shared if self._parts.setdefault(shared, definition) == definition else f"{name}.{key}"
        for key, definition in definitions.items():
            self.schemas[names[key]] = _moved(definition, names, names[key])
        body = {key: value for key, value in schema.items() if key not in {"$defs", "$schema"}}
        self.schemas[name] = _moved(body, names, name)
        return {"$ref": f"#/components/schemas/{name}"}

    def message(self, message: Message) -> dict[str, str]:
        """Add the schema of a message under the message's name."""
        return self.add(message.name, message.schema)


def _moved(value: Any, names: Mapping[str, str], home: str) -> Any:
    if isinstance(value, list):
        return [_moved(each, names, home) for each in value]
    if not isinstance(value, Mapping):
        return value
    result: dict[str, Any] = {}
    for key, child in value.items():
        if key in NAMED and isinstance(child, Mapping):
            result[key] = {name: _moved(schema, names, home) for name, schema in child.items()}
        else:
            result[key] = child if key in INSTANCES else _moved(child, names, home)
    reference = result.get("$ref")
    if isinstance(reference, str):
        if reference.startswith("#/$defs/"):
            key, _, rest = reference.removeprefix("#/$defs/").partition("/")
            result["$ref"] = f"#/components/schemas/{names.get(key, key)}" + (f"/{rest}" if rest else "")
        elif reference == "#" or reference.startswith("#/"):
            result["$ref"] = f"#/components/schemas/{home}{reference.removeprefix('#')}"
    return result


def _operation(contract: Contract, operation: Operation, components: Components) -> dict[str, Any]:
    file = schemas_root() / contract.platform / "paths" / operation.chapter / f"{operation.subject}.yaml"
    raw = {key: value for key, value in operation.raw.items() if key not in {"requestBody", "responses", "parameters"}}
    if operation.parameters:
        raw["parameters"] = [
            {**each, "schema": dict(parameter.schema)}
            for each, parameter in zip(operation.raw["parameters"], operation.parameters, strict=True)
        ]
    if operation.request is not None and operation.media_type is not None:
        schema = components.message(operation.request)
        raw["requestBody"] = {**operation.raw["requestBody"], "content": {operation.media_type: {"schema": schema}}}
    raw["responses"] = {
        status: _response(operation, status, response, file, components)
        for status, response in operation.raw["responses"].items()
    }
    links = _links(contract, operation)
    if links:
        raw["responses"][str(operation.statuses[0])]["links"] = links
    return raw


def _webhook(notification: Notification, components: Components) -> dict[str, Any]:
    content = {notification.media_type: {"schema": components.message(notification.message)}}
    return {**notification.raw, "requestBody": {**notification.raw["requestBody"], "content": content}}


def _response(operation: Operation, status: str, response: Any, file: Any, components: Components) -> dict[str, Any]:
    result = dict(response)
    content = {}
    for number, (media, entry) in enumerate(response.get("content", {}).items()):
        name = f"{operation.subject}.{status}" + (f".{number}" if number else "")
        content[media] = {**entry, "schema": components.add(name, embed(entry["schema"], file))}
    if content:
        result["content"] = content
    return result


def _links(contract: Contract, operation: Operation) -> dict[str, Any]:
    links: dict[str, Any] = {}
    for rule in contract.objects.values():
        if rule.create != operation.subject or not rule.id_pointers or rule.credential:
            continue
        for user in contract.operations.values():
            parameters = {
                member.split(":", 1)[1]: f"$response.body#{rule.id_pointers[0]}"
                for member, kind in user.needs.items()
                if kind == rule.name and member.startswith("path:")
            }
            if parameters:
                links[user.subject] = {"operationId": user.subject, "parameters": parameters}
    return links


def main() -> None:
    """Print the document of the platform named on the command line."""
    if len(sys.argv) != 2 or sys.argv[1] not in platforms():
        print(f"usage: python -m conformance.contract.openapi {'|'.join(platforms())}", file=sys.stderr)
        sys.exit(2)
    try:
        print(json.dumps(document(sys.argv[1]), ensure_ascii=False, indent=2), flush=True)
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


if __name__ == "__main__":
    main()
