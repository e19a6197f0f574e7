"""NVR devices: producing them with their sub-devices, and the list of their certificates. What is produced stays for good."""

from __future__ import annotations

from typing import Final

from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.judge import Stated
from conformance.suites.living.batch_pages import FAR, conclude, judge_pages, judge_repeated
from conformance.suites.living.batches import (
    NVR,
    UNKNOWN_BATCH,
    agrees,
    device,
    download,
    identity,
    makes_nothing,
    numbered,
    page,
    produce,
    sub_devices,
    unknown_product,
)

GENERATE: Final = "nvr-devices-generate"
LIST: Final = "nvr-certificate-list"


@case(
    "living/nvr-devices-generate/batch",
    requirements=[
        "nvr-devices-generate/downloadable",
        "nvr-devices-generate/amount",
        "nvr-devices-generate/sub-devices",
        "nvr-devices-generate/product",
        "nvr-certificate-list/first-page",
    ],
    calls=[GENERATE, LIST],
)
def batch_holds_the_nvr_devices_asked_for(context: Context) -> None:
    """A batch holds as many NVR devices of the product as were asked for, and sub-devices with them."""
    product, amount = context.have("nvr-product").id, min(2, context.most)
    batch = numbered(context, GENERATE, produce(context, GENERATE, product, amount))
    found = download(context, NVR, batch, amount, "nvr-devices-generate/downloadable")
    context.equal("nvr-devices-generate/amount", len(found), amount, pointer=NVR.items)
    keys = {device(entry).get("productKey") for entry in found} - {None, product}
    context.check("nvr-devices-generate/product", not keys, expected=product, actual=f"{sorted(map(str, keys))}")
    if found and all(entry.get("subDeviceCertList") is None for entry in found):
        raise Inconclusive("not shown by the platform, so not judged: subDeviceCertList")
    subs = [each for entry in found for each in sub_devices(entry)]
    context.check("nvr-devices-generate/sub-devices", bool(subs), expected="at least one sub-device", actual="none")


@case(
    "living/nvr-devices-generate/batches-distinct",
    requirements=["nvr-devices-generate/batches-distinct", "nvr-certificate-list/this-batch-only"],
    calls=[GENERATE, LIST],
)
def two_nvr_productions_share_nothing(context: Context) -> None:
    """Two productions have different batch numbers, and neither list shows a device of the other."""
    product = context.have("nvr-product").id
    batches = [numbered(context, GENERATE, produce(context, GENERATE, product, 1)) for _ in range(2)]
    requirement = "nvr-devices-generate/batches-distinct"
    if not context.check(requirement, batches[0] != batches[1], expected="two numbers", actual=f"twice {batches[0]}"):
        return
    one, other = (
        {
            identity(each)
            for entry in download(context, NVR, batch, 1, "nvr-devices-generate/downloadable")
            for each in (device(entry), *sub_devices(entry))
        }
        for batch in batches
    )
    common = sorted(name for name, _ in one & other)
    for each in (requirement, "nvr-certificate-list/this-batch-only"):
        context.check(each, not common, expected="no device in both batches", actual=f"in both: {common}")


@case(
    "living/nvr-devices-generate/nvr-product-only",
    requirements=["nvr-devices-generate/nvr-product-only"],
    calls=[GENERATE],
)
def produces_nothing_for_a_product_of_another_kind(context: Context) -> None:
    """No NVR device is produced for a product that is no NVR product.

    The product is the one for which the tester lets the tests produce, should the platform do it all the same.
    """
    product = context.have("production-product").id
    if product == context.have("nvr-product").id:
        raise Inconclusive("[pixit] production_product_key names the NVR product: there is none of another kind")
    makes_nothing(context, "nvr-devices-generate/nvr-product-only", produce(context, GENERATE, product, 1))


@case(
    "living/nvr-devices-generate/unknown-product",
    requirements=["nvr-devices-generate/unknown-product"],
    calls=[GENERATE],
)
def produces_no_nvr_device_for_an_unknown_product(context: Context) -> None:
    """No NVR device is produced for a productKey that no product has."""
    answer = produce(context, GENERATE, unknown_product(context, "nvr-product"), 1)
    makes_nothing(context, "nvr-devices-generate/unknown-product", answer)


@case(
    "living/nvr-certificate-list/pages",
    requirements=[
        "nvr-certificate-list/first-page",
        "nvr-certificate-list/page-size",
        "nvr-certificate-list/pages-complete",
        "nvr-certificate-list/total",
        "nvr-certificate-list/devices-distinct",
        "nvr-certificate-list/secrets-distinct",
        "nvr-certificate-list/ipc-num",
        "nvr-certificate-list/page-range",
        "nvr-certificate-list/page-members",
    ],
    calls=[LIST],
)
def pages_hold_every_nvr_device_once(context: Context) -> None:
    """The pages of a batch hold each NVR device once, with as many sub-devices as it says, and tell how many there are."""
    pages = judge_pages(context, NVR, context.have("nvr-batch").id)
    for asked, answer in enumerate(pages.answers, start=1):
        number, size = answer.at("/data/pageNo"), answer.at("/data/pageSize")
        sound = (not isinstance(number, int) or number >= 1) and (not isinstance(size, int) or 1 <= size <= NVR.most)
        shown = f"pageNo {number}, pageSize {size}"
        expected = f"pageNo from 1 and pageSize 1 to {NVR.most}, where given"
        context.check("nvr-certificate-list/page-range", sound, expected=expected, actual=shown, answer=answer)
        context.equal("nvr-certificate-list/page-members", [number, size], [asked, pages.size], answer=answer)
    conclude(pages)


@case("living/nvr-certificate-list/unknown-batch", requirements=["nvr-certificate-list/unknown-batch"], calls=[LIST])
def unknown_nvr_batch_has_no_certificate(context: Context) -> None:
    """A batch ID that no NVR batch has yields no certificate (erratum unknown-batch)."""
    agrees(context, "nvr-certificate-list/unknown-batch", page(context, NVR, UNKNOWN_BATCH), "unknown-batch")


@case("living/nvr-certificate-list/other-product", requirements=["nvr-certificate-list/other-product"], calls=[LIST])
def batch_asked_for_with_another_product_is_answered(context: Context) -> None:
    """A batch asked for with the productKey of another product is refused, empty or shown (erratum foreign-product)."""
    batch, other = context.have("nvr-batch").id, context.have("product").id
    if other == context.have("nvr-product").id:
        raise Inconclusive("needs a product that is not the NVR product: give another [pixit] product_key")
    answer = page(context, NVR, batch, product=other)
    context.refused("nvr-certificate-list/other-product", answer, Stated.NOTHING)


@case(
    "living/nvr-certificate-list/beyond-last-page",
    requirements=["nvr-certificate-list/beyond-last-page"],
    calls=[LIST],
)
def page_beyond_the_last_holds_no_nvr_device(context: Context) -> None:
    """A page far beyond the last holds no NVR device (erratum beyond-last-page)."""
    answer = page(context, NVR, context.have("nvr-batch").id, FAR)
    agrees(context, "nvr-certificate-list/beyond-last-page", answer, "beyond-last-page")


@case("living/nvr-certificate-list/repeatable", requirements=["nvr-certificate-list/repeatable"], calls=[LIST])
def page_shows_the_same_nvr_devices_again(context: Context) -> None:
    """The same page queried twice holds the same NVR devices and sub-devices, secrets included."""
    judge_repeated(context, NVR, context.have("nvr-batch").id)


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())
