"""A reference in this very process, for tests of clients in which nothing listens. It is found by name, as child processes
are started by name: no module of the suite imports one.
"""

from __future__ import annotations

import importlib
import json
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from conformance.evidence.exchange import Answer, Request
from conformance.iut.errors import UsageError

_ROOT: Final = "conformance.reference"


class InProcess:
    """Answers calls with a reference of its own. Use it from one thread at a time."""

    url = "http://reference.invalid"

    def __init__(
        self, platform: str, credentials: Mapping[str, str], told: Mapping[str, Any], *, gateway: bool = False
    ) -> None:
        """Start the reference with these credentials; it makes those that are not given, and keeps to its settings in `told`.

        Raises:
            UsageError: it does not take the credentials.
        """
        module = importlib.import_module(f"{_ROOT}.{platform}.start")
        calls, control = (importlib.import_module(f"{_ROOT}.{name}") for name in ("calls", "control"))
        switches = {"gateway": True} if gateway else {}
        settings = {name: told[name] for name in getattr(module, "SETTINGS", ()) if name in told}
        with tempfile.TemporaryDirectory(prefix="iot-conformance-") as folder:
            file = Path(folder) / "credentials.json"
            file.write_text(json.dumps(dict(credentials)), encoding="utf-8")
            try:
                started = module.start(file if credentials else None, **switches, **settings)
            except ValueError as error:
                raise UsageError(f"credentials: {error}") from None
        self._token = secrets.token_hex(8)
        self._call, self._prefix = calls.Call, control.PREFIX
        self._service, self._control = started.service, control.Control(started.service, self._token)
        self.credentials: dict[str, str] = dict(started.credentials)
        self.pixit: dict[str, Any] = dict(started.pixit)

    def send(self, request: Request) -> Answer:
        """Return the answer of the reference."""
        parts = urlsplit(request.url)
        reply = self._service.answer(
            self._call(
                method=request.method,
                path=parts.path,
                query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
                headers={name.lower(): value for name, value in request.headers},
                body=request.body or b"",
            )
        )
        return Answer(request, reply.status, "", tuple(reply.headers.items()), reply.content())

    def control(self, method: str, name: str, value: Any = None) -> Any:
        """Call its control endpoint."""
        body = b"" if method == "GET" else json.dumps(value).encode()
        headers = {"x-control-token": self._token}
        reply = self._control.answer(self._call(method=method, path=self._prefix + name, headers=headers, body=body))
        assert reply.status == 200, reply.body
        return reply.body
