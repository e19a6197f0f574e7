"""A right platform whose views lag: after each change, every view is shown once more as it was before.

Only the embedded platform's rooms are looked into: a call that changes something, and an action of the upper tester, keeps
what they were; the next call of each address that only reads is answered from that.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from conformance.evidence.exchange import Answer, Request
from conformance.evidence.findings import Inconclusive
from conformance.reference.huawei.platform import Huawei, Room
from conformance.suites.environment import Environment
from tests.engine.fake import InProcess

DELAY_S = 0.3
"""Ingest delay that the tester tells: long enough for a few looks."""
Rooms = dict[type[Room], Room]


class Lagging:
    """The embedded platform in this process, as a transport and as an upper tester."""

    def __init__(self) -> None:
        self.core = InProcess("huawei")
        platform = self.core.service.platform
        assert isinstance(platform, Huawei)
        self.huawei = platform
        self.shown_late = 0
        """Answers that told a former state, so that a case that does not wait would blame it."""
        self.at_read: Callable[[Request], None] = lambda _: None
        """What happens just before a call that only reads."""
        self._former: Rooms = {}
        self._late: set[str] = set()
        """Addresses that have shown the former state since the last change."""

    def environment(self, **pixit: Any) -> Environment:
        made = self.core.environment(pixit=self.core.pixit | {"ingest_delay_s": DELAY_S} | pixit)
        made.client.transport = self  # type: ignore[attr-defined]
        made.upper_tester = self
        made.busy_pause = lambda _: None
        return made

    def __call__(self, request: Request) -> Answer:
        if request.method != "GET":
            if "/sec/" not in request.url:  # tokens are in no room
                self._change()
            return self.core(request)
        self.at_read(request)
        address = request.url.partition("?")[0]
        if address in self._late or not self._former:
            return self.core(request)
        self._late.add(address)
        now, self.huawei._rooms = self.huawei._rooms, self._former
        try:
            former = self.core(request)
        finally:
            self.huawei._rooms = now
        self.shown_late += former.body != self.core(request).body
        return former

    def act(self, case: str, action: str, params: Mapping[str, Any]) -> Any:
        """Carry out an action, as `UpperTester` has it."""
        del case
        if action == "clock":
            self.core.service.clock.offset_s = params["offset_s"]
            return {}
        if action not in self.huawei.actions:
            raise Inconclusive(f"no action {action}")
        self._change()
        return self.huawei.actions[action](params)

    def _change(self) -> None:
        shared: tuple[Any, ...] = (self.huawei, self.core.service, self.core.contract)
        known = {id(each): each for each in shared}
        self._former = {kind: copy.deepcopy(room, known) for kind, room in self.huawei._rooms.items()}
        self._late.clear()
