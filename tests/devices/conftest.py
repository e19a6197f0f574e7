"""A certificate for all tests: making one with an RSA key for each device costs more than the device."""

from pathlib import Path

import pytest

from conformance.crypto.certificates import Certificate


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder: Path = tmp_path_factory.mktemp("certificate")
    made = Certificate.made()
    files = {"server_cert_file": made.chain_pem, "server_key_file": made.key_pem, "server_ca_file": made.ca_pem}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="ascii")
    return {name: str(folder / name) for name in files}
