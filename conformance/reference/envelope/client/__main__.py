"""Run the plain client of the signed envelope."""

from __future__ import annotations

import sys

from conformance.reference.calling.start import main
from conformance.reference.envelope.client.client import FAULTS, EnvelopeClient, tour

if __name__ == "__main__":
    sys.exit(main("conformance.reference.envelope.client", EnvelopeClient, tour, FAULTS))
