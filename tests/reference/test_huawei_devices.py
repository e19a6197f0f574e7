"""The Huawei platform's devices as documented: registration, keys, changes, deletion, queries, history, capabilities."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.reference.huawei import devices
from conformance.reference.huawei.device_seed import SEEDED
from conformance.reference.huawei.time_range import seconds

from .huawei_drive import CONTRACT, GIVEN, HuaweiDriver

HOUR = 3600
REGISTER = "device-register-code"


@pytest.fixture
def huawei() -> HuaweiDriver:
    return HuaweiDriver()


def wanted(huawei: HuaweiDriver, **members: Any) -> dict[str, Any]:
    return {**huawei.example(REGISTER), "productId": huawei.pixit["product_id"], **members}


def register(huawei: HuaweiDriver, **members: Any) -> str:
    return str(huawei.succeed(REGISTER, wanted(huawei, **members))["deviceId"])


def info(huawei: HuaweiDriver, device: str, **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = huawei.succeed("device-query", deviceId=device, **query)["deviceInfo"]
    return found


def listed(huawei: HuaweiDriver, **query: Any) -> list[str]:
    answer = huawei.succeed("device-list", **{"pageNo": 0, "pageSize": 250, **query})
    return [each["deviceId"] for each in answer["devices"]]


def move(huawei: HuaweiDriver, hours: float) -> None:
    """Set the clock ahead of real time, and let the application sign in anew."""
    huawei.service.clock.offset_s = hours * HOUR
    huawei.token = huawei.huawei.gate.issue()[0]


def offline(huawei: HuaweiDriver) -> str:
    """Return a device that was connected once and is not now."""
    device = register(huawei)
    huawei.act("device-online", deviceId=device)
    huawei.act("device-offline", deviceId=device)
    return device


def behind(huawei: HuaweiDriver) -> tuple[str, str]:
    """Return a gateway and a device behind it."""
    above, below = register(huawei), register(huawei)
    huawei.act("device-online", deviceId=above)
    huawei.act("device-bound", deviceId=below, gatewayId=above)
    return above, below


def report(huawei: HuaweiDriver, device: str, *values: int) -> None:
    for value in values:
        huawei.act("device-report", deviceId=device, serviceId="WaterMeter", data={"level": value})


def history(huawei: HuaweiDriver, device: str, **query: Any) -> list[int]:
    query = {"pageSize": 2000, "gatewayId": device, **query}
    answer = huawei.succeed("device-history", deviceId=device, **query)
    return [each["data"]["level"] for each in answer["deviceDataHistoryDTOs"]]


# 1.5.1, 1.5.2


def test_registration_gives_back_the_keys_of_the_request(huawei: HuaweiDriver) -> None:
    given = {"verifyCode": "code-1", "psk": "0123456789abcdef", "timeout": 300}
    answer = huawei.succeed(REGISTER, wanted(huawei, **given))
    assert given.items() <= answer.items()


def test_keys_are_made_where_none_are_given_and_differ(huawei: HuaweiDriver) -> None:
    answers = [huawei.succeed(REGISTER, wanted(huawei)) for _ in range(20)]
    for member in ("deviceId", "verifyCode", "psk"):
        assert len({each[member] for each in answers}) == len(answers), member


def test_identity_and_code_serve_one_device(huawei: HuaweiDriver) -> None:
    register(huawei, nodeId="n-1", verifyCode="c-1")
    assert huawei.refused(REGISTER, wanted(huawei, nodeId="n-1")) == "400-100426"
    assert huawei.refused(REGISTER, wanted(huawei, verifyCode="c-1")) == "400-100003"


def test_product_is_named_by_id_or_by_its_series(huawei: HuaweiDriver) -> None:
    series = {
        "manufacturerId": huawei.pixit["manufacturer_id"],
        "manufacturerName": huawei.pixit["manufacturer_name"],
        "deviceType": huawei.pixit["device_type"],
        "model": huawei.pixit["model"],
        "protocolType": huawei.pixit["protocol_type"],
    }
    device = huawei.succeed(REGISTER, {"nodeId": "n-2", "deviceInfo": series})["deviceId"]
    assert series.items() <= info(huawei, device).items()
    other = {**series, "model": "no such model"}
    assert huawei.refused(REGISTER, {"nodeId": "n-3", "deviceInfo": other}) == "403-600002"
    assert huawei.refused(REGISTER, wanted(huawei, productId="none")) == "403-600002"
    assert huawei.refused(REGISTER, {"nodeId": "n-3"}) == "400-50400"


def test_mqtt_device_gets_a_secret_of_twenty_digits(huawei: HuaweiDriver) -> None:
    body = {"deviceInfo": {"nodeId": "m-1"}, "mqttConnect": True, "productId": huawei.pixit["mqtt_product_id"]}
    assert len(huawei.succeed("device-register-secret", body)["secret"]) == 20
    assert huawei.refused("device-register-secret", body) == "400-100426"
    body = {**body, "deviceInfo": {"nodeId": "m-2"}, "secret": "0f" * 10}
    assert huawei.succeed("device-register-secret", body)["secret"] == "0f" * 10


@pytest.mark.parametrize(("timeout", "connects", "stays"), [(600, False, False), (600, True, True), (0, False, True)])
def test_device_that_does_not_connect_in_time_is_deleted(
    huawei: HuaweiDriver, timeout: int, *, connects: bool, stays: bool
) -> None:
    device = register(huawei, timeout=timeout)
    if connects:
        huawei.act("device-online", deviceId=device)
    move(huawei, 9)
    assert (device in listed(huawei)) is stays
    assert (huawei.call("device-query", deviceId=device).refused is None) is stays


# 1.5.3


def test_key_of_an_offline_device_is_refreshed(huawei: HuaweiDriver) -> None:
    device = offline(huawei)
    body = {"nodeId": "n-9", "verifyCode": "c-9", "timeout": 0}
    assert huawei.succeed("device-key-refresh", body, deviceId=device) == {"verifyCode": "c-9", "timeout": 0}
    assert info(huawei, device)["nodeId"] == "n-9"
    code = huawei.succeed("device-key-refresh", {}, deviceId=device)["verifyCode"]
    assert code not in {None, "", "c-9"}
    assert info(huawei, device)["nodeId"] == "n-9"


def test_refresh_is_refused_for_new_connected_and_unknown_devices(huawei: HuaweiDriver) -> None:
    device, other = register(huawei), offline(huawei)
    assert huawei.refused("device-key-refresh", {}, deviceId=device) == "400-100610"
    huawei.act("device-online", deviceId=device)
    assert huawei.refused("device-key-refresh", {}, deviceId=device) == "400-100611"
    assert huawei.refused("device-key-refresh", {}, deviceId="none") == "404-100403"
    taken = info(huawei, device)["nodeId"]
    assert huawei.refused("device-key-refresh", {"nodeId": taken}, deviceId=other) == "400-100426"


@pytest.mark.parametrize("binds", [False, True])
def test_exchanged_device_must_bind_in_time(huawei: HuaweiDriver, *, binds: bool) -> None:
    device = offline(huawei)
    assert huawei.succeed("device-key-refresh", {}, deviceId=device)["timeout"] == 180
    if binds:
        huawei.act("device-online", deviceId=device)
    move(huawei, 0.1)
    assert (huawei.call("device-query", deviceId=device).refused is None) is binds


# 1.5.4


def test_change_changes_what_it_names_and_nothing_else(huawei: HuaweiDriver) -> None:
    device = register(huawei, deviceName="meter")
    before = info(huawei, device)
    huawei.succeed("device-modify", {"location": "Hall 2"}, deviceId=device)
    assert info(huawei, device) == {**before, "location": "Hall 2"}


@pytest.mark.parametrize(
    ("body", "row"),
    [
        ({"isSecure": "maybe"}, "400-100440"),
        ({"deviceConfig": {"dataConfig": {"dataAgingTime": 91}}}, "400-50400"),
        ({"mute": "MAYBE"}, "400-50400"),
        ({"productId": "none"}, "400-50400"),
    ],
)
def test_wrong_change_is_refused(huawei: HuaweiDriver, body: dict[str, Any], row: str) -> None:
    assert huawei.refused("device-modify", body, deviceId=register(huawei)) == row


def test_frozen_device_leaves_no_data(huawei: HuaweiDriver) -> None:
    device = register(huawei)
    report(huawei, device, 1)
    huawei.succeed("device-modify", {"mute": "TRUE"}, deviceId=device)
    report(huawei, device, 2)
    huawei.succeed("device-modify", {"mute": "FALSE"}, deviceId=device)
    report(huawei, device, 3)
    assert history(huawei, device) == [3, 1]


def test_data_age(huawei: HuaweiDriver) -> None:
    device = register(huawei)
    huawei.succeed("device-modify", {"deviceConfig": {"dataConfig": {"dataAgingTime": 2}}}, deviceId=device)
    report(huawei, device, 1)
    move(huawei, 47)
    assert history(huawei, device) == [1]
    move(huawei, 49)
    assert history(huawei, device) == []


# 1.5.5


def test_deleted_device_is_gone_and_its_identity_free(huawei: HuaweiDriver) -> None:
    device = register(huawei, nodeId="n-5", verifyCode="c-5")
    huawei.succeed("device-delete", deviceId=device)
    assert device not in listed(huawei)
    for subject in ("device-query", "device-delete", "device-activation"):
        assert huawei.refused(subject, deviceId=device) == "404-100403"
    assert register(huawei, nodeId="n-5", verifyCode="c-5") != device


@pytest.mark.parametrize(("cascade", "stays"), [(None, False), ("true", False), ("false", True)])
def test_devices_behind_a_gateway_go_with_it_unless_told_otherwise(
    huawei: HuaweiDriver, cascade: str | None, *, stays: bool
) -> None:
    above, below = behind(huawei)
    huawei.succeed("device-delete", deviceId=above, cascade=cascade)
    if stays:
        assert huawei.succeed("device-query", deviceId=below)["gatewayId"] == below
    else:
        assert huawei.refused("device-query", deviceId=below) == "404-100403"


# 1.5.7, 1.6.1


def test_activation_begins_with_the_first_connection_and_stays(huawei: HuaweiDriver) -> None:
    device = register(huawei)
    seen = []
    for action in (None, "device-online", "device-offline"):
        if action:
            huawei.act(action, deviceId=device)
        seen.append(huawei.succeed("device-activation", deviceId=device)["activated"])
    assert seen == [False, True, True]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(0, ("ONLINE", "NONE")), (25, ("ONLINE", "NONE")), (26, ("ABNORMAL", "NONE")), (50, ("OFFLINE", "TIME_OUT"))],
)
def test_status_follows_the_silence_of_the_device(huawei: HuaweiDriver, hours: int, expected: tuple[str, str]) -> None:
    device = register(huawei)
    assert (info(huawei, device)["status"], info(huawei, device)["statusDetail"]) == ("INACTIVE", "NOT_ACTIVE")
    huawei.act("device-online", deviceId=device)
    move(huawei, hours - 0.01 if hours == 25 else hours)
    assert (info(huawei, device)["status"], info(huawei, device)["statusDetail"]) == expected
    huawei.act("device-offline", deviceId=device)
    assert info(huawei, device)["status"] == "OFFLINE"


def test_query_shows_the_latest_report_of_each_service(huawei: HuaweiDriver) -> None:
    device = register(huawei)
    report(huawei, device, 1, 2)
    huawei.act("device-report", deviceId=device, serviceId="Battery", data={"batteryLevel": 90})
    shown = huawei.succeed("device-query", deviceId=device)["services"]
    assert {each["serviceId"]: each["data"] for each in shown} == {
        "WaterMeter": {"level": 2},
        "Battery": {"batteryLevel": 90},
    }


def test_imsi_is_shown_where_it_is_asked_for(huawei: HuaweiDriver) -> None:
    device = register(huawei, imsi="460001234567890")
    assert info(huawei, device)["imsi"] is None
    assert info(huawei, device, select="imsi")["imsi"] == "460001234567890"
    assert huawei.refused("device-query", deviceId=device, select="name") == "400-100405"


@pytest.mark.parametrize("subject", ["device-query", "device-delete", "device-activation"])
def test_device_of_another_application_is_unknown_without_its_app_id(huawei: HuaweiDriver, subject: str) -> None:
    authorised = huawei.pixit["authorised_app_id"]
    (device, *_) = listed(huawei, appId=authorised)
    assert huawei.refused(subject, deviceId=device) == "404-100403"
    huawei.succeed(subject, deviceId=device, appId=authorised)
    assert huawei.refused(subject, deviceId=device, appId=huawei.pixit["foreign_app_id"]) == "403-100217"
    assert huawei.refused(subject, deviceId=device, appId="none") == "403-100203"


# 1.6.2


@pytest.mark.parametrize("size", [1, 7, 25, 250])
def test_pages_hold_every_device_once(huawei: HuaweiDriver, size: int) -> None:
    total = len(listed(huawei))
    assert total >= SEEDED
    pages = [listed(huawei, pageNo=number, pageSize=size) for number in range(total // size + 2)]
    found = [device for page in pages for device in page]
    assert len(found) == len(set(found)) == total
    assert all(len(page) == size for page in pages[: total // size])
    assert huawei.succeed("device-list", pageNo=1, pageSize=size)["totalCount"] == total


def test_list_has_25_devices_on_a_page_newest_first(huawei: HuaweiDriver) -> None:
    newest = register(huawei)
    answer = huawei.succeed("device-list", pageNo=0)
    assert (len(answer["devices"]), answer["pageSize"]) == (25, 25)
    assert answer["devices"][0]["deviceId"] == newest
    assert listed(huawei, sort="ASC") == listed(huawei)[::-1]


def test_list_needs_a_gateway_or_a_page(huawei: HuaweiDriver) -> None:
    above, below = behind(huawei)
    assert huawei.refused("device-list") == "400-100218"
    assert listed(huawei, gatewayId=above, pageNo=None) == [below, above]
    assert huawei.refused("device-list", pageNo=0, pageSize=251) == "400-100216"


def test_conditions_narrow_the_list(huawei: HuaweiDriver) -> None:
    device = register(huawei, deviceName="the only one")
    huawei.succeed("device-modify", {"location": "far away"}, deviceId=device)
    assert listed(huawei, name="the only one") == listed(huawei, location="far away") == [device]
    assert listed(huawei, name="the only") == []
    assert device in listed(huawei, status="INACTIVE")
    assert device not in listed(huawei, status="ONLINE")
    assert listed(huawei, deviceType="none") == []
    assert device in listed(huawei, nodeType="GATEWAY")
    assert listed(huawei, nodeType="ENDPOINT") == []


@pytest.mark.parametrize(("quirks", "held"), [((), True), (("time-bounds/exclusive",), False)])
def test_range_takes_its_bounds_in_unless_a_reading_says_not(quirks: tuple[str, ...], *, held: bool) -> None:
    huawei = HuaweiDriver(quirks=quirks)
    device = register(huawei)
    created = huawei.succeed("device-query", deviceId=device)["createTime"]
    assert (device in listed(huawei, startTime=created)) is held
    assert (device in listed(huawei, endTime=created)) is held


@pytest.mark.parametrize(("text", "expected"), [("19700101T000001Z", 1), ("20161231T235960Z", 1483228800)])
def test_moments_are_read_in_utc(text: str, expected: int) -> None:
    assert seconds(text) == expected


def test_day_that_the_calendar_lacks_finds_nothing(huawei: HuaweiDriver) -> None:
    assert listed(huawei, startTime="20260231T000000Z") == []


# 1.6.3, 1.6.5


def test_history_holds_the_reports_of_the_device_newest_first(huawei: HuaweiDriver) -> None:
    device, other = register(huawei), register(huawei)
    report(huawei, device, 1, 2, 3)
    report(huawei, other, 9)
    assert history(huawei, device) == [3, 2, 1]
    (record,) = huawei.succeed("device-history", deviceId=device, gatewayId=device)["deviceDataHistoryDTOs"]
    assert (record["deviceId"], record["gatewayId"], record["appId"]) == (device, device, GIVEN.app_id)
    assert record["serviceId"] == "WaterMeter"


def test_history_is_refused_for_unknown_devices_and_wrong_pages(huawei: HuaweiDriver) -> None:
    device = register(huawei)
    assert history(huawei, device) == []
    assert huawei.refused("device-history", deviceId="none", gatewayId="none") == "200-100418"
    assert huawei.refused("device-history") == "400-100419"
    assert huawei.refused("device-history", deviceId=device) == "400-100216"
    assert huawei.refused("device-history", deviceId=device, gatewayId=device, pageSize=2001) == "400-100216"


def test_capabilities_are_those_of_the_product(huawei: HuaweiDriver) -> None:
    device = register(huawei)
    (shown,) = huawei.succeed("device-capabilities", deviceId=device)["deviceCapabilities"]
    services = {each["serviceId"]: each for each in shown["serviceCapabilities"]}
    meter = services["WaterMeter"]
    assert {each["commandName"] for each in meter["commands"]} == {"SET_INTERVAL", "RESET", "CALIBRATE"}
    assert {each["propertyName"]: each["method"] for each in meter["properties"]}["serial"] == "R"
    assert len(huawei.succeed("device-capabilities")["deviceCapabilities"]) == len(listed(huawei))
    assert huawei.succeed("device-capabilities", deviceId="none") == {"deviceCapabilities": []}


# Actions, faults, readings


@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("device-online", {"deviceId": "none"}),
        ("device-bound", {"deviceId": "none", "gatewayId": "none"}),
        ("device-report", {"deviceId": "none", "serviceId": "WaterMeter", "data": {}}),
    ],
)
def test_action_on_an_unknown_device_is_an_error(huawei: HuaweiDriver, action: str, params: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no device"):
        huawei.act(action, **params)


def test_report_without_data_is_an_error(huawei: HuaweiDriver) -> None:
    with pytest.raises(TypeError, match="data"):
        huawei.act("device-report", deviceId=register(huawei), serviceId="WaterMeter")


def test_behaviours_break_statements_that_exist() -> None:
    broken = {f"huawei/{each.requirement}" for each in devices.CHAPTER.behaviours.values() if each.requirement}
    assert broken <= CONTRACT.requirements.keys()


SHOWN: dict[str, tuple[str, Any]] = {
    "activated-as-text/text": ("device-activation", lambda body: body["activated"]),
    "counts-as-text/text": ("device-list", lambda body: body["totalCount"]),
    "inactive-as-offline/offline": ("device-query", lambda body: body["deviceInfo"]["status"]),
    "select-imsi/always": ("device-query", lambda body: body["deviceInfo"]["imsi"]),
    "required-as-text/text": ("device-capabilities", lambda body: _property(body)["required"]),
    "required-as-text/as-printed": ("device-capabilities", lambda body: _property(body)["required"]),
    "step-as-text/text": ("device-capabilities", lambda body: _property(body)["step"]),
}


def _property(body: Any) -> Any:
    return body["deviceCapabilities"][0]["serviceCapabilities"][0]["properties"][0]


@pytest.mark.parametrize("reading", SHOWN)
def test_reading_is_shown_on_demand_by_a_valid_answer(reading: str) -> None:
    subject, look = SHOWN[reading]
    shown = []
    for quirks in ((), (reading,)):
        huawei = HuaweiDriver(quirks=quirks)
        device = register(huawei, imsi="460001234567890")
        asked: dict[str, Any] = {"pageNo": 0} if subject == "device-list" else {"deviceId": device}
        shown.append(look(huawei.succeed(subject, **asked)))
    assert shown[0] != shown[1]


@pytest.mark.parametrize(
    ("reading", "subject", "row"),
    [
        ("rows-of-one-cause/unknown-device", "device-query", "404-100418"),
        ("no-history-yet/refused", "device-history", "200-100418"),
        ("beyond-last-page/refused", "device-list", "400-100216"),
    ],
)
def test_reading_refuses_with_its_row(reading: str, subject: str, row: str) -> None:
    huawei = HuaweiDriver(quirks=(reading,))
    device = register(huawei)
    by_subject: dict[str, dict[str, Any]] = {
        "device-query": {"deviceId": "none"},
        "device-history": {"deviceId": device, "gatewayId": device},
        "device-list": {"pageNo": 9},
    }
    assert huawei.refused(subject, **by_subject[subject]) == row


def test_readings_of_registration_and_history(huawei: HuaweiDriver) -> None:
    node = register(huawei, nodeId="n-7")
    assert node
    taken = HuaweiDriver(quirks=("rows-of-one-cause/taken-identity",))
    register(taken, nodeId="n-7")
    assert taken.refused(REGISTER, wanted(taken, nodeId="n-7")) == "400-100416"
    both = {"deviceInfo": {"model": huawei.pixit["model"]}}
    huawei.succeed(REGISTER, wanted(huawei, **both))
    refusing = HuaweiDriver(quirks=("product-choice/refused",))
    assert refusing.refused(REGISTER, wanted(refusing, **both)) == "400-50400"
    lax = HuaweiDriver(quirks=("registration-without-product/served", "history-ids/one", "text-filters/part"))
    device = lax.succeed(REGISTER, {"nodeId": "n-8", "deviceName": "meter of hall 1"})["deviceId"]
    assert lax.succeed("device-history", deviceId=device)["deviceDataHistoryDTOs"] == []
    assert listed(lax, name="of hall") == [device]


def test_every_reading_belongs_to_an_erratum() -> None:
    known = {f"{erratum.id}/{each.id}" for erratum in CONTRACT.errata.values() for each in erratum.readings}
    assert {*devices.CHAPTER.as_built, *devices.CHAPTER.on_demand} <= known
    assert not set(devices.CHAPTER.as_built) & set(devices.CHAPTER.on_demand)
