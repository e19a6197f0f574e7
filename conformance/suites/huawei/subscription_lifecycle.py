"""1.7: the life of subscriptions against a model of it.

Three kinds of notification are subscribed, read, listed and deleted in any order; what forgets or confuses one of them
shows only after several steps.
"""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei.pages import eventually_found
from conformance.suites.huawei.subscription_kinds import MAKING, SUBSCRIPTIONS, free_kinds
from conformance.suites.machine import Lifecycle, first, run, step
from conformance.suites.objects import Made

KINDS: Final = 3
WHICH: Final = st.integers(0, KINDS - 1)
ROW: Final = "1.7.1/error/409-100227"


class Subscribing(Lifecycle):
    """Up to three subscriptions, by kind."""

    kinds: list[str]
    made: dict[str, Made]

    @first()
    def find_kinds(self) -> None:
        """Kinds that nobody has subscribed."""
        self.made = {}
        self.kinds = free_kinds(self.context, KINDS)

    @step(which=WHICH)
    def subscribe(self, which: int) -> None:
        """A kind that is free is subscribed; one that is not is a conflict."""
        kind = self.kinds[which]
        known = self.made.get(kind)
        draft = self.context.draft("subscribe-business")
        draft.body["notifyType"] = kind
        if known is not None:
            draft.body["callbackUrl"] = known.request["callbackUrl"]
            row = self.context.contract.rows["409-100227"]
            self.context.refused(ROW, self.context.send(draft), row=row, what=f"a conflict: {kind} is subscribed")
            return
        answer = self.context.succeed(draft)
        self.made[kind] = Made("subscription", str(answer.at("/subscriptionId")), request=draft.body)
        ids = [each.id for each in self.made.values()]
        self.context.check("1.7.1/ids-distinct", len(set(ids)) == len(ids), expected="different ids", actual=ids)

    @step(which=WHICH)
    def read(self, which: int) -> None:
        """A subscription that lives is read as it was made."""
        known = self.made.get(self.kinds[which])
        if known is not None:
            answer = self.context.succeed("subscription-query", subscriptionId=known.id)
            self._same("1.7.3/same-subscription", answer.json, known)

    @step(which=WHICH)
    def find_in_list(self, which: int) -> None:
        """The list shows a subscription that lives, and none that is gone."""
        kind = self.kinds[which]
        known = self.made.get(kind)
        if known is not None:
            record = eventually_found(self.context, SUBSCRIPTIONS, known.id)
            self.context.check("1.7.4/listed", record is not None, expected=known.id, actual="absent")
            self._same("1.7.4/listed", record, known)

    @step(which=WHICH)
    def delete(self, which: int) -> None:
        """A deleted subscription is no longer listed; the others are."""
        known = self.made.pop(self.kinds[which], None)
        if known is None:
            return
        self.context.succeed("subscription-delete", subscriptionId=known.id)
        record = eventually_found(self.context, SUBSCRIPTIONS, known.id, present=False)
        if self.context.check("1.7.5/unlisted", record is None, expected=f"no {known.id}", actual=record):
            self.context.forget(known.id)
        for each in self.made.values():
            found = eventually_found(self.context, SUBSCRIPTIONS, each.id)
            self.context.check("1.7.5/keeps-others", found is not None, expected=each.id, actual="absent")

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
