"""Saying no: the codes of Common Request Error Codes and where they stand.

The document has no code for an invalid request and does not say whether codes are HTTP statuses, so both are readings
(errata undocumented-code, code-placement, credential-code, code-or-flag). As built the code is in the body, with status 200.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Refused, Reply
from conformance.reference.switchboard import Quirks, Switchboard

OK: Final = 200
CREATED: Final = 201
EXPIRED: Final = 401
NOT_FOUND: Final = 404
NO_TENANT: Final = 428
NOT_REGISTERED: Final = 429
BUSY: Final = 503
EXISTS: Final = 1000
INVALID: Final = 400
"""Not in the table, which has none for an invalid request."""
FORBIDDEN: Final = 403
CONFLICT: Final = 409

_CODES: Final[Mapping[str, int]] = {
    "invalid": INVALID,
    "malformed-json": INVALID,
    "credentials": EXPIRED,
    "unknown-object": NOT_FOUND,
    "unknown-path": NOT_FOUND,
    "conflict": EXISTS,
    "throttled": BUSY,
}


class Denied(Refused):
    """Credentials are refused; `code` says which row of the table holds, `row` names it where the contract does."""

    def __init__(self, reason: str, message: str, code: int = EXPIRED, *, row: str | None = None) -> None:
        super().__init__("credentials", message, reason=reason)
        self.code = code
        self.row = row


def invalid(member: str, rule: str, message: str = "The request is invalid") -> Refused:
    """Return the refusal of a request whose `member` breaks a rule that only the platform's data can judge."""
    return Refused("invalid", message, errors=({"member": member, "rule": rule},))


def refusal(refused: Refused, faults: Switchboard, quirks: Quirks) -> Reply:
    """Return the answer that refuses."""
    code, row = _code(refused, faults, quirks), _row(refused)
    body: dict[str, Any] = {"code": code, "message": refused.told, "isSuccess": faults.on("refusal-claims-success")}
    status = OK
    if quirks.on("code-placement/http-status"):
        status = CONFLICT if code == EXISTS else code
        if code != EXISTS:
            body = {"message": refused.told}
    elif quirks.on("code-placement/body-with-other-status"):
        status = CONFLICT if code == EXISTS else INVALID
    if quirks.on("undocumented-code/none") and refused.kind in {"invalid", "malformed-json"}:
        body.pop("code", None)
    if quirks.on("code-or-flag/code-only"):
        body.pop("isSuccess", None)
    if faults.on("message-missing"):
        body.pop("message")
    return Reply(status, body, row=row, refused=refused.told)


def _row(refused: Refused) -> str | None:
    return "404" if refused.kind == "unknown-path" else refused.row if isinstance(refused, Denied) else None


def _code(refused: Refused, faults: Switchboard, quirks: Quirks) -> int:
    if isinstance(refused, Denied):
        return _credential_code(refused, faults, quirks)
    if refused.kind == "unknown-path" and faults.on("unknown-path-code"):
        return INVALID
    if refused.kind == "conflict" and faults.on("duplicate-code"):
        return CONFLICT
    if refused.kind in {"invalid", "malformed-json"} and quirks.on("undocumented-code/table"):
        return NOT_FOUND
    return _CODES[refused.kind]


def _credential_code(refused: Denied, faults: Switchboard, quirks: Quirks) -> int:
    if refused.row == "401":
        return FORBIDDEN if faults.on("expired-code") else refused.code
    if refused.row == "428" and faults.on("unknown-key-id-code"):
        return INVALID
    if quirks.on("credential-code/not-registered"):
        return NOT_REGISTERED
    if quirks.on("credential-code/other") and refused.row is None:
        return FORBIDDEN
    return refused.code
