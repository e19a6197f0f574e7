"""Run the plain client of NeuronCloud."""

from __future__ import annotations

import sys

from conformance.reference.calling.start import main
from conformance.reference.neuroncloud.client.client import FAULTS, NeuronClient, tour

if __name__ == "__main__":
    sys.exit(main("conformance.reference.neuroncloud.client", NeuronClient, tour, FAULTS))
