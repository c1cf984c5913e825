"""Demand merged by the set of candidates that cover it.

Two demand points that the same candidates cover are one to every covering objective, so their
demand is added up once and never looked at again. A city of ten million points has a few thousand
to a few hundred thousand different sets. The merging is exact: a hash finds the set, and the
candidates are compared before two are called equal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from wardmote.core.planning.siting.problem import CoverStandard, SitingProblem
from wardmote.core.planning.siting.set_table import CandidateCells, SetTable
from wardmote.core.travel.graph import Bool, Float64, Int32, Int64


@dataclass(frozen=True, slots=True, eq=False)
class CoverSets:
    """S different, non-empty cover sets over m candidates, with their demand.

    Attributes:
        start: int64 [s + 1]; the candidates of set s are `site[start[s]:start[s + 1]]`.
        site: int32, ascending within a set.
        weight: float64 [s], demand of the set, > 0.
        candidates: m.
        out_of_reach: demand that no candidate covers.
    """

    start: Int64
    site: Int32
    weight: Float64
    candidates: int
    out_of_reach: float

    def __len__(self) -> int:
        return len(self.weight)

    @property
    def sizes(self) -> Int64:
        """int64 [s]: candidates in each set."""
        return np.diff(self.start)

    @property
    def integral(self) -> bool:
        """Whether every sum of demand is a whole number."""
        return bool(np.all(self.weight == np.rint(self.weight)))

    def by_site(self) -> tuple[Int64, Int32]:
        """The sets of each candidate: `start` int64 [m + 1] and sets int32, ascending."""
        order = np.argsort(self.site, kind="stable")
        owner = np.repeat(np.arange(len(self), dtype=np.int32), self.sizes)[order]
        start = np.zeros(self.candidates + 1, dtype=np.int64)
        np.cumsum(np.bincount(self.site, minlength=self.candidates), out=start[1:])
        return start, owner

    def per_site(self, value: Float64) -> Float64:
        """float64 [m]: the sum over the sets of each candidate of a value per set."""
        spread = np.repeat(value, self.sizes)
        summed: Float64 = np.bincount(self.site, weights=spread, minlength=self.candidates).astype(
            np.float64
        )
        return summed

    def times_covered(self, vehicles: Int64) -> Int64:
        """int64 [s]: vehicles within reach of each set, given int64 [m] vehicles at candidates."""
        if not len(self):
            return np.zeros(0, dtype=np.int64)
        summed: Int64 = np.add.reduceat(vehicles[self.site], self.start[:-1])
        return summed

    def covered(self, opened: Iterable[int]) -> float:
        """Demand that at least one of the opened candidates covers."""
        vehicles = np.zeros(self.candidates, dtype=np.int64)
        vehicles[np.fromiter(opened, dtype=np.int64)] = 1
        return float(self.weight[self.times_covered(vehicles) > 0].sum())

    def rows(self, keep: Bool) -> CoverSets:
        """Only some of the sets; the others' demand is forgotten."""
        sizes = self.sizes[keep]
        start = np.zeros(len(sizes) + 1, dtype=np.int64)
        np.cumsum(sizes, out=start[1:])
        site = self.site[np.repeat(keep, self.sizes)]
        return CoverSets(start, site, self.weight[keep], self.candidates, self.out_of_reach)

    def among(self, keep: Bool) -> CoverSets:
        """The same demand when only the kept candidates exist: fewer, larger sets, merged again."""
        kept = keep[self.site]
        sizes = np.add.reduceat(kept.astype(np.int64), self.start[:-1]) if len(self) else self.sizes
        start = np.zeros(len(sizes) + 1, dtype=np.int64)
        np.cumsum(sizes, out=start[1:])
        table = SetTable(self.candidates)
        table.add_lists(start, self.site[kept], self.weight)
        return _sets_of(table, self.out_of_reach)


def _sets_of(table: SetTable, missed: float = 0.0) -> CoverSets:
    start, site, weight = table.finish()
    return CoverSets(start, site, weight, table.candidates, missed + table.out_of_reach)


def cover_sets(
    problem: SitingProblem, standards: tuple[CoverStandard, ...] | None = None
) -> CoverSets:
    """The demand of a problem by cover set, all its standards (or the given ones) together.

    Each demand point counts once for every standard that looks at it, times the standard's
    importance.
    """
    table = SetTable(len(problem.sites))
    travel = np.ascontiguousarray(problem.travel_ms)
    for standard in problem.standards if standards is None else standards:
        table.add_matrix(travel, standard.limit_ms, problem.demand * standard.importance)
    return _sets_of(table)


def cover_sets_on_plane(
    pieces: Iterable[tuple[Float64, Float64, Float64]], cells: CandidateCells
) -> CoverSets:
    """The demand of points on a plane, piece by piece: `x_m`, `y_m`, `weight` float64 [k] each."""
    table = SetTable(len(cells.x_m))
    for x_m, y_m, weight in pieces:
        table.add_cells(cells, x_m, y_m, weight)
    return _sets_of(table)
