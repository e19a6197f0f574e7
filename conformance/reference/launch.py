"""The command line that every reference shares: address, control token, log, and one line that says where it listens.

The line is JSON on standard output and holds the credentials, because whoever starts a reference needs them; the
request log never shows any.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from conformance.crypto.certificates import Certificate
from conformance.reference.asgi import Application
from conformance.reference.calls import Call
from conformance.reference.server import listen, serve, url_of
from conformance.reference.service import Service

_USAGE_ERROR: Final = 2


@dataclass(frozen=True)
class Started:
    """A reference that is ready to serve."""

    service: Service
    credentials: Mapping[str, str]
    pixit: Mapping[str, Any]
    tls: bool = False
    """Whether it is served over HTTPS, with a certificate that is made at the start."""


def main(
    name: str,
    start: Callable[..., Started],
    arguments: list[str] | None = None,
    switches: Mapping[str, str] = MappingProxyType({}),
) -> int:
    """Serve a reference as the command line says; return the exit status.

    `start` is called with the credentials file, or None, and with the truth of each of its own `switches` (name → help) by
    its name.
    """
    parser = _parser(name)
    for switch, text in switches.items():
        parser.add_argument(f"--{switch}", action="store_true", help=text)
    parser.add_argument(
        "--everything", action="store_true", help="with all of its own switches on, as the suite judges it"
    )
    options = parser.parse_args(arguments)
    try:
        started = start(
            options.credentials, **{switch: options.everything or getattr(options, switch) for switch in switches}
        )
    except (OSError, ValueError) as error:
        print(f"--credentials {options.credentials}: {error}", file=sys.stderr)
        return _USAGE_ERROR
    try:
        listener = listen(options.host, options.port)
    except OSError as error:
        print(f"--host {options.host} --port {options.port}: {error.strerror}", file=sys.stderr)
        return _USAGE_ERROR
    made = Certificate.made(options.host) if started.tls and not options.plain_http else None
    ready = {
        "url": url_of(listener, tls=made is not None),
        "credentials": dict(started.credentials),
        "pixit": dict(started.pixit),
        **({"ca": made.ca_pem} if made else {}),
        **({"https": True} if started.tls and made is None else {}),  # demanded by the document, and left out as told
    }
    print(json.dumps(ready), flush=True)
    application = Application(started.service, options.control, _print_call if options.log else None)
    with made.files() if made else nullcontext() as files:
        serve(application, listener, parent=options.parent, tls=files)
    return 0


def _parser(name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"python -m {name}", description="Serve an embedded reference until SIGTERM or SIGINT."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: loopback)")
    parser.add_argument("--port", type=int, default=0, help="TCP port; 0 (the default) takes a free one")
    parser.add_argument("--control", metavar="TOKEN", help="serve the control endpoint to callers who know TOKEN")
    parser.add_argument("--credentials", metavar="FILE", type=Path, help="JSON object with the credentials to take")
    parser.add_argument(
        "--plain-http", action="store_true", help="serve plain HTTP also where the document demands HTTPS"
    )
    parser.add_argument("--log", action="store_true", help="print a line per request to standard error")
    parser.add_argument(
        "--parent",
        nargs="?",
        type=int,
        const=os.getppid(),
        metavar="PID",
        help="end when that process ends (default: the process that started this one)",
    )
    return parser


def _print_call(_: Call, entry: dict[str, Any]) -> None:
    """Print one line: time, method, path, subject, status, and whether it was refused and why."""
    clock = time.strftime("%H:%M:%S", time.localtime(entry["t_ms"] / 1000))
    outcome = f"refused: {entry['refused']}" if entry["refused"] else entry.get("seen", "ok")
    path = str(entry["path"]).encode("ascii", "backslashreplace").decode()
    print(
        f"{clock} {entry['method']:<6} {path}  {entry['subject'] or '-'}  {entry['status']}  {outcome}", file=sys.stderr
    )
