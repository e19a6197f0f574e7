"""The platform as a whole: gateway, envelope, token, and one handler per operation from the chapters' modules.

Whatever reaches the platform is answered with HTTP 200; `code` tells success from refusal. The numbers of refusals are
ours, since the document prints none.
"""

from __future__ import annotations

import copy
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from conformance.contract import Contract, Operation
from conformance.reference.calls import Call, Refused, Reply, Request
from conformance.reference.living import envelope
from conformance.reference.living.auth import Credentials, Gate
from conformance.reference.living.behaviours import BEHAVIOURS
from conformance.reference.living.certificates import Deriver
from conformance.reference.living.gateway import Gateway
from conformance.reference.living.readings import readings
from conformance.reference.living.seed import NVR, PRODUCTION, seeded, seeded_batch
from conformance.reference.living.state import Batch, Kind, Product
from conformance.reference.service import Handler, Service

LivingHandler = Callable[["Living", Request], Any]


class Living:
    """One project of the platform."""

    def __init__(
        self, contract: Contract, credentials: Credentials, *, gateway: bool = False, key: bytes | None = None
    ) -> None:
        from conformance.reference.living import chapters

        self.credentials = credentials
        self.service = Service(contract, BEHAVIOURS, readings(contract))
        self.service.platform = self
        self.faults = self.service.faults
        self.quirks = self.service.quirks
        self.gate = Gate(credentials, self.faults)
        paths = [operation.path for operation in contract.operations.values()]
        self.gateway = Gateway(credentials, self.faults, paths) if gateway else None
        self.deriver = Deriver(key or secrets.token_bytes(32))
        self.project = seeded(self.deriver)
        self.handlers: Mapping[str, Handler] = {
            subject: partial(self._act, handler) for subject, handler in chapters.HANDLERS.items()
        }

    # What the common service asks for.

    def admit(self, operation: Operation, call: Call) -> None:  # noqa: ARG002 - part of the interface
        """Let a call through the gateway, where there is one."""
        if self.gateway is not None:
            self.gateway.check(call)
        if self.faults.active:
            envelope.break_on(self.faults, call)

    def admit_body(self, request: Request) -> None:
        """Let a call in by the cloudToken in its envelope."""
        if self.gateway is not None and self.faults.on("gateway-replaces-token"):
            return
        self.gate.check(request.body["request"].get("cloudToken"))

    def success(self, request: Request, result: Any) -> Reply:
        """Wrap what a handler returned: `{"code": 200, "data": ..., "id": ...}`."""
        # A body that a reading let pass was mended; the id is the one that was really sent.
        sent = envelope.parsed(request.call) if self.quirks.active else request.body
        given = sent.get("id") if isinstance(sent, dict) else None
        code = 0 if self.faults.on("success-says-0") else 200
        body = {"code": code, "data": result, **envelope.answer_id(given, self.quirks)}
        return Reply(201 if self.quirks.on("http-status/created") else 200, body)

    def failure(self, refused: Refused) -> Reply:
        """Say no: another code than 200, with the reason as `message`."""
        sent = envelope.parsed(refused.call) if refused.call else None
        if refused.kind == "gateway":
            return self._turned_away(refused)
        if refused.kind == "unknown-path" and self.faults.on("unknown-path-served"):
            return Reply(200, {"code": 200, "data": None})
        status = envelope.status_of(refused, self.quirks)
        if self.quirks.on("refusal-shape/status-only"):
            return Reply(status, None, {"content-type": "text/plain"}, refused=refused.told, raw=b"")
        body: dict[str, Any] = {"code": envelope.CODES[refused.kind], "message": refused.told}
        body |= envelope.answer_id(sent.get("id") if isinstance(sent, dict) else None, self.quirks)
        if refused.kind == "credentials" and self.faults.on("refusal-discloses"):
            body["data"] = [{"productKey": key} for key in self.project.products]
        return Reply(status, body, refused=refused.told)

    def _turned_away(self, refused: Refused) -> Reply:
        headers = {"content-type": "text/plain"}
        if not self.faults.on("gateway-error-silent"):
            headers["x-ca-error-message"] = refused.told
        return Reply(envelope.CODES["gateway"], None, headers, refused=f"by the gateway: {refused.told}", raw=b"")

    def unparsable(self, operation: Operation) -> Any:
        """Refuse malformed JSON, unless a fault takes it for the full example."""
        assert operation.request is not None
        if self.faults.on("malformed-json-accepted"):
            body = copy.deepcopy(operation.request.full)
            stand_ins = self.stand_ins(operation.subject)
            return {**body, **{name: value for name, value in stand_ins.items() if name in body}}
        raise Refused("malformed-json", "The body is not JSON")

    def stand_ins(self, subject: str) -> Mapping[str, Any]:
        """Return the right token and objects that exist, in place of those of the contract's example."""
        return _StandIns(self, subject)

    def tolerated(self) -> frozenset[str]:
        """Return the constraints that the readings in force do not enforce."""
        found: set[str] = set()
        for subject in self.handlers:
            if self.quirks.on("request-id/served"):
                found |= {f"{subject}/id/required", f"{subject}/id/type"}
            if self.quirks.on("envelope-version/served"):
                found |= {f"{subject}/version/required", f"{subject}/version/type"}
        if self.quirks.on("older-product-list/served"):
            found |= {f"product-list/{each}" for each in OLDER_PRODUCT_LIST}
        return frozenset(found)

    def reset(self) -> None:
        """Go back to the seed; what was produced since is gone, as it never is on a real platform."""
        self.project = seeded(self.deriver)

    # What the chapters ask for.

    def product(self, key: str, fault: str | None = None) -> Product:
        """Return the product that is to be produced for; raise `Refused` where there is none, unless `fault` is on."""
        found = self.project.products.get(key)
        if found is None:
            if fault is not None and self.faults.on(fault):
                return Product(key, 0, key, "", 0, 0, makes_nvr=True)
            raise Refused("unknown-object", "There is no product with this productKey")
        return found

    def nothing(self, erratum: str, empty: Any) -> Any:
        """Answer where nothing is there to answer, as the reading in force of `erratum` says: empty, null or a refusal."""
        on_demand = {name.partition("/")[2] for name in self.quirks.active if name.startswith(f"{erratum}/")}
        if "refused" in on_demand:
            raise Refused("unknown-object", "There is nothing of that kind")
        return None if "nothing" in on_demand else empty

    def _act(self, handler: LivingHandler, request: Request) -> Any:
        envelope.check_version(request.body, self.quirks)
        return handler(self, request)


OLDER_PRODUCT_LIST: Final = ("request.apiVer/enum", "params.pageNo/required", "params.pageSize/required")
"""What a call in the older version of the product list breaks; the handler looks whether it really is one."""


class _StandIns(Mapping[str, Any]):
    """Values for members that a fault lets a request lack; made when asked for, since a batch of names serves once."""

    def __init__(self, living: Living, subject: str) -> None:
        self._living = living
        request = living.service.contract.operations[subject].request
        assert request is not None
        self._full = request.full
        self._makers: dict[str, Callable[[], Any]] = {
            "cloudToken": lambda: living.credentials.cloud_token,
            "productKey": lambda: NVR if subject.startswith("nvr-") else PRODUCTION,
            "applyId": lambda: seeded_batch(living.project, Kind.ASSIGNED),
            "batchId": self._nvr_batch if subject.startswith("nvr-") else self._names,
        }
        self._values: dict[str, Callable[[], Any]] = {}
        for holder in ("request", "params"):
            self._values[holder] = partial(self._whole, holder)
            for name in self._full[holder]:
                if name in self._makers:
                    self._values[f"{holder}.{name}"] = self._makers[name]

    def _whole(self, holder: str) -> dict[str, Any]:
        made = {name: self._makers[name]() for name in self._full[holder] if name in self._makers}
        return {**copy.deepcopy(self._full[holder]), **made}

    def _nvr_batch(self) -> str:
        return seeded_batch(self._living.project, Kind.NVR)

    def _names(self) -> str:
        project = self._living.project
        name = f"standin{secrets.token_hex(4)}"
        return project.add(Batch(project.next_id(), PRODUCTION, Kind.UPLOADED, 1, (name,), produced=False)).id

    def __getitem__(self, name: str) -> Any:
        return self._values[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, name: object) -> bool:
        return name in self._values


def raw_params(request: Request) -> tuple[Any, Mapping[str, Any]]:
    """Return apiVer and params as they were sent, before a reading mended them."""
    sent = json.loads(request.call.body)
    return sent["request"].get("apiVer"), sent["params"]
