"""NeuronCloud: the Key ID in clear and the Key encrypted, in two headers of every call (Token Encryption Transmission Guide).

The Key is encrypted anew for every request, because a platform may refuse a text that it has seen (erratum replay).
"""

from __future__ import annotations

from conformance.crypto.errors import BadLengthError
from conformance.iut.errors import UsageError
from conformance.platforms.driver import Driver, Facts
from conformance.platforms.neuroncloud.presenting import OTHERS, absent, present, wrong
from conformance.platforms.neuroncloud.token import Token


def _verify(facts: Facts) -> None:
    """Encrypt once, so that a key that cannot be used is told before anything is sent.

    Raises:
        UsageError: the public key cannot be read, or the Key does not fit under it.
    """
    for prefix in ("", "expired_"):
        try:
            Token.of(facts, prefix).encrypted()
        except BadLengthError as error:
            raise UsageError(
                f"credentials.{prefix}key: {error}; give the Key that belongs to the public key, and [pixit] rsa_padding"
            ) from None


DRIVER = Driver(
    platform="neuroncloud",
    present=present,
    wrong={"absent": absent, "wrong": wrong},
    others=OTHERS,
    verify=_verify,
)
