"""Role device: what real devices do that no sentence forbids."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.contract import Role
from conformance.reference.huawei.device.faults import QUIRKS
from conformance.runner.execute import Outcome
from tests.devices.bench import device, judge
from tests.devices.test_right_devices import BY_NODE, EVERY
from tests.matrix.right import AS_BUILT
from tests.matrix.roles.device import Devices


def variants(platform: str) -> tuple[str, ...]:
    """Return what the embedded device can show."""
    del platform
    return (AS_BUILT, *QUIRKS)


def shown(platform: str, variant: str) -> Iterator[tuple[str, Outcome]]:
    """Run every case against an embedded device in a variant, all over one connection."""
    from tests.matrix import crew

    ground = crew.warm(Role.DEVICE.value, platform)
    assert isinstance(ground, Devices)
    active = [] if variant == AS_BUILT else [variant]
    told = {**BY_NODE.get(variant, {}), "connect_timeout_s": 6}
    yield from zip(EVERY, judge(device(*active, **told), EVERY, ground.certificate), strict=True)
