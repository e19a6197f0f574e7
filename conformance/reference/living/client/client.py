"""A call of every documented operation, each in its envelope; signed for the API gateway where there is one."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any, Final
from urllib.parse import urlencode

from conformance.crypto import gateway
from conformance.reference.calling.caller import Caller, Fault, Outgoing

SIGNED: Final = ("X-Ca-Key", "X-Ca-Nonce", "X-Ca-Timestamp")


class LivingClient(Caller):
    """Holds the token of a project."""

    known = ("code", "data", "id", "message", "localizedMsg")

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.signs = self.facts.get("gateway") == "true"

    def ask(self, subject: str, path: str, version: str, **params: Any) -> Any:
        """Call an operation and return what its answer carries."""
        caller = {"apiVer": version, "cloudToken": self.facts["cloud_token"]}
        body = {"id": str(uuid.uuid4()), "version": "1.0", "request": caller, "params": params}
        return self.call(subject, "POST", path, body=body).get("data")

    def send(self, call: Outgoing) -> Any:
        """Sign a call where a gateway wants it, and send it."""
        if self.signs:
            self._sign(call)
        return super().send(call)

    def _sign(self, call: Outgoing) -> None:
        stamp = time.time() * 1000
        call.headers |= {
            "Accept": "application/json",
            "X-Ca-Key": self.facts["app_key"],
            "X-Ca-Nonce": str(uuid.uuid4()),
            "X-Ca-Timestamp": f"{stamp:.0f}",
        }
        target = f"{call.path}?{urlencode(call.query)}" if call.query else call.path
        seen = gateway.Request(call.method, target, tuple(call.headers.items()), call.content() or b"")
        secret = self.facts["app_secret"]
        if self.on("signs-with-another-secret"):
            secret = secret[::-1]
        call.headers = dict(gateway.signed_headers(gateway.SignInput(seen, SIGNED, secret)))
        if self.on("unsigned"):
            del call.headers["X-Ca-Signature"]


def tour(client: Any) -> None:
    """Call every operation."""
    facts, ask = client.facts, client.ask
    ask("product-list", "/cloud/thing/productList/get", "1.1.0", pageNo=1, pageSize=10)
    ask("product-read", "/cloud/thing/product/get", "1.1.0", productKey=facts["product_key"])
    product = facts["production_product_key"]
    batch = ask("devices-generate", "/cloud/amount/device/generate", "1.1.2", productKey=product, amount=2)
    ask("certificate-list", "/living/device/apply/query", "1.0.1", applyId=str(batch), pageNo=1, pageSize=2)
    names = [f"boiler{time.time_ns()}"]
    named = ask("device-names-upload", "/cloud/device/name/upload", "1.1.2", productKey=product, deviceNames=names)
    named = named.get("batchId") if isinstance(named, dict) else named
    ask("named-devices-generate", "/cloud/name/device/generate", "1.1.2", productKey=product, batchId=str(named))
    nvr = facts["nvr_product_key"]
    ask("nvr-devices-generate", "/living/cloud/product/nvr/device/generate", "1.0.0", productKey=nvr, amount=1)
    page = {"batchId": facts["nvr_batch_id"], "productKey": nvr, "pageNo": 1, "pageSize": 2}
    ask("nvr-certificate-list", "/living/cloud/product/nvr/device/cert/query", "1.0.0", **page)


def _older(call: Outgoing) -> None:
    call.body["request"]["apiVer"] = "1.0.0"
    call.body["params"] = {"productInfoQuery": call.body["params"]}


def _latin(call: Outgoing) -> None:
    call.body["id"] = "gerät"
    call.raw = json.dumps(call.body, ensure_ascii=False).encode("latin-1")


FAULTS: Final = {
    "amount-as-text": Fault(
        "orders '2' devices", lambda call: call.body["params"].update(amount="2"), "devices-generate"
    ),
    "no-product-key": Fault(
        "orders devices of no product", lambda call: call.body["params"].pop("productKey"), "devices-generate"
    ),
    "other-version": Fault(
        "names another apiVer", lambda call: call.body["request"].update(apiVer="9.9.9"), "product-read"
    ),
    "older-product-list": Fault("asks for products in the older form", _older, "product-list"),
    "no-cloud-token": Fault("shows no token", lambda call: call.body["request"].pop("cloudToken"), "product-read"),
    "other-cloud-token": Fault(
        "shows another token", lambda call: call.body["request"].update(cloudToken="x" * 32), "product-list"
    ),
    "token-in-query": Fault(
        "writes the token into the query too",
        lambda call: call.query.update(token=call.body["request"]["cloudToken"]),
        "product-list",
    ),
    "not-utf-8": Fault("writes its message in Latin-1", _latin, "product-read"),
    "unsigned": Fault("does not sign for the gateway"),
    "signs-with-another-secret": Fault("signs for the gateway with another secret"),
}
