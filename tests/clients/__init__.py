"""Role client: the judge of what a client sends, right and wrong clients, recorded traffic."""
