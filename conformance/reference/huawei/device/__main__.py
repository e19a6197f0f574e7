"""Run the embedded Huawei device: it connects to the given platform until it is ended."""

from __future__ import annotations

import argparse
import os
import threading
import time

from conformance.reference.huawei.device.device import Device
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
    parser.add_argument("--parent", action="store_true", help="end when the process that started this one ends")
    parser.add_argument(
        "--with", dest="active", action="append", default=[], choices=[*FAULTS, *QUIRKS], metavar="NAME"
    )
    options = parser.parse_args()
    if options.secret is None:
        parser.error("--secret is missing; give it, or IOT_CONFORMANCE_SECRET in the environment")
    if options.parent:
        threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    given = Given(options.device_id, options.node_id, options.secret, frozenset(options.active))
    Device(given, options.host, options.port, options.ca).run()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


if __name__ == "__main__":
    main()
