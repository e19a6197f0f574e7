"""What a platform pushes, waited for and judged: every message that comes to a callback address of ours.

A case waits on the message itself, at most as long as the tester says it may take (`[pixit] notification_timeout_s`). Other
messages that come to the same address are no mistake, since other devices live on a platform; their shape is judged too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from conformance.contract import Notification
from conformance.evidence.findings import Stop
from conformance.iut.receiver import Channel, Received
from conformance.suites import judge
from conformance.suites.context import Context

SHOWN: Final = 3
"""Messages that a finding quotes where the awaited one did not come."""

Judge = Callable[[Context, Notification, Received], None]


@dataclass
class Inbox:
    """A callback address of a case, for one kind of notification."""

    context: Context
    notification: Notification
    channel: Channel
    transport: Judge
    """Judges how a message was sent; what it tells is judged here."""
    _judged: set[int] = field(default_factory=set)

    @property
    def url(self) -> str:
        """The address to subscribe."""
        return self.channel.url

    @property
    def timeout_s(self) -> float:
        """How long a notification may take."""
        return float(self.context.told("notification_timeout_s"))

    def expect(self, fits: Callable[[Received], bool], what: str, *, requirement: str | None = None) -> Received:
        """Wait for the message of an event; judge it and whatever else came.

        Args:
            fits: tells the message from those of other events.
            what: the message in words.
            requirement: the statement that it is pushed; unset: the notification's own.

        Raises:
            Stop: it did not come in time; the finding is recorded.
        """
        found = self.channel.wait(fits, timeout_s=self.timeout_s)
        self.judge()
        statement = requirement or self.notification.requirement("sent")
        if found is None:
            came = self.channel.received
            told = "; ".join(each.describe() for each in came[-SHOWN:])
            actual = f"{len(came)} other messages: {told}" if came else "nothing"
            expected = f"{what} within {self.timeout_s:g} s"
            last = came[-1] if came else None
            self.context.check(statement, False, expected=expected, actual=actual, answer=last)
            raise Stop
        self.context.check(statement, True, answer=found)
        return found

    def judge(self) -> None:
        """Judge every message that came and was not judged yet."""
        for received in self.channel.received:
            if received.number in self._judged:
                continue
            self._judged.add(received.number)
            self.transport(self.context, self.notification, received)
            self._shape(received)

    def _shape(self, received: Received) -> None:
        # A body that is no JSON breaks a statement of its own; it has no members to judge.
        if received.json_problem is None:
            for seen in judge.message_shape(self.context.contract, self.notification, received.json):
                self.context.observe(seen, received)


def open_inbox(context: Context, subject: str, transport: Judge, *, tls: bool = False) -> Inbox:
    """Open a callback address for a kind of notification.

    Raises:
        Inconclusive: the platform cannot be expected to reach it.
    """
    notification = context.contract.notifications[subject]
    return Inbox(context, notification, context.environment.receiver(tls=tls).channel(subject), transport)
