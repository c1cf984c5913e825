"""Positions on their way in: a bounded queue, then the board, the tracks and the streams.

The event loop only decodes, checks and queues. One thread takes what has gathered, gives the
newest fix of each unit to the position board and a thinned trace to the track store. A full
queue is told to the sender with 429 at once: a late position is worth less than a fresh one.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from wardmote.web.live.fixes import Fix

MAX_WAITING = 100_000
"""Fixes that may wait; beyond, senders are told to come back."""

TAKE_AT_MOST = 20_000
STOP_S = 10.0

logger = logging.getLogger(__name__)


class PositionSink(Protocol):
    """What takes the newest fix of each unit."""

    def take(self, fixes: Sequence[Fix]) -> object:
        """Take fixes of different units, each newer than the last one of its unit."""


class TrackSink(Protocol):
    """What keeps traces for a while."""

    def offer(self, fixes: Sequence[Fix]) -> None:
        """Keep what is worth keeping of these fixes."""

    def flush(self) -> None:
        """Write what has gathered."""


class PositionPipeline:
    """The queue and its thread."""

    def __init__(self, board: PositionSink, tracks: TrackSink) -> None:
        self._board = board
        self._tracks = tracks
        self._batches: deque[Sequence[Fix]] = deque()
        self._waiting = 0
        self._moved: dict[str, Fix] = {}
        self._ready = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="positions", daemon=True)
        self.taken = 0

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Take in what waits, write the tracks, end the thread."""
        with self._ready:
            self._stopping = True
            self._ready.notify()
        self._thread.join(STOP_S)

    @property
    def waiting(self) -> int:
        """How many fixes wait."""
        return self._waiting

    def has_room_for(self, fixes: int) -> bool:
        """Whether a batch of this size may be put in now."""
        return self._waiting + fixes <= MAX_WAITING

    def put(self, fixes: Sequence[Fix]) -> None:
        """Queue fixes that were checked and for which there is room."""
        if not fixes:
            return
        with self._ready:
            self._batches.append(fixes)
            self._waiting += len(fixes)
            self._ready.notify()

    def moved(self) -> dict[str, Fix]:
        """The newest fix of each unit that moved since this was last asked."""
        with self._ready:
            moved, self._moved = self._moved, {}
        return moved

    def _run(self) -> None:
        while True:
            with self._ready:
                while not self._batches and not self._stopping:
                    self._ready.wait()
                batches = self._take_waiting()
            if not batches:
                break
            self._work(batches)
        self._tracks.flush()

    def _take_waiting(self) -> list[Sequence[Fix]]:
        batches: list[Sequence[Fix]] = []
        size = 0
        while self._batches and size < TAKE_AT_MOST:
            batch = self._batches.popleft()
            size += len(batch)
            batches.append(batch)
        return batches

    def _work(self, batches: Sequence[Sequence[Fix]]) -> None:
        newest = {fix.unit: fix for batch in batches for fix in batch}
        self._board.take(list(newest.values()))
        for batch in batches:
            self._tracks.offer(batch)
        size = sum(map(len, batches))
        with self._ready:
            self._waiting -= size
            self.taken += size
            self._moved.update(newest)
