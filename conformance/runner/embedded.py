"""The embedded references, found by name: they are started as child processes and never imported."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from conformance.contract import Role, load
from conformance.iut.config import Iut
from conformance.iut.errors import UsageError
from conformance.iut.process import python_module
from conformance.suites.registry import judged

_ROOT: Final = Path(__file__).resolve().parents[1] / "reference"


def module_of(platform: str, role: Role) -> str | None:
    """Return the module to start with `python -m`, or None where this version has no such reference.

    The platform itself is `conformance.reference.<platform>`, any other role a package below it.
    """
    parts = (platform,) if role is Role.PLATFORM else (platform, role.value)
    return f"conformance.reference.{'.'.join(parts)}" if (_ROOT.joinpath(*parts) / "__main__.py").is_file() else None


def embedded(platform: str, role: Role) -> Iut:
    """Return the embedded reference of a platform and role as an IUT that claims everything.

    Raises:
        UsageError: this version has none.
    """
    module = module_of(platform, role)
    if module is None:
        raise UsageError(
            f"there is no embedded reference for role {role} of {platform} in this version; give --iut FILE"
        )
    contract = load(platform)
    of_role = (key for key in contract.keys_of("pics") if key.role in {role, "any"})
    # Claims that are lists name operations that are called, or notifications that are taken.
    lists = {"operations": contract.operations, "notifications": contract.notifications}
    claims = {key.name: [*lists[key.name]] if key.name in lists else True for key in of_role}
    return Iut(
        f"embedded {platform} {'reference' if role is Role.PLATFORM else role}",
        "",
        role,
        platform,
        embedded=True,
        reference=module,
        pics=claims,
        # What only field notes know is held against our own client all the same.
        pixit={"gateway": True} if role is Role.CLIENT and "pixit.gateway" in contract.keys else {},
    )


def own_routines() -> Iut:
    """Return our own crypto routines as an IUT that is held to every scheme, the one from the field notes included."""
    command = python_module("conformance.vectors.adapter")
    return Iut("own crypto routines", "", Role.CRYPTO, None, command=command, embedded=True, pixit={"gateway": True})


def everything(chosen: tuple[str, ...], roles: tuple[Role, ...]) -> tuple[Iut, ...]:
    """Return every embedded reference of the chosen platforms and roles (none chosen: all of them).

    Raises:
        UsageError: the choice leaves none.
    """
    found = [
        embedded(platform, role)
        for platform in (chosen or judged())
        for role in (roles or tuple(Role))
        if module_of(platform, role) is not None
    ]
    if not chosen and (not roles or Role.CRYPTO in roles):
        found.append(own_routines())
    if not found:
        raise UsageError("there is no embedded reference of that platform and role in this version; give --iut FILE")
    return tuple(found)
