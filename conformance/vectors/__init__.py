"""Known-answer vectors in the manner of Wycheproof: made, checked, loaded and judged here; the data lie in `vectors/`.

The data serve programs in any language; this package is one reader of them and owns ids, counts and order. A vector's id
is the id of its case of role crypto. The package must not decide verdicts or know cases: it says whether an answer is
right, and which flag explains what a wrong one costs.
"""

from conformance.vectors.judge import Implementation, Outcome, Refused, Unsupported, judge
from conformance.vectors.model import Note, VectorFile, VectorTest
from conformance.vectors.own import own_implementation
from conformance.vectors.store import load

__all__ = [
    "Implementation",
    "Note",
    "Outcome",
    "Refused",
    "Unsupported",
    "VectorFile",
    "VectorTest",
    "judge",
    "load",
    "own_implementation",
]
