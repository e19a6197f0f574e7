"""Conformance tests for five documented IoT platform protocols.

The documents are turned into data (`schemas/`, `vectors/`); the data drive suites that judge an implementation under
test and say, clause by clause, what it does and does not do. `docs/architecture.md` shows the rooms of this package.
"""

__version__ = "0.1.0"
