"""`iot-conformance init`: write an IUT file with every key explained, from the contract's iut.yaml."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import click

from conformance.contract import Contract, IutKey, Role, keys_of_role, load
from conformance.iut import config
from conformance.iut.errors import UsageError
from conformance.iut.process import python_module
from conformance.suites.registry import judged


@click.command()
@click.argument("role", metavar="ROLE")
@click.argument("platform", metavar="[PLATFORM]", required=False)
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path),
    help="File to write.  [default: iut.toml; crypto.toml for role crypto]",
)
def init(role: str, platform: str | None, file: Path | None) -> None:
    """Write an IUT file with comments, to be filled in. Role crypto belongs to no PLATFORM."""
    if platform is None and role in judged():
        raise UsageError(f"PLATFORM is missing; write: iot-conformance init platform {role}")
    if role not in set(Role):
        raise UsageError(f"ROLE {role!r}: not a role; one of {', '.join(Role)}")
    if role == Role.CRYPTO:
        if platform is not None:
            raise UsageError(f"PLATFORM {platform!r}: role crypto belongs to no platform; leave it out")
        file = file or Path("crypto.toml")
        write_new(file, crypto_text())
        click.echo(f"wrote {file}; it judges our own routines until command names your program")
        click.echo(f"try it: iot-conformance check --iut {file}")
        return
    if platform is None:
        raise UsageError(f"PLATFORM is missing; one of {', '.join(judged())}")
    if platform not in judged():
        raise UsageError(f"PLATFORM {platform!r}: not known in this version; one of {', '.join(judged())}")
    from conformance.runner.embedded import module_of

    if module_of(platform, Role(role)) is None:
        raise UsageError(f"ROLE {role!r}: this version has no cases for role {role} of {platform} yet")
    file = file or Path("iut.toml")
    write_new(file, text(load(platform), Role(role)))
    click.echo(f"wrote {file}; fill it in, then: iot-conformance check --iut {file}")


def write_new(file: Path, content: str) -> None:
    """Write a file that must not exist yet.

    Raises:
        UsageError: it exists, or cannot be written.
    """
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(content)
    except FileExistsError as error:
        raise UsageError(f"{file}: exists already; give another name with --file (nothing was overwritten)") from error
    except OSError as error:
        raise UsageError(f"{file}: cannot be written ({error.strerror}); give another place with --file") from error


def text(contract: Contract, role: Role, given: Mapping[str, Any] | None = None) -> str:
    """Return an IUT file; `given` maps `table.key` to a value, other keys stand there as comments."""
    given = given or {}
    lines = [
        f"# IUT file of iot-conformance: {contract.title}, role {role}.",
        "# What is commented out is optional; the value shown is the default or an example.",
        "",
        "[iut]",
        _line("name", given.get("iut.name", f"my {role}"), True),
        _line("version", given.get("iut.version", "1.0"), True),
        _line("role", role.value, True),
        _line("platform", contract.platform, True),
        *(_STARTED.get(role) or _reach(role, given)),
        "",
        "[credentials]                       # references only: env:NAME or file:PATH",
        *(_FOR_CLIENTS if role is Role.CLIENT else ()),
        *_keys(contract.keys, role, "credentials", given),
        "",
        f"[pics]                              # what it claims{_LEFT_OUT.get(role, '; a key left out is probed')}",
        *_keys(contract.keys, role, "pics", given),
        "",
        "[pixit]                             # what the tester must know",
        *_keys(contract.keys, role, "pixit", given),
        "",
        *(() if role in {Role.CLIENT, Role.DEVICE} else _UPPER_TESTER),
        *_waiver(f"{contract.platform}/{'' if role is Role.PLATFORM else f'{role}/'}SUBJECT/PURPOSE"),
        "",
    ]
    return "\n".join(lines)


_ADDRESSES: Final = {Role.APPLICATION: "http://127.0.0.1:8080/callback"}
"""What stands for the address in the file that `init` writes, where it is another than a platform's."""


_DEVICE: Final = (
    "# How to start it; left out, it is a board that connects to [pixit] listen_host and listen_port.",
    '# command = "./firmware --host {host} --port {port} --ca {ca_file} --device-id {device_id} --secret {secret}"',
)


_CLIENT: Final = (
    "# How to start it: the suite serves the platform on loopback, the program calls it and ends.",
    "# Credentials and prepared objects come as environment variables IOT_CONFORMANCE_<KEY>, the address also as",
    "# IOT_CONFORMANCE_URL; `iot-conformance serve PLATFORM --judge` prints them all.",
    'command = "node client.js --url {url} --ca {ca_file}"',
)
_LEFT_OUT: Final = {Role.CLIENT: "", Role.APPLICATION: ""}
"""What is said of a claim that is left out, where nothing is probed."""
_STARTED: Final = {Role.DEVICE: _DEVICE, Role.CLIENT: _CLIENT}
"""How an IUT is reached that calls us."""
_FOR_CLIENTS: Final = (
    "# What the served platform takes. Left out, it makes credentials and tells them to the client.",
)
_UPPER_TESTER: Final = (
    "[upper_tester]                      # does what no documented call can; optional",
    '# url = "http://127.0.0.1:9000/"    # or  command = "./hook"  or  operator = true',
    "",
)
_OF_CALLERS: Final = frozenset({"rate_limit", "request_timeout_s", "start_timeout_s", "examples", "proxy"})
"""Settings of runs in which the suite is the one that calls."""


def _reach(role: Role, given: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        "# Where it is, or how to start it: exactly one of url and command.",
        _line("url", given.get("iut.url", _ADDRESSES.get(role, "https://127.0.0.1:8743")), True),
        '# command = "node server.js --port {port}"',
        _line("ca_file", given["iut.ca_file"], True)
        if "iut.ca_file" in given
        else '# ca_file = "ca.pem"               # CA certificate (PEM) of a private https server',
    )


def crypto_text() -> str:
    """Return an IUT file of role crypto that works as it is: its command runs our own routines."""
    lines = [
        "# IUT file of iot-conformance: a signing or encrypting routine, role crypto.",
        "# What is commented out is optional; the value shown is the default or an example.",
        "",
        "[iut]",
        _line("name", "my routines", True),
        _line("version", "1.0", True),
        _line("role", Role.CRYPTO.value, True),
        "# The program that speaks the adapter protocol on standard input and output (docs/adapter-protocol.md; examples",
        "# in Python, Node, Java and C are in examples/adapters/). This one is our own: put yours in its place, such as",
        '# command = "node adapter.mjs"',
        _line("command", python_module("conformance.vectors.adapter"), True),
        "",
        "[pixit]                             # what the tester must know",
        *_keys(keys_of_role(Role.CRYPTO), Role.CRYPTO, "pixit", {}),
        "",
        *_waiver("crypto/SCHEME/OPERATION/NAME"),
        "",
    ]
    return "\n".join(lines)


def _waiver(case: str) -> tuple[str, ...]:
    return (
        "# [[waiver]]                        # a known deviation, for a while",
        f'# case = "{case}"',
        '# verdict = "FAIL"',
        '# reason = "ticket 123"',
        "# expires = 2027-01-31",
    )


def _keys(keys: Mapping[str, IutKey], role: Role, kind: str, given: Mapping[str, Any]) -> Iterator[str]:
    offered = set(config.of_role((key for key in keys.values() if key.kind == kind), role))
    for key in keys.values():
        if key.kind != kind or key.name not in offered:
            continue
        if role in _STARTED and key.role == "any" and key.name in _OF_CALLERS:  # the IUT is the one that calls
            continue
        unit = f" [{key.unit}]" if key.unit else ""
        yield f"# {key.question}{unit}"
        known = f"{kind}.{key.name}" in given
        value = given[f"{kind}.{key.name}"] if known else _example(key)
        yield _line(
            key.name,
            value,
            known or (kind == "credentials" and key.default is None and role not in {Role.DEVICE, Role.CLIENT}),
        )


def _example(key: IutKey) -> Any:
    """Return the default of a key, or an example that can be read: nothing that would mean the opposite of a value."""
    if key.kind == "credentials":
        return f"env:{key.name.upper()}"
    if key.default is not None or key.example is not None:
        return key.example if key.default is None else key.default
    if key.values:
        return key.values[0]
    if key.name.endswith("_file"):
        return f"{key.name.removesuffix('_file').replace('_', '-')}.pem"
    return {"boolean": True, "number": 1, "integer": 1}.get(key.type, key.name.upper())


def _line(name: str, value: Any, active: bool) -> str:
    text = f"{name} = {toml(value)}"
    return text if active else "\n".join(f"# {line}" for line in text.split("\n"))


_BARE: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
"""Names that TOML takes without quotes."""


def toml(value: Any) -> str:
    """Return a JSON value without null as TOML; the elements of a list of tables stand on lines of their own."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_name(name)} = {toml(child)}" for name, child in value.items()) + "}"
    if isinstance(value, list | tuple):
        if value and all(isinstance(each, Mapping) for each in value):
            return "[\n" + "".join(f"  {toml(each)},\n" for each in value) + "]"
        return "[" + ", ".join(map(toml, value)) + "]"
    # A text in JSON is one in TOML, but for the character that TOML wants escaped as well.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _name(name: str) -> str:
    return name if _BARE.fullmatch(name) else toml(name)
