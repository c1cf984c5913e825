"""Has rosters of night watches made, one at a time, each in a child process of low priority."""

from __future__ import annotations

import logging
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import close_old_connections, connections

from wardmote.operations.child_process import begin, close, kill
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal import clock
from wardmote.operations.journal.storage import UNANSWERED
from wardmote.operations.patrols.services.making import (
    PROCESS_ENDED,
    SERVER_STOPPED,
    claim_next,
    fail,
    give_up_lost,
    is_wanted,
)

LOOK_EVERY_S = 1.0
LONGEST_S = 120.0
"""A making that takes longer (>) is ended: its search has a limit of its own."""
END_WITHIN_S = 10.0

FAULTS = (ArithmeticError, LookupError, OSError, RuntimeError, TypeError, ValueError)
"""Faults of one making, or of the program, that must not end the thread for all others."""

logger = logging.getLogger(__name__)

Command = Callable[[str, str], Sequence[str]]
"""The command line that makes a roster, from the making's id and the claim."""


@dataclass(frozen=True, slots=True)
class _Held:
    making: str
    claim: str
    process: subprocess.Popen[bytes]
    begun_s: float


class RosterRunner:
    """The thread of the server that has rosters made."""

    def __init__(self, command: Command) -> None:
        self._command = command
        self._held: _Held | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep_going, name="rosters", daemon=True)

    def start(self) -> None:
        """Give up what the last server left, then begin to look."""
        give_up_lost(now_s=clock.now_s())
        self._thread.start()

    def stop(self) -> None:
        """End what is being made, and the thread."""
        self._over.set()
        self._thread.join(END_WITHIN_S)

    def look(self) -> None:
        """Look once: at the process that computes, or else for a roster that waits."""
        if self._held is not None:
            self._look_after(self._held)
            return
        claim = new_id(clock.now_s())
        making = claim_next(claim, now_s=clock.now_s())
        if making is None:
            return
        try:
            process = begin(self._command(making, claim))
        except (OSError, ValueError, subprocess.SubprocessError):
            logger.exception("The process that makes a roster could not be begun")
            fail(making, claim, PROCESS_ENDED, now_s=clock.now_s())
            return
        self._held = _Held(making, claim, process, time.monotonic())

    def _look_after(self, held: _Held) -> None:
        if held.process.poll() is None:
            in_time = time.monotonic() - held.begun_s <= LONGEST_S
            if in_time and is_wanted(held.making, held.claim):
                return
            kill(held.process)
        # One that was laid down is left alone; one that is being cancelled is cancelled now.
        fail(held.making, held.claim, PROCESS_ENDED, now_s=clock.now_s())
        close(held.process)
        self._held = None

    def _keep_going(self) -> None:
        while not self._over.wait(LOOK_EVERY_S):
            try:
                close_old_connections()
                self.look()
            except UNANSWERED:
                logger.exception("Rosters wait for the database")
            except FAULTS:
                logger.exception("Rosters go on after a fault")
        if self._held is not None:
            held, self._held = self._held, None
            kill(held.process)
            close(held.process)
            try:
                fail(held.making, held.claim, SERVER_STOPPED, now_s=clock.now_s())
            except UNANSWERED:
                logger.exception("A making was ended without a word in the database")
        connections.close_all()
