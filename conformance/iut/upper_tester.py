"""The upper tester: makes the IUT's environment do what no documented call can.

An HTTP hook, a command, or a person. What fails makes the case INCONCLUSIVE: a missing hook says nothing about the IUT.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from conformance.evidence.exchange import Request
from conformance.evidence.findings import Inconclusive
from conformance.iut.http import HttpClient
from conformance.iut.rate import RateLimiter

PROTOCOL: Final = 1


class UpperTester(Protocol):
    """Carries out actions; each is described by a JSON Schema in `schemas/<platform>/upper-tester/`."""

    def act(self, case: str, action: str, params: Mapping[str, Any]) -> Any:
        """Carry out an action and return its result.

        Raises:
            Inconclusive: it is not supported or did not work; the text tells which.
        """


class NoUpperTester:
    """The IUT file names none."""

    def act(self, case: str, action: str, params: Mapping[str, Any]) -> Any:
        """Refuse: see `UpperTester.act`."""
        del case, params
        raise Inconclusive(f"needs an upper tester that can do {action!r}: give [upper_tester] in the IUT file")


class HttpUpperTester:
    """`GET` tells the actions; `POST {id, case, action, params}` answers 200 `{"result": {...}}` or 501."""

    def __init__(
        self, url: str, *, timeout_s: float, headers: Mapping[str, str] | None = None, ca_file: Path | None = None
    ) -> None:
        self._url = url
        self.headers = tuple((headers or {}).items())
        self._client = HttpClient(url, timeout_s=timeout_s, ca_file=ca_file, limiter=RateLimiter(None))
        self._number = 0

    def close(self) -> None:
        """Close the connection to the hook."""
        self._client.close()

    def act(self, case: str, action: str, params: Mapping[str, Any]) -> Any:
        """See `UpperTester.act`."""
        self._number += 1
        message = {"id": self._number, "case": case, "action": action, "params": dict(params)}
        headers = (("Content-Type", "application/json"), *self.headers)
        answer = self._client.send(Request("POST", self._url, headers, json.dumps(message).encode()))
        if answer.status == 501:
            raise Inconclusive(f"the upper tester does not support {action!r}")
        if answer.status != 200 or not isinstance(answer.json, dict) or "result" not in answer.json:
            raise Inconclusive(f"the upper tester failed at {action!r}: {answer.describe()}")
        return answer.json["result"]


class CommandUpperTester:
    """A command that reads the message on standard input and writes the answer to standard output."""

    def __init__(self, command: str, *, timeout_s: float) -> None:
        self._arguments = shlex.split(command)
        self._timeout_s = timeout_s
        self._number = 0

    def act(self, case: str, action: str, params: Mapping[str, Any]) -> Any:
        """See `UpperTester.act`."""
        self._number += 1
        message = {"protocol": PROTOCOL, "id": self._number, "case": case, "action": action, "params": dict(params)}
        try:
            done = subprocess.run(  # noqa: S603 - running the tester's command is the purpose
                self._arguments,
                input=json.dumps(message).encode(),
                capture_output=True,
                timeout=self._timeout_s,
                check=False,
            )
            result = json.loads(done.stdout)["result"] if done.returncode == 0 else None
        except (OSError, subprocess.TimeoutExpired, ValueError, LookupError, TypeError) as error:
            raise Inconclusive(f"the upper tester's command failed at {action!r}: {error}") from error
        if done.returncode:
            raise Inconclusive(f"the upper tester's command ended with status {done.returncode} at {action!r}")
        return result


class OperatorUpperTester:
    """A person at a terminal, told what to do in one sentence."""

    def __init__(self, ask: Callable[[str], str] = input) -> None:
        self._ask = ask

    def act(self, case: str, action: str, params: Mapping[str, Any]) -> Any:
        """See `UpperTester.act`."""
        if not sys.stdin.isatty():
            raise Inconclusive(f"needs a person for {action!r}, and there is no terminal")
        told = self._ask(
            f"\n{case} needs: {action} {json.dumps(dict(params), ensure_ascii=False)}\nDone? [y/n, or JSON result] "
        )
        if told.strip().lower() in {"y", "yes", ""}:
            return {}
        try:
            return json.loads(told)
        except ValueError:
            raise Inconclusive(f"the operator did not do {action!r}: {told.strip()}") from None


def upper_tester(table: Mapping[str, Any], *, timeout_s: float) -> UpperTester:
    """Return the upper tester of an IUT file's `[upper_tester]` table."""
    if "url" in table:
        return HttpUpperTester(str(table["url"]), timeout_s=timeout_s)
    if "command" in table:
        return CommandUpperTester(str(table["command"]), timeout_s=timeout_s)
    return OperatorUpperTester() if table.get("operator") else NoUpperTester()
