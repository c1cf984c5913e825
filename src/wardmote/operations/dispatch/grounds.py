"""The ground of relocation for this hour, worked out beside the dispatch thread and swapped in."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import connection

from wardmote.core.policies.relocation_ground import PostGround
from wardmote.core.policies.relocation_moves import CoverGround
from wardmote.operations.journal.storage import UNANSWERED

logger = logging.getLogger(__name__)

RENEW_EVERY_S = 3_600.0
"""Demand and traffic change with the hour; seconds of the server's clock."""

Build = Callable[[float], PostGround | None]
Start = Callable[[Callable[[], None]], None]


def in_a_thread(work: Callable[[], None]) -> None:
    """Do it beside what is being done, on a database connection of its own; it ends by itself."""

    def whole() -> None:
        try:
            work()
        finally:
            connection.close()

    threading.Thread(target=whole, name="relocation-ground", daemon=True).start()


class Grounds:
    """The newest ground that was worked out; the one before is used until the next is ready."""

    def __init__(self, build: Build, start: Start = in_a_thread) -> None:
        """`build` reads rows and roads and takes seconds; it gets the time of the question."""
        self._build = build
        self._start = start
        self._lock = threading.Lock()
        self._now: PostGround | None = None
        self._building = False
        self._again_s: float | None = None
        self._asked_s = float("-inf")

    @property
    def now(self) -> PostGround | None:
        """The ground; None until the first is ready, or where there is nothing to cover."""
        return self._now

    @property
    def cover(self) -> CoverGround | None:
        """What of the ground says who covers what."""
        ground = self._now
        return None if ground is None else ground.cover

    def renew(self, now_s: float) -> None:
        """Work it out anew; when that is being done already, once more afterwards."""
        with self._lock:
            self._asked_s = now_s
            if self._building:
                self._again_s = now_s
                return
            self._building = True
        self._start(lambda: self._work(now_s))

    def renew_if_old(self, now_s: float) -> None:
        """Work it out anew once an hour."""
        if now_s - self._asked_s >= RENEW_EVERY_S:
            self.renew(now_s)

    def _work(self, now_s: float) -> None:
        wanted_s: float | None = now_s
        try:
            while wanted_s is not None:
                self._build_one(wanted_s)
                with self._lock:
                    wanted_s, self._again_s = self._again_s, None
                    self._building = wanted_s is not None
        finally:
            # Whatever went wrong, the next question may start anew.
            self._building = False

    def _build_one(self, now_s: float) -> None:
        try:
            self._now = self._build(now_s)
        except UNANSWERED:
            logger.exception("The ground of relocation could not be read; the former one stays")
