"""1.7: the life of subscriptions against a model of it.

Three kinds of notification are subscribed, read, listed and deleted in any order; what forgets or confuses one of them
shows only after several steps.
"""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.pages import eventually_found, everything
from conformance.suites.huawei.subscription_kinds import MAKING, SUBSCRIPTIONS, free_kinds
from conformance.suites.machine import Lifecycle, first, run, step
from conformance.suites.objects import Made
from conformance.suites.waiting import eventually

KINDS: Final = 3
WHICH: Final = st.integers(0, KINDS - 1)
ROW: Final = "1.7.1/error/409-100227"


some = precondition(lambda machine: machine.made)
room = precondition(lambda machine: len(machine.made) < KINDS)


class Subscribing(Lifecycle):
    """Up to three subscriptions, by kind."""

    kinds: list[str]
    made: dict[str, Made]

    @first()
    def two_subscriptions(self) -> None:
        """Two kinds that nobody has subscribed are subscribed."""
        self.made = {}
        self.kinds = free_kinds(self.context, KINDS)
        for _ in range(2):
            self._subscribe(0)
        self._settle("1.7.4/listed")

    def _subscribe(self, which: int) -> None:
        free = [kind for kind in self.kinds if kind not in self.made]
        kind = free[which % len(free)]
        draft = self.context.draft("subscribe-business")
        draft.body["notifyType"] = kind
        answer = self.context.succeed(draft)
        self.made[kind] = Made("subscription", str(answer.at("/subscriptionId")), request=draft.body)
        ids = [each.id for each in self.made.values()]
        self.context.check("1.7.1/ids-distinct", len(set(ids)) == len(ids), expected="different ids", actual=ids)

    def _one(self, which: int) -> tuple[str, Made]:
        kinds = sorted(self.made)
        kind = kinds[which % len(kinds)]
        return kind, self.made[kind]

    @room
    @step(which=WHICH)
    def subscribe(self, which: int) -> None:
        """A kind that is free is subscribed."""
        self._subscribe(which)
        self._settle("1.7.4/listed")

    @some
    @step(which=WHICH)
    def subscribe_again(self, which: int) -> None:
        """A kind that is subscribed for the same address is a conflict."""
        kind, known = self._one(which)
        draft = self.context.draft("subscribe-business")
        draft.body.update(notifyType=kind, callbackUrl=known.request["callbackUrl"])
        row = self.context.contract.rows["409-100227"]
        self.context.refused(ROW, self.context.send(draft), row=row, what=f"a conflict: {kind} is subscribed")

    @some
    @step(which=WHICH)
    def read(self, which: int) -> None:
        """A subscription that lives is read as it was made."""
        _, known = self._one(which)
        answer = self.context.succeed("subscription-query", subscriptionId=known.id)
        self._same("1.7.3/same-subscription", answer.json, known)

    @some
    @step(which=WHICH)
    def delete(self, which: int) -> None:
        """A deleted subscription is no longer listed; the others are."""
        kind, known = self._one(which)
        del self.made[kind]
        self.context.succeed("subscription-delete", subscriptionId=known.id)
        record = eventually_found(self.context, SUBSCRIPTIONS, known.id, present=False)
        if self.context.check("1.7.5/unlisted", record is None, expected=f"no {known.id}", actual=record):
            self.context.forget(known.id)
        self._settle("1.7.5/keeps-others")

    def _settle(self, requirement: str) -> None:
        """Hold the list against the model: every subscription that lives is there, as it was made."""
        shown: dict[str, Any] = {}

        def look() -> bool:
            records = everything(self.context, SUBSCRIPTIONS)
            shown.clear()
            shown.update({str(each.get("subscriptionId")): each for each in records if isinstance(each, dict)})
            return all(each.id in shown for each in self.made.values())

        eventually(self.context, look, at_least=2)
        for each in self.made.values():
            self.context.check(requirement, each.id in shown, expected=f"{each.id} on a page", actual="absent")
            self._same("1.7.4/listed", shown.get(each.id), each)

    def _same(self, requirement: str, shown: Any, known: Made) -> None:
        """Hold what is shown of a subscription against what it was made with; what is not shown tells nothing."""
        for member in ("notifyType", "callbackUrl"):
            value = shown.get(member) if isinstance(shown, dict) else None
            if value is not None:
                self.context.equal(requirement, value, known.request[member], pointer=f"/{member}")


@case(
    "huawei/subscription-lifecycle/model",
    requirements=[
        "1.7.1/ids-distinct",
        ROW,
        "1.7.3/same-subscription",
        "1.7.4/listed",
        "1.7.5/unlisted",
        "1.7.5/keeps-others",
    ],
    calls=[*MAKING, "subscription-query"],
    examples=12,
)
def subscriptions_behave_as_their_model(context: Context) -> None:
    """Subscriptions made, read, listed and deleted in any order are there as a model of them says."""
    run(context, Subscribing)
