"""Whether a contract agrees with itself: every name that one record has of another leads somewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.contract.datafile import DataError
from conformance.contract.records import Contract


def check(contract: Contract) -> None:
    """Refuse a contract in which a name leads nowhere.

    Raises:
        DataError: names the place of the wrong name.
    """

    def known(name: str | None, table: Mapping[str, Any], place: str) -> None:
        if name is not None and name not in table:
            raise DataError(f"schemas/{contract.platform}: {place} names {name!r}, which does not exist")

    for operation in contract.operations.values():
        for name in (*operation.credentials, *operation.needs.values(), *operation.preamble):
            known(name, contract.objects, operation.subject)
        listed = {use.key for use in operation.errors}
        for use in operation.errors:
            known(use.key, contract.rows, operation.subject)
            for other in (*use.same_as, *use.fitting):
                if other not in listed:
                    raise DataError(f"{operation.subject}: x-errors: {use.key} names {other}, which is not listed")
        for key in operation.pics:
            known(f"pics.{key}", contract.keys, operation.subject)
        known(f"pixit.{operation.body_place}" if operation.body_place else None, contract.keys, operation.subject)
        known(f"pixit.{operation.probes}" if operation.probes else None, contract.keys, operation.subject)
        for member in (*operation.request_members, *operation.response.members):
            known(member.annotation("x-erratum"), contract.errata, f"{operation.subject}, member {member.name},")
    for notification in contract.notifications.values():
        if notification.subject in contract.operations:
            raise DataError(f"schemas/{contract.platform}: {notification.subject} is an operation and a notification")
        known(notification.subscribed_by, contract.operations, notification.subject)
        for member in notification.message.members:
            known(member.annotation("x-erratum"), contract.errata, f"{notification.subject}, member {member.name},")
    for message in contract.device_messages.values():
        for member in message.message.members:
            known(member.annotation("x-erratum"), contract.errata, f"{message.subject}, member {member.name},")
    for rule in contract.objects.values():
        for call in (rule.create, rule.delete, rule.find.operation if rule.find else None, *rule.renewed_by):
            known(call, contract.operations, f"object {rule.name}")
        known(rule.of, contract.objects, f"object {rule.name}")
        for pixit in (rule.pixit, rule.id_pixit):
            known(f"pixit.{pixit}" if pixit else None, contract.keys, f"object {rule.name}")
    for each in contract.keys_of("credentials"):
        known(f"credentials.{each.default}" if each.default else None, contract.keys, f"credentials.{each.name}")
    for row in contract.rows.values():
        known(row.requirement or None, contract.requirements, f"error row {row.key}")
    known(contract.failure_shape, contract.requirements, "error-shape")
