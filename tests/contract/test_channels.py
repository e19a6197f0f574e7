"""The device side as data: channels, the messages on them, what follows from both."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from conformance.contract import DataError, Role, load, location
from conformance.contract.load import load_folder

PLATFORM = "huawei"


def test_channels_are_the_documented_topics() -> None:
    topics = {subject: each.topic(deviceId="d_1") for subject, each in load(PLATFORM).channels.items()}
    assert topics == {
        "data-json": "/huawei/v1/devices/d_1/data/json",
        "data-binary": "/huawei/v1/devices/d_1/data/binary",
        "command-json": "/huawei/v1/devices/d_1/command/json",
        "command-binary": "/huawei/v1/devices/d_1/command/binary",
    }


def test_every_message_on_a_channel_has_a_sender_and_its_statements_are_the_senders() -> None:
    contract = load(PLATFORM)
    for channel in contract.channels.values():
        for subject in channel.messages:
            message = contract.device_messages[subject]
            assert message.sender in {Role.DEVICE, Role.PLATFORM}
            stated = list(message.requirements())
            assert {each.role for each in stated} == {message.sender}
            assert {each.id for each in stated} <= contract.requirements.keys()
            assert len(stated) == len(message.message.constraints)


def test_platform_without_a_device_side_has_none() -> None:
    assert load("thingscloud").channels == {}
    assert load("thingscloud").device_messages == {}


SENT_BY_DEVICES: list[tuple[str, Any]] = [
    ("device-report", {"msgType": "deviceReq", "hasMore": 0, "data": []}),
    ("device-report", {"identifier": "123", "msgType": "deviceReq", "data": [{"serviceId": "a", "serviceData": {}}]}),
    ("device-report", {"msgType": "deviceReq", "data": [{"serviceId": "a", "serviceData": {}, "eventTime": "noon"}]}),
    ("device-command-response", {"mid": 55, "errcode": 0, "msgType": "deviceRsp", "body": {"result": "0"}}),
]


@pytest.mark.parametrize(("subject", "message"), SENT_BY_DEVICES)
def test_what_real_devices_send_is_valid(subject: str, message: Any) -> None:
    assert load(PLATFORM).device_messages[subject].message.violations(message) == ()


WRONG: list[tuple[str, Any, str]] = [
    ("device-report", {"msgType": "deviceRsp", "data": []}, "msgType/const"),
    ("device-report", {"msgType": "deviceReq", "data": {}}, "data/type"),
    ("device-report", {"msgType": "deviceReq", "data": [{"serviceData": {}}]}, "data[].serviceId/required"),
    (
        "device-report",
        {"msgType": "deviceReq", "data": [{"serviceId": "a", "serviceData": "{}"}]},
        "data[].serviceData/type",
    ),
    ("device-command-response", {"msgType": "deviceRsp", "mid": "1", "errcode": 0}, "mid/type"),
    ("device-command-response", {"msgType": "deviceRsp", "mid": 1, "errcode": "0"}, "errcode/enum"),
    ("device-command-response", {"msgType": "deviceRsp", "mid": 1, "errcode": 2}, "errcode/enum"),
    ("device-command-response", {"msgType": "deviceRsp", "mid": 1}, "errcode/required"),
]


@pytest.mark.parametrize(("subject", "message", "key"), WRONG)
def test_wrong_message_breaks_a_statement_of_the_contract(subject: str, message: Any, key: str) -> None:
    contract = load(PLATFORM)
    described = contract.device_messages[subject]
    (violation,) = described.message.violations(message)
    assert violation.key == key
    assert described.requirement(f"message/{key}") in contract.requirements


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("data-json/messages/device-report", "data-json/messages/ghost", "does not exist"),
        ("#/channels/data-json/messages", "#/channels/ghost/messages", "does not exist"),
        ("      device-command: {", "      ghost: {", "does not exist"),
        ("x-section", "x-sektion", "x-sektion"),
    ],
)
def test_name_that_leads_nowhere_is_refused(tmp_path: Path, before: str, after: str, told: str) -> None:
    root = location.schemas_root()
    shutil.copytree(root / "suite", tmp_path / "suite")
    folder = Path(shutil.copytree(root / PLATFORM, tmp_path / PLATFORM))
    file = folder / "asyncapi.yaml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(DataError, match=told):
        load_folder(folder)


def test_description_refers_to_every_message_of_the_device_side_once() -> None:
    described = load(PLATFORM).device_messages
    assert len({json.dumps(each.message.schema, sort_keys=True) for each in described.values()}) == len(described)
