"""Confirming the vectors with other code bases: `python -m tests.crosscheck` prints the table.

A vector that only the library says is right which made it proves little. What is primitive (DES, MD5, HMAC, RSA) is
computed again by OpenSSL's command line and by Java; what is format (Base64, client ids, strings to sign) is read again
by a second reader written from the documents alone, which shares no line with `conformance.crypto`.
"""
