"""The contract of one platform as typed, frozen records. They know nothing of any implementation under test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from conformance.contract.members import Constraint, Member, Schema
from conformance.contract.messages import Message
from conformance.contract.notification import Notification

if TYPE_CHECKING:
    from conformance.contract.channel import Channel, DeviceMessage

FORM: Final = "application/x-www-form-urlencoded"


class Level(StrEnum):
    """How strongly a statement binds."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


class Source(StrEnum):
    """Where a statement comes from; with the level it decides the worst verdict."""

    DOCUMENT = "document"
    BASE_STANDARD = "base-standard"
    ROBUSTNESS = "robustness"
    FIELD_NOTE = "field-note"


class Role(StrEnum):
    """The part that an implementation under test plays."""

    PLATFORM = "platform"
    DEVICE = "device"
    APPLICATION = "application"
    CLIENT = "client"
    CRYPTO = "crypto"


class CallClass(StrEnum):
    """What a call does to a live system; decides whether it is sent without leave."""

    READ_ONLY = "read-only"
    MUTATING = "mutating"
    DESTRUCTIVE = "destructive"
    IRREVERSIBLE = "irreversible"
    THROTTLE = "throttle"


ALLOWED_UNASKED = frozenset({CallClass.READ_ONLY, CallClass.MUTATING})
"""Classes that run against a live `url` without `--allow`."""


@dataclass(frozen=True)
class Requirement:
    """One statement that an implementation fulfils or not."""

    id: str
    section: str
    level: Level
    role: Role
    source: Source
    statement: str
    heading: str
    untestable: str | None = None
    strict: bool = False
    """Tried at level strict only."""
    conditional: str | None = None
    """When it means something (of a member that is there in some cases only); unseen, it is not applicable."""


@dataclass(frozen=True)
class Parameter:
    """A documented path, query or header member of a request."""

    name: str
    location: str
    required: bool
    schema: Schema

    @property
    def member(self) -> str:
        """`query:page`: the name used in requirement ids and `x-needs`."""
        return f"{self.location}:{self.name}"


@dataclass(frozen=True)
class RowUse:
    """One error row as an operation lists it, and how it is provoked there."""

    key: str
    provoke: str | None = None
    """Name of the provocation; unset: the row itself says it."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """Members of the request that the provocation `members` changes, with their values."""
    same_as: tuple[str, ...] = ()
    """Other rows of the operation with the same cause: the document leaves open which of them is given."""
    unreachable: str | None = None
    fitting: tuple[str, ...] = ()
    """Rows that fit the cause as well, without being about it: given in place of this one they break nothing."""
    circumstance: bool = False
    """A valid request may meet this row because of what else lives on the IUT: that says nothing about the IUT."""


@dataclass(frozen=True)
class Operation:
    """One documented call."""

    platform: str
    subject: str
    section: str
    heading: str
    chapter: str
    summary: str
    method: str
    path: str
    call_class: CallClass
    pics: tuple[str, ...]
    credentials: tuple[str, ...]
    needs: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    media_type: str | None
    request: Message | None
    response: Message
    statuses: tuple[int, ...]
    errors: tuple[RowUse, ...]
    raw: Mapping[str, Any] = field(repr=False)
    carried: frozenset[str] = frozenset()
    """Members of the body that carry credentials (of an operation that signs in)."""

    def requirement(self, tail: str) -> str:
        """Return the full id of one of this operation's requirements."""
        return f"{self.platform}/{self.section}/{tail}"

    @cached_property
    def request_members(self) -> tuple[Member, ...]:
        """Parameters and body members; a parameter's path is its location and name."""
        parameters = tuple(
            Member(each.member, (each.location, each.name), each.schema, each.required) for each in self.parameters
        )
        members = parameters + (self.request.members if self.request else ())
        form = self.media_type == FORM
        return tuple(replace(each, form=form and ":" not in each.name, given=self._is_given(each)) for each in members)

    @cached_property
    def binding_members(self) -> tuple[Member, ...]:
        """Parameters and body members whose constraints bind callers: all but those that an erratum leaves open."""
        return tuple(each for each in self.request_members if not each.is_open)

    @cached_property
    def open_members(self) -> frozenset[str]:
        """Names of the parameters and body members that an erratum leaves open."""
        return frozenset(each.name for each in self.request_members if each.is_open)

    def _is_given(self, member: Member) -> bool:
        named = {member.name, f"{member.name}[]"} & self.needs.keys()
        return bool(named) or member.name in self.carried or member.annotation("x-pixit") is not None

    @cached_property
    def response_statements(self) -> tuple[tuple[str, tuple[str, ...], Constraint], ...]:
        """The derived statements about its answer: requirement id, place of the member, constraint."""
        return tuple(
            (self.requirement(f"response/{constraint.key}"), member.path, constraint)
            for member in self.response.members
            for constraint in member.constraints
        )

    @property
    def preamble(self) -> tuple[str, ...]:
        """Kinds of objects that exist before a call of it makes sense, although no member names them."""
        return tuple(self.raw.get("x-preamble", ()))

    @property
    def answers_with_body(self) -> bool:
        """Whether the success is documented with a body (a 204 has none)."""
        return any(
            "content" in answer for status, answer in self.raw["responses"].items() if str(status).startswith("2")
        )

    @property
    def body_place(self) -> str | None:
        """The PIXIT key that tells where the members of the body stand (`body`, `query`); None: in the body."""
        return self.raw.get("x-body-place")

    @property
    def probes(self) -> str | None:
        """The PIXIT key that names calls of this kind, where the document gives the operation no address of its own."""
        named = self.raw.get("x-probes")
        return str(named) if named else None

    def needed(self, member: str) -> str | None:
        """Return the object whose id the member carries, or None."""
        return self.needs.get(member)


@dataclass(frozen=True)
class ErrorRow:
    """One documented way to refuse."""

    key: str
    text: str
    scope: str
    requirement: str
    answer: Message
    provoke: str | None
    unreachable: str | None
    values: Mapping[str, Any] = field(default_factory=dict)
    """Members of the request that the provocation `members` changes, with their values."""


@dataclass(frozen=True)
class Find:
    """How an object is found in a list answer (JSON pointers)."""

    operation: str
    items: str
    id: str
    name: str | None = None
    members: Mapping[str, Any] = field(default_factory=dict)
    """Members of the request beyond the required ones (a larger page, say)."""


@dataclass(frozen=True)
class ObjectRule:
    """How an object comes into being and is removed."""

    name: str
    statement: str
    of: str | None
    pixit: str | None
    credential: bool
    key: str | None
    """The key of [credentials] that is the credential itself, where nobody signs in."""
    create: str | None
    id_pointers: tuple[str, ...]
    """Where the answer that creates it may have its id; the first place with a text or a number counts."""
    id_pixit: str | None
    name_member: str | None
    body: Any
    members: Mapping[str, Any]
    given: Mapping[str, str]
    find: Find | None
    delete: str | None
    delete_body: Any
    irreversible: str | None
    id_member: str | None = None
    """The member of the request that makes it whose value is its id."""
    id_found: bool = False
    """The answer that creates it has no id: it is looked up by `find` afterwards, by its name."""
    then: tuple[Mapping[str, Any], ...] = ()
    """Actions of the upper tester that make it what it is, after it was created."""
    exclusive: bool = False
    """Cases that only read it have one of their own too: while one exists, there can be no other of its kind."""
    sole: bool = False
    """Of a credential: a new one ends the former, so whoever signs in gives it to the whole run."""
    renewed_by: tuple[str, ...] = ()
    """Operations besides `create` whose answer holds a new one, at the same place."""
    lifetime: str | None = None
    """Where the answer says for how many seconds the credential serves (JSON pointer)."""


@dataclass(frozen=True)
class Reading:
    """One accepted reading of an unclear place."""

    id: str
    text: str
    of: str
    schema: Message
    example: Any
    counter_example: Any


@dataclass(frozen=True)
class Erratum:
    """A place where the document is unclear or contradicts itself, or where live traffic breaks a clear sentence."""

    id: str
    kind: str
    heading: str
    question: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class IutKey:
    """One key of the IUT file: a claim (PICS), a fact (PIXIT) or a credential."""

    name: str
    kind: str
    role: str
    type: str
    unit: str | None
    default: Any
    """Value where the tester gives none; of a credential, the name of the one that stands in for it."""
    question: str
    gates: tuple[str, ...]
    probe: str | None
    secret: bool
    values: tuple[str, ...] = ()
    """The texts that it may be; empty where any is one."""
    pattern: str | None = None
    """Form of the text (regular expression, matched as a whole), where it has one."""
    schema: Message | None = None
    """What a list or a table must look like; None where any JSON value serves."""
    example: Any = None
    """What `init` shows where there is no default."""


@dataclass(frozen=True)
class Contract:
    """Everything one document demands."""

    platform: str
    title: str
    document: Mapping[str, Any]
    digest: str
    operations: Mapping[str, Operation]
    chapters: Mapping[str, str]
    requirements: Mapping[str, Requirement]
    success: Message
    refusal: Message
    failure_shape: str | None
    """Id of the requirement that demands a shape for failures, where the document gives one."""
    failure: Message | None
    """That shape, over an exchange."""
    media_type: tuple[str, str] | None
    """Id of the requirement that demands a media type of every answer, and the media type."""
    rows: Mapping[str, ErrorRow]
    objects: Mapping[str, ObjectRule]
    errata: Mapping[str, Erratum]
    keys: Mapping[str, IutKey]
    """PICS, PIXIT and credential keys of this platform (common ones included), by `pics.NAME`, `pixit.NAME`, ..."""
    time_form: str | None = None
    """How this protocol writes times: a strftime pattern; None where the tester tells."""
    notifications: Mapping[str, Notification] = field(default_factory=dict)
    """What the platform pushes to applications, by subject; empty where the document describes nothing of the kind."""
    busy: tuple[ErrorRow, ...] = ()
    """The rows that ask the caller to try again later; they answer nothing that was asked."""
    channels: Mapping[str, Channel] = field(default_factory=dict)
    """Topics between device and platform, by subject; none where the document describes no device side."""
    device_messages: Mapping[str, DeviceMessage] = field(default_factory=dict)
    """What devices and platform send each other, by subject."""

    def keys_of(self, kind: str) -> Iterator[IutKey]:
        """Yield the keys of one kind: `pics`, `pixit` or `credentials`."""
        return (key for key in self.keys.values() if key.kind == kind)
