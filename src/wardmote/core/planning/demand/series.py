"""Counts of calls in the slots of a grid, with how much of each slot was recorded at all.

A record that stops at eight in the evening does not say that nights are quiet. So each count comes
with an exposure: 1 where the slot was recorded whole, 0 where it is unknown, between for a part.
A missing day is unknown, never zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from wardmote.core.planning.demand.origins import AdmittedCalls, CallOrigin, require_learnable
from wardmote.core.planning.demand.smoothing import totals
from wardmote.core.planning.demand.time_grid import TimeGrid
from wardmote.core.travel.graph import Float64, Int64

SILENCE_CALLS = 9.0
"""A gap in which so many calls (>=) were to be expected was not recorded. By chance e^-9 of gaps
are as long, about one in 8,000, which overstates rates by about a tenth of a per cent."""

_ROUNDS = 8


@dataclass(frozen=True, slots=True, eq=False)
class CallSeries:
    """Counts on a grid. Make one with `count_calls` or `counted`.

    Attributes:
        count: int64 [T] calls recorded in each slot.
        exposure: float64 [T] share of the slot that was recorded, 0 .. 1; 0 is unknown.
    """

    grid: TimeGrid
    count: Int64
    exposure: Float64

    def __post_init__(self) -> None:
        shape = (len(self.grid),)
        if self.count.shape != shape or self.exposure.shape != shape:
            msg = f"counts {self.count.shape} and exposures {self.exposure.shape} are not {shape}"
            raise ValueError(msg)
        if len(self.count) and (
            self.count.min() < 0 or self.exposure.min() < 0 or self.exposure.max() > 1
        ):
            msg = "counts must be >= 0 and exposures in 0 .. 1"
            raise ValueError(msg)

    def __len__(self) -> int:
        return len(self.grid)

    def between(self, first_day: int, last_day: int) -> CallSeries:
        """The days first <= day <= last (ordinals)."""
        start = int(np.searchsorted(self.grid.day, first_day))
        stop = int(np.searchsorted(self.grid.day, last_day, side="right"))
        return CallSeries(
            self.grid.rows(start, stop), self.count[start:stop], self.exposure[start:stop]
        )

    @property
    def first_day(self) -> int:
        """Ordinal of the first day."""
        return int(self.grid.day[0])

    @property
    def last_day(self) -> int:
        """Ordinal of the last day."""
        return int(self.grid.day[-1])


def counted(
    grid: TimeGrid,
    count: ArrayLike,
    exposure: ArrayLike | None = None,
    *,
    origins: Sequence[CallOrigin],
) -> CallSeries:
    """Counts that a source publishes ready-made.

    `origins`: of every call that is in the counts. Raises `RefusedOriginError` if demand must not
    be learnt from one of them, and `ValueError` when none is stated.
    """
    if not origins:
        msg = "counts must state the origins of what was counted"
        raise ValueError(msg)
    for origin in origins:
        require_learnable(origin)
    counts = np.asarray(count, dtype=np.int64)
    seen = np.ones(len(counts)) if exposure is None else np.asarray(exposure, dtype=np.float64)
    return CallSeries(grid, np.where(seen > 0, counts, 0), seen)


def count_calls(
    calls: AdmittedCalls, grid: TimeGrid, exposure: Float64 | None = None
) -> CallSeries:
    """Calls per slot; calls outside the grid are left out.

    `exposure` as in `CallSeries`; worked out by `recorded_exposure` when not given.
    """
    seen = recorded_exposure(calls.at_s, grid) if exposure is None else exposure
    row = grid.locate(calls.at_s)
    counts = np.bincount(row[row >= 0], minlength=len(grid)).astype(np.int64)
    return CallSeries(grid, np.where(seen > 0, counts, 0), seen)


def recorded_exposure(at_s: Float64, grid: TimeGrid) -> Float64:
    """How much of each slot was recorded, told from gaps between calls that are too long.

    `at_s` ascending. A gap is a hole in the record when at least `SILENCE_CALLS` were to be
    expected in it, by the rate of that slot of the week in what was recorded; the rate is worked
    out again without the holes until nothing changes. An hour that is hardly ever recorded has too
    low a rate to be noticed; such hours stay under-counted.
    """
    inside = at_s[(at_s >= grid.edges_s[0]) & (at_s < grid.edges_s[-1])]
    marks = np.concatenate(([grid.edges_s[0]], inside, [grid.edges_s[-1]]))
    row = grid.locate(inside)
    slot = grid.slot
    calls = np.bincount(slot[row], minlength=grid.slots_a_week).astype(np.float64)
    exposure = np.ones(len(grid))
    for _ in range(_ROUNDS):
        seen = totals(slot, exposure, grid.slots_a_week)
        rate = calls / np.maximum(seen, 1.0)
        expected = np.concatenate(([0.0], np.cumsum(rate[slot])))
        mass = np.diff(np.interp(marks, grid.edges_s, expected))
        silent = mass >= SILENCE_CALLS
        found = _uncovered(grid, marks[:-1][silent], marks[1:][silent])
        if np.array_equal(found, exposure):
            break
        exposure = found
    return exposure


def _uncovered(grid: TimeGrid, from_s: Float64, to_s: Float64) -> Float64:
    """Share of each slot outside the given gaps, which are apart and ascending."""
    hidden = np.zeros(len(grid.edges_s))
    if len(from_s):
        passed = np.concatenate(([0.0], np.cumsum(to_s - from_s)))
        knots = np.stack((from_s, to_s), axis=1).ravel()
        levels = np.stack((passed[:-1], passed[1:]), axis=1).ravel()
        hidden = np.interp(grid.edges_s, knots, levels)
    share = 1.0 - np.diff(hidden) / np.diff(grid.edges_s)
    # Rounding leaves 1e-16 of a slot that nobody recorded.
    return np.asarray(np.where(share < 1e-9, 0.0, np.minimum(share, 1.0)), dtype=np.float64)
