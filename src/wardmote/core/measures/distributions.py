"""Distributions: percentiles with the method named, compliance with its uncertainty.

Percentiles are by nearest rank (the smallest value that at least p per cent do not exceed): a
duration that really happened, and the number that "90 % within" means. Compliance comes with
the Wilson score interval (doi:10.1080/01621459.1927.10502953), which stays honest for few calls.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.ids import IncidentId
from wardmote.core.domain.standards import Objective, ResponseStandard, Tier
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.intervals import MeasuredCall, Span, interval_s

PERCENTILE_METHOD = "nearest_rank"
Z_95 = 1.959963984540054
"""Two-sided 95 per cent point of the normal distribution."""


def percentile(values: Sequence[float], per_cent: float) -> float | None:
    """The smallest value that at least `per_cent` (0 < p <= 100) do not exceed; None of nothing.

    Raises:
        ValueError: `per_cent` is out of range.
    """
    if not 0 < per_cent <= 100:
        raise ValueError(f"a percentile lies in (0, 100], got {per_cent}")
    if not values:
        return None
    # Rounding keeps 0.9 * 10 from being 9.000000000000002 and so a rank too high.
    rank = math.ceil(round(per_cent * len(values) / 100, 9))
    return float(np.partition(np.asarray(values, dtype=np.float64), rank - 1)[rank - 1])


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 per cent interval.

    Attributes:
        met, of: counts.
        share, low, high: None when `of` is 0.
    """

    met: int
    of: int
    share: float | None
    low: float | None
    high: float | None


def wilson(met: int, of: int, z: float = Z_95) -> Share:
    """The share met / of with its Wilson score interval.

    Raises:
        ValueError: not 0 <= met <= of.
    """
    if not 0 <= met <= of:
        raise ValueError(f"{met} of {of} is not a share")
    if of == 0:
        return Share(0, 0, None, None, None)
    return Share(met, of, met / of, *wilson_bounds(met / of, of, z))


def wilson_bounds(share: float, of: float, z: float = Z_95) -> tuple[float, float]:
    """Wilson score interval of a share (0 .. 1) of so many (> 0, need not be whole)."""
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return 0.0 if share == 0 else middle - half, 1.0 if share == 1 else middle + half


@dataclass(frozen=True, slots=True)
class Summary:
    """A distribution in a few numbers, seconds; None when there is nothing."""

    count: int
    p50_s: float | None
    p90_s: float | None
    p95_s: float | None
    mean_s: float | None
    longest_s: float | None
    method: str = PERCENTILE_METHOD


def summarise(seconds: Sequence[float]) -> Summary:
    """Count, percentiles, mean and longest of durations."""
    return Summary(
        count=len(seconds),
        p50_s=percentile(seconds, 50),
        p90_s=percentile(seconds, 90),
        p95_s=percentile(seconds, 95),
        mean_s=math.fsum(seconds) / len(seconds) if seconds else None,
        longest_s=max(seconds, default=None),
    )


@dataclass(frozen=True, slots=True)
class Bin:
    """A bar of a histogram: from_s <= duration < to_s; the last has no end."""

    from_s: float
    to_s: float | None
    count: int


def histogram(seconds: Sequence[float], edges_s: Sequence[float]) -> tuple[Bin, ...]:
    """Counts between ascending edges, the last bin open; the first edge is the least counted."""
    edges = np.asarray(edges_s, dtype=np.float64)
    places = np.searchsorted(edges, np.asarray(seconds, dtype=np.float64), side="right") - 1
    counts = np.bincount(places[places >= 0], minlength=len(edges))
    ends: list[float | None] = [*map(float, edges[1:]), None]
    return tuple(
        Bin(float(start), end, int(count))
        for start, end, count in zip(edges, ends, counts, strict=True)
    )


@dataclass(frozen=True, slots=True)
class TierResult:
    """How one tier was met.

    Attributes:
        share: of the calls whose duration is known.
        met, late: those calls, `late` being over the target.
        missing, negative: calls whose duration is not known.
        is_met: whether at least the percentile met the target; None without known durations.
    """

    tier: Tier
    percentile: float
    share: Share
    summary: Summary
    met: tuple[IncidentId, ...]
    late: tuple[IncidentId, ...]
    missing: tuple[IncidentId, ...]
    negative: tuple[IncidentId, ...]
    is_met: bool | None


@dataclass(frozen=True, slots=True)
class ObjectiveResult:
    """How one objective was met: each tier, and all tiers together.

    Attributes:
        unmeasured: calls that no tier is meant for.
    """

    code: str
    name: Bilingual
    span: Span
    tiers: tuple[TierResult, ...]
    overall: Share
    missing_rate: float | None
    unmeasured: int


def compliance(
    standard: ResponseStandard, calls: Iterable[MeasuredCall]
) -> tuple[ObjectiveResult, ...]:
    """How calls met a standard. Calls that are not valid or got no unit are left out."""
    attended = [call for call in calls if call.valid and call.responses]
    return tuple(objective_result(objective, attended) for objective in standard.objectives)


def objective_result(objective: Objective, calls: Sequence[MeasuredCall]) -> ObjectiveResult:
    """How the given calls met one objective."""
    span = Span(objective.start, objective.stop)
    by_tier: dict[int, list[MeasuredCall]] = {row: [] for row in range(len(objective.tiers))}
    for call in calls:
        tier = objective.tier_for(call.place_class, call.priority, call.category, call.first_kind)
        if tier is not None:
            by_tier[objective.tiers.index(tier)].append(call)
    results = tuple(
        _tier_result(tier, objective.percentile, span, by_tier[row])
        for row, tier in enumerate(objective.tiers)
    )
    unknown = sum(len(one.missing) + len(one.negative) for one in results)
    known = sum(one.share.of for one in results)
    asked = unknown + known
    return ObjectiveResult(
        code=objective.code,
        name=objective.name,
        span=span,
        tiers=results,
        overall=wilson(sum(one.share.met for one in results), known),
        missing_rate=unknown / asked if asked else None,
        unmeasured=len(calls) - asked,
    )


def _tier_result(
    tier: Tier, per_cent: float, span: Span, calls: Sequence[MeasuredCall]
) -> TierResult:
    met: list[IncidentId] = []
    late: list[IncidentId] = []
    missing: list[IncidentId] = []
    negative: list[IncidentId] = []
    seconds: list[float] = []
    for call in calls:
        duration = interval_s(call.stamps, span)
        if duration is None:
            missing.append(call.incident)
        elif duration < 0:
            negative.append(call.incident)
        else:
            seconds.append(duration)
            (met if duration <= tier.target_s else late).append(call.incident)
    known = len(seconds)
    return TierResult(
        tier=tier,
        percentile=per_cent,
        share=wilson(len(met), known),
        summary=summarise(seconds),
        met=tuple(met),
        late=tuple(late),
        missing=tuple(missing),
        negative=tuple(negative),
        is_met=None if not known else len(met) * 100 >= per_cent * known,
    )
