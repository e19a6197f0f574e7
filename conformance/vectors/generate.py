"""Writing the vector files: `python -m conformance.vectors.generate [--check]`.

The generator owns ids, counts and order, and is deterministic: the same keys give the same bytes, so that a change of a
vector shows in version control as the change of that vector. `--check` writes nothing and fails if a file would change.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from conformance.contract.location import vectors_root
from conformance.vectors.content import (
    envelope_body,
    envelope_sign,
    gateway_sign,
    gateway_verify,
    mqtt_client_id,
    mqtt_password,
    rsa_decrypt,
    rsa_encrypt,
)
from conformance.vectors.content.draft import FileDraft
from conformance.vectors.lint import problems
from conformance.vectors.store import file_name

GENERATOR_VERSION: Final = "1.0"
"""Raised when the rules change by which the same vector would come out differently."""

SCHEMA: Final = "schemas/suite/vectors.json"
FIELD_NOTE_SCHEMES: Final = ("gateway",)

BUILDERS: Final[tuple[Callable[[], FileDraft], ...]] = (
    envelope_body.build_encrypt,
    envelope_body.build_decrypt,
    envelope_sign.build_sign,
    envelope_sign.build_verify,
    mqtt_password.build_password,
    mqtt_password.build_verify,
    mqtt_client_id.build_compose,
    mqtt_client_id.build_parse,
    rsa_encrypt.build_encrypt,
    rsa_encrypt.build_fixed,
    rsa_decrypt.build_decrypt,
    gateway_sign.build_sign,
    gateway_verify.build_verify,
)


def _group(kind: str, inputs: dict[str, Any], decrypt_with: str | None, tests: list[dict[str, Any]]) -> dict[str, Any]:
    with_key = {} if decrypt_with is None else {"decryptWith": decrypt_with}
    return {"type": kind, "inputs": inputs, **with_key, "tests": tests}


def content(draft: FileDraft) -> dict[str, Any]:
    """Turn a draft into a file's content."""
    return {
        "scheme": draft.scheme,
        "operation": draft.operation,
        "source": draft.source,
        "sourceKind": "field-note" if draft.scheme in FIELD_NOTE_SCHEMES else "document",
        "schema": SCHEMA,
        "generatorVersion": GENERATOR_VERSION,
        "numberOfTests": sum(len(group.tests) for group in draft.groups),
        "notes": {
            name: {"bugType": flag.bug_type, "description": flag.description, "effect": flag.effect}
            for name, flag in sorted(draft.flags.items())
        },
        "testGroups": [
            _group(group.kind, group.inputs, group.decrypt_with, group.tests) for group in draft.groups if group.tests
        ],
    }


def render() -> Iterator[tuple[str, str]]:
    """Yield name and text of each file, in ASCII: no editor or normalisation can change what a vector holds."""
    for build in BUILDERS:
        draft = build()
        yield file_name(draft.scheme, draft.operation), json.dumps(content(draft), indent=1) + "\n"


def stale(root: Path) -> list[str]:
    """Return the names of the files below `root` that generating would change, create or that it does not know."""
    made = dict(render())
    there = {path.name: path.read_text(encoding="utf-8") for path in root.glob("*.json") if path.name != "keys.json"}
    return sorted(name for name in made.keys() | there.keys() if made.get(name) != there.get(name))


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` report those that would change; return the exit status."""
    root = vectors_root()
    if arguments == ["--check"]:
        names = stale(root)
        for name in names:
            print(f"{name}: differs from what the generator makes")
        return 1 if names else 0
    if arguments:
        print("usage: python -m conformance.vectors.generate [--check]", file=sys.stderr)
        return 2
    found: list[str] = []
    total = 0
    for name, text in render():
        data = json.loads(text)
        found += problems(name, data)
        total += data["numberOfTests"]
        (root / name).write_text(text, encoding="utf-8")
        print(f"{name}: {data['numberOfTests']} vectors, {len(data['notes'])} flags")
    print(f"{total} vectors")
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
