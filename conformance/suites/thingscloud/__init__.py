"""Behaviour of ThingsCloud, one module per chapter of the document."""

CASES = ()
