"""Where a platform takes devices, and with which certificates: what the IUT file tells of its MQTT side."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from conformance.contract import Contract
from conformance.crypto.certificates import Certificate
from conformance.iut.config import Iut, value_of
from conformance.iut.errors import UsageError
from conformance.iut.files import not_pem, pem
from conformance.mqtt.tls import client_context


@dataclass(frozen=True)
class DeviceAccess:
    """An address that takes devices, and what a device needs for TLS there."""

    host: str
    port: int
    server_name: str
    """The name that the platform's certificate bears."""
    context: ssl.SSLContext
    authority: str
    """Where the authority comes from that the platform is verified by, in words."""
    authority_given: bool
    """Whether the tester says that it is the one for devices."""
    certificate_given: bool
    """Whether a device presents a certificate of its own."""
    timeout_s: float
    """How long an answer may take."""


def device_access(iut: Iut, contract: Contract) -> DeviceAccess | None:
    """Return where an IUT takes devices; None where the IUT file does not tell.

    Raises:
        UsageError: a file that it names cannot be used.
    """

    def told(name: str) -> Any:
        return value_of(iut, contract, name)

    url = told("mqtt_url")
    if url is None:
        return None
    parts = urlsplit(str(url))
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port:
        raise UsageError(f'pixit.mqtt_url = {url!r}: not an address; write "mqtts://host:port"')
    named = told("mqtt_ca_file")
    authority = named or (str(iut.ca_file.absolute()) if iut.ca_file else None)
    context = _trusting(iut, "pixit.mqtt_ca_file" if named else "iut.ca_file", authority)
    # What is given out for devices may be an authority below another, or the platform's own certificate.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    presented = _present(iut, told, context)
    source = f"[pixit] mqtt_ca_file {named}" if named else "[iut] ca_file" if authority else "what this machine trusts"
    name = str(told("mqtt_server_name") or host)
    timeout_s = float(told("mqtt_timeout_s") or told("request_timeout_s"))
    return DeviceAccess(host, port, name, context, source, bool(named) or iut.embedded, presented, timeout_s)


def _trusting(iut: Iut, key: str, authority: str | None) -> ssl.SSLContext:
    if authority is None:
        return ssl.create_default_context()
    text = pem(iut, key, authority)
    try:
        return client_context(text)
    except (ssl.SSLError, ValueError) as error:
        raise not_pem(key, authority, error) from error


def _present(iut: Iut, told: Callable[[str], Any], context: ssl.SSLContext) -> bool:
    """Have the context present the certificate that the tester gives; tell whether there is one."""
    chain, key = told("client_cert_file"), told("client_key_file")
    if chain is None and key is None:
        return False
    if chain is None or key is None:
        raise UsageError("pixit.client_cert_file and client_key_file belong together; give both, or neither")
    given = Certificate("", pem(iut, "pixit.client_cert_file", chain), pem(iut, "pixit.client_key_file", key))
    with given.files() as files:
        try:
            context.load_cert_chain(*files, password="")  # nobody is asked for one
        except (ssl.SSLError, ValueError) as error:
            raise UsageError(
                f"pixit.client_cert_file = {chain!r}: certificate and client_key_file do not fit together ({error})"
            ) from error
    return True
