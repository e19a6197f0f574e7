"""Run the embedded Huawei device: it connects to the given platform until it is ended."""

from __future__ import annotations

import argparse
import os
import threading
import time

from conformance.reference.huawei.device.device import REPORT_EVERY_S, Device
from conformance.reference.huawei.device.faults import FAULTS, QUIRKS
from conformance.reference.huawei.device.speech import Given


def main() -> None:
    """Run the device as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m conformance.reference.huawei.device", description=__doc__)
    parser.add_argument("--host", required=True, help="address of the platform")
    parser.add_argument("--port", type=int, required=True, help="its port")
    parser.add_argument("--ca", required=True, help="authority (PEM) that signed its certificate")
    parser.add_argument("--device-id", required=True, help="id that the platform gave")
    parser.add_argument("--node-id", default="conformance-node_1", help="node id (default: conformance-node_1)")
    parser.add_argument(
        "--secret",
        default=os.environ.get("IOT_CONFORMANCE_SECRET"),
        help="secret that the platform gave (default: IOT_CONFORMANCE_SECRET, which no list of processes shows)",
    )
    parser.add_argument("--cert", help="certificate (PEM) for a platform that asks for one, with --key")
    parser.add_argument("--key", help="key (PEM) of that certificate")
    parser.add_argument(
        "--every", type=float, default=REPORT_EVERY_S, metavar="S", help=f"report each S seconds ({REPORT_EVERY_S:g})"
    )
    parser.add_argument(
        "--parent",
        nargs="?",
        type=int,
        const=os.getppid(),
        metavar="PID",
        help="end when that process, which started this one, ends",
    )
    parser.add_argument(
        "--with",
        dest="active",
        action="append",
        default=[],
        choices=[*FAULTS, *QUIRKS],
        metavar="NAME",
        help="be wrong, or right in another way, so (repeatable); a name that is unknown lists them all",
    )
    options = parser.parse_args()
    if options.secret is None:
        parser.error("--secret is missing; give it, or IOT_CONFORMANCE_SECRET in the environment")
    if (options.cert is None) != (options.key is None):
        parser.error("--cert and --key belong together; give both, or neither")
    if options.parent is not None:
        threading.Thread(target=_end_with, args=(options.parent,), daemon=True).start()
    given = Given(options.device_id, options.node_id, options.secret, frozenset(options.active))
    certificate = (options.cert, options.key) if options.cert is not None else None
    Device(given, options.host, options.port, options.ca, certificate=certificate, report_every_s=options.every).run()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


if __name__ == "__main__":
    main()
