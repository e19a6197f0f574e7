"""A certificate for one start of a reference: an authority of its own, and a server certificate that it signs.

Made anew at every start and kept nowhere, so that no key of ours is ever trusted longer than a run.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFE: Final = dt.timedelta(days=30)
"""A reference that somebody keeps up for development must outlive a sprint, and no clock of a device overflows."""
_SKEW: Final = dt.timedelta(hours=1)
"""How far back the certificate begins: the clocks of two containers may differ."""


@dataclass(frozen=True, repr=False)
class Certificate:
    """A server's certificate with its key, and the authority that a client must trust; never shown by `repr`."""

    ca_pem: str
    chain_pem: str
    key_pem: str

    @classmethod
    def made(cls, host: str) -> Self:
        """Return a new certificate for `localhost`, loopback and the address listened on."""
        now = dt.datetime.now(dt.UTC)
        ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        ca_name = _name("iot-conformance embedded authority")
        authority = (
            _builder(ca_name, ca_name, ca_key.public_key(), now)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False)
            .sign(ca_key, hashes.SHA256())
        )
        server = (
            _builder(_name("iot-conformance embedded reference"), ca_name, key.public_key(), now)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName(list(_names(host))), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
            .sign(ca_key, hashes.SHA256())
        )
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return cls(_pem(authority), _pem(server), private.decode())

    @contextmanager
    def files(self) -> Iterator[tuple[Path, Path]]:
        """Yield certificate and key as files that only their owner reads; they are gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="iot-conformance-") as folder:  # made with mode 0700
            certificate, key = Path(folder, "certificate.pem"), Path(folder, "key.pem")
            certificate.write_text(self.chain_pem, encoding="ascii")
            key.write_text(self.key_pem, encoding="ascii")
            yield certificate, key


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: dt.datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + LIFE)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _names(host: str) -> Iterator[x509.GeneralName]:
    yield x509.DNSName("localhost")
    for address in dict.fromkeys(("127.0.0.1", "::1", host)):
        try:
            yield x509.IPAddress(ipaddress.ip_address(address))
        except ValueError:
            yield x509.DNSName(address)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
