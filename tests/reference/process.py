"""The reference as a child process, as the command line starts it."""

from __future__ import annotations

import json
import subprocess
import sys
from types import TracebackType
from typing import Any, Self

import httpx

CONTROL = "control-token"


class Running:
    """A started reference with its control endpoint."""

    def __init__(self, *arguments: str, module: str = "conformance.reference.thingscloud") -> None:
        command = [
            sys.executable,
            "-m",
            module,
            "--control",
            CONTROL,
            "--parent",
            *arguments,
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read() if self.process.stderr else ""
        self.ready: dict[str, Any] = json.loads(line)
        self.url = str(self.ready["url"])
        self.client = httpx.Client(base_url=self.url, trust_env=False, timeout=5)
        self._authorization: dict[str, str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()
        self.process.terminate()
        self.process.communicate(timeout=5)

    @property
    def authorization(self) -> dict[str, str]:
        """The header of a caller who signed in with the printed credentials."""
        if self._authorization is None:
            names = ("app_id", "access_key", "secret_key")
            given = {name: self.ready["credentials"][name] for name in names}
            answer = self.client.post("/api/v1/access_token", json=given).json()
            self._authorization = {"Authorization": f"Bearer {answer['info']['access_token']}"}
        return self._authorization

    def control(self, method: str, name: str, value: Any = ...) -> Any:
        """Call the control endpoint; return its JSON."""
        content = None if value is ... else json.dumps(value)
        headers = {"X-Control-Token": CONTROL}
        answer = self.client.request(method, f"/__control__/{name}", content=content, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()
