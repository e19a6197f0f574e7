"""Certificates for servers and clients of a run: an authority of its own, made anew and kept nowhere.

No key of ours is trusted longer than a run. Dates are the caller's: small devices refuse years beyond 2038 and have clocks
that are late, tests want certificates that have expired. Keys are EC P-256 or RSA 2048, because old firmware knows RSA only.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Algorithm = Literal["ec", "rsa"]
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

LIFE: Final = dt.timedelta(days=30)
"""A server that somebody keeps up for development must outlive a sprint, and no clock of a device overflows."""
SKEW: Final = dt.timedelta(days=1)
"""How far back a certificate begins: the clocks of two machines differ, and a board's may stand in another zone."""
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Period:
    """From when to when a certificate is valid, as aware times."""

    begins: dt.datetime
    ends: dt.datetime

    @classmethod
    def around_now(cls) -> Self:
        """Return a period that began a day ago and ends in thirty days."""
        now = dt.datetime.now(dt.UTC)
        return cls(now - SKEW, now + LIFE)

    @classmethod
    def expired(cls) -> Self:
        """Return a period that ended an hour ago."""
        now = dt.datetime.now(dt.UTC)
        return cls(now - LIFE, now - dt.timedelta(hours=1))


@dataclass(frozen=True, repr=False)
class Certificate:
    """A certificate with its key, and the authority that the other side must trust; never shown by `repr`."""

    ca_pem: str
    chain_pem: str
    key_pem: str

    @classmethod
    def made(cls, *hosts: str) -> Self:
        """Return a new server certificate for loopback and `hosts`, by a new authority."""
        made = Authority.made().server((*LOOPBACK, *hosts))
        return cls(made.ca_pem, made.chain_pem, made.key_pem)

    @property
    def algorithm(self) -> Algorithm:
        """The kind of its key.

        Raises:
            ValueError: it is no certificate.
        """
        key = x509.load_pem_x509_certificate(self.chain_pem.encode("ascii")).public_key()
        return "rsa" if isinstance(key, rsa.RSAPublicKey) else "ec"

    @contextmanager
    def files(self) -> Iterator[tuple[Path, Path]]:
        """Yield certificate and key as files that only their owner reads; they are gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="iot-conformance-") as folder:  # made with mode 0700
            certificate, key = Path(folder, "certificate.pem"), Path(folder, "key.pem")
            certificate.write_text(self.chain_pem, encoding="ascii")
            key.write_text(self.key_pem, encoding="ascii")
            yield certificate, key


@dataclass(frozen=True, repr=False)
class Authority:
    """Signs the certificates of one run."""

    certificate: x509.Certificate
    key: PrivateKey

    @classmethod
    def made(
        cls,
        name: str = "iot-conformance authority",
        *,
        algorithm: Algorithm = "ec",
        period: Period | None = None,
    ) -> Self:
        """Return a new authority."""
        key = _key(algorithm)
        subject = _name(name)
        certificate = (
            _builder(subject, subject, key, period or Period.around_now())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        return cls(certificate, key)

    @property
    def pem(self) -> str:
        """The authority's certificate, for the trust store of the other side."""
        return _pem(self.certificate)

    def server(
        self,
        hosts: Iterable[str] = LOOPBACK,
        *,
        algorithm: Algorithm = "ec",
        period: Period | None = None,
        name: str = "iot-conformance server",
    ) -> Certificate:
        """Return a server certificate for these names and addresses."""
        names = x509.SubjectAlternativeName([_alternative(host) for host in dict.fromkeys(hosts)])
        return self._issue(name, algorithm, period, ExtendedKeyUsageOID.SERVER_AUTH, names)

    def client(self, name: str, *, algorithm: Algorithm = "ec", period: Period | None = None) -> Certificate:
        """Return a client certificate."""
        return self._issue(name, algorithm, period, ExtendedKeyUsageOID.CLIENT_AUTH, None)

    def _issue(
        self,
        name: str,
        algorithm: Algorithm,
        period: Period | None,
        purpose: x509.ObjectIdentifier,
        names: x509.SubjectAlternativeName | None,
    ) -> Certificate:
        key = _key(algorithm)
        builder = (
            _builder(_name(name), self.certificate.subject, key, period or Period.around_now())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            # Key encipherment serves the RSA key exchange of old TLS stacks; it means nothing for EC keys.
            .add_extension(_usage(enciphers_keys=isinstance(key, rsa.RSAPrivateKey)), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
        )
        if names is not None:
            builder = builder.add_extension(names, critical=False)
        return Certificate(self.pem, _pem(builder.sign(self.key, hashes.SHA256())), _private(key))


def self_signed(hosts: Iterable[str] = LOOPBACK, *, algorithm: Algorithm = "ec") -> Certificate:
    """Return a server certificate that signs itself; a client that trusts only authorities it knows refuses it."""
    key = _key(algorithm)
    subject = _name("iot-conformance self-signed")
    certificate = (
        _builder(subject, subject, key, Period.around_now())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(enciphers_keys=isinstance(key, rsa.RSAPrivateKey)), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.SubjectAlternativeName([_alternative(host) for host in dict.fromkeys(hosts)]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    return Certificate(_pem(certificate), _pem(certificate), _private(key))


def addresses_of_this_machine() -> tuple[str, ...]:
    """Return loopback, the host's name and every address of its interfaces, for a certificate that boards can check."""
    import socket

    import psutil

    found = [*LOOPBACK, socket.gethostname()]
    families = (socket.AF_INET, socket.AF_INET6)
    for addresses in psutil.net_if_addrs().values():
        found += [each.address.partition("%")[0] for each in addresses if each.family in families]
    return tuple(dict.fromkeys(found))


def _key(algorithm: Algorithm) -> PrivateKey:
    if algorithm == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _builder(subject: x509.Name, issuer: x509.Name, key: PrivateKey, period: Period) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(period.begins)
        .not_valid_after(period.ends)
    )


def _usage(*, signs_certificates: bool = False, enciphers_keys: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        key_encipherment=enciphers_keys,
        content_commitment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _private(key: PrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
