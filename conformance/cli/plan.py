"""`run --plan`: what a run would send, without sending anything."""

from __future__ import annotations

from collections import Counter, defaultdict

from rich.console import Console
from rich.table import Table

from conformance.contract import ALLOWED_UNASKED, CallClass, Contract, Role, load
from conformance.iut.config import Iut, value_of
from conformance.runner.run import Plan
from conformance.suites.case import Case
from conformance.suites.environment import call_class


def print_plan(plan: Plan) -> None:
    """Print calls by class, minutes at the rate limit, and what each missing key leaves unjudged."""
    console = Console(width=None if Console().is_terminal else 80, highlight=False)
    for number, cases in plan.selected().items():
        iut = plan.iuts[number]
        if iut.platform is None:
            console.print(f"[bold]{iut.name}[/bold]: role {iut.role}; {len(cases)} cases; nothing was started or sent")
            continue
        if iut.role is Role.CLIENT:
            tried = plan.judging.provoke or ()
            times = "once" if not tried else f"once, and once more with {', '.join(tried)}"
            console.print(
                f"[bold]{iut.name}[/bold]: role client, platform {iut.platform}; {len(cases)} cases about whatever it "
                f"calls; it runs {times}; nothing was started"
            )
            continue
        contract = load(iut.platform)
        _print_one(console, plan, iut, contract, cases)


def _print_one(console: Console, plan: Plan, iut: Iut, contract: Contract, cases: list[Case]) -> None:
    console.print(
        f"[bold]{iut.name}[/bold]: role {iut.role}, platform {iut.platform}; {len(cases)} cases; nothing was sent"
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
        console.print(f"about {total} calls, {total / rate / 60:.1f} min at {rate:g} calls/s")
    else:
        console.print(f"about {total} calls, no rate limit")
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
        about = {case.id for case in cases if case.subject in key.gates or set(case.calls) & set(key.gates)}
        if about and not iut.embedded:
            gated[f"{key.kind}.{key.name}"] = about
    needed = _credentials(iut, contract, cases)
    for name, about in [*gated.items(), *needed.items()]:
        key = contract.keys[name]
        what = "decided by its probe" if key.kind == "pics" and key.probe else "may stay unjudged"
        console.print(f"missing {name}: {len(about)} cases {what}. {key.question}", soft_wrap=True)


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
