"""The embedded Huawei platform: every documented operation of the application side, kept in memory, strict about every rule.

Start it with `python -m conformance.reference.huawei`. It shows what the document says and, where the document is
unclear, one accepted reading (others can be chosen as quirks); it is no copy of the vendor's service. Each chapter of the
document is a module with its handlers; what lives in the platform stands in rooms (`platform.Room`), one per kind.
"""
