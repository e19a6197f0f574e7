"""Many faults judged by several processes, each with implementations of its own that stay warm."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import ExitStack
from functools import partial
from multiprocessing.util import Finalize
from typing import TypeVar

from . import benign, roles
from .control import Controls
from .killing import judge
from .wrong import Ground, Judged, Wrong

PORTION = 16
"""Faults that a process is given at once."""

Result = TypeVar("Result")

_stack = ExitStack()
_grounds: dict[tuple[str, str], Ground] = {}
_controls: dict[tuple[str, str], Controls] = {}


def warm(role: str, platform: str) -> Ground:
    """Return the implementation of a role that this process keeps warm."""
    if not _grounds:
        # A process of a pool ends without running what atexit knows.
        Finalize(None, cool, exitpriority=10)
    if (role, platform) not in _grounds:
        cool()  # one at a time: an idle one costs memory
        _grounds[role, platform] = _stack.enter_context(roles.role(role).ground(platform))
    return _grounds[role, platform]


def cool() -> None:
    """Stop what this process keeps warm."""
    _grounds.clear()
    _controls.clear()
    _stack.close()


def judged(wrong: Wrong, without: Sequence[str] = ()) -> Judged:
    """Judge one fault in this process."""
    statements = partial(roles.role(wrong.role).statement, wrong.platform)
    ground = warm(*wrong.ground)
    return judge(wrong, ground, statements, _controls.setdefault(wrong.ground, Controls(ground)), without)


def _portion(keys: Sequence[str], role: str, platform: str, without: Sequence[str]) -> list[Judged]:
    wanted = set(keys)
    return [judged(each, without) for each in roles.wrongs(role, platform) if each.key in wanted]


def work(wrongs: Sequence[Wrong], jobs: int, without: Sequence[str] = ()) -> Iterator[Judged]:
    """Judge faults, `jobs` at a time; yield what became of each as it is known."""
    for found in _worked([partial(_portion, keys, *ground, without) for ground, keys in _portions(wrongs)], jobs):
        yield from found


def tried(variants: Sequence[tuple[str, str, str]], jobs: int) -> Iterator[benign.Trial]:
    """Judge ways of being right, `jobs` at a time; yield what came of each as it is known."""
    yield from _worked([partial(benign.try_variant, *each) for each in variants], jobs)


def _portions(wrongs: Sequence[Wrong]) -> Iterator[tuple[tuple[str, str], list[str]]]:
    grounds: dict[tuple[str, str], list[str]] = {}
    for wrong in wrongs:
        grounds.setdefault(wrong.ground, []).append(wrong.key)
    for ground, keys in grounds.items():
        for start in range(0, len(keys), PORTION):
            yield ground, keys[start : start + PORTION]


def _worked(tasks: Sequence[Callable[[], Result]], jobs: int) -> Iterator[Result]:
    """Do the tasks, in this process where one job is asked for, else in so many of a pool."""
    if jobs == 1:
        try:
            for task in tasks:
                yield task()
        finally:
            cool()
        return
    waiting = deque(tasks)
    running: set[Future[Result]] = set()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_follow) as pool:
        try:
            while waiting or running:
                while waiting and len(running) < 2 * jobs:
                    running.add(pool.submit(waiting.popleft()))
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for each in done:
                    yield each.result()
        finally:
            for each in running:
                each.cancel()


def _follow() -> None:
    """Let this process end with the one that started it, however that ends; what it started itself ends with it."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
