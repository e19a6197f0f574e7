"""Ctrl-C and SIGTERM: a run that is asked to end does so, wherever the question finds it.

Python raises KeyboardInterrupt at any line. Where that is within the callback of a garbage collection it is printed and lost,
and where it is deep in a library it may come out as another error: so it is also remembered, and asked for between calls and
between cases.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Never

_state = {"asked": False, "heeded": False}


def check() -> None:
    """Go on only where nobody has asked for the end, or somebody heeds it already.

    Raises:
        KeyboardInterrupt: the run is to end.
    """
    if asked():
        raise KeyboardInterrupt


def asked() -> bool:
    """Tell whether the run is to end, and nobody has begun to clean up yet."""
    return _state["asked"] and not _state["heeded"]


def heed() -> None:
    """Begin to clean up: calls are needed for that."""
    _state["heeded"] = True


@contextmanager
def interruptible(signals: Sequence[signal.Signals]) -> Iterator[None]:
    """Have signals end what happens within, by KeyboardInterrupt; the main thread alone may ask for it."""
    _state.update(asked=False, heeded=False)
    former = {number: signal.signal(number, _came) for number in signals}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
        _state.update(asked=False, heeded=False)


def _came(number: int, frame: FrameType | None) -> Never:
    del number, frame
    _state["asked"] = True
    raise KeyboardInterrupt
