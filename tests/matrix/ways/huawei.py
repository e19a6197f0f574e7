"""Huawei: a reading is tried with the cases about the operations whose chapter of the reference shows it."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Final

from conformance.contract import load
from conformance.reference.huawei.access.chapter import CHAPTER as DEVICE_SIDE
from conformance.reference.huawei.access.ways import WAYS
from conformance.reference.huawei.chapters import CHAPTERS
from conformance.reference.huawei.readings import ON_DEMAND
from conformance.suites.case import Case

CONTRACT: Final = load("huawei")
UNTOUCHED: Final = ("*/generated/*", "*/coverage", "*/inside/*", "*/outside/*", "*/omitted/*", "*/credentials/*")
"""Cases whose requests depend on no reading; their answers have the shapes of the other cases'."""
IN_PREAMBLE: Final = frozenset({"device-register-secret", "device-delete"})
"""Calls that cases of the device side make before and after: no reading of them can matter there that others do not show."""
OF_DEVICES: Final = frozenset(
    {*CONTRACT.device_messages, "command-response", "device-data-changed", "device-datas-changed"}
)
"""What the ways of the device side that are no readings can show in: it, and what is told of it."""
REFUSALS: Final = ("*/error/*", "*/credentials/without-app-key", "huawei/global/*", "huawei/login/*")
"""Cases for the readings that are of no one chapter: all of them are about how a call is refused."""


def _subjects() -> dict[str, frozenset[str]]:
    """Return by reading the operations that it is about: those of the modules that show it; none for the general ones."""
    found: dict[str, frozenset[str]] = dict.fromkeys(ON_DEMAND, frozenset())
    for chapter in CHAPTERS:
        for reading in chapter.on_demand:
            # What serves no call pushes notifications, or takes devices.
            others = CONTRACT.device_messages if chapter is DEVICE_SIDE else CONTRACT.notifications
            subjects = chapter.handlers.keys() or others.keys()
            found[reading] = found.get(reading, frozenset()) | subjects
    return found


SUBJECTS: Final[Mapping[str, frozenset[str]]] = _subjects()


def concerned(variant: str, case: Case) -> bool:
    """Tell whether a case is worth trying in a reading, or with answers of a shape."""
    if variant in ON_DEMAND:
        return matches(case, REFUSALS)
    subjects = OF_DEVICES if variant in WAYS else SUBJECTS.get(variant, frozenset(CONTRACT.operations))
    calls = set(case.calls) - (IN_PREAMBLE if case.subject in CONTRACT.device_messages else set())
    about = case.subject in subjects or (case.subject not in CONTRACT.operations and bool(subjects & calls))
    return about and not matches(case, UNTOUCHED)


def matches(case: Case, patterns: tuple[str, ...]) -> bool:
    """Tell whether a case fits one of the patterns."""
    return any(fnmatchcase(case.id, pattern) for pattern in patterns)
