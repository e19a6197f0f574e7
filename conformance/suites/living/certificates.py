"""Query the device certificate list by batch ID: pages and totals of a batch that is only read."""

from __future__ import annotations

from typing import Final

from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.judge import Stated
from conformance.suites.living.batch_pages import FAR, conclude, judge_pages, judge_repeated
from conformance.suites.living.batches import CERTIFICATES, UNKNOWN_BATCH, agrees, page

LIST: Final = "certificate-list"


@case(
    "living/certificate-list/pages",
    requirements=[
        "certificate-list/first-page",
        "certificate-list/page-size",
        "certificate-list/pages-complete",
        "certificate-list/total",
        "certificate-list/devices-distinct",
        "certificate-list/secrets-distinct",
    ],
    calls=[LIST],
)
def pages_hold_every_certificate_once(context: Context) -> None:
    """The pages of a batch hold each certificate once, are as long as asked for, and tell how many there are."""
    conclude(judge_pages(context, CERTIFICATES, context.have("batch").id))


@case("living/certificate-list/unknown-batch", requirements=["certificate-list/unknown-batch"], calls=[LIST])
def unknown_batch_has_no_certificate(context: Context) -> None:
    """A batch ID that no batch has yields no certificate (erratum unknown-batch)."""
    agrees(context, "certificate-list/unknown-batch", page(context, CERTIFICATES, UNKNOWN_BATCH), "unknown-batch")


@case("living/certificate-list/beyond-last-page", requirements=["certificate-list/beyond-last-page"], calls=[LIST])
def page_beyond_the_last_holds_no_certificate(context: Context) -> None:
    """A page far beyond the last holds no certificate (erratum beyond-last-page)."""
    answer = page(context, CERTIFICATES, context.have("batch").id, FAR)
    agrees(context, "certificate-list/beyond-last-page", answer, "beyond-last-page")


@case("living/certificate-list/page-size-small", requirements=["certificate-list/page-size-small"], calls=[LIST])
def page_size_of_0_is_answered(context: Context) -> None:
    """A page size of 0 is refused or served (erratum page-size-bounds)."""
    answer = page(context, CERTIFICATES, context.have("batch").id, 1, 0)
    context.refused("certificate-list/page-size-small", answer, Stated.NOTHING)


@case("living/certificate-list/repeatable", requirements=["certificate-list/repeatable"], calls=[LIST])
def page_shows_the_same_certificates_again(context: Context) -> None:
    """The same page queried twice holds the same certificates, secrets included."""
    judge_repeated(context, CERTIFICATES, context.have("batch").id)


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())
