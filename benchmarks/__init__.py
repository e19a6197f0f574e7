"""Benchmarks, printed by `tox -e bench`.

Of the suite as ratios within one run, never seconds of one machine; of the MQTT broker against its goals on two cores.
"""
