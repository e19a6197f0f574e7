"""The Huawei platform's device shadows and their history as documented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from .huawei_drive import GIVEN, HuaweiDriver

SERVICE, PROPERTY = "WaterMeter", "level"


@pytest.fixture
def huawei() -> HuaweiDriver:
    return HuaweiDriver()


def put(huawei: HuaweiDriver, device: str, value: Any, name: str = PROPERTY, service: str = SERVICE) -> None:
    huawei.succeed("shadow-modify", setting(value, name, service), deviceId=device)


def setting(value: Any, name: str = PROPERTY, service: str = SERVICE) -> dict[str, Any]:
    return {"serviceDesireds": [{"serviceId": service, "desired": {name: value}}]}


def services(huawei: HuaweiDriver, device: str) -> dict[str, dict[str, Any]]:
    shown = huawei.succeed("shadow-query", deviceId=device)["services"]
    return {each["serviceId"]: each for each in shown}


def records(huawei: HuaweiDriver, device: str, **query: Any) -> list[dict[str, Any]]:
    answer = huawei.succeed("shadow-history", deviceId=device, gatewayId=device, **query)
    found: list[dict[str, Any]] = answer["DeviceDesiredHistoryDTO"]
    return found


def values(found: list[dict[str, Any]]) -> list[Any]:
    return [each["desired"][PROPERTY] for each in found]


def written(at: datetime) -> str:
    return at.strftime("%Y%m%dT%H%M%SZ")


def test_new_device_has_an_empty_shadow_of_its_own(huawei: HuaweiDriver) -> None:
    device = huawei.device()
    shown = huawei.succeed("shadow-query", deviceId=device)
    assert (shown["deviceId"], shown["gatewayId"], shown["services"]) == (device, device, [])
    assert shown["deviceInfo"]["status"] == "INACTIVE"
    assert records(huawei, device) == []


def test_shadow_keeps_what_is_set_and_what_is_reported_apart(huawei: HuaweiDriver) -> None:
    device, other = huawei.device(), huawei.device()
    put(huawei, device, 31)
    put(huawei, device, 21.5, "temperature")
    huawei.act("device-report", deviceId=device, serviceId=SERVICE, data={PROPERTY: 7})
    shown = services(huawei, device)[SERVICE]
    assert shown["desiredProps"] == {PROPERTY: 31, "temperature": 21.5}
    assert shown["reportedProps"] == {PROPERTY: 7}
    assert services(huawei, other) == {}


@pytest.mark.parametrize(
    ("body", "row"),
    [
        (setting(1, service="none"), "200-100431"),
        (setting(1, name="none"), "400-107002"),
        (setting("x", name="serial"), "403-100443"),
        ({}, "400-50400"),
        ({"serviceDesireds": [{"serviceId": SERVICE}]}, "400-50400"),
        ({"serviceDesireds": [{"serviceId": SERVICE, "desired": "{}"}]}, "400-50400"),
    ],
)
def test_configuration_that_does_not_fit_the_product_is_refused_and_changes_nothing(
    huawei: HuaweiDriver, body: dict[str, Any], row: str
) -> None:
    device = huawei.device()
    if body.get("serviceDesireds"):
        body = {"serviceDesireds": [*setting(31)["serviceDesireds"], *body["serviceDesireds"]]}
    assert huawei.refused("shadow-modify", body, deviceId=device) == row
    assert services(huawei, device) == {}
    assert records(huawei, device) == []


def test_device_that_does_not_use_lwm2m_is_refused(huawei: HuaweiDriver) -> None:
    body = {"deviceInfo": {"nodeId": "lamp-1"}, "mqttConnect": True, "productId": huawei.pixit["mqtt_product_id"]}
    device = huawei.succeed("device-register-secret", body)["deviceId"]
    assert huawei.refused("shadow-modify", setting(1, "brightness", "Lamp"), deviceId=device) == "400-50400"


def test_unknown_device_is_refused(huawei: HuaweiDriver) -> None:
    assert huawei.refused("shadow-modify", setting(1), deviceId="none") == "404-100403"
    assert huawei.refused("shadow-query", deviceId="none") == "404-100418"


@pytest.mark.parametrize("online", [True, False])
def test_configuration_is_delivered_as_soon_as_the_device_is_there(huawei: HuaweiDriver, *, online: bool) -> None:
    device = huawei.device()
    if online:
        huawei.act("device-online", deviceId=device)
    put(huawei, device, 31)
    delivered = [{"serviceId": SERVICE, "desired": {PROPERTY: 31}}]
    assert huawei.act("shadow-received", deviceId=device) == (delivered if online else [])
    huawei.act("device-online", deviceId=device)
    assert huawei.act("shadow-received", deviceId=device) == delivered


@pytest.mark.parametrize("delivered", [True, False])
def test_result_of_a_delivery_is_told_as_an_event(huawei: HuaweiDriver, *, delivered: bool) -> None:
    told: list[dict[str, Any]] = []
    huawei.huawei.listen("shadow-synchronised", lambda **facts: told.append(facts))
    device = huawei.device()
    put(huawei, device, 31)
    with pytest.raises(ValueError, match="configured"):
        huawei.act("shadow-result", deviceId=device, serviceId=SERVICE, delivered=delivered)
    huawei.act("device-online", deviceId=device)
    huawei.act("shadow-result", deviceId=device, serviceId=SERVICE, delivered=delivered)
    ((facts),) = told
    assert facts["device"].id == device
    assert (facts["service_id"], facts["properties"], facts["delivered"]) == (SERVICE, {PROPERTY: 31}, delivered)


def test_history_holds_every_setting_of_its_device(huawei: HuaweiDriver) -> None:
    device, other = huawei.device(), huawei.device()
    for value in (31, 36, 31):
        put(huawei, device, value)
    put(huawei, other, 37)
    found = records(huawei, device)
    assert values(found) == [31, 36, 31]
    assert {(each["deviceId"], each["gatewayId"], each["appId"]) for each in found} == {(device, device, GIVEN.app_id)}


def test_history_is_narrowed_by_service_property_and_period(huawei: HuaweiDriver) -> None:
    device = huawei.device()
    put(huawei, device, 31)
    put(huawei, device, "on", "state")
    now, hour = datetime.now(UTC), timedelta(hours=1)
    earlier, later = written(now - hour), written(now + hour)
    assert len(records(huawei, device, serviceId=SERVICE)) == 2
    assert records(huawei, device, serviceId="Battery") == []
    assert values(records(huawei, device, property=PROPERTY)) == [31]
    for period in ({"startTime": earlier}, {"endTime": later}, {"startTime": earlier, "endTime": later}):
        assert len(records(huawei, device, **period)) == 2
    for period in ({"startTime": later}, {"endTime": earlier}):
        assert records(huawei, device, **period) == []


@pytest.mark.parametrize("size", [1, 2, 3, 7, 250])
def test_pages_of_a_history_hold_every_record_once(huawei: HuaweiDriver, size: int) -> None:
    device = huawei.device()
    for value in range(7):
        put(huawei, device, value)
    found: list[Any] = []
    for number in range(-(-7 // size)):
        answer = huawei.succeed("shadow-history", deviceId=device, gatewayId=device, pageNo=number, pageSize=size)
        assert (answer["totalCount"], answer["pageNo"], answer["pageSize"]) == (7, number, size)
        found += values(answer["DeviceDesiredHistoryDTO"])
    assert found == list(range(7))


def test_history_has_25_records_on_a_page_unless_asked_otherwise(huawei: HuaweiDriver) -> None:
    device = huawei.device()
    for value in range(26):
        put(huawei, device, value)
    assert values(records(huawei, device)) == list(range(25))


@pytest.mark.parametrize(
    ("query", "row"),
    [
        ({"deviceId": None, "gatewayId": None}, "400-100419"),
        ({"gatewayId": None}, "400-100216"),
        ({"pageNo": -1}, "400-100216"),
        ({"pageSize": 251}, "400-100216"),
        ({"startTime": "yesterday"}, "400-100216"),
        ({"appId": "none"}, "200-100203"),
        ({"appId": "{foreign_app_id}"}, "403-100217"),
    ],
)
def test_wrong_query_of_a_history_is_refused(huawei: HuaweiDriver, query: dict[str, Any], row: str) -> None:
    device = huawei.device()
    given = {"deviceId": device, "gatewayId": device, **query}
    filled = {name: each.format(**huawei.pixit) if isinstance(each, str) else each for name, each in given.items()}
    assert huawei.refused("shadow-history", **filled) == row


def test_readings_of_the_history_can_be_asked_for() -> None:
    huawei = HuaweiDriver(
        quirks=(
            "shadow-history-list/as-clients-read",
            "shadow-history-ids/one-is-enough",
            "shadow-history-total/this-page",
            "counts-as-text/text",
            "shadow-history-property/other",
        )
    )
    device = huawei.device()
    put(huawei, device, 31)
    put(huawei, device, 32)
    answer = huawei.succeed("shadow-history", deviceId=device, property="state", pageSize=1)
    assert (answer["totalCount"], values(answer["deviceDesiredHistory"])) == ("1", [31])
    assert huawei.refused("shadow-history") == "400-100419"


@pytest.mark.parametrize(("reading", "count"), [("inclusive", 1), ("exclusive", 0)])
def test_bounds_of_a_period_follow_the_reading(reading: str, count: int) -> None:
    huawei = HuaweiDriver(quirks=("shadow-history-bounds/exclusive",) if reading == "exclusive" else ())
    device = huawei.device()
    put(huawei, device, 31)
    (record,) = records(huawei, device)
    assert len(records(huawei, device, startTime=record["timestamp"], endTime=record["timestamp"])) == count


def test_deleted_device_takes_shadow_and_history_along(huawei: HuaweiDriver) -> None:
    device = huawei.device()
    put(huawei, device, 31)
    huawei.succeed("device-delete", deviceId=device)
    assert huawei.refused("shadow-query", deviceId=device) == "404-100418"
    assert records(huawei, device) == []
