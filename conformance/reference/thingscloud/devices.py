"""One device: creating, reading, changing, removing (document: 设备管理)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Refused, Request
from conformance.reference.frailties import Crashed
from conformance.reference.thingscloud.cloud import CloudHandler, ThingsCloud
from conformance.reference.thingscloud.device_list import shown
from conformance.reference.thingscloud.state import Device, tag_texts


def read(cloud: ThingsCloud, request: Request) -> Any:
    """Show a device."""
    device = cloud.device(request)
    return {**shown(cloud, device), "view_token": device.view_token, "device_code": device.device_code}


def certificate(cloud: ThingsCloud, request: Request) -> Any:
    """Show what a device connects with."""
    faults, project = cloud.faults, cloud.project
    device = cloud.device(request)
    first = next(iter(project.devices.values()))
    token = first.access_token if faults.on("certificate-shared") else device.access_token
    return {
        "id": f"{device.id}9" if faults.on("certificate-of-another") else device.id,
        "name": device.name,
        "access_token": secrets.token_hex(12) if faults.on("certificate-changes") else token,
        "project_key": project.project_key,
    }


def create(cloud: ThingsCloud, request: Request) -> Any:
    """Create a device."""
    faults, project, body = cloud.faults, cloud.project, request.body
    _check_type(cloud, body.get("type"))
    _check_key(cloud, body.get("device_key"), None)
    newest = next(reversed(project.devices), None)
    known = newest if newest and faults.on("create-id-shared") else project.next_id("dev")
    device = Device(
        id=known,
        name=cloud.text(body["name"]),
        created_ms=cloud.clock.now_ms(),
        access_token=secrets.token_hex(12),
        view_token=secrets.token_hex(12),
        device_code=secrets.token_hex(4).upper(),
        descr="" if faults.on("create-loses-descr") else cloud.text(body.get("descr", "")),
        device_key="" if faults.on("create-loses-device-key") else cloud.text(body.get("device_key", "")),
        type="" if faults.on("create-loses-type") else body.get("type", ""),
        tags={} if faults.on("create-loses-tags") else _texts(cloud, body.get("tags", {})),
    )
    project.devices[device.id] = device
    if faults.on("created-not-listed"):
        project.unlisted.add(device.id)
    if faults.on("created-not-readable"):
        project.unreadable.add(device.id)
    name = f"{device.name} (new)" if faults.on("create-answers-other-name") else device.name
    return {"id": device.id, "name": name}


def _check_type(cloud: ThingsCloud, kind: str | None) -> None:
    known = not kind or kind in cloud.project.types
    if not known and not cloud.quirks.on("unknown-device-type/accepted"):
        raise Refused("conflict", "Device type not found")


def _check_key(cloud: ThingsCloud, key: str | None, own: str | None) -> None:
    """Refuse a device_key that another device has."""
    if not key or cloud.quirks.on("duplicate-device-key/accepted"):
        return
    if any(device.device_key == key and device.id != own for device in cloud.project.devices.values()):
        raise Refused("conflict", "device_key is in use")


def _texts(cloud: ThingsCloud, tags: Mapping[str, Any]) -> dict[str, str]:
    return {key: cloud.text(value) for key, value in tag_texts(dict(tags)).items()}


def update_info(cloud: ThingsCloud, request: Request) -> Any:
    """Change name, descr or device_key: the members given, no others."""
    device, body = cloud.device(request), request.body
    cloud.check_not_empty(body)
    _check_key(cloud, body.get("device_key"), device.id)
    if cloud.faults.on("info-update-ignored"):
        return {}
    clears = cloud.faults.on("info-update-clears")
    for member in ("name", "descr", "device_key"):
        if member in body:
            setattr(device, member, cloud.text(body[member]))
        elif clears:
            setattr(device, member, "")
    return {}


def update_tags(cloud: ThingsCloud, request: Request) -> Any:
    """Add or replace the tags given; keep the others."""
    device = cloud.device(request)
    cloud.check_not_empty(request.body["tags"])
    given = _texts(cloud, request.body["tags"])
    if cloud.faults.on("tags-replaced"):
        device.tags = given
    elif cloud.faults.on("tags-not-overwritten"):
        device.tags = {**given, **device.tags}
    elif cloud.faults.on("tags-new-ignored"):
        device.tags.update({key: value for key, value in given.items() if key in device.tags})
    else:
        device.tags.update(given)
    return {}


def remove_tags(cloud: ThingsCloud, request: Request) -> Any:
    """Remove the tags named; keep the others."""
    device, keys, faults = cloud.device(request), request.body["keys"], cloud.faults
    if not device.tags.keys() >= set(keys) and faults.on("tags-remove-absent-crashes"):
        raise Crashed
    if cloud.quirks.on("absent-key/refused") and not device.tags.keys() >= set(keys):
        raise Refused("conflict", "No such tag")
    if faults.on("tags-remove-all"):
        device.tags.clear()
    elif not faults.on("tags-remove-ignored"):
        for key in keys[:1] if faults.on("tags-remove-first-only") else keys:
            device.tags.pop(key, None)
    return {}


def delete(cloud: ThingsCloud, request: Request) -> Any:
    """Remove a device with everything it has."""
    project, faults = cloud.project, cloud.faults
    if request.path["device_id"] not in project.devices and faults.on("delete-unknown-crashes"):
        raise Crashed
    device = cloud.device(request)
    if faults.on("delete-ignored"):
        return {}
    if faults.on("deleted-still-listed"):
        project.unreadable.add(device.id)
    elif faults.on("deleted-still-readable"):
        project.unlisted.add(device.id)
    else:
        del project.devices[device.id]
        if faults.on("delete-removes-two"):
            project.devices.popitem()
        project.alarms = [log for log in project.alarms if log.device_id in project.devices]
    return {}


HANDLERS: Final[Mapping[str, CloudHandler]] = {
    "device-read": read,
    "device-certificate": certificate,
    "device-info-update": update_info,
    "device-tags-update": update_tags,
    "device-tags-remove": remove_tags,
    "device-delete": delete,
    "device-create": create,
}
