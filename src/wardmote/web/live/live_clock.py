"""The deployment's clock for the event loop, which must never wait for the database."""

from __future__ import annotations

import time

from wardmote.operations.journal import clock
from wardmote.operations.journal.clock import ClockReading
from wardmote.web.live.threads import DatabaseThreads


class LiveClock:
    """The last reading, carried on. `refresh` it every second or so."""

    def __init__(self, threads: DatabaseThreads) -> None:
        self._threads = threads
        self._read_at_s = time.time()
        self._reading = ClockReading(self._read_at_s, 1.0)

    async def refresh(self) -> ClockReading:
        """Read the clock on a database thread."""
        self._reading = await self._threads.run(clock.read)
        self._read_at_s = time.time()
        return self._reading

    def read(self) -> ClockReading:
        """The time and the rate now."""
        last = self._reading
        return ClockReading(last.now_s + (time.time() - self._read_at_s) * last.rate, last.rate)

    def now_s(self) -> float:
        """Seconds since 1970 UTC on the deployment's clock."""
        return self.read().now_s
