"""A session with one IUT: started where we start it, reached, and left as it was found."""

from __future__ import annotations

import contextlib
import json
import secrets
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from conformance.contract import CallClass, Contract, Role, load
from conformance.evidence.exchange import Request
from conformance.evidence.findings import Inconclusive
from conformance.evidence.recorder import Recorder
from conformance.evidence.redaction import Redactor
from conformance.iut.config import Iut, value_of
from conformance.iut.errors import StartError, UsageError
from conformance.iut.http import HttpClient, tls_context
from conformance.iut.journal import Journal
from conformance.iut.process import Process, bound_to_us, free_port, python_module
from conformance.iut.rate import RateLimiter
from conformance.iut.threshold import obstacle, unreachable
from conformance.iut.upper_tester import HttpUpperTester, UpperTester, upper_tester
from conformance.platforms.driver import driver
from conformance.runner.client_judging import Judging
from conformance.runner.selection import check_claims
from conformance.suites import crypto
from conformance.suites.application.environment import ApplicationEnvironment
from conformance.suites.case import Case
from conformance.suites.checks import Surroundings
from conformance.suites.context import Context
from conformance.suites.environment import Budget, Environment
from conformance.vectors.protocol import Adapter

if TYPE_CHECKING:
    from conformance.iut.device_access import DeviceAccess

LOOPBACK: Final = "127.0.0.1"


@dataclass(frozen=True)
class Options:
    """How a session is held."""

    seed: int = 0
    level: str = "core"
    allowed: frozenset[CallClass] = frozenset()
    run_id: str = "run"
    out: Path | None = None
    max_calls: int | None = None
    max_time_s: float | None = None
    soak_s: float = 0.0
    """How long long checks watch, where they were asked for."""
    judging: Judging = field(default_factory=Judging)
    """How a client is judged; no other role is concerned."""


@contextmanager
def surroundings(iut: Iut, options: Options, *, recorder: Recorder, redactor: Redactor) -> Iterator[Surroundings]:
    """Reach an IUT of any role and yield what its cases share.

    Raises:
        StartError: it cannot be started or reached; the text is one line.
    """
    if iut.role is Role.APPLICATION:
        with receiving(iut, options, recorder=recorder, redactor=redactor) as receiver:
            yield receiver
    elif iut.role is Role.DEVICE:
        from conformance.runner.devices import cloud  # runs without devices start without MQTT

        with cloud(
            iut,
            out=options.out,
            recorder=recorder,
            redactor=redactor,
            seed=options.seed,
            level=options.level,
            soak_s=options.soak_s,
        ) as device:
            yield device
    elif iut.role is Role.CLIENT:
        from conformance.runner.clients import court  # runs without clients start without a relay

        with court(
            iut, options.judging, recorder=recorder, redactor=redactor, seed=options.seed, level=options.level
        ) as client:
            yield client
    elif iut.role is not Role.CRYPTO:
        with session(iut, options, recorder=recorder, redactor=redactor) as environment:
            yield environment
    else:
        with _routine(iut, options, recorder=recorder, redactor=redactor) as routine:
            yield routine


@contextmanager
def _routine(iut: Iut, options: Options, *, recorder: Recorder, redactor: Redactor) -> Iterator[crypto.Routine]:
    """Start a program behind the adapter protocol and hear what it says of itself.

    Raises:
        StartError: it cannot be started, or ended before it said a word.
    """
    contract = crypto.contract()
    assert iut.command is not None
    adapter = Adapter(
        iut.command,
        start_timeout_s=float(value_of(iut, contract, "start_timeout_s")),
        request_timeout_s=float(value_of(iut, contract, "request_timeout_s")),
    )
    routine = crypto.Routine(
        iut=iut,
        contract=contract,
        recorder=recorder,
        redactor=redactor,
        seed=options.seed,
        level=options.level,
        adapter=adapter,
    )
    adapter.record = routine.record
    with adapter:
        yield routine


@contextmanager
def session(iut: Iut, options: Options, *, recorder: Recorder, redactor: Redactor) -> Iterator[Environment]:
    """Reach an IUT and yield the environment of its cases; afterwards delete what is shared and stop what was started.

    Raises:
        StartError: it cannot be started or reached; the text is one line.
    """
    assert iut.platform is not None
    contract = load(iut.platform)
    with ExitStack() as stack:
        learn(iut, redactor)
        try:
            iut, url, tester = _reach(iut, stack)
        except UsageError as error:  # its text may end with what the child printed
            raise type(error)(redactor.text(str(error))) from None
        learn(iut, redactor)
        rate = value_of(iut, contract, "rate_limit")
        client = HttpClient(
            url,
            timeout_s=float(value_of(iut, contract, "request_timeout_s") or 10),
            ca_file=iut.ca_file,
            proxy=value_of(iut, contract, "proxy"),
            limiter=RateLimiter(float(rate) if isinstance(rate, int | float) and not isinstance(rate, bool) else None),
        )
        stack.callback(client.close)
        head = {"iut": str(iut.file.resolve()) if iut.file else None, "platform": iut.platform, "run": options.run_id}
        journal = Journal(options.out / "journal.ndjson" if options.out and iut.live else None, head)
        stack.callback(journal.close)
        prefix = f"{value_of(iut, contract, 'run_prefix') or 'conf'}-{options.run_id[-6:]}-"
        environment = Environment(
            iut=iut,
            contract=contract,
            driver=driver(iut.platform),
            client=client,
            recorder=recorder,
            redactor=redactor,
            journal=journal,
            prefix=prefix,
            seed=options.seed,
            level=options.level,
            allowed=options.allowed,
            budget=Budget(options.max_calls, options.max_time_s),
            upper_tester=tester,
            device_access=_device_access(iut, contract),
        )
        with contextlib.suppress(Inconclusive):  # what is missing leaves cases unjudged, and they say so
            environment.driver.verify(Context(environment, _POSTAMBLE))
        if not environment.alive():
            raise StartError(f"iut.url = {url!r}: nobody accepts connections there; check address, network and proxy")
        try:
            yield environment
        finally:
            _clear(environment)
            environment.close()


def _device_access(iut: Iut, contract: Contract) -> DeviceAccess | None:
    """Return where the platform takes devices, where its document describes that and the tester tells it.

    Raises:
        UsageError: a file that the IUT file names cannot be used.
    """
    if not contract.channels:
        return None
    from conformance.iut.device_access import device_access  # runs without devices start without MQTT

    return device_access(iut, contract)


@contextmanager
def receiving(
    iut: Iut, options: Options, *, recorder: Recorder, redactor: Redactor
) -> Iterator[ApplicationEnvironment]:
    """Reach an application and yield the environment of its cases; afterwards stop what was started.

    Raises:
        StartError: it cannot be started or reached; the text is one line.
    """
    assert iut.platform is not None
    contract = load(iut.platform)
    check_claims(iut, contract)
    with ExitStack() as stack:
        try:
            iut, url, tester = _reach(iut, stack)
        except UsageError as error:
            raise type(error)(redactor.text(str(error))) from None
        command, timeout_s = iut.command, float(value_of(iut, contract, "start_timeout_s") or 15)

        def revive() -> None:
            port = urlsplit(url).port or 0
            process = stack.enter_context(Process(str(command), {"port": str(port)}))
            process.wait_ready(LOOPBACK, port, timeout_s)
            recorder.note("the application had ended and was started again", keep=True)

        rate = value_of(iut, contract, "rate_limit")
        limiter = RateLimiter(float(rate) if isinstance(rate, int | float) and not isinstance(rate, bool) else None)
        context = tls_context(iut.ca_file)
        callback = url.rstrip("/") + "/" + str(value_of(iut, contract, "callback_path") or "").lstrip("/")

        def connect() -> HttpClient:
            return HttpClient(
                callback,
                timeout_s=float(value_of(iut, contract, "request_timeout_s") or 10),
                proxy=value_of(iut, contract, "proxy"),
                limiter=limiter,
                context=context,
            )

        environment = ApplicationEnvironment(
            iut=iut,
            contract=contract,
            recorder=recorder,
            redactor=redactor,
            seed=options.seed,
            level=options.level,
            url=callback if value_of(iut, contract, "callback_path") else url,
            connect=connect,
            budget=Budget(options.max_calls, options.max_time_s),
            upper_tester=tester,
            allowed=options.allowed,
            revive=revive if command is not None else None,
        )
        if not environment.alive():
            raise StartError(f"iut.url = {url!r}: nobody accepts connections there; check address, network and proxy")
        if iut.reference is None:
            with connect() as client:  # nothing is pushed
                reason = obstacle(client, client.send(Request("GET", callback)), proxied=bool(iut.pixit.get("proxy")))
            if reason is not None:
                raise StartError(unreachable(iut, url, reason))
        yield environment


def redactor_for(platforms: Iterable[str]) -> Redactor:
    """Return a redactor that learns whatever the documents of these platforms call secret."""
    operations = [operation for platform in platforms for operation in load(platform).operations.values()]
    return Redactor(
        {
            str(member.path[-1])
            for operation in operations
            for message in (operation.request, operation.response)
            if message is not None
            for member in message.annotated("x-secret")
            if member.path
        },
        {
            each.name
            for operation in operations
            for each in operation.parameters
            if each.location == "header" and each.schema.get("x-secret")
        },
    )


def learn(iut: Iut, redactor: Redactor) -> None:
    """Tell the redactor what the IUT file holds of secrets."""
    assert iut.platform is not None
    keys = load(iut.platform).keys
    for name, value in iut.credentials.items():
        rule = keys.get(f"credentials.{name}")
        if rule is None or rule.secret:
            redactor.learn(value, name)
    redactor.learn(urlsplit(str(iut.pixit.get("proxy", ""))).password, "proxy password")


def _reach(iut: Iut, stack: ExitStack) -> tuple[Iut, str, UpperTester]:
    """Return the IUT with what starting it told, its address and its upper tester."""
    timeout_s = float(iut.pixit.get("start_timeout_s", 15))
    if iut.url is not None:
        return iut, iut.url, upper_tester(iut.upper_tester, timeout_s=60.0)
    port = free_port()
    if iut.reference is None:
        assert iut.command is not None
        process = stack.enter_context(Process(iut.command, {"port": str(port)}))
        process.wait_ready(LOOPBACK, port, timeout_s)
        scheme = "https" if iut.ca_file else "http"
        return iut, f"{scheme}://{LOOPBACK}:{port}", upper_tester(iut.upper_tester, timeout_s=60.0)
    token = secrets.token_hex(16)
    command = python_module(iut.reference, "--port", "{port}", "--control", token, "--everything", *bound_to_us())
    process = stack.enter_context(Process(command, {"port": str(port)}))
    process.wait_ready(LOOPBACK, port, timeout_s)
    told = told_by(process)
    files = {name: str(kept(text, stack)) for name, text in told.get("files", {}).items()}
    iut = replace(iut, credentials=told["credentials"], pixit={**told.get("pixit", {}), **files, **iut.pixit})
    if "ca" in told:
        iut = replace(iut, ca_file=kept(told["ca"], stack))
    url = str(told["url"])
    tester = HttpUpperTester(
        f"{url}/__control__/upper-tester", timeout_s=10.0, headers={"X-Control-Token": token}, ca_file=iut.ca_file
    )
    stack.callback(tester.close)
    return iut, url, tester


def kept(certificate: str, stack: ExitStack) -> Path:
    """Keep what a reference made for itself (PEM) in a file that only its owner reads, as long as the session lasts."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="iot-conformance-")))
    file = folder / "made.pem"
    file.write_text(certificate, encoding="ascii")
    return file


def told_by(process: Process) -> dict[str, Any]:
    """Return what a reference says of itself on its first line.

    Raises:
        StartError: it says nothing that can be read.
    """
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with contextlib.suppress(ValueError):
            told = json.loads(process.first_line())
            if isinstance(told, dict):
                return told
        time.sleep(0.01)
    raise StartError(f"the embedded reference did not introduce itself{process.tail()}")


_POSTAMBLE: Final = Case(
    id="suite/postamble/shared", title="Shared objects are deleted", requirements=(), body=lambda _: None
)


def _clear(environment: Environment) -> None:
    """Delete what the cases shared. What cannot be deleted stays in the journal for `clean`."""
    if environment.gone_since is not None or not environment.leftovers:
        return
    environment.recorder.begin(_POSTAMBLE.id)
    environment.budget = Budget()
    context = Context(environment, _POSTAMBLE)
    for made in reversed(environment.leftovers):
        try:
            environment.objects.delete(context, made)
        except Inconclusive as error:
            environment.recorder.note(f"postamble: {error}", keep=True)
            break
    environment.recorder.end()
