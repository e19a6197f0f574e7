"""Which certificates a session with a device presents, and whether it asks the device for one: as the IUT file says."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from conformance.crypto.certificates import Authority, Certificate, addresses_of_this_machine
from conformance.iut.config import Iut
from conformance.iut.errors import UsageError
from conformance.iut.files import pem
from conformance.mqtt.tls import server_context
from conformance.suites.device.presented import Presented

_VERSIONS: Final = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}

Told = Callable[[str], Any]
"""Returns a PIXIT value by its name, its default included."""


@dataclass(frozen=True, repr=False)
class Served:
    """What is presented, and the authority that the device must trust."""

    presented: Presented
    ca_pem: str


def serve(iut: Iut, told: Told) -> Served:
    """Return the certificates of a session: the tester's, or new ones.

    Raises:
        UsageError: a file that the IUT file names cannot be used.
    """
    hosts = tuple(told("server_names") or addresses_of_this_machine())
    given = _given(iut, told)
    authority = None
    if given is None:  # the keys are RSA: old firmware knows nothing else
        authority = Authority.made(algorithm="rsa")
        given = authority.server(hosts, algorithm="rsa")
    minimum = _VERSIONS[told("tls_min_version")]
    client_auth, client_ca = told("client_auth"), told("client_ca_file")
    if client_auth != "none" and client_ca is None:
        raise UsageError(
            f"pixit.client_auth = {client_auth!r}: give client_ca_file, the authority (PEM) of the device's certificate"
        )
    client_ca_pem = pem(iut, "pixit.client_ca_file", client_ca) if client_auth != "none" else None
    try:
        trusted = server_context(given, minimum=minimum, client_auth=client_auth, client_ca_pem=client_ca_pem)
    except ssl.SSLError as error:
        raise UsageError(f"pixit.client_ca_file = {client_ca!r}: no certificate in it ({error})") from error
    return Served(
        Presented(
            trusted=trusted,
            hosts=hosts,
            algorithm=given.algorithm,
            minimum=minimum,
            authority=authority,
        ),
        given.ca_pem,
    )


def _given(iut: Iut, told: Told) -> Certificate | None:
    """Return the certificate that the tester gives; None where the run makes its own."""
    chain, key, ca = told("server_cert_file"), told("server_key_file"), told("server_ca_file")
    if chain is None and key is None and ca is None:
        return None
    if chain is None or key is None:
        raise UsageError("pixit.server_cert_file and server_key_file belong together; give both, or neither")
    certificate = Certificate(
        pem(iut, "pixit.server_ca_file", ca or chain),
        pem(iut, "pixit.server_cert_file", chain),
        pem(iut, "pixit.server_key_file", key),
    )
    try:
        server_context(certificate)
    except (ssl.SSLError, ValueError) as error:
        raise UsageError(f"pixit.server_cert_file: certificate and key do not fit together ({error})") from error
    return certificate
