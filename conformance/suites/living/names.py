"""Device names that the caller chooses: uploading them, and producing the devices that bear them.

Every upload takes names that nothing frees again, so they are few and begin with the run's prefix.
"""

from __future__ import annotations

from typing import Final

from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.judge import Stated
from conformance.suites.living.batches import (
    CERTIFICATES,
    UNKNOWN_BATCH,
    agrees,
    download,
    entries,
    makes_nothing,
    number_of,
    numbered,
    page,
    produce_named,
    unknown_product,
    upload,
)

UPLOAD: Final = "device-names-upload"
GENERATE: Final = "named-devices-generate"


def _names(context: Context, amount: int) -> list[str]:
    """Return names that nobody used; letters and digits only, which any platform takes."""
    return ["".join(filter(str.isalnum, context.unique())) for _ in range(amount)]


@case(
    "living/named-devices-generate/batch",
    requirements=[
        "device-names-upload/produces",
        "named-devices-generate/downloadable",
        "named-devices-generate/uploaded-names",
        "named-devices-generate/amount",
        "named-devices-generate/product",
        "named-devices-generate/batch-number",
        "certificate-list/this-batch-only",
    ],
    calls=[UPLOAD, GENERATE, "certificate-list"],
)
def devices_bear_the_uploaded_names(context: Context) -> None:
    """Names that are uploaded become devices of the product, one for each name and none besides."""
    product, names = context.have("production-product").id, _names(context, min(3, context.most))
    uploaded = numbered(context, UPLOAD, upload(context, product, names))
    batch = numbered(context, GENERATE, produce_named(context, product, uploaded), "device-names-upload/produces")
    devices = download(context, CERTIFICATES, batch, len(names), "named-devices-generate/downloadable")
    shown = [str(each.get("deviceName")) for each in devices]
    context.equal("named-devices-generate/amount", len(shown), len(names), pointer="/data/items")
    context.equal("named-devices-generate/uploaded-names", sorted(shown), sorted(names), pointer="/data/items")
    strangers = sorted(set(shown) - set(names))
    requirement, expected = "certificate-list/this-batch-only", f"none but {names}"
    context.check(requirement, not strangers, expected=expected, actual=f"also {strangers}", pointer="/data/items")
    others = {str(each["productKey"]) for each in devices if each.get("productKey") not in {None, product}}
    context.check("named-devices-generate/product", not others, expected=product, actual=f"{sorted(others)}")
    context.equal("named-devices-generate/batch-number", batch, uploaded, pointer="/data")


@case(
    "living/named-devices-generate/other-batches-untouched",
    requirements=[
        "device-names-upload/batches-distinct",
        "device-names-upload/names-only",
        "named-devices-generate/other-batches-untouched",
    ],
    calls=[UPLOAD, GENERATE, "certificate-list"],
)
def batches_of_names_are_independent(context: Context) -> None:
    """Two uploads have different numbers and no certificates yet; producing the first leaves the second as it was."""
    product, (first, second) = context.have("production-product").id, _names(context, 2)
    batches = [numbered(context, UPLOAD, upload(context, product, [name])) for name in (first, second)]
    distinct = batches[0] != batches[1]
    requirement = "device-names-upload/batches-distinct"
    if not context.check(requirement, distinct, expected="two numbers", actual=f"twice {batches[0]}"):
        return
    waiting = page(context, CERTIFICATES, batches[1])
    agrees(context, "device-names-upload/names-only", waiting, "batch-before-production")
    numbered(context, GENERATE, produce_named(context, product, batches[0]))
    untouched = "named-devices-generate/other-batches-untouched"
    batch = numbered(context, GENERATE, produce_named(context, product, batches[1]), untouched)
    devices = download(context, CERTIFICATES, batch, 1, untouched)
    context.equal(untouched, [each.get("deviceName") for each in devices], [second], pointer="/data/items")


@case("living/named-devices-generate/twice", requirements=["named-devices-generate/twice"], calls=[UPLOAD, GENERATE])
def second_production_is_answered(context: Context) -> None:
    """Producing a batch of names a second time is refused or served (erratum produced-twice)."""
    product, uploaded = context.have("production-product").id, context.have("named-batch").request["params"]["batchId"]
    context.refused("named-devices-generate/twice", produce_named(context, product, uploaded), Stated.NOTHING)


@case(
    "living/named-devices-generate/unknown-batch",
    requirements=["named-devices-generate/unknown-batch"],
    calls=[GENERATE],
)
def produces_nothing_for_an_unknown_batch(context: Context) -> None:
    """Nothing is produced for a batchId that no upload gave."""
    answer = produce_named(context, context.have("production-product").id, UNKNOWN_BATCH)
    makes_nothing(context, "named-devices-generate/unknown-batch", answer)


@case(
    "living/named-devices-generate/foreign-product",
    requirements=["named-devices-generate/foreign-product"],
    calls=[UPLOAD, GENERATE],
    needs=["nvr"],
)
def batch_of_another_product_is_answered(context: Context) -> None:
    """A batch of names of another product is refused or served (erratum foreign-product).

    The other product is the NVR product: the only other one for which the tester lets the tests produce.
    """
    product, other = context.have("production-product").id, context.have("nvr-product").id
    if product == other:
        raise Inconclusive("[pixit] production_product_key and nvr_product_key name the same product")
    number = number_of(upload(context, product, _names(context, 1)))
    if number is None:
        raise Inconclusive("the names could not be uploaded")
    answer = produce_named(context, other, number)
    context.refused("named-devices-generate/foreign-product", answer, Stated.NOTHING)


@case("living/device-names-upload/repeated-name", requirements=["device-names-upload/repeated-name"], calls=[UPLOAD])
def name_that_stands_twice_is_answered(context: Context) -> None:
    """A list in which a name stands twice is refused or taken (erratum repeated-name)."""
    answer = upload(context, context.have("production-product").id, _names(context, 1) * 2)
    context.refused("device-names-upload/repeated-name", answer, Stated.NOTHING)


@case(
    "living/device-names-upload/existing-name",
    requirements=["device-names-upload/existing-name"],
    calls=[UPLOAD, GENERATE, "certificate-list"],
)
def name_that_exists_is_answered(context: Context) -> None:
    """A name that a device of the product bears already is refused or taken (erratum existing-name)."""
    found = entries(CERTIFICATES, page(context, CERTIFICATES, context.have("named-batch").id, 1, 1))
    if not found:
        raise Inconclusive("no device with an uploaded name is shown yet")
    answer = upload(context, context.have("production-product").id, [str(found[0].get("deviceName"))])
    context.refused("device-names-upload/existing-name", answer, Stated.NOTHING)


@case("living/device-names-upload/no-names", requirements=["device-names-upload/no-names"], calls=[UPLOAD])
def empty_list_of_names_is_answered(context: Context) -> None:
    """An empty list of names is refused or taken (erratum no-names)."""
    context.refused(
        "device-names-upload/no-names", upload(context, context.have("production-product").id, []), Stated.NOTHING
    )


@case(
    "living/device-names-upload/unknown-product",
    requirements=["device-names-upload/unknown-product"],
    calls=[UPLOAD],
)
def takes_no_names_for_an_unknown_product(context: Context) -> None:
    """No batch is made of names for a productKey that no product has."""
    answer = upload(context, unknown_product(context, "production-product"), _names(context, 1))
    makes_nothing(context, "device-names-upload/unknown-product", answer)


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())
