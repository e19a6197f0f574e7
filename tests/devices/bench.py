"""A cloud for one case, and the embedded device with what it does wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from conformance.contract import Role
from conformance.evidence.recorder import Recorder
from conformance.evidence.redaction import Redactor
from conformance.iut.config import Iut
from conformance.runner.devices import cloud
from conformance.runner.embedded import embedded
from conformance.runner.execute import Outcome, execute
from conformance.suites.device import cases
from conformance.suites.device.environment import DeviceEnvironment

PLATFORM = "huawei"
CASES = {case.id: case for case in cases(PLATFORM)}
QUICK = {"connect_timeout_s": 4, "report_period_s": 3, "command_timeout_s": 1}


def device(*active: str, **pixit: Any) -> Iut:
    """The embedded device with faults or quirks."""
    iut = embedded(PLATFORM, Role.DEVICE)
    arguments = tuple(word for name in active for word in ("--with", name))
    return replace(iut, arguments=arguments, pixit={**QUICK, **pixit})


SOAK_S = 3.2
"""A long watch in short: more than one and a half keep alives of the embedded device."""


def often(iut: Iut) -> Iut:
    """The same device, which reports more than once in such a watch; one that is silent otherwise does not."""
    every = "60" if "no-pings" in iut.arguments else "0.5"
    return replace(iut, arguments=(*iut.arguments, "--every", every), pixit={**iut.pixit, "report_period_s": 1})


@contextmanager
def opened(
    iut: Iut, certificate: Mapping[str, str] | None = None, *, soak_s: float = 0.0, out: Path | None = None
) -> Iterator[DeviceEnvironment]:
    redactor = Redactor()
    iut = replace(iut, pixit={**iut.pixit, **(certificate or {})})
    with cloud(
        iut, out=out, recorder=Recorder(None, redactor), redactor=redactor, seed=0, level="core", soak_s=soak_s
    ) as environment:
        yield environment


def judge(
    iut: Iut, names: Iterable[str], certificate: Mapping[str, str] | None = None, *, soak_s: float = 0.0
) -> list[Outcome]:
    """Run cases against a device, all in one session."""
    with opened(iut, certificate, soak_s=soak_s) as environment:
        return [execute(environment, CASES[name]) for name in names]
