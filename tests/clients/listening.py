"""Calls that were made elsewhere, held against the judge: no client runs and no platform answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from conformance.contract import Role, load
from conformance.evidence.exchange import Answer, Request
from conformance.evidence.overheard import Overheard
from conformance.evidence.recorder import Recorder
from conformance.evidence.redaction import Redactor
from conformance.iut.config import Iut
from conformance.runner.execute import Outcome, execute
from conformance.suites.case import Case
from conformance.suites.client import cells
from conformance.suites.client.environment import ClientEnvironment, Ended, Pass
from conformance.suites.client.listener import listener

URL = "https://platform.invalid"


def overheard(
    number: int, method: str, target: str, *, headers: Mapping[str, str] | Sequence[Sequence[str]] = (), body: Any = None,
    answer: Any = None, status: int = 200, at: float = 0.0, took: float = 0.01, provoked: str = "",
) -> Overheard:  # fmt: skip
    """One call and its answer; `at` is when it came, in seconds."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    request = Request(method, URL + target, tuple((name, value) for name, value in pairs), content or None)
    came = Answer(request, status, body=b"" if answer is None else json.dumps(answer).encode(), evidence=f"x{number}")
    return Overheard(number, came, at, at + took, provoked)


def environment(
    platform: str,
    passes: Sequence[Pass],
    credentials: Mapping[str, str],
    pixit: Mapping[str, Any] | None = None,
    operations: Sequence[str] = (),
) -> ClientEnvironment:
    heard = listener(platform)
    assert heard is not None
    iut = Iut("client", "", Role.CLIENT, platform, credentials=credentials, pixit=pixit or {})
    if operations:
        iut = Iut(**{**vars(iut), "pics": {"operations": list(operations)}})
    redactor = Redactor()
    return ClientEnvironment(
        iut=iut,
        contract=load(platform),
        recorder=Recorder(None, redactor),
        redactor=redactor,
        listener=heard,
        passes=tuple(passes),
        refused={"expired-token": "no", "throttle": "no", "unknown-members": "no", "other-form": "no"},
    )


def outcomes(judge: ClientEnvironment) -> dict[str, Outcome]:
    """What every case that concerns the client comes to, by the tail of its id."""
    cases = [each for each in cells(judge.contract) if isinstance(each, Case)]
    return {each.id.split("/", 2)[2]: execute(judge, each) for each in cases if not judge.unclaimed(each)}


__all__ = ["Ended", "Pass", "environment", "outcomes", "overheard"]
