"""How far learnt demand may be from the truth, as simulations draw it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from wardmote.core.travel.graph import Float64, Int64

CERTAIN = 1e9
"""Gamma shapes from here on (>=) are certain to any purpose."""


@dataclass(frozen=True, slots=True, eq=False)
class DemandFactors:
    """One draw of what the truth may be; multiply expected calls by it.

    Attributes:
        point: float64 [n] >= 0, of each point; the calls of all points together stay as expected.
        day: float64 [d] >= 0, of each day, the level of the whole time in it; 1 on average.
    """

    point: Float64
    day: Float64


@dataclass(frozen=True, slots=True, eq=False)
class DemandDoubt:
    """Gamma shapes; the greater, the surer. Each factor has the mean 1 and the variance 1 / shape.

    Attributes:
        level: of the demand of the whole place: one draw for all days.
        day: of each day: all its hours are off together (weather, events).
        point: float64 [n] of the share of each point, in the order of the points.
    """

    level: float
    day: float
    point: Float64

    def rows(self, kept: Int64) -> DemandDoubt:
        """Of some of the points, in the order given."""
        return replace(self, point=self.point[kept])

    def level_interval(self, confidence: float) -> tuple[float, float]:
        """Factors between which the level lies with this probability (Wilson and Hilferty's
        approximation of the gamma distribution, doi:10.1073/pnas.17.12.684)."""
        ninth = 1.0 / (9.0 * min(self.level, CERTAIN))
        z = NormalDist().inv_cdf((1.0 + confidence) / 2.0)
        low, high = (max(0.0, 1.0 - ninth + sign * z * ninth**0.5) ** 3 for sign in (-1, 1))
        return low, high

    def drawn(self, calls: Float64, days: int, rng: np.random.Generator) -> DemandFactors:
        """What the truth may be.

        Args:
            calls: float64 [n] expected calls of each point, >= 0.
            days: how many days are simulated.
        """
        point = _gamma(self.point, rng)
        whole = float((point * calls).sum())
        if whole > 0:
            point = point * (float(calls.sum()) / whole)
        level = _gamma(np.array([self.level]), rng)
        return DemandFactors(point, level * _gamma(np.full(days, self.day), rng))


def _gamma(shape: Float64, rng: np.random.Generator) -> Float64:
    sure = np.minimum(shape, CERTAIN)
    return np.asarray(rng.gamma(sure, 1.0 / sure), dtype=np.float64)
