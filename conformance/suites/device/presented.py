"""The certificates that the suite presents to a device: the one that it trusts, and those that it must refuse.

Those to be refused are made when a case first asks for them: an RSA key takes longer than most cases.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from functools import cached_property

from conformance.crypto.certificates import Algorithm, Authority, Period
from conformance.mqtt.tls import server_context


@dataclass(kw_only=True)
class Presented:
    """What a server with these names presents."""

    trusted: ssl.SSLContext
    """The certificate that the device can verify."""
    hosts: tuple[str, ...]
    """Names and addresses in every certificate."""
    algorithm: Algorithm
    minimum: ssl.TLSVersion
    authority: Authority | None = None
    """Signed the trusted certificate; None where the tester gave that one, so that no other can be signed like it."""

    @cached_property
    def foreign(self) -> ssl.SSLContext:
        """The same names, signed by an authority that the device does not know."""
        return self._signed(Authority.made("some other authority", algorithm=self.algorithm), None)

    @cached_property
    def expired(self) -> ssl.SSLContext | None:
        """The same names, signed by the authority that the device trusts, valid until an hour ago; None without its key."""
        return self._signed(self.authority, Period.expired()) if self.authority is not None else None

    def _signed(self, authority: Authority, period: Period | None) -> ssl.SSLContext:
        made = authority.server(self.hosts, algorithm=self.algorithm, period=period)
        return server_context(made, minimum=self.minimum)
