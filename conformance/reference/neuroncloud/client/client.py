"""A call of every documented operation, with the Key encrypted anew for each."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from conformance.crypto.rsa_keys import public_key
from conformance.reference.calling.caller import Caller, Fault, Outgoing, Reply
from conformance.reference.neuroncloud.encryption import SETTINGS, Encryption

KEY_ID: Final = "X-Source-SecretId"
KEY: Final = "X-Source-SecretKey"
PROJECT: Final = "X-Param-ProjectId"


class NeuronClient(Caller):
    """Holds a token: Key ID, Key and public key."""

    known = ("code", "message", "isSuccess", "data")

    def present(self, call: Outgoing) -> None:
        """Put Key ID and encrypted Key onto a call."""
        facts = self.facts
        key = facts["key"][::-1] if self.on("another-key") else facts["key"]
        encryption = Encryption.told({name: facts[name] for name in SETTINGS if name in facts})
        call.headers[KEY_ID] = facts["key_id"]
        call.headers[KEY] = encryption.header(key, public_key(facts["public_key"]))

    def is_throttled(self, reply: Reply) -> bool:
        """Tell whether the service is busy."""
        return reply.status == 503 or b'"code":503' in reply.text


def tour(client: Any) -> None:
    """Call every operation."""
    facts, call = client.facts, client.call
    values = [
        {
            "equipmentName": facts["equipment_name"],
            "functionType": facts["function_type"],
            "buildingName": facts["building"],
            "value": 21.5,
        }
    ]
    call("data-push", "POST", "/dataPlatform/openapi", body=values)
    call("device-details", "GET", f"/device/v1/mn/{facts['dev_eui']}")
    call("device-list", "GET", "/device/v1/mn/page", query={"current": 1, "size": 10})
    call("latest-values", "GET", f"/device/v1/realtime/{facts['dev_eui']}/values")
    now = dt.datetime.now(dt.UTC)
    window = {
        "equipmentName": facts["equipment_name"],
        "startTime": f"{now - dt.timedelta(hours=1):%Y-%m-%d %H:%M:%S}",
        "endTime": f"{now:%Y-%m-%d %H:%M:%S}",
        "field": "VALUE",
    }
    call("point-history", "POST", "/device/v1/realtime/history", body=window)
    project = {PROJECT: facts["project_id"]}
    record = [{facts["dataset_field"]: 21.5}]
    call("dataset-push", "POST", f"/dataset/v1/{facts['dataset']}", body=record, headers=project)
    call("dataset-query", "POST", "/device/v1/realtime/history", body=window, headers=project)


def _in_clear(call: Outgoing) -> None:
    call.headers[KEY] = "the key itself"


FAULTS: Final = {
    "another-key": Fault("encrypts another Key"),
    "not-encrypted": Fault("sends a text that is no encryption", _in_clear, "device-list"),
    "other-key-id": Fault("gives another Key ID", lambda call: call.headers.update({KEY_ID: "x"}), "device-details"),
    "no-key": Fault("sends no encrypted Key", lambda call: call.headers.pop(KEY), "latest-values"),
    "size-missing": Fault("asks for a page without its size", lambda call: call.query.pop("size"), "device-list"),
    "value-missing": Fault("pushes no value", lambda call: call.body[0].pop("value"), "data-push"),
    "object-not-list": Fault("pushes an object", lambda call: setattr(call, "body", call.body[0]), "data-push"),
    "name-as-number": Fault(
        "asks for a device by a number", lambda call: call.body.update(equipmentName=7), "point-history"
    ),
    "retries-at-once": Fault("repeats a call at once when the service is busy"),
}
