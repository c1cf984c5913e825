"""Computes runs, one at a time, each in a child process of low priority.

The server starts one runner. It claims the run that waits longest, starts the program that computes
it, and looks at both every moment: a run that is to be cancelled loses its process, a process that
ended without an outcome leaves a failed run. The child holds the other end of a pipe and ends by
itself when the server is gone, however that came about. The runner also puts approved plans in
force when their day has come.
"""

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
from wardmote.operations.studies.services import (
    PROCESS_ENDED,
    SERVER_STOPPED,
    claim_next,
    ends_itself,
    fail,
    give_up_lost,
    is_wanted,
    take_effect_where_due,
)

LOOK_EVERY_S = 0.5
DUE_EVERY_S = 20.0
END_WITHIN_S = 10.0
HAND_BACK_WITHIN_S = 30.0
"""A search that was cancelled has so long to hand back the best that it had found."""

FAULTS = (ArithmeticError, LookupError, OSError, RuntimeError, TypeError, ValueError)
"""Faults of one run or plan, or of the program, that must not end the thread for all others."""

logger = logging.getLogger(__name__)

Command = Callable[[str, str], Sequence[str]]
"""The command line that computes a run, from the run's id and the claim."""


@dataclass(frozen=True, slots=True)
class _Held:
    run: str
    claim: str
    process: subprocess.Popen[bytes]


class StudyRunner:
    """The thread of the server that has runs computed."""

    def __init__(self, command: Command) -> None:
        self._command = command
        self._held: _Held | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep_going, name="studies", daemon=True)
        self._next_due_s = 0.0
        self._until_s: float | None = None

    def start(self) -> None:
        """Give up what the last server left, then begin to look for runs."""
        lost = give_up_lost(now_s=clock.now_s())
        if lost:
            logger.warning("%d runs of studies ended with the last server", lost)
        self._thread.start()

    def look(self) -> None:
        """Look once at runs and at plans that are due; a fault of one keeps the other going."""
        for work in (self.step, self._look_for_due):
            try:
                close_old_connections()
                work()
            except UNANSWERED:
                logger.exception("Studies wait for the database")
            except FAULTS:
                logger.exception("Studies go on after a fault")

    def stop(self) -> None:
        """End the run that is being computed, which then has failed, and the thread."""
        self._over.set()
        self._thread.join(END_WITHIN_S)

    def step(self) -> None:
        """Look once: at the process that computes, or else for a run that waits."""
        if self._held is None:
            self._take_next()
            return
        held = self._held
        if held.process.poll() is None:
            if is_wanted(held.run, held.claim) or self._hands_back(held):
                return
            kill(held.process)
        # A run that is done is left alone; one that is being cancelled is cancelled now.
        fail(held.run, held.claim, PROCESS_ENDED, now_s=clock.now_s())
        close(held.process)
        self._held, self._until_s = None, None

    def _hands_back(self, held: _Held) -> bool:
        """Whether to wait for what a cancelled search has found."""
        now_s = time.monotonic()
        if self._until_s is None:
            self._until_s = now_s + HAND_BACK_WITHIN_S
        return now_s < self._until_s and ends_itself(held.run, held.claim)

    def _take_next(self) -> None:
        claim = new_id(clock.now_s())
        run = claim_next(claim, now_s=clock.now_s())
        if run is None:
            return
        try:
            self._held = _Held(run, claim, begin(self._command(run, claim)))
        except (OSError, ValueError, subprocess.SubprocessError):
            logger.exception("The process of a run of a study could not be begun")
            fail(run, claim, PROCESS_ENDED, now_s=clock.now_s())

    @property
    def process_id(self) -> int | None:
        """Of the child that computes; None while nothing is computed."""
        return None if self._held is None else self._held.process.pid

    def give_up(self) -> None:
        """Kill the process that computes, if any; its run has failed."""
        if self._held is None:
            return
        held, self._held = self._held, None
        kill(held.process)
        close(held.process)
        fail(held.run, held.claim, SERVER_STOPPED, now_s=clock.now_s())

    def _keep_going(self) -> None:
        while not self._over.wait(LOOK_EVERY_S):
            self.look()
        try:
            self.give_up()
        except UNANSWERED:
            logger.exception("A run was ended without a word in the database")
        connections.close_all()

    def _look_for_due(self) -> None:
        now_s = clock.now_s()
        if not self._next_due_s - DUE_EVERY_S <= now_s < self._next_due_s:
            # Set before the work: what cannot be done is tried again later, not at once.
            self._next_due_s = now_s + DUE_EVERY_S
            take_effect_where_due(now_s=now_s)
