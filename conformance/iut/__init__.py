"""The implementation under test: its file, and the ways to reach it."""
