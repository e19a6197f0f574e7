"""The NeuronCloud reference as it is started: a process that listens, answers over real HTTP and logs for a person."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from conformance.contract import Role, load
from conformance.crypto.rsa_keys import public_key
from conformance.crypto.rsa_token import headers
from conformance.runner.embedded import module_of

CONTROL = {"X-Control-Token": "control-token"}
LIST = "/device/v1/mn/page?current=1&size=5"


class Started:
    """The child process, what it printed, and a client."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.process = process
        self.ready: dict[str, Any] = json.loads(process.stdout.readline())
        self.client = httpx.Client(base_url=self.ready["url"], trust_env=False, timeout=5)
        given = self.ready["credentials"]
        self.headers = headers(given["key_id"], given["key"], public_key(given["public_key"]))
        self.expired = headers(given["expired_key_id"], given["expired_key"], public_key(given["expired_public_key"]))

    def stop(self) -> str:
        """End the process; return what it logged."""
        self.client.close()
        self.process.terminate()
        return self.process.communicate(timeout=5)[1]


@pytest.fixture(scope="module")
def started() -> Iterator[Started]:
    module = module_of("neuroncloud", Role.PLATFORM)
    assert module == "conformance.reference.neuroncloud"
    command = [sys.executable, "-m", module, "--control", "control-token", "--parent", "--log"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        found = Started(process)
        try:
            yield found
        finally:
            if process.poll() is None:
                found.stop()


def test_it_prints_every_key_that_the_contract_asks_for(started: Started) -> None:
    contract = load("neuroncloud")
    known = {kind: {key.name for key in contract.keys_of(kind)} for kind in ("credentials", "pixit")}
    assert started.ready["credentials"].keys() == known["credentials"]
    assert started.ready["pixit"].keys() <= known["pixit"]
    unset = {key.name for key in contract.keys_of("pixit") if key.default is None and key.gates}
    assert unset <= started.ready["pixit"].keys()


def test_it_serves_what_it_prints(started: Started) -> None:
    pixit, client = started.ready["pixit"], started.client
    assert client.get(LIST, headers=started.headers).json()["data"]["total"] == 23
    record = {
        "equipmentName": pixit["equipment_name"],
        "functionType": pixit["function_type"],
        "buildingName": pixit["building"],
        "value": 21.125,
    }
    assert client.post("/dataPlatform/openapi", json=[record], headers=started.headers).json()["isSuccess"] is True
    shown = client.get(f"/device/v1/realtime/{pixit['dev_eui']}/values", headers=started.headers).json()["data"]
    assert 21.125 in [each["value"] for each in shown]


def test_project_header_chooses_the_operation(started: Started) -> None:
    body = {"equipmentName": started.ready["pixit"]["equipment_name"], "field": "VALUE"}
    project = {"X-Param-ProjectId": started.ready["pixit"]["project_id"]}
    started.client.request("DELETE", "/__control__/log", headers=CONTROL)
    answers = [
        started.client.post("/device/v1/realtime/history", json=body, headers={**started.headers, **extra}).json()
        for extra in ({}, project)
    ]
    log = started.client.get("/__control__/log", headers=CONTROL).json()
    assert answers[0] == answers[1]
    assert [entry["subject"] for entry in log] == ["point-history", "dataset-query"]


def test_header_names_are_known_in_any_case_but_with_the_fault(started: Started) -> None:
    lower = {name.lower(): value for name, value in started.headers.items()}
    assert started.client.get(LIST, headers=lower).json()["code"] == 200
    place = ["behaviour/header-case-matters"]
    started.client.put("/__control__/faults", json=place, headers=CONTROL)
    assert started.client.get(LIST, headers=lower).json()["code"] == 401
    assert started.client.get(LIST, headers=started.headers).json()["code"] == 200
    started.client.put("/__control__/faults", json=[], headers=CONTROL)


def test_log_tells_the_reason_and_no_secret(started: Started) -> None:
    """The last test: it ends the process to read all of its log."""
    client, given = started.client, started.ready["credentials"]
    client.get(LIST, headers={"X-Source-SecretId": given["key_id"], "X-Source-SecretKey": given["key"]})
    client.get(LIST, headers=started.expired)
    client.post("/dataPlatform/openapi", json=[{"value": "secret value"}], headers=started.headers)
    log = started.stop()
    lines = log.splitlines()
    assert "device-list  200  refused: X-Source-SecretKey: ciphertext" in lines[-3]
    assert "refused: The token has expired" in lines[-2]
    assert "[].equipmentName required" in lines[-1]
    for secret in (given["key"], given["expired_key"], started.headers["X-Source-SecretKey"], "secret value"):
        assert secret not in log
