"""Reading the history of a shadow, under either name of its list (erratum shadow-history-list)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.context import Context
from conformance.suites.huawei.shadow_reading import DEVICE_CALLS, Setting, read_until

CALLS: Final = ("shadow-modify", "shadow-history", *DEVICE_CALLS)
LISTS: Final = ("DeviceDesiredHistoryDTO", "deviceDesiredHistory")
MOST: Final = 250
"""Largest documented page."""


@dataclass
class History:
    """The history of a new device's shadow: nobody else writes into it."""

    setting: Setting
    written: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, context: Context) -> History:
        """Return the history of a device of the case's own.

        Raises:
            Inconclusive: no device can be made, or the tester names no property.
        """
        return cls(Setting.of(context))

    @property
    def device(self) -> str:
        """Id of the device."""
        return self.setting.device.id

    def write(self, *values: int) -> Answer:
        """Set one value after the other; return the last answer.

        Raises:
            Stop: a call was not served; the finding is recorded.
        """
        self.written += values
        return [self.setting.set(value) for value in values][-1]

    def ask(self, **query: Any) -> Answer:
        """Query the history."""
        return self.setting.context.call("shadow-history", deviceId=self.device, gatewayId=self.device, **query)

    def records(self, answer: Answer) -> list[dict[str, Any]]:
        """Return the records of a page, in its order."""
        found = next((listed for name in LISTS if isinstance(listed := answer.at(f"/{name}"), list)), [])
        return [each for each in found if isinstance(each, dict)]

    def values(self, records: list[dict[str, Any]]) -> list[Any]:
        """Return the values of the property in records.

        Raises:
            Inconclusive: there are records, and none of them shows what was set.
        """
        shown = [each["desired"] for each in records if isinstance(each.get("desired"), Mapping)]
        if records and not shown:
            raise Inconclusive("not shown by the platform, so not judged: desired of the records")
        return [each[self.setting.name] for each in shown if self.setting.name in each]

    def settled(self) -> list[dict[str, Any]]:
        """Return the records as soon as there are as many as were written, at the latest when the ingest delay is over.

        Raises:
            Stop: a query was not served; the finding is recorded.
            Inconclusive: there is no record at all, which huawei/shadow-history/records is about.
        """

        def read() -> list[dict[str, Any]]:
            answer = self.setting.context.succeed(
                "shadow-history", deviceId=self.device, gatewayId=self.device, pageNo=0, pageSize=MOST
            )
            return self.records(answer)

        found: list[dict[str, Any]] = read_until(
            self.setting.context, read, lambda records: len(records) >= len(self.written)
        )
        return found
