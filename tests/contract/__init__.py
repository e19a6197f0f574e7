"""Tests of the contracts in schemas/, for every platform that has one, and of the package that reads them."""
