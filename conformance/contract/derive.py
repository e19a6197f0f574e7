"""Requirements that follow from schemas and rows: nobody writes them down twice.

Their ids are made of names the document gives (section, member, keyword), never of positions or wording.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Final

from conformance.contract.members import BODY, Constraint, Member
from conformance.contract.messages import only_presence, shorten
from conformance.contract.notification import Notification
from conformance.contract.records import (
    FORM,
    ErrorRow,
    IutKey,
    Level,
    Operation,
    Requirement,
    Role,
    RowUse,
    Source,
)


def of_operation(
    operation: Operation, rows: dict[str, ErrorRow], others: Collection[Operation] = ()
) -> Iterator[Requirement]:
    """Yield the derived requirements of one operation; `others` are the operations beside which it stands."""

    def make(tail: str, level: Level, statement: str, untestable: str | None = None) -> Requirement:
        return Requirement(
            operation.requirement(tail),
            operation.section,
            level,
            Role.PLATFORM,
            Source.DOCUMENT,
            statement,
            operation.heading,
            untestable,
        )

    subject = f"{operation.method} {operation.path}"
    yield make("success", Level.MUST, f"A valid {subject} succeeds with a documented status and a valid answer.")
    if operation.credentials:
        yield make("credentials", Level.MUST, f"{subject} is served only to a caller with valid credentials.")
    for member in operation.request_members:
        for constraint in member.constraints:
            statement = (
                f"In the request of {operation.subject}, {describe(constraint)}; the platform refuses anything else."
            )
            reason = unbreakable(member, constraint)
            if constraint.keyword == "required" and (other := other_call(operation, member, others)):
                reason = f"Without it the call is {other}, which has the same address."
            yield make(f"request/{constraint.key}", Level.SHOULD, statement, reason)
    for member in operation.response.members:
        condition = next(
            (
                str(each.annotation("x-conditional"))
                for each in operation.response.members
                if each.annotation("x-conditional") and member.path[: len(each.path)] == each.path
            ),
            None,
        )
        for constraint in member.constraints:
            statement = f"In the answer of {operation.subject}, {describe(constraint)}."
            yield replace(make(f"response/{constraint.key}", Level.MUST, statement), conditional=condition)
    if operation.answers_with_body:
        whole = f"The answer of {operation.subject} has every documented member."
        yield replace(make("response/documented-members", Level.SHOULD, whole), strict=True)
    for use in operation.errors:
        statement = f"{operation.subject} refuses as row {use.key} says: {rows[use.key].text}"
        yield make(f"error/{use.key}", Level.MUST, statement, unprovoked(use, rows[use.key]))


def of_call(operation: Operation) -> Iterator[Requirement]:
    """Yield what one operation demands of whoever calls it: each constraint of its request, its encoding, its credentials.

    What an erratum leaves open binds nobody; what the contract does not try for another reason is a SHOULD.
    """

    def make(tail: str, statement: str, level: Level = Level.MUST) -> Requirement:
        return Requirement(
            operation.requirement(f"call/{tail}"),
            operation.section,
            level,
            Role.CLIENT,
            Source.DOCUMENT,
            statement,
            operation.heading,
        )

    if operation.request is not None:
        kind = "a form" if operation.media_type == FORM else "JSON"
        yield make("encoding", f"The body of a call of {operation.subject} is {kind} ({operation.media_type}).")
    if operation.credentials or operation.carried:
        yield make("credentials", f"A call of {operation.subject} shows credentials that are valid.")
    for member in operation.binding_members:
        level = Level.SHOULD if member.annotation("x-unjudged") else Level.MUST
        for constraint in member.constraints:
            yield make(constraint.key, f"In a call of {operation.subject}, {describe(constraint)}.", level)


def of_notification(notification: Notification, new_members: str | None) -> Iterator[Requirement]:
    """Yield the derived requirements of one notification, for the platform that sends it and the application that gets it.

    `new_members` is where the document demands that applications tolerate members it does not name; None: nowhere.
    """
    conditional = {
        each.path: str(each.annotation("x-conditional"))
        for each in notification.message.members
        if each.annotation("x-conditional")
    }

    def make(
        tail: str, role: Role, statement: str, heading: str = notification.heading, untestable: str | None = None
    ) -> Requirement:
        identity, section = notification.requirement(tail), notification.section
        return Requirement(identity, section, Level.MUST, role, Source.DOCUMENT, statement, heading, untestable)

    subject = notification.subject
    statuses = " or ".join(map(str, notification.statuses))
    yield make(
        "sent",
        Role.PLATFORM,
        f"{subject} is pushed to the address that was given with {notification.subscribed_by} when its event happens.",
    )
    for identity, path, constraint in notification.statements:
        reason = next((conditional[path[:end]] for end in range(len(path) + 1) if path[:end] in conditional), None)
        yield make(
            identity.split("/", 2)[2],
            Role.PLATFORM,
            f"In the message {subject}, {describe(constraint)}.",
            untestable=reason,
        )
    yield make(
        "answered",
        Role.APPLICATION,
        f"The application answers every {subject} that it receives with status {statuses}.",
    )
    if new_members is not None:
        yield make(
            "new-members",
            Role.APPLICATION,
            f"Members that the document does not name in a {subject} do not hinder the application in taking it.",
            new_members,
        )


def unprovoked(use: RowUse, row: ErrorRow) -> str | None:
    """Return why no case of an operation provokes a row that it lists, or None where one does."""
    if row.scope == "platform":
        return f"A row of the whole platform: see {row.requirement}, which is judged once."
    if use.provoke is not None or use.same_as:
        return None
    return use.unreachable or row.unreachable


UNMADE: Final = frozenset({"oneOf", "if", "not", "dependentRequired"})
"""Keywords about several members at once: what breaks them only a person can say."""
FORMS: Final = frozenset({"minLength", "maxLength", "pattern", "format", "maxItems"})
"""Keywords about the form of a text, and about how many of them there are."""
TEXT_LOCATIONS: Final = frozenset({"path", "query", "header"})


def unbreakable(member: Member, constraint: Constraint) -> str | None:
    """Return why no request can break a constraint, or None where one can."""
    if member.annotation("x-credential"):
        return "The member carries the credential: the cases about credentials judge it."
    for excuse in ("x-unjudged", "x-conditional"):
        reason = member.annotation(excuse)
        if isinstance(reason, Mapping):
            reason = reason.get(constraint.keyword)
        if reason:
            return f"{str(reason).rstrip('.')}."
    if member.given and constraint.keyword in FORMS:
        return "One value alone is right here, so that a value of another form is refused whatever the rule says."
    if constraint.keyword in UNMADE:
        return f"No violation of {constraint.keyword} is made by the suite; rows and cases about its members judge it."
    location = member.name.partition(":")[0]
    if constraint.keyword == "required" and location == "path":
        return "A path without this part is another path."
    kinds = member.schema.get("type", ())
    if constraint.keyword == "type" and member.form and not member.path:
        return "A form is an object by nature."
    if (
        constraint.keyword == "type"
        and (location in TEXT_LOCATIONS or member.form)
        and "string" in (kinds if isinstance(kinds, list) else [kinds])
    ):
        return "On the wire every value of this member is a text."
    return None


def other_call(operation: Operation, member: Member, others: Collection[Operation]) -> str | None:
    """Return another operation of the same method and address that knows nothing of a header: what a call without it is.

    None where the member is no header, or tells no two operations apart.
    """
    if not member.name.startswith("header:"):
        return None

    def address(each: Operation) -> tuple[str, str]:
        return each.method, each.path.partition("#")[0]

    for each in others:
        known = {known.name for known in each.request_members}
        if each is not operation and address(each) == address(operation) and member.name not in known:
            return each.subject
    return None


def of_claim(platform: str, key: IutKey) -> Requirement:
    """Return the statement that a claim is true."""
    statement = f"The claim `{key.name}` of the IUT file ({key.question}) agrees with what the platform does."
    return Requirement(
        f"{platform}/pics/{key.name}",
        "pics",
        Level.MUST,
        Role(key.role),
        Source.DOCUMENT,
        statement,
        "IUT file, [pics]",
    )


def describe(constraint: Constraint) -> str:
    """Return a constraint as a clause of an English sentence."""
    name = "the message" if constraint.member == BODY else f"`{constraint.member.removeprefix('.')}`"
    value = constraint.value
    match constraint.keyword:
        case "required":
            return f"{name} is present"
        case "type":
            kinds = [value] if isinstance(value, str) else list(value)
            return f"{name} is of type {' or '.join(kinds)}"
        case "enum":
            return f"{name} is one of {shorten(value)}"
        case "const":
            return f"{name} is {shorten(value)}"
        case "minLength":
            return f"{name} has at least {value} characters"
        case "maxLength":
            return f"{name} has at most {value} characters"
        case "minimum":
            return f"{name} is at least {value}"
        case "maximum":
            return f"{name} is at most {value}"
        case "minItems":
            return f"{name} has at least {value} elements"
        case "maxItems":
            return f"{name} has at most {value} elements"
        case "anyOf" if only_presence(value):
            return f"{name} has at least one of " + ", ".join("+".join(branch["required"]) for branch in value)
        case "anyOf" | "oneOf":
            return f"{name} follows one of the accepted readings"
        case _:
            return f"{name} meets {constraint.keyword} {shorten(value)}"
