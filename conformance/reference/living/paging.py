"""One page of a list, by numbers: the same for products, certificates and NVR devices, and so are the ways to be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.switchboard import Switchboard

WRONG_SIZE: Final = 7
"""What a platform that ignores the page size puts on a page."""


def page_of(faults: Switchboard, what: str, total: int, params: Mapping[str, Any]) -> range:
    """Return the positions (from 0) of the elements on the page that the parameters ask for.

    `what` is the beginning of the names of its behaviour faults: products, certificates or nvr.
    """
    number, size = max(int(params["pageNo"]), 1), max(int(params["pageSize"]), 0)
    if faults.on(f"{what}-page-from-zero"):
        number += 1
    if faults.on(f"{what}-page-ignored"):
        number = 1
    if faults.on(f"{what}-page-size-ignored"):
        size = WRONG_SIZE
    start = (number - 1) * size
    stop = start + size
    if faults.on(f"{what}-page-too-long"):
        stop += 1
    if number > 1 and faults.on(f"{what}-page-repeats"):
        start -= 1
    if number > 1 and faults.on(f"{what}-page-loses"):
        start += 1
    if total and start >= total and faults.on(f"{what}-beyond-shows-last"):
        start, stop = total - 1, total
    return range(min(start, total), min(stop, total))
