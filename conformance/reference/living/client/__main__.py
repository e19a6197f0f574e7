"""Run the plain client of "Living"."""

from __future__ import annotations

import sys

from conformance.reference.calling.start import main
from conformance.reference.living.client.client import FAULTS, LivingClient, tour

if __name__ == "__main__":
    sys.exit(main("conformance.reference.living.client", LivingClient, tour, FAULTS))
