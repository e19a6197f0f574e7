"""Which faults and quirks are on, and nothing else: what they do stands in `distortion`, `enforcement` and `quirks`.

A behaviour fault is asked for by its name where the behaviour lives (`if faults.on("tags-replaced")`); a name that is
not registered is an error at once, so that no fault can be switched on without effect through a misprint.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property

from conformance.contract import Contract
from conformance.reference.faults import Behaviour, Fault, faults


class UnknownNameError(ValueError):
    """A fault or quirk that nobody registered; the text names it."""


class Switchboard:
    """The active faults of one reference."""

    def __init__(self, contract: Contract, behaviours: Mapping[str, Behaviour]) -> None:
        self.contract = contract
        self.behaviours = behaviours
        """The faults that are registered by name."""
        self._active: dict[str, Fault] = {}
        self._noticed: list[str] = []

    @cached_property
    def known(self) -> Mapping[str, Fault]:
        """Every fault by id."""
        return {fault.id: fault for fault in faults(self.contract, self.behaviours)}

    @property
    def active(self) -> tuple[str, ...]:
        """Ids of the faults that are on."""
        return tuple(self._active)

    def set(self, ids: Iterable[str]) -> None:
        """Switch exactly these faults on.

        Raises:
            UnknownNameError: an id is unknown; nothing has changed then.
        """
        wanted = list(ids)
        for name in wanted:
            if name not in self.known:
                raise UnknownNameError(f"unknown fault {name!r}")
        self._active = {name: self.known[name] for name in wanted}

    def on(self, name: str) -> bool:
        """Tell whether a behaviour fault is on, and remember that the current answer met it.

        Raises:
            KeyError: no behaviour fault of that name is registered.
        """
        if not self._active:
            return False
        if name not in self.behaviours:
            raise KeyError(name)
        place = f"behaviour/{name}"
        if place in self._active:
            self.notice(place)
            return True
        return False

    def has(self, place: str) -> bool:
        """Tell whether a fault is on, by its id."""
        return place in self._active

    def of(self, kind: str, subject: str | None = None) -> Iterator[Fault]:
        """Yield the active faults of one kind, of one subject where it is given."""
        for fault in self._active.values():
            if fault.kind == kind and (subject is None or fault.subject == subject):
                yield fault

    def notice(self, place: str) -> None:
        """Remember that a fault had a part in the answer being made."""
        if place not in self._noticed:
            self._noticed.append(place)

    def noticed(self) -> list[str]:
        """Return and forget the faults that had a part in the answer being made."""
        found, self._noticed = self._noticed, []
        return found


class Quirks:
    """The benign variants that are on: accepted readings of errata and free choices of shape."""

    def __init__(self, named: Mapping[str, str], derived: Callable[[], Mapping[str, str]] = dict) -> None:
        self._named = named
        self._derived = derived
        self._active: frozenset[str] = frozenset()

    @cached_property
    def known(self) -> Mapping[str, str]:
        """Every variant by name with its meaning; what is derived from the contract is derived when somebody asks."""
        return {**self._named, **self._derived()}

    @property
    def active(self) -> Collection[str]:
        """Names of the variants that are on."""
        return self._active

    def set(self, names: Iterable[str]) -> None:
        """Switch exactly these variants on.

        Raises:
            UnknownNameError: a name is unknown; nothing has changed then.
        """
        wanted = frozenset(names)
        for name in sorted(wanted):
            if name not in self.known:
                raise UnknownNameError(f"unknown quirk {name!r}")
        self._active = wanted

    def on(self, name: str) -> bool:
        """Tell whether a variant is on.

        Raises:
            KeyError: no variant of that name is registered.
        """
        if not self._active:
            return False
        if name not in self.known:
            raise KeyError(name)
        return name in self._active
