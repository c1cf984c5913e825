"""The usual model of a roster: one variable for each crew, day and kind of shift.

Curtois & Qu 2014's formulation, for the peers: HiGHS as it is, and CP-SAT. Only the rules of the
public instances (no nights, skills or history).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import highspy
import numpy as np
from ortools.sat.python import cp_model

from wardmote.core.planning.rosters.model import CrewRules, RosterProblem

_FAR = 1 << 30


@dataclass
class Rows:
    """Whole variables 0 <= x <= upper with costs, and rows low <= a x <= high."""

    upper: list[int] = field(default_factory=list)
    cost: list[int] = field(default_factory=list)
    rows: list[tuple[int, dict[int, int], int]] = field(default_factory=list)
    constant: int = 0

    def variable(self, upper: int, cost: int = 0) -> int:
        self.upper.append(upper)
        self.cost.append(cost)
        return len(self.upper) - 1

    def row(self, low: int, terms: dict[int, int], high: int) -> None:
        self.rows.append((low, terms, high))


def compact(problem: RosterProblem) -> Rows:
    """The model of a problem."""
    rows = Rows()
    cost = np.zeros((len(problem.crews), problem.days, len(problem.kinds)), dtype=np.int64)
    for wish in problem.wishes:
        cost[wish.crew, wish.day, wish.kind] += -wish.cost if wish.wants else wish.cost
        rows.constant += wish.cost if wish.wants else 0
    x = [
        [
            [
                rows.variable(
                    int(day not in crew.leave and crew.max_shifts[kind] > 0),
                    int(cost[n, day, kind]),
                )
                for kind in range(len(problem.kinds))
            ]
            for day in range(problem.days)
        ]
        for n, crew in enumerate(problem.crews)
    ]
    for crew, days in zip(problem.crews, x, strict=True):
        _crew_rows(rows, problem, crew, days)
    for cover in problem.covers:
        under = rows.variable(cover.wanted, cover.under_cost)
        over = rows.variable(len(problem.crews), cover.over_cost)
        terms = {days[cover.day][cover.kind]: 1 for days in x}
        rows.row(cover.wanted, terms | {under: 1, over: -1}, cover.wanted)
    return rows


def _crew_rows(rows: Rows, problem: RosterProblem, crew: CrewRules, x: list[list[int]]) -> None:
    days, kinds = problem.days, range(len(problem.kinds))
    work = [dict.fromkeys(x[day], 1) for day in range(days)]
    for day in range(days):
        rows.row(0, work[day], 1)
        if day + 1 < days:
            for kind in kinds:
                for after in problem.kinds[kind].not_before:
                    rows.row(0, {x[day][kind]: 1, x[day + 1][after]: 1}, 1)
    for kind in kinds:
        rows.row(0, {x[day][kind]: 1 for day in range(days)}, crew.max_shifts[kind])
    minutes = {x[day][k]: problem.kinds[k].minutes for day in range(days) for k in kinds}
    rows.row(crew.min_minutes, minutes, crew.max_minutes)
    for day in range(days - crew.max_run):
        window = work[day : day + crew.max_run + 1]
        rows.row(0, {v: 1 for terms in window for v in terms}, crew.max_run)
    for length in range(1, crew.min_run):
        for day in range(days - length - 1):
            inner = {v: -1 for terms in work[day + 1 : day + 1 + length] for v in terms}
            rows.row(1 - length, work[day] | inner | work[day + length + 1], _FAR)
    for length in range(1, crew.min_days_off):
        for day in range(days - length - 1):
            inner = {v: 1 for terms in work[day + 1 : day + 1 + length] for v in terms}
            ends = dict.fromkeys((*x[day], *x[day + length + 1]), -1)
            rows.row(-1, ends | inner, _FAR)
    weekends = {}
    for saturday in range(5, days, 7):
        weekend = rows.variable(1)
        weekends[weekend] = 1
        both = [work[day] for day in (saturday, saturday + 1) if day < days]
        for terms in both:
            rows.row(0, {weekend: 1} | dict.fromkeys(terms, -1), 1)
    rows.row(0, weekends, crew.max_weekends)


def by_highs(problem: RosterProblem, limit_s: float) -> tuple[float, float]:
    """Value and bound that HiGHS reaches."""
    model = compact(problem)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", limit_s)
    count = len(model.upper)
    solver.addVars(count, np.zeros(count), np.array(model.upper, dtype=np.float64))
    every = np.arange(count, dtype=np.int32)
    solver.changeColsCost(count, every, np.array(model.cost, dtype=np.float64))
    solver.changeColsIntegrality(count, every, np.full(count, highspy.HighsVarType.kInteger))
    for low, terms, high in model.rows:
        index = np.array(list(terms), dtype=np.int32)
        values = np.array(list(terms.values()), dtype=np.float64)
        top = highspy.kHighsInf if high == _FAR else float(high)
        solver.addRow(float(low), top, len(index), index, values)
    solver.run()
    info = solver.getInfo()
    return info.objective_function_value + model.constant, info.mip_dual_bound + model.constant


def by_cp_sat(problem: RosterProblem, limit_s: float) -> tuple[float, float]:
    """Value and bound that CP-SAT reaches with one worker."""
    model = compact(problem)
    cp = cp_model.CpModel()
    x = [cp.new_int_var(0, upper, "") for upper in model.upper]
    for low, terms, high in model.rows:
        total = cp_model.LinearExpr.weighted_sum([x[v] for v in terms], list(terms.values()))
        if high == _FAR:
            cp.add(total >= low)
        else:
            cp.add_linear_constraint(total, low, high)
    cp.minimize(cp_model.LinearExpr.weighted_sum(x, model.cost) + model.constant)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit_s
    solver.parameters.num_workers = 1
    status = solver.solve(cp)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return (solver.objective_value if found else float("inf")), solver.best_objective_bound
