"""Which reading of each unclear place the platform shows as built, and which it can show on demand (as quirks).

Each chapter lists its own; what belongs to none of them stands here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from conformance.contract import Contract
from conformance.reference.huawei.platform import Chapter

AS_BUILT: Final = (
    "error-code-as-number/text",
    "truncated-code/whole",
    "unknown-application/not-existed",
    "missing-app-key/not-found",
)
ON_DEMAND: Final = (
    "code-under-several-statuses/success-status",
    "code-under-several-statuses/client-error",
    "code-under-several-statuses/server-error",
    "error-code-as-number/number",
    "unknown-application/not-authorised",
    "missing-app-key/invalid",
    "missing-app-key/unreadable",
)


def readings(contract: Contract, chapters: Sequence[Chapter]) -> dict[str, str]:
    """Return the readings that can be asked for, by `erratum/reading`, and the chapters' other ways, with their words."""
    known = {*ON_DEMAND, *(name for chapter in chapters for name in chapter.on_demand)}
    texts: Mapping[str, str] = {
        f"{erratum.id}/{reading.id}": reading.text
        for erratum in contract.errata.values()
        for reading in erratum.readings
    }
    ways = {name: text for chapter in chapters for name, text in chapter.ways.items()}
    return {name: texts[name] for name in sorted(known) if name in texts} | ways
