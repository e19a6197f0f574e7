"""Serve the embedded "Living" platform."""

from __future__ import annotations

import sys

from conformance.reference.launch import main
from conformance.reference.living.start import SWITCHES, start

if __name__ == "__main__":
    sys.exit(main("conformance.reference.living", start, switches=SWITCHES))
