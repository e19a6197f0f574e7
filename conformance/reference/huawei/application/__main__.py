"""Serve the embedded Huawei application."""

from __future__ import annotations

import sys

from conformance.reference.receiving.start import main

if __name__ == "__main__":
    sys.exit(main("huawei", "conformance.reference.huawei.application"))
