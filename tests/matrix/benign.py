"""Ways of being right: every variant is shown by every implementation that can, and no case may blame it.

They are the free choices of shape, text and frame, the accepted readings of every erratum, what an answer may leave out, and
what real devices and receivers were seen to do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from conformance.evidence.verdict import Verdict

from . import right
from .progress import Progress

BLAMES = frozenset({Verdict.FAIL, Verdict.ERROR})
"""What no case may say of a way of being right; of an implementation as built it may say nothing but PASS."""


@dataclass(frozen=True)
class Blame:
    """A right implementation that a case failed, or left in doubt as it is built."""

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
    verdicts: dict[str, int] = field(default_factory=dict)
    """How many cases came to each verdict."""
    blames: list[Blame] = field(default_factory=list)

    @property
    def judged(self) -> bool:
        """Whether any case found it right: one that no case can judge shows nothing."""
        return Verdict.PASS in self.verdicts

    @property
    def told(self) -> str:
        """What the cases came to, as a line."""
        counts = (
            ", ".join(f"{count} {verdict}" for verdict, count in sorted(self.verdicts.items())) or "no case was run"
        )
        return f"right {self.role} ({self.platform}, {self.variant}): {counts}"


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
        return sum((Counter(trial.verdicts) for trial in self.trials), Counter[str]())

    @property
    def judgements(self) -> int:
        """How many cases were run."""
        return self.verdicts.total()

    @property
    def blamed(self) -> tuple[Blame, ...]:
        """Every case that failed."""
        return tuple(blame for trial in self.trials for blame in trial.blames)

    @property
    def unjudged(self) -> tuple[Trial, ...]:
        """The trials in which no case found the implementation right."""
        return tuple(trial for trial in self.trials if not trial.judged)


def try_variant(role: str, platform: str, variant: str) -> Trial:
    """Judge one variant of one implementation."""
    trial = Trial(role, platform, variant)
    for case, seen in right.right(role).shown(platform, variant):
        trial.verdicts[str(seen.verdict)] = trial.verdicts.get(str(seen.verdict), 0) + 1
        if seen.verdict in BLAMES or (variant == right.AS_BUILT and seen.verdict is not Verdict.PASS):
            said = "; ".join(f"{each.requirement.id}: {each.actual}" for each in seen.broken) or seen.reason
            trial.blames.append(Blame(role, platform, variant, case, f"{seen.verdict}: {said}"))
    return trial


def listed(grounds: Sequence[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Return every variant of the implementations, as role, platform, variant."""
    return [
        (role, platform, variant)
        for role, platform in grounds
        if role in right.names()
        for variant in right.right(role).variants(platform)
    ]


def run(grounds: Sequence[tuple[str, str]], jobs: int, known: Sequence[Trial], keep: Callable[[Trial], None]) -> Benign:
    """Judge every variant of the implementations that is not known yet; `keep` is told of each as it is."""
    from . import crew

    everything = listed(grounds)
    trials = {(each.role, each.platform, each.variant): each for each in known}
    left = [each for each in everything if each not in trials]
    progress = Progress(len(left), "ways of being right")
    for trial in crew.tried(left, jobs):
        keep(trial)
        trials[trial.role, trial.platform, trial.variant] = trial
        progress.step(odd=bool(trial.blames) or not trial.judged)
    progress.end()
    return Benign(tuple(trials[each] for each in everything))
