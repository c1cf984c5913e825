"""From calls by hour to the load that units carry in each hour."""

from __future__ import annotations

import numpy as np

from wardmote.core.domain.problem import Problem
from wardmote.core.travel.graph import Float64

_STEPS = 12  # pieces of an hour in which the load is followed: five minutes


def offered_load(calls_per_hour: Float64, service_s: float) -> Float64:
    """float64 [H]: greatest load in each hour, in erlangs, of a repeating cycle of H hours.

    `calls_per_hour` float64 [H], >= 0, e.g. the 168 hours of a week; `service_s` mean time that a
    call busies a unit, > 0. A call of the evening still busies its unit at night: the load follows
    dm/dt = rate - m / service, the load of a system with units without end and exponential service
    (modified offered load: Jennings, Mandelbaum, Massey & Whitt 1996, doi:10.1287/mnsc.42.10.1383).
    With a constant rate this is rate x service, exactly.
    """
    rates = np.asarray(calls_per_hour, dtype=np.float64)
    if not len(rates) or not (rates >= 0).all() or not service_s > 0:
        raise Problem(
            zh="每小时接警量不能缺失或为负，平均处置时间必须大于零。",
            en="Calls by hour must be known and not negative, and the service time above zero.",
        )
    service_h = service_s / 3600.0
    keep = float(np.exp(-1.0 / (_STEPS * service_h)))
    settled = rates * service_h
    # one cycle from nothing gives the load that the cycle adds; what is left of the load before
    # it after a cycle is keep^(12 H): solve for the load that returns to itself
    added = _end_of_cycle(settled, 0.0, keep)
    level = added / (1.0 - keep ** (_STEPS * len(rates)))
    peaks = np.empty(len(rates))
    for hour, aim in enumerate(settled.tolist()):
        peak = level
        for _ in range(_STEPS):
            level = aim + (level - aim) * keep
            peak = max(peak, level)
        peaks[hour] = peak
    return peaks


def _end_of_cycle(settled: Float64, level: float, keep: float) -> float:
    for aim in settled.tolist():
        level = aim + (level - aim) * keep**_STEPS
    return level
