"""Imports run downwards only: the rooms of docs/architecture.md, held against every import of the package."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import conformance

ROOT = Path(conformance.__file__).parent
MAY_IMPORT = {
    "contract": set(),
    "crypto": set(),
    "mqtt": {"crypto", "contract"},
    "evidence": {"contract", "mqtt"},
    "iut": {"contract", "crypto", "mqtt", "evidence"},
    "vectors": {"contract", "crypto", "iut"},
    "platforms": {"contract", "crypto", "mqtt", "evidence", "iut"},
    "suites": {"contract", "crypto", "mqtt", "evidence", "iut", "vectors", "platforms"},
    "runner": {"contract", "crypto", "mqtt", "evidence", "iut", "vectors", "platforms", "suites"},
    "report": {"evidence"},
    "plugin": {"contract", "evidence", "iut", "suites", "runner", "report"},
    "judged": {"evidence", "suites", "runner"},
    "cli": {"contract", "evidence", "iut", "vectors", "suites", "runner", "report"},
    "reference": {"contract", "crypto", "mqtt"},
    "__main__": {"cli"},
    "__init__": set(),
}
"""Nothing imports `reference`: it is started by name, like any implementation under test."""
ALONE = {"httpx": {"iut/http.py"}, "respx": {"judged.py"}}
"""Libraries that few modules know, so that others can take their place."""
BY_NAME = {"runner/inprocess.py"}
"""Modules that find a reference by its name and load it: a client's own tests have it in their process, without a port."""


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import hides its room"
            assert node.module is not None
            yield from (
                (f"{node.module}.{each.name}" for each in node.names)
                if node.module == "conformance"
                else (node.module,)
            )
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)


FILES = sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_what_lies_below_it(room: str) -> None:
    files = [file for file in FILES if file.relative_to(ROOT).with_suffix("").parts[0] == room]
    assert files
    strange = [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in files
        for name in imports(file)
        if name.startswith("conformance.") and name.split(".")[1] not in {room, "__version__", *MAY_IMPORT[room]}
    ]
    assert strange == []


def test_every_file_is_in_a_room() -> None:
    assert {file.relative_to(ROOT).with_suffix("").parts[0] for file in FILES} == set(MAY_IMPORT)


@pytest.mark.parametrize(("library", "modules"), ALONE.items())
def test_few_modules_know_a_library(library: str, modules: set[str]) -> None:
    knowing = {str(file.relative_to(ROOT)) for file in FILES for name in imports(file) if name.split(".")[0] == library}
    assert knowing == modules


def test_one_module_loads_a_reference() -> None:
    """What loads modules by name and knows that of the references is a way around the rule above."""
    loading = set()
    for file in FILES:
        if file.relative_to(ROOT).parts[0] == "reference":
            continue
        constants = (
            node.value for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Constant)
        )
        named = any(isinstance(each, str) and each.startswith("conformance.reference") for each in constants)
        if named and any(name.split(".")[0] in {"importlib", "runpy", "pkgutil"} for name in imports(file)):
            loading.add(str(file.relative_to(ROOT)))
    assert loading == BY_NAME
