"""`iot-conformance check`: is the IUT file usable? Credentials, CA, reachability, clock, claims; no cases."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import click

from conformance.contract import Contract, Role
from conformance.evidence.exchange import Request
from conformance.evidence.findings import Inconclusive, Stop
from conformance.evidence.recorder import Recorder
from conformance.evidence.redaction import Redactor
from conformance.iut import config
from conformance.iut.clock import offset_ms
from conformance.report.text import amount
from conformance.runner.session import Options, receiving, redactor_for, surroundings
from conformance.suites.case import Case
from conformance.suites.checks import Surroundings
from conformance.suites.context import Context
from conformance.suites.crypto import Routine
from conformance.suites.environment import Environment
from conformance.suites.generic.claims import probe

OK, BAD, UNKNOWN = "ok", "NOT OK", "unknown"


@click.command()
@click.option("--iut", "iut_file", type=click.Path(path_type=Path), required=True, help="IUT file to try.")
@click.option("--allow-literal-secrets", is_flag=True, help="Accept secrets written into the IUT file itself.")
@click.pass_context
def check(context: click.Context, iut_file: Path, allow_literal_secrets: bool) -> None:
    """Try an IUT file without running cases: exit status 0 where a run can begin, 2 where it cannot."""
    iut = config.read(iut_file, allow_literal_secrets=allow_literal_secrets)
    about = f", platform {iut.platform}" if iut.platform else ""
    click.echo(f"{OK:8} {iut_file}: role {iut.role}{about}")
    redactor = redactor_for([iut.platform] if iut.platform else [])
    failed = False
    if iut.role is Role.APPLICATION:
        context.exit(_check_application(iut, redactor))
    if iut.role is Role.DEVICE:
        context.exit(_check_device(iut, redactor))
    if iut.role is Role.CLIENT:
        context.exit(_check_client(iut, redactor))
    with surroundings(iut, Options(), recorder=Recorder(None, redactor), redactor=redactor) as environment:
        for state, text in _lines(environment) if isinstance(environment, Environment) else _routine(environment):
            failed = failed or state == BAD
            click.echo(f"{state:8} {redactor.text(text)}")
    context.exit(2 if failed else 0)


def _check_application(iut: config.Iut, redactor: Redactor) -> int:
    """Tell whether an application can be reached; nothing is pushed to it."""
    with receiving(iut, Options(), recorder=Recorder(None, redactor), redactor=redactor) as environment:
        with environment.connect() as client:
            answer = client.send(Request("GET", environment.url))
        if answer.failure is not None:
            click.echo(redactor.text(f"{BAD:8} {environment.url}: {answer.failure.text}"))
            return 2
        click.echo(redactor.text(f"{OK:8} {environment.url} answers HTTP {answer.status} to GET; nothing was pushed"))
        return 0


def _check_device(iut: config.Iut, redactor: Redactor) -> int:
    """Listen, and tell whether the device connects; nothing is sent to it but the answers of MQTT."""
    from conformance.runner.devices import cloud

    with cloud(
        iut, out=None, recorder=Recorder(None, redactor), redactor=redactor, seed=0, level="core"
    ) as environment:
        if environment.notice:
            click.echo(environment.notice)
        environment.tell = click.echo
        environment.revive()
        limit = float(environment.pixit("connect_timeout_s"))
        try:
            found = environment.await_session(limit)
        except Inconclusive as error:
            click.echo(redactor.text(f"{UNKNOWN:8} {error}"))
            return 2
        if found is None:
            click.echo(redactor.text(f"{BAD:8} no device within {limit:g} s; seen: {environment.seen()}"))
            return 2
        click.echo(redactor.text(f"{OK:8} the device connected: client id {found.client_id}, {found.tls.version}"))
        return 0


def _check_client(iut: config.Iut, redactor: Redactor) -> int:
    """Start the client once against the reference, and tell whether it calls and how it ends; judges nothing."""
    from conformance.runner.client_judging import Judging
    from conformance.runner.clients import court

    recorder = Recorder(None, redactor)
    with court(iut, Judging(provoke=()), recorder=recorder, redactor=redactor, seed=0, level="core") as environment:
        ended = environment.passes[0].ended
        assert ended is not None
        called = {call.subject for call in environment.heard if call.subject}
        calls = f"{amount(len(environment.heard), 'call')}, of {amount(len(called), 'documented operation')}"
        click.echo(redactor.text(f"{OK if ended.well else BAD:8} the client: {ended.describe()}"))
        click.echo(f"{OK if called else BAD:8} {calls}" + ("" if called else "; see that it uses {url}"))
        for name in sorted(environment.claimed - called):
            click.echo(f"{UNKNOWN:8} pics.operations claims {name}, which it never called")
        return 0 if ended.well and called else 2


def _lines(environment: Environment) -> Iterator[tuple[str, str]]:
    contract = environment.contract
    answer = environment.client.send(Request("GET", environment.client.base_url + "/"))
    reason = environment.obstacle()
    if reason or answer.failure is not None:
        yield BAD, reason or f"{environment.client.base_url}: {answer.failure.text if answer.failure else ''}"
        return
    yield OK, f"{environment.client.base_url} answers HTTP {answer.status}"
    offset = offset_ms(answer)
    if offset is None:
        yield UNKNOWN, "clock offset: the answer has no usable Date header"
    else:
        shown = "within 1 s" if abs(offset) <= 1000 else f"{offset / 1000:+.0f} s"
        yield OK if abs(offset) < 60_000 else BAD, f"clock offset: the IUT's clock is {shown} from ours"
    yield from _credentials(environment, contract)
    yield from _claims(environment, contract)
    yield from _probes(environment, contract)
    if contract.channels:
        yield _devices(environment)


def _devices(environment: Environment) -> tuple[str, str]:
    """Tell whether devices can connect as far as TLS; no packet is sent."""
    from conformance.suites.device_link import open_link

    try:
        link = open_link(_context(environment, "devices"))
    except Inconclusive as error:
        return UNKNOWN if environment.device_access is None else BAD, f"the side for devices: {error}"
    link.close()
    return OK, f"pixit.mqtt_url: {link.told_of_tls}"


def _routine(routine: Surroundings) -> Iterator[tuple[str, str]]:
    """Yield what a program behind the adapter protocol says of itself."""
    assert isinstance(routine, Routine)
    told = routine.adapter.introduction
    if told is None:
        yield BAD, f"iut.command: its introduction: {routine.adapter.fault}"
        return
    yield OK, f"iut.command: {told.name} {told.version}"
    for scheme, declared in told.schemes.items():
        options = f"; {json.dumps(declared['options'])}" if declared.get("options") else ""
        yield OK, f"{scheme}: {', '.join(declared['operations'])}{options}"
    if not told.schemes:
        yield BAD, "it declares no scheme: there is nothing to judge"


def _credentials(environment: Environment, contract: Contract) -> Iterator[tuple[str, str]]:
    for name, rule in contract.objects.items():
        if not rule.credential:
            continue
        missing = [key for key in rule.given.values() if key not in environment.iut.credentials]
        if missing:
            yield UNKNOWN, f"{rule.statement}: credentials.{missing[0]} is not given; what needs it stays unjudged"
            continue
        try:
            _context(environment, name).token(name)
        except Inconclusive as error:
            yield BAD, f"{rule.statement}: {error}"
        else:
            yield OK, f"{rule.statement}: {'given' if rule.key else 'signed in'}"


def _claims(environment: Environment, contract: Contract) -> Iterator[tuple[str, str]]:
    for key in contract.keys_of("pics"):
        if key.role not in {environment.iut.role.value, "any"}:
            continue
        claim = environment.iut.pics.get(key.name)
        said = {True: "true", False: "false", None: "unset"}[claim]
        if key.probe is None:
            yield UNKNOWN, f"pics.{key.name} = {said}; nothing shows it without changing something"
            continue
        try:
            works, seen = probe(_context(environment, key.name), key)
        except Inconclusive as error:
            yield UNKNOWN, f"pics.{key.name} = {said}; {error}"
            continue
        agrees = claim is None or claim is works
        shown = "works" if works else f"does not work: {seen}"
        yield OK if agrees else BAD, f"pics.{key.name} = {said}; {key.probe} {shown}"


def _probes(environment: Environment, contract: Contract) -> Iterator[tuple[str, str]]:
    """Yield what becomes of each call that the tester names, by each operation that is not claimed to be missing."""
    for operation in contract.operations.values():
        if operation.probes is None or any(environment.iut.pics.get(key) is False for key in operation.pics):
            continue
        context = _context(environment, operation.subject)
        try:
            for draft in context.drafts(operation):
                assert draft.probe is not None
                about = f"pixit.{operation.probes}, {draft.probe.name!r} by {operation.subject}"
                context.findings.clear()
                with contextlib.suppress(Stop):
                    context.succeed(draft)
                broken = [each for each in context.findings if not each.holds]
                if broken:
                    yield BAD, f"{about}: expected {broken[0].expected}; actual {broken[0].actual}"
                else:
                    yield OK, f"{about}: served"
        except Inconclusive as error:
            yield UNKNOWN, f"pixit.{operation.probes} by {operation.subject}: {error}"


def _context(environment: Environment, name: str) -> Context:
    return Context(environment, Case(f"{environment.contract.platform}/check/{name}", "check", (), lambda _: None))
