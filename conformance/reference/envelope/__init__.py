"""The embedded platform behind the signed envelope: an entry with encryption, one without, and three demo interfaces.

Start it with `python -m conformance.reference.envelope`. It shows what the document says and, where the document is
unclear, one accepted reading (others can be chosen as quirks). The interfaces are ours: the document describes none.
"""
