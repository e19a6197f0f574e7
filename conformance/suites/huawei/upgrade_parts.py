"""What the cases about upgrades (1.12) share: both kinds of task, creating them, looking at their parts.

A task cannot be deleted, so every case that creates one is irreversible; its device goes when the case ends. What a task
or a subtask does not show tells nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from conformance.evidence.exchange import Answer, at
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case
from conformance.suites.checks import json_equal
from conformance.suites.context import Context
from conformance.suites.huawei.pages import Listing
from conformance.suites.objects import Made
from conformance.suites.waiting import observe

DEVICE_CALLS: Final = ("device-register-code", "device-delete")
"""What the preamble of a device calls."""
PACKAGES: Final = Listing("package-list", "1.12.1", "/fileId", 10)
SUBTASKS: Final = Listing("upgrade-subtask-list", "1.12.7", "/deviceId", 10, items=("/data", "/date"))
TASKS: Final = Listing("upgrade-task-list", "1.12.8", "/operationId", 10)
ALL: Final = 100
"""The largest pageSize: more than a task of the suite has devices."""
UNDER_WAY: Final = frozenset({"processing", "success", "fail"})
"""States of a subtask that has begun."""


@dataclass(frozen=True)
class Kind:
    """One of the two kinds of upgrade."""

    word: str
    section: str
    """Of the operation that creates a task."""
    operate_type: str
    package: str
    """The object that is a package of this kind."""

    @property
    def subject(self) -> str:
        """The operation that creates a task."""
        return f"{self.word}-upgrade-create"

    def rule(self, name: str) -> str:
        """Return the id of a statement about creating a task of this kind; one with a section stays as it is."""
        return name if "/" in name else f"{self.section}/{name}"


SOFTWARE: Final = Kind("software", "1.12.4", "software_upgrade", "software-package")
FIRMWARE: Final = Kind("firmware", "1.12.5", "firmware_upgrade", "firmware-package")

Body = Callable[[Context, Kind], None]


def both(
    purpose: str, *, rules: Sequence[str], calls: Sequence[str] = (), needs: Sequence[str] = ()
) -> Callable[[Body], tuple[Case, Case]]:
    """Make two cases of a function, one for each kind; `{kind}` in its first line stands for the kind's word."""

    def decorate(body: Body) -> tuple[Case, Case]:
        return _of_kind(body, SOFTWARE), _of_kind(body, FIRMWARE)

    def _of_kind(body: Body, kind: Kind) -> Case:
        def bound(context: Context) -> None:
            body(context, kind)

        bound.__doc__ = (body.__doc__ or "").replace("{kind}", kind.word)
        return case(
            f"huawei/{kind.subject}/{purpose}",
            requirements=[kind.rule(each) for each in rules],
            calls=[kind.subject, "upgrade-task-query", "upgrade-subtask-list", *DEVICE_CALLS, *calls],
            needs=needs,
        )(bound)

    return decorate


def request(
    context: Context, kind: Kind, targets: Mapping[str, Any], policy: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the body that asks for a task.

    Raises:
        Inconclusive: the tester names no package of this kind.
    """
    body: dict[str, Any] = {"fileId": context.have(kind.package).id, "targets": dict(targets)}
    return {**body, "policy": dict(policy)} if policy is not None else body


def created(context: Context, kind: Kind, devices: Sequence[Made], policy: Mapping[str, Any] | None = None) -> str:
    """Create a task for devices as the body of a case; return its operationId.

    Raises:
        Stop: it was not created; the finding is recorded.
    """
    targets = {"devices": [each.id for each in devices]}
    return str(context.succeed(kind.subject, body=request(context, kind, targets, policy)).at("/operationId"))


def prepared(context: Context, devices: Sequence[Made], policy: Mapping[str, Any] | None = None) -> str:
    """Create a software task for devices as a preamble; return its operationId.

    Raises:
        Inconclusive: it was not created.
    """
    body = request(context, SOFTWARE, {"devices": [each.id for each in devices]}, policy)
    return str(context.prepare(SOFTWARE.subject, body=body).at("/operationId"))


def come_online(context: Context, device: Made) -> None:
    """Have a device connect (upper tester).

    Raises:
        Inconclusive: there is no upper tester, or it cannot.
    """
    context.act("device-online", deviceId=device.id)


def state(value: Any) -> str | None:
    """Return a state in small letters (erratum upgrade-status-case), `fail` for `failed`; None where none is shown."""
    return value.lower().replace("failed", "fail") if isinstance(value, str) else None


def task(
    context: Context, identity: str, holds: Callable[[Any], bool] = lambda _: True, requirement: str | None = None
) -> Answer:
    """Read a task until it is as expected or the delay is over; return the last answer.

    Raises:
        Stop: it was not served; the finding (on `requirement`, else on the success of the query) is recorded.
    """
    return observe(context, "upgrade-task-query", holds, requirement=requirement, within="", operationId=identity)


def rows(body: Any) -> list[Any]:
    """Return the subtasks of a page, under either of their names (erratum subtask-rows-name)."""
    return next((found for each in SUBTASKS.items if isinstance(found := at(body, each), list)), [])


def parts(
    context: Context, identity: str, holds: Callable[[list[Any]], bool] = lambda _: True, **parameters: Any
) -> Answer:
    """Read the subtasks of a task until they are as expected or the delay is over; return the last answer."""
    return observe(
        context,
        "upgrade-subtask-list",
        lambda body: holds(rows(body)),
        within="",
        operationId=identity,
        pageSize=ALL,
        **parameters,
    )


def device_state(found: Sequence[Any], device: Made) -> str | None:
    """Return the state of a device's subtask among those found; None where it is absent or shows none."""
    return next((state(each.get("status")) for each in found if each.get("deviceId") == device.id), None)


def part_state(context: Context, identity: str, device: Made, holds: Callable[[str], bool]) -> str:
    """Look at a device's subtask until its state is as expected or the delay is over; return the last state.

    Raises:
        Stop: the subtasks were not served; the finding is recorded.
        Inconclusive: no state is shown.
    """
    answer = parts(context, identity, lambda found: holds(device_state(found, device) or ""))
    last = device_state(rows(answer.json), device)
    if last is None:
        raise Inconclusive(f"upgrade-subtask-list shows no status of the device {device.id}")
    return last


def upgrading(context: Context, identity: str, device: Made) -> None:
    """Wait until a device is being upgraded (a preamble).

    Raises:
        Inconclusive: its upgrade does not begin.
    """
    last = part_state(context, identity, device, lambda seen: seen == "processing")
    if last != "processing":
        raise Inconclusive(f"the upgrade of a device that is online does not begin: its state is {last}")


def differing(shown: Any, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members that are shown otherwise than known; one that is absent or null, at any depth, tells nothing."""
    given = shown if isinstance(shown, Mapping) else {}
    return {name: given[name] for name, value in known.items() if not _agree(given.get(name), value)}


EXACT: Final = frozenset({"fileType", "operationType", "operationStatus"})
"""Filters of the lists that name a kind or a state: what meets them shows just that."""


def meets(name: str, wanted: str, shown: Any) -> bool:
    """Tell whether a record that shows a value may be in a list filtered by `name` (readings: erratum text-filters)."""
    same = shown is None or shown == wanted
    return same or (name not in EXACT and isinstance(shown, str) and wanted in shown)


def _agree(left: Any, right: Any) -> bool:
    """Tell whether two values agree in what both of them show."""
    if left is None or right is None:
        return True
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return all(_agree(left[name], right[name]) for name in left.keys() & right.keys())
    return json_equal(left, right)
