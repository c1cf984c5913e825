"""Which places are near which: by road, or over the ground where there is no road graph."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from wardmote.core.planning.demand.smoothing import totals
from wardmote.core.travel.graph import Float64, Int64
from wardmote.core.travel.snapping import Snaps
from wardmote.core.travel.travel_times import TravelTimes


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """Places within reach of each place, itself left out.

    Attributes:
        first: int64 [P+1] rows first[p] : first[p+1] are the neighbours of place p.
        place: int64 [M] the neighbour.
        distance: float64 [M] how far, >= 0: seconds by road or metres, one unit throughout.
    """

    first: Int64
    place: Int64
    distance: Float64

    def __len__(self) -> int:
        return len(self.first) - 1

    @property
    def owner(self) -> Int64:
        """[M] the place that each row is a neighbour of."""
        return np.repeat(np.arange(len(self)), np.diff(self.first))

    def gather(self, values: Float64, bandwidth: float) -> Float64:
        """[P] sum of the neighbours' values, weighted exp(-distance / bandwidth)."""
        weight = np.exp(-self.distance / bandwidth)
        return totals(self.owner, weight * values[self.place], len(self))


def neighbours_by_road(travel: TravelTimes, places: Snaps, reach_s: float) -> Neighbours:
    """Neighbours at most (<=) `reach_s` seconds of free-flow driving away.

    A place off the road has no neighbours and is nobody's.
    """
    limit_ms = int(reach_s * 1_000)
    rows, far = [], []
    for number in range(len(places)):
        if places.edge[number] < 0:
            rows.append(np.zeros(0, dtype=np.int64))
            far.append(np.zeros(0))
            continue
        ms = travel.drive_times(places.rows([number]), places, limit_ms=limit_ms)
        near = np.flatnonzero((ms <= limit_ms) & (np.arange(len(places)) != number))
        rows.append(near.astype(np.int64))
        far.append(ms[near] / 1_000.0)
    return _joined(rows, far)


def neighbours_on_the_plane(x_m: Float64, y_m: Float64, reach_m: float) -> Neighbours:
    """Neighbours at most (<=) `reach_m` metres away; positions in metres on a plane."""
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    column = np.floor(x_m / reach_m).astype(np.int64).tolist()
    line = np.floor(y_m / reach_m).astype(np.int64).tolist()
    for number, cell in enumerate(zip(column, line, strict=True)):
        cells[cell].append(number)
    rows, far = [], []
    for number, (i, j) in enumerate(zip(column, line, strict=True)):
        around = [(i + di, j + dj) for di in (-1, 0, 1) for dj in (-1, 0, 1)]
        close = np.array(
            sorted(n for cell in around for n in cells.get(cell, ()) if n != number), dtype=np.int64
        )
        distance = np.hypot(x_m[close] - x_m[number], y_m[close] - y_m[number])
        rows.append(close[distance <= reach_m])
        far.append(distance[distance <= reach_m])
    return _joined(rows, far)


def _joined(rows: list[Int64], far: list[Float64]) -> Neighbours:
    first = np.concatenate(([0], np.cumsum([len(row) for row in rows]))).astype(np.int64)
    if not rows:
        return Neighbours(first, np.zeros(0, dtype=np.int64), np.zeros(0))
    return Neighbours(first, np.concatenate(rows), np.concatenate(far))
