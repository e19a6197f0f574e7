"""What the platform can do wrong with device shadows, and the statement that each breaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.reference.faults import Behaviour
from conformance.reference.huawei import pages

HISTORY: Final = "shadow-history"
"""The beginning of the names of the faults of the history's pages."""
PAGES: Final = pages.Statements(
    default_page="first-page-default",
    complete="pages",
    total=None,  # a total of the page is an accepted reading
)

BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    "shadow-not-kept": Behaviour("1.5.8/desired-stored", "a configuration is not kept in the shadow"),
    "shadow-first-kept": Behaviour("1.5.8/desired-replaced", "a property keeps the value that was set first"),
    "shadow-shared": Behaviour("1.5.8/own-shadow", "all devices share one shadow"),
    "shadow-report-ignored": Behaviour("1.5.8/reported-synchronised", "reported data do not reach the shadow"),
    "shadow-delivery-late": Behaviour(
        "1.5.8/delivered-at-once", "a configuration waits for the next connection of a device that is online"
    ),
    "shadow-delivered-early": Behaviour(
        "1.5.8/delivered-on-return", "a configuration counts as delivered although the device is away"
    ),
    "shadow-waiting-lost": Behaviour("1.5.8/delivered-on-return", "a configuration for a device that is away is lost"),
    "shadow-of-any-protocol": Behaviour("1.5.8/lwm2m-only", "the shadow of a device that uses MQTT can be changed"),
    "shadow-owner-ignored": Behaviour("1.5.9/authorised-application", "appId of changing and reading is ignored"),
    "shadow-history-refuses-owner": Behaviour(
        "1.6.4/authorised-application", "the history serves no other application than the caller's own"
    ),
    "shadow-of-another": Behaviour("1.5.9/own-device", "the shadow names another device"),
    "shadow-node-id-of-another": Behaviour("1.5.9/device-info", "the shadow shows another nodeId"),
    "shadow-name-of-another": Behaviour("1.5.9/device-info", "the shadow shows another name"),
    "shadow-gateway-itself": Behaviour(
        "1.5.9/gateway-of-device-behind", "every device is its own gateway in its shadow"
    ),
    "shadow-gateway-other": Behaviour(
        "1.5.9/gateway-of-direct-device", "a device that is connected directly has another gateway"
    ),
    "shadow-local-time": Behaviour("1.5.9/create-time-utc", "times of shadows and records are those of China"),
    "shadow-history-empty": Behaviour("1.6.4/changes-recorded", "configurations leave no record"),
    "shadow-history-latest-only": Behaviour("1.6.4/changes-recorded", "only the latest record of a device is kept"),
    "shadow-history-of-all": Behaviour("1.6.4/own-records", "the history holds the records of all devices"),
    "shadow-history-service-ignored": Behaviour("1.6.4/service-filter", "serviceId of the history is ignored"),
    "shadow-history-start-ignored": Behaviour("1.6.4/period", "startTime of the history is ignored"),
    "shadow-history-end-ignored": Behaviour("1.6.4/period", "endTime of the history is ignored"),
    "shadow-history-one-end-refuses": Behaviour("1.6.4/period", "a period with one end alone holds nothing"),
    "shadow-history-total-wrong": Behaviour("1.6.4/total-count", "totalCount is one too high"),
    **pages.behaviours(HISTORY, "1.6.4", PAGES),
}
