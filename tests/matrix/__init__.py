"""The proof of the suite: wrong implementations that it must catch, right ones that it must not blame.

`python -m tests.matrix` judges every fault that the contracts give, `--benign` every way of being right as well.
"""
