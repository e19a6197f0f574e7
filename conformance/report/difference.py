"""What changed between two runs, case by case.

Made for a release's gate: "nothing got worse". It compares by case id, which never depends on position or wording. A
case that is new proves nothing about the past, so a new failing case counts as worse only where the old run was asked
by the same suite with the same contract; with another edition the difference may lie in the question. This module
must not decide an exit status.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.text import Text

from conformance.evidence.results import CaseResult, Results
from conformance.report.text import amount, one_line

_SEVERITY: Final[Mapping[str, int]] = {"PASS": 0, "WARN": 1, "WAIVED": 2, "INCONCLUSIVE": 3, "FAIL": 4, "ERROR": 5}
"""How bad a standing is. A waived defect is a defect that somebody knows: worse than a warning, better than an open one.
NOT_APPLICABLE has no place here: the claim changed, not the implementation."""

_FAILURES: Final = ("FAIL", "ERROR")
_MOST: Final = 40


@dataclass(frozen=True)
class Change:
    """One case in both runs; a standing is its verdict, or `WAIVED`; None where the run does not have the case."""

    case: str
    title: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Difference:
    """Two runs compared; every case that differs stands in exactly one of the lists, in the order of its run."""

    new_failures: tuple[Change, ...]
    """FAIL or ERROR now, in both runs, and not before."""
    worse: tuple[Change, ...]
    """Other changes for the worse: to WARN, INCONCLUSIVE or a waiver, or from FAIL to ERROR."""
    fixed: tuple[Change, ...]
    """FAIL or ERROR before, PASS or WARN now."""
    better: tuple[Change, ...]
    """Other changes for the better."""
    applicability: tuple[Change, ...]
    """Became NOT_APPLICABLE or ceased to be and does not fail."""
    added: tuple[Change, ...]
    """Cases that only the new run has."""
    retired: tuple[Change, ...]
    """Cases that only the old run has."""
    unlike: tuple[str, ...]
    """What else differs and makes the comparison weaker, in sentences."""
    selected_otherwise: bool
    """Whether the runs differ in what they were asked to run: cases of the old run alone may only not have been selected."""
    same_question: bool
    """Whether both runs used one version of the suite and the same contracts."""

    @property
    def got_worse(self) -> bool:
        """Whether anything got worse; see the module's docstring for new cases."""
        added = self.same_question and any(change.new in _FAILURES for change in self.added)
        return bool(self.new_failures or self.worse or added)


def compare(old: Results, new: Results) -> Difference:
    """Compare two runs."""
    before = {case["id"]: case for case in old["cases"]}
    lists: dict[str, list[Change]] = {name: [] for name in Difference.__dataclass_fields__}
    for case in new["cases"]:
        former = before.pop(case["id"], None)
        change = Change(case["id"], case["title"], _standing(former) if former else None, _standing(case))
        if former is None:
            lists["added"].append(change)
        elif change.old != change.new:
            lists[_kind(change)].append(change)
    lists["retired"] = [Change(case["id"], case["title"], _standing(case), None) for case in before.values()]
    return Difference(
        new_failures=tuple(lists["new_failures"]),
        worse=tuple(lists["worse"]),
        fixed=tuple(lists["fixed"]),
        better=tuple(lists["better"]),
        applicability=tuple(lists["applicability"]),
        added=tuple(lists["added"]),
        retired=tuple(lists["retired"]),
        unlike=tuple(_unlike(old, new)),
        selected_otherwise=any(old["run"].get(name) != new["run"].get(name) for name in ("filters", "level")),
        same_question=old["suite"] == new["suite"],
    )


def _standing(case: CaseResult) -> str:
    return "WAIVED" if case["waived"] is not None and case["verdict"] != "PASS" else case["verdict"]


def _kind(change: Change) -> str:
    assert change.old is not None
    assert change.new is not None
    if change.new in _FAILURES and change.old not in _FAILURES:
        return "new_failures"  # also for a part that was not claimed before: it is claimed now, and broken
    if change.old not in _SEVERITY or change.new not in _SEVERITY:
        return "applicability"
    if _SEVERITY[change.new] > _SEVERITY[change.old]:
        return "worse"
    return "fixed" if change.old in _FAILURES and change.new in ("PASS", "WARN") else "better"


def _unlike(old: Results, new: Results) -> Iterable[str]:
    if old["suite"]["version"] != new["suite"]["version"]:
        yield f"The suite differs: {old['suite']['version']}, then {new['suite']['version']}."
    before, after = old["suite"]["contracts"], new["suite"]["contracts"]
    for platform in sorted(before.keys() | after.keys()):
        if before.get(platform) != after.get(platform):
            yield f"The contract of {platform} differs; cases may ask something else."
    for name, words in (("level", "level"), ("seed", "seed"), ("filters", "selection"), ("allowed", "allowed calls")):
        if old["run"].get(name) != new["run"].get(name):
            yield f"The runs differ in their {words}."
    if old["iut"]["name"] != new["iut"]["name"]:
        yield f"The runs judged different implementations: {old['iut']['name']}, then {new['iut']['name']}."
    for results, which in ((old, "old"), (new, "new")):
        if not results["run"]["complete"]:
            yield f"The {which} run was stopped before its end."


def print_difference(difference: Difference, console: Console | None = None) -> None:
    """Print the difference, the new failures first."""
    console = console or Console()
    for remark in difference.unlike:
        console.print(Text(one_line(remark), style="yellow"))
    sections: Sequence[tuple[str, str, tuple[Change, ...]]] = (
        ("New failures", "red", difference.new_failures),
        ("Got worse", "red", difference.worse),
        ("Fixed", "green", difference.fixed),
        ("Got better", "green", difference.better),
        ("Became applicable or ceased to be", "", difference.applicability),
        ("New cases", "", difference.added),
        ("Not selected" if difference.selected_otherwise else "Retired cases", "", difference.retired),
    )
    for title, style, changes in sections:
        if not changes:
            continue
        console.print(Text(f"\n{title}: {amount(len(changes), 'case')}", style=f"bold {style}".strip()))
        for change in changes[:_MOST]:
            steps = " → ".join(standing or "absent" for standing in (change.old, change.new))
            console.print(Text(f"  {steps}  {one_line(change.case)}"), soft_wrap=True, highlight=False)
        if len(changes) > _MOST:
            console.print(Text(f"  and {len(changes) - _MOST:,} more", style="dim"))
    if not any(changes for _, _, changes in sections):
        console.print(Text("No case differs.", style="bold"))
    verdict = Text("\nSomething got worse.", style="bold red")
    console.print(verdict if difference.got_worse else Text("\nNothing got worse.", style="bold green"))
