"""Run the plain client of ThingsCloud."""

from __future__ import annotations

import sys

from conformance.reference.calling.start import main
from conformance.reference.thingscloud.client.client import FAULTS, ThingsCloudClient, tour

if __name__ == "__main__":
    sys.exit(main("conformance.reference.thingscloud.client", ThingsCloudClient, tour, FAULTS))
