"""The embedded NeuronCloud platform: every documented operation, kept in memory, strict about every documented rule.

Start it with `python -m conformance.reference.neuroncloud`. It shows what the document says and, where the document is
unclear, one accepted reading (others can be chosen as quirks); it is no copy of the vendor's service.
"""
