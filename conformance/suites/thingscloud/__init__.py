"""Behaviour of ThingsCloud, one module per chapter of the document."""

from conformance.suites.thingscloud import tokens

CASES = (*tokens.CASES,)
