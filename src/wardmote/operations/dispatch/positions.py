"""Where units are now, in memory: written by the live app, read by the worker and the pages."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from math import nan
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.positions import PositionBoard as Snapshot

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

_FIRST_ROWS = 256


class UnitFix(Protocol):
    """A position report; degrees WGS-84, metres a second, seconds UTC, None for unknown."""

    unit: str
    lon: float
    lat: float
    fix_s: float
    heading: float | None
    speed_mps: float | None


class PositionBoard:
    """One row a unit, growing; a row is never given to another unit.

    `changed` counts changes: each row keeps the count at which it last changed, so that a reader
    asks only for what moved since. Fixes of units that are not on the board are dropped: a unit
    is put on it when it comes on duty and taken off when it goes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._row_of: dict[str, int] = {}
        self._units: list[UnitId] = []
        self._on_duty = np.zeros(_FIRST_ROWS, dtype=np.bool_)
        self._table = np.full((_FIRST_ROWS, 5), np.nan)
        self._changed_at = np.zeros(_FIRST_ROWS, dtype=np.int64)
        self._changed = 0

    def come_on_duty(self, unit: UnitId, lon: float | None, lat: float | None, at_s: float) -> None:
        """From now on fixes of this unit are taken; it is at the given place."""
        with self._lock:
            row = self._row(unit)
            self._on_duty[row] = True
            known = self._table[row, 4]
            if lon is not None and lat is not None and not known >= at_s:
                self._table[row] = (lon, lat, np.nan, np.nan, at_s)
            self._mark(row)

    def go_off_duty(self, unit: UnitId) -> None:
        """Forget where the unit is; later fixes are dropped."""
        with self._lock:
            row = self._row(unit)
            self._on_duty[row] = False
            self._table[row] = np.nan
            self._mark(row)

    def take(self, fixes: Sequence[UnitFix]) -> int:
        """Take fixes of units on duty that are newer (>) than the last; returns how many."""
        count = len(fixes)
        with self._lock:
            row_of = self._row_of
            rows = np.fromiter((row_of.get(fix.unit, -1) for fix in fixes), np.int64, count)
            told = np.empty((count, 5))
            # A list for each column is read by NumPy much faster than a tuple for each fix.
            told[:, 0] = [fix.lon for fix in fixes]
            told[:, 1] = [fix.lat for fix in fixes]
            told[:, 2] = [nan if (value := fix.heading) is None else value for fix in fixes]
            told[:, 3] = [nan if (value := fix.speed_mps) is None else value for fix in fixes]
            told[:, 4] = [fix.fix_s for fix in fixes]
            # In the order of their times, so that of two fixes of a unit the newer one stays.
            order = np.argsort(told[:, 4], kind="stable")
            rows, told = rows[order], told[order]
            newer = (rows >= 0) & self._on_duty[rows] & ~(self._table[rows, 4] >= told[:, 4])
            rows = rows[newer]
            self._changed += 1
            self._table[rows] = told[newer]
            self._changed_at[rows] = self._changed
        return len(rows)

    def snapshot(self) -> Snapshot:
        """Where every unit on duty is."""
        return self.changes_since(-1)[1]

    @property
    def count(self) -> int:
        """How many units are on duty."""
        return int(np.count_nonzero(self._on_duty))

    def snapshot_of(self, units: Iterable[UnitId]) -> Snapshot:
        """Where those of the given units are that are on duty and have a position."""
        with self._lock:
            wanted = [self._row_of[unit] for unit in units if unit in self._row_of]
            rows = np.array(wanted, dtype=np.int64)
            return self._snapshot(rows[self._is_placed(rows)])

    def _is_placed(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        return np.asarray(self._on_duty[rows] & ~np.isnan(self._table[rows, 4]), dtype=np.bool_)

    def changes_since(self, changed: int) -> tuple[int, Snapshot]:
        """The present count, and the units on duty that changed behind count `changed`."""
        with self._lock:
            rows = np.flatnonzero(self._changed_at[: len(self._units)] > changed)
            return self._changed, self._snapshot(rows[self._is_placed(rows)])

    def _snapshot(self, rows: NDArray[np.int64]) -> Snapshot:
        table = self._table[rows]
        return Snapshot(
            tuple(self._units[row] for row in rows.tolist()),
            np.ascontiguousarray(table[:, 0]),
            np.ascontiguousarray(table[:, 1]),
            np.ascontiguousarray(table[:, 2]),
            np.ascontiguousarray(table[:, 4]),
        )

    def positions_of(self, units: Iterable[UnitId]) -> dict[UnitId, tuple[float, float, float]]:
        """(lon, lat, fix_s) of those units that have a position."""
        found: dict[UnitId, tuple[float, float, float]] = {}
        with self._lock:
            for unit in units:
                row = self._row_of.get(unit)
                if row is not None and not np.isnan(self._table[row, 4]):
                    lon, lat, _, _, fix_s = self._table[row].tolist()
                    found[unit] = (lon, lat, fix_s)
        return found

    def _row(self, unit: UnitId) -> int:
        row = self._row_of.get(unit)
        if row is None:
            row = self._row_of[unit] = len(self._units)
            self._units.append(unit)
            if row == len(self._on_duty):
                self._grow()
        return row

    def _grow(self) -> None:
        rows = len(self._on_duty)
        self._on_duty = np.concatenate((self._on_duty, np.zeros(rows, dtype=np.bool_)))
        self._table = np.concatenate((self._table, np.full((rows, 5), np.nan)))
        self._changed_at = np.concatenate((self._changed_at, np.zeros(rows, dtype=np.int64)))

    def _mark(self, row: int) -> None:
        self._changed += 1
        self._changed_at[row] = self._changed
