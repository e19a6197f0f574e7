"""A run that is asked to end does so, even where Python loses the exception that says it."""

from __future__ import annotations

import os
import signal
import weakref

import pytest

from conformance.evidence.exchange import Request
from conformance.iut import interruption
from conformance.iut.http import HttpClient
from conformance.runner.execute import execute
from conformance.suites.context import Context
from tests.engine import fake

NOBODY = "http://127.0.0.1:9"
lost = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


class Something:
    """Something that is thrown away."""


def interrupt_where_nobody_hears() -> None:
    """Have the signal come within a callback of the collector: what is raised there is printed and forgotten."""
    thing = Something()
    reference = weakref.ref(thing, lambda _: os.kill(os.getpid(), signal.SIGINT))
    del thing
    assert reference() is None


@lost
def test_a_case_whose_interrupt_was_lost_is_the_last() -> None:
    cleaned: list[bool] = []

    def body(context: Context) -> None:
        close = context.close

        def closed() -> None:
            cleaned.append(interruption.asked())
            close()

        context.close = closed  # type: ignore[method-assign]
        interrupt_where_nobody_hears()
        context.equal("device-list/success", 1, 1)

    with interruption.interruptible([signal.SIGINT]), pytest.raises(KeyboardInterrupt):
        execute(fake.environment(), fake.a_case(body))
    assert cleaned == [False]  # calls are made again
    assert not interruption.asked()


def test_an_interrupt_that_a_library_made_another_error_of_ends_the_run() -> None:
    def body(_: Context) -> None:
        try:
            os.kill(os.getpid(), signal.SIGINT)
        except KeyboardInterrupt as error:
            raise AssertionError("what a library says of it") from error

    with interruption.interruptible([signal.SIGINT]), pytest.raises(KeyboardInterrupt):
        execute(fake.environment(), fake.a_case(body))


@lost
def test_no_call_is_made_after_a_lost_interrupt() -> None:
    with HttpClient(NOBODY, timeout_s=1) as client, interruption.interruptible([signal.SIGINT]):
        interrupt_where_nobody_hears()
        with pytest.raises(KeyboardInterrupt):
            client.send(Request("GET", f"{NOBODY}/"))
        interruption.heed()
        assert client.send(Request("GET", f"{NOBODY}/")).failure is not None


def test_signals_are_as_they_were_afterwards() -> None:
    former = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), interruption.interruptible([signal.SIGINT]):
        os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is former
    interruption.check()
