"""Timely re-siting: which posts should move now that demand has changed, and when it pays.

A move costs something once and gains covered demand every day. Over a horizon the plan with the
greatest `worth of covered demand - cost of moves` is looked for: by single moves first, then as an
integer program in which each post stays or goes somewhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from wardmote.core.planning.siting.answer import (
    UNWATCHED,
    Control,
    Ledger,
    Sense,
    Siting,
    Stage,
    infeasible,
)
from wardmote.core.planning.siting.cover_program import INFINITE
from wardmote.core.planning.siting.cover_sets import CoverSets
from wardmote.core.planning.siting.linear_program import Ending, LinearProgram
from wardmote.core.planning.siting.sites import Sites
from wardmote.core.travel.graph import Float64, Int64


@dataclass(frozen=True, slots=True, eq=False)
class MoveTerms:
    """What moves cost and what cover is worth.

    Attributes:
        current: int64 [k], where the posts stand, all different.
        cost: float64 [k, m], once, for moving post r to candidate j, >= 0; infinite where it must
            not go. Staying is free whatever this says.
        worth: of a unit of demand covered for a day, in the unit of the costs, > 0.
        horizon_days: for how long the new plan is expected to hold, > 0.
        max_moves: posts that may move at most.
    """

    current: Int64
    cost: Float64
    worth: float
    horizon_days: float
    max_moves: int

    def __post_init__(self) -> None:
        if len(set(self.current.tolist())) != len(self.current):
            msg = "two posts stand at the same candidate"
            raise ValueError(msg)
        if np.any(np.isnan(self.cost)) or np.any(self.cost < 0):
            msg = "costs of moves must not be negative"
            raise ValueError(msg)
        if not (self.worth > 0 and self.horizon_days > 0):
            msg = "worth and horizon must be positive"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Move:
    """One post that moves, when the moves before it in the list are made.

    Attributes:
        post: row in `MoveTerms.current`.
        origin, destination: candidates.
        cost: once.
        gain_per_day: demand covered more per day, counted in addition to the moves before.
        pays_after_days: cost / (gain * worth); infinite when it gains nothing by itself.
    """

    post: int
    origin: int
    destination: int
    cost: float
    gain_per_day: float
    pays_after_days: float


@dataclass(frozen=True, slots=True)
class Resiting:
    """The moves worth making.

    Attributes:
        siting: the new plan; value and bound are worth of covered demand over the horizon less the
            cost of moves.
        staying: the same figure without any move.
        moves: the one that nets most first.
    """

    siting: Siting
    staying: float
    moves: tuple[Move, ...]


def resite(
    sets: CoverSets, sites: Sites, terms: MoveTerms, control: Control = UNWATCHED
) -> Resiting:
    """The moves that pay within the horizon.

    Args:
        sets: demand per day as it is now, by cover set.
        sites: kept posts stay; excluded candidates receive none. Number of posts and budget are
            those of the present plan and not looked at.
        terms: what moves cost.
        control: when to stop, whom to tell.
    """
    allowed = _allowed_costs(sites, terms)
    if np.any(np.isinf(allowed).all(axis=1)):
        return Resiting(infeasible(Sense.MOST), -math.inf, ())
    ledger = Ledger(Sense.MOST, control, integral=False)
    rate = terms.worth * terms.horizon_days
    staying = rate * sets.covered(terms.current.tolist())
    place = _single_moves(sets, terms, allowed, ledger)
    if not ledger.over():
        better = _program(sets, terms, allowed, ledger)
        if better is not None:
            place = better
    moves = _in_order(sets, terms, allowed, place)
    return Resiting(ledger.answer(), staying, moves)


def _allowed_costs(sites: Sites, terms: MoveTerms) -> Float64:
    """float64 [k, m]; 0 for staying, infinite where a post must not stand or go."""
    cost = np.where(sites.usable[None, :], terms.cost, np.inf)
    fixed = np.isin(terms.current, sites.kept)
    cost[fixed] = np.inf
    cost[np.arange(len(terms.current)), terms.current] = np.where(
        sites.usable[terms.current], 0.0, np.inf
    )
    return cost


def _net(sets: CoverSets, terms: MoveTerms, allowed: Float64, place: Int64) -> float:
    paid = float(allowed[np.arange(len(place)), place].sum())
    return terms.worth * terms.horizon_days * sets.covered(place.tolist()) - paid


def _gains(sets: CoverSets, place: Int64, without: int) -> Float64:
    """float64 [m], demand that a post at each candidate adds to the plan without one post."""
    stands = np.zeros(sets.candidates, dtype=np.int64)
    stands[np.delete(place, without)] = 1
    return sets.per_site(np.where(sets.times_covered(stands) == 0, sets.weight, 0.0))


def _single_moves(sets: CoverSets, terms: MoveTerms, allowed: Float64, ledger: Ledger) -> Int64:
    """The best single move, again and again; `place` is where each post stands."""
    place = terms.current.copy()
    if np.isfinite(allowed[np.arange(len(place)), place]).all():
        ledger.offer(place.tolist(), _net(sets, terms, allowed, place))
    rate = terms.worth * terms.horizon_days
    rounds = 0
    while not ledger.should_stop():
        best, choice = 1e-9, None
        moved = place != terms.current
        for post in range(len(place)):
            if not moved[post] and int(moved.sum()) >= terms.max_moves:
                continue
            net = rate * _gains(sets, place, post) - allowed[post]
            now = net[place[post]]
            net[np.delete(place, post)] = -np.inf
            target = int(np.argmax(net))
            change = math.inf if math.isinf(now) else float(net[target] - now)
            if target != place[post] and change > best:
                best, choice = change, (post, target)
        if choice is None:
            break
        place[choice[0]] = choice[1]
        rounds += 1
        if np.isfinite(allowed[np.arange(len(place)), place]).all():
            ledger.offer(place.tolist(), _net(sets, terms, allowed, place))
        ledger.report(Stage.SEARCH, rounds)
    ledger.tighten(rate * float(sets.weight.sum()))
    return place


def _program(sets: CoverSets, terms: MoveTerms, allowed: Float64, ledger: Ledger) -> Int64 | None:
    """Relaxation, then integer program; the places found, if they are better."""
    post, target = np.nonzero(np.isfinite(allowed))
    count, moves = len(sets), len(post)
    rate = terms.worth * terms.horizon_days
    cost = np.concatenate((-rate * sets.weight, allowed[post, target]))
    for whole in (False, True):
        integral = np.concatenate((np.zeros(count, np.bool_), np.full(moves, whole)))
        size = count + moves
        program = LinearProgram(cost, np.zeros(size), np.ones(size), integral)
        for row in range(len(terms.current)):
            program.add_row(
                1.0, 1.0, count + np.flatnonzero(post == row), np.ones((post == row).sum())
            )
        going = count + np.flatnonzero(target != terms.current[post])
        program.add_row(-INFINITE, float(terms.max_moves), going, np.ones(len(going)))
        by_target = [count + np.flatnonzero(target == j) for j in range(sets.candidates)]
        for columns in by_target:
            if len(columns):
                program.add_row(-INFINITE, 1.0, columns, np.ones(len(columns)))
        _cover_rows(program, sets, by_target)

        def on_bound(bound: float) -> None:
            ledger.tighten(-bound + 0.5e-7 * max(1.0, abs(bound)))

        found = program.solve(ledger, on_bound if whole else None)
        if math.isfinite(found.bound):
            on_bound(found.bound)
        ledger.report(Stage.PROVE if whole else Stage.RELAX, 1)
        if found.ending is not Ending.SOLVED and not len(found.x):
            return None
        if whole or np.all(np.abs(found.x[count:] - np.rint(found.x[count:])) < 1e-6):
            chosen = np.flatnonzero(found.x[count:] > 0.5)
            place = np.empty(len(terms.current), dtype=np.int64)
            place[post[chosen]] = target[chosen]
            better = ledger.offer(place.tolist(), _net(sets, terms, allowed, place))
            return place if better else None
        if ledger.over():
            return None
    return None


def _cover_rows(program: LinearProgram, sets: CoverSets, by_target: list[Int64]) -> None:
    """A set is covered as far as posts go to its candidates."""
    members = [
        np.concatenate([by_target[j] for j in sets.site[sets.start[s] : sets.start[s + 1]]])
        for s in range(len(sets))
    ]
    sizes = np.array([len(each) + 1 for each in members], dtype=np.int64)
    start = np.zeros(len(members) + 1, dtype=np.int64)
    np.cumsum(sizes, out=start[1:])
    column = np.concatenate([np.concatenate(([s], each)) for s, each in enumerate(members)])
    factor = np.full(len(column), -1.0)
    factor[start[:-1]] = 1.0
    lower = np.full(len(members), -INFINITE)
    program.add_rows(lower, np.zeros(len(members)), start, column.astype(np.int32), factor)


def _in_order(
    sets: CoverSets, terms: MoveTerms, allowed: Float64, place: Int64
) -> tuple[Move, ...]:
    """The moves, each time the one that nets most next."""
    now = terms.current.copy()
    left = set(np.flatnonzero(place != now).tolist())
    rate = terms.worth * terms.horizon_days
    moves = []
    while left:
        gain = {}
        covered = sets.covered(now.tolist())
        for post in left:
            trial = now.copy()
            trial[post] = place[post]
            gain[post] = sets.covered(trial.tolist()) - covered
        best = max(sorted(left), key=lambda r: rate * gain[r] - float(allowed[r, place[r]]))
        paid, gained = float(allowed[best, place[best]]), gain[best]
        pays = paid / (gained * terms.worth) if gained > 0 else math.inf
        moves.append(Move(best, int(now[best]), int(place[best]), paid, gained, pays))
        now[best] = place[best]
        left.remove(best)
    return tuple(moves)
