"""The "Living" platform's behaviour as documented: products, batches, certificates, tokens, the gateway."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from conformance.reference.calls import Call
from conformance.reference.launch import main
from conformance.reference.living.auth import Credentials
from conformance.reference.living.living import Living
from conformance.reference.living.seed import DEVICES, NVR_DEVICES
from conformance.reference.living.start import SWITCHES, start

from .living_drive import CONTRACT, GIVEN, NVR, OTHER, PRODUCTION, LivingDriver
from .process import Running


@pytest.fixture
def living() -> LivingDriver:
    return LivingDriver()


@pytest.mark.parametrize("subject", CONTRACT.operations)
def test_full_request_succeeds_with_a_valid_answer(living: LivingDriver, subject: str) -> None:
    reply = living.call(subject)
    assert (reply.refused, reply.status) == (None, 200)
    assert CONTRACT.operations[subject].response.violations(reply.body) == ()
    assert CONTRACT.success.is_valid({"status": reply.status, "body": reply.body})


@pytest.mark.parametrize("size", [1, 4, 5, 13, 200, 10**18])
def test_pages_hold_every_product_once(living: LivingDriver, size: int) -> None:
    keys = [each["productKey"] for each in living.products(size)]
    assert keys == list(living.living.project.products)


def test_listed_product_is_the_one_that_is_read(living: LivingDriver) -> None:
    for listed in living.products():
        assert living.data("product-read", productKey=listed["productKey"]) == listed
        assert listed["gmtModified"] >= listed["gmtCreate"]


@pytest.mark.parametrize("key", ["none", "", PRODUCTION[:-1], PRODUCTION.lower(), "a\0b", "\ud800"])
def test_unknown_product_is_refused(living: LivingDriver, key: str) -> None:
    reply = living.call("product-read", productKey=key)
    assert reply.refused
    assert "data" not in reply.body


@pytest.mark.parametrize("amount", [1, 7, 201, 10_000])
def test_production_has_the_amount_that_was_asked_for(living: LivingDriver, amount: int) -> None:
    number = living.data("devices-generate", amount=amount)
    shown = living.certificates(number)
    assert living.page(number)["totalNum"] == len(shown) == amount
    for member in ("deviceName", "iotId", "deviceSecret", "deviceId"):
        assert len({each[member] for each in shown}) == amount, member
    assert {(each["productKey"], each["status"]) for each in shown} == {(PRODUCTION, 0)}


def test_amount_without_bounds_costs_nothing(living: LivingDriver) -> None:
    number = living.data("devices-generate", amount=10**15)
    page = living.page(number, page=10**12, size=200)
    assert (page["totalNum"], len(page["items"])) == (10**15, 200)
    assert living.page(number, page=10**13, size=200)["items"] == []


@pytest.mark.parametrize("size", [1, 7, 199, 200])
def test_pages_hold_every_certificate_once_and_alike(living: LivingDriver, size: int) -> None:
    number = living.pixit["batch_id"]
    shown = living.certificates(number, size)
    assert len(shown) == DEVICES
    assert shown == living.certificates(number)
    assert Counter(each["status"] for each in shown).keys() == {0, 1}


def test_productions_have_nothing_in_common(living: LivingDriver) -> None:
    numbers = [living.data("devices-generate", amount=5) for _ in range(3)]
    assert len(set(numbers)) == 3
    names = [each["deviceName"] for number in numbers for each in living.certificates(number)]
    assert len(set(names)) == 15


def test_uploaded_names_become_devices(living: LivingDriver) -> None:
    upload, names = living.uploaded(5)
    other, others = living.uploaded(2)
    assert living.page(upload) == {"totalNum": 0, "items": []}
    number = living.data("named-devices-generate", batchId=upload)
    shown = living.certificates(number)
    assert [each["deviceName"] for each in shown] == names
    assert {each["productKey"] for each in shown} == {PRODUCTION}
    assert living.call("named-devices-generate", batchId=upload).refused
    assert [
        each["deviceName"] for each in living.certificates(living.data("named-devices-generate", batchId=other))
    ] == others
    assert living.certificates(number) == shown


def test_a_thousand_names_are_taken(living: LivingDriver) -> None:
    upload, names = living.uploaded(1000)
    number = living.data("named-devices-generate", batchId=upload)
    assert [each["deviceName"] for each in living.certificates(number)] == names
    assert living.call("device-names-upload", deviceNames=living.names(1001)).refused


def test_name_that_a_device_bears_is_refused(living: LivingDriver) -> None:
    number = living.data("devices-generate", amount=3)
    assigned = living.certificates(number)[2]["deviceName"]
    for name in (assigned, "seeded01"):
        assert living.call("device-names-upload", deviceNames=[name]).refused, name
        assert living.call("device-names-upload", deviceNames=[name], productKey=OTHER).refused is None
    first, second = (living.data("device-names-upload", deviceNames=["same"]) for _ in range(2))
    living.data("named-devices-generate", batchId=first)
    assert living.call("named-devices-generate", batchId=second).refused


def test_nvr_batch_holds_devices_with_their_sub_devices(living: LivingDriver) -> None:
    number = living.data("nvr-devices-generate", amount=45)
    shown = living.nvrs(number)
    assert len(shown) == 45
    assert shown == living.nvrs(number, size=7)
    infos = [each["nvrDeviceCertInfo"] for each in shown] + [sub for each in shown for sub in each["subDeviceCertList"]]
    for member in ("deviceName", "iotId", "deviceSecret"):
        assert len({each[member] for each in infos}) == len(infos), member
    assert {each["nvrDeviceCertInfo"]["productKey"] for each in shown} == {NVR}
    assert all(each["ipcNum"] == len(each["subDeviceCertList"]) >= 1 for each in shown)
    page = living.nvr_page(number, 2, 20)
    assert (page["total"], page["totalNum"], page["pageNo"], page["pageSize"]) == (45, 45, 2, 20)
    assert living.nvr_page(living.pixit["nvr_batch_id"])["total"] == NVR_DEVICES


def test_ten_thousand_nvr_devices_are_produced(living: LivingDriver) -> None:
    number = living.data("nvr-devices-generate", amount=10_000)
    assert living.nvr_page(number, 500, 20)["total"] == 10_000
    assert len(living.nvr_page(number, 500, 20)["NvrDeviceCertList"]) == 20
    assert living.nvr_page(number, 501, 20)["NvrDeviceCertList"] == []


@pytest.mark.parametrize(
    ("subject", "params"),
    [
        ("devices-generate", {"productKey": "none"}),
        ("devices-generate", {"amount": 0}),
        ("device-names-upload", {"productKey": "none"}),
        ("device-names-upload", {"deviceNames": []}),
        ("named-devices-generate", {"batchId": "none"}),
        ("named-devices-generate", {"batchId": "12345"}),
        ("nvr-devices-generate", {"productKey": PRODUCTION}),
        ("nvr-devices-generate", {"productKey": "none"}),
        ("nvr-certificate-list", {"productKey": OTHER}),
        ("product-list", {"pageSize": 0}),
        ("certificate-list", {"pageSize": -1}),
    ],
)
def test_impossible_request_is_refused_and_makes_nothing(
    living: LivingDriver, subject: str, params: dict[str, Any]
) -> None:
    before = dict(living.living.project.batches)
    reply = living.call(subject, **params)
    assert reply.refused
    assert CONTRACT.refusal.is_valid({"status": reply.status, "body": reply.body})
    assert living.living.project.batches == before


def test_batch_of_one_kind_is_none_of_the_other(living: LivingDriver) -> None:
    assert living.page(living.pixit["nvr_batch_id"])["items"] == []
    assert living.nvr_page(living.pixit["batch_id"])["NvrDeviceCertList"] == []


@pytest.mark.parametrize("subject", CONTRACT.operations)
@pytest.mark.parametrize(
    "token", [..., None, "", "wrong", 7, [], GIVEN.cloud_token[:-1], GIVEN.cloud_token + "0", "\ud800", "a\0b"]
)
def test_wrong_token_is_refused_and_nothing_disclosed(living: LivingDriver, subject: str, token: Any) -> None:
    body = living.body(subject)
    before = dict(living.living.project.batches)
    del body["request"]["cloudToken"]
    if token is not ...:
        body["request"]["cloudToken"] = token
    reply = living.call(subject, body)
    assert reply.body["code"] == 401
    assert "data" not in reply.body
    assert living.living.project.batches == before


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        (b'{"id": NaN}', 400),
        (b"[]", 460),
        (b"null", 460),
    ],
    ids=range(7),
)
def test_body_that_is_no_request_is_refused(living: LivingDriver, content: bytes, code: int) -> None:
    reply = living.call("product-list", content=content)
    assert (reply.status, reply.body["code"]) == (200, code)
    assert reply.refused


@pytest.mark.parametrize(("method", "path"), [("POST", "/"), ("GET", "/cloud/thing/product/get"), ("POST", "/cloud/")])
def test_unknown_path_or_method_is_refused(living: LivingDriver, method: str, path: str) -> None:
    assert living.send(path, living.body("product-list"), method=method).body["code"] == 404


def test_order_and_spaces_mean_nothing(living: LivingDriver) -> None:
    body = living.body("product-list")
    turned = json.dumps({name: body[name] for name in reversed(body)}, indent=3).encode()
    assert living.call("product-list", content=turned).body == living.call("product-list", body).body


CHANGED: dict[str, dict[str, Any]] = {
    "unsigned": {"headers": {"x-ca-signature": None}},
    "another secret": {"secret": "another"},
    "unknown key": {"key": "99999999"},
    "absent key": {"headers": {"x-ca-key": None}},
    "altered body": {"content": b'{"id": "1"}'},
    "altered path": {"signed_path": "/cloud/thing/product/get"},
    "altered header": {"headers": {"x-ca-nonce": "2"}},
    "named header absent": {"headers": {"x-ca-nonce": None}},
    "no list of headers": {"headers": {"x-ca-signature-headers": None}},
    "not Base64": {"headers": {"x-ca-signature": "\u00e9!"}},
    "truncated": {"headers": {"x-ca-signature": "AAAA"}},
    "body digest absent": {"headers": {"content-md5": None}},
}


@pytest.mark.parametrize("name", CHANGED)
def test_gateway_refuses_what_is_not_rightly_signed(name: str) -> None:
    reply = LivingDriver(gateway=True).signed(**CHANGED[name])
    assert reply.status == 403
    assert reply.headers["x-ca-error-message"]
    assert CONTRACT.refusal.is_valid({"status": reply.status, "body": reply.body})
    assert GIVEN.app_secret not in str(reply)


@pytest.mark.parametrize("subject", CONTRACT.operations)
def test_gateway_serves_what_is_signed_and_only_when_asked_for(subject: str) -> None:
    assert LivingDriver(gateway=True).signed(subject).refused is None
    assert LivingDriver().call(subject).refused is None
    assert LivingDriver(gateway=True).call(subject).status == 403


def test_captured_call_of_a_public_client_passes_the_gateway() -> None:
    """A signature made by another program, with an invented key: the gateway takes it, the platform wants its token."""
    body = (
        b'{"id":"1508232047194","version":"1.0","request":{"apiVer":"1.1.0","cloudToken":"tok"},'
        b'"params":{"pageNo":1,"pageSize":10}}'
    )
    headers = {
        "x-ca-timestamp": "1795169269554",
        "x-ca-key": "AK123",
        "x-ca-nonce": "67af5a59-c3b1-4c31-8527-85f306e390ea",
        "x-ca-stage": "RELEASE",
        "accept": "application/json",
        "content-type": "application/json",
        "content-md5": "7nLoaM25XGWLao+jx8JURQ==",
        "x-ca-signature-headers": "x-ca-key,x-ca-nonce,x-ca-stage,x-ca-timestamp",
        "x-ca-signature": "XBl5/w2LEtXNeuhW4bo4ZKqNMXrcvG6dstd9T5YvSsk=",
    }
    living = Living(CONTRACT, Credentials("tok", "AK123", "SECRET456"), gateway=True)
    reply = living.service.answer(Call("POST", "/cloud/thing/productList/get", (), headers, body))
    assert reply.refused is None
    assert len(reply.body["data"]) == 10


def test_same_devices_have_other_secrets_in_another_process() -> None:
    shown = [Living(CONTRACT, GIVEN).deriver.text(32, "secret", "12345", 0, 0) for _ in range(2)]
    assert shown[0] != shown[1]


def test_reset_returns_to_the_seed(living: LivingDriver) -> None:
    number = living.data("devices-generate", amount=3)
    living.living.reset()
    assert living.page(number)["items"] == []
    assert living.page(living.pixit["batch_id"])["totalNum"] == DEVICES


def test_credentials_never_show_in_repr() -> None:
    assert "hidden" not in repr(Credentials("hidden", "hidden", "hidden"))


def test_process_serves_logs_reasons_and_no_secret(tmp_path: Any) -> None:
    given = {"cloud_token": "a-cloud-token", "app_key": "an-app-key", "app_secret": "an-app-secret"}
    file = tmp_path / "credentials.json"
    file.write_text(json.dumps(given))
    with Running("--log", "--credentials", str(file), module="conformance.reference.living") as started:
        assert started.ready["credentials"] == given
        named = {key.name for kind in ("pixit", "credentials") for key in CONTRACT.keys_of(kind)}
        assert started.ready["pixit"].keys() <= named | {"rate_limit"}
        body = LivingDriver().body("product-list")
        body["request"]["cloudToken"] = given["cloud_token"]
        answer = started.client.post("/cloud/thing/productList/get", json=body)
        assert (answer.status_code, answer.json()["code"]) == (200, 200)
        body["request"]["cloudToken"] = "a-wrong-token"
        assert started.client.post("/cloud/thing/productList/get", json=body).json()["code"] == 401
        body["params"]["pageNo"] = 0
        started.client.post("/cloud/thing/productList/get", json=body)
        started.process.terminate()
        _, log = started.process.communicate(timeout=5)
        assert started.process.returncode == 0
    endings = [line.partition("product-list  200  ")[2] for line in log.splitlines()]
    assert endings == [
        "ok",
        "refused: request.cloudToken is not valid",
        "refused: The request is invalid: params.pageNo minimum",
    ]
    assert not any(secret in log for secret in (*given.values(), "a-wrong-token"))


def test_process_demands_signatures_when_started_so() -> None:
    with Running("--gateway", module="conformance.reference.living") as started:
        assert started.ready["pixit"]["gateway"] is True
        answer = started.client.post("/cloud/thing/productList/get", json=LivingDriver().body("product-list"))
        assert answer.status_code == 403
        assert "X-Ca-Signature" in answer.headers["x-ca-error-message"]


def test_wrong_credentials_file_is_one_clear_line(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "credentials.json"
    file.write_text('{"colour": "red"}')
    assert main("reference", start, ["--credentials", str(file)], SWITCHES) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "colour" in shown.err
    assert len(shown.err.splitlines()) == 1
