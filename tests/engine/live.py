"""A platform in a process of its own, as somebody else's live system: reached by url, with a log of what arrived."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from click.testing import CliRunner

from conformance.cli import main

CONTROL = "control-token"
SECRETS = {
    "access_key": "CANARY/ak+Zq81==Wv/T4xLmP",
    "secret_key": 'CANARY-secret "quoted" \\ gerät <&> 名字',
    "password": "CANARYpw-7Hd2KsQ9vXb4",
}
CREDENTIALS = {"app_id": "engine-app", "account": "engine-account", **SECRETS}


class Live:
    """The reference platform with known credentials and its control endpoint."""

    def __init__(self, folder: Path) -> None:
        file = folder / "credentials.json"
        file.write_text(json.dumps(CREDENTIALS), encoding="utf-8")
        command = [sys.executable, "-m", "conformance.reference.thingscloud", "--control", CONTROL, "--parent"]
        self.process = subprocess.Popen([*command, "--credentials", str(file)], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.ready: dict[str, Any] = json.loads(self.process.stdout.readline())
        self.url = str(self.ready["url"])
        self.client = httpx.Client(base_url=self.url, trust_env=False, timeout=10)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()
        self.process.terminate()
        self.process.communicate(timeout=10)

    def control(self, method: str, name: str, value: Any = ...) -> Any:
        content = None if value is ... else json.dumps(value)
        headers = {"X-Control-Token": CONTROL}
        answer = self.client.request(method, f"/__control__/{name}", content=content, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def reset(self) -> None:
        self.control("PUT", "faults", [])
        self.control("POST", "clock", {"offset_s": 0})
        self.control("POST", "reset")
        self.control("DELETE", "log")

    def log(self) -> list[dict[str, Any]]:
        """Return what arrived since the last reset."""
        entries: list[dict[str, Any]] = self.control("GET", "log")
        return entries

    def names(self) -> set[str]:
        """Return the names of every device and customer, as the API lists them."""
        login = {name: CREDENTIALS[name] for name in ("app_id", "access_key", "secret_key")}
        token = self.client.post("/api/v1/access_token", json=login).json()["info"]["access_token"]
        found: set[str] = set()
        for path in ("/api/v1/devices", "/api/v1/customers"):
            for page in range(1, 100):
                answer = self.client.get(path, params={"page": page}, headers={"Authorization": f"Bearer {token}"})
                items = (answer.json().get("info") or {}).get("items") or []
                if not items:
                    break
                found |= {item["name"] for item in items}
        return found


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    status: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        return self.stdout + self.stderr


def command(*arguments: str) -> Done:
    """Run a command of the CLI in this process."""
    done = CliRunner().invoke(main, list(arguments))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Done(done.exit_code, done.stdout, done.stderr)


def iut_file(folder: Path, url: str, more: str = "", *, reach: str | None = None) -> Path:
    """Write an IUT file whose credentials are references to files beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["[iut]", 'name = "engine platform"', 'version = "1"', 'role = "platform"', 'platform = "thingscloud"']
    lines += [reach or f'url = "{url}"', "", "[credentials]"]
    for name, value in CREDENTIALS.items():
        (folder / f"{name}.secret").write_text(value, encoding="utf-8")
        lines.append(f'{name} = "file:{name}.secret"')
    claims = ("admin_login", "statistics", "device_groups", "downlink", "alarms", "customers")
    lines += ["", "[pics]", *(f"{claim} = true" for claim in claims)]
    lines += ["", "[pixit]", 'rate_limit = "none"', "ingest_delay_s = 0", more, ""]
    file = folder / "iut.toml"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def results(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    return read


def artefacts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
