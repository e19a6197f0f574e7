"""Role device: the embedded devices with their faults, each a process of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from conformance.contract import Requirement, Role, load
from conformance.crypto.certificates import Certificate
from conformance.reference.huawei.device.faults import FAULTS
from conformance.runner.execute import Outcome
from tests.devices.bench import CASES, PLATFORM
from tests.devices.test_faults import EXPECTED, KNOWN_IN_THE_FIELD, judge_wrong
from tests.matrix.wrong import Ground, Wrong


def platforms() -> tuple[str, ...]:
    """Return the platforms that have an embedded device."""
    return (PLATFORM,)


def wrongs(platform: str) -> tuple[Wrong, ...]:
    """Return the faults of the device, each with the cases that the table names and those that cite its statement."""
    return tuple(_wrong(platform, fault, f"{platform}/{broken}") for fault, broken in FAULTS.items())


def _wrong(platform: str, fault: str, requirement: str) -> Wrong:
    told = [case for case, faults in EXPECTED.items() if fault in faults]
    citing = [case.id for case in CASES.values() if requirement in case.requirements]
    return Wrong(
        role=Role.DEVICE.value,
        platform=platform,
        fault=fault,
        kind="device",
        requirement=requirement,
        cases=tuple(dict.fromkeys((*told, *citing))),
        sections=(f"{platform}/{load(platform).requirements[requirement].section}/",),
        told=frozenset(told),
        warns=fault in KNOWN_IN_THE_FIELD,
    )


class Devices:
    """Starts a device for each judgement."""

    def __init__(self, certificate: Mapping[str, str]) -> None:
        self.cases = CASES
        self.certificate = certificate

    def judge(self, case: str, wrong: Wrong | None) -> Outcome:
        """Run a case against a device with the fault."""
        return judge_wrong(wrong.fault if wrong else None, [case], self.certificate)[0]


@contextmanager
def ground(platform: str) -> Iterator[Ground]:
    """Make the certificate that every judgement uses."""
    del platform
    with tempfile.TemporaryDirectory(prefix="iot-conformance-") as folder:
        yield Devices(written(Certificate.made(), Path(folder)))


def written(made: Certificate, folder: Path) -> dict[str, str]:
    """Write a certificate to files; return the settings that name them."""
    files = {"server_cert_file": made.chain_pem, "server_key_file": made.key_pem, "server_ca_file": made.ca_pem}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="ascii")
    return {name: str(folder / name) for name in files}


def statement(platform: str, identity: str) -> Requirement:
    """Return a requirement of the contract."""
    return load(platform).requirements[identity]
