"""What a platform may do wrong with groups of devices (1.11), one statement each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.reference.faults import Behaviour
from conformance.reference.huawei.pages import behaviours

BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    "group-created-not-readable": Behaviour("1.11.1/readable", "a group that was created is not found by its id"),
    "group-create-loses-description": Behaviour("1.11.1/readable", "creating a group loses its description"),
    "group-create-ignores-devices": Behaviour("1.11.1/members", "creating a group ignores deviceIds"),
    "group-zero-is-a-limit": Behaviour("1.11.1/no-limit", "a group with maxDevNum 0 takes one device"),
    "device-in-two-groups": Behaviour("1.11.1/one-group", "a device may be in several groups"),
    "group-authorised-application-ignored": Behaviour(
        "1.11.1/authorised-application", "a group belongs to the caller, whatever appId says"
    ),
    "group-name-taken-unchecked": Behaviour("1.11.1/error/200-100602", "two groups may have the same name"),
    "group-limit-unchecked": Behaviour("1.11.1/error/400-100609", "a group takes more devices than maxDevNum"),
    "unknown-group-served": Behaviour("1.11.2/error/200-100603", "a group id that nobody has stands for the oldest"),
    "group-unknown-device-taken": Behaviour("1.11.7/error/400-100604", "a group takes device ids that nobody has"),
    "group-delete-ignored": Behaviour("1.11.2/gone", "deleting a group does nothing"),
    "deleted-group-still-listed": Behaviour("1.11.2/gone", "a deleted group stays in the list"),
    "group-modify-ignored": Behaviour("1.11.3/changed", "modifying a group changes nothing"),
    "group-modify-loses-limit": Behaviour("1.11.3/changed", "modifying a group leaves maxDevNum as it was"),
    "group-modify-loses-description": Behaviour("1.11.3/changed", "modifying a group leaves the description as it was"),
    "group-modify-changes-id": Behaviour("1.11.3/changed", "modifying a group gives it another id"),
    "group-not-listed": Behaviour("1.11.4/listed", "a group that was created is not in the list"),
    "group-list-ignores-name": Behaviour("1.11.4/name-filter", "the list of groups ignores name"),
    "group-list-ignores-application": Behaviour(
        "1.11.4/authorised-application", "the list of groups ignores accessAppId"
    ),
    "group-member-count-stale": Behaviour("1.11.5/member-count", "curDevNum is always 0"),
    "group-members-add-ignored": Behaviour("1.11.7/joined", "putting devices into a group does nothing"),
    "group-members-delete-ignored": Behaviour("1.11.8/left", "taking devices out of a group does nothing"),
    "group-members-delete-all": Behaviour("1.11.8/left", "taking a device out of a group takes out all"),
    **behaviours("groups", "1.11.4"),
    **behaviours("group-members", "1.11.6"),
}
