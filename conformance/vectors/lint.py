"""What a vector file must hold beyond its schema: `python -m conformance.vectors.lint`.

Counts that agree, ids that belong to the file and occur once, no two vectors with the same inputs, every flag explained
and used, complete inputs, and no RSA key but the named test keys.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from conformance.contract.datafile import read
from conformance.contract.location import schemas_root, vectors_root
from conformance.crypto import rsa_keys
from conformance.crypto.errors import CryptoError
from conformance.vectors.content.keys import key_names, rsa_key
from conformance.vectors.model import ID_PREFIX
from conformance.vectors.operations import OPERATIONS
from conformance.vectors.store import file_name

_OPTIONAL = frozenset({("envelope", "sign", "secretKey"), ("envelope", "verify", "secretKey")})


@cache
def _schema() -> Any:
    return read(schemas_root() / "suite" / "vectors.json")


@cache
def _named_moduli() -> frozenset[int]:
    return frozenset(int(rsa_key(name).n) for name in key_names("rsa"))


def _by_schema(data: Any) -> Iterator[str]:
    for error in sorted(Draft202012Validator(_schema()).iter_errors(data), key=lambda error: error.json_path):
        yield f"{error.json_path}: {error.message[:200]}"


def _ids(data: Any, tests: list[Any]) -> Iterator[str]:
    prefix = f"{ID_PREFIX}/{data['scheme']}/{data['operation']}/"
    for test in tests:
        if not test["tcId"].startswith(prefix):
            yield f"{test['tcId']}: does not begin with {prefix}"
    for identifier, count in Counter(test["tcId"] for test in tests).items():
        if count > 1:
            yield f"{identifier}: occurs {count} times"
    if data["numberOfTests"] != len(tests):
        yield f"numberOfTests is {data['numberOfTests']}, but there are {len(tests)}"


def _flags(data: Any, tests: list[Any]) -> Iterator[str]:
    used = {flag for test in tests for flag in test["flags"]}
    for flag in sorted(used - set(data["notes"])):
        yield f"flag {flag} is used and not explained"
    for flag in sorted(set(data["notes"]) - used):
        yield f"flag {flag} is explained and not used"


def _inputs(data: Any) -> Iterator[str]:
    scheme, operation = data["scheme"], data["operation"]
    known = set(_schema()["$defs"][f"{scheme}-{operation}.inputs"]["properties"])
    seen: dict[str, str] = {}
    for group in data["testGroups"]:
        for test in group["tests"]:
            inputs = {**group["inputs"], **test["inputs"]}
            missing = {name for name in known - inputs.keys() if (scheme, operation, name) not in _OPTIONAL}
            if missing:
                yield f"{test['tcId']}: lacks {', '.join(sorted(missing))}"
            key = json.dumps(inputs, sort_keys=True)
            if key in seen:
                yield f"{test['tcId']}: has the inputs of {seen[key]}"
            seen[key] = test["tcId"]


def _keys(data: Any) -> Iterator[str]:
    for group in data["testGroups"]:
        for holder in (group, group["inputs"], *(test["inputs"] for test in group["tests"])):
            for member in ("privateKey", "decryptWith"):
                if member in holder:
                    try:
                        modulus = int(rsa_keys.private_key(holder[member]).n)
                    except CryptoError:
                        continue  # a vector about a key that is none
                    if modulus not in _named_moduli():
                        yield f"{group['type']}: {member} is not one of the named test keys"


def problems(name: str, data: Any) -> list[str]:
    """Return what is wrong with a file's content, each line beginning with the file's name."""
    found = list(_by_schema(data))
    if not found:
        tests = [test for group in data["testGroups"] for test in group["tests"]]
        found += [*_ids(data, tests), *_flags(data, tests), *_inputs(data), *_keys(data)]
        if name != file_name(data["scheme"], data["operation"]):
            found.append(f"holds the vectors of {data['scheme']} {data['operation']}")
    return [f"{name}: {problem}" for problem in found]


def all_problems() -> list[str]:
    """Return what is wrong with the vector files of this installation."""
    expected = {file_name(*key) for key in OPERATIONS}
    there = {path.name for path in vectors_root().glob("*.json")} - {"keys.json"}
    found = [f"{name}: is missing" for name in sorted(expected - there)]
    found += [f"{name}: is no file of vectors" for name in sorted(there - expected)]
    for name in sorted(expected & there):
        found += problems(name, read(vectors_root() / name))
    return found


def main() -> int:
    """Print what is wrong; return the exit status."""
    found = all_problems()
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
