"""What the platform can do wrong with LoRa gateways and nodes, and the statement that each breaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.reference.faults import Behaviour


def _of_both() -> dict[str, Behaviour]:
    found: dict[str, Behaviour] = {}
    for kind, register, query, delete in (
        ("gateway", "1.5.10", "1.5.12", "1.5.13"),
        ("node", "1.5.11", "1.5.14", "1.5.15"),
    ):
        found |= {
            f"lora-{kind}-answers-other-name": Behaviour(
                f"{register}/registered-as-given", f"registering a {kind} answers another name than was given"
            ),
            f"lora-{kind}-id-shared": Behaviour(f"{register}/own-id", f"a {kind} gets the id of another one"),
            f"lora-{kind}-not-kept": Behaviour(f"{query}/readable", f"a registered {kind} cannot be read"),
            f"lora-{kind}-loses-name": Behaviour(f"{query}/readable", f"a {kind} is kept without its name"),
            f"lora-{kind}-delete-ignored": Behaviour(f"{delete}/gone", f"deleting a {kind} does nothing"),
            f"lora-{kind}-delete-removes-all": Behaviour(
                f"{delete}/other-stays", f"deleting a {kind} deletes every gateway and node"
            ),
        }
    return found


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    **_of_both(),
    "lora-class-default-c": Behaviour("1.5.11/class-default", "a node without deviceClass is of class C"),
    "lora-join-default-abp": Behaviour("1.5.11/join-default", "a node without joinType joins by ABP"),
    "lora-abp-refused": Behaviour("1.5.11/join-by-abp", "a node that joins by ABP is refused for want of an appKey"),
    "lora-owner-ignored": Behaviour("1.5.12/owner", "ownerAppId of reading and deleting is ignored"),
    "lora-duplicate-served": Behaviour("1.5.10/error/400-1200013", "an EUI may be registered twice"),
    "lora-server-offline-served": Behaviour(
        "1.5.10/error/403-1200006", "registering and deleting work while the LoRa Server is not online"
    ),
}
