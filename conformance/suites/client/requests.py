"""What one call owes by the contract: members, types, bounds, encoding, credentials. Judges nothing that is not stated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import unquote_plus, urlsplit

from conformance.contract import Contract, Message, Operation, Parameter, Violation
from conformance.contract.members import BODY, locate
from conformance.contract.parameters import kinds, typed
from conformance.evidence.exchange import Request, at
from conformance.platforms.driver import Facts
from conformance.suites.client.excuses import empty_for_unset, null_for_unset
from conformance.suites.client.heard import Heard
from conformance.suites.client.listener import Listener
from conformance.suites.client.tokens import Ledger
from conformance.suites.judge import Observation

_TELLING: Final = 6
"""Shortest secret that is looked for in addresses; a shorter one may be any word."""
_OPEN: Final = frozenset({"additionalProperties", "patternProperties", "anyOf", "oneOf"})
"""Keywords of an object that may hold names which `properties` does not list."""


class RequestJudge:
    """Holds calls of one platform's clients against the contract."""

    def __init__(self, contract: Contract, listener: Listener, facts: Facts) -> None:
        self.contract, self.listener, self._facts = contract, listener, facts
        self._parameters: dict[str, list[tuple[Parameter, Message, frozenset[str]]]] = {}

    def faults_of(self, call: Heard, methods: tuple[str, ...]) -> list[Observation]:
        """Return what is wrong with a call, as far as the call alone shows it; `methods` are those of its address."""
        found = (
            self.documented(call, methods),
            *self.message(call),
            *self.content_type(call),
            *self.undocumented(call),
        )
        return [each for each in found if not each.holds]

    # ---- the message --------------------------------------------------------------------------------------------

    def message(self, call: Heard) -> Iterator[Observation]:
        """Yield what members and encoding of a call owe; nothing for a call of no documented operation."""
        if call.operation is None:
            return
        yield from self._of_parameters(call, call.operation)
        if call.operation.request is not None and not call.bare:
            yield from self._of_body(call, call.operation)

    def _of_parameters(self, call: Heard, operation: Operation) -> Iterator[Observation]:
        query: dict[str, str] = {}
        for name, value in call.query:
            query.setdefault(name, value)
        for parameter, message, named in self._known(operation):
            places: Mapping[str, Mapping[str, str]] = {"path": call.path, "query": query, "header": call.headers}
            place = places[parameter.location]
            name = parameter.name.lower() if parameter.location == "header" else parameter.name
            prefix = operation.requirement("call/")
            if name not in place:
                if parameter.required:
                    actual = _instead(parameter.name, place) or f"no such {parameter.location} parameter"
                    yield Observation(
                        f"{prefix}{parameter.member}/required", False, f"{parameter.name}", actual, parameter.member
                    )
                continue
            if parameter.required:
                yield Observation(f"{prefix}{parameter.member}/required", True)
            value = typed(place[name], named)
            broken = set()
            for each in message.violations(value):
                tail = "" if each.member == BODY else f".{each.member}"
                broken.add(each.keyword)
                identity = f"{prefix}{parameter.member}{tail}/{each.keyword}"
                whole = replace(each, member=f"{parameter.member}{tail}")
                excuse = empty_for_unset(self.contract, parameter, place[name]) or self.listener.excuse(
                    operation, whole, place[name]
                )
                yield self._breach(operation, whole, identity, parameter.member, each.actual, excuse)
            for constraint in message.members[0].constraints:
                if constraint.keyword not in broken:
                    yield Observation(f"{prefix}{parameter.member}/{constraint.keyword}", True)

    def _known(self, operation: Operation) -> list[tuple[Parameter, Message, frozenset[str]]]:
        if operation.subject not in self._parameters:
            self._parameters[operation.subject] = [
                (each, Message(each.member, each.schema), kinds(each.schema))
                for each in operation.parameters
                if each.member not in operation.open_members
            ]
        return self._parameters[operation.subject]

    def _of_body(self, call: Heard, operation: Operation) -> Iterator[Observation]:
        assert operation.request is not None
        prefix = operation.requirement("call/")
        if not call.elsewhere:
            expected = f"a body of {operation.media_type}"
            yield Observation(f"{prefix}encoding", not call.problem, expected, call.problem or "")
        if call.problem:
            return
        message = operation.request
        violations = [each for each in message.violations(call.body) if each.member not in operation.open_members]
        for each in violations:
            actual = each.actual
            if each.keyword == "required":
                holder = at(call.body, each.pointer) if each.pointer else call.body
                named = each.member.rpartition(".")[2]
                actual = (_instead(named, holder) if isinstance(holder, dict) else None) or actual
            excuse = null_for_unset(self.contract, call, each) or self.listener.excuse(operation, each, call.body)
            yield self._breach(operation, each, f"{prefix}{each.key}", each.pointer, actual, excuse)
        broken = {each.key for each in violations}
        for constraint in message.exercised(call.body):
            if constraint.key not in broken and constraint.member not in operation.open_members:
                yield Observation(f"{prefix}{constraint.key}", True)

    def _breach(
        self, operation: Operation, each: Violation, identity: str, pointer: str, actual: str, excuse: str | None
    ) -> Observation:
        """Return what a violation means: by the statement that is derived of it, or the nearest there is."""
        note = ""
        if identity not in self.contract.requirements:
            identity, note = operation.requirement("call/encoding"), f"breaks {each.key} of the documented message"
        return Observation(identity, False, each.expected, actual, pointer, excuse or note, excuse is not None)

    # ---- beside the message -------------------------------------------------------------------------------------

    def credentials(self, call: Heard, ledger: Ledger) -> Iterator[Observation]:
        """Yield whether the credentials of a call are right."""
        operation = call.operation
        if operation is None or not (operation.credentials or operation.carried):
            return
        requirement = operation.requirement("call/credentials")
        if operation.credentials:
            breach = self.listener.credentials(call, self._facts, ledger)
            if breach is not None:
                yield breach.observed(requirement)
                return
        for pointer, expected, right in self._carried(call, operation, ledger):
            if not right:
                yield Observation(requirement, False, expected, "another text", pointer)
                return
        yield Observation(requirement, True)

    def _carried(self, call: Heard, operation: Operation, ledger: Ledger) -> Iterator[tuple[str, str, bool]]:
        """Yield the members of a sign-in that carry credentials, what is expected, and whether it is there."""
        if not isinstance(call.body, dict):
            return
        rules = [rule for rule in self.contract.objects.values() if rule.credential]
        signs_in = (rule for rule in rules if operation.subject in {rule.create, *rule.renewed_by})
        for member, key in {pair for rule in signs_in for pair in rule.given.items()}:
            if member in operation.carried and member in call.body:
                yield f"/{member}", f"the credential {key}", call.body[member] == self._facts.credential(key)
        for member, kind in operation.needs.items():
            value = call.body.get(member)
            if self.contract.objects[kind] in rules and self.contract.objects[kind].create and value is not None:
                known = ledger.find(str(value), {kind})
                yield f"/{member}", f"a {kind} that was given before", known is not None

    def content_type(self, call: Heard) -> Iterator[Observation]:
        """Yield whether a call with a documented body names its media type."""
        operation = call.operation
        if operation is None or operation.request is None or call.elsewhere or call.bare:
            return
        documented = operation.media_type
        seen = call.headers.get("content-type", "").partition(";")[0].strip().lower()
        yield Observation(
            f"{self.contract.platform}/client/content-type",
            seen == documented,
            f"Content-Type: {documented}",
            f"Content-Type: {seen or 'absent'}",
        )

    def token_life(self, call: Heard, ledger: Ledger) -> Iterator[Observation]:
        """Yield whether the token of a call was still young enough; nothing where no answer said for how long it serves."""
        shown = self.listener.token(call)
        if shown is None or call.operation is None:
            return
        token = ledger.find(shown, call.operation.credentials)
        if token is None or token.lifetime_s is None:
            return
        age = call.overheard.received_s - token.given_s
        expected = f"a token that is younger than {token.lifetime_s:g} s"
        requirement = f"{self.contract.platform}/client/token-life"
        yield Observation(requirement, age < token.lifetime_s, expected, f"one that is {age:.0f} s old")

    def documented(self, call: Heard, methods: tuple[str, ...]) -> Observation:
        """Return whether a call is of a documented operation; `methods` are those of its address."""
        where = f"{call.request.method} {urlsplit(call.request.url).path}"
        expected = f"method {' or '.join(methods)}" if methods else "a documented path"
        requirement = f"{self.contract.platform}/client/documented-calls"
        return Observation(requirement, call.operation is not None, expected, "an undocumented call", where)

    def undocumented(self, call: Heard) -> Iterator[Observation]:
        """Yield the members and parameters of a call that no document names."""
        requirement = f"{self.contract.platform}/client/undocumented-members"
        if call.operation is None:
            return
        found = [name for name in _undocumented(call) if name not in self.listener.beside.get(call.subject, ())]
        for name in found:
            yield Observation(requirement, False, "documented members alone", f"`{name}`", name)
        if not found:
            yield Observation(requirement, True)

    def secrets_in_address(self, call: Heard, secrets: Mapping[str, str]) -> Observation:
        """Return whether a call keeps secrets (by their kind) out of its path and query."""
        text = _address(call.request)
        kind = next((kind for value, kind in secrets.items() if len(value) >= _TELLING and value in text), None)
        requirement = f"{self.contract.platform}/client/secrets-in-address"
        return Observation(requirement, kind is None, "no secret in path and query", f"the {kind} stands there")


def _address(request: Request) -> str:
    parts = urlsplit(request.url)
    return f"{unquote_plus(parts.path)}?{unquote_plus(parts.query)}"


def _instead(name: str, there: Mapping[str, Any]) -> str | None:
    """Return that a name is there in another spelling of its letters; None where it is not."""
    other = next((each for each in there if each != name and each.lower() == name.lower()), None)
    return f"`{other}`, which the document does not name" if other else None


def _undocumented(call: Heard) -> Iterator[str]:
    operation = call.operation
    assert operation is not None
    if not call.elsewhere:
        known = {each.name for each in operation.parameters if each.location == "query"}
        yield from (f"query:{name}" for name in dict.fromkeys(name for name, _ in call.query) if name not in known)
    if operation.request is None:
        return
    for member in operation.request.members:
        names = member.schema.get("properties")
        if not names or _OPEN & member.schema.keys() - _only_presence(member.schema):
            continue
        for holder in locate(call.body, member.path):
            if isinstance(holder, dict):
                yield from (f"{member.name}.{name}".removeprefix(f"{BODY}.") for name in holder if name not in names)


def _only_presence(schema: Mapping[str, Any]) -> frozenset[str]:
    """Return the keywords of alternatives that demand nothing but members to be there: they name nothing new."""
    return frozenset(
        word
        for word in ("anyOf", "oneOf")
        if all(isinstance(each, Mapping) and each.keys() == {"required"} for each in schema.get(word, ()))
    )
