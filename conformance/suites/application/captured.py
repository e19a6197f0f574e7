"""Messages that live platforms were seen to send: `schemas/<platform>/captured.json`, ids and names invented."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from conformance.contract import Notification
from conformance.contract.location import schemas_root


@dataclass(frozen=True)
class Captured:
    """One captured message."""

    notification: str
    sender: str
    message: Any


@cache
def _all(platform: str) -> tuple[Captured, ...]:
    file = schemas_root() / platform / "captured.json"
    if not file.is_file():
        return ()
    return tuple(Captured(**record) for record in json.loads(file.read_text(encoding="utf-8")))


def of(notification: Notification) -> tuple[Captured, ...]:
    """Return the captured messages of one notification, in the order of the file."""
    return tuple(each for each in _all(notification.platform) if each.notification == notification.subject)
