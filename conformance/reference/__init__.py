"""Embedded implementations, started by name as child processes like any other implementation under test.

They exist so that the suites have something to judge that is known to be right, and, through the fault switchboard,
something that is known to be wrong in one stated way. Nothing imports this package: whoever needs a reference starts
its module with `python -m` and speaks to it over the wire. That keeps a judge from sharing code with the judged.
"""
