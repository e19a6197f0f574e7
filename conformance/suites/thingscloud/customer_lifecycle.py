"""用户管理: the life of a customer against a model of it.

Single cases show each change alone; the machine shows them in any order on one customer, because what forgets an older change
is seen only after a second one.
"""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.machine import Lifecycle, first, run, step
from conformance.suites.objects import Made
from conformance.suites.thingscloud.answers import item_of
from conformance.suites.thingscloud.customers import INFO, MEMBERS, details, listed, new_info
from conformance.suites.thingscloud.readback import compare, shows
from conformance.suites.waiting import observe, refused_in_the_end

SOME_INFO: Final = st.sets(st.sampled_from(INFO), min_size=1)
KEYS: Final = ("site", "floor", "colour")
"""Few keys, so that updates meet tags that are there."""
TAGS: Final = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["hall-1", "2", "blue", "二楼"]), min_size=1)

alive = precondition(lambda machine: machine.made is not None)
gone = precondition(lambda machine: machine.made is None)


class CustomerLifecycle(Lifecycle):
    """One customer at a time, and what it should show."""

    made: Made | None = None

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, Any] = {}
        self.removed: list[str] = []

    def _create(self, *, full: bool) -> None:
        draft = self.context.draft("customer-create")
        if full:
            draft.body.update(details(self.context))
        answer = self.context.succeed(draft)
        self.model = {name: draft.body[name] for name in MEMBERS if name in draft.body}
        self.made = Made("customer", str(answer.at("/info/id")), draft.body["name"])
        distinct = self.made.id not in self.removed
        self.context.check(
            "customer-create/ids-distinct", distinct, expected="a new id", actual=f"{self.made.id}, which was removed"
        )
        self._settle("customer-create/keeps-members", "customer-create/keeps-members", set(self.model))

    @first(members=SOME_INFO, tags=TAGS)
    def create_first(self, members: set[str], tags: dict[str, str]) -> None:
        """A customer is created and changed; what follows is drawn, and may leave changes out."""
        self._create(full=True)
        self._update_info(members)
        self._update_tags(tags)
        self._find_in_list()

    @gone
    @step(full=st.booleans())
    def create_again(self, full: bool) -> None:
        """Another customer is created after one was removed."""
        self._create(full=full)

    @alive
    @step(members=SOME_INFO)
    def update_info(self, members: set[str]) -> None:
        """Given members change, the others stay."""
        self._update_info(members)

    def _update_info(self, members: set[str]) -> None:
        assert self.made
        new = {**new_info(self.context, self.made.id), "descr": self.context.unique()}
        body = {name: new[name] for name in sorted(members)}
        self.context.succeed("customer-info-update", customer_id=self.made.id, body=body)
        self.model.update(body)
        self._settle("customer-info-update/changes-given", "customer-info-update/keeps-others", set(body))

    @alive
    @step()
    def update_password(self) -> None:
        """A new password changes nothing else."""
        assert self.made
        self.context.succeed("customer-password-update", customer_id=self.made.id)
        self._settle("customer-password-update/keeps-info", "customer-password-update/keeps-info", set())

    @alive
    @step(tags=TAGS)
    def update_tags(self, tags: dict[str, str]) -> None:
        """Given tags have the new values; the other tags and everything else stay."""
        self._update_tags(tags)

    def _update_tags(self, tags: dict[str, str]) -> None:
        assert self.made
        known = self.model.get("tags", {})
        self.context.succeed("customer-tags-update", customer_id=self.made.id, body={"tags": tags})
        kept = {key: value for key, value in known.items() if key not in tags}
        self.model["tags"] = {**kept, **tags}
        answer = observe(self.context, "customer-read", lambda info: shows(info, self.model), customer_id=self.made.id)
        info = answer.at("/info")
        added = {key: value for key, value in tags.items() if key not in known}
        replaced = {key: value for key, value in tags.items() if key in known}
        for statement, part in (("adds", added), ("replaces", replaced), ("keeps-others", kept)):
            if part:
                compare(self.context, f"customer-tags-update/{statement}", info, {"tags": part})

    @alive
    @step()
    def find_in_list(self) -> None:
        """The list holds the customer as reading shows it."""
        self._find_in_list()

    def _find_in_list(self) -> None:
        assert self.made
        try:
            item = listed(self.context, self.made.id, lambda each: shows(each, self.model))
        except Inconclusive:
            return  # the list is not whole; the other steps need no list
        self.context.check("customer-create/listed", item is not None, expected=self.made.id, actual="absent")
        if item is not None:
            compare(self.context, "customer-list/matches-read", item, self.model, pointer="/info/items")

    @alive
    @step()
    def delete(self) -> None:
        """A removed customer can no longer be read and is no longer listed."""
        assert self.made
        made, self.made = self.made, None
        self.context.succeed("customer-delete", customer_id=made.id)
        answer = refused_in_the_end(self.context, "customer-read", customer_id=made.id)
        if self.context.refused("customer-delete/unreadable", answer, what="a refusal: the customer was removed"):
            self.context.forget(made.id)
            self.removed.append(made.id)
        answer = observe(self.context, "customer-list", lambda info: item_of(info, made.id) is None)
        unlisted = item_of(answer.at("/info"), made.id) is None
        self.context.check("customer-delete/unlisted", unlisted, expected=f"a list without {made.id}", actual="in it")

    def _settle(self, changed: str, kept: str, given: set[str]) -> None:
        """Read the customer and hold every member against the model."""
        assert self.made
        answer = observe(self.context, "customer-read", lambda info: shows(info, self.model), customer_id=self.made.id)
        info = answer.at("/info")
        compare(self.context, changed, info, {name: self.model[name] for name in self.model if name in given})
        compare(self.context, kept, info, {name: self.model[name] for name in self.model if name not in given})


@case(
    "thingscloud/customer-lifecycle/model",
    requirements=[
        "customer-create/keeps-members",
        "customer-create/listed",
        "customer-create/ids-distinct",
        "customer-info-update/changes-given",
        "customer-info-update/keeps-others",
        "customer-password-update/keeps-info",
        "customer-tags-update/adds",
        "customer-tags-update/replaces",
        "customer-tags-update/keeps-others",
        "customer-list/matches-read",
        "customer-delete/unreadable",
        "customer-delete/unlisted",
    ],
    calls=[
        "customer-create",
        "customer-read",
        "customer-info-update",
        "customer-password-update",
        "customer-tags-update",
        "customer-list",
        "customer-delete",
    ],
    examples=12,
)
def customer_behaves_as_its_model(context: Context) -> None:
    """A customer who is created, changed, listed and removed in any order shows what a model shows."""
    run(context, CustomerLifecycle)


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())
