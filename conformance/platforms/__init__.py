"""How each protocol is spoken: what the contract's data cannot say about signing in and sending."""
