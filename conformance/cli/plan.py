"""`run --plan`: what a run would send, without sending anything."""

from __future__ import annotations

from collections import Counter, defaultdict
from fnmatch import fnmatchcase
from typing import Final

from rich.console import Console
from rich.table import Table

from conformance.contract import ALLOWED_UNASKED, CallClass, Contract, IutKey, Role, load
from conformance.iut.config import Iut, value_of
from conformance.report.text import amount
from conformance.runner.run import Plan
from conformance.suites.case import Case
from conformance.suites.environment import call_class


def print_plan(plan: Plan) -> None:
    """Print calls by class, minutes at the rate limit, and what each missing key leaves unjudged."""
    console = Console(width=None if Console().is_terminal else 80, highlight=False)
    for number, cases in plan.selected().items():
        iut = plan.iuts[number]
        if iut.platform is None:
            number_of = amount(len(cases), "case")
            console.print(f"[bold]{iut.name}[/bold]: role {iut.role}; {number_of}; nothing was started or sent")
            continue
        if iut.role is Role.CLIENT:
            tried = plan.judging.provoke or ()
            times = "once" if not tried else f"once, and once more with {', '.join(tried)}"
            number_of = amount(len(cases), "case")
            console.print(
                f"[bold]{iut.name}[/bold]: role client, platform {iut.platform}; {number_of} about whatever it "
                f"calls; it runs {times}; nothing was started"
            )
            continue
        contract = load(iut.platform)
        if iut.role is Role.DEVICE:
            _print_device(console, plan, iut, contract, cases)
            continue
        _print_one(console, plan, iut, contract, cases)


def _print_one(console: Console, plan: Plan, iut: Iut, contract: Contract, cases: list[Case]) -> None:
    console.print(
        f"[bold]{iut.name}[/bold]: role {iut.role}, platform {iut.platform}; {amount(len(cases), 'case')}; nothing was sent"
    )
    calls, held, about = Counter[CallClass](), Counter[CallClass](), Counter[CallClass]()
    examples = int(iut.pixit.get("examples", value_of(iut, contract, "examples") if iut.live else 50))
    for case in cases:
        kind = call_class(contract, case, iut.pixit)
        about[kind] += 1
        allowed = not iut.live or kind in ALLOWED_UNASKED | plan.allowed
        (calls if allowed else held)[kind] += calls_of(case, examples)
    table = Table(box=None, pad_edge=False)
    for heading in ("class", "cases", "calls (about)", "sent"):
        table.add_column(heading, justify="left" if heading in {"class", "sent"} else "right")
    for kind in CallClass:
        if about[kind]:
            sent = "yes" if calls[kind] else f"no: needs --allow {kind}"
            table.add_row(kind.value, str(about[kind]), str(calls[kind] + held[kind]), sent)
    console.print(table)
    rate = value_of(iut, contract, "rate_limit")
    total = sum(calls.values())
    if isinstance(rate, int | float) and rate:
        console.print(f"about {amount(total, 'call')}, {total / rate / 60:.1f} min at {rate:g} calls/s")
    else:
        console.print(f"about {amount(total, 'call')}, no rate limit")
    _print_missing(console, iut, contract, cases)


_KEEP_ALIVE_S: Final = 60
"""What most firmware has; the plan cannot know it, and says so."""


def _print_device(console: Console, plan: Plan, iut: Iut, contract: Contract, cases: list[Case]) -> None:
    """Print what a run with a device takes: cases, minutes, and who waits for whom."""
    period, limit = (float(value_of(iut, contract, name)) for name in ("report_period_s", "connect_timeout_s"))
    console.print(
        f"[bold]{iut.name}[/bold]: role device, platform {iut.platform}; {amount(len(cases), 'case')}; "
        "nothing was started"
    )
    board = (
        "the board, which you configure as the run prints" if iut.command is None else "the program, which it starts"
    )
    console.print(f"the suite is the cloud: it awaits {board}, for up to {limit:g} s each time that it is to connect")
    seconds = float(sum(1 for case in cases if not case.soak))
    seconds += 2 * period if any(case.subject == "report" for case in cases) else 0
    seconds += 1.5 * _KEEP_ALIVE_S * sum("keep-alive" in case.id or "half-open" in case.id for case in cases)
    minutes = f"about {seconds / 60:.0f} min" if seconds >= 60 else "less than a minute"
    console.print(
        f"{minutes}: a device that reports every {period:g} s (report_period_s), with a keep alive of "
        f"{_KEEP_ALIVE_S} s; one that is longer takes longer"
    )
    if any(case.soak for case in cases):
        console.print(f"the device is left alone and watched for {plan.filters.soak_min:g} min")
    _print_missing(console, iut, contract, cases)


def calls_of(case: Case, examples: int) -> int:
    """Return about how many calls a case makes: its own and those of its preambles."""
    return max(1, len(case.calls)) if case.examples == 1 else min(case.examples, examples) + len(case.calls)


def _print_missing(console: Console, iut: Iut, contract: Contract, cases: list[Case]) -> None:
    gated: dict[str, set[str]] = defaultdict(set)
    given = {"pics": iut.pics, "pixit": iut.pixit, "credentials": iut.credentials}
    for key in contract.keys.values():
        if key.name in given[key.kind] or key.default is not None or not key.gates:
            continue
        about = {case.id for case in cases if gated_by(case, key)}
        if about and not iut.embedded:
            gated[f"{key.kind}.{key.name}"] = about
    needed = _credentials(iut, contract, cases)
    for name, about in [*gated.items(), *needed.items()]:
        key = contract.keys[name]
        what = "decided by its probe" if key.kind == "pics" and key.probe else "may stay unjudged"
        console.print(f"missing {name}: {amount(len(about), 'case')} {what}. {key.question}", soft_wrap=True)


def gated_by(case: Case, key: IutKey) -> bool:
    """Tell whether a case needs a key of the IUT file, by the subjects and the patterns that the key gates."""
    name = case.id.removeprefix(f"{case.platform}/")
    return any(
        fnmatchcase(name, gate) if "/" in gate else gate == case.subject or gate in case.calls for gate in key.gates
    )


def _credentials(iut: Iut, contract: Contract, cases: list[Case]) -> dict[str, set[str]]:
    missing: dict[str, set[str]] = defaultdict(set)
    if iut.embedded:
        return missing
    for rule in contract.objects.values():
        for key in rule.given.values():
            if rule.credential and key not in iut.credentials:
                about = {case.id for case in cases if rule.create in case.calls}
                if about:
                    missing[f"credentials.{key}"] |= about
    return missing
