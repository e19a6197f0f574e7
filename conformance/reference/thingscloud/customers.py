"""End users of the project (document: 用户管理)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Refused, Request
from conformance.reference.thingscloud.cloud import CloudHandler, ThingsCloud
from conformance.reference.thingscloud.state import Customer


def listing(cloud: ThingsCloud, _: Request) -> Any:
    """List all customers."""
    project = cloud.project
    items = [_shown(cloud, each) for each in project.customers.values() if each.id not in project.unlisted]
    if items and cloud.faults.on("customer-listed-twice"):
        items = [items[0], *items]
    if cloud.faults.on("customer-list-differs"):
        items = [{**item, "name": f"{item['name']}."} for item in items]
    return {"items": items}


def read(cloud: ThingsCloud, request: Request) -> Any:
    """Show a customer."""
    return _shown(cloud, cloud.customer(request))


def _shown(cloud: ThingsCloud, customer: Customer) -> dict[str, Any]:
    shown = {
        "id": customer.id,
        "account": customer.account,
        "name": customer.name,
        "descr": customer.descr,
        "email": customer.email,
        "mobile": customer.mobile,
        "tags": dict(customer.tags),
        "locale": customer.locale,
        "create_time": cloud.time(customer.created_ms),
        "count": {"device_count": customer.device_count},
    }
    if cloud.faults.on("customer-password-shown"):
        shown["password"] = customer.password
    return shown


def create(cloud: ThingsCloud, request: Request) -> Any:
    """Create a customer; the account is its login name, so no two share one."""
    faults, project, body = cloud.faults, cloud.project, request.body
    taken = any(each.account == body["account"] for each in project.customers.values())
    if taken and not cloud.quirks.on("duplicate-account/accepted"):
        raise Refused("conflict", "account is in use")
    _check_contact(cloud, body, None)
    given = {} if faults.on("customer-create-loses") else body
    newest = next(reversed(project.customers), None)
    customer = Customer(
        id=newest if newest and faults.on("customer-id-shared") else project.next_id("cus"),
        name=cloud.text(body["name"]),
        account=cloud.text(body["name" if faults.on("customer-account-is-name") else "account"]),
        password=body["password"],
        created_ms=cloud.clock.now_ms(),
        descr=cloud.text(given.get("descr", "")),
        email=cloud.text(given.get("email", "")),
        mobile=cloud.text(given.get("mobile", "")),
        tags=dict(given.get("tags", {})),
    )
    project.customers[customer.id] = customer
    if faults.on("customer-not-listed"):
        project.unlisted.add(customer.id)
    if faults.on("customer-not-readable"):
        project.unreadable.add(customer.id)
    name = f"{customer.name} (new)" if faults.on("customer-create-answers-other-name") else customer.name
    return {"id": customer.id, "name": name}


def _check_contact(cloud: ThingsCloud, body: Mapping[str, Any], own: str | None) -> None:
    """Refuse a mail address or mobile number that another customer has, where that reading is asked for."""
    if not cloud.quirks.on("duplicate-contact/refused"):
        return
    others = [each for each in cloud.project.customers.values() if each.id != own]
    for member in ("email", "mobile"):
        if body.get(member) and any(getattr(each, member) == body[member] for each in others):
            raise Refused("conflict", f"{member} is in use")


def update_info(cloud: ThingsCloud, request: Request) -> Any:
    """Change name, descr, email or mobile: the members given, no others."""
    customer = cloud.customer(request)
    _check_contact(cloud, request.body, customer.id)
    if cloud.faults.on("customer-update-ignored"):
        return {}
    clears = cloud.faults.on("customer-update-clears")
    for member in ("name", "descr", "email", "mobile"):
        if member in request.body:
            setattr(customer, member, cloud.text(request.body[member]))
        elif clears:
            setattr(customer, member, "")
    return {}


def update_password(cloud: ThingsCloud, request: Request) -> Any:
    """Change the password; no documented call shows its effect."""
    customer = cloud.customer(request)
    customer.password = request.body["password"]
    if cloud.faults.on("customer-password-clears"):
        customer.descr = customer.email = customer.mobile = ""
    return {}


def update_tags(cloud: ThingsCloud, request: Request) -> Any:
    """Add or replace the tags given; keep the others."""
    customer = cloud.customer(request)
    if cloud.faults.on("customer-tags-replaced"):
        customer.tags = {}
    kept = customer.tags if cloud.faults.on("customer-tags-not-overwritten") else {}
    given = request.body["tags"]
    cloud.check_not_empty(given)
    if cloud.faults.on("customer-tags-new-ignored"):
        given = {key: value for key, value in given.items() if key in customer.tags}
    customer.tags = {**customer.tags, **given, **kept}
    return {}


def delete(cloud: ThingsCloud, request: Request) -> Any:
    """Remove a customer."""
    customer, project = cloud.customer(request), cloud.project
    if cloud.faults.on("customer-delete-ignored"):
        return {}
    if cloud.faults.on("customer-deleted-still-listed"):
        project.unreadable.add(customer.id)
    else:
        del project.customers[customer.id]
        if cloud.faults.on("customer-delete-removes-two"):
            project.customers.popitem()
    return {}


HANDLERS: Final[Mapping[str, CloudHandler]] = {
    "customer-list": listing,
    "customer-read": read,
    "customer-create": create,
    "customer-info-update": update_info,
    "customer-password-update": update_password,
    "customer-tags-update": update_tags,
    "customer-delete": delete,
}
