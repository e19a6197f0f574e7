"""What a case is given: calls, checks, preambles. One context lives as long as one case."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from conformance.contract import ALLOWED_UNASKED, CallClass, Member, Operation
from conformance.contract.members import Schema, altered, locate, present
from conformance.evidence.exchange import Answer, Request
from conformance.evidence.findings import Inconclusive, Stop
from conformance.iut import probes, raw
from conformance.iut.journal import Journal
from conformance.iut.probes import Probe
from conformance.platforms.draft import ABSENT, Draft
from conformance.suites import busy, judge, moments, samples
from conformance.suites.case import Case
from conformance.suites.checks import json_equal
from conformance.suites.environment import Budget, Environment
from conformance.suites.judge import Says
from conformance.suites.judging import Judging
from conformance.suites.objects import Made, family, fill
from conformance.suites.probes import check_answer

__all__ = ["DEFAULT", "Context", "json_equal"]


class _Default:
    """The operation's own credentials."""


DEFAULT: Final = _Default()


class Context(Judging):
    """One case of role platform under way."""

    def __init__(self, environment: Environment, case: Case) -> None:
        super().__init__(environment, case)
        self.environment = environment
        self._own: list[Made] = []

    # ---- what is known ------------------------------------------------------------------------------------------

    @property
    def journal(self) -> Journal:
        """Where what is made is written down."""
        return self.environment.journal

    def operation(self, subject: str) -> Operation:
        """Return a documented operation."""
        return self.contract.operations[subject]

    def unique(self) -> str:
        """Return a text that this run has not used, beginning with the run's prefix."""
        return self.environment.objects.unique(self.environment.prefix)

    def act(self, action: str, **params: Any) -> Any:
        """Have the upper tester do something in the IUT's environment.

        Raises:
            Inconclusive: there is none, or it cannot.
        """
        return self.environment.upper_tester.act(self.case.id, action, params)

    # ---- preambles ----------------------------------------------------------------------------------------------

    def make(self, kind: str, **members: Any) -> Made:
        """Make an object of this case's own (a preamble); it is deleted when the case ends.

        Raises:
            Inconclusive: it cannot be made.
        """
        return self.environment.objects.create(self, kind, members=members)

    def have(self, kind: str) -> Made:
        """Return an object that the case only reads (a preamble).

        Raises:
            Inconclusive: there is none and none can be made.
        """
        return self.environment.objects.provide(self, kind, shared=True)

    def close(self) -> None:
        """Run the postamble: delete what the case made, youngest first."""
        # A run that has used up its calls or its time still takes away what it made.
        spent, self.environment.budget = self.environment.budget, Budget()
        try:
            while self._own:
                self.environment.objects.delete(self, self._own.pop())
        finally:
            self.environment.budget = spent

    def forget(self, identity: str) -> None:
        """Take an object off the postamble: the body of the case has deleted it."""
        for made in [each for each in self._own if each.id == identity]:
            self._own.remove(made)
            self.journal.gone(made.kind, made.name, made.id)

    def draft(
        self,
        subject: str | Operation,
        *,
        full: bool = False,
        having: tuple[str, ...] = (),
        shared: bool | None = None,
        bind: bool = True,
        probe: Probe | None = None,
        **members: Any,
    ) -> Draft:
        """Build a valid request: documented example values, fresh unique names, ids of the objects it needs.

        Args:
            subject: the operation.
            full: every documented member instead of the required ones.
            having: a member of the body that must be among them.
            shared: use the run's shared objects; unset: only for read-only operations.
            bind: provide the objects that the operation needs; off where the caller names them all.
            probe: the call to make, of those that the tester names; unset: the first.
            members: values by parameter name (path, query, header), and `body` for the whole body.

        Raises:
            Inconclusive: an object that it needs cannot be had, or the tester names no call.
        """
        operation = self.operation(subject) if isinstance(subject, str) else subject
        draft = samples.skeleton(operation, full=full, having=having)
        samples.make_unique(draft, self.unique, self.told)
        given = dict(members)
        if "body" in given:
            draft.body = given.pop("body")
        else:
            draft.body = self.fitted(operation, draft.body)
            samples.seal(draft)
        if operation.probes:
            draft.probe = probe or self.probes(operation)[0]
            draft.content = copy.deepcopy(draft.probe.body)
        for rule in self.contract.objects.values():
            signs_in = rule.credential and operation.subject in {rule.create, *rule.renewed_by}
            if signs_in and isinstance(draft.body, dict):
                draft.body.update({member: self.credential(key) for member, key in rule.given.items()})
        for parameter in operation.parameters:
            path = (parameter.location, parameter.name)
            if draft.get(path) is not None:
                draft.set(path, self._of_today(operation, parameter.schema, draft.get(path)))
        locations = {parameter.name: parameter.location for parameter in operation.parameters}
        for name, value in given.items():
            draft.set((locations[name], name), value)
        if bind:
            for kind in operation.preamble:
                self.environment.objects.provide(self, kind, shared=operation.call_class is CallClass.READ_ONLY)
            read_only = operation.call_class is CallClass.READ_ONLY
            self._bind(draft, shared=read_only if shared is None else shared, given=frozenset(members))
        return draft

    def drafts(self, operation: Operation, *, full: bool = False, shared: bool | None = None) -> Iterator[Draft]:
        """Yield the valid requests that show that an operation is served: one, or one per call that the tester names.

        Raises:
            Inconclusive: as `draft`.
        """
        for probe in self.probes(operation) or (None,):
            yield self.draft(operation, full=full, shared=shared, probe=probe)

    def probes(self, operation: Operation) -> tuple[Probe, ...]:
        """Return the calls that the tester names for an operation without an address of its own; none for any other.

        Raises:
            Inconclusive: the tester names none.
        """
        if operation.probes is None:
            return ()
        found = probes.read(self.pixit(operation.probes))
        if not found:
            raise Inconclusive(
                f"needs a call that only the tester knows: give [pixit] {operation.probes} in the IUT file"
            )
        return found

    def keys(self, operation: Operation, within: Any = None) -> dict[str, str]:
        """Return the names to use in place of the example's (`x-keys`: example name → PIXIT key).

        Args:
            operation: the operation.
            within: a body; unset: all names are asked for, else those that the body holds.

        Raises:
            Inconclusive: the tester has not told one of them.
        """
        marked = operation.request.schema.get("x-keys", {}) if operation.request else {}
        used = marked if within is None else samples.names_in(within) & marked.keys()
        return {name: str(self.told(key)) for name, key in marked.items() if name in used}

    def fitted(self, operation: Operation, value: Any, at: tuple[str, ...] = ()) -> Any:
        """Return a body of example values, or the part of one that stands `at` a member, as it can be sent today:
        with the tester's names (`x-keys`) in place of the example's, and with times that count from now (`x-time`).

        Raises:
            Inconclusive: the tester has not told one of the names.
        """
        if operation.request is None or value is ABSENT:
            return value
        if keys := self.keys(operation, value):
            value = samples.renamed(value, keys)
        for member in (*operation.request.annotated("x-pixit"), *operation.request.annotated("x-time")):
            if member.path[: len(at)] == at:
                fit = partial(self._of_today, operation, member.schema)
                value = altered(value, member.path[len(at) :], fit)
        return value

    def _of_today(self, operation: Operation, schema: Schema, example: Any) -> Any:
        """Return what stands in place of an example's value: what the tester told, or a time that counts from now."""
        if (template := schema.get("x-pixit")) is not None:
            return self.told(template) if isinstance(template, str) else fill(template, "", self.told)
        if (marked := schema.get("x-time")) is None or not isinstance(example, str | int | float):
            return example
        moment = self.now() + timedelta(seconds=moments.seconds_of(marked))
        if operation.call_class is CallClass.IRREVERSIBLE and not moments.repeats(marked):
            moment = self.environment.moments.free(moment)  # in what nothing undoes no time stands twice
        return self.written(moment, schema)

    def now(self) -> datetime:
        """Return the time on the IUT's clock, as far as its answers told it."""
        return datetime.now(UTC) + timedelta(milliseconds=self.environment.clock_offset_ms or 0)

    def written(self, moment: datetime, at: Member | Schema | None = None) -> Any:
        """Return a moment as a request has it: at a member (or one with this schema), else as this protocol writes times."""
        schema = at.schema if isinstance(at, Member) else at
        marked = (schema or {}).get("x-time")
        kinds = (schema or {}).get("type", "string")
        form = moments.form(self.pixit, marked, self.contract.time_form)
        return form.write(moment, text="integer" not in kinds and "number" not in kinds)

    def _bind(self, draft: Draft, *, shared: bool, given: frozenset[str]) -> None:
        rules = self.contract.objects
        known: dict[str, str] = {}
        members = {each.name: each for each in draft.operation.request_members}
        for member, kind in family(draft.operation, rules):
            path, required = members[member].path, members[member].required
            if "body" in given and ":" not in member:
                continue  # a body that the caller gave whole is the caller's business
            if path[-1] in given:
                known[kind] = str(draft.get(path))
                continue
            if not required and draft.get(path) is None:
                continue
            if kind not in known:
                try:
                    made = self.environment.objects.provide(self, kind, shared=shared)
                except Inconclusive:
                    if required:
                        raise
                    draft.remove(path)  # an optional reference to something this platform does not have
                    continue
                known.update({kind: made.id, **made.parents})
            draft.set(path, known[kind])

    def fill_needs(self, draft: Draft) -> None:
        """Write the ids of needed objects into a body that somebody else made, wherever it has the members."""
        for member in draft.operation.request_members:
            kind = draft.operation.needs.get(member.name)
            if kind is not None and ":" not in member.name and present(draft.body, member.path):
                draft.set(member.path, self.have(kind).id)

    @property
    def most(self) -> int:
        """How many irreversible objects one call may make."""
        return int(self.pixit("max_amount") or 10)

    def amount(self, draft: Draft) -> int:
        """Return how many irreversible objects a call would make, by the members marked `x-amount`."""
        message = draft.operation.request
        found = (
            (value for member in message.annotated("x-amount") for value in locate(draft.body, member.path))
            if message
            else ()
        )
        return max((len(each) if isinstance(each, list) else int(each) for each in found if _counts(each)), default=0)

    # ---- calls --------------------------------------------------------------------------------------------------

    def token(self, kind: str) -> str:
        """Return a token, signed in once per run.

        Raises:
            Inconclusive: signing in did not succeed, or a credential is missing.
        """
        return self.environment.objects.provide(self, kind, shared=True).id

    def carried(self, kind: str) -> tuple[tuple[str, str], ...]:
        """Return the headers that carry a credential, for requests that are made by hand."""
        draft = Draft(next(each for each in self.contract.operations.values() if kind in each.credentials))
        self.environment.driver.present(draft, self.token(kind), self)
        return tuple(draft.headers.items())

    def send(
        self,
        draft: Draft,
        *,
        credential: str | _Default | None = DEFAULT,
        headers: Mapping[str, str] | None = None,
        wrong: str | None = None,
        shared: bool = False,
        keep: bool = False,
    ) -> Answer:
        """Send a request and judge the shape of its answer; never raises for what the IUT answers.

        Args:
            draft: the request.
            credential: a token to use in place of the operation's own; None for no credentials.
            headers: headers in place of those that carry credentials.
            wrong: a way of presenting credentials that must be refused, by the driver's name for it.
            shared: part of a preamble that serves the whole run.
            keep: write the exchange as evidence even past the limit of the case.

        Raises:
            Inconclusive: the call is not allowed here, the run's budget is used up, or the IUT is gone.
        """
        operation = draft.operation
        self._permit(operation.call_class)
        if self.environment.iut.live and self.amount(draft) > self.most:
            raise Inconclusive(
                f"would make {self.amount(draft)} irreversible objects; [pixit] max_amount = {self.most}"
            )
        rule = self.environment.maker(operation.subject)
        name = ""

        def ready() -> Request:
            nonlocal name
            request = self._request(draft, credential, headers, wrong)
            if rule and not name:  # what is refused unsent makes nothing
                self.environment.budget.check()
                name = self.environment.objects.intend(self, rule, draft)
            return request

        answer = self.exchange(ready, operation, keep=keep)
        self.environment.objects.renew(self, draft, answer)
        if rule:
            made = self.environment.objects.register(self, rule, draft, name, answer)
            if made is not None:
                (self.environment.leftovers if shared else self._own).append(made)
        return answer

    def _request(
        self,
        draft: Draft,
        credential: str | _Default | None,
        headers: Mapping[str, str] | None = None,
        wrong: str | None = None,
        target: str | None = None,
    ) -> Request:
        """Return a draft as it goes out: with credentials, as bytes, sealed."""
        operation, driver = draft.operation, self.environment.driver
        draft = replace(draft.in_query() if self.in_query(operation) else draft, headers=dict(draft.headers))
        if headers is not None:
            draft.headers.update(headers)
        elif wrong is not None:
            driver.ways[wrong](draft, self.token(operation.credentials[0]), self)
        elif isinstance(credential, str):
            driver.present(draft, credential, self)
        elif isinstance(credential, _Default) and operation.credentials:
            driver.present(draft, self.token(operation.credentials[0]), self)
        body = draft.bytes()
        sent = list(draft.headers.items())
        if operation.media_type and body is not None and not any(name.lower() == "content-type" for name, _ in sent):
            sent.append(("Content-Type", operation.media_type))
        url = self.environment.client.base_url + (target or draft.target())
        return driver.seal(Request(operation.method, url, tuple(sent), body, plain=draft.plain), self)

    def send_elsewhere(self, draft: Draft, target: str) -> Answer:
        """Send a valid message to a path that is not its own; only the platform's way to refuse is judged."""
        return self.exchange(lambda: self._request(draft, DEFAULT, target=target))

    def in_query(self, operation: Operation) -> bool:
        """Tell whether the members of the body stand in the query, where the contract leaves that to the tester."""
        return operation.body_place is not None and self.pixit(operation.body_place) == "query"

    def exchange(
        self, request: Request | Callable[[], Request], operation: Operation | None = None, *, keep: bool = False
    ) -> Answer:
        """Send a request as it is; judge the answer's shape where the operation is known.

        An IUT that says it is busy, and to try again later, is asked again a few times; `request` may be a function then,
        because credentials may serve one request only. A case that reaches the limit of calls itself is told at once.

        Raises:
            Inconclusive: the run's budget is used up, the IUT is gone, or it stays busy.
        """
        answer = self._exchanged(request if isinstance(request, Request) else request(), operation, keep=keep)
        if self.case.call_class is CallClass.THROTTLE:
            return answer
        for pause_s in busy.PAUSES_S:
            if not busy.says_busy(self.contract, answer):
                return answer
            self.environment.busy_pause(busy.pause_s(answer, pause_s))
            answer = self._exchanged(request if isinstance(request, Request) else request(), operation, keep=keep)
        if busy.says_busy(self.contract, answer):
            raise Inconclusive(f"the IUT said {len(busy.PAUSES_S) + 1} times that it is busy: {answer.describe()}")
        return answer

    def _exchanged(self, request: Request, operation: Operation | None, *, keep: bool) -> Answer:
        environment = self.environment
        environment.budget.spend()
        for name, value in request.headers:
            if environment.redactor.is_secret_header(name):
                environment.redactor.learn_passing(value, name)
        if request.raw is None:
            answer = environment.client.send(request)
        else:
            environment.client.limiter.wait()
            answer = raw.send(
                request.url,
                request.raw,
                timeout_s=environment.client.timeout_s,
                context=environment.client.context,
                method=request.method,
            )
            environment.client.limiter.answered()
        if operation is not None:
            answer = environment.driver.unseal(answer, operation, self)
        answer = replace(answer, evidence=environment.recorder.http(answer, keep=keep))
        self.last = answer
        if operation is not None:
            for seen in judge.answer_shape(self.contract, operation, answer, self._tried):
                self.observe(seen, answer)
        environment.transported(answer.failure is not None, self.case.id)
        return answer

    def call(
        self, subject: str, *, full: bool = False, credential: str | _Default | None = DEFAULT, **members: Any
    ) -> Answer:
        """Build a valid request and send it; what the answer says is the caller's to judge."""
        return self.send(self.draft(subject, full=full, **members), credential=credential)

    def succeed(
        self, subject: str | Draft, *, full: bool = False, credential: str | _Default | None = DEFAULT, **members: Any
    ) -> Answer:
        """Send a valid request that the IUT must serve; a finding on `<section>/success`.

        Raises:
            Stop: it was not served; the finding is recorded.
        """
        draft = subject if isinstance(subject, Draft) else self.draft(subject, full=full, **members)
        answer = self.send(draft, credential=credential)
        if not self.served(draft.operation, answer):
            raise Stop
        if draft.probe is not None:
            check_answer(self, draft.probe, answer)
        return answer

    def prepare(self, subject: str, *, full: bool = False, **members: Any) -> Answer:
        """Send a valid request as a preamble.

        Raises:
            Inconclusive: it was not served.
        """
        answer = self.send(self.draft(subject, full=full, **members))
        if judge.says(self.contract, answer) is not Says.YES:
            raise Inconclusive(f"the preamble {subject} did not succeed: {answer.describe()}")
        return answer

    def _permit(self, call_class: CallClass) -> None:
        if self.environment.iut.live and call_class not in ALLOWED_UNASKED | self.environment.allowed:
            raise Inconclusive(f"{call_class} calls are not sent to a live system without --allow {call_class}")


def _counts(value: Any) -> bool:
    """Tell whether the value of an amount says how many: a list, or a finite number."""
    return isinstance(value, list) or (isinstance(value, int | float) and abs(value) < 1e9)
