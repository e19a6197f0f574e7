"""No check is decoration: with a case, or a purpose, taken out of the suite something falls."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.matrix import crew, roles
from tests.matrix.falling import falls

FALLING = {
    # What is taken out: a fault that nothing else catches by its name.
    "thingscloud/access-token/wrong-key": "platform/thingscloud/credentials/access-token/wrong",
    "thingscloud/admin-login/wrong-password": "platform/thingscloud/credentials/admin-login/wrong",
    "thingscloud/devices-alarm-stat/matches-devices-stat": "platform/thingscloud/behaviour/alarm-stat-ignores-new",
    "thingscloud/device-types/ids-unique": "platform/thingscloud/list/device-types/info.items[]/duplicate",
    "thingscloud/device-list/type-filter": "platform/thingscloud/behaviour/list-type-ignored",
    "thingscloud/*/credentials/wrong": "platform/thingscloud/credentials/project/wrong",
}


@pytest.fixture(autouse=True)
def _cooled() -> Iterator[None]:
    yield
    crew.cool()


@pytest.mark.parametrize(("taken", "fault"), FALLING.items())
def test_matrix_falls_without(taken: str, fault: str) -> None:
    wrongs = [each for each in roles.wrongs("platform", "thingscloud") if each.key == fault]
    assert [each.before.key for each in falls(wrongs, [taken], 1)] == [fault]


def test_nothing_falls_without_a_case_that_is_not_concerned() -> None:
    wrongs = roles.wrongs("crypto", "gateway")[:3]
    assert falls(wrongs, ["thingscloud/*"], 1) == []
