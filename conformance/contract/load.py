"""Loading a contract: lazily, once per platform, checked as it is read.

What is checked here is what the rest relies on (names that must exist, ids that must be unique); whether the contract
is a good one is the business of the tests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from conformance.contract import channel, datafile, derive, entries, vocabulary, webhooks
from conformance.contract.consistency import check
from conformance.contract.datafile import DataError
from conformance.contract.location import schemas_root
from conformance.contract.messages import Message, embed, read_message
from conformance.contract.notification import Notification
from conformance.contract.records import (
    CallClass,
    Contract,
    Erratum,
    ErrorRow,
    IutKey,
    Level,
    ObjectRule,
    Operation,
    Parameter,
    Reading,
    Requirement,
    Role,
    Source,
)

METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
PLATFORM_NAMES = ("huawei", "thingscloud", "living", "neuroncloud", "envelope")
"""Every platform of the five documents; `platforms()` tells which of them have a contract in this version."""


@cache
def platforms() -> tuple[str, ...]:
    """Return the names of the platforms that have a contract."""
    return tuple(name for name in PLATFORM_NAMES if (schemas_root() / name / "openapi.yaml").is_file())


@cache
def load(platform: str) -> Contract:
    """Load the contract of a platform.

    Raises:
        DataError: the data are missing or contradict themselves.
    """
    return load_folder(schemas_root() / platform)


@cache
def keys_of_role(role: Role) -> Mapping[str, IutKey]:
    """Return the IUT file's keys of a role that belongs to no platform, by `table.key`; none where it has none.

    Raises:
        DataError: the data are malformed.
    """
    file = schemas_root() / "suite" / f"{role.value}.yaml"
    return entries.iut_keys(datafile.read(file)) if file.is_file() else {}


def load_folder(folder: Path) -> Contract:
    """Load the contract in `folder`, which bears the platform's name and stands beside `suite/`.

    Raises:
        DataError: the data are missing or contradict themselves.
    """
    try:
        return _Loader(folder).contract()
    except KeyError as error:
        raise DataError(f"{folder}: a record lacks {error}") from error


class _Loader:
    """Reads one platform's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.platform = folder.name
        self.root = datafile.read(folder / "openapi.yaml")
        vocabulary.check(self.root, f"{folder.name}/openapi.yaml")

    def contract(self) -> Contract:
        errors = datafile.read(self.folder / "errors.yaml")
        rows = {key: self._row(key, row) for key, row in (errors.get("rows") or {}).items()}
        objects = {name: entries.object_rule(name, rule) for name, rule in (self._table("objects.yaml") or {}).items()}
        operations = {each.subject: replace(each, carried=_carried(each, objects)) for each in self._operations()}
        keys = entries.iut_keys(datafile.read(self.folder.parent / "suite" / "iut.yaml"), self._table("iut.yaml"))
        notifications = {each.subject: each for each in webhooks.notifications(self.folder, self.root, self._message)}
        devices = channel.read(self.folder, self._message)
        requirements = self._requirements(operations, notifications, rows, keys, devices)
        shape, media = errors.get("error-shape"), errors.get("media-type")
        contract = Contract(
            platform=self.platform,
            title=self.root["info"]["title"],
            document=self.root["info"]["x-document"],
            digest=self._digest(),
            operations=operations,
            chapters={tag["name"]: tag.get("x-heading", tag["name"]) for tag in self.root["tags"]},
            requirements=requirements,
            success=self._rule("success", errors["success"]),
            refusal=self._rule("refusal", errors["refusal"]),
            failure_shape=self._full(shape["requirement"]) if shape else None,
            failure=self._rule("failure", shape["answer"]) if shape else None,
            media_type=(self._full(media["requirement"]), media["type"]) if media else None,
            rows=rows,
            objects=objects,
            errata={each["id"]: self._erratum(each) for each in self._table("errata.yaml") or ()},
            keys=keys,
            time_form=self.root.get("x-time-form"),
            notifications=notifications,
            busy=entries.busy_rows(errors, rows),
            channels=devices.channels,
            device_messages=devices.messages,
        )
        check(contract)
        return contract

    def _table(self, name: str) -> Any:
        return datafile.read(self.folder / name)

    def _full(self, requirement: str) -> str:
        return f"{self.platform}/{requirement}"

    def _digest(self) -> str:
        digest = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                digest.update(path.relative_to(self.folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()

    def _rule(self, name: str, schema: Mapping[str, Any]) -> Message:
        return self._checked(Message(name, embed(schema, self.folder / "errors.yaml")))

    def _message(self, name: str) -> Message:
        return self._checked(read_message(self.folder / "messages" / f"{name}.json"))

    def _checked(self, message: Message) -> Message:
        vocabulary.check(message.schema, f"{self.platform}, message {message.name}")
        return message

    def _operations(self) -> Iterator[Operation]:
        for path, item in self.root["paths"].items():
            for method in METHODS:
                if method in item:
                    yield self._operation(path, method, self.folder / item[method]["$ref"])

    def _operation(self, path: str, method: str, file: Path) -> Operation:
        raw = datafile.read(file)
        vocabulary.check(raw, f"{self.platform}/{file.relative_to(self.folder)}")
        subject = raw["operationId"]
        if subject != file.stem:
            raise DataError(f"{file}: operationId {subject!r} is not the stem of the file")
        content = raw.get("requestBody", {}).get("content", {})
        return Operation(
            platform=self.platform,
            subject=subject,
            section=raw["x-section"],
            heading=raw["x-heading"],
            chapter=raw["tags"][0],
            summary=raw["summary"],
            method=method.upper(),
            path=path,
            call_class=CallClass(raw["x-class"]),
            pics=tuple(raw.get("x-pics", ())),
            credentials=tuple(raw.get("x-credentials", ())),
            needs=dict(raw.get("x-needs", {})),
            parameters=tuple(
                Parameter(each["name"], each["in"], bool(each.get("required")), embed(each.get("schema", {}), file))
                for each in raw.get("parameters", ())
            ),
            media_type=next(iter(content), None),
            request=self._message(f"{subject}.request") if content else None,
            response=self._answer(subject, raw),
            statuses=tuple(int(status) for status in raw["responses"] if status.startswith("2")),
            errors=tuple(entries.row_use(subject, each) for each in raw.get("x-errors", ())),
            raw=raw,
        )

    def _answer(self, subject: str, raw: Mapping[str, Any]) -> Message:
        """Return the message of a success; a success without a body (204) has no file of its own."""
        successes = (answer for status, answer in raw["responses"].items() if str(status).startswith("2"))
        if any("content" in answer for answer in successes):
            return self._message(f"{subject}.response")
        return Message(f"{subject}.response", {"title": "No content", "examples": [None]})

    def _row(self, key: str, row: Mapping[str, Any]) -> ErrorRow:
        return ErrorRow(
            key=key,
            text=row["text"],
            scope=row["scope"],
            requirement=self._full(row["requirement"]) if "requirement" in row else "",
            answer=self._rule(key, row["answer"]),
            provoke=row.get("provoke"),
            unreachable=row.get("unreachable"),
            values=dict(row.get("with", {})),
        )

    def _erratum(self, raw: Mapping[str, Any]) -> Erratum:
        readings = tuple(
            Reading(
                each["id"],
                each["text"],
                each["of"],
                self._checked(Message(each["id"], embed(each["schema"], self.folder / "errata.yaml"))),
                each["example"],
                each["counter-example"],
            )
            for each in raw["readings"]
        )
        return Erratum(raw["id"], raw["kind"], raw["heading"], raw["question"], readings)

    def _requirements(
        self,
        operations: Mapping[str, Operation],
        notifications: Mapping[str, Notification],
        rows: dict[str, ErrorRow],
        keys: Mapping[str, IutKey],
        devices: channel.DeviceSide,
    ) -> dict[str, Requirement]:
        found: dict[str, Requirement] = {}
        written = (self._requirement(raw) for raw in self._table("requirements.yaml") or ())
        derived = (
            each
            for operation in operations.values()
            for each in derive.of_operation(operation, rows, operations.values())
        )
        called = (each for operation in operations.values() for each in derive.of_call(operation))
        pushed = (
            each
            for notification in notifications.values()
            for each in derive.of_notification(notification, self.root.get("x-new-members"))
        )
        claims = (derive.of_claim(self.platform, key) for key in keys.values() if key.kind == "pics" and key.probe)
        of_devices = (each for message in devices.messages.values() for each in message.requirements())
        for each in (*written, *derived, *called, *pushed, *of_devices, *claims):
            if each.id in found:
                raise DataError(f"{self.folder}: requirement {each.id} stands twice")
            found[each.id] = each
        return found

    def _requirement(self, raw: Mapping[str, Any]) -> Requirement:
        return Requirement(
            id=self._full(raw["id"]),
            section=raw["id"].split("/", 1)[0],
            level=Level(raw["level"]),
            role=Role(raw["role"]),
            source=Source(raw["source"]),
            statement=raw["statement"],
            heading=raw.get("heading") or raw["standard"],
            untestable=raw.get("untestable"),
        )


def _carried(operation: Operation, objects: Mapping[str, ObjectRule]) -> frozenset[str]:
    """Return the members of a sign-in that carry the caller's credentials."""
    rules = (rule for rule in objects.values() if operation.subject in {rule.create, *rule.renewed_by})
    return frozenset(member for rule in rules for member in rule.given)
