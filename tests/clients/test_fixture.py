"""`judged_platform` in a client's own tests: asked for explicitly, no port, any httpx client, and a test that fails."""

from __future__ import annotations

import asyncio
import re
import socket
from typing import Any

import httpx
import pytest

from conformance.evidence.verdict import Verdict
from conformance.iut.errors import UsageError
from conformance.judged import ClientWarning, Mount, judged_platform

pytest_plugins = ["pytester"]
__all__ = ["judged_platform"]

PLAIN = ("-p", "no:cacheprovider", "-p", "no:xdist")
SIGN_IN = "/api/v1/access_token"
NAMES = ("app_id", "access_key", "secret_key")


@pytest.fixture(autouse=True)
def _no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the client connects to anything."""

    def connect(*_: object) -> None:
        raise AssertionError("a socket was connected")

    monkeypatch.setattr(socket.socket, "connect", connect)


def test_right_client_passes_without_a_port(judged_platform: Mount) -> None:
    platform = judged_platform("thingscloud")
    with httpx.Client(base_url=platform.url) as client:
        given = {name: platform.credentials[name] for name in NAMES}
        token = client.post(SIGN_IN, json=given).json()["info"]["access_token"]
        answer = client.get("/api/v1/project", headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["result"] is True
    assert platform.failures == []


def test_asynchronous_client_is_judged(judged_platform: Mount) -> None:
    platform = judged_platform("huawei", expect_failure=True)

    async def call() -> int:
        async with httpx.AsyncClient(base_url=platform.url) as client:
            body = {"appId": platform.credentials["app_id"], "secret": platform.credentials["secret"]}
            signed_in = await client.post("/iocm/app/sec/v1.1.0/login", data=body)
            headers = {"app_key": body["appId"], "Authorization": f"bearer {signed_in.json()['accessToken']}"}
            listed = await client.get("/iocm/app/dm/v1.4.0/devices?&pageNo=0&pageSize=251", headers=headers)
            return listed.status_code

    assert asyncio.run(call()) == 400
    (failure,) = platform.failures
    assert "huawei/1.6.2/call/query:pageSize/maximum" in failure


@pytest.mark.parametrize("together", [True, False])
def test_asynchronous_client_that_signs_in_twice_at_once_is_noticed(judged_platform: Mount, together: bool) -> None:
    platform = judged_platform("huawei", hold_s=0.05, expect_failure=True)
    body = {"appId": platform.credentials["app_id"], "secret": platform.credentials["secret"]}

    async def call() -> None:
        async with httpx.AsyncClient(base_url=platform.url) as client:
            sign_in = [client.post("/iocm/app/sec/v1.1.0/login", data=body) for _ in range(2)]
            if together:
                await asyncio.gather(*sign_in)
            else:
                for each in sign_in:
                    await each

    asyncio.run(call())
    assert ["1.4.1/not-concurrent" in each for each in platform.failures] == ([True] if together else [])


def test_synchronous_client_may_be_used_where_an_event_loop_runs(judged_platform: Mount) -> None:
    platform = judged_platform("thingscloud", hold_s=0.01)

    async def call() -> int:
        with httpx.Client(base_url=platform.url) as client:
            return client.post(SIGN_IN, json={name: platform.credentials[name] for name in NAMES}).status_code

    assert asyncio.run(call()) == 200


def test_lenient_platform_answers_all_the_same(judged_platform: Mount) -> None:
    platform = judged_platform("huawei", lenient=True, expect_failure=True)
    with httpx.Client(base_url=platform.url) as client:
        body = {"appId": platform.credentials["app_id"], "secret": platform.credentials["secret"]}
        token = client.post("/iocm/app/sec/v1.1.0/login", data=body).json()["accessToken"]
        headers = {"app_key": body["appId"], "Authorization": f"Bearer {token}"}
        asked = {"pageNo": "0", "pageSize": "251"}
        answer = client.get("/iocm/app/dm/v1.4.0/devices", params=asked, headers=headers)
        # Credentials are checked all the same.
        assert client.get("/iocm/app/dm/v1.4.0/devices", params={"pageNo": "0"}).status_code == 401
    assert answer.status_code == 200
    assert [each.partition(":")[0] for each in platform.failures] == [
        "huawei/client/device-list/request",
        "huawei/client/device-list/credentials",
    ]


def test_other_calls_of_a_test_go_their_own_way(judged_platform: Mount) -> None:
    judged_platform("envelope", expect_failure=True)
    transport = httpx.MockTransport(lambda request: httpx.Response(204))
    with httpx.Client(transport=transport) as client:
        assert client.get("http://elsewhere.invalid/").status_code == 204


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"lenien": True}, "option lenien = True: unknown key; did you mean lenient?"),
        ({"timout": 3}, "option timout = 3: unknown key; "),
        ({"grace_s": "long"}, "option grace_s = 'long': not of type number (s)"),
        ({"grace_s": -1}, "option grace_s = -1: negative"),
        ({"provoke": ["bogus"]}, "provoke: 'bogus' is not known; known are expired-token, throttle, "),
        ({"operations": ["query"]}, "pics.operations names 'query', which is no operation"),
    ],
    ids=str,
)
def test_mistake_in_the_use_is_told(judged_platform: Mount, options: dict[str, Any], text: str) -> None:
    with pytest.raises(UsageError, match=re.escape(text)):
        judged_platform("huawei", **options)


CLIENT = """
    import httpx
    import pytest

    def sign_in(platform, client, **more):
        names = ("app_id", "access_key", "secret_key")
        body = {name: platform.credentials[name] for name in names}
        return client.post("/api/v1/access_token", json={**body, **more})

    def test_right(judged_platform):
        platform = judged_platform("thingscloud")
        with httpx.Client(base_url=platform.url) as client:
            assert sign_in(platform, client).json()["result"]

    def test_wrong(judged_platform):
        platform = judged_platform("thingscloud")
        with httpx.Client(base_url=platform.url) as client:
            sign_in(platform, client, secret_key=7)

    def test_odd(judged_platform):
        platform = judged_platform("thingscloud")
        with httpx.Client(base_url=platform.url) as client:
            sign_in(platform, client, region="eu")

    def test_silent(judged_platform):
        judged_platform("thingscloud")
"""


def test_client_fails_its_own_test_with_the_sentence(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(CLIENT)
    done = pytester.runpytest_inprocess("-p", "conformance.judged", "-W", "default", *PLAIN)
    done.assert_outcomes(passed=4, errors=2, warnings=2)
    done.stdout.fnmatch_lines(["*thingscloud/access-token/call/secret_key/type (FAIL)*"])
    done.stdout.fnmatch_lines(["*nothing could be judged: the client made no call*"])
    done.stdout.fnmatch_lines([f"*{ClientWarning.__name__}: thingscloud/client/any/undocumented-members*"])


def test_nobody_gets_it_unasked(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(judged_platform): pass")
    done = pytester.runpytest_inprocess(*PLAIN)
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*fixture 'judged_platform' not found*"])


def test_answers_of_another_shape_are_the_tests_own_business(judged_platform: Mount) -> None:
    platform = judged_platform("thingscloud", provoke=["unknown-members", "other-form"])
    with httpx.Client(base_url=platform.url) as client:
        answer = client.post(SIGN_IN, json={name: platform.credentials[name] for name in NAMES})
    assert answer.json().keys() > {"result", "info"}
    verdicts = {each.case.purpose: each.verdict for each in platform.outcomes() if each.case.subject == "provoked"}
    assert verdicts == {"unknown-members": Verdict.INCONCLUSIVE, "other-form": Verdict.INCONCLUSIVE}
