"""Loading a contract: lazily, once per platform, checked as it is read.

What is checked here is what the rest relies on (names that must exist, ids that must be unique); whether the contract
is a good one is the business of the tests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from conformance.contract import datafile, derive, vocabulary
from conformance.contract.datafile import DataError
from conformance.contract.location import schemas_root
from conformance.contract.messages import Message, embed, read_message
from conformance.contract.records import (
    CallClass,
    Contract,
    Erratum,
    ErrorRow,
    Find,
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
        operations = {each.subject: each for each in self._operations()}
        objects = {name: _object(name, rule) for name, rule in (self._table("objects.yaml") or {}).items()}
        keys = _keys(datafile.read(self.folder.parent / "suite" / "iut.yaml"), self._table("iut.yaml"))
        requirements = self._requirements(operations, rows, keys)
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
        )
        _check(contract)
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
            response=self._message(f"{subject}.response"),
            statuses=tuple(int(status) for status in raw["responses"] if status.startswith("2")),
            errors=tuple(raw.get("x-errors", ())),
            raw=raw,
        )

    def _row(self, key: str, row: Mapping[str, Any]) -> ErrorRow:
        return ErrorRow(
            key=key,
            text=row["text"],
            scope=row["scope"],
            requirement=self._full(row["requirement"]) if "requirement" in row else "",
            answer=self._rule(key, row["answer"]),
            provoke=row.get("provoke"),
            unreachable=row.get("unreachable"),
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
        self, operations: Mapping[str, Operation], rows: dict[str, ErrorRow], keys: Mapping[str, IutKey]
    ) -> dict[str, Requirement]:
        found: dict[str, Requirement] = {}
        written = (self._requirement(raw) for raw in self._table("requirements.yaml") or ())
        derived = (each for operation in operations.values() for each in derive.of_operation(operation, rows))
        claims = (derive.of_claim(self.platform, key) for key in keys.values() if key.kind == "pics" and key.probe)
        for each in (*written, *derived, *claims):
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


def _object(name: str, rule: Mapping[str, Any]) -> ObjectRule:
    create: Mapping[str, Any] = rule.get("create", {})
    id_rule = create.get("id")
    delete: Mapping[str, Any] = rule.get("delete", {})
    return ObjectRule(
        name=name,
        statement=rule.get("statement", name),
        of=rule.get("of"),
        pixit=rule.get("pixit"),
        credential=bool(rule.get("credential")),
        key=rule.get("key"),
        create=create.get("operation"),
        id_pointers=_pointers(id_rule),
        id_pixit=id_rule["pixit"] if isinstance(id_rule, Mapping) else None,
        name_member=create.get("name"),
        body=create.get("body"),
        members=dict(create.get("members", {})),
        given=dict(rule.get("with", {})),
        find=Find(**rule["find"]) if "find" in rule else None,
        delete=delete.get("operation"),
        delete_body=delete.get("body"),
        irreversible=rule.get("irreversible"),
    )


def _pointers(rule: Any) -> tuple[str, ...]:
    if isinstance(rule, str):
        return (rule,)
    return tuple(rule) if isinstance(rule, list) else ()


def _keys(*tables: Mapping[str, Any] | None) -> dict[str, IutKey]:
    found: dict[str, IutKey] = {}
    for table in tables:
        for kind, keys in (table or {}).items():
            for name, raw in (keys or {}).items():
                found[f"{kind}.{name}"] = IutKey(
                    name=name,
                    kind=kind,
                    role=raw["role"],
                    type=raw.get("type", "boolean" if kind == "pics" else "string"),
                    unit=raw.get("unit"),
                    default=raw.get("default"),
                    question=raw["question"],
                    gates=tuple(raw.get("gates") or ()),
                    probe=raw.get("probe"),
                    secret=bool(raw.get("secret", kind == "credentials")),
                    schema=Message(f"{kind}.{name}", raw["schema"]) if "schema" in raw else None,
                    example=raw.get("example"),
                )
    return found


def _check(contract: Contract) -> None:
    """Refuse names that lead nowhere, with the place of the wrong one."""

    def known(name: str | None, table: Mapping[str, Any], place: str) -> None:
        if name is not None and name not in table:
            raise DataError(f"schemas/{contract.platform}: {place} names {name!r}, which does not exist")

    for operation in contract.operations.values():
        for name in (*operation.credentials, *operation.needs.values()):
            known(name, contract.objects, operation.subject)
        for key in operation.errors:
            known(key, contract.rows, operation.subject)
        for key in operation.pics:
            known(f"pics.{key}", contract.keys, operation.subject)
        known(f"pixit.{operation.probes}" if operation.probes else None, contract.keys, operation.subject)
        for member in (*operation.request_members, *operation.response.members):
            known(member.annotation("x-erratum"), contract.errata, f"{operation.subject}, member {member.name},")
    for rule in contract.objects.values():
        for call in (rule.create, rule.delete, rule.find.operation if rule.find else None):
            known(call, contract.operations, f"object {rule.name}")
        known(rule.of, contract.objects, f"object {rule.name}")
        for pixit in (rule.pixit, rule.id_pixit):
            known(f"pixit.{pixit}" if pixit else None, contract.keys, f"object {rule.name}")
    for each in contract.keys_of("credentials"):
        known(f"credentials.{each.default}" if each.default else None, contract.keys, f"credentials.{each.name}")
    for row in contract.rows.values():
        known(row.requirement or None, contract.requirements, f"error row {row.key}")
    known(contract.failure_shape, contract.requirements, "error-shape")
