"""Loading a contract: what is refused and how it is told; where the data are found; how long it takes to begin."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from conformance.contract import PLATFORM_NAMES, DataError, load, location, platforms
from conformance.contract.load import load_folder
from conformance.contract.vocabulary import annotated, check

PLATFORM = "thingscloud"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of a contract that a test may spoil."""
    root = location.schemas_root()
    shutil.copytree(root / "suite", tmp_path / "suite")
    return Path(shutil.copytree(root / PLATFORM, tmp_path / PLATFORM))


def edit(path: Path, change: Callable[[str], str]) -> None:
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")


def some_operation(folder: Path) -> Path:
    return min(
        path for path in folder.glob("paths/**/*.yaml") if "x-credentials: [" in path.read_text(encoding="utf-8")
    )


def test_copy_loads_as_the_original_does(copy: Path) -> None:
    found = load_folder(copy)
    assert found.digest == load(PLATFORM).digest
    assert found.requirements == load(PLATFORM).requirements


def test_digest_changes_with_every_file(copy: Path) -> None:
    edit(copy / "errata.yaml", lambda text: text + "\n# remark\n")
    assert load_folder(copy).digest != load(PLATFORM).digest


def test_platforms_are_those_with_a_contract() -> None:
    assert platforms()
    assert set(platforms()) <= set(PLATFORM_NAMES)
    assert load(PLATFORM) is load(PLATFORM)


def test_unknown_platform_is_refused() -> None:
    with pytest.raises(DataError, match=r"nobody/openapi\.yaml"):
        load("nobody")


@pytest.mark.parametrize(
    "name", ["errors.yaml", "objects.yaml", "requirements.yaml", "errata.yaml", "iut.yaml", "../suite/iut.yaml"]
)
def test_missing_table_is_refused_with_its_name(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(DataError, match=name.rpartition("/")[2].replace(".", r"\.")):
        load_folder(copy)


def test_operation_that_is_not_named_by_its_file_is_refused(copy: Path) -> None:
    edit(some_operation(copy), lambda text: text.replace("operationId: ", "operationId: x-", 1))
    with pytest.raises(DataError, match="is not the stem of the file"):
        load_folder(copy)


@pytest.mark.parametrize(
    ("line", "named"),
    [("x-credentials: [ghost]", "ghost"), ("x-pics: [ghost]", r"pics\.ghost"), ("x-errors: ['999-1']", "999-1")],
)
def test_name_that_leads_nowhere_is_refused_with_its_place(copy: Path, line: str, named: str) -> None:
    path, key = some_operation(copy), line.split(":", maxsplit=1)[0]

    def spoil(text: str) -> str:
        return "\n".join([*(each for each in text.splitlines() if not each.startswith(f"{key}:")), line])

    edit(path, spoil)
    with pytest.raises(DataError, match=rf"({path.stem} names '{named}'|'{named}')"):
        load_folder(copy)


def test_unknown_annotation_of_an_operation_is_refused_with_its_place(copy: Path) -> None:
    path = some_operation(copy)
    edit(path, lambda text: text + "\nx-secrte: true\n")
    with pytest.raises(DataError, match=rf"{path.stem}\.yaml: /x-secrte: the annotation 'x-secrte'"):
        load_folder(copy)


def test_unknown_annotation_of_a_message_is_refused_with_its_place(copy: Path) -> None:
    path = min(copy.glob("messages/*.response.json"))
    edit(path, lambda text: text.replace('"title"', '"x-secrte": true, "title"', 1))
    with pytest.raises(DataError, match=rf"{path.stem}: /x-secrte"):
        load_folder(copy)


def test_unknown_annotation_of_the_description_is_refused_with_its_place(copy: Path) -> None:
    edit(copy / "openapi.yaml", lambda text: text.replace("info:\n", "info:\n  x-remark: no\n", 1))
    with pytest.raises(DataError, match=r"openapi\.yaml: /info/x-remark"):
        load_folder(copy)


def test_requirement_that_stands_twice_is_refused_with_its_id(copy: Path) -> None:
    path = copy / "requirements.yaml"
    edit(path, lambda text: text + "\n" + text[text.index("- id:") : text.index("- id:", text.index("- id:") + 1)])
    with pytest.raises(DataError, match=rf"requirement {PLATFORM}/\S+ stands twice"):
        load_folder(copy)


def test_record_without_a_needed_key_is_refused_with_the_key(copy: Path) -> None:
    edit(copy / "requirements.yaml", lambda text: text.replace("  level: MUST\n", "", 1))
    with pytest.raises(DataError, match=rf"{PLATFORM}: a record lacks 'level'"):
        load_folder(copy)


def test_members_and_instances_may_be_named_like_annotations() -> None:
    schema = {
        "properties": {"x-name": {"x-unit": "ms"}},
        "examples": [{"x-other": 1}],
        "items": [{"x-keys": {"x-a": 1}}],
    }
    assert [(place, name) for place, name, _ in annotated(schema)] == [
        ("/properties/x-name/x-unit", "x-unit"),
        ("/items/0/x-keys", "x-keys"),
    ]
    check(schema, "m")


# Where the data lie


def installed(package: Path) -> ModuleType:
    """The module `location` as it would run from `package`, another installation of conformance."""
    path = package / "contract" / "location.py"
    path.parent.mkdir(parents=True)
    shutil.copy(str(location.__file__), path)
    spec = importlib.util.spec_from_file_location("location_elsewhere", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def mark(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / ".iot-conformance").touch()
    return folder


def test_data_are_found_beside_the_package_in_a_checkout() -> None:
    root = Path(str(location.__file__)).parents[2]
    if (root / "schemas").is_dir():
        assert location.schemas_root() == root / "schemas"
        assert location.vectors_root() == root / "vectors"
    assert (location.schemas_root() / PLATFORM / "openapi.yaml").is_file()


def test_data_are_found_inside_the_package_of_a_wheel(tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "conformance"
    schemas, vectors = mark(package / "_data" / "schemas"), mark(package / "_data" / "vectors")
    (tmp_path / "site-packages" / "schemas").mkdir()  # another distribution's, without our mark
    module = installed(package)
    assert module.schemas_root() == schemas.resolve()
    assert module.vectors_root() == vectors.resolve()


def test_checkout_comes_before_the_data_that_an_editable_install_copied(tmp_path: Path) -> None:
    mark(tmp_path / "conformance" / "_data" / "schemas")
    fresh = mark(tmp_path / "schemas")
    assert installed(tmp_path / "conformance").schemas_root() == fresh.resolve()


def test_incomplete_installation_names_the_places_that_were_looked_in(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"'schemas' .* is missing; looked in .*schemas and .*_data.schemas"):
        installed(tmp_path / "conformance").schemas_root()


# How long it takes


def test_loading_and_a_verdict_of_yes_import_no_slow_library() -> None:
    program = (
        "import sys; from conformance.contract import load, platforms\n"
        "for name in platforms():\n"
        "    for each in load(name).operations.values(): assert each.response.is_valid(each.response.full)\n"
        "print(*sorted({'jsonschema', 'rfc3987_syntax', 'hypothesis', 'schemathesis', 'httpx'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == []
