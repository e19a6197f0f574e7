"""The order in which reports show verdicts, and the words they use for them. Verdicts are computed elsewhere."""

from __future__ import annotations

from typing import Final

WORST_FIRST: Final = ("FAIL", "ERROR", "INCONCLUSIVE", "WARN", "PASS", "NOT_APPLICABLE", "UNTESTABLE")
"""What a reader must see first: what is broken, then what is not known, then what holds."""

OF_CASES: Final = WORST_FIRST[:-1]
"""The verdicts that a case can have."""

NAMES: Final = {
    "PASS": "Pass",
    "WARN": "Warn",
    "INCONCLUSIVE": "Inconclusive",
    "FAIL": "Fail",
    "ERROR": "Error",
    "NOT_APPLICABLE": "Not applicable",
    "UNTESTABLE": "Untestable",
}
"""How a verdict is written for people."""

OF_REQUIREMENTS: Final = {
    "PASS": "hold",
    "WARN": "with reservation",
    "INCONCLUSIVE": "not judged",
    "FAIL": "broken",
    "ERROR": "suite error",
    "NOT_APPLICABLE": "not applicable",
    "UNTESTABLE": "untestable",
}
"""What a verdict says of a statement of the document."""

MEANINGS: Final = {
    "PASS": "What the document demands was seen to hold.",
    "WARN": "Something advisable is missing, or a case for which the document names no answer was answered badly.",
    "INCONCLUSIVE": "The state needed for the judgement could not be reached. Says nothing about the implementation.",
    "FAIL": "A clear demand of the document is broken.",
    "ERROR": "The suite itself failed. Says nothing about the implementation.",
    "NOT_APPLICABLE": "Concerns a part that the implementation does not claim to have.",
    "UNTESTABLE": "No test can show it from outside.",
}
"""One sentence for readers who never saw the suite."""


def rank(verdict: str) -> int:
    """Return the place of a verdict in `WORST_FIRST`; unknown ones come last."""
    return WORST_FIRST.index(verdict) if verdict in WORST_FIRST else len(WORST_FIRST)
