"""`python -m conformance` is `iot-conformance`."""

from conformance.cli import main

main()
