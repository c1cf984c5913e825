"""Branch and bound for the p-median on its Lagrangian bound.

Each node fixes some candidates open or closed. Its bound starts from the multipliers of its parent
and is raised by a few subgradient steps; the reduced worth settles further candidates at once
(Christofides & Beasley 1982, doi:10.1016/0377-2217(82)90025-X). The node with the lowest bound is
opened first, so the lowest bound waiting is always a bound on every plan.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from wardmote.core.planning.siting.answer import Ledger, Stage
from wardmote.core.planning.siting.median_bound import (
    CLOSED,
    FREE,
    OPEN,
    Ascent,
    Int8,
    NearLists,
    decided,
)
from wardmote.core.planning.siting.median_search import interchange, median_value
from wardmote.core.travel.graph import Float64, Int32, Int64

STEPS = 40
"""Subgradient steps at a node before its bound is looked at, at most `ROUNDS` times."""
ROUNDS = 4
_REPORT_EVERY = 32


@dataclass(frozen=True, slots=True, eq=False)
class Branching:
    """The candidates left, numbered anew from 0.

    Attributes:
        lists: complete, over the candidates left.
        distance: int32 [left, n].
        weight: float64 [n].
        site: int64 [left], their numbers in the problem.
        state: int8 [left], none closed.
        cost, budget, posts: conditions; infinite budget when money is no matter.
        nodes: to look at, at most.
    """

    lists: NearLists
    distance: Int32
    weight: Float64
    site: Int64
    state: Int8
    cost: Float64
    budget: float
    posts: int
    nodes: int


@dataclass(frozen=True, slots=True, eq=False)
class _Node:
    bound: float
    state: Int8
    multiplier: Float64
    price: float


def branch(question: Branching, multiplier: Float64, price: float, ledger: Ledger) -> None:
    """Search until proven, stopped, or out of nodes; plans and bounds go to the ledger.

    Args:
        question: what is left to decide.
        multiplier: float64 [n], of the root's bound, with the budget's `price`.
        ledger: holds a plan already.
    """
    waiting: list[tuple[float, int, _Node]] = []
    root = _Node(ledger.bound, question.state, multiplier, price)
    heapq.heappush(waiting, (root.bound, 0, root))
    looked, born = 0, 1
    while waiting and looked < question.nodes:
        bound, _, node = heapq.heappop(waiting)
        ledger.tighten(min(bound, ledger.value))
        if ledger.closed:
            break
        if looked % _REPORT_EVERY == 0:
            ledger.report(Stage.PROVE, looked)
        if ledger.should_stop():
            return
        looked += 1
        for child in _children(question, node, ledger):
            heapq.heappush(waiting, (child.bound, born, child))
            born += 1
    if not waiting:
        ledger.tighten(ledger.value)
    ledger.report(Stage.PROVE, looked)


def _cut(ledger: Ledger) -> float:
    """A node whose bound is above this holds no better plan."""
    if ledger.integral:
        return ledger.value - 1.0 + 1e-6
    return ledger.value - 1e-9 * max(1.0, abs(ledger.value))


def _children(question: Branching, node: _Node, ledger: Ledger) -> list[_Node]:
    """Raise the bound of a node; nothing when it is done with, else its two halves."""
    if node.bound > _cut(ledger):
        return []
    state = node.state
    ascent = Ascent.start(node.multiplier, len(state), node.price)
    ascent.numbers[1] = 0.25
    for _ in range(ROUNDS):
        before = ascent.bound
        ascent.climb(
            question.lists,
            state,
            question.cost,
            question.budget,
            question.posts,
            ledger.value,
            STEPS,
        )
        if ascent.bound > _cut(ledger):
            return []
        _try_selection(question, ascent, state, ledger)
        if ascent.bound - before < 0.1 * (ledger.value - ascent.bound):
            break
    bound = max(ascent.bound, node.bound)
    state = decided(
        ascent.worth,
        ascent.bound,
        state,
        question.posts,
        ledger.value,
        integral=ledger.integral,
    )
    spent = float(question.cost[state == OPEN].sum())
    opened = int(np.count_nonzero(state == OPEN))
    if opened > question.posts or spent > question.budget:
        return []
    free = np.flatnonzero(state == FREE)
    if opened == question.posts or not len(free):
        _offer(question, np.flatnonzero(state == OPEN), ledger)
        return []
    chosen = free[np.argmin(np.abs(ascent.share[free] - 0.5))]
    halves = []
    for fixed in (OPEN, CLOSED):
        half = state.copy()
        half[chosen] = fixed
        halves.append(_Node(bound, half, ascent.best_multiplier, float(ascent.numbers[4])))
    return halves


def _try_selection(question: Branching, ascent: Ascent, state: Int8, ledger: Ledger) -> None:
    """Interchange from the last selection, among the candidates not closed here."""
    selected = np.flatnonzero(ascent.opened)
    if not len(selected) or float(question.cost[selected].sum()) > question.budget:
        return
    open_first = np.concatenate((np.flatnonzero(state == OPEN), selected[state[selected] == FREE]))
    value, plan = interchange(
        question.distance,
        question.weight,
        question.cost,
        question.budget,
        open_first,
        int(np.count_nonzero(state == OPEN)),
        state == FREE,
    )
    if value < ledger.value:
        ledger.offer(question.site[plan].tolist(), value)


def _offer(question: Branching, opened: Int64, ledger: Ledger) -> None:
    if len(opened):
        value = median_value(question.distance, question.weight, opened)
        ledger.offer(question.site[opened].tolist(), value)
