"""The device side of a contract: channels and the messages on them, from asyncapi.yaml (AsyncAPI 3).

asyncapi.yaml is a thin index: its components name a schema file each, its channels the messages, its operations which end
sends. As AsyncAPI has it, the platform is the application described: it *receives* what a device sends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.contract import datafile, vocabulary
from conformance.contract.datafile import DataError
from conformance.contract.derive import describe
from conformance.contract.messages import Message
from conformance.contract.records import Level, Requirement, Role, Source


@dataclass(frozen=True)
class DeviceMessage:
    """One message between device and platform."""

    platform: str
    subject: str
    section: str
    heading: str
    title: str
    message: Message
    """Its payload; of a packet without a topic (CONNECT), its fields."""
    delivery: Message | None
    """How MQTT carries it; None where it goes to no channel."""
    sender: Role | None
    """The end that sends it; None where it goes to no channel."""
    unjudged: str | None
    """Why no case judges its sender."""

    def requirement(self, tail: str) -> str:
        """Return the full id of one of this message's requirements."""
        return f"{self.platform}/{self.section}/{tail}"

    def requirements(self) -> Iterator[Requirement]:
        """Yield the statements that follow from its schema; none of a message that goes to no channel."""
        if self.sender is None:
            return
        for constraint in self.message.constraints:
            yield Requirement(
                id=self.requirement(f"message/{constraint.key}"),
                section=self.section,
                level=Level.MUST,
                role=self.sender,
                source=Source.DOCUMENT,
                statement=f"In a {self.subject}, {describe(constraint)}.",
                heading=self.heading,
                untestable=self.unjudged,
            )


@dataclass(frozen=True)
class Channel:
    """One documented topic."""

    subject: str
    address: str
    messages: tuple[str, ...]
    """Subjects of the messages that it carries; none where their form is undocumented."""

    def topic(self, **values: str) -> str:
        """Return the topic with its parameters filled in."""
        return self.address.format(**values)


@dataclass(frozen=True)
class DeviceSide:
    """Everything a document says of devices."""

    channels: Mapping[str, Channel]
    messages: Mapping[str, DeviceMessage]


def read(folder: Path, message: Callable[[str], Message]) -> DeviceSide:
    """Read the device side of the contract in `folder`; empty where the document describes none.

    `message` reads a message by its path below messages/, without the suffix.

    Raises:
        DataError: the description contradicts itself.
    """
    file = folder / "asyncapi.yaml"
    if not file.is_file():
        return DeviceSide({}, {})
    root = datafile.read(file)
    vocabulary.check(root, f"{folder.name}/asyncapi.yaml")
    channels = {
        subject: Channel(subject, raw["address"], tuple(raw.get("messages") or ()))
        for subject, raw in root["channels"].items()
    }
    senders: dict[str, Role] = {}
    for name, operation in root["operations"].items():
        for reference in operation["messages"]:
            _, channel, _, subject = reference["$ref"].removeprefix("#/").split("/")
            if channel not in channels or subject not in channels[channel].messages:
                raise DataError(f"{file}: operation {name} names {reference['$ref']}, which does not exist")
            senders[subject] = Role.PLATFORM if operation["action"] == "send" else Role.DEVICE
    messages = {
        subject: _message(folder.name, subject, raw, senders.get(subject), message)
        for subject, raw in root["components"]["messages"].items()
    }
    for channel in channels.values():
        for subject in channel.messages:
            if subject not in messages:
                raise DataError(f"{file}: channel {channel.subject} names {subject!r}, which does not exist")
    return DeviceSide(channels, messages)


def _message(
    platform: str, subject: str, raw: Mapping[str, Any], sender: Role | None, message: Callable[[str], Message]
) -> DeviceMessage:
    return DeviceMessage(
        platform=platform,
        subject=subject,
        section=str(raw["x-section"]),
        heading=raw["x-heading"],
        title=raw["title"],
        message=message(_name(raw["payload"])),
        delivery=message(_name(raw["headers"])) if "headers" in raw else None,
        sender=sender,
        unjudged=raw.get("x-unjudged"),
    )


def _name(reference: Mapping[str, str]) -> str:
    return reference["$ref"].removeprefix("messages/").removesuffix(".json")
