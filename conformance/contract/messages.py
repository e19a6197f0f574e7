"""A documented message: its schema, its examples, and judging an instance.

jsonschema-rs says yes or no (hot path); jsonschema words the answer when it is no. The tests prove that the two agree
on every stored instance, so that a verdict never depends on which of them looked. Both are imported at the first
judgement: jsonschema compiles a grammar of IRIs as it is imported, which takes over a second.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, cast

from conformance.contract import datafile
from conformance.contract.datafile import DataError
from conformance.contract.members import Constraint, Member, Schema, match, name_of, tries, walk
from conformance.contract.vocabulary import INSTANCES, NAMED

if TYPE_CHECKING:
    import jsonschema


@dataclass(frozen=True)
class Violation:
    """One way in which an instance breaks a schema."""

    member: str
    keyword: str
    pointer: str
    """JSON pointer to the offending value; for a missing member, to the object that lacks it."""
    expected: str
    actual: str

    @property
    def key(self) -> str:
        """`member/keyword`, the last two parts of the derived requirement id."""
        return f"{self.member}/{self.keyword}"


@dataclass(frozen=True)
class Message:
    """A message of the contract; `schema` is self-contained (shared parts are under `$defs`)."""

    name: str
    schema: Schema = field(repr=False)

    @cached_property
    def _is_valid(self) -> Callable[[Any], bool]:
        import jsonschema_rs

        return jsonschema_rs.validator_for(dict(self.schema), validate_formats=True).is_valid

    @cached_property
    def _worded(self) -> jsonschema.protocols.Validator:
        from conformance.contract.wording import validator

        return validator(self.schema)

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """Every member the schema names, the message itself first."""
        return tuple(walk(self.schema))

    @cached_property
    def constraints(self) -> tuple[Constraint, ...]:
        """Every assertion of every member."""
        return tuple(constraint for member in self.members for constraint in member.constraints)

    @cached_property
    def examples(self) -> tuple[Any, ...]:
        """The stored valid instances, as the schema lists them."""
        return tuple(self.schema.get("examples", ()))

    @cached_property
    def full(self) -> Any:
        """The example with the most members."""
        return max(self.examples, key=_size, default=None)

    @cached_property
    def minimal(self) -> Any:
        """The example with the fewest members."""
        return min(self.examples, key=_size, default=None)

    @cached_property
    def _paths(self) -> frozenset[tuple[str, ...]]:
        return frozenset(member.path for member in self.members)

    def annotated(self, name: str) -> tuple[Member, ...]:
        """Return the members that bear the annotation `name`, unless it says no (false, an empty text)."""
        return tuple(member for member in self.members if _says_yes(member.schema.get(name)))

    def is_valid(self, instance: Any) -> bool:
        """Tell whether `instance` is a valid message."""
        try:
            return self._is_valid(instance)
        except (ValueError, UnicodeError, OverflowError, RecursionError):
            # Lone surrogates and numbers beyond 64 bits do not cross into Rust; the pure validator takes them.
            return bool(self._worded.is_valid(instance))

    def violations(self, instance: Any) -> tuple[Violation, ...]:
        """Return what is wrong with `instance`, ordered by place; empty when it is valid."""
        if self.is_valid(instance):
            return ()
        found = sorted(
            self._worded.iter_errors(instance), key=lambda error: [str(part) for part in error.absolute_path]
        )
        assert found, f"{self.name}: the validators disagree on {shorten(instance)}"
        return tuple(violation for error in found for violation in self._violation(error))

    def _violation(self, error: jsonschema.ValidationError) -> Iterator[Violation]:
        place = tuple(error.absolute_path)
        pointer = "".join(f"/{str(token).replace('~', '~0').replace('/', '~1')}" for token in place)
        path = match(place, self._paths)
        keyword, demanded = str(error.validator), cast("Any", error.validator_value)
        if keyword == "required":
            missing = next(name for name in demanded if f"{name!r} is a required" in error.message)
            yield Violation(name_of((*path, missing)), keyword, pointer, f"a member {missing!r}", "absent")
        elif keyword == "anyOf" and only_presence(demanded):
            names = " or ".join("+".join(branch["required"]) for branch in demanded)
            yield Violation(name_of(path), keyword, pointer, f"at least one of {names}", "none of them")
        else:
            yield Violation(
                name_of(path),
                keyword,
                pointer,
                _expectation(keyword, demanded),
                shorten(error.instance),
            )

    def exercised(self, instance: Any) -> Iterator[Constraint]:
        """Yield the constraints that judging `instance` really tried: those whose member (or its parent) is there."""
        for member in self.members:
            for constraint in member.constraints:
                if tries(constraint, member.path, instance):
                    yield constraint


def _says_yes(annotation: Any) -> bool:
    # 0 is a value: it stands for now where times are told in seconds from now.
    return annotation is not None and annotation is not False and annotation != ""


def shorten(value: Any, limit: int = 200) -> str:
    """Return `value` as one line for a person: JSON where it is JSON, cut at `limit` characters."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=True)
    except (TypeError, ValueError, RecursionError):
        text = repr(value)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _expectation(keyword: str, value: Any) -> str:
    wordings: Mapping[str, str] = {
        "enum": "one of {}",
        "const": "exactly {}",
        "minLength": "at least {} characters",
        "maxLength": "at most {} characters",
        "pattern": "text that matches {}",
        "format": "format {}",
        "minimum": "at least {}",
        "maximum": "at most {}",
        "minItems": "at least {} elements",
        "maxItems": "at most {} elements",
    }
    if keyword == "type":
        return "type " + (value if isinstance(value, str) else " or ".join(value))
    if keyword in {"anyOf", "oneOf"} and isinstance(value, list):
        kinds = [_title(branch) for branch in value]
        return "one of the accepted readings: " + ", ".join(kinds)
    return wordings.get(keyword, keyword + " {}").format(shorten(value, 120))


def _title(branch: Any) -> str:
    named = branch if isinstance(branch, Mapping) else {}
    return str(named.get("title") or named.get("type") or shorten(branch, 80))


def only_presence(branches: Any) -> bool:
    """Tell whether the branches of an `anyOf` demand nothing but members to be there."""
    return all(isinstance(branch, Mapping) and branch.keys() == {"required"} for branch in branches)


def _size(value: Any) -> int:
    if isinstance(value, Mapping):
        return 1 + sum(_size(child) for child in value.values())
    if isinstance(value, list):
        return 1 + sum(_size(child) for child in value)
    return 1


def bundle(path: Path) -> dict[str, Any]:
    """Read a message file and embed what it refers to under `$defs`, so that any validator works without a registry.

    Raises:
        DataError: the file or one that it refers to cannot be read.
    """
    return embed(datafile.read(path), path)


def embed(schema: Schema, origin: Path) -> dict[str, Any]:
    """Return `schema`, found in the file `origin`, with every file that it refers to embedded under `$defs`.

    Raises:
        DataError: a file that it refers to cannot be read, or two of them bear the same name.
    """
    origin = origin.resolve()
    definitions: dict[str, Any] = {}
    homes: dict[str, Path] = {}

    def defined(target: Path) -> str:
        name = target.stem
        if name not in homes:
            homes[name] = target
            definitions[name] = None  # keeps the place: a recursive reference ends here
            definitions[name] = visit(_without_meta(datafile.read(target)), target)
        if homes[name] != target:
            raise DataError(f"{origin}: refers to both {homes[name]} and {target}, which bear the same name")
        return name

    def moved(reference: str, base: Path) -> str:
        file, _, pointer = reference.partition("#")
        if file:
            return f"#/$defs/{defined((base.parent / PurePosixPath(file)).resolve())}{pointer}"
        # `#` inside a shared part means that part, which now lives under $defs.
        return reference if base == origin else f"#/$defs/{base.stem}{pointer}"

    def visit(value: Any, base: Path) -> Any:
        if isinstance(value, list):
            return [visit(element, base) for element in value]
        if not isinstance(value, dict):
            return value
        result: dict[str, Any] = {}
        for key, child in value.items():
            if key == "$ref":
                result[key] = moved(child, base)
            elif key in NAMED and isinstance(child, dict):
                result[key] = {name: visit(schema, base) for name, schema in child.items()}
            else:
                result[key] = child if key in INSTANCES else visit(child, base)
        return result

    result: dict[str, Any] = visit(dict(schema), origin)
    if definitions:
        own = result.get("$defs", {})
        if both := own.keys() & definitions.keys():
            raise DataError(f"{origin}: $defs and files that it refers to share the names {sorted(both)}")
        result["$defs"] = {**own, **definitions}
    return result


def _without_meta(schema: Any) -> Any:
    return (
        {key: value for key, value in schema.items() if key not in {"$schema", "examples"}}
        if isinstance(schema, dict)
        else schema
    )


def read_message(path: Path) -> Message:
    """Read one message file.

    Raises:
        DataError: the file or one that it refers to cannot be read.
    """
    return Message(path.stem, bundle(path))
