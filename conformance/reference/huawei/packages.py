"""1.12.1–1.12.3: the packages that were uploaded to the platform are listed, read and deleted.

No call uploads a package: that is done in the console, which is to say by the upper tester.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.faults import Behaviour
from conformance.reference.huawei.applications import Product, Products
from conformance.reference.huawei.pages import Page, behaviours, page_of
from conformance.reference.huawei.platform import Chapter, Errors, Huawei, Room

SOFTWARE: Final = "softwarePackage"
FIRMWARE: Final = "firmwarePackage"
FILTERS: Final = {
    "fileType": "file-type",
    "deviceType": "device-type",
    "model": "model",
    "manufacturerName": "manufacturer",
    "version": "version",
}
"""Query parameters that choose packages by a member of the same name, with the statements about them."""
TEXTS: Final = frozenset({"deviceType", "model", "manufacturerName", "version"})
"""Query parameters of the chapter that are texts: those of the others name a kind, a state or a device."""
ON_A_PAGE: Final = 10
"""Records on a page of chapter 1.12 unless the query says how many."""
LARGEST: Final = 100
"""The largest pageSize."""
OTHER_ROW: Final = "page-bounds-row/bad-request"
"""The reading by which pages out of bounds have the row 120015."""
PRINTED: Final = "manufactureName"
"""How the example of a request writes manufacturerName (erratum manufacturer-query-name)."""


@dataclass(frozen=True)
class Package:
    """A package: software or firmware of the devices of one kind."""

    id: str
    name: str
    version: str
    type: str
    """softwarePackage or firmwarePackage."""
    device_type: str
    model: str
    manufacturer_name: str
    protocol_type: str
    uploaded_ms: int

    @property
    def kind(self) -> tuple[str, str, str]:
        """The devices that it is for: deviceType, model and manufacturerName."""
        return self.device_type, self.model, self.manufacturer_name


class Packages(Room):
    """The packages, in the order of their upload: three for the meters, one of them to be deleted, and those of others.

    The last one of the others has the texts of the meters' software as parts of its own.
    """

    def __init__(self, huawei: Huawei) -> None:
        super().__init__(huawei)
        self.by_id: dict[str, Package] = {}
        self.unlisted: set[str] = set()
        """Packages that the list leaves out; empty but for a fault."""
        self.ghosts: dict[str, Package] = {}
        """Packages that the list, or a query, still shows after they were deleted; empty but for a fault."""
        meter = huawei.room(Products).lwm2m
        self.software = self.upload(SOFTWARE, "V1.1.10", meter, _prepared(1)).id
        self.firmware = self.upload(FIRMWARE, "V2.0", meter, _prepared(2)).id
        self.disposable = self.upload(SOFTWARE, "V0.9", meter, _prepared(3)).id
        for number in range(9):
            kind = FIRMWARE if number % 2 else SOFTWARE
            self.upload(kind, f"V1.{number // 2}", _other(number), _prepared(4 + number))
        self.similar = self.upload(FIRMWARE, "V1.1.10-rc1", _similar(meter), _prepared(13)).id

    def upload(self, kind: str, version: str, product: Product, identity: str | None = None) -> Package:
        """Take in a package for the devices of a product; one that is not prepared gets a new id."""
        package = Package(
            id=identity or secrets.token_hex(12),
            name=f"{product.model}-{version}",
            version=version,
            type=kind,
            device_type=product.device_type,
            model=product.model,
            manufacturer_name=product.manufacturer_name,
            protocol_type=product.protocol_type,
            uploaded_ms=self.huawei.clock.now_ms(),
        )
        self.by_id[package.id] = package
        return package


def _prepared(number: int) -> str:
    """Return the id of a prepared package: the same after every reset, because testers were told it."""
    return f"5dd0f1e4c2a9b7{number:010x}"


def _other(number: int) -> Product:
    """Return a product that is not the application's: two manufacturers, two types, five models."""
    maker, kind = ("Globex", "GasMeter") if number < 5 else ("Initech", "StreetLamp")
    return Product(f"other-{number}", maker.lower(), maker, kind, f"M-{number % 5}", "LWM2M", {}, "")


def _similar(product: Product) -> Product:
    """Return a product whose texts begin as those of another."""
    maker, kind, model = f"{product.manufacturer_name} East", f"{product.device_type}Gas", f"{product.model}-2"
    return Product("other-9", maker.lower(), maker, kind, model, "LWM2M", {}, "")


def meets(huawei: Huawei, chosen: Mapping[str, Any], own: Mapping[str, Any]) -> bool:
    """Tell whether a record with these facts meets the filters of a list of chapter 1.12 (erratum text-filters)."""
    part = huawei.quirks.on("text-filters/part")
    return all(
        wanted in own[name] if part and name in TEXTS else wanted == own[name] for name, wanted in chosen.items()
    )


def listed(huawei: Huawei, request: Request) -> Any:
    """1.12.1 查询版本包列表."""
    check_page(huawei, request)
    query, faults, packages = dict(request.query), huawei.faults, huawei.room(Packages)
    if huawei.quirks.on("manufacturer-query-name/example"):
        given = (value for name, value in request.call.query if name == PRINTED)
        query["manufacturerName"] = next(given, None)
    chosen = {
        name: query[name]
        for name, statement in FILTERS.items()
        if query.get(name) is not None and not faults.on(f"packages-ignore-{statement}")
    }
    ghosts = packages.ghosts if faults.on("deleted-package-still-listed") else {}
    found = [_shown(huawei, each) for each in {**packages.by_id, **ghosts}.values()]
    if faults.on("package-not-listed"):
        found = [each for each in found if each["fileId"] != packages.software]
    found = [each for each in found if meets(huawei, chosen, each)]
    return told_page(page_of(huawei, "packages", found, query, size=ON_A_PAGE))


def told_page(page: Page[Any], member: str = "data") -> dict[str, Any]:
    """Return a page as chapter 1.12 tells it."""
    return {member: page.records, "pageNo": page.number, "pageSize": page.size, "totalCount": page.total}


def _shown(huawei: Huawei, package: Package) -> dict[str, Any]:
    return {
        "fileId": package.id,
        "name": package.name,
        "version": package.version,
        "fileType": package.type,
        "deviceType": package.device_type,
        "model": package.model,
        "manufacturerName": package.manufacturer_name,
        "protocolType": package.protocol_type,
        "description": None,
        "date": "2026-11-20",
        "uploadTime": huawei.time(package.uploaded_ms),
    }


def read(huawei: Huawei, request: Request) -> Any:
    """1.12.2 查询指定版本包."""
    package = found(huawei, request, request.path["fileId"])
    if huawei.faults.on("package-read-shows-another"):
        package = next(each for each in huawei.room(Packages).by_id.values() if each.id != package.id)
    shown = _shown(huawei, package)
    if huawei.faults.on("package-read-differs"):
        shown["version"] = "V0"
    return shown


def delete(huawei: Huawei, request: Request) -> None:
    """1.12.3 删除指定版本包."""
    faults, packages = huawei.faults, huawei.room(Packages)
    package = found(huawei, request, request.path["fileId"])
    if faults.on("package-delete-ignored"):
        return
    del packages.by_id[package.id]
    packages.ghosts[package.id] = package
    if faults.on("package-delete-removes-two"):
        packages.by_id.pop(next(reversed(packages.by_id)))


def found(huawei: Huawei, request: Request, identity: str) -> Package:
    """Return a package by its id.

    Raises:
        Refused: there is none (123002, or 120015 by a reading).
    """
    packages = huawei.room(Packages)
    package = packages.by_id.get(identity)
    if package is None and huawei.faults.on("deleted-package-still-read"):
        package = packages.ghosts.get(identity)
    if package is None:
        raise unknown(huawei, request, "123002")
    return package


def unknown(huawei: Huawei, request: Request, code: str) -> Exception:
    """Return the refusal of an id that nothing bears: the row with `code`, or that of a malformed one."""
    malformed = huawei.quirks.on("upgrade-id-form/malformed")
    listed_too = any(use.key == "400-120015" for use in request.operation.errors)
    return huawei.refusal(request.operation, "120015" if malformed and listed_too else code)


def invalid_page(errors: Errors) -> str:
    """Return the code for a query of a list that breaks a rule."""
    of_page = any(each["member"] in {"query:pageNo", "query:pageSize"} for each in errors)
    return "123029" if of_page else "120015"


def tolerated(subject: str) -> frozenset[str]:
    """Return the bounds of a list's pages, which `check_page` judges where the other row is given for them."""
    return frozenset(f"{subject}/query:{each}" for each in ("pageNo/minimum", "pageSize/minimum", "pageSize/maximum"))


def check_page(huawei: Huawei, request: Request) -> None:
    """Refuse a page out of bounds with the row 120015, where that reading is in force.

    Raises:
        Refused: it is out of bounds.
    """
    number, size = request.query.get("pageNo", 0), request.query.get("pageSize", ON_A_PAGE)
    if huawei.quirks.on(OTHER_ROW) and not (number >= 0 and 1 <= size <= LARGEST):
        raise huawei.refusal(request.operation, "120015")


def upload(huawei: Huawei, params: Mapping[str, Any]) -> dict[str, str]:
    """Have somebody upload a package for the meters (upper tester action package-upload)."""
    packages = huawei.room(Packages)
    version = params.get("version") or f"V9.{len(packages.by_id)}.{secrets.token_hex(2)}"
    return {"fileId": packages.upload(str(params["fileType"]), version, huawei.room(Products).lwm2m).id}


def _pixit(huawei: Huawei) -> dict[str, Any]:
    packages = huawei.room(Packages)
    return {
        "software_package": packages.software,
        "firmware_package": packages.firmware,
        "disposable_package": packages.disposable,
    }


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    **behaviours("packages", "1.12.1"),
    **{
        f"packages-ignore-{statement}": Behaviour(f"1.12.1/filter-{statement}", f"the list of packages ignores {name}")
        for name, statement in FILTERS.items()
    },
    "package-not-listed": Behaviour("1.12.1/listed", "the software package for the meters is not listed"),
    "package-read-shows-another": Behaviour("1.12.2/same-package", "another package than the one asked for is shown"),
    "package-read-differs": Behaviour(
        "1.12.2/matches-list", "the query of a package shows another version than the list"
    ),
    "package-delete-ignored": Behaviour("1.12.3/unreadable", "a package that is deleted stays"),
    "deleted-package-still-read": Behaviour("1.12.3/unreadable", "a deleted package can be read"),
    "deleted-package-still-listed": Behaviour("1.12.3/unlisted", "a deleted package is listed"),
    "package-delete-removes-two": Behaviour("1.12.3/keeps-others", "the youngest package goes with the deleted one"),
}

CHAPTER: Final = Chapter(
    handlers={"package-list": listed, "package-query": read, "package-delete": delete},
    behaviours=BEHAVIOURS,
    rooms=(Packages,),
    actions={"package-upload": upload},
    invalid={"package-list": invalid_page},
    pixit=_pixit,
    tolerated=lambda huawei: tolerated("package-list") if huawei.quirks.on(OTHER_ROW) else frozenset(),
    as_built=(
        "manufacturer-query-name/table",
        "page-bounds-row/page-bounds",
        "upgrade-id-form/unknown",
        "upgrade-examples-cut/tables",
    ),
    on_demand=(
        "manufacturer-query-name/example",
        OTHER_ROW,
        "upgrade-id-form/malformed",
        "text-filters/part",
    ),
)
