"""A call of every documented operation, in an order that makes sense."""

from __future__ import annotations

import time
from typing import Any

MANAGEMENT = "swUpgradeStateChangeNotify"
CALLBACK = "http://127.0.0.1:9/callback"


def tour(client: Any) -> None:
    """Call every operation."""
    client.sign_in()
    device = _register(client)
    _shadows(client, device)
    _read(client, device)
    _lora(client)
    _subscribe(client)
    _command(client, device)
    _group(client, device)
    _upgrade(client, device)
    client.call("device-delete", "DELETE", f"/iocm/app/dm/v1.4.0/devices/{device}", query={"cascade": "true"})
    client.renew()
    _list(client)


def _register(client: Any) -> str:
    facts, call = client.facts, client.call
    codes, secret = "/iocm/app/reg/v1.1.0/deviceCredentials", "/iocm/app/reg/v2.0.0/deviceCredentials"
    body = {"nodeId": _unique("meter"), "productId": facts["product_id"], "timeout": 0}
    device = str((call("device-register-code", "POST", codes, body=body) or {}).get("deviceId", "none"))
    lamp = {"deviceInfo": {"nodeId": _unique("lamp")}, "mqttConnect": True, "productId": facts["mqtt_product_id"]}
    call("device-register-secret", "POST", secret, body=lamp)
    call("device-activation", "GET", f"{codes}/{device}")
    call("device-key-refresh", "PUT", f"{codes}/{device}", body={"timeout": 0})
    call("device-modify", "PUT", f"/iocm/app/dm/v1.4.0/devices/{device}", body={"name": "Meter of hall 1"})
    return device


def _shadows(client: Any, device: str) -> None:
    facts, call = client.facts, client.call
    shadow = f"/iocm/app/shadow/v1.5.0/devices/{device}"
    desired = {"serviceId": facts["service_id"], "desired": {facts["property_name"]: 35}}
    call("shadow-modify", "PUT", shadow, body={"serviceDesireds": [desired]})
    call("shadow-query", "GET", shadow)
    history = {"deviceId": device, "gatewayId": device}
    call("shadow-history", "GET", "/iocm/app/shadow/v1.5.0/deviceDesiredHistory", query=history)


def _list(client: Any) -> None:
    query = {"pageNo": 0, "pageSize": 10}
    client.call("device-list", "GET", "/iocm/app/dm/v1.4.0/devices", query=query)


def _read(client: Any, device: str) -> None:
    call = client.call
    _list(client)
    call("device-query", "GET", f"/iocm/app/dm/v1.4.0/devices/{device}")
    both = {"deviceId": device, "gatewayId": device}
    call("device-history", "GET", "/iocm/app/data/v1.2.0/deviceDataHistory", query={**both, "pageSize": 10})
    call("device-capabilities", "GET", "/iocm/app/data/v1.1.0/deviceCapabilities", query={"deviceId": device})


def _lora(client: Any) -> None:
    facts, call = client.facts, client.call
    number = f"{time.time_ns() % 16**16:016X}"
    common = {"loraServerId": facts["lora_server_id"], "name": _unique("lora")}
    gateway = {**common, "productId": facts["lora_gateway_product_id"], "gatewayEUI": number}
    node = {
        **common,
        "productId": facts["lora_node_product_id"],
        "devEUI": number,
        "appEUI": "00800000A00016D8",
        "appKey": "fedcba9876543210fedcba9876543210",
    }
    for kind, body in (("gateway", gateway), ("node", node)):
        path = f"/api/v3.0/devices/lora/{kind}"
        made = call(f"lora-{kind}-register", "POST", path, body=body) or {}
        identity = made.get("deviceId", "none")
        call(f"lora-{kind}-query", "GET", f"{path}/{identity}")
        call(f"lora-{kind}-delete", "DELETE", f"{path}/{identity}")


def _subscribe(client: Any) -> None:
    call = client.call
    path = "/iocm/app/sub/v1.2.0/subscriptions"
    body = {"notifyType": "deviceAdded", "callbackUrl": CALLBACK}
    made = call("subscribe-business", "POST", path, body=body) or {}
    identity = made.get("subscriptionId", "none")
    management = {"notifyType": MANAGEMENT, "callbackUrl": CALLBACK}
    call("subscribe-management", "POST", "/iodm/app/sub/v1.1.0/subscribe", body=management)
    call("subscription-query", "GET", f"{path}/{identity}")
    call("subscription-list", "GET", path, query={"pageNo": 0, "pageSize": 10})
    call("subscription-delete", "DELETE", f"{path}/{identity}")
    call("subscriptions-delete", "DELETE", path, query={"callbackUrl": CALLBACK})


def _command(client: Any, device: str) -> None:
    facts, call = client.facts, client.call
    path, tasks = "/iocm/app/cmd/v1.4.0/deviceCommands", "/iocm/app/cmd/v1.4.0/deviceCommandCancelTasks"
    command = {
        "serviceId": facts["service_id"],
        "method": facts["command_name"],
        "paras": {facts["command_parameter"]: 5},
    }
    made = call("command-create", "POST", path, body={"deviceId": device, "command": command, "expireTime": 3600}) or {}
    call("command-list", "GET", path, query={"deviceId": device, "pageSize": 2})
    call("command-modify", "PUT", f"{path}/{made.get('commandId', 'none')}", body={"status": "CANCELED"})
    call("cancel-task-create", "POST", tasks, body={"deviceId": device})
    call("cancel-task-list", "GET", tasks, query={"deviceId": device})
    lamp, service = facts["online_mqtt_device"], facts["mqtt_service_id"]
    signal = f"/iocm/app/signaltrans/v1.1.0/devices/{lamp}/services/{service}/sendCommand"
    call("command-send", "POST", signal, body={"header": {"mode": "ACK", "method": facts["mqtt_command_name"]}})
    batch = "/iocm/app/batchtask/v1.1.0"
    body = {
        "appId": facts["app_id"],
        "param": {"type": "DeviceList", "deviceList": [device], "command": command},
        "taskName": _unique("task"),
        "taskType": "DeviceCmd",
        "timeout": 10,
    }
    task = call("batch-task-create", "POST", f"{batch}/tasks", body=body) or {}
    identity = task.get("taskID", "none")
    call("batch-task-query", "GET", f"{batch}/tasks/{identity}")
    call("batch-subtask-list", "GET", f"{batch}/taskDetails", query={"taskId": identity})


def _group(client: Any, device: str) -> None:
    call = client.call
    path, members = "/iocm/app/devgroup/v1.3.0/devGroups", "/iocm/app/dm"
    group = (call("group-create", "POST", path, body={"name": _unique("group")}) or {}).get("id", "none")
    both = {"devGroupId": group, "deviceIds": [device]}
    call("group-members-add", "POST", f"{members}/v1.1.0/devices/addDevGroupTagToDevices", body=both)
    call("group-members", "GET", f"{members}/v1.2.0/devices/ids", query={"devGroupId": group})
    call("group-members-delete", "POST", f"{members}/v1.1.0/devices/deleteDevGroupTagFromDevices", body=both)
    call("group-modify", "PUT", f"{path}/{group}", body={"name": _unique("group")})
    call("group-query", "GET", f"{path}/{group}")
    call("group-list", "GET", path)
    call("group-delete", "DELETE", f"{path}/{group}")


def _upgrade(client: Any, device: str) -> None:
    facts, call = client.facts, client.call
    packages, path = "/iodm/northbound/v1.5.0/category", "/iodm/northbound/v1.5.0/operations"
    call("package-list", "GET", packages)
    call("package-query", "GET", f"{packages}/{facts['software_package']}")
    task: dict[str, Any] = {}
    for kind in ("software", "firmware"):
        body = {"fileId": facts[f"{kind}_package"], "targets": {"devices": [device]}}
        task = call(f"{kind}-upgrade-create", "POST", f"{path}/{kind}Upgrade", body=body) or {}
    identity = task.get("operationId", "none")
    call("upgrade-task-query", "GET", f"{path}/{identity}")
    call("upgrade-subtask-list", "GET", f"{path}/{identity}/subOperations")
    call("upgrade-task-list", "GET", path, query={"pageNo": 0, "pageSize": 10})
    call("package-delete", "DELETE", f"{packages}/{facts['disposable_package']}")


def _unique(stem: str) -> str:
    return f"{stem}{time.time_ns() % 10**12}"
