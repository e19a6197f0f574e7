"""Behaviour of Alibaba Cloud "Living", one module per group of operations."""

from conformance.suites.living import (
    certificates,
    gateway,
    general,
    names,
    nvr,
    product_list,
    product_read,
    production,
    robustness,
)

CASES = (
    *general.CASES,
    *robustness.CASES,
    *gateway.CASES,
    *product_list.CASES,
    *product_read.CASES,
    *production.CASES,
    *names.CASES,
    *certificates.CASES,
    *nvr.CASES,
)
