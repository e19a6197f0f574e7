"""2.4 and 2.5: commands drawn from the product model, bounds among them."""

from __future__ import annotations

from typing import Any

import hypothesis
from hypothesis import given
from hypothesis import strategies as st

from conformance.iut.product_model import Command
from conformance.suites.device import drawn
from conformance.suites.device.context import DeviceContext
from conformance.suites.huawei.device.speaking import (
    RESPONSE,
    Known,
    ask,
    device_case,
    message,
    readable,
    shape_of,
    topic,
)
from conformance.suites.property import Examples, profile


@device_case(
    "command/generated",
    requirements=("2.5/answers", "2.5/mid", "2.5/topic", *shape_of(RESPONSE)),
    needs=("commands", "pixit.product_model"),
)
def answers_generated_commands(context: DeviceContext) -> None:
    """Commands drawn from the product model are answered, with any mid and any values of their parameters."""
    readable(context)
    model = context.environment.model
    assert model is not None
    if not model.commands:
        context.check("2.5/answers", True)
        context.notes.append("the product model has no command")
        return
    examples = Examples(context)

    @hypothesis.seed(context.seed)
    @profile(context, shrink=False)  # what is not answered costs its whole deadline
    @given(
        st.sampled_from(model.commands).flatmap(_drawn), st.integers(1, 65535) | st.sampled_from((1, 255, 256, 65535))
    )
    def test(known: Known, mid: int) -> None:
        examples.judge(lambda: _answered(context, known, mid))

    examples.conclude(test)


def _drawn(command: Command) -> st.SearchStrategy[Known]:
    return drawn.paras(command).map(lambda paras: Known(command.service, command.name, paras))


def _answered(context: DeviceContext, known: Known, mid: int) -> None:
    command: dict[str, Any] = message(context, known, mid)
    found = ask(context, command, "2.5/mid", f"{known.service} {known.name} with {dict(known.paras)}")
    own = topic(context, context.session, "data")
    context.cited("2.5/topic", found.publish.topic == own, found.record, expected=own, actual=found.publish.topic)
    context.shape(context.contract.device_messages[RESPONSE], found.body, found.record)
