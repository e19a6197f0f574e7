"""Role client: every way to write the same call and to send it, and every provocation, of clients that take it well."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from conformance.contract import Role, load
from conformance.runner.execute import Outcome
from conformance.suites.client.provocations import concerning
from tests.clients import sockets
from tests.clients.bench import calls, judged
from tests.clients.forms import FORMS, PLAIN, written
from tests.matrix.right import AS_BUILT

PROVOKED = "provoked"


@cache
def variants(platform: str) -> tuple[str, ...]:
    """Return what the reference client can show: forms that change one of its calls, connections, and provocations."""
    forms = [
        name for name, form in FORMS.items() if any(written(c, form) != written(c, PLAIN) for c in calls(platform))
    ]
    provocations = [f"{PROVOKED}/{each.name}" for each in concerning(load(platform))]
    return (AS_BUILT, *forms, *sockets.WAYS, *provocations, PROVOKED)


def shown(platform: str, variant: str) -> Iterator[tuple[str, Outcome]]:
    """Judge the reference client in a variant by every case."""
    from tests.matrix import crew

    crew.warm(Role.CLIENT.value, platform)  # its keys are shared by all trials
    yield from _judged(platform, variant).items()


def _judged(platform: str, variant: str) -> dict[str, Outcome]:
    if variant in sockets.WAYS:
        return sockets.judged(platform, sockets.WAYS[variant])
    kind, _, name = variant.partition("/")
    if kind == PROVOKED:
        every = [each.name for each in concerning(load(platform))]
        return judged(platform, provoke=[name] if name else every)
    return judged(platform, form=FORMS.get(variant, PLAIN))
