"""A thin, interruptible face of HiGHS for the programs of this package.

HiGHS (https://highs.dev, Huangfu & Hall 2018, doi:10.1007/s12532-017-0130-5) solves linear and
mixed-integer programs. Here it always minimizes, on one thread, and says "optimal" only when it was
not stopped; stopped, it says so and gives the bound it had.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import highspy
import numpy as np
from numpy.typing import NDArray

from wardmote.core.planning.siting.answer import Ledger
from wardmote.core.travel.graph import Bool, Float64, Int32, Int64

_CALLS_BETWEEN_QUESTIONS = 16
"""Simplex iterations are many and short; nodes of an integer program are not."""


class Ending(StrEnum):
    """How a run ended."""

    SOLVED = "solved"
    INFEASIBLE = "infeasible"
    STOPPED = "stopped"
    FAILED = "failed"
    """Neither solved nor told to stop: numerical trouble. Whatever it says is not used."""


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """What a run found.

    Attributes:
        x: float64 [columns]; empty when there is no solution.
        row_dual: float64 [rows]; empty for integer programs.
        value: of `x`; NaN without one.
        bound: proven below every solution; -inf when nothing is.
    """

    ending: Ending
    x: Float64
    row_dual: Float64
    value: float
    bound: float


class LinearProgram:
    """Columns with costs and limits, rows as they come; minimized.

    Args:
        cost, lower, upper: float64 [columns].
        whole: bool [columns], which must be whole numbers; none when None.
    """

    def __init__(
        self, cost: Float64, lower: Float64, upper: Float64, whole: Bool | None = None
    ) -> None:
        self._highs = highspy.Highs()
        for option, setting in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0)):
            self._highs.setOptionValue(option, setting)
        self.columns = len(cost)
        every = np.arange(self.columns, dtype=np.int32)
        self._highs.addVars(self.columns, lower, upper)
        self._highs.changeColsCost(self.columns, every, cost)
        self._whole = whole is not None and bool(whole.any())
        if whole is not None and self._whole:
            which = np.flatnonzero(whole).astype(np.int32)
            kind = np.full(len(which), int(highspy.HighsVarType.kInteger), dtype=np.uint8)
            self._highs.changeColsIntegrality(len(which), which, kind)

    def set(self, option: str, setting: str | float | bool) -> None:
        """Set an option of HiGHS by its name."""
        self._highs.setOptionValue(option, setting)

    def add_rows(
        self, lower: Float64, upper: Float64, start: Int64, column: Int32, factor: Float64
    ) -> None:
        """Add rows `lower <= sum factor * x[column] <= upper`; `start` int64 [rows + 1]."""
        self._highs.addRows(
            len(lower),
            lower,
            upper,
            len(column),
            np.ascontiguousarray(start[:-1], dtype=np.int32),
            np.ascontiguousarray(column, dtype=np.int32),
            np.ascontiguousarray(factor, dtype=np.float64),
        )

    def add_row(
        self, lower: float, upper: float, column: NDArray[np.integer], factor: Float64
    ) -> None:
        """Add one row."""
        self._highs.addRow(
            lower, upper, len(column), np.ascontiguousarray(column, dtype=np.int32), factor
        )

    def limit(self, column: NDArray[np.integer], lower: Float64, upper: Float64) -> None:
        """Change the limits of some columns."""
        which = np.ascontiguousarray(column, dtype=np.int32)
        self._highs.changeColsBounds(len(which), which, lower, upper)

    def start_from(self, x: Float64) -> None:
        """Tell an integer program about a solution."""
        solution = highspy.HighsSolution()
        solution.col_value = x.tolist()
        self._highs.setSolution(solution)

    def solve(
        self,
        ledger: Ledger,
        on_bound: Callable[[float], None] | None = None,
        settled: Callable[[], bool] | None = None,
    ) -> Solution:
        """Run until solved or told to stop.

        Args:
            ledger: asked every few iterations or nodes whether to stop.
            on_bound: told the proven bound of an integer program now and then.
            settled: also ends the run when it says yes.
        """
        asked = 0
        left_s = ledger.control.seconds_left()
        if math.isfinite(left_s):
            self._highs.setOptionValue("time_limit", max(0.0, left_s))

        def should_stop() -> bool:
            return ledger.should_stop() or (settled is not None and settled())

        def ask(event: highspy.HighsCallbackEvent) -> None:
            nonlocal asked
            asked += 1
            if on_bound is not None and math.isfinite(event.data_out.mip_dual_bound):
                on_bound(event.data_out.mip_dual_bound)
            if (self._whole or asked % _CALLS_BETWEEN_QUESTIONS == 0) and should_stop():
                event.interrupt()

        highs = self._highs
        hooks = (
            (highs.cbMipInterrupt, highs.cbMipLogging)
            if self._whole
            else (highs.cbSimplexInterrupt, highs.cbIpmInterrupt)
        )
        for hook in hooks:
            hook.subscribe(ask)
        try:
            highs.run()
        finally:
            for hook in hooks:
                hook.unsubscribe(ask)
        return self._read(should_stop)

    def _read(self, should_stop: Callable[[], bool]) -> Solution:
        highs = self._highs
        status = highs.getModelStatus()
        nothing = np.empty(0)
        if status == highspy.HighsModelStatus.kInfeasible:
            return Solution(Ending.INFEASIBLE, nothing, nothing, math.nan, math.inf)
        info = highs.getInfo()
        found = highs.getSolution()
        solved = status == highspy.HighsModelStatus.kOptimal
        ending = Ending.SOLVED if solved else Ending.STOPPED if should_stop() else Ending.FAILED
        usable = (
            info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
            if self._whole
            else solved
        )
        x = np.array(found.col_value) if usable else nothing
        value = info.objective_function_value if usable else math.nan
        if self._whole:
            bound = info.mip_dual_bound if ending is not Ending.FAILED else -math.inf
            return Solution(ending, x, nothing, value, bound)
        dual = np.array(found.row_dual) if solved else nothing
        return Solution(ending, x, dual, value, value if solved else -math.inf)
