"""A plain client of the ThingsCloud project API."""
