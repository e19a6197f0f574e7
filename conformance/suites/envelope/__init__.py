"""Behaviour of the signed envelope, one module per part of the message."""

from conformance.suites.envelope import answers, bodies, parts, robustness, signs, times, vectors

CASES = (
    *answers.CASES,
    *signs.CASES,
    *parts.CASES,
    *bodies.CASES,
    *vectors.CASES,
    *times.CASES,
    *robustness.CASES,
)
SKIPPED = (*signs.SKIPPED, *bodies.SKIPPED)
