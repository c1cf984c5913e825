"""Gathering demand by cover set: a hash table that compares before it calls two sets equal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Float64, Int32, Int64

_GOLDEN = np.int64(-7046029254386353131)
_MIX = np.int64(-4658895280553007687)


class SetTable:
    """Gathers demand by cover set, in pieces of any size; `finish` gives the sets.

    An open-addressing hash table whose entries are compared candidate by candidate. Memory grows
    with the number of different sets, not with the demand points.
    """

    def __init__(self, candidates: int) -> None:
        self.candidates = candidates
        self._slot = np.full(1 << 12, -1, dtype=np.int64)
        self._hash = np.zeros(1 << 11, dtype=np.int64)
        self._start = np.zeros((1 << 11) + 1, dtype=np.int64)
        self._weight = np.zeros(1 << 11)
        self._site = np.zeros(max(1 << 14, 4 * candidates), dtype=np.int32)
        self._used = np.zeros(1, dtype=np.int64)
        self._missed = np.zeros(1)

    def add_lists(self, start: Int64, site: Int32, weight: Float64) -> None:
        """Sets given by their candidates (ascending), `start` int64 [k + 1], with their demand."""
        row = 0
        while row < len(weight):
            row = _add_lists(start, site, weight, row, *self._parts())
            if row < len(weight):
                self._grow()

    def add_matrix(self, travel_ms: Int32, limit_ms: Int32, weight: Float64) -> None:
        """Demand points given by rows of travel times; those with a limit below 0 are passed over.

        A candidate covers a point when its travel time is `<=` the point's limit.
        """
        row = 0
        while row < len(weight):
            row = _add_matrix(travel_ms, limit_ms, weight, row, *self._parts())
            if row < len(weight):
                self._grow()

    def add_cells(self, cells: CandidateCells, x_m: Float64, y_m: Float64, weight: Float64) -> None:
        """Demand points on a plane, covered within the radius that `cells` was made for."""
        row = 0
        while row < len(weight):
            row = _add_cells(*cells.parts(), x_m, y_m, weight, row, *self._parts())
            if row < len(weight):
                self._grow()

    def _parts(
        self,
    ) -> tuple[Int64, Int64, Int64, Float64, Int32, Int64, Float64, int]:
        return (
            self._slot,
            self._hash,
            self._start,
            self._weight,
            self._site,
            self._used,
            self._missed,
            self.candidates,
        )

    def _grow(self) -> None:
        """Twice the room of whatever is nearly full."""
        sets = int(self._used[0])
        if 2 * (sets + 1) > len(self._slot) or sets + 1 >= len(self._hash):
            self._hash = np.concatenate((self._hash, np.zeros_like(self._hash)))
            self._weight = np.concatenate((self._weight, np.zeros_like(self._weight)))
            self._start = np.concatenate((self._start, np.zeros(len(self._start) - 1, np.int64)))
            self._slot = np.full(2 * len(self._slot), -1, dtype=np.int64)
            _rehash(self._slot, self._hash, sets)
        if self._start[sets] + self.candidates > len(self._site):
            self._site = np.concatenate((self._site, np.zeros_like(self._site)))

    def finish(self) -> tuple[Int64, Int32, Float64]:
        """`start` int64 [s + 1], `site` int32 and demand float64 [s] in the order first met."""
        sets = int(self._used[0])
        start = self._start[: sets + 1].copy()
        return start, self._site[: start[-1]].copy(), self._weight[:sets].copy()

    @property
    def out_of_reach(self) -> float:
        """Demand that no candidate covers."""
        return float(self._missed[0])


@dataclass(frozen=True, slots=True, eq=False)
class CandidateCells:
    """Candidates on a plane, sorted into square cells as wide as the cover radius.

    A point's candidates lie in its cell or one of the eight around it.
    """

    x_m: Float64
    y_m: Float64
    radius_m: float
    west_m: float
    south_m: float
    columns: int
    rows: int
    start: Int64
    site: Int32

    @classmethod
    def of(cls, x_m: Float64, y_m: Float64, radius_m: float) -> CandidateCells:
        """Positions in metres; a distance rounded to whole metres `<=` the radius covers."""
        width = radius_m + 1.0
        west, south = float(x_m.min()), float(y_m.min())
        column = ((x_m - west) // width).astype(np.int64)
        row = ((y_m - south) // width).astype(np.int64)
        columns, rows = int(column.max()) + 1, int(row.max()) + 1
        cell = row * columns + column
        start = np.zeros(columns * rows + 1, dtype=np.int64)
        np.cumsum(np.bincount(cell, minlength=columns * rows), out=start[1:])
        order = np.argsort(cell, kind="stable").astype(np.int32)
        return cls(x_m, y_m, radius_m, west, south, columns, rows, start, order)

    def parts(
        self,
    ) -> tuple[Float64, Float64, float, float, float, int, int, Int64, Int32]:
        """The fields in order, for the kernel."""
        return (
            self.x_m,
            self.y_m,
            float(self.radius_m),
            self.west_m,
            self.south_m,
            self.columns,
            self.rows,
            self.start,
            self.site,
        )


@kernel
def _rehash(slot: Int64, hashes: Int64, sets: int) -> None:
    mask = len(slot) - 1
    for number in range(sets):
        at = hashes[number] & mask
        while slot[at] >= 0:
            at = (at + 1) & mask
        slot[at] = number


@kernel
def _insert(
    count: int,
    amount: float,
    slot: Int64,
    hashes: Int64,
    start: Int64,
    weight: Float64,
    site: Int32,
    used: Int64,
    missed: Float64,
) -> None:
    """Book an amount on the set whose candidates lie at `site[start[used]:][:count]`."""
    if count == 0:
        missed[0] += amount
        return
    sets = used[0]
    base = start[sets]
    code = np.int64(count)
    for k in range(base, base + count):
        code = (code ^ (site[k] * _GOLDEN)) * _MIX
        code ^= (code >> 29) & 0x7FFFFFFFF
    mask = len(slot) - 1
    at = code & mask
    while slot[at] >= 0:
        number = slot[at]
        other = start[number]
        if hashes[number] == code and start[number + 1] - other == count:
            k = 0
            while k < count and site[other + k] == site[base + k]:
                k += 1
            if k == count:
                weight[number] += amount
                return
        at = (at + 1) & mask
    slot[at] = sets
    hashes[sets] = code
    weight[sets] = amount
    start[sets + 1] = base + count
    used[0] = sets + 1


@kernel
def _is_full(slot: Int64, hashes: Int64, start: Int64, site: Int32, used: Int64, m: int) -> bool:
    sets = used[0]
    return bool(
        2 * (sets + 1) > len(slot) or sets + 1 >= len(hashes) or start[sets] + m > len(site)
    )


@kernel
def _add_lists(
    list_start: Int64,
    list_site: Int32,
    amount: Float64,
    row: int,
    slot: Int64,
    hashes: Int64,
    start: Int64,
    weight: Float64,
    site: Int32,
    used: Int64,
    missed: Float64,
    candidates: int,
) -> int:
    for i in range(row, len(amount)):
        if amount[i] <= 0:
            continue
        if _is_full(slot, hashes, start, site, used, candidates):
            return i
        base = start[used[0]]
        count = list_start[i + 1] - list_start[i]
        for k in range(count):
            site[base + k] = list_site[list_start[i] + k]
        _insert(count, amount[i], slot, hashes, start, weight, site, used, missed)
    return len(amount)


@kernel
def _add_matrix(
    travel: Int32,
    limit: Int32,
    amount: Float64,
    row: int,
    slot: Int64,
    hashes: Int64,
    start: Int64,
    weight: Float64,
    site: Int32,
    used: Int64,
    missed: Float64,
    candidates: int,
) -> int:
    for i in range(row, len(amount)):
        if limit[i] < 0 or amount[i] <= 0:
            continue
        if _is_full(slot, hashes, start, site, used, candidates):
            return i
        base = start[used[0]]
        count = 0
        for j in range(candidates):
            if travel[i, j] <= limit[i]:
                site[base + count] = j
                count += 1
        _insert(count, amount[i], slot, hashes, start, weight, site, used, missed)
    return len(amount)


@kernel
def _add_cells(
    cx: Float64,
    cy: Float64,
    radius: float,
    west: float,
    south: float,
    columns: int,
    rows: int,
    cell_start: Int64,
    cell_site: Int32,
    x: Float64,
    y: Float64,
    amount: Float64,
    row: int,
    slot: Int64,
    hashes: Int64,
    start: Int64,
    weight: Float64,
    site: Int32,
    used: Int64,
    missed: Float64,
    candidates: int,
) -> int:
    width = radius + 1.0
    for i in range(row, len(amount)):
        if amount[i] <= 0:
            continue
        if _is_full(slot, hashes, start, site, used, candidates):
            return i
        base = start[used[0]]
        count = 0
        column = int(np.floor((x[i] - west) / width))
        line = int(np.floor((y[i] - south) / width))
        for r in range(max(0, line - 1), min(rows, line + 2)):
            first, last = max(0, column - 1), min(columns, column + 2)
            if first >= last:
                continue
            for k in range(cell_start[r * columns + first], cell_start[r * columns + last]):
                j = cell_site[k]
                dx, dy = cx[j] - x[i], cy[j] - y[i]
                if np.rint(np.sqrt(dx * dx + dy * dy)) <= radius:
                    # Kept ascending by insertion; within a cell they already are.
                    at = base + count
                    while at > base and site[at - 1] > j:
                        site[at] = site[at - 1]
                        at -= 1
                    site[at] = j
                    count += 1
        _insert(count, amount[i], slot, hashes, start, weight, site, used, missed)
    return len(amount)
