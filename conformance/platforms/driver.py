"""What a platform's module must say about speaking its protocol; the rest is data of the contract."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol, cast

from conformance.contract import Operation
from conformance.evidence.exchange import Answer, Request
from conformance.iut.errors import UsageError
from conformance.platforms.draft import Draft


class Facts(Protocol):
    """What the tester told."""

    def pixit(self, name: str) -> Any:
        """Return a PIXIT value or its default."""

    def credential(self, key: str) -> str:
        """Return a credential.

        Raises:
            Inconclusive: the IUT file does not give it.
        """


Present = Callable[[Draft, str, Facts], None]
"""Puts a credential (the id of a credential object) on a request: sets headers, or replaces the body by another (the body
itself is the caller's and is not changed). Members that are still `SEALED` get their values here."""


def _unsealed(request: Request, facts: Facts) -> Request:
    del facts
    return request


def _unverified(facts: Facts) -> None:
    del facts


def _as_it_came(answer: Answer, operation: Operation, facts: Facts) -> Answer:
    del operation, facts
    return answer


@dataclass(frozen=True)
class Driver:
    """How one protocol is spoken."""

    platform: str
    present: Present
    wrong: Mapping[str, Present]
    """Ways of presenting credentials that the document demands to be refused, by name. None of them presents the valid one;
    `absent` and `wrong` are there wherever an operation needs credentials."""
    others: Mapping[str, Present] = field(default_factory=dict)
    """More such ways, tried where an error row (`provoke`) or a behaviour case names them and not for every operation."""
    verify: Callable[[Facts], None] = field(default=_unverified)
    """Looks at what the tester told before anything is sent; raises `UsageError` for what cannot be used."""
    seal: Callable[[Request, Facts], Request] = field(default=_unsealed)
    """Last step before a request goes out: signs or encrypts the message as a whole."""
    unseal: Callable[[Answer, Operation, Facts], Answer] = field(default=_as_it_came)
    """First step with an answer: writes what it carries into `content`, and into `plain` what it deciphered. The answer
    itself stays as it came; what cannot be opened is left alone."""
    sign_in_notice: str = ""
    """What the tester must know before the first sign-in; empty where it changes nothing for anybody else."""

    @property
    def ways(self) -> Mapping[str, Present]:
        """Every way of presenting credentials but the right one, by name."""
        return {**self.wrong, **self.others}


@cache
def driver(platform: str) -> Driver:
    """Return the driver of a platform: `DRIVER` of `conformance.platforms.<platform>`.

    Raises:
        UsageError: this version has the platform's contract only.
    """
    if not is_spoken(platform):
        raise UsageError(
            f"{platform} is not judged in this version: its contract is there (iot-conformance list operations "
            f"--platform {platform}), its cases are not"
        )
    return cast("Driver", importlib.import_module(f"conformance.platforms.{platform}").DRIVER)


def is_spoken(platform: str) -> bool:
    """Tell whether this version can speak, and so judge, a protocol whose contract it has."""
    return (Path(__file__).parent / platform / "__init__.py").is_file()
