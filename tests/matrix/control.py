"""The control of a kill: what the same case comes to where no fault is on. Only where that is a PASS did the fault show."""

from __future__ import annotations

from conformance.evidence.verdict import Verdict

from .wrong import Ground


class Controls:
    """Runs each case of an implementation once without a fault, when somebody first asks for it."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._came: dict[str, str] = {}

    def doubt(self, case: str) -> str:
        """Return what a case comes to without a fault, where that is no PASS; else nothing."""
        if case not in self._came:
            seen = self._ground.judge(case, None)
            self._came[case] = "" if seen.verdict is Verdict.PASS else f"{seen.verdict} {seen.reason}".rstrip()
        return self._came[case]
