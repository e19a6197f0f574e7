"""Role device: the IUT is a device, the suite is the cloud that it connects to. What a device says is its platform's matter:
the cases stand below `suites/<platform>/device/`; here is what every such case works with.
"""

from __future__ import annotations

import importlib
import importlib.util

from conformance.suites.case import Case


def cases(platform: str) -> tuple[Case, ...]:
    """Return the cases of role device of a platform: `CASES` of `conformance.suites.<platform>.device`; none without it."""
    name = f"conformance.suites.{platform}.device"
    if importlib.util.find_spec(name) is None:
        return ()
    return tuple(importlib.import_module(name).CASES)
