"""Mistakes of use: told in one line with the remedy, exit status 2, no traceback."""

from __future__ import annotations


class UsageError(Exception):
    """Something the person gave cannot be used.

    The text is one line: the place (file and key), the value, what is wrong, and the remedy.
    """


class StartError(UsageError):
    """The implementation under test cannot be started or reached before the first case."""
