"""Serve the embedded NeuronCloud platform."""

from __future__ import annotations

import sys

from conformance.reference.launch import main
from conformance.reference.neuroncloud.start import SETTINGS, start

if __name__ == "__main__":
    sys.exit(main("conformance.reference.neuroncloud", start, settings=SETTINGS))
