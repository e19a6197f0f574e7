"""A judge for a client's own tests: the pytest fixture `judged_platform`, for clients that use httpx. No port is opened.

A test asks for it by `pytest_plugins = ["conformance.judged"]` in its conftest.py, or by `-p conformance.judged`; it is no
entry point, because it has no business in anybody else's tests.

    def test_my_client(judged_platform):
        platform = judged_platform("thingscloud")
        client = MyClient(platform.url, **platform.credentials)
        client.list_devices()

respx mounts the embedded reference at `platform.url` while the test runs. When the test ends, everything that was sent there
is judged by the cases of role client, and the test fails where the client breaks a sentence of the document.
"""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Awaitable, Iterator
from contextvars import ContextVar
from typing import Any, Final, Protocol

import pytest
import respx

from conformance.evidence.exchange import Answer, Request, end_to_end
from conformance.evidence.verdict import Verdict
from conformance.runner.execute import Outcome
from conformance.runner.trial import Trial
from conformance.suites.client.environment import Ended
from conformance.suites.client.provoked import UNTOLD

OTHERS: Final = "others"
"""The last route, which lets whatever else the test calls go its own way."""


_AWAITED: Final[ContextVar[bool]] = ContextVar("awaited", default=False)
"""Whether respx awaits the answer: the client is asynchronous."""


class _Router(respx.MockRouter):
    """Tells who answers whether the answer is awaited."""

    async def aresolve(self, request: Any) -> Any:
        token = _AWAITED.set(True)
        try:
            return await super().aresolve(request)
        finally:
            _AWAITED.reset(token)


class ClientWarning(UserWarning):
    """The client does what no sentence forbids and what a reader of the document would not expect."""


class JudgedPlatform(Trial):
    """A platform that is mounted, and judges. `url`, `credentials` and `pixit` are what a client must know."""

    def outcomes(self, ended: Ended | None = None) -> list[Outcome]:
        """End the trial, once, and return what every case came to that concerns the client."""
        if self._outcomes is None:
            self._outcomes = super().outcomes(ended)
        return self._outcomes

    _outcomes: list[Outcome] | None = None

    @property
    def failures(self) -> list[str]:
        """End the trial and return what the client breaks, as texts; for a test that expects it."""
        return self.problems(self.outcomes())

    def answer(self, request: Any) -> respx.MockResponse | Awaitable[respx.MockResponse]:
        """Return the answer to a call (`httpx.Request`), or what an asynchronous client awaits; respx asks it.

        An answer that is held back leaves the event loop to the client's other calls.
        """
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw)
        called = Request(request.method, str(request.url), headers, request.content or None)
        return self._held(called) if _AWAITED.get() else _response(self.serve(called))

    async def _held(self, called: Request) -> respx.MockResponse:
        served = self.desk.serve(called)
        if served.hold_s:
            await asyncio.sleep(served.hold_s)
        return _response(served.answer)


def _response(answer: Answer) -> respx.MockResponse:
    # httpx writes the others itself.
    headers = end_to_end(answer.headers, "content-encoding")
    return respx.MockResponse(answer.status, headers=headers, content=answer.body)


class Mount(Protocol):
    """Mounts a platform."""

    def __call__(self, platform: str, *, expect_failure: bool = False, **options: Any) -> JudgedPlatform:
        """Mount the reference of `platform`; `options` are those of `Trial`: provoke, lenient, credentials, operations.

        With `expect_failure` the test looks at `failures` itself.
        """


@pytest.fixture
def judged_platform() -> Iterator[Mount]:
    """Mount platforms that judge what the client under test sends; at the end of the test every one of them speaks."""
    mounted: list[tuple[JudgedPlatform, bool]] = []
    with _Router(using="httpx", assert_all_called=False, assert_all_mocked=False) as router:

        def mount(platform: str, *, expect_failure: bool = False, **options: Any) -> JudgedPlatform:
            number = len(mounted) + 1
            made = JudgedPlatform(platform, url=f"https://{platform}-{number}.invalid", **options)
            router.pop(OTHERS)
            router.route(host=f"{platform}-{number}.invalid").mock(side_effect=made.answer)
            router.route(name=OTHERS).pass_through()
            mounted.append((made, expect_failure))
            return made

        router.route(name=OTHERS).pass_through()
        yield mount
    for platform, expect_failure in mounted:
        if not expect_failure:
            _speak(platform)


def _speak(platform: JudgedPlatform) -> None:
    """Fail the test for what breaks a sentence, or where nothing could be judged; warn of what is worth a warning."""
    outcomes = platform.outcomes()
    if platform.failures:
        pytest.fail("\n\n".join(platform.failures), pytrace=False)
    if outcomes and all(each.verdict is Verdict.INCONCLUSIVE for each in outcomes):
        pytest.fail(f"nothing could be judged: {outcomes[0].reason}", pytrace=False)
    for outcome in outcomes:
        # How the client took an answer of another shape is what the test itself looks at.
        if outcome.verdict is not Verdict.PASS and outcome.reason != UNTOLD:
            warnings.warn(platform.told(outcome), ClientWarning, stacklevel=2)
