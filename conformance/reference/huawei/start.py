"""Making a platform that is ready to serve, and what a tester would write into its IUT file."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from conformance.contract import load
from conformance.reference.huawei.access.gateway import served
from conformance.reference.huawei.auth import Credentials
from conformance.reference.huawei.platform import Huawei
from conformance.reference.launch import Started


def start(credentials_file: Path | None) -> Started:
    """Return the platform with its seed, to be served over HTTPS and MQTT over TLS as the document demands.

    Raises:
        OSError, ValueError: the credentials file cannot be used.
    """
    huawei = Huawei(load("huawei"), Credentials.gathered(credentials_file))
    return Started(
        huawei.service, huawei.credentials.as_dict(), huawei.pixit(), tls=True, beside=partial(served, huawei)
    )
