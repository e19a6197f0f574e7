"""A session with a device: the suite is the cloud, so it listens, and starts the device where that is a program."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from conformance.contract import load
from conformance.crypto.certificates import LOOPBACK
from conformance.evidence.recorder import Recorder
from conformance.evidence.redaction import Redactor
from conformance.iut.config import Iut, value_of
from conformance.iut.errors import StartError
from conformance.iut.operator import Operator
from conformance.iut.process import Process, bound_to_us, python_module
from conformance.mqtt.broker import Broker
from conformance.runner.certificates import Served, serve
from conformance.suites.device.environment import DeviceEnvironment, Identity

_EMBEDDED: Final = {"connect_timeout_s": 10, "report_period_s": 10, "command_timeout_s": 3}
"""What the embedded device is held to: it is near and quick."""


@contextmanager
def cloud(
    iut: Iut, *, out: Path | None, recorder: Recorder, redactor: Redactor, seed: int, level: str, soak_s: float = 0.0
) -> Iterator[DeviceEnvironment]:
    """Listen for a device and yield the environment of its cases; afterwards stop what was started.

    `soak_s` is how long the long checks watch the device, where they were asked for.

    Raises:
        StartError: it cannot be started, or nobody can listen at the address.
        UsageError: a file that the IUT file names cannot be used.
    """
    assert iut.platform is not None
    contract = load(iut.platform)
    if iut.reference is not None:
        iut = replace(iut, pixit={**_EMBEDDED, **_told_of(iut.reference), **iut.pixit})

    def told(name: str) -> Any:
        return value_of(iut, contract, name)

    secret = iut.credentials.get("device_secret") or secrets.token_hex(10)
    redactor.learn(secret, "device_secret")
    identity = Identity(str(told("device_id")), told("node_id"), secret)
    served = serve(iut, told)
    with ExitStack() as stack:
        broker = Broker(
            context=served.presented.trusted,
            host=str(told("listen_host")),
            port=int(told("listen_port")),
        )
        broker.observers.append(recorder.mqtt)
        try:
            stack.enter_context(broker)
        except OSError as error:
            raise StartError(
                f"pixit.listen_host = {broker.host!r}, listen_port = {broker.port}: cannot listen there "
                f"({error.strerror}); give another address or port"
            ) from error
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="iot-conformance-")))
        ca_file = folder / "ca.pem"
        ca_file.write_text(served.ca_pem, encoding="ascii")
        environment = DeviceEnvironment(
            iut=iut,
            contract=contract,
            recorder=recorder,
            redactor=redactor,
            seed=seed,
            level=level,
            broker=broker,
            identity=identity,
            presented=served.presented,
            soak_s=soak_s,
        )
        environment.model  # noqa: B018 - a file that cannot be used is told before anything runs
        stack.callback(environment.stop)
        command = iut.command
        if iut.reference is not None:
            flags = ("--host", "{host}", "--port", "{port}", "--ca", "{ca_file}", "--device-id", "{device_id}")
            command = python_module(iut.reference, *flags, *bound_to_us(), *iut.arguments)
        if command is None:
            environment.setting = _setting(environment, served, out)
            environment.operator = Operator.present()
        else:
            values = {
                "host": "127.0.0.1" if broker.host in {"0.0.0.0", "127.0.0.1"} else broker.host,  # noqa: S104 - compared
                "port": str(broker.port),
                "ca_file": str(ca_file),
                "device_id": identity.device_id,
                "secret": secret,
            }
            started: str = command
            environment.start = lambda: Process(started, values)
            environment.revive()
        yield environment


def _setting(environment: DeviceEnvironment, served: Served, out: Path | None) -> str:
    """Return what the engineer must configure on a board; write it, and the authority, where they can be taken from."""
    identity, broker = environment.identity, environment.broker
    given = "device_secret" in environment.iut.credentials
    ca = "that of [pixit] server_cert_file"
    if environment.pixit("server_cert_file") is None:
        file = (out or Path()) / "device-ca.pem"
        file.write_text(served.ca_pem, encoding="ascii")
        ca = str(file)
    topics = [each.topic(deviceId=identity.device_id) for each in environment.contract.channels.values()]
    shown = [each for each in topics if each.endswith(str(environment.pixit("codec_mode")))]
    host = broker.host
    if host == "0.0.0.0":  # noqa: S104 - compared
        # It listens on IPv4.
        near = [each for each in served.presented.hosts if each not in LOOPBACK and ":" not in each]
        host = " or ".join(near) or "this machine's address"
    asked = environment.pixit("client_auth")

    def setting(secret: str) -> str:
        return "\n".join(
            [
                "Configure the device, then start it:",
                f"  server     {host}, port {broker.port}, MQTT 3.1.1 over TLS",
                f"  authority  {ca}",
                *([f"  its own certificate: client_auth = {asked!r}"] if asked != "none" else []),
                f"  device id  {identity.device_id}" + (f", node id {identity.node_id}" if identity.node_id else ""),
                f"  secret     {secret}",
                *(f"  topic      {topic}" for topic in shown),
            ]
        )

    told = "as in the IUT file" if given else identity.secret
    if out is not None:  # no artefact holds a secret
        written = told if given else "the one that the run printed"
        (out / "device-setting.txt").write_text(setting(written) + "\n", encoding="utf-8")
    return setting(told)


def _told_of(module: str) -> dict[str, Any]:
    """Return what is to be known of the embedded device: its product model lies beside it."""
    folder = Path(__file__).resolve().parents[1].joinpath(*module.split(".")[1:])
    return {"product_model": str(folder / "product.json")}
