"""The linear relaxation of the p-median by Benders cuts, and multipliers that prove its value.

Once it is decided which candidates are open, and by how much, the cheapest service of one demand
point is found by reading its list until the shares add up to 1. That gives the cut
`service_i >= level - sum over nearer j of (level - price_ij) * open_j` for the price at which the
reading stopped (Duran-Mateluna, Ales & Elloumi 2023, doi:10.1016/j.ejor.2022.11.014). The first
cuts take the Lagrangian multipliers as levels, so the first bound is the Lagrangian one, and few
rounds are needed. From the duals of the cuts come better multipliers, for which the Lagrangian
bound is added up anew: the solver is never believed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from wardmote.core.planning.siting.answer import Ledger, Stage
from wardmote.core.planning.siting.linear_program import Ending, LinearProgram
from wardmote.core.planning.siting.median_bound import (
    CLOSED,
    OPEN,
    Ascent,
    Int8,
    NearLists,
)
from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Bool, Float64, Int32, Int64

INFINITE = 1e30
ROUNDS = 40
_LONG_ENOUGH = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class CutQuestion:
    """What the relaxation is about.

    Attributes:
        lists: of the demand.
        state: int8 [m], settled candidates.
        cost, budget, posts: conditions; infinite budget when money is no matter.
        done: rounds of this stage that were reported already.
    """

    lists: NearLists
    state: Int8
    cost: Float64
    budget: float
    posts: int
    done: int


def tighten_by_cuts(question: CutQuestion, ascent: Ascent, ledger: Ledger) -> Ascent:
    """Solve the relaxation by rounds of cuts; better multipliers, if there are any.

    The ledger gets each bound that was added up. Ends when no cut is missing, when the gain of a
    round is negligible, or when told to stop.
    """
    lists = question.lists
    n = len(lists.start) - 1
    scale = n / max(1.0, ledger.value)
    left = np.flatnonzero(question.state != CLOSED)
    column = np.full(len(question.state), -1, dtype=np.int64)
    column[left] = np.arange(len(left))
    program = _program(question, left, n)
    best = ascent
    owners: list[Int64] = []
    levels: list[Float64] = []
    level = ascent.best_multiplier
    wanted = np.ones(n, dtype=np.bool_)
    before = -math.inf
    for rounds in range(ROUNDS):
        owner = np.flatnonzero(wanted)
        start, where, factor, right = _cuts(
            lists.start, lists.site, lists.price, owner, level, column, len(left), scale
        )
        program.add_rows(right, np.full(len(right), INFINITE), start, where, factor)
        owners.append(owner)
        levels.append(level[owner])
        found = program.solve(ledger)
        if found.ending is not Ending.SOLVED:
            break
        dual = found.row_dual[len(found.row_dual) - sum(map(len, owners)) :]
        mixed = np.bincount(
            np.concatenate(owners), weights=dual * np.concatenate(levels), minlength=n
        )
        price = -float(found.row_dual[1]) / scale if math.isfinite(question.budget) else 0.0
        best = _added_up(question, best, np.minimum(mixed, lists.cap), max(0.0, price), ledger)
        ledger.report(Stage.RELAX, question.done + rounds + 1)
        if ledger.over() or found.value - before < _LONG_ENOUGH * abs(found.value) / 10:
            break
        before = found.value
        shares = np.zeros(len(question.state))
        shares[left] = found.x[: len(left)]
        wanted, level = _missing(
            lists.start, lists.site, lists.price, shares, found.x[len(left) :] / scale
        )
        if not wanted.any():
            break
    return best


def _added_up(
    question: CutQuestion, best: Ascent, multiplier: Float64, price: float, ledger: Ledger
) -> Ascent:
    """The Lagrangian bound of multipliers; they replace the best ones if it is higher."""
    trial = Ascent.start(multiplier, len(question.state), price)
    trial.climb(
        question.lists,
        question.state,
        question.cost,
        question.budget,
        question.posts,
        ledger.value,
        1,
    )
    ledger.tighten(trial.bound)
    return trial if trial.bound > best.bound else best


def _program(question: CutQuestion, left: Int64, n: int) -> LinearProgram:
    """Columns: shares of the candidates left, then the scaled service price of each point."""
    count = len(left)
    lower = np.zeros(count + n)
    lower[:count] = question.state[left] == OPEN
    upper = np.concatenate((np.ones(count), np.full(n, INFINITE)))
    program = LinearProgram(np.concatenate((np.zeros(count), np.ones(n))), lower, upper)
    every = np.arange(count)
    program.add_row(-INFINITE, float(question.posts), every, np.ones(count))
    if math.isfinite(question.budget):
        program.add_row(-INFINITE, question.budget, every, question.cost[left])
    return program


@kernel
def _cuts(
    start: Int64,
    site: Int32,
    price: Float64,
    owner: Int64,
    level: Float64,
    column: Int64,
    candidates: int,
    scale: float,
) -> tuple[Int64, Int32, Float64, Float64]:
    """Rows of the cuts at the given levels, one for each owner."""
    total = 0
    for i in owner:
        total += 1
        for k in range(start[i], start[i + 1]):
            if price[k] >= level[i]:
                break
            total += 1
    row_start = np.zeros(len(owner) + 1, dtype=np.int64)
    where = np.empty(total, dtype=np.int32)
    factor = np.empty(total)
    right = np.empty(len(owner))
    used = 0
    for row in range(len(owner)):
        i = owner[row]
        where[used], factor[used] = candidates + i, 1.0
        used += 1
        for k in range(start[i], start[i + 1]):
            if price[k] >= level[i]:
                break
            if column[site[k]] >= 0:
                where[used] = column[site[k]]
                factor[used] = (level[i] - price[k]) * scale
                used += 1
        right[row] = level[i] * scale
        row_start[row + 1] = used
    return row_start, where[:used], factor[:used], right


@kernel
def _missing(
    start: Int64, site: Int32, price: Float64, shares: Float64, service: Float64
) -> tuple[Bool, Float64]:
    """Which points are served too cheaply at these shares, and the level of their cut."""
    n = len(service)
    wanted = np.zeros(n, dtype=np.bool_)
    level = np.zeros(n)
    for i in range(n):
        summed, spent = 0.0, 0.0
        for k in range(start[i], start[i + 1]):
            part = min(shares[site[k]], 1.0 - summed)
            summed += part
            spent += part * price[k]
            if summed >= 1.0 - 1e-9:
                level[i] = price[k]
                wanted[i] = spent > service[i] + 1e-6 * max(1.0, spent)
                break
    return wanted, level
