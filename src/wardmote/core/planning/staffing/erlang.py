"""Units as servers of one queue: Erlang's formulas, and how many units keep a promise.

Calls come by a Poisson process, each busies one unit for a random time. `offered` is calls per
hour x hours per call (erlangs). Erlang B: a call that finds all busy goes elsewhere. Erlang C: it
waits, first come first served, for exponential service times.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.problem import Problem
from wardmote.core.travel.graph import Int32

MAX_UNITS = 100_000
"""More units than any force has: a search beyond it is a wrong input."""


@dataclass(frozen=True, slots=True)
class DelayStandard:
    """At least `share` of calls (0 < share < 1) must wait at most `within_s` for a free unit."""

    share: float
    within_s: float

    def __post_init__(self) -> None:
        if not 0 < self.share < 1 or not self.within_s >= 0:
            raise Problem(
                zh="达标比例必须大于 0 且小于 1，等待时限不能为负。",
                en="The share must be above 0 and below 1, and the waiting time not negative.",
            )


def erlang_b(offered: float, units: int) -> float:
    """Probability that all units are busy when a call that would not wait comes; 0 <= B <= 1.

    The recursion B(n) = a B(n-1) / (n + a B(n-1)) only multiplies and adds positive numbers, so it
    neither overflows nor cancels.
    """
    _check(offered, units)
    blocked = 1.0
    for number in range(1, units + 1):
        blocked = offered * blocked / (number + offered * blocked)
    return blocked


def erlang_c(offered: float, units: int) -> float:
    """Probability that a call has to wait; 1 where the units cannot keep up (offered >= units)."""
    if offered >= units:
        _check(offered, units)
        return 1.0
    blocked = erlang_b(offered, units)
    return units * blocked / (units - offered * (1.0 - blocked))


def late_probability(offered: float, units: int, service_s: float, within_s: float) -> float:
    """Probability that a call waits more than `within_s` (strictly) for a free unit."""
    waits = erlang_c(offered, units)
    if offered >= units:
        return 1.0
    return waits * math.exp(-(units - offered) * within_s / service_s)


def mean_wait_s(offered: float, units: int, service_s: float) -> float:
    """Mean wait over all calls, those that do not wait included; inf where offered >= units."""
    if offered >= units:
        return math.inf
    return erlang_c(offered, units) * service_s / (units - offered)


def units_needed(offered: float, service_s: float, standard: DelayStandard) -> int:
    """Least number of units that keeps the standard (share of calls in time >= `share`)."""
    low = math.floor(offered) + 1
    high = low
    while 1.0 - late_probability(offered, high, service_s, standard.within_s) < standard.share:
        low, high = high + 1, 2 * high
        if high > MAX_UNITS:
            raise Problem(
                zh="所需单位数超出合理范围，请检查接警量和处置时间。",
                en="More units would be needed than any force has: check calls and service times.",
            )
    while low < high:
        middle = (low + high) // 2
        late = late_probability(offered, middle, service_s, standard.within_s)
        if 1.0 - late < standard.share:
            low = middle + 1
        else:
            high = middle
    return low


def square_root_units(offered: float, wait_probability: float) -> int:
    """Units at which about `wait_probability` of calls wait: a + beta sqrt(a), rounded up.

    beta solves the limit of Halfin & Whitt 1981 (doi:10.1287/opre.29.3.567). A rule of thumb for
    large forces; `units_needed` is exact.
    """
    if not 0 < wait_probability < 1:
        raise Problem(
            zh="等待概率必须在 0 与 1 之间。", en="The probability must be between 0 and 1."
        )
    low, high = 0.0, 40.0
    for _ in range(80):
        beta = 0.5 * (low + high)
        if _halfin_whitt(beta) > wait_probability:
            low = beta
        else:
            high = beta
    return math.ceil(offered + high * math.sqrt(offered))


def _halfin_whitt(beta: float) -> float:
    density = math.exp(-0.5 * beta * beta) / math.sqrt(2 * math.pi)
    below = 0.5 * math.erfc(-beta / math.sqrt(2))
    return density / (density + beta * below)


def units_by_hour(
    offered_by_hour: np.ndarray, service_s: float, standard: DelayStandard, *, least: int = 0
) -> Int32:
    """int32 [H]: units needed in each hour for the offered load of that hour (float64 [H]).

    Give it `demand_hours.offered_load`, which lets the load of one hour run into the next.
    """
    return np.array(
        [max(least, units_needed(float(a), service_s, standard)) for a in offered_by_hour],
        dtype=np.int32,
    )


def _check(offered: float, units: int) -> None:
    if not 0 <= offered < math.inf or units < 0:
        raise Problem(
            zh="话务量和单位数不能为负，也不能缺失。",
            en="The offered load and the number of units must be known and not negative.",
        )
