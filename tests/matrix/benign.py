"""Ways of being right: every variant is shown by every implementation that can, and no case may blame it.

They are the free choices of shape, text and frame, the accepted readings of every erratum, what an answer may leave out, and
what real devices and receivers were seen to do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from conformance.evidence.verdict import Verdict

from . import right
from .progress import Progress

BLAMES = frozenset({Verdict.FAIL, Verdict.ERROR})


@dataclass(frozen=True)
class Blame:
    """A right implementation that a case failed."""

    role: str
    platform: str
    variant: str
    case: str
    said: str

    @property
    def told(self) -> str:
        """The blame as a line."""
        return f"blames a right {self.role} ({self.platform}, {self.variant}): {self.case}: {self.said}"


@dataclass
class Trial:
    """One variant of one implementation, judged."""

    role: str
    platform: str
    variant: str
    verdicts: Counter[str] = field(default_factory=Counter)
    blames: list[Blame] = field(default_factory=list)


@dataclass(frozen=True)
class Benign:
    """What came of the ways of being right."""

    trials: tuple[Trial, ...]

    @property
    def variants(self) -> int:
        """How many ways there are; one that several implementations show counts once."""
        return len({trial.variant for trial in self.trials})

    @property
    def shown(self) -> int:
        """How often they were shown."""
        return len(self.trials)

    @property
    def verdicts(self) -> Counter[str]:
        """What the cases came to, by verdict."""
        return sum((trial.verdicts for trial in self.trials), Counter[str]())

    @property
    def judgements(self) -> int:
        """How many cases were run."""
        return self.verdicts.total()

    @property
    def blamed(self) -> tuple[Blame, ...]:
        """Every case that failed."""
        return tuple(blame for trial in self.trials for blame in trial.blames)


def try_variant(role: str, platform: str, variant: str) -> Trial:
    """Judge one variant of one implementation."""
    trial = Trial(role, platform, variant)
    for case, seen in right.right(role).shown(platform, variant):
        trial.verdicts[str(seen.verdict)] += 1
        if seen.verdict in BLAMES:
            said = "; ".join(f"{each.requirement.id}: {each.actual}" for each in seen.broken) or seen.reason
            trial.blames.append(Blame(role, platform, variant, case, said))
    return trial


def listed(grounds: Sequence[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Return every variant of the implementations, as role, platform, variant."""
    return [
        (role, platform, variant)
        for role, platform in grounds
        if role in right.names()
        for variant in right.right(role).variants(platform)
    ]


def run(grounds: Sequence[tuple[str, str]], jobs: int) -> Benign:
    """Judge every variant of the implementations."""
    from . import crew

    everything = listed(grounds)
    progress = Progress(len(everything), "ways of being right")
    trials: list[Trial] = []
    for trial in crew.tried(everything, jobs):
        trials.append(trial)
        progress.step(odd=bool(trial.blames))
    progress.end()
    order = {each: number for number, each in enumerate(everything)}
    return Benign(tuple(sorted(trials, key=lambda each: order[each.role, each.platform, each.variant])))
