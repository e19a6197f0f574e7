"""The primitives by OpenSSL's command line."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .tasks import Task

_LEGACY = ("-provider", "legacy", "-provider", "default")


def available() -> bool:
    """Tell whether the command is installed."""
    return shutil.which("openssl") is not None


def _run(arguments: Iterable[str], data: bytes) -> bytes | None:
    done = subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=False, timeout=60)
    return done.stdout if done.returncode == 0 else None


def _padding(parts: tuple[bytes, ...]) -> list[str]:
    if not parts:
        return ["-pkeyopt", "rsa_padding_mode:pkcs1"]
    hash_name, mgf_hash = (part.decode().replace("-", "").lower() for part in parts)
    options = ("rsa_padding_mode:oaep", f"rsa_oaep_md:{hash_name}", f"rsa_mgf1_md:{mgf_hash}")
    return [text for option in options for text in ("-pkeyopt", option)]


class OpenSsl:
    """Runs tasks, a few processes at a time; keys and hashed texts stand in files below `folder`."""

    name = "openssl"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[bytes, str] = {}

    def _file(self, data: bytes) -> str:
        if data not in self._files:
            path = self._folder / f"{len(self._files):05d}"
            path.write_bytes(data)
            self._files[data] = str(path)
        return self._files[data]

    def run(self, tasks: list[Task]) -> dict[Task, bytes | None]:
        """Return the result of each task; None where OpenSSL refuses."""
        hashes = [task for task in tasks if task.kind == "md5"]
        results: dict[Task, bytes | None] = dict(self._md5(hashes))
        others = [task for task in tasks if task.kind != "md5"]
        for task in others:
            if task.kind.startswith("rsa"):
                self._file(task.parts[0])
                if task.kind == "rsa-round-trip":
                    self._file(task.parts[1])
        with ThreadPoolExecutor(3) as pool:
            results.update(zip(others, pool.map(self._one, others), strict=True))
        return results

    def _md5(self, tasks: list[Task]) -> Iterable[tuple[Task, bytes]]:
        """Hash all texts in one process."""
        files = [self._file(task.parts[0]) for task in tasks]
        printed = _run(["dgst", "-md5", "-r", *files], b"") if files else b""
        assert printed is not None
        lines = printed.decode().splitlines()
        return [(task, bytes.fromhex(line.split()[0])) for task, line in zip(tasks, lines, strict=True)]

    def _one(self, task: Task) -> bytes | None:
        kind, parts = task.kind, task.parts
        if kind in ("des-encrypt", "des-decrypt"):
            mode = ["-d"] if kind == "des-decrypt" else []
            return _run(["enc", "-des-ecb", "-K", parts[0].hex(), *mode, *_LEGACY], parts[1])
        if kind == "hmac-sha256":
            printed = _run(
                ["dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{parts[0].hex()}", "-binary"], parts[1]
            )
            assert printed is not None
            return printed
        key = self._file(parts[0])
        if kind == "rsa-raw":
            none = ["-pkeyopt", "rsa_padding_mode:none"]
            return _run(["pkeyutl", "-encrypt", "-pubin", "-keyform", "DER", "-inkey", key, *none], parts[1])
        if kind == "rsa-decrypt":
            return _run(["pkeyutl", "-decrypt", "-keyform", "DER", "-inkey", key, *_padding(parts[2:])], parts[1])
        assert kind == "rsa-round-trip"
        options = _padding(parts[3:])
        sent = _run(["pkeyutl", "-encrypt", "-pubin", "-keyform", "DER", "-inkey", key, *options], parts[2])
        private = self._file(parts[1])
        return (
            None
            if sent is None
            else _run(["pkeyutl", "-decrypt", "-keyform", "DER", "-inkey", private, *options], sent)
        )
