"""What the device understands: a command, or nothing."""

from __future__ import annotations

import json
import re
from typing import Any, Final

MIDS: Final = range(1, 65536)
USUAL: Final = {"msgType": "cloudReq", "serviceId": "Meter", "cmd": "SET_LEVEL", "paras": {"value": 0}}
"""What a careless device takes for granted."""


def read(payload: bytes, *, halves: bool = False) -> dict[str, Any] | None:
    """Return a command; None for what is none. The fault `halves` adds what is missing and passes over what is wrong."""
    try:
        command = json.loads(payload)
    except (ValueError, RecursionError):
        command = _scraped(payload) if halves else None
    if not isinstance(command, dict):
        return None
    if halves:
        right = {key: value for key, value in command.items() if type(value) is type(USUAL.get(key, value))}
        command = {**USUAL, **right, "msgType": "cloudReq"}
    if command.get("msgType") != "cloudReq":
        return None
    mid = command.get("mid")
    whole = isinstance(command.get("serviceId"), str) and isinstance(command.get("cmd"), str)
    numbered = type(mid) is int and mid in MIDS
    return command if whole and numbered and isinstance(command.get("paras"), dict) else None


def _scraped(payload: bytes) -> dict[str, Any] | None:
    found = re.search(rb'"mid": ?([0-9]+)', payload)
    return {"mid": int(found[1])} if found else None
