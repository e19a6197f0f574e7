"""1.9: the life of commands against a model of it: one device, its commands in any order of events.

PENDING → SENT → DELIVERED → SUCCESSFUL or FAILED; CANCELED and EXPIRED from PENDING alone. The device does nothing of its
own accord: the upper tester has it report and answer. Without an upper tester commands are created and cancelled only.
"""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from conformance.evidence.findings import Inconclusive
from conformance.iut.upper_tester import NoUpperTester
from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.cancel_tasks import cancelling
from conformance.suites.huawei.command_states import (
    COMMANDS,
    LIFE_S,
    LISTING,
    WAITING,
    command,
    device_answers,
    later,
    report,
)
from conformance.suites.huawei.pages import everything
from conformance.suites.machine import Lifecycle, first, run, step
from conformance.suites.objects import Made
from conformance.suites.waiting import eventually

MOST: Final = 5
"""Commands of one sequence: fewer than may wait for one device."""
WHICH: Final = st.integers(0, MOST - 1)
OUTCOMES: Final = st.sampled_from(["DELIVERED", "SUCCESSFUL", "FAILED"])
UNDER_WAY: Final = ("SENT", "DELIVERED")
ENDED: Final = ("CANCELED", "SUCCESSFUL", "FAILED", "EXPIRED")


class Commanding(Lifecycle):
    """One device, and the state in which each of its commands is, oldest first."""

    device: Made
    states: dict[str, str]
    assisted: bool
    """Whether an upper tester speaks for the device."""

    def among(self, *wanted: str) -> list[str]:
        """Return the commands that are in one of these states, by the model."""
        return [each for each, told in self.states.items() if told in wanted]

    @first()
    def two_commands(self) -> None:
        """Two commands for a device that was never connected: both wait."""
        self.states = {}
        self.device = self.context.make("device")
        self.assisted = not isinstance(self.context.environment.upper_tester, NoUpperTester)
        for _ in range(2):
            self._create()
        self._settle("1.9.1/cached")

    def _create(self, life_s: int = LIFE_S, told: str = "PENDING") -> str:
        answer = self.context.succeed(command(self.context, self.device, expireTime=life_s))
        identity = str(answer.at("/commandId"))
        self.states[identity] = told
        return identity

    @precondition(lambda machine: len(machine.states) < MOST)
    @step()
    def create(self) -> None:
        """A new command waits."""
        self._create()
        self._settle("1.9.1/cached")

    @precondition(lambda machine: machine.assisted and len(machine.states) < MOST)
    @step()
    def expire(self) -> None:
        """A command that waits for longer than it may has expired; those that may wait longer wait on."""
        identity = self._create(1, "EXPIRED")
        with later(self.context, 60) as moved:
            if moved:
                self._settle("1.9.1/expires")
            else:
                del self.states[identity]  # when it expires shows too late for this sequence

    @precondition(lambda machine: machine.among("PENDING"))
    @step(which=WHICH)
    def cancel(self, which: int) -> None:
        """A command that waits is cancelled; the others stay as they are."""
        waiting = self.among("PENDING")
        identity = waiting[which % len(waiting)]
        self.context.succeed("command-modify", deviceCommandId=identity)
        self.states[identity] = "CANCELED"
        self._settle("1.9.3/cancels")

    @precondition(lambda machine: machine.among(*ENDED, *UNDER_WAY))
    @step(which=WHICH)
    def cancel_in_vain(self, which: int) -> None:
        """A command that was issued or has ended is not cancelled."""
        others = self.among(*ENDED, *UNDER_WAY)
        identity = others[which % len(others)]
        answer = self.context.call("command-modify", deviceCommandId=identity)
        ended = self.states[identity] in ENDED
        requirement = "1.9.3/error/200-100435" if ended else "1.9.3/issued-not-cancelled"
        row = self.context.contract.rows["200-100435"] if ended else None
        self.context.refused(requirement, answer, row=row, what=f"a refusal: the command is {self.states[identity]}")

    @precondition(lambda machine: machine.among("PENDING"))
    @step()
    def cancel_all(self) -> None:
        """A cancel task cancels what waits, and nothing else."""
        self.context.succeed(cancelling(self.context, self.device))
        for identity in self.among("PENDING"):
            self.states[identity] = "CANCELED"
        self._settle("1.9.5/cancels-all")

    @precondition(lambda machine: machine.assisted)
    @step()
    def contact(self) -> None:
        """When the device reports, the oldest command that waits is issued, unless one is unacknowledged."""
        report(self.context, self.device)
        self._issue()
        self._settle("1.9.1/issued-on-contact")

    @precondition(lambda machine: machine.assisted and machine.among(*UNDER_WAY))
    @step(outcome=OUTCOMES)
    def answer(self, outcome: str) -> None:
        """The device answers the command under way; the next one that waits is issued."""
        identity = self.among(*UNDER_WAY)[-1]
        device_answers(self.context, self.device, identity, outcome)
        self.states[identity] = outcome
        self._issue()
        self._settle("1.9.1/delivered" if outcome == "DELIVERED" else "1.9.1/result-state")

    def _issue(self) -> None:
        """The model's own rule: one command after another."""
        waiting = self.among("PENDING")
        if waiting and not self.among("SENT"):
            self.states[waiting[0]] = "SENT"

    def _settle(self, requirement: str) -> None:
        """Hold the states that the list shows against the model's; a state that is not shown tells nothing."""
        seen: dict[str, str] = {}

        def look() -> bool:
            seen.clear()
            for record in everything(self.context, COMMANDS, deviceId=self.device.id):
                if isinstance(record, dict) and isinstance(record.get("status"), str):
                    told = record["status"]
                    seen[str(record.get("commandId"))] = "PENDING" if told in WAITING else told
            return all(seen.get(each) in {told, None} for each, told in self.states.items())

        if eventually(self.context, look):
            self.context.check(requirement, True)
        for identity, told in self.states.items():
            actual = seen.get(identity)
            if actual == "TIMEOUT" and told == "SENT":
                raise Inconclusive("a command timed out before the device answered")
            if actual is not None:
                self.context.check(requirement, actual == told, expected=told, actual=actual, note=identity)


@case(
    "huawei/command-lifecycle/model",
    requirements=[
        "1.9.1/cached",
        "1.9.1/expires",
        "1.9.1/issued-on-contact",
        "1.9.1/delivered",
        "1.9.1/result-state",
        "1.9.3/cancels",
        "1.9.3/issued-not-cancelled",
        "1.9.3/error/200-100435",
        "1.9.5/cancels-all",
    ],
    calls=[*LISTING, "cancel-task-create"],
    examples=12,
)
def commands_behave_as_their_model(context: Context) -> None:
    """Commands of a device that are created, issued, answered and cancelled in any order are in the states of a model."""
    run(context, Commanding)
