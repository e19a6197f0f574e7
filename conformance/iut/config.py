"""The IUT file: what is tested, how to reach it, what it claims, what the tester knows.

Every mistake in it is one clear line with key, value and remedy, found before anything is sent. Unknown keys are mistakes:
a misspelt claim read as "unset" would silently change what is judged.
"""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
import shlex
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from conformance.contract import Contract, IutKey, Role, keys_of_role, load, platforms
from conformance.evidence.verdict import Verdict
from conformance.iut import secrets
from conformance.iut.errors import UsageError
from conformance.iut.waivers import Waiver

_TABLES: Final = frozenset({"iut", "credentials", "pics", "pixit", "upper_tester", "waiver"})
_IUT_KEYS: Final = frozenset({"name", "version", "role", "platform", "url", "command", "ca_file"})
_WAIVER_KEYS: Final = frozenset({"case", "verdict", "reason", "expires"})
_UPPER_TESTER_KEYS: Final = frozenset({"url", "command", "operator"})
_WAIVABLE: Final = (Verdict.WARN, Verdict.INCONCLUSIVE, Verdict.FAIL)
PLACEHOLDERS: Final[Mapping[Role, frozenset[str]]] = {
    Role.PLATFORM: frozenset({"port"}),
    Role.APPLICATION: frozenset({"port"}),
    Role.DEVICE: frozenset({"host", "port", "ca_file", "device_id", "secret"}),
    Role.CLIENT: frozenset({"url", "ca_file"}),
    Role.CRYPTO: frozenset(),
}
"""What a `command` may name in braces, by role."""


@dataclass(frozen=True)
class Iut:
    """An implementation under test as its file describes it."""

    name: str
    version: str
    role: Role
    platform: str | None
    url: str | None = None
    command: str | None = None
    ca_file: Path | None = None
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    pics: Mapping[str, Any] = field(default_factory=dict)
    pixit: Mapping[str, Any] = field(default_factory=dict)
    upper_tester: Mapping[str, Any] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    file: Path | None = None
    embedded: bool = False
    """One of our own references, started for this run."""
    reference: str | None = None
    """Module of the embedded reference."""
    arguments: tuple[str, ...] = ()
    """Further arguments of the embedded reference: the faults of a device, for the tests."""

    @property
    def suite(self) -> str:
        """First part of the ids of its cases: the platform, or the role where that belongs to no platform."""
        return self.platform or self.role.value

    @property
    def live(self) -> bool:
        """Whether the IUT was there before us and stays after us, as a board does, too: hygiene is stricter."""
        board = self.role is Role.DEVICE and self.command is None
        return (self.url is not None or board) and not self.embedded


def read(path: Path, *, allow_literal_secrets: bool = False) -> Iut:
    """Read an IUT file.

    Raises:
        UsageError: it cannot be used; the text is one line with the remedy.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))  # some editors begin a file with a mark
    except FileNotFoundError as error:
        raise UsageError(f"{path}: no such file; write one with: iot-conformance init platform PLATFORM") from error
    except IsADirectoryError as error:
        raise UsageError(f"{path}: cannot be read: it is a folder; give the IUT file itself") from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); see to its permissions") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: cannot be read: it is not UTF-8 text; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: not TOML: {error}") from error
    try:
        return _Reader(path, table, allow_literal_secrets).iut()
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error.__cause__


class _Reader:
    def __init__(self, path: Path, table: dict[str, Any], allow_literal: bool) -> None:
        self.path, self.table, self.allow_literal = path, table, allow_literal

    def iut(self) -> Iut:
        _no_unknown("", self.table, _TABLES)
        for name in _TABLES - {"waiver"}:
            if not isinstance(self.table.get(name, {}), dict):
                raise UsageError(f"{name}: this is a table; write [{name}] on a line of its own")
        head = self.table.get("iut", {})
        _no_unknown("iut.", head, _IUT_KEYS)
        role, platform = self._role(head), self._platform(head)
        keys = load(platform).keys if platform else keys_of_role(role)
        if platform is None and role is not Role.CRYPTO:
            raise UsageError(
                f'iut.platform is missing; write platform = "{platforms()[0]}" (one of {", ".join(platforms())})'
            )
        self.role = role
        url, command = self._reach(head, role)
        return Iut(
            name=_text("iut.name", head.get("name", "unnamed")),
            version=_text("iut.version", head.get("version", "unstated")),
            role=role,
            platform=platform,
            url=url,
            command=command,
            ca_file=self._ca_file(head),
            credentials=self._credentials(keys),
            pics=self._values("pics", keys),
            pixit=self._values("pixit", keys),
            upper_tester=self._upper_tester(),
            waivers=tuple(self._waivers()),
            file=self.path,
        )

    def _role(self, head: Mapping[str, Any]) -> Role:
        value = head.get("role")
        if value is None:
            raise UsageError(f'iut.role is missing; write role = "platform" (one of {", ".join(Role)})')
        if value not in tuple(Role):
            raise UsageError(f"iut.role = {value!r}: not a role; write one of {', '.join(Role)}")
        return Role(value)

    def _platform(self, head: Mapping[str, Any]) -> str | None:
        value = head.get("platform")
        if value is not None and head.get("role") == Role.CRYPTO:
            raise UsageError(f"iut.platform = {value!r}: role crypto belongs to no platform; leave it out")
        if value is not None and value not in platforms():
            raise UsageError(
                f"iut.platform = {value!r}: not a platform of this version; write one of {', '.join(platforms())}"
            )
        return value

    def _reach(self, head: Mapping[str, Any], role: Role) -> tuple[str | None, str | None]:
        url, command = head.get("url"), head.get("command")
        if role is Role.CRYPTO and (url is not None or command is None):
            raise UsageError('iut: role crypto starts a program; write command = "python3 adapter.py", and no url')
        if role is Role.DEVICE:
            return self._device(url, command)
        if role is Role.CLIENT and (url is not None or command is None):
            raise UsageError(
                'iut: role client starts a program that calls the suite; write command = "node client.js {url}", and no url'
            )
        if (url is None) == (command is None):
            raise UsageError('iut: give exactly one of url = "https://host:port" and command = "program --port {port}"')
        if url is not None:
            if "@" in _text("iut.url", url) or "?" in url or "#" in url:  # may hold a secret: it is not repeated here
                raise UsageError("iut.url: user, query and fragment do not belong here; put secrets into [credentials]")
            if not _is_address(url):
                raise UsageError(f'iut.url = {url!r}: not an address; write "http://host:port" or "https://host:port"')
        if command is not None:
            check_placeholders(_text("iut.command", command), role)
        return url, command

    def _device(self, url: Any, command: Any) -> tuple[None, str | None]:
        """Return how a device is started: it connects to us, so that it has no address; a board is not started at all."""
        if url is not None:
            raise UsageError(
                "iut.url: a device connects to the suite; leave it out, and give [pixit] listen_host and listen_port"
            )
        if command is not None:
            check_placeholders(_text("iut.command", command), Role.DEVICE)
        return None, command

    def _ca_file(self, head: Mapping[str, Any]) -> Path | None:
        if "ca_file" not in head:
            return None
        path = self.path.parent / _text("iut.ca_file", head["ca_file"])
        if not path.is_file():
            raise UsageError(f"iut.ca_file = {head['ca_file']!r}: no such file; give the CA certificate as PEM")
        return path

    def _credentials(self, keys: Mapping[str, IutKey]) -> dict[str, str]:
        given = self.table.get("credentials", {})
        known = _keys_of(keys, "credentials")
        _no_unknown("credentials.", given, known, of_role(known.values(), self.role))
        return {
            key: secrets.resolve(
                f"credentials.{key}",
                _text(f"credentials.{key}", value),
                self.path.parent,
                allow_literal=self.allow_literal,
            )
            for key, value in given.items()
        }

    def _values(self, kind: str, keys: Mapping[str, IutKey]) -> dict[str, Any]:
        return checked(kind, self.table.get(kind, {}), keys, role=self.role)

    def _upper_tester(self) -> dict[str, Any]:
        given: dict[str, Any] = self.table.get("upper_tester", {})
        _no_unknown("upper_tester.", given, _UPPER_TESTER_KEYS)
        if len(given) > 1:
            raise UsageError("upper_tester: give one of url, command and operator = true")
        for key, value in given.items():
            place = f"upper_tester.{key}"
            if key == "operator":
                if not isinstance(value, bool):
                    raise UsageError(f"{place} = {value!r}: not of type boolean; write operator = true")
            elif key == "url" and not _is_address(_text(place, value)):
                raise UsageError(f'{place} = {value!r}: not an address; write "http://host:port/path"')
            elif key == "command" and not _split(place, _text(place, value)):
                raise UsageError(f"{place} is empty; write the program and its arguments")
        return given

    def _waivers(self) -> Iterable[Waiver]:
        given = self.table.get("waiver", [])
        if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
            raise UsageError("waiver: waivers are a list; write [[waiver]] above each")
        for number, each in enumerate(given, 1):
            place = f"waiver {number}"
            _no_unknown(f"{place}: ", each, _WAIVER_KEYS)
            missing = sorted(_WAIVER_KEYS - set(each))
            if missing:
                raise UsageError(f"{place}: {missing[0]} is missing; a waiver has case, verdict, reason and expires")
            if each["verdict"] not in _WAIVABLE:
                raise UsageError(f"{place}: verdict = {each['verdict']!r}; write one of {', '.join(_WAIVABLE)}")
            expires = each["expires"]
            if isinstance(expires, str):
                try:
                    expires = dt.date.fromisoformat(expires)
                except ValueError as error:
                    raise UsageError(f"{place}: expires = {expires!r}; write a day as 2027-01-31") from error
            if not isinstance(expires, dt.date) or isinstance(expires, dt.datetime):
                raise UsageError(f"{place}: expires = {expires!r}; write a day as 2027-01-31")
            reason = _text(f"{place}: reason", each["reason"])
            if not reason.strip():
                raise UsageError(f"{place}: reason is empty; say why the deviation is accepted")
            yield Waiver(_text(f"{place}: case", each["case"]), Verdict(each["verdict"]), reason, expires)


def checked(
    kind: str,
    given: Mapping[str, Any],
    keys: Mapping[str, IutKey],
    *,
    place: str | None = None,
    beside: Iterable[str] = (),
    role: Role | None = None,
) -> dict[str, Any]:
    """Return what a tester gives of one kind of keys (`pics`, `pixit`), if every value can be used.

    `place` stands before a key in errors (unset: the kind and a dot), `beside` is known there too. Errors offer the keys of
    `role` (unset: of all).

    Raises:
        UsageError: an unknown key, or a value that it cannot have.
    """
    place, known = f"{kind}." if place is None else place, _keys_of(keys, kind)
    offered = known if role is None else of_role(known.values(), role)
    _no_unknown(place, given, {*known, *beside}, {*offered, *beside})
    return {key: _typed(f"{place}{key}", value, known[key]) for key, value in given.items()}


def check_placeholders(command: str, role: Role) -> None:
    """Refuse a placeholder that the role does not offer.

    Raises:
        UsageError: an unknown or broken placeholder.
    """
    from string import Formatter

    allowed = PLACEHOLDERS[role]
    try:
        fields = [name for _, name, _, _ in Formatter().parse(command) if name is not None]
    except ValueError as error:
        raise UsageError(f"iut.command: {error}; a literal brace is written twice") from error
    if not _split("iut.command", command):
        raise UsageError("iut.command is empty; write the program and its arguments")
    for name in fields:
        if name not in allowed:
            offered = ", ".join(f"{{{each}}}" for each in sorted(allowed)) or "none"
            raise UsageError(f"iut.command: unknown placeholder {{{name}}}; role {role} offers {offered}")


def _split(place: str, command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError as error:
        raise UsageError(f"{place} = {command!r}: {error}; close the quotation") from error


def _is_address(url: str, *, free: bool = False) -> bool:
    """Tell whether a text is an http or https URL with a host, and a port that can be one; `free`: 0 means any free one."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and (free or port != 0)


def _keys_of(keys: Mapping[str, IutKey], kind: str) -> dict[str, IutKey]:
    return {key.name: key for key in keys.values() if key.kind == kind}


def of_role(keys: Iterable[IutKey], role: Role) -> list[str]:
    """Return the names of the keys that are for a role; a client knows the credentials of the platform that it calls."""
    return [
        key.name
        for key in keys
        if key.role in {role.value, "any"}
        or (key.kind == "credentials" and key.role == Role.PLATFORM and role is Role.CLIENT)
    ]


def _no_unknown(
    place: str, given: Mapping[str, Any], known: Iterable[str], offered: Iterable[str] | None = None
) -> None:
    """Refuse a key that is not known; the remedy is a name like it, else those that are `offered`, by default all."""
    known = sorted(known)
    offered = known if offered is None else sorted(offered)
    for key in given:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, 1)
            remedy = f"did you mean {near[0]}?" if near else f"known here: {', '.join(offered) or 'none'}"
            raise UsageError(f"{place}{key} = {_shown(place, str(key), given[key])}: unknown key; {remedy}")


def _shown(place: str, key: str, value: Any) -> str:
    """Return a value as it may be repeated: not where it is, or was meant to be, a credential."""
    secrets_of = {each.name for platform in platforms() for each in load(platform).keys_of("credentials")}
    table = not place or place.startswith("credentials") or isinstance(value, dict | list)
    return "…" if table or difflib.get_close_matches(key, secrets_of, 1) else repr(value)


def _text(key: str, value: Any) -> str:
    if value == "":
        raise UsageError(f"{key} = '': empty; write its value, or leave the line out")
    if not isinstance(value, str):
        shown = "…" if key.startswith("credentials") else repr(value)
        raise UsageError(f"{key} = {shown}: not a text; write it in quotes")
    return value


_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "array": (list,),
    "object": (dict,),
}


_POSITIVE: Final = frozenset({"rate_limit", "request_timeout_s", "start_timeout_s", "examples"})
"""Numbers of which nothing would be the opposite of what is meant: no limit, no answer in time, nothing tried."""


def _typed(place: str, value: Any, key: IutKey) -> Any:
    if key.kind == "pixit" and key.name == "rate_limit" and value == "none":
        return value
    kinds = _TYPES[key.type]
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        unit = f" ({key.unit})" if key.unit else ""
        raise UsageError(f"{place} = {value!r}: not of type {key.type}{unit}; {key.question}")
    if value == "":
        raise UsageError(f"{place} = '': empty; write its value, or leave the line out; {key.question}")
    if key.values and value not in key.values:
        raise UsageError(f"{place} = {value!r}: not one of {', '.join(key.values)}; {key.question}")
    if key.pattern is not None and not re.fullmatch(key.pattern, str(value), re.ASCII):
        raise UsageError(f"{place} = {value!r}: not of the form that is asked for; {key.question}")
    if isinstance(value, float) and not math.isfinite(value):
        raise UsageError(f"{place} = {value!r}: not a finite number; {key.question}")
    if isinstance(value, int | float) and value < 0:
        raise UsageError(f"{place} = {value!r}: negative; {key.question}")
    if key.kind == "pixit" and key.name in _POSITIVE and value == 0:
        raise UsageError(f"{place} = {value!r}: must be more than 0; {key.question}")
    if isinstance(value, list | dict):
        from conformance.iut import structured

        structured.check(place, value, key)
    if (
        key.kind == "pixit"
        and key.name in {"callback_url", "callback_listen"}
        and not _is_address(str(value), free=True)
    ):
        raise UsageError(f'{place} = {value!r}: not an address; write "http://host:port"')
    if key.kind == "pixit" and key.name == "proxy" and not _is_address(str(value)):
        raise UsageError(f'{place}: not the address of a proxy; write "http://host:port"')
    return value


def value_of(iut: Iut, contract: Contract, name: str) -> Any:
    """Return a PIXIT value: the tester's, else the default that the contract has for the role; None where neither is there."""
    if name in iut.pixit:
        return iut.pixit[name]
    key = contract.keys.get(f"pixit.{name}")
    return key.default if key and key.role in {iut.role.value, "any"} else None
