"""HiGHS on textbook models of siting: what an open solver does with them as they come.

One thread each, the same instances as in memory, a stated limit of time that includes making the
model. Where the limit stops it, what it had found and proven by then is given, never called best.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from wardmote.core.planning.siting.cover_sets import CoverSets

_INFINITE = 1e30
Float64 = NDArray[np.float64]
Int32 = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class PeerAnswer:
    """What HiGHS found.

    Attributes:
        value: of its best solution; infinite (worst) if it has none.
        bound: that no solution passes.
        seconds: with the making of the model.
    """

    value: float
    bound: float
    seconds: float

    @property
    def gap(self) -> float:
        """Distance of value and bound over the value; infinite without a solution."""
        if not np.isfinite(self.value):
            return float("inf")
        return abs(self.value - self.bound) / max(abs(self.value), 1e-9)

    def numbers(self, title: str, unit: str = "") -> dict[str, float]:
        """The figures by name, ready for a result; a value only if there is one."""
        found = {f"{title}: bound{unit}": self.bound, f"{title} (s)": self.seconds}
        if not np.isfinite(self.value):
            return {f"{title}: solutions found": 0.0, **found}
        return {f"{title}: value{unit}": self.value, f"{title}: gap (%)": 100 * self.gap, **found}


def _solver(limit_s: float) -> highspy.Highs:
    highs = highspy.Highs()
    for option, setting in (("output_flag", False), ("threads", 1), ("time_limit", limit_s)):
        highs.setOptionValue(option, setting)
    return highs


def _model(
    cost: Float64,
    integers: NDArray[np.bool_],
    row_lower: Float64,
    row_upper: Float64,
    start: Int32,
    index: Int32,
    value: Float64,
) -> highspy.HighsLp:
    """Least cost over variables in 0 .. 1, rows given one after another."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(cost), len(row_lower)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, np.zeros(len(cost)), np.ones(len(cost))
    lp.row_lower_, lp.row_upper_ = row_lower, row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = start, index, value
    kinds = highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger
    lp.integrality_ = [kinds[int(one)] for one in integers]
    return lp


def highs_cover(sets: CoverSets, posts: int, limit_s: float) -> PeerAnswer:
    """Most weight covered by so many posts, on demand merged by cover set."""
    begin = time.perf_counter()
    count, m = len(sets), sets.candidates
    size = np.diff(sets.start)
    # Each set's row: its own variable less those of the sites that cover it, at most 0.
    start = np.concatenate(([0], np.cumsum(size + 1), [int((size + 1).sum()) + m]))
    index, value = np.empty(start[-1], dtype=np.int32), np.full(start[-1], -1.0)
    own = start[1:-1] - 1
    index[own], value[own] = np.arange(count), 1.0
    others = np.ones(start[-1], dtype=np.bool_)
    others[own] = others[start[-2] :] = False
    index[others] = sets.site + count
    index[start[-2] :], value[start[-2] :] = count + np.arange(m), 1.0
    upper = np.zeros(count + 1)
    upper[-1] = posts
    lp = _model(
        np.concatenate((-sets.weight, np.zeros(m))),
        np.arange(count + m) >= count,
        np.full(count + 1, -_INFINITE),
        upper,
        start.astype(np.int32),
        index,
        value,
    )
    value_s, bound = _solved(lp, begin, limit_s)
    return PeerAnswer(-value_s, -bound, time.perf_counter() - begin)


def highs_p_median(distance: Int32, posts: int, limit_s: float) -> PeerAnswer:
    """Least sum of distances: who is served by whom, n x n, and served only by posts that are."""
    begin = time.perf_counter()
    n = len(distance)
    pairs = n * n
    served = np.arange(pairs)
    # Rows: everybody is served; nobody by a site that is no post; so many posts.
    index = np.concatenate(
        (served, np.column_stack((served, pairs + served % n)).ravel(), pairs + np.arange(n))
    )
    value = np.concatenate((np.ones(pairs), np.tile([1.0, -1.0], pairs), np.ones(n)))
    size = np.concatenate((np.full(n, n), np.full(pairs, 2), [n]))
    lower = np.concatenate((np.ones(n), np.full(pairs, -_INFINITE), [posts]))
    upper = np.concatenate((np.ones(n), np.zeros(pairs), [posts]))
    lp = _model(
        np.concatenate((distance.ravel().astype(np.float64), np.zeros(n))),
        np.arange(pairs + n) >= pairs,
        lower,
        upper,
        np.concatenate(([0], np.cumsum(size))).astype(np.int32),
        index.astype(np.int32),
        value,
    )
    found, bound = _solved(lp, begin, limit_s)
    return PeerAnswer(found, bound, time.perf_counter() - begin)


def _solved(lp: highspy.HighsLp, begin: float, limit_s: float) -> tuple[float, float]:
    """Value and bound of a model, both as it minimises; value infinite without a solution."""
    highs = _solver(max(0.1, limit_s - (time.perf_counter() - begin)))
    highs.passModel(lp)
    highs.run()
    info = highs.getInfo()
    feasible = info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
    value = info.objective_function_value if feasible else float("inf")
    return value, info.mip_dual_bound


def highs_p_center(distance: Int32, posts: int, limit_s: float) -> PeerAnswer:
    """Least greatest distance: halving the distances that occur, a set cover for each.

    The value is the least radius for which so many posts were found, the bound the least that was
    not ruled out.
    """
    begin = time.perf_counter()
    radii = np.unique(distance)
    low, high, found = 0, len(radii) - 1, False
    while low < high:
        middle = (low + high) // 2
        left_s = limit_s - (time.perf_counter() - begin)
        enough = _covers(distance <= radii[middle], posts, left_s) if left_s > 0.1 else None
        if enough is None:
            break
        if enough:
            high, found = middle, True
        else:
            low = middle + 1
    value = float(radii[high]) if found or low == high else float("inf")
    return PeerAnswer(value, float(radii[low]), time.perf_counter() - begin)


def _covers(within: NDArray[np.bool_], posts: int, limit_s: float) -> bool | None:
    """Whether so many posts reach everybody; None if the time did not suffice to tell."""
    n = len(within)
    row, column = np.nonzero(within)
    size = np.append(np.bincount(row, minlength=n), n)
    lp = _model(
        np.ones(n),
        np.ones(n, dtype=np.bool_),
        np.append(np.ones(n), -_INFINITE),
        np.append(np.full(n, _INFINITE), float(posts)),
        np.concatenate(([0], np.cumsum(size))).astype(np.int32),
        np.append(column, np.arange(n)).astype(np.int32),
        np.ones(len(column) + n),
    )
    highs = _solver(limit_s)
    # One solution is enough: the row says that it has few enough posts.
    highs.setOptionValue("mip_max_improving_sols", 1)
    highs.passModel(lp)
    highs.run()
    info = highs.getInfo()
    if info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible):
        return True
    infeasible = highspy.HighsModelStatus.kInfeasible
    return False if highs.getModelStatus() == infeasible else None
