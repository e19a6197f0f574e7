"""Tests of the vectors, their generator, linter and judge."""
