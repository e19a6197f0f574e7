"""`init platform X` writes a file that judges what `serve X` serves, once it holds what `serve` prints."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conformance.contract import ALLOWED_UNASKED, CallClass, Role, load
from conformance.iut import config
from conformance.runner.embedded import module_of
from conformance.suites.environment import call_class
from conformance.suites.registry import judged, suite

from .live import command


@contextmanager
def served(platform: str, folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the address that `serve` prints, and the text of each value by its key."""
    arguments = [sys.executable, "-m", "conformance", "serve", platform, "--write-iut", str(folder / "written.toml")]
    child = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    assert child.stdout is not None
    try:
        url, printed, name = "", {}, ""
        for line in child.stdout:
            if match := re.match(rf"{platform} reference at (\S+)", line):
                url = match[1]
            elif match := re.match(r"  (\w+) = (.*)\n", line):
                name, printed[match[1]] = match[1], match[2]
            elif line.startswith("wrote "):
                break
            else:  # a list goes on
                printed[name] += f"\n{line.strip()}"
        yield url, printed
    finally:
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=10)


def test_serve_starts_nothing_where_the_file_cannot_be_written(tmp_path: Path) -> None:
    done = command("serve", "thingscloud", "--write-iut", str(tmp_path / "none" / "x.toml"))
    assert (done.status, done.stdout) == (2, "")
    assert "no folder that can be written; make" in done.stderr
    assert len(done.stderr.splitlines()) == 1


FILES = [
    *(
        (role, platform)
        for role in Role
        for platform in judged()
        if role is not Role.CRYPTO and module_of(platform, role)
    ),
    (Role.CRYPTO, None),
]
COMMENTED = re.compile(r"# ((?:[a-z_]+ = |\[\[waiver|  \{|\]).*)")
"""A line of a file of `init` that a tester may uncomment."""


@pytest.mark.parametrize(("role", "platform"), FILES)
def test_each_key_of_a_file_of_init_can_be_uncommented(
    role: Role, platform: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "iut.toml"
    words = [role.value, *([platform] if platform else [])]
    assert command("init", *words, "--file", str(file)).status == 0
    (tmp_path / "ca.pem").write_text("", encoding="ascii")
    lines, active = file.read_text(encoding="utf-8").splitlines(), 0
    for place, line in enumerate(lines):
        # Of url and command one stands there already; of an upper tester, too, there is one.
        found = COMMENTED.match(line)
        if found and not (line.startswith("# command = ") and role is not Role.DEVICE):
            lines[place], active = found[1], active + 1
            if reference := re.match(r'[a-z_]+ = "env:([A-Z_]+)"', found[1]):
                monkeypatch.setenv(reference[1], "x")
        elif reference := re.match(r'[a-z_]+ = "env:([A-Z_]+)"', line):
            monkeypatch.setenv(reference[1], "x")
    assert active > 5
    file.write_text("\n".join(lines), encoding="utf-8")
    iut = config.read(file)
    assert iut.role is role
    assert len(iut.waivers) == 1
    (waiver,) = iut.waivers
    beginning = waiver.case.partition("S")[0]  # SUBJECT, SCHEME
    assert all(case.id.startswith(beginning) for case in suite(iut.suite).cases if case.role is role)


@pytest.mark.parametrize("platform", judged())
def test_file_of_init_judges_what_is_served(platform: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contract = load(platform)
    file = tmp_path / "iut.toml"
    assert command("init", "platform", platform, "--file", str(file)).status == 0
    with served(platform, tmp_path) as (url, printed):
        text = re.sub(r"(?m)^url = .*$", f'url = "{url}"', file.read_text(encoding="utf-8"))
        for name, value in printed.items():
            if name == "ca_file":  # one of a private https server
                text = re.sub(r"(?m)^# ca_file = .*$", f"ca_file = {value}", text)
            elif f"credentials.{name}" in contract.keys:
                monkeypatch.setenv(name.upper(), json.loads(value))
                text = re.sub(rf"(?m)^(# )?{name} = .*$", f'{name} = "env:{name.upper()}"', text)
            else:
                line = rf"(?m)^# {name} = (\[\n(# .*\n)*?# \]|.*)$"
                text, count = re.subn(line, f"{name} = {value}".replace("\\", r"\\"), text)
                assert count == 1, name
        for key in contract.keys_of("pics"):
            text = text.replace(f"\n# {key.name} = ", f"\n{key.name} = ")
        # Keys that are printed for nobody stand in the file as references that lead nowhere; a tester leaves them out.
        text = "\n".join(line for line in text.splitlines() if not _leads_nowhere(line, printed))
        file.write_text(text, encoding="utf-8")
        checked = command("check", "--iut", str(file))
        assert checked.status == 0, checked.output
        # What needs an upper tester is left out, because `serve` offers none, and what makes things that stay.
        reads = [
            each.subject
            for each in contract.operations.values()
            if each.call_class is CallClass.READ_ONLY
            and not any(contract.objects[kind].then for kind in each.needs.values())
        ]
        unasked = {each.id for each in suite(platform).cases if call_class(contract, each, printed) in ALLOWED_UNASKED}
        minimal = (f"{platform}/{subject}/minimal" for subject in reads)
        only = [word for identity in minimal if identity in unasked for word in ("--only", identity)]
        done = command("run", "--iut", str(file), "--out", str(tmp_path / "out"), *only)
        assert done.status == 0, done.output


def _leads_nowhere(line: str, printed: dict[str, str]) -> bool:
    match = re.match(r'(\w+) = "env:', line)
    return bool(match) and match[1] not in printed  # type: ignore[index]


@pytest.mark.parametrize(
    "arguments", [("thingscloud",), ("huawei", "--plain-http"), ("huawei", "--role", "application")]
)
def test_port_for_devices_is_refused_where_none_are_taken(arguments: tuple[str, ...]) -> None:
    done = command("serve", *arguments, "--device-port", "8883")
    assert done.status == 2
    assert "--device-port 8883: no devices are taken here; leave it out" in done.output
