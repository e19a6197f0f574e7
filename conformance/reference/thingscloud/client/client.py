"""Signing in, and a call of every documented operation in an order that makes sense."""

from __future__ import annotations

import time
from typing import Any, Final

from conformance.reference.calling.caller import Caller, Fault, Outgoing, Reply

CREDENTIALS: Final = ("app_id", "access_key", "secret_key")


class ThingsCloudClient(Caller):
    """Holds the tokens of an application and of an administrator."""

    known = ("result", "info", "message", "errcode", "errors")

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.token = ""

    def sign_in(self) -> None:
        """Get a token for the application."""
        body = {name: self.facts[name] for name in CREDENTIALS}
        self.token = self.call("access-token", "POST", "/api/v1/access_token", body=body)["info"]["access_token"]

    renew = sign_in

    def present(self, call: Outgoing) -> None:
        """Put the token onto a call that needs one."""
        if call.subject not in {"access-token", "admin-login"}:
            call.headers["Authorization"] = f"Bearer {self.token}"

    def is_expired(self, reply: Reply) -> bool:
        """Tell whether the token was refused."""
        return b"access token" in reply.text and b'"result":false' in reply.text.replace(b" ", b"")

    def info(self, subject: str, method: str, path: str, **parts: Any) -> Any:
        """Call an operation and return what its answer carries."""
        return self.call(subject, method, f"/api/v1/{path}", **parts).get("info")


def tour(client: Any) -> None:
    """Call every operation."""
    call = client.info
    client.sign_in()
    for subject in ("project", "devices_stat", "devices_alarm_stat", "device_types", "device_groups_tree", "devices"):
        call("device-list" if subject == "devices" else subject.replace("_", "-"), "GET", subject)
    call("device-list", "GET", "devices", query={"page": 1, "type": client.facts["device_type"]})
    device = call("device-create", "POST", "device", body={"name": f"boiler {time.time_ns()}"})["id"]
    call("device-read", "GET", f"device/{device}")
    call("device-certificate", "GET", f"device/{device}/certificate")
    call("device-info-update", "PUT", f"device/{device}/info", body={"name": f"boiler 2 {time.time_ns()}"})
    call("device-tags-update", "PUT", f"device/{device}/tags", body={"tags": {"site": "hall-1"}})
    call("device-tags-remove", "POST", f"device/{device}/tags_remove", body={"keys": ["site"]})
    values = {client.facts["attribute"]: 21.5}
    call("cloud-attributes-update", "PUT", f"control/device/{device}/attributes", body=values)
    call("attributes", "GET", f"device/{device}/attributes")
    now = time.time() * 1000
    window = {"page": 1, "page_records": 100, "start_time": now - 3_600_000.0, "end_time": now + 1000.0}
    series = f"device/{device}/attribute/{client.facts['attribute']}/series"
    call("attribute-series", "GET", series, query=window)
    call("attributes-push", "POST", f"control/device/{device}/attributes", body=values)
    call("command-send", "POST", f"control/device/{device}/command", body={"method": "reboot"})
    call("attributes-remove", "POST", f"device/{device}/attributes_remove", body={"keys": [client.facts["attribute"]]})
    call("alarm-logs", "GET", "alarm_logs")
    call("device-alarm-logs", "GET", f"device/{client.facts['alarm_device']}/alarm_logs")
    call("device-delete", "DELETE", f"device/{device}")
    person = {"name": "A tenant", "account": f"tenant-{time.time_ns()}", "password": "Long-enough-1"}
    customer = call("customer-create", "POST", "customer", body=person)["id"]
    call("customer-list", "GET", "customers")
    call("customer-read", "GET", f"customer/{customer}")
    call("customer-info-update", "PUT", f"customer/{customer}/info", body={"name": "Another tenant"})
    call("customer-password-update", "PUT", f"customer/{customer}/pwd", body={"password": "Long-enough-2"})
    call("customer-tags-update", "PUT", f"customer/{customer}/tags", body={"tags": {"floor": "12"}})
    call("customer-delete", "DELETE", f"customer/{customer}")
    body = {name: client.facts[name] for name in ("app_id", "account", "password")}
    client.token = call("admin-login", "POST", "admin_login", body=body)["access_token"]
    call("admin", "GET", "admin")


def _in_query(call: Outgoing) -> None:
    call.query["access_token"] = call.headers.pop("Authorization", "").removeprefix("Bearer ")


def _form(call: Outgoing) -> None:
    call.form = True


FAULTS: Final = {
    "500-records": Fault("asks for 500 records", lambda call: call.query.update(page_records=500), "attribute-series"),
    "page-as-word": Fault("asks for page one", lambda call: call.query.update(page="one"), "device-list"),
    "name-missing": Fault("creates a device without a name", lambda call: call.body.pop("name"), "device-create"),
    "name-as-number": Fault("names a device 7", lambda call: call.body.update(name=7), "device-create"),
    "keys-as-text": Fault("names one tag as a text", lambda call: call.body.update(keys="site"), "device-tags-remove"),
    "form-not-json": Fault("writes the sign-in as a form", _form, "access-token"),
    "token-in-query": Fault("writes the token into the query", _in_query, "device-read"),
    "no-token": Fault("shows no token", lambda call: call.headers.pop("Authorization"), "device-types"),
    "basic-scheme": Fault(
        "shows the token by another scheme",
        lambda call: call.headers.update(Authorization=call.headers["Authorization"].replace("Bearer", "Basic")),
        "device-read",
    ),
    "other-secret": Fault(
        "signs in with another secret", lambda call: call.body.update({"secret_key": "none"}), "access-token"
    ),
    "no-content-type": Fault(
        "names another media type",
        lambda call: call.headers.update({"Content-Type": "text/plain"}),
        "device-create",
    ),
    "undocumented-parameter": Fault(
        "sends a parameter that nobody documents", lambda call: call.query.update(include=1), "device-list"
    ),
    "undocumented-call": Fault(
        "calls what nobody documents", lambda call: setattr(call, "path", "/api/v1/rules"), "device-types"
    ),
    "never-renews": Fault("goes on with a token that was refused"),
}
