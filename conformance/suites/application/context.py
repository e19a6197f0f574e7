"""What a case of role application is given: pushing as a platform would, and judging the answer by its status."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final

from conformance.contract import Notification
from conformance.evidence.exchange import Answer, Request
from conformance.evidence.findings import Stop
from conformance.iut.http import HttpClient
from conformance.suites.application import messages
from conformance.suites.application.environment import ApplicationEnvironment
from conformance.suites.case import Case
from conformance.suites.checks import Checks

JSON: Final = (("Content-Type", "application/json"),)
"""As the document prints the head of every notification."""


class ApplicationContext(Checks):
    """One case of role application under way. Pushes go over one connection, which is the case's own."""

    def __init__(self, environment: ApplicationEnvironment, case: Case) -> None:
        super().__init__(environment, case)
        self.environment = environment
        self._client: HttpClient | None = None

    @property
    def notifications(self) -> Sequence[Notification]:
        """Everything that a platform pushes to this application, in the order of the document: unset, of every kind."""
        claimed = self.environment.iut.pics.get("notifications", self.contract.notifications)
        return tuple(each for each in self.contract.notifications.values() if each.subject in claimed)

    def close(self) -> None:
        """Close the connection."""
        self.reconnect()

    def reconnect(self) -> None:
        """Close the connection; the next push opens another."""
        if self._client is not None:
            self._client.close()
            self._client = None

    # ---- pushing ------------------------------------------------------------------------------------------------

    def push(self, body: Any, headers: tuple[tuple[str, str], ...] = JSON) -> Answer:
        """Push one message, or these bytes, and read the answer; never raises for what the application does.

        Raises:
            Inconclusive: the run's budget is used up.
        """
        environment = self.environment
        environment.budget.spend()
        if self._client is None:
            self._client = environment.connect()
        answer = self._client.send(self._request(body, headers))
        return self._seen(answer)

    def beside(self, message: Any) -> Answer:
        """Push a message over a connection of its own while the case's is still open."""
        self.environment.budget.spend()
        with self.environment.connect() as client:
            return self._seen(client.send(self._request(message, JSON)))

    def push_at_once(self, bodies: Sequence[Any], *, connections: int) -> list[Answer]:
        """Push many messages over several connections at the same time; the answers come in the order of the messages.

        The tester's rate limit holds all the same: with one the pushes go out one after another.
        """
        self.reconnect()
        for _ in bodies:
            self.environment.budget.spend()
        clients = [self.environment.connect() for _ in range(connections)]
        if clients[0].limiter.interval_s:
            clients = clients[:1]
        shares = [range(number, len(bodies), len(clients)) for number in range(len(clients))]

        def share(client: HttpClient, numbers: range) -> list[tuple[int, Answer]]:
            done = []
            for number in numbers:
                answer = client.send(self._request(bodies[number], JSON))
                done.append((number, answer))
                if answer.failure is not None and answer.failure.kind == "timeout":
                    break  # who hangs once on a connection would cost a timeout per message
            return done

        try:
            with ThreadPoolExecutor(len(clients)) as pool:
                found = dict(pair for part in pool.map(share, clients, shares) for pair in part)
        finally:
            for client in clients:
                client.close()
        return [self._seen(found[number]) for number in sorted(found)]

    def _request(self, body: Any, headers: tuple[tuple[str, str], ...]) -> Request:
        content = body if isinstance(body, bytes) else messages.compact(body)
        return Request("POST", self.environment.url, headers, content)

    def _seen(self, answer: Answer) -> Answer:
        answer = replace(answer, evidence=self.environment.recorder.http(answer))
        self.last = answer
        self.environment.transported(answer.failure is not None, self.case.id)
        return answer

    # ---- judging ------------------------------------------------------------------------------------------------

    def takes(
        self,
        notification: Notification,
        answer: Answer,
        requirement: str | None = None,
        *,
        note: str = "",
        pointer: str = "",
    ) -> bool:
        """Check that a message was answered as the document demands: with its status, in time."""
        statuses = " or ".join(map(str, notification.statuses))
        limit = float(self.pixit("request_timeout_s") or 10)
        return self.check(
            requirement or notification.requirement("answered"),
            answer.failure is None and answer.status in notification.statuses,
            expected=f"HTTP {statuses} within {limit:g} s",
            actual=answer.describe(),
            answer=answer,
            note=note,
            pointer=pointer,
        )

    def documented(self, notification: Notification, message: Any, note: str = "") -> None:
        """Push a documented message that the application must answer.

        Raises:
            Stop: it did not; the finding is recorded.
        """
        if not self.takes(notification, self.push(message), note=note):
            raise Stop

    def survives(self, requirement: str, answer: Answer, what: str) -> None:
        """Check that something that no sentence speaks of was answered in some way, and that the application lives on.

        A connection that is closed in place of an answer is none; a documented message afterwards is served.
        """
        holds = answer.failure is None
        if not self.check(
            requirement, holds, expected="an answer of any status", actual=answer.describe(), note=what, answer=answer
        ):
            self.reconnect()
        self.lives_on(requirement, what)

    def lives_on(self, requirement: str, what: str) -> None:
        """Check that a documented message is still served, over another connection.

        Raises:
            Stop: it is not; the finding is recorded.
        """
        self.reconnect()
        first = self.notifications[0]
        after = self.push(messages.maximal(first))
        if not self.check(
            requirement,
            after.failure is None and after.status in first.statuses,
            expected="a documented message is still served afterwards",
            actual=after.describe(),
            note=what,
            answer=after,
        ):
            raise Stop
