"""The two calls about products, and what of a product both of them describe."""

from __future__ import annotations

from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Stop
from conformance.platforms.draft import Draft
from conformance.suites.context import Context
from conformance.suites.judge import Says, says

SIZE: Final = 10
"""Products on a page: what the document's example asks for."""
UNDESCRIBED: Final = frozenset({"productModel", "image"})
"""Members that the list alone may show (erratum undescribed-members)."""


def product_page(context: Context, number: int, size: int) -> Answer:
    """Return a page; one beyond the first may be refused, because it may be beyond the last.

    Raises:
        Stop: it was not served; the finding is recorded.
    """
    draft = context.draft("product-list")
    draft.set(("params", "pageNo"), number)
    draft.set(("params", "pageSize"), size)
    answer = context.send(draft)
    beyond = number > 1 and says(context.contract, answer) is Says.NO
    if not beyond and not context.served(draft.operation, answer):
        raise Stop
    return answer


def asking(context: Context, key: str) -> Draft:
    """Return the query of a product by its productKey, not sent yet."""
    draft = context.draft("product-read", bind=False)
    draft.set(("params", "productKey"), key)
    return draft


def read(context: Context, key: str) -> Answer:
    """Ask for a product by its productKey."""
    return context.send(asking(context, key))


def comparable(product: Any) -> dict[str, Any]:
    """Return the members that both operations describe, as far as they are shown."""
    members = product.items() if isinstance(product, dict) else ()
    return {name: value for name, value in members if value is not None and name not in UNDESCRIBED}
