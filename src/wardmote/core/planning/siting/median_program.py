"""The p-median as an integer program by levels of price, for what branch and bound leaves open.

For each demand point the prices of the candidates left are sorted into levels; a column says that
no post is open up to a level, and costs the step to the next (Elloumi 2010,
doi:10.1007/s10878-008-9148-0). Levels beyond a price that the multipliers make unlikely are left
out: that can only lower the value, so the bound stays valid, and a plan is always valued in full.
Where too few were kept to prove anything, more are taken.
"""

from __future__ import annotations

import math

import numpy as np

from wardmote.core.planning.siting.answer import Ledger, Stage
from wardmote.core.planning.siting.linear_program import LinearProgram
from wardmote.core.planning.siting.median_bound import OPEN, NearLists
from wardmote.core.planning.siting.median_branch import Branching
from wardmote.core.planning.siting.median_search import median_value
from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Bool, Float64, Int32, Int64

INFINITE = 1e30
_MORE_LEVELS = (8, 40, 10_000_000)


def prove_by_levels(question: Branching, multiplier: Float64, ledger: Ledger) -> None:
    """Solve the program; the plan found and the bound go to the ledger.

    Args:
        question: candidates left.
        multiplier: float64 [n], of the best Lagrangian bound; decides how many levels are kept.
        ledger: holds a plan already.
    """
    for more in _MORE_LEVELS:
        lists = question.lists.trimmed(multiplier, 2.0, more)
        _solve(question, lists, ledger)
        complete = len(lists.site) == len(question.lists.site)
        if complete or ledger.over():
            break
    ledger.report(Stage.PROVE, 1)


def _solve(question: Branching, lists: NearLists, ledger: Ledger) -> None:
    """The program on some levels."""
    step, start, where, factor, first = _levels(lists.start, lists.site, lists.price, lists.cap)
    count = len(question.state)
    column = np.where(where < 0, -1 - where, where + count).astype(np.int64)
    columns = count + len(step)
    lower = np.zeros(columns)
    lower[:count] = question.state == OPEN
    whole = np.zeros(columns, dtype=np.bool_)
    whole[:count] = True
    program = LinearProgram(np.concatenate((np.zeros(count), step)), lower, np.ones(columns), whole)
    every = np.arange(count)
    program.add_row(-INFINITE, float(question.posts), every, np.ones(count))
    if math.isfinite(question.budget):
        program.add_row(-INFINITE, question.budget, every, question.cost)
    program.add_rows(first, np.full(len(step), INFINITE), start, column.astype(np.int32), factor)
    known = np.isin(question.site, ledger.opened)
    if int(known.sum()) == len(ledger.opened):
        program.start_from(_columns_of(known, start, column, factor, first))
    # The nearest price is paid in any case.
    fixed = float(lists.price[lists.start[:-1]].sum())
    target = ledger.value

    def on_bound(bound: float) -> None:
        # Candidates left out hold no better plan.
        ledger.tighten(min(target, fixed + bound))

    found = program.solve(ledger, on_bound)
    if len(found.x):
        opened = np.flatnonzero(found.x[:count] > 0.5)
        if float(question.cost[opened].sum()) <= question.budget and len(opened):
            value = median_value(question.distance, question.weight, opened)
            ledger.offer(question.site[opened].tolist(), value)
    if math.isfinite(found.bound):
        on_bound(found.bound)


@kernel
def _columns_of(
    opened: Bool, start: Int64, where: Int64, factor: Float64, first: Float64
) -> Float64:
    """The columns of a plan: each level column as small as its row allows."""
    count = len(opened)
    x = np.zeros(count + len(first))
    for j in range(count):
        x[j] = 1.0 if opened[j] else 0.0
    for row in range(len(first)):
        least = first[row]
        for a in range(start[row], start[row + 1]):
            if where[a] != count + row:
                least -= factor[a] * x[where[a]]
        x[count + row] = max(0.0, least)
    return x


@kernel
def _levels(
    start: Int64, site: Int32, price: Float64, cap: Float64
) -> tuple[Float64, Int64, Int32, Float64, Float64]:
    """Columns and rows of the levels, a row for each column.

    Row of level k of a point: its column, less that of the level before, plus the candidates at
    level k, `>= 0`; for the first level without a level before, `>= 1`. In the rows, level
    columns have their number and candidate j has `-1 - j`.
    """
    n = len(start) - 1
    room = len(site)
    step = np.empty(room)
    row_start = np.zeros(room + 1, dtype=np.int64)
    where = np.empty(3 * room, dtype=np.int32)
    factor = np.empty(3 * room)
    first = np.empty(room)
    row, used = 0, 0
    for i in range(n):
        k = start[i]
        level = 0
        while k < start[i + 1]:
            here = price[k]
            last = k
            while last < start[i + 1] and price[last] == here:
                last += 1
            after = price[last] if last < start[i + 1] else cap[i]
            if not after < np.inf:
                break
            step[row] = after - here
            where[used], factor[used] = row, 1.0
            used += 1
            if level > 0:
                where[used], factor[used] = row - 1, -1.0
                used += 1
            for a in range(k, last):
                where[used], factor[used] = -1 - site[a], 1.0
                used += 1
            first[row] = 0.0 if level > 0 else 1.0
            row += 1
            row_start[row] = used
            level += 1
            k = last
    return step[:row], row_start[: row + 1], where[:used], factor[:used], first[:row]
