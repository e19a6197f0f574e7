"""The suite works from a wheel in an empty folder: data are found in the package, nothing leans on a checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode and not os.environ.get("CI"):
        pytest.skip(f"no wheel can be built here: {done.stderr.strip()[-300:]}")
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


def test_wheel_holds_the_data_and_the_licence(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "conformance/_data/schemas/thingscloud/openapi.yaml" in names
    assert "conformance/_data/schemas/suite/results.json" in names
    assert "conformance/_data/vectors/README.md" in names
    assert "conformance/report/templates/report.html.j2" in names
    assert "conformance/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.startswith("tests/") for name in names)


def test_installed_suite_judges_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    work = tmp_path / "empty"
    work.mkdir()
    command = [sys.executable, "-m", "conformance", "run", "--only", "thingscloud/device-*/minimal", "--out", "out"]
    environment = {**os.environ, "PYTHONPATH": str(site)}
    where = [sys.executable, "-c", "import conformance; print(conformance.__file__)"]
    told = subprocess.run(where, cwd=work, env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.startswith(str(site))
    done = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (work / "out" / "report.html").is_file()
