"""A session with a client: the suite serves a reference in a platform's place and hears what the client calls.

The client runs once as it is and once more with what is provoked, every time against a reference that begins at its seed.
Where somebody else runs the client (`serve --judge`) there is one pass with all provocations, until it is ended.
"""

from __future__ import annotations

import json
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from conformance.contract import Contract, Role, load
from conformance.crypto.certificates import Certificate
from conformance.evidence.exchange import Answer, Request
from conformance.evidence.recorder import Recorder
from conformance.evidence.redaction import Redactor
from conformance.iut.config import Iut, value_of
from conformance.iut.errors import StartError, UsageError
from conformance.iut.http import HttpClient
from conformance.iut.process import Process, bound_to_us, free_port, python_module
from conformance.iut.relay import Relay
from conformance.runner.client_judging import Address, Judging
from conformance.runner.embedded import module_of
from conformance.runner.selection import check_claims
from conformance.runner.session import kept, learn, told_by
from conformance.suites.client.desk import HOLD_S, Desk
from conformance.suites.client.environment import ClientEnvironment, Ended
from conformance.suites.client.heard import Heard
from conformance.suites.client.listener import Listener, listener
from conformance.suites.client.provocations import PROVOCATIONS, concerning

LOOPBACK: Final = "127.0.0.1"
_START_S: Final = 15.0
_BRIEF_S: Final = 0.05
"""How long the answer of a sign-in is held back where the client is our own: it is near and quick."""


@contextmanager
def court(
    iut: Iut, judging: Judging, *, recorder: Recorder, redactor: Redactor, seed: int, level: str
) -> Iterator[ClientEnvironment]:
    """Have a client run and yield the environment of its cases, which judge what was heard.

    Raises:
        StartError: the reference or the client cannot be started, or nobody can listen at the address.
        UsageError: what the IUT file gives or claims cannot be used.
    """
    assert iut.platform is not None
    contract = load(iut.platform)
    heard = listener(iut.platform)
    if heard is None:
        raise UsageError(f"role client: this version has no cases for clients of {iut.platform} yet")
    check_claims(iut, contract)
    tried = chosen(iut, judging, contract)
    with ExitStack() as stack:
        reference = stack.enter_context(_Reference.started(iut, heard, contract))
        iut = replace(iut, credentials=reference.known, pixit={**reference.pixit, **iut.pixit})
        learn(iut, redactor)
        environment = ClientEnvironment(
            iut=iut,
            contract=contract,
            recorder=recorder,
            redactor=redactor,
            seed=seed,
            level=level,
            listener=heard,
            refused=refused(contract, tried),
        )
        hold_s = HOLD_S if not iut.embedded else _BRIEF_S

        def told(call: Heard) -> None:
            if judging.told is not None:
                judging.told(
                    call, environment.judge.faults_of(call, environment.understanding.methods(call.request.url))
                )

        desk = Desk(environment, reference, recorder, lenient=judging.lenient, told=told, hold_s=hold_s)
        secure = reference.secure and not judging.plain_http
        certificate = Certificate.made(LOOPBACK) if secure else None

        def serve(request: Request) -> tuple[Answer, float]:
            served = desk.serve(request)
            return served.answer, served.hold_s

        relay = stack.enter_context(Relay(serve, host=LOOPBACK, port=judging.port, certificate=certificate))
        ca_file = kept(certificate.ca_pem, stack) if certificate else None
        address = Address(relay.own_url, ca_file, reference.credentials, reference.pixit)
        if judging.until is not None:
            desk.begin(*tried)
            judging.until(address)
            desk.end()
        else:
            passes(desk, tried, lambda: _run(iut, address, contract, recorder))
        if relay.error is not None:
            raise relay.error
        for text in relay.unread:
            recorder.note(text, keep=True)
        environment.passes = desk.passes
        yield environment


def passes(desk: Desk, tried: tuple[str, ...], run: Callable[[], Ended]) -> None:
    """Have the client run as it is, then with everything that is provoked.

    Who ends well then, and calls what it calls without them, takes each of the provocations. Who does not runs once more for
    each, so that each answers for itself.
    """
    desk.begin()
    plainly, called = run(), desk.called
    desk.end(plainly)
    if not tried:
        return
    desk.begin(*tried)
    ended = run()
    apart = len(tried) > 1 and plainly.well and not (ended.well and called <= desk.called)
    desk.end(ended, blamed=not apart)
    for name in tried if apart else ():
        desk.begin(name)
        desk.end(run())


def chosen(iut: Iut, judging: Judging, contract: Contract) -> tuple[str, ...]:
    """Return the provocations that a client is tried with, in the order in which they are known.

    Raises:
        UsageError: one of them is not known, or does not concern clients of this platform.
    """
    known = {each.name: each for each in concerning(contract)}
    if judging.provoke is None:
        return tuple(known) if iut.embedded else ()
    for name in judging.provoke:
        if name not in PROVOCATIONS:
            raise UsageError(f"provoke: {name!r} is not known; known are {', '.join(PROVOCATIONS)}")
        if name not in known and not iut.embedded:
            reason = PROVOCATIONS[name].unconcerned
            raise UsageError(f"--provoke {name}: cannot be tried with clients of {contract.platform}: {reason}")
    return tuple(name for name in known if name in judging.provoke)


def refused(contract: Contract, tried: tuple[str, ...]) -> dict[str, str]:
    """Return the provocations that nobody asked for, each with what to do."""
    return {
        each.name: f"nobody asked for it; give --provoke {each.name}"
        for each in concerning(contract)
        if each.name not in tried
    }


def _run(iut: Iut, address: Address, contract: Contract, recorder: Recorder) -> Ended:
    """Start the client, wait until it ends, and tell how it ended."""
    values = {"url": address.url, "ca_file": str(address.ca_file or "")}
    command = iut.command
    if iut.reference is not None:
        command = python_module(iut.reference, "--url", "{url}", "--ca", "{ca_file}", *iut.arguments)
    assert command is not None
    limit = float(value_of(iut, contract, "client_timeout_s"))
    with Process(command, values, told_by_environment(address)) as process:
        status = process.wait(limit)
        ended = Ended(status, process.tail())
    recorder.note(f"the client ran: {ended.describe()}", keep=True)
    return ended


def told_by_environment(address: Address) -> dict[str, str]:
    """Return what a client must know as environment variables: credentials and prepared objects, IOT_CONFORMANCE_<KEY>."""
    known = {**address.pixit, **address.credentials}
    return {f"IOT_CONFORMANCE_{name.upper()}": _as_text(value) for name, value in known.items()}


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class _Reference:
    """The reference behind the desk: a child process."""

    def __init__(self, told: Mapping[str, Any], token: str, given: Mapping[str, str]) -> None:
        self.url = str(told["url"])
        self.secure = bool(told.get("https"))
        """Whether the document demands HTTPS; the relay serves it in the place of the reference."""
        self.credentials: dict[str, str] = dict(told["credentials"])
        """What a client must know."""
        self.known: dict[str, str] = {**given, **self.credentials}
        """What the judge knows."""
        self.pixit: dict[str, Any] = dict(told.get("pixit", {}))
        self._headers = (("X-Control-Token", token), ("Content-Type", "application/json"))
        self._client = HttpClient(self.url, timeout_s=30)

    @classmethod
    @contextmanager
    def started(cls, iut: Iut, heard: Listener, contract: Contract) -> Iterator[_Reference]:
        """Start the reference with the credentials that the IUT file gives; stop it afterwards.

        Raises:
            StartError: it does not start, or does not take the credentials.
        """
        module = module_of(contract.platform, Role.PLATFORM)
        if module is None:
            raise UsageError(f"there is no embedded reference of {contract.platform} in this version")
        token, port = secrets.token_hex(16), free_port()
        made = dict(heard.made(iut.credentials))
        arguments = ["--port", str(port), "--plain-http", "--control", token, *bound_to_us()]
        if value_of(iut, contract, "gateway"):
            arguments.append("--gateway")
        with tempfile.TemporaryDirectory(prefix="iot-conformance-") as folder:
            if iut.pixit:
                settings = Path(folder) / "told.json"
                settings.write_text(json.dumps(iut.pixit), encoding="utf-8")
                arguments += ["--told", str(settings)]
            if made:
                file = Path(folder) / "credentials.json"
                file.touch(mode=0o600)
                file.write_text(json.dumps(made), encoding="utf-8")
                arguments += ["--credentials", str(file)]
            with Process(python_module(module, *arguments), {}) as process:
                try:
                    process.wait_ready(LOOPBACK, port, _START_S)
                except StartError as error:
                    raise StartError(str(error).replace("iut.command", "the embedded reference")) from None
                told = told_by(process)
                reference = cls(told, token, made)
                try:
                    yield reference
                finally:
                    reference._client.close()

    def send(self, request: Request) -> Answer:
        """Return the answer of the reference."""
        return self._client.send(request)

    def control(self, method: str, name: str, value: Any = None) -> Any:
        """Call its control endpoint."""
        body = None if method == "GET" else json.dumps(value).encode()
        answer = self._client.send(Request(method, f"{self.url}/__control__/{name}", self._headers, body))
        assert answer.status == 200, answer.describe()
        return answer.json
