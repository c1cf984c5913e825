"""Traces of units on duty: thinned, packed into blocks, deleted after a day.

They are for following a unit and for measuring roads, and live in a file of their own so that
they never wait for, or hold up, a call. Raw positions are never in the journal.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from wardmote.web.live.fixes import Fix

APART_S = 10.0
"""Two kept fixes of a unit are at least this far apart, seconds."""
KEEP_S = 86_400.0
"""How long a trace is kept, seconds."""
FLUSH_FIXES = 20_000
FLUSH_S = 30.0
MAX_POINTS = 5_000

Span = tuple[str, float, float]
"""(unit, from_s, to_s): whose trace, both moments included."""

logger = logging.getLogger(__name__)


class _Block(msgspec.Struct, array_like=True):
    unit: list[str]
    fix_s: list[float]
    lon: list[float]
    lat: list[float]


class TrackPoint(msgspec.Struct, frozen=True):
    """Where a unit was: degrees WGS-84, seconds UTC."""

    fix_s: float
    lon: float
    lat: float


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Block).decode


class TrackStore:
    """Blocks of traces in an SQLite file. `offer` and `flush` are for one thread alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: dict[str, float] = {}
        self._block = _Block([], [], [], [])
        self._flushed = time.monotonic()
        self._newest_s = 0.0
        self._lock = threading.Lock()
        with self._open() as file:
            file.execute("PRAGMA journal_mode=WAL")
            file.execute(
                "CREATE TABLE IF NOT EXISTS block "
                "(id INTEGER PRIMARY KEY, from_s REAL NOT NULL, to_s REAL NOT NULL,"
                " body BLOB NOT NULL)"
            )
            file.execute("CREATE INDEX IF NOT EXISTS block_by_end ON block (to_s)")

    def offer(self, fixes: Sequence[Fix]) -> None:
        """Keep the fixes `APART_S` after the one kept before; write when enough gathered."""
        kept = self._kept
        with self._lock:
            block = self._block
            for fix in fixes:
                if fix.fix_s - kept.get(fix.unit, 0.0) >= APART_S:
                    kept[fix.unit] = fix.fix_s
                    block.unit.append(fix.unit)
                    block.fix_s.append(fix.fix_s)
                    block.lon.append(round(fix.lon, 6))
                    block.lat.append(round(fix.lat, 6))
        if len(block.unit) >= FLUSH_FIXES or time.monotonic() - self._flushed >= FLUSH_S:
            self.flush()

    def flush(self) -> None:
        """Write what has gathered and delete what is too old."""
        with self._lock:
            block, self._block = self._block, _Block([], [], [], [])
        self._flushed = time.monotonic()
        if not block.unit:
            return
        self._newest_s = max(self._newest_s, *block.fix_s)
        try:
            with self._open() as file:
                file.execute(
                    "INSERT INTO block (from_s, to_s, body) VALUES (?, ?, ?)",
                    (min(block.fix_s), max(block.fix_s), zlib.compress(_encode(block), 1)),
                )
                file.execute("DELETE FROM block WHERE to_s < ?", (self._newest_s - KEEP_S,))
        except sqlite3.Error:
            # Traces are a convenience: losing a block must not stop positions.
            logger.exception("A block of tracks could not be written")

    def track(self, unit: str, from_s: float, to_s: float) -> list[TrackPoint]:
        """The trace of a unit with from_s <= fix_s <= to_s, in order, the newest `MAX_POINTS`."""
        return self.tracks([(unit, from_s, to_s)])[0]

    def tracks(self, spans: Sequence[Span]) -> list[list[TrackPoint]]:
        """As `track`, for each span; blocks hold the whole fleet and are read once for all."""
        if not spans:
            return []
        wanted: dict[str, list[tuple[float, float, list[TrackPoint]]]] = {}
        found: list[list[TrackPoint]] = [[] for _span in spans]
        for (unit, from_s, to_s), points in zip(spans, found, strict=True):
            wanted.setdefault(unit, []).append((from_s, to_s, points))
        first_s, last_s = min(one[1] for one in spans), max(one[2] for one in spans)
        for block in self._blocks(first_s, last_s):
            for unit, fix_s, lon, lat in zip(
                block.unit, block.fix_s, block.lon, block.lat, strict=True
            ):
                for from_s, to_s, points in wanted.get(unit, ()):
                    if from_s <= fix_s <= to_s:
                        points.append(TrackPoint(fix_s, lon, lat))
        for points in found:
            points.sort(key=lambda point: point.fix_s)
        return [points[-MAX_POINTS:] for points in found]

    def _blocks(self, from_s: float, to_s: float) -> Iterator[_Block]:
        """Blocks of this time as written, then what has gathered since."""
        with self._open() as file:
            rows = file.execute(
                "SELECT body FROM block WHERE to_s >= ? AND from_s <= ? ORDER BY id", (from_s, to_s)
            ).fetchall()
        with self._lock:
            gathered = _Block(
                list(self._block.unit),
                list(self._block.fix_s),
                list(self._block.lon),
                list(self._block.lat),
            )
        for (body,) in rows:
            yield _decode(zlib.decompress(body))
        yield gathered

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(sqlite3.connect(self._path, timeout=5.0)) as file, file:
            yield file
