"""Reading the notifications of a contract: the `webhooks` of its OpenAPI description, one file each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from conformance.contract import datafile, vocabulary
from conformance.contract.datafile import DataError
from conformance.contract.messages import Message
from conformance.contract.notification import Notification


def notifications(folder: Path, root: Mapping[str, Any], message: Callable[[str], Message]) -> Iterator[Notification]:
    """Yield the notifications of a contract in the order of the description; none where it describes none.

    Args:
        folder: the contract's folder, which bears the platform's name.
        root: what openapi.yaml says.
        message: reads the message file of a name.

    Raises:
        DataError: a file is missing or contradicts the description.
    """
    for subject, item in (root.get("webhooks") or {}).items():
        file = folder / item["post"]["$ref"]
        raw = datafile.read(file)
        vocabulary.check(raw, f"{folder.name}/{file.relative_to(folder)}")
        if not subject == raw["operationId"] == file.stem:
            raise DataError(
                f"{file}: operationId {raw['operationId']!r} is not the stem of the file and the webhook's name"
            )
        yield Notification(
            platform=folder.name,
            subject=subject,
            section=raw["x-section"],
            heading=raw["x-heading"],
            summary=raw["summary"],
            message=message(f"{subject}.notification"),
            notify_type=raw.get("x-notify-type"),
            subscribed_by=raw["x-subscribed-by"],
            statuses=tuple(int(status) for status in raw["responses"]),
            media_type=next(iter(raw["requestBody"]["content"])),
            raw=raw,
        )
