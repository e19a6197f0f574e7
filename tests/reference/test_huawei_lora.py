"""The Huawei platform's LoRa gateways and nodes as documented."""

from __future__ import annotations

from typing import Any

import pytest

from .huawei_drive import HuaweiDriver

KINDS = ("gateway", "node")
EUI = {"gateway": "gatewayEUI", "node": "devEUI"}
UNKNOWN = {"gateway": "404-1200003", "node": "404-1200002"}
TAKEN = {"gateway": "400-1200013", "node": "400-1200012"}
ABP = {"joinType": "ABP", "appKey": None, "appSKey": "0f" * 16, "nwkSKey": "1e" * 16, "devAddr": "26011bda"}


@pytest.fixture
def huawei() -> HuaweiDriver:
    return HuaweiDriver()


def wanted(huawei: HuaweiDriver, kind: str, *, full: bool = False, **members: Any) -> dict[str, Any]:
    product = huawei.pixit[f"lora_{kind}_product_id"]
    given = {"loraServerId": huawei.pixit["lora_server_id"], "productId": product, "ownerAppId": None, **members}
    return huawei.example(f"lora-{kind}-register", full=full, **given)


def register(huawei: HuaweiDriver, kind: str, **members: Any) -> str:
    return str(huawei.succeed(f"lora-{kind}-register", wanted(huawei, kind, **members))["deviceId"])


@pytest.mark.parametrize("kind", KINDS)
def test_registered_is_read_as_given_until_it_is_deleted(huawei: HuaweiDriver, kind: str) -> None:
    body = wanted(huawei, kind, full=True)
    answer = huawei.succeed(f"lora-{kind}-register", body)
    assert body.items() <= answer.items()
    assert huawei.succeed(f"lora-{kind}-query", deviceId=answer["deviceId"]) == answer
    huawei.succeed(f"lora-{kind}-delete", deviceId=answer["deviceId"])
    for call in ("query", "delete"):
        assert huawei.refused(f"lora-{kind}-{call}", deviceId=answer["deviceId"]) == UNKNOWN[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_eui_serves_once_in_either_case_of_letters_and_again_after_deletion(huawei: HuaweiDriver, kind: str) -> None:
    first = register(huawei, kind, **{EUI[kind]: "00800000A00016B6"})
    again = {**wanted(huawei, kind), EUI[kind]: "00800000a00016b6"}
    assert huawei.refused(f"lora-{kind}-register", again) == TAKEN[kind]
    huawei.succeed(f"lora-{kind}-delete", deviceId=first)
    huawei.succeed(f"lora-{kind}-register", again)


def test_gateways_and_nodes_are_not_taken_for_each_other(huawei: HuaweiDriver) -> None:
    ids = {kind: register(huawei, kind, **{EUI[kind]: "00800000A00016B6"}) for kind in KINDS}
    assert huawei.refused("lora-gateway-query", deviceId=ids["node"]) == UNKNOWN["gateway"]
    assert huawei.refused("lora-node-delete", deviceId=ids["gateway"]) == UNKNOWN["node"]


@pytest.mark.parametrize("kind", KINDS)
def test_server_that_is_not_online_takes_and_deletes_nothing(huawei: HuaweiDriver, kind: str) -> None:
    made, body = register(huawei, kind), wanted(huawei, kind)
    huawei.act("lora-server-online", loraServerId=huawei.pixit["lora_server_id"], online=False)
    assert huawei.refused(f"lora-{kind}-register", body) == "403-1200006"
    assert huawei.refused(f"lora-{kind}-delete", deviceId=made) == "403-1200006"
    huawei.succeed(f"lora-{kind}-query", deviceId=made)
    huawei.act("lora-server-online", loraServerId=huawei.pixit["lora_server_id"], online=True)
    huawei.succeed(f"lora-{kind}-register", body)


@pytest.mark.parametrize("params", [{"loraServerId": "none", "online": True}, {"loraServerId": "lora-server-1"}])
def test_wrong_action_is_told(huawei: HuaweiDriver, params: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="lora-server-1"):
        huawei.act("lora-server-online", **params)


@pytest.mark.parametrize(
    ("kind", "members", "row"),
    [
        ("gateway", {"loraServerId": "none"}, "404-1200017"),
        ("gateway", {"productId": "none"}, "400-106018"),
        ("gateway", {"productId": "{product_id}"}, "403-1200007"),
        ("gateway", {"productId": "{lora_node_product_id}"}, "403-1200015"),
        ("node", {"productId": "{lora_gateway_product_id}"}, "403-1200016"),
        ("node", {"ownerAppId": "none"}, "404-100203"),
        ("node", {"ownerAppId": "{foreign_app_id}"}, "403-100217"),
        ("node", {"ownerAppId": "{view_only_app_id}"}, "403-100249"),
        ("node", {"appKey": None}, "400-1200008"),
        ("node", {**ABP, "appSKey": None}, "400-1200009"),
        ("node", {**ABP, "nwkSKey": None}, "400-1200010"),
        ("node", {**ABP, "devAddr": None}, "400-1200011"),
        ("node", {"devEUI": "0123"}, "400-50400"),
    ],
)
def test_what_cannot_be_registered_is_refused_with_its_row(
    huawei: HuaweiDriver, kind: str, members: dict[str, Any], row: str
) -> None:
    filled: dict[str, Any] = {name: value and value.format(**huawei.pixit) for name, value in members.items()}
    assert huawei.refused(f"lora-{kind}-register", wanted(huawei, kind, **filled)) == row


def test_node_has_the_documented_defaults(huawei: HuaweiDriver) -> None:
    shown = huawei.succeed("lora-node-query", deviceId=register(huawei, "node"))
    assert (shown["deviceClass"], shown["joinType"], shown["authCode"]) == ("classA", "OTAA", None)


def test_node_joins_by_personalisation_without_app_key(huawei: HuaweiDriver) -> None:
    shown = huawei.succeed("lora-node-query", deviceId=register(huawei, "node", **ABP))
    assert ABP.items() <= shown.items()


@pytest.mark.parametrize("kind", KINDS)
def test_what_belongs_to_an_authorised_application_is_reached_on_its_behalf_only(
    huawei: HuaweiDriver, kind: str
) -> None:
    owner = huawei.pixit["authorised_app_id"]
    made = register(huawei, kind, ownerAppId=owner)
    assert huawei.refused(f"lora-{kind}-query", deviceId=made) == UNKNOWN[kind]
    huawei.succeed(f"lora-{kind}-query", deviceId=made, ownerAppId=owner)
    viewer = huawei.pixit["view_only_app_id"]
    assert huawei.refused(f"lora-{kind}-query", deviceId=made, ownerAppId=viewer) == UNKNOWN[kind]
    assert huawei.refused(f"lora-{kind}-delete", deviceId=made, ownerAppId=viewer) == "403-100249"
    huawei.succeed(f"lora-{kind}-delete", deviceId=made, ownerAppId=owner)


@pytest.mark.parametrize(("reading", "shown"), [("lower-case-digits", "00800000a00016b6"), ("upper-case-digits", None)])
def test_reading_shows_digits_in_one_case(reading: str, shown: str | None) -> None:
    huawei = HuaweiDriver(quirks=(f"lora-hex/{reading}",))
    made = register(huawei, "gateway", gatewayEUI="00800000A00016B6")
    assert huawei.succeed("lora-gateway-query", deviceId=made)["gatewayEUI"] == (shown or "00800000A00016B6")


@pytest.mark.parametrize("kind", KINDS)
def test_reading_tells_a_taken_eui_by_its_other_row(kind: str) -> None:
    huawei = HuaweiDriver(quirks=("lora-duplicate/duplicated",))
    body = wanted(huawei, kind)
    huawei.succeed(f"lora-{kind}-register", body)
    assert huawei.refused(f"lora-{kind}-register", body) == f"403-12000{'19' if kind == 'gateway' else '18'}"


def test_reset_forgets_what_was_registered(huawei: HuaweiDriver) -> None:
    made = register(huawei, "gateway")
    huawei.act("lora-server-online", loraServerId=huawei.pixit["lora_server_id"], online=False)
    huawei.huawei.reset()
    assert huawei.refused("lora-gateway-query", deviceId=made) == UNKNOWN["gateway"]
    register(huawei, "gateway")
