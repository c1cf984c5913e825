"""Where the held-out end of Columbia's calls came from: cells of 400 m, all told from the past.

The score is the mean log probability of the cell of each held-out call (higher is better), written
as perplexity: among how many equally likely cells the call might as well have been drawn.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from benchmarks.call_histories import COLUMBIA_FIRST, COLUMBIA_LAST, columbia_calls
from benchmarks.registry import Goal, Outcome, benchmark
from wardmote.core.planning.demand.neighbours import Neighbours, neighbours_on_the_plane
from wardmote.core.planning.demand.place_rates import learn_places
from wardmote.core.travel.building import METRES_PER_DEGREE

CELL_M = 400.0
HELD_OUT_DAYS = 70
BANDWIDTHS = (200.0, 400.0, 800.0)
REACH_M = 2_400.0
MIDDLE = (-92.334, 38.951)
HALF_SIDE_M = 14_000.0

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]


def cells() -> tuple[Int64, Neighbours, Float64, Float64]:
    """Cell of each call with a position in the square, -1 else; neighbours; middles."""
    calls = columbia_calls()
    side = int(2 * HALF_SIDE_M / CELL_M)
    x = (calls.lon - MIDDLE[0]) * METRES_PER_DEGREE * math.cos(math.radians(MIDDLE[1]))
    y = (calls.lat - MIDDLE[1]) * METRES_PER_DEGREE
    with np.errstate(invalid="ignore"):
        inside = (np.abs(x) < HALF_SIDE_M) & (np.abs(y) < HALF_SIDE_M)
    column = np.where(inside, (x + HALF_SIDE_M) // CELL_M, 0).astype(np.int64)
    row = np.where(inside, (y + HALF_SIDE_M) // CELL_M, 0).astype(np.int64)
    number = np.arange(side * side)
    middle_x, middle_y = number % side * CELL_M, number // side * CELL_M
    near = neighbours_on_the_plane(middle_x, middle_y, REACH_M)
    return np.where(inside, row * side + column, -1), near, middle_x, middle_y


def perplexity(share: Float64, place: Int64) -> float:
    return float(np.exp(-np.log(share[place]).mean()))


def kernel_only(count: Float64, near: Neighbours, bandwidth: float) -> Float64:
    """Plain kernel density on the cells, with a thousandth spread over all."""
    density = count + near.gather(count, bandwidth)
    return 0.999 * density / density.sum() + 0.001 / len(density)


@benchmark("demand_places", "Where the held-out end of Columbia's calls came from")
def demand_places() -> Outcome:
    calls = columbia_calls()
    place, near, _, _ = cells()
    first_s = calls.at_s[0]
    day = ((calls.at_s - first_s) // 86_400).astype(np.int64)
    span = (COLUMBIA_LAST - COLUMBIA_FIRST).days + 1
    past = day < span - HELD_OUT_DAYS
    ahead = place[~past & (place >= 0)]
    # The hours of places are not asked for here: all calls are put into one part of the week.
    part = np.zeros(len(place), dtype=np.int64)
    told = learn_places(place[past], day[past] // 7 % 4, part[past], near, BANDWIDTHS)
    count = np.bincount(place[past & (place >= 0)], minlength=len(near)).astype(np.float64)
    own = (count + 0.5) / (count + 0.5).sum()
    scores = {
        "wardmote": perplexity(told.share, ahead),
        "own counts, one half added": perplexity(own, ahead),
        **{
            f"kernel density, {bandwidth:g} m": perplexity(
                kernel_only(count, near, bandwidth), ahead
            )
            for bandwidth in BANDWIDTHS
        },
        "all cells alike": float(len(near)),
    }
    best = min(value for name, value in scores.items() if name != "wardmote")
    goals = (
        Goal("perplexity against the best peer", scores["wardmote"] / best, "<=", 1.0, "times"),
    )
    numbers = {f"perplexity, {name}": value for name, value in scores.items()}
    numbers["chosen bandwidth (m)"] = told.bandwidth or float("nan")
    numbers["chosen weight of the neighbourhood (calls)"] = told.prior_calls
    setting: dict[str, str | int | float] = {
        "cells": len(near),
        "calls learnt from": int(count.sum()),
        "calls foretold": len(ahead),
    }
    return Outcome(goals, {}, numbers, setting, ())
