"""What a document demands, read from `schemas/` into typed, frozen records; knows nothing of any implementation."""

from conformance.contract.channel import Channel, DeviceMessage
from conformance.contract.datafile import DataError
from conformance.contract.load import PLATFORM_NAMES, keys_of_role, load, platforms
from conformance.contract.members import Constraint, Member
from conformance.contract.messages import Message, Violation
from conformance.contract.notification import Notification
from conformance.contract.records import (
    ALLOWED_UNASKED,
    CallClass,
    Contract,
    Erratum,
    ErrorRow,
    IutKey,
    Level,
    ObjectRule,
    Operation,
    Parameter,
    Reading,
    Requirement,
    Role,
    RowUse,
    Source,
)

__all__ = [
    "ALLOWED_UNASKED",
    "PLATFORM_NAMES",
    "CallClass",
    "Channel",
    "Constraint",
    "Contract",
    "DataError",
    "DeviceMessage",
    "Erratum",
    "ErrorRow",
    "IutKey",
    "Level",
    "Member",
    "Message",
    "Notification",
    "ObjectRule",
    "Operation",
    "Parameter",
    "Reading",
    "Requirement",
    "Role",
    "RowUse",
    "Source",
    "Violation",
    "keys_of_role",
    "load",
    "platforms",
]
