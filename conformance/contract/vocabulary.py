"""The annotations of a contract: a closed list, because a misspelt one would silently mean nothing.

docs/contract-format.md says what each of them means. A name that starts with `x-` in a place where OpenAPI or JSON Schema
keywords stand must be in the list; names of members, parameters, headers and YAML tables are never looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from conformance.contract.datafile import DataError

ANNOTATIONS: Final = frozenset(
    {
        "x-always",
        "x-amount",
        "x-body-place",
        "x-class",
        "x-conditional",
        "x-credential",
        "x-credentials",
        "x-document",
        "x-erratum",
        "x-errors",
        "x-heading",
        "x-keys",
        "x-needs",
        "x-new-members",
        "x-no-generated-valid",
        "x-notify-type",
        "x-pics",
        "x-pixit",
        "x-plausible",
        "x-preamble",
        "x-probes",
        "x-sealed",
        "x-secret",
        "x-section",
        "x-subscribed-by",
        "x-time",
        "x-time-form",
        "x-unjudged",
        "x-unique",
        "x-unit",
    }
)
"""Every annotation that means something."""

NAMED: Final = frozenset({"properties", "patternProperties", "$defs", "dependentSchemas", "headers", "variables"})
"""Keywords whose keys are names that the document chose."""

INSTANCES: Final = frozenset({"examples", "example", "const", "enum", "default"})
"""Keywords whose value is an instance: a member named `$ref` or `x-unit` in it means nothing."""


def annotated(value: Any, pointer: str = "") -> Iterator[tuple[str, str, Any]]:
    """Yield JSON pointer, name and value of every annotation below `value`, an OpenAPI object or a schema."""
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from annotated(each, f"{pointer}/{number}")
    elif isinstance(value, Mapping):
        for key, child in value.items():
            place = f"{pointer}/{key}"
            if isinstance(key, str) and key.startswith("x-"):
                yield place, key, child
            elif key in NAMED and isinstance(child, Mapping):
                for name, schema in child.items():
                    yield from annotated(schema, f"{place}/{name}")
            elif key not in INSTANCES:
                yield from annotated(child, place)


def check(value: Any, where: str) -> None:
    """Refuse annotations that are not in the list.

    Raises:
        DataError: there is one; the text names the place, which begins with `where`.
    """
    for pointer, name, _ in annotated(value):
        if name not in ANNOTATIONS:
            raise DataError(f"{where}: {pointer}: the annotation {name!r} is not in docs/contract-format.md")
