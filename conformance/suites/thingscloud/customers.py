"""用户管理: the customers of the project, each case with customers of its own.

What a customer logs in to is not documented, so neither the login nor the effect of a new password can be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from conformance.evidence.exchange import Answer
from conformance.evidence.findings import Inconclusive
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.judge import Says, Stated, says
from conformance.suites.thingscloud.answers import item_of, items_of, repeated, require_whole
from conformance.suites.thingscloud.readback import compare, conclude, shows
from conformance.suites.waiting import observe, refused_in_the_end

MEMBERS: Final = ("account", "name", "descr", "email", "mobile", "tags")
"""What the document lets a caller give and shows again; the password it shows nowhere."""
INFO: Final = ("name", "descr", "email", "mobile")
CREATE: Final = ("customer-create", "customer-delete")


def details(context: Context) -> dict[str, Any]:
    """Return the optional members of a customer, with mail address and number of its own."""
    given = context.draft("customer-create", full=True).body
    return {name: given[name] for name in ("descr", "email", "mobile")} | {"tags": {"site": "hall-1", "floor": "2"}}


def new_info(context: Context, identity: str) -> dict[str, Any]:
    """Return a new value for each member that can be changed, those that tell customers apart used by no other."""
    body: dict[str, Any] = context.draft("customer-info-update", full=True, customer_id=identity).body
    return body


def create(context: Context) -> tuple[str, dict[str, Any]]:
    """Create a customer with every member as the body of the case; return its id and what was given to be shown."""
    draft = context.draft("customer-create", full=True)
    draft.body.update(details(context))
    answer = context.succeed(draft)
    return str(answer.at("/info/id")), {name: draft.body[name] for name in MEMBERS}


def read(context: Context, identity: str, given: dict[str, Any], requirement: str | None = None) -> Answer:
    """Read a customer until it shows `given` or the delay is over."""
    return observe(
        context, "customer-read", lambda info: shows(info, given), requirement=requirement, customer_id=identity
    )


def listed(context: Context, identity: str, holds: Callable[[Any], bool] = lambda _: True) -> Any:
    """List the customers until the list shows one as expected or the delay is over; return what it shows, or None.

    Raises:
        Inconclusive: the list lacks the customer and says that it is not whole.
    """
    answer = observe(
        context, "customer-list", lambda info: (item := item_of(info, identity)) is not None and holds(item)
    )
    item = item_of(answer.at("/info"), identity)
    if item is None:
        require_whole(answer)
    return item


@case(
    "thingscloud/customer-create/read-back",
    requirements=["customer-create/readable", "customer-create/keeps-members"],
    calls=[*CREATE, "customer-read"],
)
def created_customer_is_read_as_it_was_given(context: Context) -> None:
    """A created customer can be read, and shows account, name, descr, email, mobile and tags as they were given."""
    identity, given = create(context)
    answer = read(context, identity, given, "customer-create/readable")
    conclude(compare(context, "customer-create/keeps-members", answer.at("/info"), given))


@case(
    "thingscloud/customer-create/name-echoed",
    requirements=["customer-create/name-echoed"],
    calls=CREATE,
)
def creating_answers_the_name_that_was_given(context: Context) -> None:
    """The answer to creating a customer carries the name that was given."""
    draft = context.draft("customer-create")
    answer = context.succeed(draft)
    conclude(compare(context, "customer-create/name-echoed", answer.at("/info"), {"name": draft.body["name"]}))


@case(
    "thingscloud/customer-create/listed",
    requirements=["customer-create/listed"],
    calls=[*CREATE, "customer-list"],
)
def created_customer_is_listed(context: Context) -> None:
    """A created customer is in the customer list."""
    made = context.make("customer")
    item = listed(context, made.id)
    context.check("customer-create/listed", item is not None, expected=f"{made.id} in the list", actual="absent")


@case(
    "thingscloud/customer-create/ids-distinct",
    requirements=["customer-create/ids-distinct"],
    calls=CREATE,
)
def two_customers_get_two_ids(context: Context) -> None:
    """Two created customers have different ids."""
    ids = [context.succeed("customer-create").at("/info/id") for _ in range(2)]
    context.check(
        "customer-create/ids-distinct",
        ids[0] != ids[1],
        expected="two ids",
        actual=f"{ids[0]} twice",
        pointer="/info/id",
    )


@case(
    "thingscloud/customer-create/same-account",
    requirements=["customer-create/account-unique"],
    calls=CREATE,
)
def second_customer_with_the_same_account_is_answered(context: Context) -> None:
    """A second customer with the same account is refused or created (erratum duplicate-account)."""
    first = context.draft("customer-create")
    context.succeed(first)
    again = context.draft("customer-create")
    again.set(("account",), first.body["account"])
    answer = context.send(again)
    if context.refused("customer-create/account-unique", answer, Stated.NOTHING):
        said = "refuses" if says(context.contract, answer) is Says.NO else "creates"
        context.notes.append(f"the platform {said} a second customer with the same account")


@case(
    "thingscloud/customer-list/matches-read",
    requirements=["customer-list/matches-read"],
    calls=[*CREATE, "customer-list", "customer-read"],
)
def list_shows_what_reading_shows(context: Context) -> None:
    """The list shows of a customer what reading the customer shows."""
    made = context.make("customer", **details(context))
    info = observe(context, "customer-read", lambda _: True, customer_id=made.id).at("/info")
    shown = {name: info[name] for name in MEMBERS if isinstance(info, dict) and info.get(name) is not None}
    item = listed(context, made.id, lambda each: shows(each, shown))
    if item is None:
        raise Inconclusive("the list does not hold the customer, so there is nothing to compare")
    conclude(compare(context, "customer-list/matches-read", item, shown, pointer="/info/items"))


@case(
    "thingscloud/customer-list/ids-unique", requirements=["customer-list/ids-unique"], calls=[*CREATE, "customer-list"]
)
def no_customer_stands_twice(context: Context) -> None:
    """No customer id stands twice in the list."""
    made = context.make("customer")
    answer = observe(context, "customer-list", lambda info: item_of(info, made.id) is not None)
    twice = repeated(item.get("id") for item in items_of(answer))
    context.check("customer-list/ids-unique", not twice, expected="every id once", actual=f"twice: {', '.join(twice)}")


@case(
    "thingscloud/customer-read/same-customer",
    requirements=["customer-read/same-customer"],
    calls=[*CREATE, "customer-read"],
)
def customer_read_is_the_one_asked_for(context: Context) -> None:
    """Of two customers, each is returned under its own id."""
    for made in (context.make("customer"), context.make("customer")):
        answer = read(context, made.id, {"id": made.id, "name": made.name})
        compare(context, "customer-read/same-customer", answer.at("/info"), {"id": made.id, "name": made.name})


@case("thingscloud/customer-read/unknown-id", requirements=["customer-read/unknown-id"], calls=["customer-read"])
def unknown_customer_is_refused(context: Context) -> None:
    """An id that no customer has is refused."""
    # The run made it up; letters and digits only, so that nothing but its being unknown is wrong with it.
    unknown = "".join(filter(str.isalnum, context.unique()))
    answer = context.call("customer-read", customer_id=unknown)
    context.refused("customer-read/unknown-id", answer, Stated.REFUSAL, what="a refusal of the unknown id")


@case(
    "thingscloud/customer-read/no-password",
    requirements=["customer-read/no-password"],
    calls=[*CREATE, "customer-read"],
)
def password_is_not_shown(context: Context) -> None:
    """The password that a customer was given is nowhere in what reading the customer shows."""
    made = context.make("customer")
    answer = observe(context, "customer-read", lambda _: True, customer_id=made.id)
    places = [place for place, text in _texts(answer.json) if text == made.request["password"]]
    context.check(
        "customer-read/no-password",
        not places,
        expected="no password",
        actual="the password that was given",
        pointer=", ".join(places),
        answer=answer,
    )


@case(
    "thingscloud/customer-delete/unreadable",
    requirements=["customer-delete/unreadable", "customer-delete/unlisted"],
    calls=[*CREATE, "customer-read", "customer-list"],
)
def removed_customer_is_gone(context: Context) -> None:
    """A removed customer can no longer be read and is no longer listed."""
    made = context.make("customer")
    context.succeed("customer-delete", customer_id=made.id)
    answer = refused_in_the_end(context, "customer-read", customer_id=made.id)
    if context.refused("customer-delete/unreadable", answer, Stated.REFUSAL, what="a refusal of the removed customer"):
        context.forget(made.id)
    absent = observe(context, "customer-list", lambda info: item_of(info, made.id) is None)
    gone = item_of(absent.at("/info"), made.id) is None
    context.check("customer-delete/unlisted", gone, expected=f"a list without {made.id}", actual="still in the list")


@case(
    "thingscloud/customer-delete/keeps-others",
    requirements=["customer-delete/keeps-others"],
    calls=[*CREATE, "customer-read"],
)
def other_customers_stay(context: Context) -> None:
    """Removing one customer leaves another readable."""
    removed, other = context.make("customer"), context.make("customer")
    observe(context, "customer-read", lambda _: True, customer_id=other.id)
    context.succeed("customer-delete", customer_id=removed.id)
    context.forget(removed.id)
    observe(
        context,
        "customer-read",
        lambda _: True,
        requirement="customer-delete/keeps-others",
        customer_id=other.id,
    )


def _texts(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a JSON value with its pointer."""
    if isinstance(value, str):
        yield place, value
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in pairs:
        yield from _texts(child, f"{place}/{key}")


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())
