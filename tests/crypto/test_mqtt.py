"""Client id and password of MQTT CONNECT: the document's time, the captures, round trips, and that changes are refused."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.crypto import mqtt_client_id, mqtt_password
from conformance.crypto.errors import BadFormError, CryptoError
from conformance.crypto.mqtt_client_id import ClientId, ComposeInput, ParseInput
from conformance.crypto.mqtt_password import PasswordInput, VerifyInput

SECRET = "s3cret0123456789abcd"
NOW = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
IDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
MOMENTS = st.datetimes(
    datetime(1970, 1, 3),
    datetime(9999, 12, 29),
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
)
fixed = settings(derandomize=True, deadline=None, max_examples=60)


def test_the_documents_time_gives_the_documents_timestamp() -> None:
    assert mqtt_client_id.timestamp(datetime(2018, 7, 24, 17, 56, 20, tzinfo=UTC)) == "2018072417"


def test_the_captured_password_is_computed() -> None:
    made = mqtt_password.password(PasswordInput("2026112010", SECRET))
    assert made.password == "5b2b0ccc8db1b128f1ed6d06558cd507e974da127c4ba5f116c1e348bad30b27"
    assert (made.key, made.message) == (b"2026112010", SECRET.encode())


@fixed
@given(IDS, st.sampled_from("02"), st.sampled_from("01"), MOMENTS)
def test_parsing_gives_back_what_was_composed(device: str, auth: str, sign: str, moment: datetime) -> None:
    text = mqtt_client_id.compose(ComposeInput(device, auth, sign, moment))
    parts = mqtt_client_id.parse(ParseInput(text))
    assert parts == ClientId(device, auth, sign, mqtt_client_id.timestamp(moment))
    assert mqtt_client_id.join(parts) == text


@fixed
@given(st.text(max_size=40))
def test_parsing_anything_answers_or_raises_the_typed_error(text: str) -> None:
    try:
        parts = mqtt_client_id.parse(ParseInput(text))
    except CryptoError:
        return
    assert mqtt_client_id.join(parts) == text


@fixed
@given(IDS, IDS, MOMENTS, st.data())
def test_any_changed_character_or_case_of_a_password_is_refused(
    device: str, secret: str, moment: datetime, data: st.DataObject
) -> None:
    client_id = mqtt_client_id.compose(ComposeInput(device, "0", "1", moment))
    right = mqtt_password.password(PasswordInput(mqtt_client_id.timestamp(moment), secret)).password
    connect = VerifyInput(client_id, right, secret, moment)
    assert mqtt_password.verify(connect)
    position = data.draw(st.integers(0, 63))
    changed = right[:position] + ("0" if right[position] != "0" else "1") + right[position + 1 :]
    for password in (changed, right[:-1], right + "0", ""):
        assert not mqtt_password.verify(dataclasses.replace(connect, password=password))
    if right.upper() != right:
        assert not mqtt_password.verify(dataclasses.replace(connect, password=right.upper()))
    assert not mqtt_password.verify(dataclasses.replace(connect, secret=secret + "x"))


@fixed
@given(MOMENTS, st.integers(-5, 5), st.integers(0, 4))
def test_the_tolerance_holds_on_both_sides_of_every_boundary(moment: datetime, apart: int, tolerance: int) -> None:
    stamp = mqtt_client_id.timestamp(moment + timedelta(hours=apart))
    assert mqtt_password.is_current(stamp, moment, tolerance) is (abs(apart) <= tolerance)


def test_type_0_ignores_the_clock_and_type_1_does_not() -> None:
    for sign, accepted in (("0", True), ("1", False)):
        password = mqtt_password.password(PasswordInput("2020010100", SECRET)).password
        assert mqtt_password.verify(VerifyInput(f"dev_0_{sign}_2020010100", password, SECRET, NOW)) is accepted


@pytest.mark.parametrize("text", ["dev_1_0_2026112010", "dev_3_0_2026112010"])
def test_field_types_are_accepted_on_demand_only(text: str) -> None:
    with pytest.raises(BadFormError, match="authentication type"):
        mqtt_client_id.parse(ParseInput(text))
    assert mqtt_client_id.parse(ParseInput(text, field_types=True)).device_id == "dev"


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(BadFormError, match="without zone"):
        mqtt_client_id.timestamp(datetime(2026, 1, 1))


def test_a_time_beyond_the_calendar_in_utc_is_refused() -> None:
    with pytest.raises(BadFormError, match="years"):
        mqtt_client_id.timestamp(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=8))))


def test_no_error_and_no_record_shows_the_secret() -> None:
    connect = VerifyInput("dev_0_9_2026112010", "password-marker", "secret-marker", NOW)
    with pytest.raises(BadFormError) as caught:
        mqtt_password.verify(connect)
    shown = f"{caught.value} {connect!r} {mqtt_password.password(PasswordInput('2026112010', 'secret-marker'))!r}"
    assert "marker" not in shown
    assert mqtt_password.password(PasswordInput("2026112010", "secret-marker")).password not in shown
