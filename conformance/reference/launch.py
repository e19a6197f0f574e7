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
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from conformance.crypto.certificates import LOOPBACK, Authority, Certificate
from conformance.reference.asgi import Application
from conformance.reference.calls import Call
from conformance.reference.server import listen, serve, url_of
from conformance.reference.service import Service

_USAGE_ERROR: Final = 2


class Served(NamedTuple):
    """How a reference is served over TLS; what it serves beside HTTP is served likewise."""

    authority: Authority
    certificate: Certificate
    host: str
    port: int = 0
    """The port for devices; 0 takes a free one."""
    log: Callable[[str], object] = lambda _: None
    """Takes a line about each thing that a device does."""


@dataclass(frozen=True)
class Beside:
    """What a tester must know of what is served beside HTTP."""

    pixit: Mapping[str, Any]
    files: Mapping[str, str]
    """Contents of the files that PIXIT keys name."""


@dataclass(frozen=True)
class Started:
    """A reference that is ready to serve."""

    service: Service
    credentials: Mapping[str, str]
    pixit: Mapping[str, Any]
    tls: bool = False
    """Whether it is served over HTTPS, with a certificate that is made at the start."""
    beside: Callable[[Served], AbstractContextManager[Beside]] | None = None
    """Serves what is no HTTP, for as long as the block lasts; never asked where HTTP is served without TLS."""


def main(
    name: str,
    start: Callable[..., Started],
    arguments: list[str] | None = None,
    switches: Mapping[str, str] = MappingProxyType({}),
    settings: Collection[str] = (),
) -> int:
    """Serve a reference as the command line says; return the exit status.

    `start` is called with the credentials file, or None, with the truth of each of its own `switches` (name → help) by
    its name, and with those of its `settings` that the tester tells.
    """
    parser = _parser(name)
    for switch, text in switches.items():
        parser.add_argument(f"--{switch}", action="store_true", help=text)
    parser.add_argument(
        "--everything", action="store_true", help="with all of its own switches on, as the suite judges it"
    )
    options = parser.parse_args(arguments)
    try:
        told = json.loads(options.told.read_text(encoding="utf-8")) if options.told else {}
        started = start(
            options.credentials,
            **{switch: options.everything or getattr(options, switch) for switch in switches},
            **{name: told[name] for name in settings if name in told},
        )
    except (OSError, ValueError) as error:
        print(f"--credentials {options.credentials}: {error}" if options.credentials else error, file=sys.stderr)
        return _USAGE_ERROR
    try:
        listener = listen(options.host, options.port)
    except OSError as error:
        print(f"--host {options.host} --port {options.port}: {error.strerror}", file=sys.stderr)
        return _USAGE_ERROR
    served = _served(options) if started.tls and not options.plain_http else None
    if options.device_port and (served is None or started.beside is None):
        print(f"--device-port {options.device_port}: no devices are taken here", file=sys.stderr)
        return _USAGE_ERROR
    application = Application(started.service, options.control, _print_call if options.log else None)
    with ExitStack() as stack:
        ready: dict[str, Any] = {
            "url": url_of(listener, tls=served is not None),
            "credentials": dict(started.credentials),
            "pixit": dict(started.pixit),
            # Demanded by the document, and left out as told.
            **({"https": True} if started.tls and served is None else {}),
        }
        files = None
        if served is not None:
            files = stack.enter_context(served.certificate.files())
            ready["ca"] = served.certificate.ca_pem
            if started.beside is not None:
                try:
                    beside = stack.enter_context(started.beside(served))
                except OSError as error:
                    print(f"--device-port {options.device_port}: {error.strerror}", file=sys.stderr)
                    return _USAGE_ERROR
                ready["pixit"] |= beside.pixit
                ready["files"] = dict(beside.files)
        print(json.dumps(ready), flush=True)
        serve(application, listener, parent=options.parent, tls=files)
    return 0


def _served(options: argparse.Namespace) -> Served:
    """Make an authority and the certificate that it gives to a reference."""
    authority, host = Authority.made(), options.host
    certificate = authority.server((*LOOPBACK, host))
    return Served(authority, certificate, host, options.device_port, _print_line if options.log else lambda _: None)


def _parser(name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"python -m {name}", description="Serve an embedded reference until SIGTERM or SIGINT."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: loopback)")
    parser.add_argument("--port", type=int, default=0, help="TCP port; 0 (the default) takes a free one")
    parser.add_argument(
        "--device-port", type=int, default=0, help="TCP port for devices, where the document has any; 0: a free one"
    )
    parser.add_argument("--control", metavar="TOKEN", help="serve the control endpoint to callers who know TOKEN")
    parser.add_argument("--credentials", metavar="FILE", type=Path, help="JSON object with the credentials to take")
    parser.add_argument(
        "--told", metavar="FILE", type=Path, help="JSON object of [pixit]; what is a setting here is kept to"
    )
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


def _print_line(text: str) -> None:
    """Print the time and what a device did."""
    clean = text.encode("ascii", "backslashreplace").decode()
    print(f"{time.strftime('%H:%M:%S')} {clean}", file=sys.stderr)


def _print_call(_: Call, entry: dict[str, Any]) -> None:
    """Print one line: time, method, path, subject, status, and whether it was refused and why."""
    clock = time.strftime("%H:%M:%S", time.localtime(entry["t_ms"] / 1000))
    outcome = f"refused: {entry['refused']}" if entry["refused"] else entry.get("seen", "ok")
    path = str(entry["path"]).encode("ascii", "backslashreplace").decode()
    print(
        f"{clock} {entry['method']:<6} {path}  {entry['subject'] or '-'}  {entry['status']}  {outcome}", file=sys.stderr
    )
