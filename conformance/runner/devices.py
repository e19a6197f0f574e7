"""A session with a device: the suite is the cloud, so it listens, and starts the device where that is a program."""

from __future__ import annotations

import secrets
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from conformance.contract import load
from conformance.crypto.certificates import Authority, Certificate, addresses_of_this_machine
from conformance.evidence.recorder import Recorder
from conformance.evidence.redaction import Redactor
from conformance.iut.config import Iut, value_of
from conformance.iut.errors import StartError, UsageError
from conformance.iut.process import Process, python_module
from conformance.mqtt.broker import Broker
from conformance.mqtt.tls import server_context
from conformance.suites.device.environment import DeviceEnvironment, Identity

_VERSIONS: Final = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}
_EMBEDDED: Final = {"connect_timeout_s": 10, "report_period_s": 10, "command_timeout_s": 3}
"""What the embedded device is held to: it is near and quick."""


@contextmanager
def cloud(
    iut: Iut, *, out: Path | None, recorder: Recorder, redactor: Redactor, seed: int, level: str
) -> Iterator[DeviceEnvironment]:
    """Listen for a device and yield the environment of its cases; afterwards stop what was started.

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
    hosts = tuple(told("server_names") or addresses_of_this_machine())
    served = _given(iut, told) or _made(hosts)
    minimum = _VERSIONS[told("tls_min_version")]
    with ExitStack() as stack:
        broker = Broker(
            context=server_context(served.certificate, minimum=minimum),
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
            trusted=broker.context,  # type: ignore[arg-type]
            foreign=server_context(
                Authority.made("some other authority", algorithm=served.algorithm).server(
                    hosts, algorithm=served.algorithm
                ),
                minimum=minimum,
            ),
        )
        environment.model  # noqa: B018 - a file that cannot be used is told before anything runs
        stack.callback(environment.stop)
        command = iut.command
        if iut.reference is not None:
            flags = ("--host", "{host}", "--port", "{port}", "--ca", "{ca_file}", "--device-id", "{device_id}")
            command = python_module(iut.reference, *flags, "--parent", *iut.arguments)
        if command is None:
            environment.setting = _setting(environment, served, out)
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


@dataclass(frozen=True, repr=False)
class _Served:
    certificate: Certificate
    ca_pem: str
    algorithm: Any = "ec"


def _made(hosts: tuple[str, ...]) -> _Served:
    """Return a certificate for a run. Its key is RSA: old firmware knows nothing else."""
    certificate = Authority.made(algorithm="rsa").server(hosts, algorithm="rsa")
    return _Served(certificate, certificate.ca_pem, "rsa")


def _given(iut: Iut, told: Any) -> _Served | None:
    """Return the certificate that the tester gives; None where the run makes its own."""
    chain, key, ca = told("server_cert_file"), told("server_key_file"), told("server_ca_file")
    if chain is None and key is None and ca is None:
        return None
    if chain is None or key is None:
        raise UsageError("pixit.server_cert_file and server_key_file belong together; give both, or neither")
    texts = {}
    for name, file in (("server_cert_file", chain), ("server_key_file", key), ("server_ca_file", ca or chain)):
        path = iut.file.parent / file if iut.file else Path(file)
        try:
            texts[name] = path.read_text(encoding="ascii")
        except (OSError, ValueError) as error:
            raise UsageError(f"pixit.{name} = {file!r}: cannot be read as PEM ({error})") from error
    certificate = Certificate(texts["server_ca_file"], texts["server_cert_file"], texts["server_key_file"])
    try:
        server_context(certificate)
    except (ssl.SSLError, ValueError) as error:
        raise UsageError(f"pixit.server_cert_file: certificate and key do not fit together ({error})") from error
    return _Served(certificate, certificate.ca_pem)


def _setting(environment: DeviceEnvironment, served: _Served, out: Path | None) -> str:
    """Return what the engineer must configure on a board, and write the authority where it can be taken from."""
    identity, broker = environment.identity, environment.broker
    given = "device_secret" in environment.iut.credentials
    ca = "that of [pixit] server_cert_file"
    if environment.pixit("server_cert_file") is None:
        file = (out or Path()) / "device-ca.pem"
        file.write_text(served.ca_pem, encoding="ascii")
        ca = str(file)
    topics = [each.topic(deviceId=identity.device_id) for each in environment.contract.channels.values()]
    shown = [each for each in topics if each.endswith(str(environment.pixit("codec_mode")))]
    host = broker.host if broker.host != "0.0.0.0" else "this machine's address"  # noqa: S104 - compared
    return "\n".join(
        [
            "Configure the device, then start it:",
            f"  server     {host}, port {broker.port}, MQTT 3.1.1 over TLS",
            f"  authority  {ca}",
            f"  device id  {identity.device_id}" + (f", node id {identity.node_id}" if identity.node_id else ""),
            f"  secret     {'as in the IUT file' if given else identity.secret}",
            *(f"  topic      {topic}" for topic in shown),
        ]
    )


def _told_of(module: str) -> dict[str, Any]:
    """Return what is to be known of the embedded device: its product model lies beside it."""
    folder = Path(__file__).resolve().parents[1].joinpath(*module.split(".")[1:])
    return {"product_model": str(folder / "product.json")}
