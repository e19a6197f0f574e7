"""The command line that every reference client shares."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping

from conformance.reference.calling.caller import CONDUCT, Caller, Fault

_PREFIX = "IOT_CONFORMANCE_"


def main(
    name: str,
    made: Callable[[str, str, Mapping[str, str], Mapping[str, Fault]], Caller],
    tour: Callable[[Caller], None],
    faults: Mapping[str, Fault],
) -> int:
    """Make the calls of a client as the command line says; return the exit status."""
    known = {**CONDUCT, **faults}
    parser = argparse.ArgumentParser(prog=f"python -m {name}", description="Call a platform, sensibly, and end.")
    parser.add_argument("--url", required=True, help="address of the platform")
    parser.add_argument("--ca", default="", metavar="FILE", help="authority (PEM) that signed its certificate")
    parser.add_argument(
        "--with",
        dest="active",
        action="append",
        default=[],
        choices=[*known],
        metavar="NAME",
        help="be wrong so (repeatable)",
    )
    options = parser.parse_args()
    facts = {key.removeprefix(_PREFIX).lower(): value for key, value in os.environ.items() if key.startswith(_PREFIX)}
    active = {each: known[each] for each in options.active}
    tour(made(options.url, options.ca, facts, active))
    if "hangs" in active:
        time.sleep(3600)
    if "ends-badly" in active:
        print("something is not as it ought to be", file=sys.stderr)
    return int("ends-badly" in active)
