"""Generate device certificates in a batch: devices whose names the system assigns. What is produced here stays for good."""

from __future__ import annotations

from typing import Final

from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.judge import Stated
from conformance.suites.living.batches import (
    CERTIFICATES,
    download,
    identity,
    makes_nothing,
    numbered,
    produce,
    repeated,
    unknown_product,
)

GENERATE: Final = "devices-generate"


@case(
    "living/devices-generate/batch",
    requirements=[
        "devices-generate/downloadable",
        "devices-generate/amount",
        "devices-generate/names-assigned",
        "devices-generate/product",
        "devices-generate/inactive",
        "certificate-list/first-page",
    ],
    calls=["devices-generate", "certificate-list"],
)
def batch_holds_the_devices_asked_for(context: Context) -> None:
    """A batch holds as many inactive devices of the product as were asked for, each with a name of its own."""
    product, amount = context.have("production-product").id, min(3, context.most)
    batch = numbered(context, GENERATE, produce(context, GENERATE, product, amount))
    devices = download(context, CERTIFICATES, batch, amount, "devices-generate/downloadable")
    context.equal("devices-generate/amount", len(devices), amount, pointer="/data/items")
    names = [each.get("deviceName") for each in devices]
    named = all(names) and not repeated(names)
    context.check("devices-generate/names-assigned", named, expected="a name each, none twice", actual=f"{names}")
    others = {str(each["productKey"]) for each in devices if each.get("productKey") not in {None, product}}
    context.check("devices-generate/product", not others, expected=product, actual=f"{sorted(others)}")
    active = [each.get("deviceName") for each in devices if each.get("status") not in {None, 0}]
    context.check("devices-generate/inactive", not active, expected="status 0 of each", actual=f"other: {active}")


@case(
    "living/devices-generate/batches-distinct",
    requirements=["devices-generate/batches-distinct", "certificate-list/this-batch-only"],
    calls=["devices-generate", "certificate-list"],
)
def two_productions_share_nothing(context: Context) -> None:
    """Two productions have different batch numbers, and neither list shows a device of the other."""
    product = context.have("production-product").id
    batches = [numbered(context, GENERATE, produce(context, GENERATE, product, 1)) for _ in range(2)]
    requirement = "devices-generate/batches-distinct"
    if not context.check(requirement, batches[0] != batches[1], expected="two numbers", actual=f"twice {batches[0]}"):
        return
    one, other = (
        {identity(each) for each in download(context, CERTIFICATES, batch, 1, "devices-generate/downloadable")}
        for batch in batches
    )
    common = sorted(name for name, _ in one & other)
    for each in (requirement, "certificate-list/this-batch-only"):
        context.check(each, not common, expected="no device in both batches", actual=f"in both: {common}")


@case("living/devices-generate/amount-bounds", requirements=["devices-generate/amount-bounds"], calls=[GENERATE])
def amount_below_one_is_answered(context: Context) -> None:
    """An amount of 0 or -1 is refused, or served with a batch that has no device (erratum amount-bounds)."""
    product = context.have("production-product").id
    for amount in (0, -1):
        answer = produce(context, GENERATE, product, amount)
        context.refused("devices-generate/amount-bounds", answer, Stated.NOTHING)


@case("living/devices-generate/unknown-product", requirements=["devices-generate/unknown-product"], calls=[GENERATE])
def produces_nothing_for_an_unknown_product(context: Context) -> None:
    """Nothing is produced for a productKey that no product has."""
    answer = produce(context, GENERATE, unknown_product(context, "production-product"), 1)
    makes_nothing(context, "devices-generate/unknown-product", answer)


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())
