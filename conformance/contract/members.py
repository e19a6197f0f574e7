"""Members of a message and the constraints a schema puts on them.

A member is named by where it stands (`deviceInfo.nodeId`, `items[].id`, `tags{}`; parameters `query:page`), never by
position in a file, so that ids made from the name stay when a schema is rewritten. The message itself is `body`; a member
that a document calls so is `.body`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

ELEMENT: Final = "[]"
VALUE: Final = "{}"
BODY: Final = "body"

Schema = Mapping[str, Any]

ASSERTIONS: Final = (
    "type",
    "enum",
    "const",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "dependentRequired",
)
"""Keywords that can make an instance invalid, in reporting order; `required` is told per member."""


@dataclass(frozen=True)
class Constraint:
    """One assertion about one member: the grain of derived requirements."""

    member: str
    keyword: str
    value: Any

    @property
    def key(self) -> str:
        """`member/keyword`, the last two parts of a derived requirement id."""
        return f"{self.member}/{self.keyword}"


@dataclass(frozen=True)
class Member:
    """One member of a message, with the schema that holds for it (references resolved one level)."""

    name: str
    path: tuple[str, ...]
    schema: Schema
    required: bool
    form: bool = False
    """Whether the message is a form: an object whose members are texts, by nature."""
    given: bool = False
    """Whether one value alone is right in a request: an object's id, a credential, what only the tester knows."""

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """The assertions of this member, `required` first."""
        found = [Constraint(self.name, word, self.schema[word]) for word in ASSERTIONS if word in self.schema]
        if self.required:
            found.insert(0, Constraint(self.name, "required", True))
        return tuple(found)

    def annotation(self, name: str) -> Any:
        """Return an `x-` annotation of this member, or None."""
        return self.schema.get(name)

    @property
    def is_open(self) -> bool:
        """Whether an erratum leaves open what it owes, so that its constraints tell one of the accepted readings alone."""
        return bool(self.annotation("x-unjudged")) and bool(self.annotation("x-erratum"))


def name_of(path: tuple[str, ...]) -> str:
    """Return the name of the member at `path` (its tokens are member names, `[]` and `{}`)."""
    text = ""
    for token in path:
        if token in {ELEMENT, VALUE}:
            text += token
        else:
            text += f".{token}" if text else token
    if text == BODY:
        return f".{BODY}"  # the name alone means the whole message
    return text or BODY


def resolve(schema: Schema, root: Schema) -> Schema:
    """Follow a local `$ref` (`#/$defs/...`) and merge the siblings that stand beside it."""
    while "$ref" in schema:
        target: Any = root
        for token in str(schema["$ref"]).removeprefix("#/").split("/"):
            target = target[token.replace("~1", "/").replace("~0", "~")]
        siblings = {key: value for key, value in schema.items() if key != "$ref"}
        schema = {**target, **siblings}
    return schema


def _merged(schema: Any, root: Schema) -> Schema:
    """Fold references and `allOf` branches in: what a reader of the message sees as one object."""
    if not isinstance(schema, Mapping):
        return {}
    result = {key: value for key, value in schema.items() if key not in {"$ref", "allOf"}}
    referred = (resolve({"$ref": schema["$ref"]}, root),) if "$ref" in schema else ()
    for branch in (*referred, *schema.get("allOf", ())):
        for key, value in _merged(branch, root).items():
            if key == "properties":
                result[key] = {**value, **result.get(key, {})}
            elif key == "required":
                result[key] = [*result.get(key, ()), *value]
            else:
                result.setdefault(key, value)
    return result


_DEEPEST: Final = 12
"""A documented message nests at most six deep; this only stops a schema that nests without end."""


def inlined(root: Schema) -> dict[str, Any]:
    """Return a schema without references: each is folded in where it stands, together with what is said beside it.

    The schema must not be recursive: the messages of the documents are not.
    """

    def visit(schema: Any) -> Any:
        if not isinstance(schema, Mapping):
            return schema
        merged = dict(_merged(schema, root))
        if "properties" in merged:
            merged["properties"] = {name: visit(child) for name, child in merged["properties"].items()}
        for place in ("items", "additionalProperties"):
            if place in merged:
                merged[place] = visit(merged[place])
        for place in ("anyOf", "oneOf"):
            if place in merged:
                merged[place] = [visit(branch) for branch in merged[place]]
        return merged

    result: dict[str, Any] = visit(root)
    result.pop("$defs", None)
    return result


def walk(root: Schema) -> Iterator[Member]:
    """Yield every member a schema names, the message itself first, parents before children."""

    def visit(schema: Any, path: tuple[str, ...], *, required: bool, above: tuple[str, ...]) -> Iterator[Member]:
        reference = schema.get("$ref") if isinstance(schema, Mapping) else None
        if reference in above or len(path) > _DEEPEST:
            return
        if reference is not None:
            above = (*above, reference)
        merged = _merged(schema, root)
        yield Member(name_of(path), path, merged, required)
        needed = set(merged.get("required", ()))
        for name, child in merged.get("properties", {}).items():
            yield from visit(child, (*path, name), required=name in needed, above=above)
        if isinstance(merged.get("items"), Mapping):
            yield from visit(merged["items"], (*path, ELEMENT), required=False, above=above)
        if isinstance(merged.get("additionalProperties"), Mapping):
            yield from visit(merged["additionalProperties"], (*path, VALUE), required=False, above=above)

    yield from visit(root, (), required=False, above=())


def locate(instance: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """Yield every value in `instance` that the member at `path` names; nothing where it is absent."""
    if not path:
        yield instance
        return
    token, rest = path[0], path[1:]
    if token == ELEMENT:
        if isinstance(instance, list):
            for element in instance:
                yield from locate(element, rest)
    elif isinstance(instance, dict):
        if token == VALUE:
            for value in instance.values():
                yield from locate(value, rest)
        elif token in instance:
            yield from locate(instance[token], rest)


def replaced(instance: Any, path: tuple[str, ...], change: Callable[[Any], Any]) -> Any:
    """Return a copy of `instance` in which every text or number at `path` is changed; what is absent stays absent."""
    if not path:
        return change(instance) if isinstance(instance, str | int | float) else instance
    token, rest = path[0], path[1:]
    if token == ELEMENT:
        return [replaced(each, rest, change) for each in instance] if isinstance(instance, list) else instance
    if not isinstance(instance, dict):
        return instance
    if token == VALUE:
        return {key: replaced(value, rest, change) for key, value in instance.items()}
    return {key: replaced(value, rest, change) if key == token else value for key, value in instance.items()}


class _Drop:
    def __repr__(self) -> str:
        return "DROP"


DROP: Final = _Drop()
"""Returned by a change that wants the member gone."""


def altered(instance: Any, path: tuple[str, ...], change: Callable[[Any], Any]) -> Any:
    """Return `instance` with `change` applied to every value at `path`; unchanged parts are shared, nothing is mutated."""
    if not path:
        return change(instance)
    token, rest = path[0], path[1:]
    if token == ELEMENT and isinstance(instance, list):
        return [element for element in (altered(each, rest, change) for each in instance) if element is not DROP]
    if not isinstance(instance, dict):
        return instance
    names = list(instance) if token == VALUE else [token] if token in instance else []
    result = dict(instance)
    for name in names:
        value = altered(instance[name], rest, change)
        if value is DROP:
            del result[name]
        else:
            result[name] = value
    return result


def present(instance: Any, path: tuple[str, ...]) -> bool:
    """Tell whether `instance` has the member at `path` at least once."""
    return next((True for _ in locate(instance, path)), False)


def tries(constraint: Constraint, path: tuple[str, ...], instance: Any) -> bool:
    """Tell whether judging `instance` really tries a constraint of the member at `path`: it, or its parent, is there."""
    return present(instance, path) or (constraint.keyword == "required" and present(instance, path[:-1]))


def match(instance_path: tuple[str | int, ...], paths: frozenset[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the member path of a concrete place in an instance: indices become `[]`, keys of free maps `{}`."""
    known: tuple[str, ...] = ()
    for token in instance_path:
        exact = (*known, ELEMENT if isinstance(token, int) else token)
        known = exact if exact in paths or (*known, VALUE) not in paths else (*known, VALUE)
    return known
