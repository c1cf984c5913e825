"""Larson's hypercube, solved exactly: every set of busy units is a state.

Larson 1974, "A hypercube queuing model for facility location and redistricting in urban emergency
services", doi:10.1016/0305-0548(74)90076-8. Units of one post are asked in the order of their
numbers. Service is exponential with one mean per unit. Where means differ by place, each unit's is
that of the calls it gets, found by repetition (Larson's calibration of mean service times); the
answer is then no longer exact: when many are busy, calls go to far units and take longer than the
mean, so the share of calls that find all busy comes out too low.
"""

from __future__ import annotations

import numpy as np

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.staffing.districts import DistrictAnswer, Districts, answer_of
from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Float64, Int32

MAX_UNITS = 12
_CALIBRATIONS = 60
_SWEEPS = 20_000
_SETTLED = 1e-12


def solve_exactly(districts: Districts) -> DistrictAnswer:
    """The long run of at most `MAX_UNITS` units; raises `Problem` for more.

    Also raises `Problem` where calls wait and the units cannot keep up.
    """
    unit_post = np.repeat(np.arange(len(districts.units), dtype=np.int32), districts.units)
    units = len(unit_post)
    if units > MAX_UNITS:
        raise Problem(
            zh=f"精确模型最多 {MAX_UNITS} 个单位，现有 {units} 个；请用近似模型。",
            en=f"The exact model takes at most {MAX_UNITS} units, not {units}: use the "
            "approximation.",
        )
    order = _unit_order(districts, unit_post)
    total = float(districts.rate_per_s.sum())
    mean = districts.service_s.mean(axis=1)[unit_post]
    converged = False
    for _ in range(_CALIBRATIONS):
        speed = float((1.0 / mean).sum())
        if districts.waits and total >= speed:
            raise Problem(
                zh="单位忙不过来：接警量超过全部单位的处置能力。",
                en="The units cannot keep up: more calls come than all of them can serve.",
            )
        share, full = _solve(districts.rate_per_s, order, 1.0 / mean, districts.waits)
        new = (share * districts.service_s[unit_post]).sum(axis=1) / share.sum(axis=1)
        converged = bool(np.abs(new / mean - 1.0).max() < 1e-10)
        mean = new
        if converged:
            break
    by_post = np.zeros_like(districts.travel_s)
    np.add.at(by_post, unit_post, share)
    wait = full / (float((1.0 / mean).sum()) - total) if districts.waits else 0.0
    return answer_of(districts, by_post, full, wait, converged)


def _unit_order(districts: Districts, unit_post: Int32) -> Int32:
    """int32 [J, N]: units in the order in which each place asks them."""
    last = np.cumsum(districts.units)
    members = [np.arange(end - size, end) for end, size in zip(last, districts.units, strict=True)]
    rows = [np.concatenate([members[post] for post in row]) for row in districts.preference]
    return np.array(rows, dtype=np.int32)


def _solve(rate: Float64, order: Int32, speed: Float64, waits: bool) -> tuple[Float64, float]:
    """Shares float64 [N, J] of all calls, and the probability that all units are busy."""
    units = len(speed)
    flow = _flows(rate, order, units)
    chance = _balance(flow, speed, _SWEEPS, _SETTLED)
    total, all_speed = float(rate.sum()), float(speed.sum())
    full = float(chance[-1])
    if waits:  # states with a queue hang on the full one like those of M/M/1
        ratio = total / all_speed
        chance = chance / (1.0 + full * ratio / (1.0 - ratio))
        full = float(chance[-1]) / (1.0 - ratio)
    share = _shares(rate, order, chance, units) / total
    if waits:
        share = share + full * np.outer(speed / all_speed, rate / total)
    return share, full


@kernel
def _first_free(order: Int32, place: int, state: int) -> int:
    for rank in range(order.shape[1]):
        if not (state >> order[place, rank]) & 1:
            return int(order[place, rank])
    return -1


@kernel
def _flows(rate: Float64, order: Int32, units: int) -> Float64:
    """float64 [2^N, N]: rate at which each unit becomes busy in each state."""
    flow = np.zeros((1 << units, units))
    for state in range((1 << units) - 1):
        for place in range(len(rate)):
            flow[state, _first_free(order, place, state)] += rate[place]
    return flow


@kernel
def _balance(flow: Float64, speed: Float64, sweeps: int, settled: float) -> Float64:
    """Chance of each state by Gauss-Seidel on the balance equations; sums to 1."""
    states, units = flow.shape
    chance = np.full(states, 1.0 / states)
    for _ in range(sweeps):
        change = 0.0
        for state in range(states):
            arriving = leaving = 0.0
            for unit in range(units):
                bit = 1 << unit
                if state & bit:
                    arriving += chance[state ^ bit] * flow[state ^ bit, unit]
                    leaving += speed[unit]
                else:
                    arriving += chance[state | bit] * speed[unit]
                    leaving += flow[state, unit]
            value = arriving / leaving
            change += abs(value - chance[state])
            chance[state] = value
        chance /= chance.sum()
        if change < settled:
            break
    return chance


@kernel
def _shares(rate: Float64, order: Int32, chance: Float64, units: int) -> Float64:
    """float64 [N, J]: rate of calls of each place that each unit takes at once."""
    share = np.zeros((units, len(rate)))
    for state in range(len(chance) - 1):
        for place in range(len(rate)):
            share[_first_free(order, place, state), place] += rate[place] * chance[state]
    return share
