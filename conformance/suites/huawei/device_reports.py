"""Having a device report, and reading its history (1.6.3)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.context import Context
from conformance.suites.huawei.pages import Listing, page
from conformance.suites.objects import Made
from conformance.suites.waiting import eventually

HISTORY: Final = "device-history"
LISTING: Final = Listing(HISTORY, "1.6.3", id="", default_size=1, items=("/deviceDataHistoryDTOs",), largest=2000)
"""What tells records apart is the value of the tester's property; see `Reporter.listing`."""


@dataclass
class Reporter:
    """A device of the case's own that reports one property of one service."""

    context: Context
    service: str
    name: str
    device: Made
    values: list[int] = field(default_factory=list)
    """What it has reported."""

    @classmethod
    def of(cls, context: Context, device: Made | None = None) -> Reporter:
        """Return a device that can report; one that has not connected where none is given.

        Raises:
            Inconclusive: the tester names no property, or no device can be made.
        """
        service, name = str(context.told("service_id")), str(context.told("property_name"))
        return cls(context, service, name, device or context.make("device"))

    @property
    def listing(self) -> Listing:
        """The history as a list of pages."""
        return replace(LISTING, id=f"/data/{self.name}")

    @property
    def asked(self) -> dict[str, Any]:
        """The parameters that ask for this device's history."""
        return {"deviceId": self.device.id, "gatewayId": self.device.id}

    def report(self, *values: int) -> None:
        """Have it report values, one after the other.

        Raises:
            Inconclusive: there is no upper tester that can.
        """
        for value in values:
            self.context.act("device-report", deviceId=self.device.id, serviceId=self.service, data={self.name: value})
            self.values.append(value)

    def read(self, **parameters: Any) -> Answer:
        """Return the first page of its history, of the largest size."""
        return page(self.context, self.listing, 0, LISTING.largest, **{**self.asked, **parameters})

    def shown(self, answer: Answer) -> list[Any]:
        """Return the values that a page shows."""
        data = (each.get("data") for each in LISTING.records(answer) if isinstance(each, dict))
        return [each[self.name] for each in data if isinstance(each, dict) and self.name in each]

    def hides(self, answer: Answer) -> bool:
        """Tell whether a page has records that do not show their data, so that nothing is known of them."""
        return any(not isinstance(each, dict) or each.get("data") is None for each in LISTING.records(answer))

    def settled(self) -> Answer:
        """Return the history once it shows everything that was reported.

        Raises:
            Stop: it was not served; the finding is recorded.
            Inconclusive: it does not show it within the ingest delay.
        """
        seen: list[Answer] = []

        def look() -> bool:
            seen[:] = [self.read()]
            return set(map(str, self.values)) <= set(map(str, self.shown(seen[0])))

        if not eventually(self.context, look):
            raise Inconclusive(f"the history does not show what was reported: {self.values}")
        return seen[0]
