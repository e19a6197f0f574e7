"""A plain client that speaks in signed envelopes."""
