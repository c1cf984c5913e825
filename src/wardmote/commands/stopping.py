"""Ending a command when it is asked to: Ctrl-C and a polite request to stop do the same."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator
from types import FrameType

from wardmote.commands.language import say

_REQUESTS = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def interrupted_when_asked() -> Iterator[None]:
    """Raise `KeyboardInterrupt` at either request, wherever the program is.

    Left to itself `asyncio.Runner` answers Ctrl-C by cancelling what it runs, and forgets it when
    that was just done; a run is thousands of short tasks, so one of them would be just done.
    """

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in _REQUESTS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def stopping_when_asked(zh: str, en: str) -> Iterator[Callable[[], bool]]:
    """A question whether to stop: true once somebody asked; asked twice, the command ends at once.

    Args:
        zh, en: said when it is asked for the first time.
    """
    asked = [False]

    def ask(_number: int, _frame: FrameType | None) -> None:
        if asked[0]:
            raise KeyboardInterrupt
        asked[0] = True
        say(zh, en, error=True)

    before = {number: signal.signal(number, ask) for number in _REQUESTS}
    try:
        yield lambda: asked[0]
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def cancel_when_asked() -> None:
    """Cancel the task that calls this at either request, for as long as its loop runs."""
    loop, me = asyncio.get_running_loop(), asyncio.current_task()
    for number in _REQUESTS:
        loop.add_signal_handler(number, lambda: me.cancel() if me else None)
