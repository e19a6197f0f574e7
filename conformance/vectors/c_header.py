"""The vectors as C arrays, for programs without a JSON parser: one header per file, and one with the types.

Texts are bytes in UTF-8 with their size, because vectors hold NUL; a member that a vector does not have is NULL, or -1 where
it is a truth value or a number. What JSON nests is flattened: `padding_name`, and headers as lines `name: value`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from conformance.vectors.model import Json, VectorFile, VectorTest

TYPES: Final = "iot_vectors.h"
_WIDTH: Final = 96
"""Characters of a string literal on one line."""

_TYPES_TEXT: Final = """\
/* Types of the known-answer vectors of iot-conformance; made by `iot-conformance vectors export --format c-header`. */
#ifndef IOT_VECTORS_H
#define IOT_VECTORS_H

#include <stddef.h>

/* Bytes, UTF-8 where they are text; data is NULL where the vector does not have the member. A zero byte follows. */
typedef struct {
    const char *data;
    size_t size;
} iot_text;

/* VALID: the answer is `expected`. INVALID: refused (a check may say 0). ACCEPTABLE: either. */
typedef enum { IOT_VALID, IOT_INVALID, IOT_ACCEPTABLE } iot_result;

/* What a flag of a vector means, and what the defect costs. */
typedef struct {
    const char *flag, *description, *effect;
} iot_note;

#endif
"""


def headers(files: tuple[VectorFile, ...]) -> Iterator[tuple[str, str]]:
    """Yield name and content of every header; outside its first comment it is ASCII."""
    yield TYPES, _TYPES_TEXT
    for file in files:
        name = f"{file.scheme}-{file.operation}".replace("-", "_")
        yield f"iot_{name}.h", "".join(_header(file, name))


def _header(file: VectorFile, name: str) -> Iterator[str]:
    tests = [_flat(test) for test in file.tests]
    groups = {
        group: list(dict.fromkeys(member for test in tests for member in test[group]))
        for group in ("inputs", "expected", "steps")
    }
    kinds = {
        (group, member): _kind(next(test[group][member] for test in tests if member in test[group]))
        for group, members in groups.items()
        for member in members
    }
    guard = f"IOT_{name.upper()}_H"
    yield f"/* {len(tests)} vectors: scheme {file.scheme}, operation {file.operation}. Source: {file.source} */\n"
    yield f'#ifndef {guard}\n#define {guard}\n\n#include "{TYPES}"\n\n'
    yield "typedef struct {\n    const char *id, *comment, *flags;\n    iot_result result;\n"
    for group, members in groups.items():
        if members:
            fields = "".join(f"        {kinds[group, member]} {member};\n" for member in members)
            yield f"    struct {{\n{fields}    }} {group};\n"
    yield f"}} iot_{name}_vector;\n\n#define IOT_{name.upper()}_COUNT {len(tests)}\n\n"
    yield f"static const iot_{name}_vector iot_{name}[IOT_{name.upper()}_COUNT] = {{\n"
    for test, flat in zip(file.tests, tests, strict=True):
        yield f"    {{{_literal(test.id)}, {_literal(test.comment)},\n"
        yield f"     {_literal(' '.join(test.flags))}, IOT_{test.result.upper()}"
        for group, members in groups.items():
            if members:
                values = (_value(flat[group].get(member), kinds[group, member]) for member in members)
                yield ",\n     {" + ",\n      ".join(values) + "}"
        yield "},\n"
    yield f"}};\n\nstatic const iot_note iot_{name}_notes[{len(file.notes)}] = {{\n"
    for note in file.notes.values():
        yield f"    {{{_literal(note.flag)},\n     {_literal(note.description)},\n     {_literal(note.effect)}}},\n"
    yield "};\n\n#endif\n"


def _flat(test: VectorTest) -> dict[str, dict[str, Any]]:
    inputs = dict(test.inputs)
    if test.decrypt_with is not None:
        inputs["decryptWith"] = test.decrypt_with
    return {
        "inputs": _flattened(inputs),
        "expected": _flattened(test.expected),
        "steps": _flattened(test.intermediates),
    }


def _flattened(members: Json) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in members.items():
        if isinstance(value, Mapping):
            found.update({f"{name}_{inner}": child for inner, child in value.items()})
        elif isinstance(value, list) and all(isinstance(each, str) for each in value):
            found[name] = ",".join(value)
        elif isinstance(value, list):
            found[name] = "".join(f"{header}: {content}\n" for header, content in value)
        else:
            found[name] = value
    return found


def _kind(value: Any) -> str:
    return "int" if isinstance(value, bool) else "long" if isinstance(value, int) else "iot_text"


def _value(value: Any, kind: str) -> str:
    if kind != "iot_text":
        return "-1" if value is None else str(int(value))
    if value is None:
        return "{NULL, 0}"
    return f"{{{_literal(value)}, {len(value.encode('utf-8', 'surrogatepass'))}}}"


def _literal(text: str) -> str:
    """Write a text as C string literals; octal escapes, since hexadecimal ones swallow the digits after them."""
    parts, line = [], ""
    for byte in text.encode("utf-8", "surrogatepass"):
        plain = (
            0x20 <= byte < 0x7F and byte not in b'"\\?'
        )  # ?: three characters that begin with ?? mean another in C99
        line += chr(byte) if plain else f"\\{byte:03o}"
        if len(line) >= _WIDTH:
            parts.append(line)
            line = ""
    return "\n       ".join(f'"{part}"' for part in [*parts, line] if part or not parts)
