"""Entries of a contract's tables as records: error rows as operations list them, rules of objects, keys of the IUT file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.contract.datafile import DataError
from conformance.contract.messages import Message
from conformance.contract.records import ErrorRow, Find, IutKey, ObjectRule, RowUse


def row_use(subject: str, entry: Any) -> RowUse:
    """Return an entry of `x-errors`: the key of a row, or a mapping of one key to how it is provoked here.

    Raises:
        DataError: it is something else.
    """
    if isinstance(entry, str):
        return RowUse(entry)
    if not isinstance(entry, Mapping) or len(entry) != 1:
        raise DataError(f"{subject}: x-errors: {entry!r} is neither a row nor a row with its cause")
    ((key, cause),) = entry.items()
    if unknown := cause.keys() - {"provoke", "with", "same-as", "unreachable", "or", "circumstance"}:
        raise DataError(f"{subject}: x-errors: {key}: {sorted(unknown)[0]!r} means nothing")
    same = cause.get("same-as", ())
    return RowUse(
        str(key),
        provoke=cause.get("provoke"),
        values=dict(cause.get("with", {})),
        same_as=(same,) if isinstance(same, str) else tuple(same),
        unreachable=cause.get("unreachable"),
        fitting=tuple(cause.get("or", ())),
        circumstance=bool(cause.get("circumstance")),
    )


def busy_rows(errors: Mapping[str, Any], rows: Mapping[str, ErrorRow]) -> tuple[ErrorRow, ...]:
    """Return the rows with which a platform says that it is busy: `busy` names one, or a list; none where it is absent.

    Raises:
        DataError: a row does not exist.
    """
    named = errors.get("busy", [])
    keys = named if isinstance(named, list) else [named]
    if unknown := [key for key in keys if key not in rows]:
        raise DataError(f"errors.yaml: busy names the row {unknown[0]!r}, which does not exist")
    return tuple(rows[key] for key in keys)


def object_rule(name: str, rule: Mapping[str, Any]) -> ObjectRule:
    """Return an entry of `objects.yaml`: what is made before a call, how it is named and how it is deleted."""
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
        id_pixit=id_rule.get("pixit") if isinstance(id_rule, Mapping) else None,
        id_member=id_rule.get("request") if isinstance(id_rule, Mapping) else None,
        id_found=isinstance(id_rule, Mapping) and bool(id_rule.get("find")),
        then=tuple(create.get("then", ())),
        name_member=create.get("name"),
        body=create.get("body"),
        members=dict(create.get("members", {})),
        given=dict(rule.get("with", {})),
        find=Find(**rule["find"]) if "find" in rule else None,
        delete=delete.get("operation"),
        delete_body=delete.get("body"),
        irreversible=rule.get("irreversible"),
        exclusive=bool(rule.get("exclusive")),
        sole=bool(rule.get("sole")),
        renewed_by=tuple(rule.get("renewed-by", ())),
        lifetime=rule.get("lifetime"),
    )


def _pointers(rule: Any) -> tuple[str, ...]:
    if isinstance(rule, str):
        return (rule,)
    return tuple(rule) if isinstance(rule, list) else ()


def iut_keys(*tables: Mapping[str, Any] | None) -> dict[str, IutKey]:
    """Return the keys of the IUT file that tables describe, by `table.key`; of two of the same name the last."""
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
                    values=tuple(raw.get("values") or ()),
                    pattern=raw.get("pattern"),
                    schema=Message(f"{kind}.{name}", raw["schema"]) if "schema" in raw else None,
                    example=raw.get("example"),
                )
    return found
