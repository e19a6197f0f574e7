"""Serve the embedded platform behind the signed envelope."""

from __future__ import annotations

import sys

from conformance.reference.envelope.start import start
from conformance.reference.launch import main

if __name__ == "__main__":
    sys.exit(main("conformance.reference.envelope", start))
