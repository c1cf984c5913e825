"""How few calls could be late at all, had everything been known beforehand: a lower bound.

A policy decides without knowing tomorrow; its late calls are compared with those of somebody who
knows every call, and plays the same game: each call is answered by one unit, from its decision on
and at most so long after it; a unit that has finished a call takes one that waits, or drives to a
post of its choice and stays there until it is sent. Which unit goes, to which post it drives, which
waiting call it takes: that is free, and so is leaving a call to wait while units stand by.

The best game is an integer programme over the moves of `offline_moves`: paths of units that visit
each call once. Each call is given a price that pays whoever visits it (Lagrangian relaxation; Held
and Karp, doi:10.1287/opre.18.6.1138); then every unit plays for itself, by dynamic programming.
Whatever the prices, the sum of all of them and of each unit's least cost is no more than the late
calls of any game. Good prices are sought by ascent on a smoothed value (Nesterov,
doi:10.1007/s10107-004-0552-5), in which units of the same post spread over nearly equal paths
instead of all taking the same; the bound itself is worked out without smoothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wardmote.core.simulation.twin.offline_moves import Moves
from wardmote.core.simulation.twin.offline_values import add_visits, least_costs, options_of
from wardmote.core.travel.graph import Bool, Float64, Int32

_FIRST_PRICE = 0.2
_WARM, _COLD = 0.05, 0.005
"""Temperatures at the beginning and the end of the ascent, in late calls."""
_STEP = 0.03
_LEAST_STEP = 0.05
_MEMORY, _SQUARES_MEMORY = 0.9, 0.99
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class OfflineBound:
    """A proven bound.

    Attributes:
        late: at least (>=) so many calls are late whatever is done, a whole number.
        value: the bound before it is rounded up.
        price: float64 [n], by decision: what each call costs the units; proves the bound.
        finished: false when the ascent was told to stop; the bound holds all the same.
    """

    late: int
    value: float
    price: Float64
    finished: bool


def offline_bound(
    moves: Moves,
    home: Int32,
    *,
    own_post: bool = False,
    rounds: int = 200,
    should_stop: Callable[[], bool] = lambda: False,
) -> OfflineBound:
    """The fewest late calls.

    Args:
        home: int32 [U], post at which each unit stands in the beginning.
        own_post: units go back to that post after each call, so only dispatch is free.
        rounds: of the ascent; more give a better bound.
        should_stop: asked after each round.
    """
    number, posts = moves.home_s.shape
    games = []
    if own_post:
        for post in np.unique(home):
            allowed = np.arange(posts) == post
            games.append(_Game(moves, allowed, allowed * float((home == post).sum())))
    else:
        starts = np.bincount(home, minlength=posts).astype(np.float64)
        games.append(_Game(moves, np.ones(posts, dtype=np.bool_), starts))
    ascent = _Ascent(np.full(number, _FIRST_PRICE), rounds)
    finished = True
    for turn in range(rounds):
        temperature = _WARM * (_COLD / _WARM) ** (turn / rounds)
        visits = np.zeros(number)
        for game in games:
            game.least(ascent.price, temperature)
            game.add_visits(ascent.price, temperature, visits)
        ascent.climb(1.0 - visits)
        if should_stop():
            finished = False
            break
    price = ascent.price
    value = float(price.sum()) + sum(game.least(price, 0.0) for game in games)
    late = max(0, math.ceil(value - _ROUNDING))
    return OfflineBound(late, value, price, finished)


class _Ascent:
    """Steps of their own for each price (Kingma and Ba, arXiv:1412.6980), shorter in time."""

    def __init__(self, price: Float64, rounds: int) -> None:
        self.price = price
        self._rounds = rounds
        self._turn = 0
        self._mean = np.zeros(len(price))
        self._square = np.zeros(len(price))

    def climb(self, slope: Float64) -> None:
        self._turn += 1
        self._mean = _MEMORY * self._mean + (1 - _MEMORY) * slope
        self._square = _SQUARES_MEMORY * self._square + (1 - _SQUARES_MEMORY) * slope**2
        mean = self._mean / (1 - _MEMORY**self._turn)
        square = self._square / (1 - _SQUARES_MEMORY**self._turn)
        length = _STEP * (min(1.0, 2 * (1 - self._turn / self._rounds)) + _LEAST_STEP)
        self.price = self.price + length * mean / (np.sqrt(square) + 1e-8)


class _Game:
    """Units that may drive to the same posts, each playing for itself."""

    def __init__(self, moves: Moves, allowed: Bool, units: Float64) -> None:
        self._units = units
        self._options = options_of(moves, allowed, units > 0)
        self._value = np.zeros(len(self._options.first))
        self._flow = np.zeros(len(self._options.first))

    def least(self, price: Float64, temperature: float) -> float:
        """The least cost of all the units together."""
        least_costs(self._options, price, temperature, self._value)
        begin = self._units > 0
        return float(self._units[begin] @ self._value[self._options.begin[begin]])

    def add_visits(self, price: Float64, temperature: float, visits: Float64) -> None:
        """Add how often units visit each call, `least` having been asked at the same prices."""
        add_visits(self._options, price, temperature, self._value, self._units, self._flow, visits)
