"""Purposes that hold for every subject of every platform, made from the contract alone.

`cells` is the table subject × purpose × target: each cell is a case, or a printed reason why there is none.
"""
