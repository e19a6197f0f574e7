"""Serve the embedded Huawei platform."""

from __future__ import annotations

import sys

from conformance.reference.huawei.start import start
from conformance.reference.launch import main

if __name__ == "__main__":
    sys.exit(main("conformance.reference.huawei", start))
