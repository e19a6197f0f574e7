"""Behaviour faults that every platform can show: breaking on input that no sentence describes, and loose framing.

They hold for any contract, so they are registered once, beside the names that a platform registers for itself. Contracts
name the statements alike (section `global`); where one lacks the statement, the fault names no requirement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from conformance.contract import Operation
from conformance.contract.members import ELEMENT, VALUE
from conformance.reference.calls import Call
from conformance.reference.faults import Behaviour
from conformance.reference.switchboard import Switchboard

LONG_TEXT: Final = 4096
DEEP: Final = 32

FRAILTIES: Final[Mapping[str, Behaviour]] = {
    "crash-on-deep-json": Behaviour("global/deep-json", f"a body nested deeper than {DEEP} is answered with 500"),
    "crash-on-long-text": Behaviour(
        "global/long-text", f"a text longer than {LONG_TEXT} characters is answered with 500"
    ),
    "crash-on-nul": Behaviour("global/nul-character", "a text with the character U+0000 is answered with 500"),
    "crash-on-non-ascii": Behaviour(
        "global/text-unchanged", "a text with a character outside ASCII is answered with 500"
    ),
    "crash-on-wrong-kind": Behaviour(
        "global/wrong-body-kind", "a body that is JSON of another kind than documented is answered with 500"
    ),
    "crash-on-malformed-json": Behaviour("global/malformed-json", "a body that is not JSON is answered with 500"),
    "crash-on-unknown-member": Behaviour(
        "global/unknown-member", "a body with an undocumented member is answered with 500"
    ),
    "crash-on-unknown-query": Behaviour("global/unknown-query", "an undocumented query name is answered with 500"),
    "crash-on-invalid": Behaviour(None, "a request that breaks a documented constraint is answered with 500"),
    "crash-on-unknown-method": Behaviour(
        "global/unknown-method", "a documented path with another method is answered with 500"
    ),
    "unknown-method-served": Behaviour(
        "global/unknown-method", "a documented path with another method is served as with the documented one"
    ),
    "host-not-required": Behaviour("global/host-header", "a request without Host header is served"),
    "byte-order-mark": Behaviour("global/utf-8", "the body of every answer begins with a byte order mark"),
    "not-utf-8": Behaviour("global/utf-8", "the body of every answer is UTF-16"),
}


class Crashed(Exception):  # noqa: N818 - it names what happens
    """A fault lets the platform break on this call; it answers 500."""


def check_call(faults: Switchboard, operation: Operation, call: Call) -> None:
    """Break on a query name that the active faults do not bear."""
    documented = {parameter.name for parameter in operation.parameters if parameter.location == "query"}
    if any(name not in documented for name, _ in call.query) and faults.on("crash-on-unknown-query"):
        raise Crashed


def check_body(faults: Switchboard, operation: Operation, body: Any) -> None:
    """Break on a body that the active faults do not bear."""
    for name, breaks in _BODIES.items():
        if faults.has(f"behaviour/{name}") and breaks(operation, body):
            faults.notice(f"behaviour/{name}")
            raise Crashed


def _has_unknown(operation: Operation, body: Any) -> bool:
    assert operation.request is not None
    paths = [member.path for member in operation.request.members if member.path]
    if isinstance(body, list):
        paths, bodies = [path[1:] for path in paths if path[0] == ELEMENT and path[1:]], body
    else:
        bodies = [body]
    names = {path[0] for path in paths}
    return VALUE not in names and any(isinstance(each, dict) and bool(each.keys() - names) for each in bodies)


def _is_other_kind(operation: Operation, body: Any) -> bool:
    assert operation.request is not None
    kind = operation.request.members[0].schema.get("type")
    return not isinstance(body, list if kind == "array" else dict)


def _depth(value: Any) -> int:
    """Return how deep a value nests, without recursion."""
    depth, level = 0, [value]
    while level := [child for each in level for child in _children(each)]:
        depth += 1
    return depth


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _texts(value: Any) -> Iterator[str]:
    level = [value]
    while level:
        yield from (each for each in level if isinstance(each, str))
        yield from (key for each in level if isinstance(each, dict) for key in each)
        level = [child for each in level for child in _children(each)]


# The last one is registered by the platforms whose clients are known to send null for what they do not set.
_BODIES: Final[Mapping[str, Callable[[Operation, Any], bool]]] = {
    "crash-on-deep-json": lambda _, body: _depth(body) > DEEP,
    "crash-on-long-text": lambda _, body: any(len(text) > LONG_TEXT for text in _texts(body)),
    "crash-on-nul": lambda _, body: any("\0" in text for text in _texts(body)),
    "crash-on-non-ascii": lambda _, body: not all(text.isascii() for text in _texts(body)),
    "crash-on-wrong-kind": _is_other_kind,
    "crash-on-unknown-member": _has_unknown,
    "crash-on-null-member": lambda _, body: isinstance(body, dict) and None in body.values(),
}


def without_host_served(data: bytes) -> bytes:
    """Return the first bytes of a request with a Host header put in where there is none: what a lax server would do."""
    line, separator, rest = data.partition(b"\r\n")
    if separator and b" HTTP/1.1" in line and b"\nhost:" not in data.partition(b"\r\n\r\n")[0].lower():
        return line + b"\r\nhost: assumed.invalid\r\n" + rest
    return data


def known_by_exact_case(data: bytes, names: Iterable[str]) -> bytes:
    """Return the first bytes of a request with the headers `names` hidden where they come in another letter case."""
    head, separator, rest = data.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    exact = {name.lower().encode(): name.encode() for name in names}
    for number, line in enumerate(lines[1:], 1):
        name = line.partition(b":")[0]
        if exact.get(name.lower(), name) != name:
            lines[number] = b"x-hidden-" + line
    return b"\r\n".join(lines) + separator + rest
