"""Computes runs, one at a time, each in a child process of low priority.

A run that is to be cancelled loses its process, a process that ended without an outcome leaves a
failed run. The child holds the other end of a pipe and ends by itself when the server is gone,
however that came about. The runner also puts approved plans in force when their day has come.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from wardmote.operations.child_runner import ChildRunner, Command, Held
from wardmote.operations.journal import clock
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

DUE_EVERY_S = 20.0
HAND_BACK_WITHIN_S = 30.0
"""A search that was cancelled has so long to hand back the best that it had found."""

logger = logging.getLogger(__name__)


class StudyRunner(ChildRunner):
    """The thread of the server that has runs computed."""

    name = "studies"
    look_every_s = 0.5

    def __init__(self, command: Command) -> None:
        super().__init__(command)
        self._next_due_s = 0.0
        self._until_s: float | None = None

    def give_up_lost(self) -> None:
        """Runs of the last server have failed."""
        lost = give_up_lost(now_s=clock.now_s())
        if lost:
            logger.warning("%d runs of studies ended with the last server", lost)

    def claim_next(self, claim: str) -> str | None:
        """The run that waits longest."""
        return claim_next(claim, now_s=clock.now_s())

    def goes_on(self, held: Held) -> bool:
        """While it is wanted; a cancelled search may hand back what it has found."""
        return is_wanted(held.id, held.claim) or self._hands_back(held)

    def ended(self, held: Held) -> None:
        """A run that is done is left alone; one that is being cancelled is cancelled now."""
        fail(held.id, held.claim, PROCESS_ENDED, now_s=clock.now_s())
        self._until_s = None

    def not_begun(self, found: str, claim: str) -> None:
        """The run has failed."""
        fail(found, claim, PROCESS_ENDED, now_s=clock.now_s())

    def stopped(self, held: Held) -> None:
        """The run has failed with the server."""
        fail(held.id, held.claim, SERVER_STOPPED, now_s=clock.now_s())

    def works(self) -> tuple[Callable[[], None], ...]:
        """Runs, and plans that are due."""
        return (self.step, self._look_for_due)

    def _look_for_due(self) -> None:
        now_s = clock.now_s()
        if not self._next_due_s - DUE_EVERY_S <= now_s < self._next_due_s:
            # Set before the work: what cannot be done is tried again later, not at once.
            self._next_due_s = now_s + DUE_EVERY_S
            take_effect_where_due(now_s=now_s)

    def _hands_back(self, held: Held) -> bool:
        """Whether to wait for what a cancelled search has found."""
        now_s = time.monotonic()
        if self._until_s is None:
            self._until_s = now_s + HAND_BACK_WITHIN_S
        return now_s < self._until_s and ends_itself(held.id, held.claim)
