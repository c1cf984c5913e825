"""A roster as one integer program: a variable for each crew, day and kind of shift.

The formulation is Curtois and Qu's (2014, "Computational results on new staff scheduling benchmark
instances"), with nights, weeks, owed days off and what was worked before the period. Its relaxation
is weaker than that of whole rosters (`columns`), but where that one is 0 and guides nothing, HiGHS
settles small and middling questions by branching on days. Answers are checked against `checking`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import highspy
import numpy as np

from wardmote.core.planning.rosters.checking import violations
from wardmote.core.planning.rosters.columns import silent_solver, stops_when
from wardmote.core.planning.rosters.cover import CostTables
from wardmote.core.planning.rosters.model import OFF, CrewRules, Int8, RosterProblem

MOST_CELLS = 40_000
"""Crews x days x kinds beyond which the program is not worth building."""

_FAR = math.inf
_ROUNDING = 1e-6
Terms = dict[int, float]


class WholeProgram:
    """The program of a problem, solved as often as there is time, from the best roster known."""

    def __init__(self, problem: RosterProblem, costs: CostTables) -> None:
        self._problem, self._costs = problem, costs
        crews, days, kinds = len(problem.crews), problem.days, len(problem.kinds)
        self._shape = (crews, days, kinds)
        self._upper: list[float] = []
        self._cost: list[float] = []
        self._rows: list[tuple[float, Terms, float]] = []
        self._constant = float(costs.wish_base.sum() + costs.wish_price[:, :, OFF].sum())
        for number, crew in enumerate(problem.crews):
            self._add_variables(number, crew)
        self._weekends: list[tuple[int, list[int]]] = []
        for number, crew in enumerate(problem.crews):
            _CrewRows(self, problem, number, crew).add()
        self._add_counts()
        self._solver = self._built()

    def solve(
        self, roster: Int8, *, limit_s: float, should_stop: Callable[[], bool]
    ) -> tuple[Int8, float]:
        """A roster as good as `roster` (int8 [C, D]) or better, and a proven bound on every cost.

        Args:
            limit_s: seconds that HiGHS may take.
        """
        solver = self._solver
        solver.setOptionValue("time_limit", limit_s)
        solver.setSolution(self._as_solution(roster))
        asks = stops_when(solver, should_stop)
        solver.run()
        solver.cbMipInterrupt -= asks
        bound = float(solver.getInfo().mip_dual_bound) + self._constant
        found = self._as_roster(np.array(solver.getSolution().col_value))
        better = (
            found is not None
            and self._costs.total_cost(found) < self._costs.total_cost(roster)
            and not violations(self._problem, found)
        )
        solver.clearSolver()
        return (found if better and found is not None else roster), _whole(bound)

    def work(self, crew: int, day: int) -> Terms:
        """1 where the crew works on the day."""
        return dict.fromkeys((self.at(crew, day, kind) for kind in range(self._shape[2])), 1.0)

    def at(self, crew: int, day: int, kind: int) -> int:
        """The variable of a crew, a day and a kind of shift."""
        _crews, days, kinds = self._shape
        return (crew * days + day) * kinds + kind

    def row(self, low: float, terms: Terms, high: float) -> None:
        """Low <= terms <= high."""
        self._rows.append((low, terms, high))

    def variable(self, upper: float, cost: float = 0.0) -> int:
        """A further variable from 0 to `upper`; whole by itself once the days are."""
        self._upper.append(upper)
        self._cost.append(cost)
        return len(self._upper) - 1

    def _add_variables(self, number: int, crew: CrewRules) -> None:
        price = self._costs.wish_price[number]
        fixed = dict(crew.fixed)
        for day in range(self._shape[1]):
            for kind in range(self._shape[2]):
                free = day not in crew.leave and crew.max_shifts[kind] > 0
                self.variable(
                    float(free and fixed.get(day, kind) == kind),
                    float(price[day, kind] - price[day, OFF]),
                )

    def _add_counts(self) -> None:
        costs = self._costs
        for row, (day, kind) in enumerate(
            zip(costs.day.tolist(), costs.kind.tolist(), strict=True)
        ):
            counted = costs.counts_for[:, row]
            terms = {
                self.at(crew, day, kind): float(counted[crew])
                for crew in np.flatnonzero(counted).tolist()
            }
            terms[self.variable(_FAR, float(costs.under[row]))] = 1.0
            terms[self.variable(_FAR, float(costs.over[row]))] = -1.0
            self.row(float(costs.wanted[row]), terms, float(costs.wanted[row]))

    def _built(self) -> highspy.Highs:
        solver = silent_solver()
        count = len(self._upper)
        every = np.arange(count, dtype=np.int32)
        upper = np.array(self._upper)
        solver.addVars(count, np.zeros(count), np.where(np.isinf(upper), highspy.kHighsInf, upper))
        solver.changeColsCost(count, every, np.array(self._cost))
        days = math.prod(self._shape)
        solver.changeColsIntegrality(
            days, every[:days], np.full(days, highspy.HighsVarType.kInteger)
        )
        starts = np.cumsum([0, *(len(terms) for _low, terms, _high in self._rows)])
        solver.addRows(
            len(self._rows),
            np.array([_limit(low) for low, _terms, _high in self._rows]),
            np.array([_limit(high) for _low, _terms, high in self._rows]),
            int(starts[-1]),
            starts[:-1].astype(np.int32),
            np.array([at for _l, terms, _h in self._rows for at in terms], dtype=np.int32),
            np.array([value for _l, terms, _h in self._rows for value in terms.values()]),
        )
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.setOptionValue("mip_abs_gap", 0.999)
        return solver

    def _as_solution(self, roster: Int8) -> highspy.HighsSolution:
        """The days of a roster; HiGHS works the rest out."""
        values = np.zeros(len(self._upper))
        crews, days, kinds = self._shape
        chosen = values[: crews * days * kinds].reshape(self._shape)
        for crew, day in zip(*np.nonzero(roster != OFF), strict=True):
            chosen[crew, day, roster[crew, day]] = 1.0
        counts = self._costs.counts(roster)
        first = len(values) - 2 * len(counts)
        values[first::2] = np.maximum(self._costs.wanted - counts, 0)
        values[first + 1 :: 2] = np.maximum(counts - self._costs.wanted, 0)
        for variable, cells in self._weekends:
            values[variable] = values[cells].max(initial=0.0)
        solution = highspy.HighsSolution()
        solution.col_value = values.tolist()
        return solution

    def weekend(self, cells: Terms) -> int:
        """A variable that is 1 where any of the days of a weekend is worked."""
        worked = self.variable(1.0)
        self._weekends.append((worked, list(cells)))
        return worked

    def _as_roster(self, values: np.ndarray) -> Int8 | None:
        if not len(values):
            return None
        chosen = values[: math.prod(self._shape)].reshape(self._shape)
        found = np.full(self._shape[:2], OFF, dtype=np.int8)
        for crew, day, kind in zip(*np.nonzero(chosen > 0.5), strict=True):
            found[crew, day] = kind
        return found


class _CrewRows:
    """The rules of one crew as rows; the same rules in the same order as in `checking`."""

    def __init__(
        self, program: WholeProgram, problem: RosterProblem, number: int, crew: CrewRules
    ) -> None:
        self._program, self._problem, self._number, self._crew = program, problem, number, crew
        self._days, self._kinds = range(problem.days), range(len(problem.kinds))
        self._work = [program.work(number, day) for day in self._days]
        nights = [kind for kind in self._kinds if problem.kinds[kind].night]
        self._night = [
            dict.fromkeys((program.at(number, day, kind) for kind in nights), 1.0)
            for day in self._days
        ]

    def add(self) -> None:
        """All rows of the crew."""
        for day in self._days:
            self._program.row(0.0, self._work[day], 1.0)
        for day, kind in self._crew.fixed:
            wanted = {} if kind == OFF else {self._x(day, kind): 1.0}
            self._program.row(float(kind != OFF), wanted or self._work[day], float(kind != OFF))
        self._rest()
        self._totals()
        self._weekends()
        self._longest_runs()
        self._shortest_runs()
        self._days_off()

    def _x(self, day: int, kind: int) -> int:
        return self._program.at(self._number, day, kind)

    def _rest(self) -> None:
        before = self._crew.before
        last = before.kind if before and before.run else OFF
        for day in self._days:
            not_before = self._problem.not_before_on(day)
            if day == 0:
                for after in not_before[last] if last != OFF else ():
                    self._program.row(0.0, {self._x(0, after): 1.0}, 0.0)
                continue
            for kind in self._kinds:
                if not_before[kind]:
                    after_it = {self._x(day, after): 1.0 for after in not_before[kind]}
                    self._program.row(0.0, {self._x(day - 1, kind): 1.0, **after_it}, 1.0)
        for kind in self._kinds:
            for day in self._days:
                for later in range(1, self._problem.kinds[kind].days_off_after + 1):
                    if day + later < len(self._days):
                        pair = {self._x(day, kind): 1.0, **self._work[day + later]}
                        self._program.row(0.0, pair, 1.0)

    def _totals(self) -> None:
        crew, program = self._crew, self._program
        minutes = [
            {self._x(day, kind): float(taken) for kind, taken in enumerate(on_day)}
            for day in self._days
            for on_day in [self._problem.minutes_on(day)]
        ]
        program.row(crew.min_minutes, _joined(minutes), crew.max_minutes)
        for kind in self._kinds:
            terms = {self._x(day, kind): 1.0 for day in self._days}
            program.row(0.0, terms, float(crew.max_shifts[kind]))
        if any(self._night):
            program.row(0.0, _joined(self._night), float(crew.max_nights))
        program.row(0.0, _joined(self._work), float(len(self._days) - crew.min_free_days))
        if crew.max_week_minutes is not None:
            done = self._problem.week_minutes_before(crew)
            weeks: dict[int, list[Terms]] = {}
            for day in self._days:
                weeks.setdefault((day + self._problem.first_weekday) // 7, []).append(minutes[day])
            for week, terms_of in weeks.items():
                left = max(crew.max_week_minutes - (done if week == 0 else 0), 0)
                program.row(0.0, _joined(terms_of), float(left))

    def _weekends(self) -> None:
        found: dict[int, list[Terms]] = {}
        for day in self._days:
            week, weekday = divmod(day + self._problem.first_weekday, 7)
            if weekday >= 5:
                found.setdefault(week, []).append(self._work[day])
        if len(found) <= self._crew.max_weekends:
            return
        counted: Terms = {}
        for days in found.values():
            worked = self._program.weekend(_joined(days))
            counted[worked] = 1.0
            for terms in days:
                self._program.row(0.0, {worked: 1.0, **dict.fromkeys(terms, -1.0)}, 1.0)
        self._program.row(0.0, counted, float(self._crew.max_weekends))

    def _longest_runs(self) -> None:
        before = self._crew.before
        self._at_most(self._work, self._crew.max_run, before.run if before else 0)
        if any(self._night):
            nights = before.nights if before and before.run else 0
            self._at_most(self._night, self._crew.max_night_run, nights)

    def _at_most(self, terms: Sequence[Terms], most: int, carried: int) -> None:
        """At most so many days in a row, some of them before the first."""
        for first in range(len(terms) - most):
            self._program.row(0.0, _joined(terms[first : first + most + 1]), float(most))
        left = max(most - carried, 0)
        if carried and left < len(terms):
            self._program.row(0.0, _joined(terms[: left + 1]), float(left))

    def _shortest_runs(self) -> None:
        before, least = self._crew.before, self._crew.min_run
        for length in range(1, least):
            for day in range(len(self._days) - length - 1):
                self._if_all_worked(day + 1, length, (day, day + length + 1))
        if before is None:
            return
        if 0 < before.run < least:
            self._program.row(1.0, self._work[0], 1.0)
        for length in range(1, least - before.run):
            if length < len(self._days):
                self._if_all_worked(0, length, (length,))

    def _if_all_worked(self, first: int, length: int, ends: tuple[int, ...]) -> None:
        """Where all days of a run are worked, one of the days beside it is too."""
        inner = {at: -1.0 for terms in self._work[first : first + length] for at in terms}
        beside = {at: 1.0 for day in ends for at in self._work[day]}
        self._program.row(1.0 - length, {**inner, **beside}, _FAR)

    def _days_off(self) -> None:
        crew, days = self._crew, len(self._days)
        after_night = max(crew.days_off_after_nights, crew.min_days_off)
        for start, needed in ((self._work, crew.min_days_off), (self._night, after_night)):
            for length in range(1, needed):
                for day in range(days - length - 1):
                    if start[day]:
                        self._if_all_off(start[day], day + 1, length)
        self._days_off_at_the_start(after_night)

    def _days_off_at_the_start(self, after_night: int) -> None:
        before, crew, days = self._crew.before, self._crew, len(self._days)
        if before is None:
            return
        if not before.run:
            for day in range(min(before.owed, days)):
                self._program.row(0.0, self._work[day], 0.0)
            for length in range(crew.min_days_off - before.days_off):
                if before.days_off + length > 0 and length < days:
                    self._if_all_off({}, 0, length)
            return
        last = self._problem.kinds[before.kind]
        for day in range(min(last.days_off_after, days)):
            self._program.row(0.0, self._work[day], 0.0)
        for length in range(1, after_night if last.night else crew.min_days_off):
            if length < days:
                self._if_all_off({}, 0, length)

    def _if_all_off(self, start: Terms, first: int, length: int) -> None:
        """After a start and so many days off, the next day is off too."""
        inner = {at: -1.0 for terms in self._work[first : first + length] for at in terms}
        after = self._work[first + length]
        self._program.row(-_FAR, {**start, **inner, **after}, float(bool(start)))


def _joined(terms: Sequence[Terms]) -> Terms:
    return {at: value for some in terms for at, value in some.items()}


def _limit(value: float) -> float:
    if math.isinf(value):
        return float(highspy.kHighsInf if value > 0 else -highspy.kHighsInf)
    return float(value)


def _whole(bound: float) -> float:
    """Costs are whole numbers, so a bound may be rounded up."""
    return bound if not math.isfinite(bound) else float(math.ceil(bound - _ROUNDING))
