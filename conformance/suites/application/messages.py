"""The messages that are pushed to an application: variants of the documented examples, from the contract alone.

A platform writes compact JSON with the members in the document's order; so does the suite, because widely used receivers look
for the text `"notifyType":"..."` without a blank. Where an erratum leaves two readings of a message, an application is judged
by the first one, which is the document's table: what it makes of the other is worth a warning.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import Any, Final

from conformance.contract import Member, Message, Notification, load
from conformance.contract.members import DROP, ELEMENT, VALUE, Schema, altered, inlined, locate
from conformance.contract.messages import only_presence

UNICODE: Final = '温度 Ünïcødé 🌡️ \u202b"\\/\u2028'
"""Chinese, accents, a character beyond the basic plane, a change of direction, what JSON escapes, a line separator."""
CONTROL: Final = "\u0000\u0001\u001f\u007f"
"""Binary values carried as text: live devices report such data (captured), nobody has such a name."""
LARGE: Final = 64 * 1024
"""Bytes of data that one report may well have: a picture of a cheap camera, a log."""
FILLER: Final = "~picture~, "
"""Nothing that resembles the end of a secret: large bodies are looked through for thousands of them."""
NEW: Final[Mapping[str, Any]] = {
    "newText": "new",
    "newNumber": 1.5,
    "newFlag": True,
    "newNothing": None,
    "newObject": {"deviceId": "of another", "list": [1, {"a": "b"}]},
    "newList": ["a", 1, None],
}
"""Members that no document names, one of each kind of JSON value."""


def compact(message: Any) -> bytes:
    """Return a message as a platform writes it: no blanks, members in their order, UTF-8."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def pretty(message: Any) -> bytes:
    """Return a message with blanks and line breaks between its tokens."""
    return json.dumps(message, ensure_ascii=False, indent=4).encode()


def canonical(notification: Notification) -> Message:
    """Return the message with one reading of every erratum: the first, which the document's table has."""
    return _canonical(notification.platform, notification.subject)


@cache
def _canonical(platform: str, subject: str) -> Message:
    message = load(platform).notifications[subject].message
    return Message(message.name, first_reading(message.schema))


def first_reading(schema: Schema) -> dict[str, Any]:
    """Return a schema without references that allows one reading of every erratum only.

    Of several types the first named counts, of several members that stand for each other those of the first branch. A member
    that is doubted and not mandatory is one in the table (else nobody would doubt it): it is there and no null. Of a doubted
    list of values all but the last, which is the misprint.
    """
    narrowed: dict[str, Any] = _narrow(inlined(schema))
    return narrowed


def _narrow(schema: Any, *, mandatory: bool = True) -> Any:
    if not isinstance(schema, dict):
        return schema
    schema = dict(schema)
    if "x-erratum" in schema:
        if len(named := _kinds(schema)) > 1:
            schema["type"] = [named[0], *(["null"] if "null" in schema["type"] else [])]
        if "enum" in schema and mandatory:
            schema["enum"] = schema["enum"][:-1]
    properties, needed = dict(schema.get("properties", {})), list(schema.get("required", ()))
    for word in ("anyOf", "oneOf"):
        if word in schema and only_presence(schema[word]):
            first, *others = (branch["required"] for branch in schema[word])
            foreign = {name for names in others for name in names} - set(first)
            doubted = {name for name in foreign if properties.get(name, {}).get("x-erratum")}
            if doubted:
                del schema[word]
                needed += first
                properties = {name: child for name, child in properties.items() if name not in doubted}
    for name, child in properties.items():
        if child.get("x-erratum") and len(_kinds(child)) <= 1 and name not in needed:
            needed.append(name)
            if child.get("type") is not None:
                properties[name] = {**child, "type": _kinds(child)}
    if "properties" in schema:
        schema["properties"] = {
            name: _narrow(child, mandatory=name in schema.get("required", ())) for name, child in properties.items()
        }
        schema["required"] = needed
    if "items" in schema:
        schema["items"] = _narrow(schema["items"])
    return schema


def _kinds(schema: Schema) -> list[str]:
    """Return the types that a schema names, null left out."""
    kinds = schema.get("type", [])
    return [kind for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind != "null"]


def _known(notification: Notification, message: Any) -> bool:
    """Tell whether a message is valid in the first reading and names nothing of another."""
    kept = canonical(notification)
    every = {member.path for member in notification.message.members}
    own = {member.path for member in kept.members}
    return kept.is_valid(message) and not any(True for path in every - own for _ in locate(message, path))


def examples(notification: Notification) -> tuple[Any, ...]:
    """Return the stored examples in the first reading, the fullest first."""
    return tuple(each for each in notification.message.examples if _known(notification, each))


def other_readings(notification: Notification) -> tuple[Any, ...]:
    """Return the stored examples that show another reading of an erratum."""
    return tuple(each for each in notification.message.examples if not _known(notification, each))


def maximal(notification: Notification) -> Any:
    """Return the example with the most members, a copy that is the caller's."""
    return copy.deepcopy(max(examples(notification), key=lambda each: len(compact(each))))


def optional(notification: Notification, message: Any) -> Iterator[Member]:
    """Yield the members that may be absent from `message` and are there, outer ones first."""
    for member in canonical(notification).members:
        if member.path and member.path[-1] not in {ELEMENT, VALUE} and not member.required:
            gone = altered(message, member.path, lambda _: DROP)
            if gone != message and canonical(notification).is_valid(gone):
                yield member


def without(message: Any, member: Member) -> Any:
    """Return `message` without a member."""
    return altered(message, member.path, lambda _: DROP)


def minimal(notification: Notification) -> Any:
    """Return the fullest example without anything that may be absent."""
    message = maximal(notification)
    for member in reversed(list(optional(notification, message))):
        gone = without(message, member)
        if canonical(notification).is_valid(gone):
            message = gone
    return message


def nulled(notification: Notification) -> Any | None:
    """Return the fullest example with null for every optional member that may be null; None where none may."""
    message = full = maximal(notification)
    for member in canonical(notification).members:
        if member.path and not member.required and _nullable(member):
            null = altered(message, member.path, lambda _: None)
            if canonical(notification).is_valid(null):
                message = null
    return None if message == full else message


def _nullable(member: Member) -> bool:
    """Tell whether the contract says that a member may be null: not of one that may be anything."""
    return "null" in member.schema.get("type", ()) or None in member.schema.get("enum", ())


def levels(notification: Notification) -> Iterator[tuple[str, Any]]:
    """Yield the fullest example with new members at one level of it, each level by its name; at last at all of them.

    What a document leaves to others (`data`, `body`, `properties`) is no level: nothing in it is new.
    """
    message = everywhere = maximal(notification)
    for member in canonical(notification).members:
        if member.schema.get("properties"):
            yield member.name, altered(message, member.path, _with_new)
            everywhere = altered(everywhere, member.path, _with_new)
    yield "every level", everywhere


def _with_new(value: Any) -> Any:
    return {**value, **NEW} if isinstance(value, dict) else value


def free_objects(notification: Notification) -> tuple[Member, ...]:
    """Return the members that hold an object whose members the document leaves open."""
    message = maximal(notification)
    found = []
    for member in canonical(notification).members:
        kinds = member.schema.get("type", "object" if not member.schema.keys() - {"description"} else ())
        values = list(locate(message, member.path))
        if "object" in kinds and not member.schema.get("properties") and any(isinstance(each, dict) for each in values):
            found.append(member)
    return tuple(found)


def international(notification: Notification) -> Any:
    """Return the fullest example with texts of many scripts wherever a person or a device writes what it likes."""
    message = maximal(notification)
    for member in canonical(notification).members:
        named = str(member.path[-1]) if member.path else ""
        free = "string" in member.schema.get("type", ()) and not {"enum", "const", "pattern"} & member.schema.keys()
        if free and not named.endswith(("Id", "Code", "Version", "Time")):
            message = _valid(notification, message, altered(message, member.path, lambda _: UNICODE))
    for member in free_objects(notification):
        add = partial(_joined, more={"名称": UNICODE, "text": UNICODE + CONTROL})
        message = _valid(notification, message, altered(message, member.path, add))
    return message


def large(notification: Notification, member: Member) -> Any:
    """Return the fullest example with 64 KiB in a member whose content the document leaves open."""
    add = partial(_joined, more={"picture": FILLER * (LARGE // len(FILLER) + 1)})
    return altered(maximal(notification), member.path, add)


def _joined(value: Any, more: Mapping[str, Any]) -> Any:
    return {**value, **more} if isinstance(value, dict) else value


def _valid(notification: Notification, before: Any, after: Any) -> Any:
    return after if canonical(notification).is_valid(after) else before


def ordered(message: Any, like: Any) -> Any:
    """Return a message with its members in the order of another one, as platforms write them; members that the other does
    not have come last.
    """
    if isinstance(message, list):
        elements = [each for each in like if isinstance(each, dict)] if isinstance(like, list) else []
        together = {name: value for each in reversed(elements) for name, value in each.items()}
        model = dict(sorted(together.items(), key=lambda item: _places(elements, item[0])))
        return [ordered(each, model) for each in message]
    if not isinstance(message, dict):
        return message
    known = like if isinstance(like, dict) else {}
    names = [name for name in known if name in message] + [name for name in message if name not in known]
    return {name: ordered(message[name], known.get(name)) for name in names}


def _places(elements: list[dict[str, Any]], name: str) -> tuple[int, int]:
    """Return the first element that has a member, and where it stands there."""
    first = next(number for number, each in enumerate(elements) if name in each)
    return first, list(elements[first]).index(name)


def reordered(message: Any) -> Any:
    """Return a message with the members of every object in reverse order, which is the same message."""
    if isinstance(message, list):
        return [reordered(each) for each in message]
    if isinstance(message, dict):
        return {name: reordered(message[name]) for name in reversed(message)}
    return message
