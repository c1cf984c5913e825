"""What demand gains from being within reach of one, two, three vehicles.

The gain is a concave function of a total that vehicles add up to, so lines above it bound it:

- by count: each vehicle adds 1, and the k-th is worth a given share of the demand. Maximal cover
  counts only the first; backup cover (Hogan & ReVelle 1986, doi:10.1287/mnsc.32.11.1434) also the
  second; expected cover (Daskin 1983, doi:10.1287/trsc.17.1.48) counts the k-th with the
  probability that it is the first one free.
- by busy fraction: a vehicle at a post that is busy with probability q adds -ln q, and demand is
  lost with probability exp(-total). The fractions may come from a hypercube model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wardmote.core.travel.graph import Float64

SMALLEST_BUSY = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class CoverGain:
    """The gain as a share of demand.

    Attributes:
        step: float64 [m], what a vehicle at each candidate adds to the total.
        table: float64 [k + 1], the share at totals 0, 1, ... k (constant afterwards); empty where
            the share is `1 - exp(-total)`.
    """

    step: Float64
    table: Float64

    @classmethod
    def by_count(cls, candidates: int, gains: tuple[float, ...]) -> CoverGain:
        """The k-th vehicle within reach adds `gains[k - 1]` of the demand.

        Raises:
            ValueError: gains are negative, grow, or add up to more than 1.
        """
        each = np.array(gains, dtype=np.float64)
        if not len(each) or each[-1] < 0 or np.any(np.diff(each) > 0) or each.sum() > 1 + 1e-9:
            msg = "gains must not be negative, nor grow, nor add up to more than 1"
            raise ValueError(msg)
        return cls(np.ones(candidates), np.concatenate(([0.0], np.cumsum(each))))

    @classmethod
    def by_busy(cls, busy: Float64, vehicles: int) -> CoverGain:
        """Vehicles at candidate j are busy with probability `busy[j]`, independently.

        Args:
            busy: float64 [m], 0 <= q < 1.
            vehicles: how many there are in all.

        Raises:
            ValueError: a fraction is not in [0, 1).
        """
        if np.any(busy < 0) or np.any(busy >= 1):
            msg = "busy fractions must be at least 0 and below 1"
            raise ValueError(msg)
        if len(busy) and np.all(busy == busy[0]):
            share = 1.0 - np.power(float(busy[0]), np.arange(vehicles + 1, dtype=np.float64))
            share[0] = 0.0
            return cls(np.ones(len(busy)), share)
        return cls(-np.log(np.maximum(busy, SMALLEST_BUSY)), np.empty(0))

    def share(self, total: Float64) -> Float64:
        """Share of demand gained at totals that vehicles add up to."""
        if not len(self.table):
            return -np.expm1(-total)
        at = np.minimum(np.rint(total).astype(np.int64), len(self.table) - 1)
        return self.table[at]

    def line(self, total: Float64) -> tuple[Float64, Float64]:
        """Slope and intercept of a line above the gain, touching it at (or around) each total."""
        if not len(self.table):
            slope = np.exp(-total)
            return slope, 1.0 - slope * (1.0 + total)
        below = np.minimum(np.floor(total + 1e-6).astype(np.int64), len(self.table) - 1)
        gains = np.append(np.diff(self.table), 0.0)
        return gains[below], self.table[below] - gains[below] * below
