"""Has forecasts computed, one at a time, each in a child process of low priority.

Runs of studies may take an hour, so forecasts do not wait among them.
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
from wardmote.operations.forecasts.services import STOPPED, claim_next, fail, give_up_lost, renew
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal import clock
from wardmote.operations.journal.storage import UNANSWERED

LOOK_EVERY_S = 1.0
RENEW_EVERY_S = 60.0
LONGEST_S = 600.0
"""A forecast that takes longer (>) is ended: it must not keep all others waiting."""
END_WITHIN_S = 10.0

FAULTS = (ArithmeticError, LookupError, OSError, RuntimeError, TypeError, ValueError)
"""Faults of one forecast, or of the program, that must not end the thread for all others."""

logger = logging.getLogger(__name__)

Command = Callable[[str, str], Sequence[str]]
"""The command line that computes a forecast, from its key and the claim."""


@dataclass(frozen=True, slots=True)
class _Held:
    key: int
    claim: str
    process: subprocess.Popen[bytes]
    begun_s: float


class ForecastRunner:
    """The thread of the server that has forecasts computed."""

    def __init__(self, command: Command) -> None:
        self._command = command
        self._held: _Held | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep_going, name="forecasts", daemon=True)
        self._next_renewal_s = 0.0

    def start(self) -> None:
        """Want again what the last server left, then begin to look."""
        give_up_lost()
        self._thread.start()

    def stop(self) -> None:
        """End the forecast that is being computed, and the thread."""
        self._over.set()
        self._thread.join(END_WITHIN_S)

    def look(self) -> None:
        """Look once: at the process that computes, or else for a forecast that is wanted."""
        if self._held is not None:
            self._look_after(self._held)
            return
        if time.monotonic() >= self._next_renewal_s:
            self._next_renewal_s = time.monotonic() + RENEW_EVERY_S
            renew(now_s=clock.now_s())
        claim = new_id(clock.now_s())
        key = claim_next(claim)
        if key is None:
            return
        try:
            process = begin(self._command(str(key), claim))
        except (OSError, ValueError, subprocess.SubprocessError):
            logger.exception("The process of a forecast could not be begun")
            fail(key, claim, STOPPED, now_s=clock.now_s())
            return
        self._held = _Held(key, claim, process, time.monotonic())

    def _look_after(self, held: _Held) -> None:
        if held.process.poll() is None:
            if time.monotonic() - held.begun_s <= LONGEST_S:
                return
            kill(held.process)
        # One that was kept is left alone: its claim is gone.
        fail(held.key, held.claim, STOPPED, now_s=clock.now_s())
        close(held.process)
        self._held = None

    def _keep_going(self) -> None:
        while not self._over.wait(LOOK_EVERY_S):
            try:
                close_old_connections()
                self.look()
            except UNANSWERED:
                logger.exception("Forecasts wait for the database")
            except FAULTS:
                logger.exception("Forecasts go on after a fault")
        if self._held is not None:
            # It stays claimed, and the next server wants it again.
            kill(self._held.process)
            close(self._held.process)
        connections.close_all()
