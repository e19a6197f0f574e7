"""1.8.6 to 1.8.8: what is told of the profiles of products, which the upper tester changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.suites.case import Case
from conformance.suites.context import Context
from conformance.suites.huawei.notifying import notified, same, subscribed

MEMBERS: Final = ("manufacturerId", "manufacturerName", "deviceType", "model", "protocolType")


def _cases() -> tuple[Case, ...]:
    found = []
    for change, section in (("changed", "1.8.6"), ("added", "1.8.7"), ("deleted", "1.8.8")):

        def told(context: Context, change: str = change, section: str = section) -> None:
            inbox = subscribed(context, f"device-capabilities-{change}")
            product = context.act("capability-changed", change=change)
            known = product if isinstance(product, Mapping) else {}
            # Every application of the platform may work on profiles: the message of ours names ours, as far as it is known.
            named = {name: known[name] for name in ("manufacturerId",) if name in known}
            received = inbox.expect(
                lambda each: all(each.at(f"/{name}") == value for name, value in named.items()),
                f"the profile that was {change}, of {known or 'any product'}",
            )
            for name in MEMBERS:
                if name in known:
                    same(context, f"{section}/same-profile", received, f"/{name}", known[name])

        told.__doc__ = f"That the profile of a product is {change} is told, with the product."
        found.append(notified(f"device-capabilities-{change}", rules=[f"{section}/same-profile"])(told))
    return tuple(found)


PROFILES: Final = _cases()
