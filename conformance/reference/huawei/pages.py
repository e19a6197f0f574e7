"""One page of a list, as the document numbers them (from 0), and the ways in which a list of pages can be wrong.

Every list of the platform is paged alike; what differs are the default size and the statements that its section makes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from conformance.reference.faults import Behaviour

if TYPE_CHECKING:
    from conformance.reference.huawei.platform import Huawei

WRONG_SIZE: Final = 7
"""What a platform that ignores the page size puts on a page."""

Record = TypeVar("Record")


@dataclass(frozen=True)
class Page(Generic[Record]):
    """A page, and what the answer says about it."""

    records: list[Record]
    number: int
    size: int
    total: int


@dataclass(frozen=True)
class Statements:
    """The names of the section's statements about pages; None where it makes none of the kind."""

    default_page: str | None = "page-default"
    default_size: str | None = "page-size-default"
    size: str | None = "page-size"
    complete: str | None = "pages-complete"
    total: str | None = "total"
    told: str | None = "page-told"


def page_of(
    huawei: Huawei, what: str, records: Sequence[Record], query: Mapping[str, Any], *, size: int
) -> Page[Record]:
    """Return the page that a query asks for.

    Args:
        huawei: the platform, for its faults.
        what: the beginning of the names of the list's faults (`behaviours`).
        records: every record that meets the query, in order.
        query: may hold pageNo and pageSize.
        size: records on a page where the query does not say.
    """
    on = huawei.faults.on
    number, asked = int(query.get("pageNo", 0)), int(query.get("pageSize", size))
    if "pageNo" not in query and on(f"{what}-default-page"):
        number = 1
    if "pageSize" not in query and on(f"{what}-default-size"):
        asked += 1
    shown, length = number, asked
    if on(f"{what}-page-ignored"):
        shown = 0
    if on(f"{what}-page-from-one"):
        shown = max(0, number - 1)
    if on(f"{what}-page-size-ignored"):
        length = WRONG_SIZE
    start = shown * length
    stop = start + length
    if on(f"{what}-page-too-long"):
        stop += 1
    if shown and on(f"{what}-page-repeats"):
        start -= 1
    if shown and on(f"{what}-page-loses"):
        start += 1
    found = list(records[start:stop])
    total = len(found) if on(f"{what}-total-of-page") else len(records)
    told = (number + 1, asked + 1) if on(f"{what}-page-not-told") else (number, asked)
    return Page(found, *told, total)


def behaviours(what: str, section: str, names: Statements | None = None) -> dict[str, Behaviour]:
    """Return the faults of a list's pages, each with the statement that it breaks."""
    said = names or Statements()
    found = {
        "default-page": (said.default_page, "without pageNo the second page is shown"),
        "default-size": (said.default_size, "without pageSize a page holds one record too many"),
        "page-ignored": (said.complete, "every page is the first"),
        "page-from-one": (said.complete, "page 0 and page 1 are the same"),
        "page-repeats": (said.complete, "each page but the first begins with the last record of the page before"),
        "page-loses": (said.complete, "each page but the first lacks its first record"),
        "page-size-ignored": (said.size, f"a page holds {WRONG_SIZE} records, whatever is asked for"),
        "page-too-long": (said.size, "a page holds one record more than asked for"),
        "total-of-page": (said.total, "the total counts the records on the page"),
        "page-not-told": (said.told, "page number and page size of the answer are one too high"),
    }
    return {
        f"{what}-{name}": Behaviour(f"{section}/{statement}" if statement else None, f"{what}: {words}")
        for name, (statement, words) in found.items()
    }
