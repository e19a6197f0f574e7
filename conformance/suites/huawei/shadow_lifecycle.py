"""1.5.8, 1.5.9, 1.6.4: the shadow of a device against a model of it.

Single cases show one or two settings; the machine shows any number of them, of either of two devices, with the history held
against the model after each, because a record that is lost is seen only behind later ones.
"""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.shadow_reading import same_number
from conformance.suites.huawei.shadow_records import CALLS, History
from conformance.suites.machine import Lifecycle, first, run, step

VALUES: Final = st.integers(30, 39)
PAIRS: Final = st.lists(VALUES, min_size=2, max_size=2, unique=True)
TRIPLES: Final = st.lists(VALUES, min_size=3, max_size=3, unique=True)
"""Values that differ: what is mixed up or not taken over shows at once."""
WHICH: Final = st.sampled_from([0, 1])


class ShadowLifecycle(Lifecycle):
    """Two devices, and what was set for each of them."""

    histories: tuple[History, ...] = ()

    @first(values=TRIPLES)
    def create(self, values: list[int]) -> None:
        """Two devices are registered; two values are set for one of them, then one for the other."""
        self.histories = (History.of(self.context), History.of(self.context))
        one, other = self.histories
        for history, value, requirement in (
            (one, values[0], "1.5.8/desired-stored"),
            (one, values[1], "1.5.8/desired-replaced"),
            (other, values[2], "1.5.8/desired-stored"),
        ):
            history.write(value)
            history.setting.becomes(requirement, "desiredProps", value)
        one.setting.becomes("1.5.8/own-shadow", "desiredProps", values[1])
        for history in self.histories:
            self._settle(history)

    @step(which=WHICH, values=PAIRS)
    def set(self, which: int, values: list[int]) -> None:
        """The later of two configurations stands in the shadow, and their records join the others."""
        history = self.histories[which]
        history.write(*values)
        history.setting.becomes("1.5.8/desired-replaced", "desiredProps", values[-1])
        self._settle(history)

    @step()
    def read(self) -> None:
        """The latest configuration of each device stands in its shadow, whatever was done to the other."""
        for history in self.histories:
            history.setting.becomes("1.5.8/own-shadow", "desiredProps", history.written[-1])

    @step()
    def look_back(self) -> None:
        """Each history holds what was set for its device and nothing else."""
        for history in self.histories:
            self._settle(history)

    def _settle(self, history: History) -> None:
        """Hold the history against the model; in which order the records come is not said."""
        found = history.values(history.settled())
        rest = list(found)
        for value in history.written:
            held = next((each for each in rest if same_number(each, value)), None)
            self.context.check(
                "1.6.4/changes-recorded", held is not None, expected=f"records with {history.written}", actual=found
            )
            if held is not None:
                rest.remove(held)
        self.context.check("1.6.4/own-records", not rest, expected=f"records with {history.written} only", actual=found)


@case(
    "huawei/shadow-lifecycle/model",
    requirements=[
        "1.5.8/desired-stored",
        "1.5.8/desired-replaced",
        "1.5.8/own-shadow",
        "1.6.4/changes-recorded",
        "1.6.4/own-records",
    ],
    calls=[*CALLS, "shadow-query"],
    needs=["shadow"],
    examples=12,
)
def shadow_behaves_as_its_model(context: Context) -> None:
    """Whatever is set for two devices, in any order, their shadows and histories show what a model of them shows."""
    run(context, ShadowLifecycle)
