"""Preambles: the objects an operation needs, made or found by walking the graph of objects.yaml.

What is made is journalled before the call and deleted by its journalled id only. Objects that a case may change are its own;
read-only cases share one per run, because on a live platform every call costs a second.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from conformance.contract import ObjectRule, Operation
from conformance.contract.members import locate
from conformance.evidence.exchange import Answer, at
from conformance.evidence.findings import Inconclusive
from conformance.platforms.draft import Draft
from conformance.suites.judge import Says, says

if TYPE_CHECKING:
    from conformance.suites.context import Context


@dataclass(frozen=True)
class Made:
    """An object on the IUT."""

    kind: str
    id: str
    name: str = ""
    parents: Mapping[str, str] = field(default_factory=dict)
    """Ids of the objects it lives in, by kind."""
    request: Any = None
    """The body it was made with."""
    answer: Any = None
    """The body of the answer that made it."""
    until_s: float | None = None
    """When a credential is renewed (monotonic clock); None: it is not known to end."""


class Objects:
    """What exists for the cases of one run."""

    def __init__(self) -> None:
        self.shared: dict[str, Made] = {}
        self._counter = 0

    def unique(self, prefix: str) -> str:
        """Return a name that this run has not used."""
        self._counter += 1
        return f"{prefix}{self._counter}"

    def provide(self, context: Context, kind: str, *, shared: bool) -> Made:
        """Return an object of that kind: the tester's, a found one, the run's shared one, or one made for this case.

        Raises:
            Inconclusive: it can be neither found nor made; the text names the call or the key that is missing.
        """
        rule = context.contract.objects[kind]
        if rule.credential or rule.pixit or (rule.find and not rule.create):
            shared = True
        elif rule.exclusive:
            shared = False
        if shared and kind in self.shared and not _old(self.shared[kind]):
            return self.shared[kind]
        if rule.key:
            made = Made(kind, context.credential(rule.key))
        elif rule.pixit and context.pixit(rule.pixit) is not None:
            made = Made(kind, str(context.pixit(rule.pixit)))
        elif rule.create:
            made = self.create(context, kind, shared=shared)
        elif rule.find:
            made = self._found(context, rule)
        else:
            key = f"[pixit] {rule.pixit}" if rule.pixit else "objects.yaml"
            raise Inconclusive(f"needs {rule.statement}: give {key} in the IUT file")
        if shared:
            made = self.shared[kind] = replace(made, until_s=_until(rule, made.answer))
        return made

    def renew(self, context: Context, draft: Draft, answer: Answer) -> None:
        """Take note of a sign-in: where a new credential ends the former (`sole`), the new one is the run's from now on."""
        subject, body = draft.operation.subject, draft.body
        for rule in context.contract.objects.values():
            if not rule.sole or subject not in {rule.create, *rule.renewed_by} or not isinstance(body, dict):
                continue
            ours = all(body.get(member) == context.credential(key) for member, key in rule.given.items())
            if ours and says(context.contract, answer) is Says.YES:
                self.shared.pop(rule.name, None)
                made = _made(rule, draft, answer, None)
                if made is not None:
                    self.shared[rule.name] = replace(made, until_s=_until(rule, answer.json))

    def create(
        self, context: Context, kind: str, *, shared: bool = False, members: Mapping[str, Any] | None = None
    ) -> Made:
        """Make an object (a preamble).

        Raises:
            Inconclusive: the call did not succeed, or a credential for it is missing.
        """
        rule = context.contract.objects[kind]
        assert rule.create is not None
        operation = context.contract.operations[rule.create]
        draft = context.draft(operation, shared=shared)
        identity = str(context.pixit(rule.id_pixit)) if rule.id_pixit else None
        if rule.body is not None:
            draft.body = fill(rule.body, identity or "", context.pixit)
        for member, value in {**rule.members, **(members or {})}.items():
            draft.set(tuple(member.split(".")), fill(value, identity or "", context.pixit))
        answer = context.send(draft, shared=shared)
        if says(context.contract, answer) is not Says.YES:
            raise Inconclusive(
                f"the preamble {operation.subject} ({rule.statement}) did not succeed: {answer.describe()}"
            )
        if rule.id_found:
            identity = self._looked_up(context, rule, _name(rule, draft))
            if identity is None:
                assert rule.find is not None
                raise Inconclusive(f"needs {rule.statement}, and {rule.find.operation} does not list it by its name")
        made = _made(rule, draft, answer, identity)
        if made is None:
            raise Inconclusive(
                f"the preamble {operation.subject} gave no id at {' or '.join(rule.id_pointers)}: {answer.describe()}"
            )
        for action in rule.then:
            context.act(action["action"], **fill(action.get("params", {}), made.id, context.pixit))
        return made

    def _looked_up(self, context: Context, rule: ObjectRule, name: str) -> str | None:
        """Return the id of the object of that name, which the list of objects tells; None where it tells none."""
        return next((made.id for made in self._listed(context, rule) if made.name == name), None)

    def intend(self, context: Context, rule: ObjectRule, draft: Draft) -> str:
        """Write into the journal that a call is about to make an object; return the name it goes by there."""
        name = _name(rule, draft) or self.unique("unnamed-")
        context.journal.intend(rule.name, name, _parents(rule, draft))
        return name

    def register(self, context: Context, rule: ObjectRule, draft: Draft, name: str, answer: Answer) -> Made | None:
        """Write into the journal what became of the call; return what was made."""
        said = says(context.contract, answer)
        if said is Says.NO:
            context.journal.gone(rule.name, name)
        identity = self._looked_up(context, rule, name) if rule.id_found and said is Says.YES else None
        made = _made(rule, draft, answer, identity) if said is Says.YES else None
        if made is None:
            return None
        context.journal.made(rule.name, name, made.id)
        return replace(made, name=name)

    def _found(self, context: Context, rule: ObjectRule) -> Made:
        assert rule.find is not None
        first = next(self._listed(context, rule), None)
        if first is None:
            hint = f"; give [pixit] {rule.pixit}" if rule.pixit else ""
            raise Inconclusive(f"needs {rule.statement}, and {rule.find.operation} lists none{hint}")
        return first

    def _listed(self, context: Context, rule: ObjectRule) -> Iterator[Made]:
        """Yield the objects that the list of objects tells, with their names where it tells them."""
        assert rule.find is not None
        draft = context.draft(context.contract.operations[rule.find.operation], shared=True)
        for member, value in rule.find.members.items():
            draft.set(tuple(member.split(":", 1)), value)
        items = at(context.send(draft, shared=True).json, rule.find.items)
        for item in items if isinstance(items, list) else ():
            value = at(item, rule.find.id)
            if is_id(value):
                name = at(item, rule.find.name) if rule.find.name else ""
                yield Made(rule.name, str(value), name if isinstance(name, str) else "", answer=item)

    def delete(self, context: Context, made: Made) -> Answer:
        """Delete what was made (a postamble) and return the answer; one that is gone already is let be."""
        rule = context.contract.objects[made.kind]
        assert rule.delete is not None
        operation = context.contract.operations[rule.delete]
        draft = context.draft(operation, bind=False)
        paths = {member.name: member.path for member in operation.request_members}
        kinds = operation.needs.values()
        for member, kind in operation.needs.items():
            if kind in made.parents:
                draft.set(paths[member], made.parents[kind])
            elif kind == made.kind or (":" in member and made.kind not in kinds):
                # A special kind of object (a device that is online, say) goes as any other of the sort does.
                draft.set(paths[member], made.id)
        if rule.delete_body is not None:
            draft.body = fill(rule.delete_body, made.id, context.pixit)
        answer = context.send(draft, shared=True)
        if says(context.contract, answer) is not Says.NEITHER:
            context.journal.gone(made.kind, made.name, made.id)
        self.shared = {kind: each for kind, each in self.shared.items() if each is not made}
        return answer


_USED_OF_LIFE: Final = 0.9
"""Part of its life after which a credential is renewed: a call under way must not meet its end."""


def _until(rule: ObjectRule, answer: Any) -> float | None:
    """Return when a credential is to be renewed, by what the answer that gave it says of its life (seconds)."""
    life = at(answer, rule.lifetime) if rule.lifetime else None
    if not isinstance(life, int | float) or isinstance(life, bool) or life <= 0:
        return None
    return time.monotonic() + life * _USED_OF_LIFE


def _old(made: Made) -> bool:
    return made.until_s is not None and time.monotonic() > made.until_s


def _made(rule: ObjectRule, draft: Draft, answer: Answer, identity: str | None) -> Made | None:
    if identity is None and rule.id_member:
        identity = draft.get(_path(draft, rule.id_member))
    places = [identity] if identity is not None else [at(answer.json, pointer) for pointer in rule.id_pointers]
    value = next(filter(is_id, places), None)
    if value is None:
        return None
    return Made(rule.name, str(value), _name(rule, draft), _parents(rule, draft), draft.body, answer.json)


def is_id(value: Any) -> bool:
    """Tell whether a value identifies an object: a number, or a text that says something."""
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def _name(rule: ObjectRule, draft: Draft) -> str:
    path = tuple(rule.name_member.split(".")) if rule.name_member else ()
    value = next(locate(draft.body, path), None) if path else None
    return value if isinstance(value, str) else ""


def _parents(rule: ObjectRule, draft: Draft) -> dict[str, str]:
    """Return the ids of the objects in which what a call makes lives: those in the path, and what it is said to be `of`."""
    found = {}
    for member, kind in draft.operation.needs.items():
        if member.startswith("path:") or kind == rule.of:
            value = draft.get(_path(draft, member))
            if value is not None:
                found[kind] = str(value)
    return found


def _path(draft: Draft, name: str) -> tuple[str, ...]:
    return next(member.path for member in draft.operation.request_members if member.name == name)


_PLACE: Final = re.compile(r"\{(id|pixit:[a-z0-9_]+)\}")


def fill(template: Any, identity: str, pixit: Callable[[str], Any]) -> Any:
    """Return a body of objects.yaml with `{id}` and `{pixit:KEY}` filled in, in names and values."""
    if isinstance(template, str):
        return _PLACE.sub(lambda place: identity if place[1] == "id" else str(pixit(place[1][6:])), template)
    if isinstance(template, Mapping):
        return {fill(key, identity, pixit): fill(value, identity, pixit) for key, value in template.items()}
    if isinstance(template, list):
        return [fill(each, identity, pixit) for each in template]
    return template


def family(operation: Operation, rules: Mapping[str, ObjectRule]) -> list[tuple[str, str]]:
    """Return (member, kind) of what the operation needs, children before their parents.

    A child is provided first, and brings the parent it lives in.
    """
    needs = list(operation.needs.items())
    return sorted(needs, key=lambda need: rules[need[1]].of is None)
