"""What the reference clients share: calls over HTTP, and the faults that make wrong clients of them."""
