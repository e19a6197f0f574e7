"""Benchmarks: ratios within one run, never seconds of one machine. `tox -e bench` prints them."""
