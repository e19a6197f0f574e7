"""Serve the embedded ThingsCloud platform."""

from __future__ import annotations

import sys

from conformance.reference.launch import main
from conformance.reference.thingscloud.start import start

if __name__ == "__main__":
    sys.exit(main("conformance.reference.thingscloud", start))
