"""Run the plain application client of Huawei."""

from __future__ import annotations

import sys

from conformance.reference.calling.start import main
from conformance.reference.huawei.client.client import FAULTS, HuaweiClient
from conformance.reference.huawei.client.tour import tour

if __name__ == "__main__":
    sys.exit(main("conformance.reference.huawei.client", HuaweiClient, tour, FAULTS))
