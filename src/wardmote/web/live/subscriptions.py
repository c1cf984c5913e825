"""One follower of the stream: a bounded queue between the hub and one connection."""

from __future__ import annotations

import asyncio
from collections import deque

from wardmote.web.live import frames
from wardmote.web.live.sight import Sight

MAX_FRAMES = 4_000
MAX_BYTES = 4 * 1024 * 1024
"""What may wait for a slow reader. A reader that falls further behind is told to start afresh."""


class Subscription:
    """Frames on their way to one reader. Used on the event loop alone.

    Attributes:
        sight: what the reader may see.
        behind: journal frames up to this position are known to the reader already.
    """

    def __init__(self, sight: Sight, behind: int) -> None:
        self.sight = sight
        self.behind = behind
        self.resyncs = 0
        self._frames: deque[bytes] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()
        self.ended = False

    def push(self, frame: bytes) -> None:
        """Put a frame behind the others; too many of them are replaced by one ``resync``."""
        if self.ended:
            return
        if len(self._frames) >= MAX_FRAMES or self._bytes + len(frame) > MAX_BYTES:
            self.start_afresh()
            return
        self._frames.append(frame)
        self._bytes += len(frame)
        self._wake.set()

    def push_journal(self, seq: int, frame: bytes) -> None:
        """Put a journal frame behind the others unless the reader knows it."""
        if seq > self.behind:
            self.push(frame)

    def start_afresh(self) -> None:
        """Drop what waits and tell the reader to fetch the board again."""
        self.resyncs += 1
        self._frames.clear()
        self._frames.append(frames.RESYNC)
        self._bytes = len(frames.RESYNC)
        self._wake.set()

    def end(self) -> None:
        """No more frames will come."""
        self.ended = True
        self._wake.set()

    async def next_bytes(self, timeout_s: float) -> bytes:
        """All frames that wait, joined; empty when none came within `timeout_s` seconds."""
        if not self._frames and not self.ended:
            try:
                async with asyncio.timeout(timeout_s):
                    await self._wake.wait()
            except TimeoutError:
                return b""
        waiting = b"".join(self._frames)
        self._frames.clear()
        self._bytes = 0
        if not self.ended:
            self._wake.clear()
        return waiting
