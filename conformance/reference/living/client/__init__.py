"""A plain client of the "Living" API."""
