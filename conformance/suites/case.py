"""A case: a record and a plain function. Cases know nothing of who runs them (command line, pytest, fault runner)."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.contract import CallClass, Role

Body = Callable[[Any], None]
"""Takes the context of the case's role: `Context` for a platform."""


@dataclass(frozen=True)
class Case:
    """What is to be shown, and the executable that shows it."""

    id: str
    """`<platform>/<subject>/<purpose>[/<target>]`; the role stands second where it is not platform."""
    title: str
    requirements: tuple[str, ...]
    """Ids of the requirements that the body checks."""
    body: Body
    calls: tuple[str, ...] = ()
    """Operations that the body may call; they decide PICS, hygiene class and the plan."""
    needs: tuple[str, ...] = ()
    """PICS keys beyond those of the operations; `pixit.KEY` is a setting that must be on, `pixit.KEY=VALUE` one that must be
    so (`None`: not given), `iut.command` is a program that the suite starts.
    """
    call_class: CallClass | None = None
    """Where the case does more than its operations say (a generated id in a delete, say)."""
    strict: bool = False
    """Runs only at `--level strict`."""
    soak: bool = False
    """A long check: runs only with `--soak`."""
    examples: int = 1
    """Calls are made about so many times (property tests); the plan counts with it."""
    role: Role = Role.PLATFORM

    @property
    def platform(self) -> str:
        """First part of the id."""
        return self.id.split("/", 1)[0]

    @property
    def subject(self) -> str:
        """What the case is about."""
        return self.id.split("/")[self._subject]

    @property
    def purpose(self) -> str:
        """What is to be shown about the subject."""
        return "/".join(self.id.split("/")[self._subject + 1 :])

    @property
    def _subject(self) -> int:
        return 1 if self.role in {Role.PLATFORM, Role.CRYPTO} else 2


@dataclass(frozen=True)
class SkippedCell:
    """A cell subject × purpose × target that is no case, with the reason."""

    cell: str
    reason: str
    role: Role = Role.PLATFORM


def case(
    identity: str,
    *,
    requirements: Sequence[str],
    calls: Sequence[str] = (),
    needs: Sequence[str] = (),
    call_class: CallClass | None = None,
    strict: bool = False,
    examples: int = 1,
) -> Callable[[Body], Case]:
    """Make a case of a function; the first line of its docstring is the title.

    `requirements` are ids without the platform (`device-create/readable`).
    """
    platform = identity.split("/", 1)[0]

    def decorate(body: Body) -> Case:
        title = (inspect.getdoc(body) or "").partition("\n")[0]
        if not title:
            raise TypeError(f"case {identity} has no docstring to be its title")
        return Case(
            id=identity,
            title=title,
            requirements=tuple(f"{platform}/{each}" for each in requirements),
            body=body,
            calls=tuple(calls),
            needs=tuple(needs),
            call_class=call_class,
            strict=strict,
            examples=examples,
        )

    return decorate


def cases_in(namespace: Iterable[object]) -> tuple[Case, ...]:
    """Return the cases among the values of a module, in the order in which they are written."""
    return tuple(value for value in namespace if isinstance(value, Case))
