"""The products of the project (document: Query the product list of a project; Query a single product)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Refused, Request
from conformance.reference.frailties import Crashed
from conformance.reference.living.envelope import OLDER
from conformance.reference.living.living import Living, LivingHandler, raw_params
from conformance.reference.living.paging import page_of
from conformance.reference.living.seed import PRODUCTION
from conformance.reference.living.state import Product

_STATUSES: Final = {"DEVELOPMENT_STATUS": 0, "RELEASE_STATUS": 1}
_MANY: Final = 5


def list_products(living: Living, request: Request) -> Any:
    """Show a page of the products."""
    faults, params = living.faults, _page(living, request)
    check_page_size(living, params, "products")
    products = list(living.project.products.values())
    if faults.on("products-hide-named"):
        products = [product for product in products if product.key != PRODUCTION]
    if params["pageSize"] > _MANY and faults.on("products-depend-on-size"):
        products = products[1:]
    positions = page_of(faults, "products", len(products), params)
    if not positions and params["pageNo"] > 1:
        return living.nothing("beyond-last-page", [])
    differs = {"name": "listed under another name"} if faults.on("products-differ-from-read") else {}
    return [{**_shown(living, products[position]), **differs} for position in positions]


def _page(living: Living, request: Request) -> Mapping[str, Any]:
    """Return the page asked for; where the older version is served, from where that has it."""
    if not living.quirks.on("older-product-list/served"):
        return dict(request.body["params"])
    version, params = raw_params(request)
    older = isinstance(params, dict) and isinstance(params.get("productInfoQuery"), dict)
    if not older or version != OLDER:
        _refuse_tolerated(version, params)
        return dict(request.body["params"])
    query = params["productInfoQuery"]
    if not all(isinstance(query.get(name), int) and query[name] >= 1 for name in ("pageNo", "pageSize")):
        raise Refused("invalid", "productInfoQuery needs pageNo and pageSize")
    return dict(query)


def _refuse_tolerated(version: Any, params: Mapping[str, Any]) -> None:
    """Refuse what was let pass for the sake of the older version and is not of it."""
    given = {"request.apiVer enum": version == "1.1.0"} | {
        f"params.{name} required": name in params for name in ("pageNo", "pageSize")
    }
    wrong = [name for name, right in given.items() if not right]
    if wrong:
        raise Refused("invalid", f"The request is invalid: {', '.join(wrong)}")


def check_page_size(living: Living, params: Mapping[str, Any], what: str) -> None:
    """Refuse a page of no elements, unless the reading is that it is served."""
    if params["pageSize"] >= 1:
        return
    if living.faults.on(f"{what}-page-size-zero-crashes"):
        raise Crashed
    if not living.quirks.on("page-size-bounds/served"):
        raise Refused("invalid", "params.pageSize must be at least 1")


def read(living: Living, request: Request) -> Any:
    """Show the product with the key that is asked for."""
    faults, products = living.faults, living.project.products
    key = request.body["params"]["productKey"]
    found = products.get(key)
    if found is None and key and faults.on("read-serves-beginning"):
        found = next((product for product in products.values() if product.key.startswith(key)), None)
    if found is None and faults.on("read-serves-unknown"):
        found = next(iter(products.values()))
    if found is None:
        if living.quirks.on("unknown-product/nothing"):
            return None
        raise Refused("unknown-object", "There is no product with this productKey")
    if faults.on("read-shows-another"):
        found = next(product for product in products.values() if product.key != found.key)
    shown = _shown(living, found)
    if faults.on("read-changes"):
        shown["gmtModified"] = time.time_ns()
    return shown


def _shown(living: Living, product: Product) -> dict[str, Any]:
    quirk = living.quirks.on
    created, modified = product.created_ms, product.modified_ms
    if living.faults.on("products-modified-before-created"):
        modified = created - 1000
    shown: dict[str, Any] = {
        "productKey": product.key,
        "productModel": f"model-{product.number}",
        "image": f"image-{product.number}",
        "productId": product.number,
        "dataFormat": product.data_format,
        "netType": product.net_type,
        "productSecret": product.secret,
        "nodeType": product.node_type,
        "gmtCreate": _date(created) if quirk("date-type/text") else created,
        "gmtModified": _date(modified) if quirk("date-type/text") else modified,
        "name": product.name,
        "region": "cn-shanghai",
        "rbacTenantId": "2BF8238E359012345679C7180CF6",
        "categoryId": product.category,
        "status": _STATUSES[product.status] if quirk("status-type/integer") else product.status,
    }
    if quirk("undescribed-members/absent"):
        del shown["productModel"], shown["image"]
    return shown


def _date(ms: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(ms / 1000))


HANDLERS: Final[Mapping[str, LivingHandler]] = {"product-list": list_products, "product-read": read}
