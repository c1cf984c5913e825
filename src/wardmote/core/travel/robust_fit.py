"""Robust fits behind the vehicle model: Huber's weights, effects shrunk towards none."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from wardmote.core.travel.graph import Float64, Int64

HUBER = 1.345
"""Residuals beyond so many robust standard deviations count less (doi:10.1214/aoms/1177703732)."""

SHRINK = 20.0
"""A class or hour needs this many records for half of its own effect to be believed."""

ROUNDS = 60
_B_PRIOR, _B_PRIOR_WEIGHT = 0.8, 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """Factors by class float64 [kinds] and by hour of the day float64 [24]; 1.0 is no effect."""

    kind: Float64
    hour: Float64

    def of(self, kind: ArrayLike, hour: ArrayLike) -> Float64:
        """Class factor times hour factor; a class or hour that is not in the table has none."""
        return _looked_up(self.kind, kind) * _looked_up(self.hour, hour)


def _looked_up(factors: Float64, row: ArrayLike) -> Float64:
    rows = np.asarray(row, dtype=np.int64)
    known = (rows >= 0) & (rows < len(factors))
    return np.append(factors, 1.0)[np.where(known, rows, len(factors))]


@dataclass(frozen=True, slots=True, eq=False)
class TravelFit:
    """travel = (access_s + a * freeflow ** b) * effects."""

    access_s: float
    a: float
    b: float
    effects: Effects

    def predict(self, freeflow_s: Float64, kind: Int64, hour: Int64) -> Float64:
        """Typical travel time in seconds."""
        typical = self.access_s + self.a * freeflow_s**self.b
        return np.asarray(typical * self.effects.of(kind, hour), dtype=np.float64)


def fit_effects(
    log_value: Float64, kind: Int64, hour: Int64, kinds: int, hours: int
) -> tuple[float, Effects]:
    """Robust centre of logarithms, and the factors of classes and hours around it."""
    by_kind, by_hour = np.zeros(kinds), np.zeros(hours)
    centre = float(np.median(log_value)) if len(log_value) else 0.0
    for _ in range(ROUNDS if len(log_value) else 0):
        rest = log_value - np.append(by_kind, 0.0)[kind] - np.append(by_hour, 0.0)[hour]
        weight = huber_weights(rest - centre)
        centre = float(np.average(rest, weights=weight))
        by_kind, by_hour = _one_round(log_value - centre, weight, kind, hour, by_kind, by_hour)
    return centre, Effects(np.exp(by_kind), np.exp(by_hour))


def fit_travel(
    freeflow_s: Float64, travel_s: Float64, kind: Int64, hour: Int64, kinds: int, hours: int
) -> TravelFit:
    """Alternate between the curve (a weighted Gauss-Newton step on logarithms) and the effects.

    `b` is held near 0.8 as if four records said so, which only matters when there are few.
    """
    flow = np.maximum(freeflow_s, 1.0)
    log_travel = np.log(travel_s)
    by_kind, by_hour = np.zeros(kinds), np.zeros(hours)
    lowest = max(float(np.quantile(travel_s, 0.05)), 1.0)
    middle = max(float(np.median(travel_s)) - lowest / 2, 1.0)
    # log a, b, log access
    curve = np.array([np.log(middle / np.median(flow) ** _B_PRIOR), _B_PRIOR, np.log(lowest / 2)])
    for _ in range(ROUNDS):
        target = log_travel - np.append(by_kind, 0.0)[kind] - np.append(by_hour, 0.0)[hour]
        driving = np.exp(curve[0]) * flow ** curve[1]
        typical = np.exp(curve[2]) + driving
        wrong = target - np.log(typical)
        weight = huber_weights(wrong)
        slope = np.column_stack(
            (driving / typical, driving / typical * np.log(flow), np.exp(curve[2]) / typical)
        )
        spread = float(np.average(wrong**2, weights=weight)) + 1e-12
        normal = (slope * weight[:, None]).T @ slope + np.diag([1e-6, 0.0, 1e-6])
        normal[1, 1] += _B_PRIOR_WEIGHT * spread
        pull = slope.T @ (weight * wrong)
        pull[1] += _B_PRIOR_WEIGHT * spread * (_B_PRIOR - curve[1])
        curve += np.clip(np.linalg.solve(normal, pull), -0.5, 0.5)
        curve[1] = np.clip(curve[1], 0.2, 1.2)
        curve[2] = np.clip(curve[2], np.log(0.1), np.log(lowest * 2))
        log_typical = np.log(np.exp(curve[2]) + np.exp(curve[0]) * flow ** curve[1])
        by_kind, by_hour = _one_round(
            log_travel - log_typical, weight, kind, hour, by_kind, by_hour
        )
    return TravelFit(
        access_s=float(np.exp(curve[2])),
        a=float(np.exp(curve[0])),
        b=float(curve[1]),
        effects=Effects(np.exp(by_kind), np.exp(by_hour)),
    )


def huber_weights(wrong: Float64) -> Float64:
    """1 for ordinary residuals, falling as 1 / distance for wild ones."""
    scale = max(1.4826 * float(np.median(np.abs(wrong - np.median(wrong)))), 1e-9)
    return np.asarray(np.minimum(1.0, HUBER * scale / np.maximum(np.abs(wrong), 1e-12)))


def _one_round(
    wrong: Float64,
    weight: Float64,
    kind: Int64,
    hour: Int64,
    by_kind: Float64,
    by_hour: Float64,
) -> tuple[Float64, Float64]:
    """Each set of effects given the other, shrunk, and centred on no effect."""
    by_kind = _shrunk_means(wrong - np.append(by_hour, 0.0)[hour], weight, kind, len(by_kind))
    by_hour = _shrunk_means(wrong - np.append(by_kind, 0.0)[kind], weight, hour, len(by_hour))
    return by_kind, by_hour


def _shrunk_means(wrong: Float64, weight: Float64, group: Int64, groups: int) -> Float64:
    known = group >= 0
    mass = np.bincount(group[known], weights=weight[known], minlength=groups)
    total = np.bincount(group[known], weights=(weight * wrong)[known], minlength=groups)
    means = total / (mass + SHRINK)
    if mass.sum() > 0:
        means = means - np.average(means, weights=mass)
    return np.asarray(means, dtype=np.float64)
