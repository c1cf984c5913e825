"""Positions of units: arrays beside the picture, because they change thousands of times a second.

A board of positions is a snapshot; whoever keeps the stream makes one when a policy asks. A
position is shown with its age; a stale one is never used silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.picture import KnownUnit, OperationalPicture

STALE_AFTER_S = 120.0
"""A position older than this (>) is stale: greyed on the map and held against the unit."""

Float64 = NDArray[np.float64]


@dataclass(frozen=True)
class PositionBoard:
    """Where units were last seen, one row a unit.

    Attributes:
        units: ids, one a row, each once.
        lon, lat: float64 [n], WGS-84 degrees; NaN when never seen.
        heading: float64 [n], degrees clockwise from north; NaN when unknown.
        fix_s: float64 [n], when the device fixed the position, seconds UTC; NaN when never seen.

    Raises:
        ValueError: the arrays differ in length or a unit is repeated.
    """

    units: tuple[UnitId, ...]
    lon: Float64
    lat: Float64
    heading: Float64
    fix_s: Float64

    def __post_init__(self) -> None:
        lengths = {len(self.lon), len(self.lat), len(self.heading), len(self.fix_s)}
        if lengths != {len(self.units)}:
            raise ValueError(f"{len(self.units)} units but arrays of {sorted(lengths)} rows")
        if len(self.row_of) != len(self.units):
            raise ValueError("a unit is repeated")

    @cached_property
    def row_of(self) -> Mapping[UnitId, int]:
        """Unit id -> row."""
        return {unit: row for row, unit in enumerate(self.units)}

    def age_s(self, unit: UnitId, now_s: float) -> float | None:
        """Age of a unit's position; None when it was never seen. A fix from the future is 0 old."""
        row = self.row_of.get(unit)
        if row is None or np.isnan(self.fix_s[row]):
            return None
        return max(0.0, now_s - float(self.fix_s[row]))

    def ages_s(self, now_s: float) -> dict[UnitId, float]:
        """`age_s` of every unit that was ever seen."""
        ages = np.maximum(now_s - self.fix_s, 0.0)
        rows = np.flatnonzero(~np.isnan(ages)).tolist()
        return {
            self.units[row]: age_s for row, age_s in zip(rows, ages[rows].tolist(), strict=True)
        }

    def place(self, unit: UnitId) -> tuple[float, float] | None:
        """(lon, lat) of a unit; None when it was never seen."""
        row = self.row_of.get(unit)
        if row is None or np.isnan(self.lon[row]) or np.isnan(self.lat[row]):
            return None
        return float(self.lon[row]), float(self.lat[row])


NO_POSITIONS = PositionBoard((), *(np.empty(0, dtype=np.float64) for _ in range(4)))


def positions_of(picture: OperationalPicture, seen: PositionBoard = NO_POSITIONS) -> PositionBoard:
    """Positions of the units on duty, sorted by id: the newer of the stream's and duty's own."""
    units = sorted(
        (unit for unit in picture.units.values() if unit.on_duty), key=lambda unit: unit.unit
    )
    rows = [_latest(unit, seen) for unit in units]
    table = np.array(rows, dtype=np.float64).reshape(len(units), 4)
    lon, lat, heading, fix_s = (np.ascontiguousarray(column) for column in table.T)
    return PositionBoard(tuple(unit.unit for unit in units), lon, lat, heading, fix_s)


def _latest(unit: KnownUnit, seen: PositionBoard) -> tuple[float, float, float, float]:
    row = seen.row_of.get(unit.unit)
    duty_s = np.nan if unit.fix_s is None else unit.fix_s
    if row is not None and not seen.fix_s[row] < duty_s and not np.isnan(seen.fix_s[row]):
        return (
            float(seen.lon[row]),
            float(seen.lat[row]),
            float(seen.heading[row]),
            float(seen.fix_s[row]),
        )
    if unit.lon is None or unit.lat is None or unit.fix_s is None:
        return (np.nan, np.nan, np.nan, np.nan)
    return (unit.lon, unit.lat, np.nan, unit.fix_s)


def board_from(fixes: Iterable[tuple[UnitId, float, float, float | None, float]]) -> PositionBoard:
    """A board from (unit, lon, lat, heading or None, fix_s) rows."""
    rows = list(fixes)
    heading = [np.nan if row[3] is None else row[3] for row in rows]
    return PositionBoard(
        tuple(row[0] for row in rows),
        np.array([row[1] for row in rows], dtype=np.float64),
        np.array([row[2] for row in rows], dtype=np.float64),
        np.array(heading, dtype=np.float64),
        np.array([row[4] for row in rows], dtype=np.float64),
    )
