"""The thread of the server that has something computed, one at a time, in child processes.

Every second or so it looks: at the process that computes, or else for what waits. A process that is
no longer wanted or takes too long is killed; one that ended is reported, and whoever keeps the rows
knows whether it left an answer. A fault of one computation never ends the thread for all others.
"""

from __future__ import annotations

import logging
import subprocess
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import close_old_connections, connections

from wardmote.operations.child_process import begin, close, kill
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal import clock
from wardmote.operations.journal.storage import UNANSWERED

END_WITHIN_S = 10.0

FAULTS = (ArithmeticError, LookupError, OSError, RuntimeError, TypeError, ValueError)
"""Faults of one computation, or of the program, that must not end the thread for all others."""

logger = logging.getLogger(__name__)

Command = Callable[[str, str], Sequence[str]]
"""The command line that computes, from the id of what waits and the claim."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is being computed: its id, the claim, the process, and since when (monotonic)."""

    id: str
    claim: str
    process: subprocess.Popen[bytes]
    begun_s: float

    @property
    def lasted_s(self) -> float:
        """For how long it has been computed, machine seconds."""
        return time.monotonic() - self.begun_s


class ChildRunner(ABC):
    """One thread, one child process at a time; a subclass knows the rows.

    Attributes:
        name: of the thread, and in what it logs.
        look_every_s: from one look to the next.
    """

    name: str
    look_every_s = 1.0

    def __init__(self, command: Command) -> None:
        self._command = command
        self._held: Held | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep_going, name=self.name, daemon=True)

    @abstractmethod
    def give_up_lost(self) -> None:
        """Put right what the last server left."""

    @abstractmethod
    def claim_next(self, claim: str) -> str | None:
        """Claim what waits longest; None where nothing waits."""

    @abstractmethod
    def goes_on(self, held: Held) -> bool:
        """Whether a process that runs is still wanted and in time."""

    @abstractmethod
    def ended(self, held: Held) -> None:
        """Its process has ended or was killed; one that left its answer is left alone."""

    @abstractmethod
    def stopped(self, held: Held) -> None:
        """The server ends; its process was killed."""

    def works(self) -> tuple[Callable[[], None], ...]:
        """What is done at each look, apart from one another."""
        return (self.step,)

    def start(self) -> None:
        """Put right what the last server left, then begin to look."""
        self.give_up_lost()
        self._thread.start()

    def stop(self) -> None:
        """End what is being computed, and the thread."""
        self._over.set()
        self._thread.join(END_WITHIN_S)

    @property
    def process_id(self) -> int | None:
        """Of the child that computes; None while nothing is computed."""
        return None if self._held is None else self._held.process.pid

    def look(self) -> None:
        """Look once; a fault of one thing keeps the other going."""
        for work in self.works():
            try:
                close_old_connections()
                work()
            except UNANSWERED:
                logger.exception("%s: waiting for the database", self.name)
            except FAULTS:
                logger.exception("%s: going on after a fault", self.name)

    def step(self) -> None:
        """Look at the process that computes, or else for what waits."""
        held = self._held
        if held is None:
            self._take_next()
            return
        if held.process.poll() is None:
            if self.goes_on(held):
                return
            kill(held.process)
        self.ended(held)
        close(held.process)
        self._held = None

    def give_up(self) -> None:
        """Kill the process that computes, if any."""
        if self._held is None:
            return
        held, self._held = self._held, None
        kill(held.process)
        close(held.process)
        self.stopped(held)

    def _take_next(self) -> None:
        claim = new_id(clock.now_s())
        found = self.claim_next(claim)
        if found is None:
            return
        begun_s = time.monotonic()
        try:
            self._held = Held(found, claim, begin(self._command(found, claim)), begun_s)
        except (OSError, ValueError, subprocess.SubprocessError):
            logger.exception("%s: the process could not be begun", self.name)
            self.not_begun(found, claim)

    @abstractmethod
    def not_begun(self, found: str, claim: str) -> None:
        """The process could not be begun."""

    def _keep_going(self) -> None:
        while not self._over.wait(self.look_every_s):
            self.look()
        try:
            self.give_up()
        except UNANSWERED:
            logger.exception("%s: ended without a word in the database", self.name)
        connections.close_all()
