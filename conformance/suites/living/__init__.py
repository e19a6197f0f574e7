"""Behaviour of Alibaba Cloud "Living", one module per group of operations."""

from conformance.suites.living import certificates, gateway, general, names, nvr, production, products, robustness

CASES = (
    *general.CASES,
    *robustness.CASES,
    *gateway.CASES,
    *products.CASES,
    *production.CASES,
    *names.CASES,
    *certificates.CASES,
    *nvr.CASES,
)
