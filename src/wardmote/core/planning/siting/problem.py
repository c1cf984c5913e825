"""One model of a siting question, whatever the objective."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.incident import Priority
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.standards import Objective
from wardmote.core.planning.siting.sites import Sites
from wardmote.core.travel.graph import INF_MS, Float64, Int32, Int64

NO_LIMIT_MS = -1
"""A demand point that a standard does not look at."""


@dataclass(frozen=True, slots=True, eq=False)
class CoverStandard:
    """Which demand must be reached within which driving time.

    Attributes:
        code: what reports call it.
        limit_ms: int32 [n], driving time within which the point counts as covered (`<=`);
            `NO_LIMIT_MS` where the standard says nothing.
        importance: what a unit of demand counts for when several standards are weighed, > 0.
    """

    code: str
    limit_ms: Int32
    importance: float = 1.0

    def __post_init__(self) -> None:
        if not self.importance > 0:
            msg = "importance must be positive"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, eq=False)
class SitingProblem:
    """N demand points, m candidates, the standards and the conditions.

    Attributes:
        travel_ms: int32 [n, m], driving time from candidate to demand point; `INF_MS` where there
            is no way. Any other length works as well (metres, for benchmarks on the plane).
        demand: float64 [n], expected calls (or their weighted sum over priorities), >= 0.
        sites: the candidates and what a plan must keep.
        standards: at least one for the covering objectives; none is needed for the others.

    Raises:
        ValueError: a shape or a number does not fit.
    """

    travel_ms: Int32
    demand: Float64
    sites: Sites
    standards: tuple[CoverStandard, ...] = ()

    def __post_init__(self) -> None:
        points, candidates = self.travel_ms.shape
        if len(self.demand) != points or len(self.sites) != candidates:
            msg = "travel_ms must be [demand points x candidates]"
            raise ValueError(msg)
        if any(len(standard.limit_ms) != points for standard in self.standards):
            msg = "each standard needs a limit for each demand point"
            raise ValueError(msg)
        if np.any(~np.isfinite(self.demand)) or np.any(self.demand < 0):
            msg = "demand must be finite and not negative"
            raise ValueError(msg)

    @classmethod
    def within(
        cls, travel_ms: Int32, demand: Float64, sites: Sites, limit_ms: int
    ) -> SitingProblem:
        """A problem with one limit for all demand."""
        limit = np.full(len(demand), limit_ms, dtype=np.int32)
        return cls(travel_ms, demand, sites, (CoverStandard("within", limit),))


def driving_limits(
    objective: Objective,
    place_class: Int64,
    *,
    before_driving_s: float = 0.0,
    priority: Priority = Priority.URGENT,
    category: str = "",
    kind: str | None = None,
) -> Int32:
    """Driving-time limits of an objective of a response standard, by the class of the place.

    The standard's clock may start before the wheels turn; `before_driving_s` (turnout, and call
    handling where the clock starts at receipt) is taken off each target. For "135" with the
    clock from the order to the crew: 60 s at key places, 180 s in the centre, 300 s elsewhere,
    less the turnout.

    Args:
        objective: whose tiers give the targets.
        place_class: int64 [n], position of each demand point's class in `PlaceClass`.
        before_driving_s: >= 0, taken off each target.
        priority: of the calls meant; the tier may depend on it, likewise `category` and `kind`.

    Returns:
        int32 [n]: whole ms, rounded down; `NO_LIMIT_MS` where the objective measures no such
        calls or leaves no time to drive.
    """
    by_class = np.full(len(PlaceClass), NO_LIMIT_MS, dtype=np.int32)
    for row, each in enumerate(PlaceClass):
        tier = objective.tier_for(each, priority, category, kind)
        if tier is not None and tier.target_s >= before_driving_s:
            by_class[row] = min(int((tier.target_s - before_driving_s) * 1000 + 1e-6), INF_MS - 1)
    return by_class[place_class]
