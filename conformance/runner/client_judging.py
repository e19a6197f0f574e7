"""How a client is judged: what is provoked, how strict the platform in its place is, and who runs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Address:
    """Where a client finds the platform, and what it must know of it."""

    url: str
    ca_file: Path | None
    credentials: Mapping[str, str] = field(repr=False)
    pixit: Mapping[str, Any]


@dataclass(frozen=True)
class Judging:
    """How a client is judged."""

    provoke: tuple[str, ...] | None = None
    """Provocations; None: all of them for an embedded client, none for any other."""
    lenient: bool = False
    port: int = 0
    plain_http: bool = False
    until: Callable[[Address], None] | None = None
    """Returns when the client, which somebody else runs, has done what it does; None: the suite starts it."""
    told: Callable[[Any, list[Any]], object] | None = None
    """Is told of every call (`Heard`), with what is wrong with it by itself (`Observation`)."""

    @property
    def words(self) -> list[str]:
        """The options of a command line that judges likewise."""
        provoke = ["--provoke", ",".join(self.provoke)] if self.provoke else []
        return [*provoke, *(["--lenient"] if self.lenient else [])]
