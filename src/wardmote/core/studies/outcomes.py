"""From runs to figures with intervals, and from pairs of runs to differences with power."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from wardmote.core.domain.incident import Priority
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.twin.replications import estimate, runs_needed, student_t
from wardmote.core.studies.figures import (
    BIN_S,
    CONFIDENCE,
    Area,
    AreaFigures,
    CostFigures,
    Difference,
    Figure,
    Interval,
    Outcome,
    PostFigures,
    ReachBand,
    ResponseFigures,
    Settlement,
    SettlementFigures,
    TierFigures,
    TrialFigures,
    WorkloadFigures,
)
from wardmote.core.studies.fleets import PlannedFleet
from wardmote.core.studies.ground import Ground
from wardmote.core.studies.measuring import PERCENTILES, GroupRun, RunFigures, by_post, values_of
from wardmote.core.studies.not_modelled import not_modelled
from wardmote.core.studies.plan import Plan
from wardmote.core.studies.pooling import pooled_mean, pooled_share
from wardmote.core.studies.scenario import Scenario
from wardmote.core.travel.graph import Float64

POWER = 0.8
MOST_RUNS_NEEDED = 10_000
"""More are not worth counting: the plans are alike."""
_CLASS_NAMES = {
    PlaceClass.KEY_PLACE: Bilingual("重点部位", "Key place"),
    PlaceClass.CENTRE: Bilingual("中心城区", "Centre"),
    PlaceClass.ELSEWHERE: Bilingual("其他区域", "Elsewhere"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """A plan under a scenario with its runs, in the order of their seeds."""

    plan: Plan
    scenario: Scenario
    fleet: PlannedFleet
    runs: tuple[RunFigures, ...]
    reach: tuple[ReachBand, ...] = ()


def outcome_of(
    ground: Ground,
    tried: Sequence[Tried],
    *,
    seed: int,
    runs_asked: int,
    days: float,
    areas: tuple[Area, ...] = (),
) -> Outcome:
    """Figures of all, and differences from the first plan."""
    runs = len(tried[0].runs)
    first = tried[0].plan.code
    base = {one.scenario.code: one for one in tried if one.plan.code == first}
    differences = [
        found
        for one in tried
        if one.plan.code != first
        for figure in Figure
        if (found := _difference(one, base[one.scenario.code], figure)) is not None
    ]
    return Outcome(
        seed=seed,
        runs=runs,
        runs_asked=runs_asked,
        days=days,
        standard=ground.standard.code,
        standard_version=ground.standard.version,
        objective=ground.objective.code,
        demand_from=ground.demand_from,
        calls_a_week=ground.calls_a_week,
        finished=runs == runs_asked,
        figures=tuple(_figures(ground, one, days) for one in tried),
        differences=tuple(differences),
        not_modelled=not_modelled(
            ground, [one.plan for one in tried], [one.scenario for one in tried]
        ),
        areas=areas,
        demand=ground.account,
    )


def interval(values: Float64) -> Interval | None:
    """Mean and interval of the runs where the figure is known; None where it never is.

    Infinite in any run it is unknown in all: the mean of the others would flatter the plan.
    """
    if np.isinf(values).any():
        return None
    known = values[np.isfinite(values)]
    if not len(known):
        return None
    if len(known) == 1:
        only = float(known[0])
        return Interval(only, only, only)
    found = estimate(known, confidence=CONFIDENCE)
    return Interval(found.mean, found.low, found.high)


def _sure(values: Float64) -> Interval:
    found = interval(values)
    return Interval(0.0, 0.0, 0.0) if found is None else found


def _sure_share(values: Float64) -> Interval:
    return _share(_sure(values)) or Interval(0.0, 0.0, 0.0)


def _share(found: Interval | None) -> Interval | None:
    """A share's interval does not leave 0 .. 1."""
    if found is None:
        return None
    return Interval(found.mean, max(0.0, found.low), min(1.0, found.high))


def _figures(ground: Ground, tried: Tried, days: float) -> TrialFigures:
    runs = tried.runs
    town, village = (
        np.array([run.settlements[row].in_time for run in runs]) for row in range(len(Settlement))
    )
    return TrialFigures(
        plan=tried.plan.code,
        plan_name=tried.plan.name,
        scenario=tried.scenario.code,
        scenario_name=tried.scenario.name,
        calls=_mean(runs, lambda run: run.calls),
        in_time=_share(interval(values_of(runs, Figure.IN_TIME))),
        tiers=tuple(_tier(ground, tried, row) for row in range(len(PlaceClass))),
        settlements=tuple(
            SettlementFigures(one, *_group([run.settlements[row] for run in runs]))
            for row, one in enumerate(Settlement)
        ),
        fairness=interval(town - village),
        response=_response(runs),
        waited_share=_sure_share(np.array([run.waited for run in runs])),
        unanswered_share=_sure_share(np.array([run.unanswered for run in runs])),
        workload=_workload(runs),
        posts=_posts(tried, days),
        cost=_cost(tried),
        areas=_areas(runs),
        reach=tried.reach,
    )


def _mean(runs: Sequence[RunFigures], of: Callable[[RunFigures], float]) -> float:
    return float(np.mean([of(run) for run in runs]))


def _tier(ground: Ground, tried: Tried, row: int) -> TierFigures:
    one = tuple(PlaceClass)[row]
    target_s = ground.targets_s()[row, Priority.URGENT - 1]
    tier = ground.objective.tier_for(one, Priority.URGENT, "", None)
    name = _CLASS_NAMES[one] if tier is None or not tier.place_classes else tier.name
    return TierFigures(
        one,
        name,
        None if math.isnan(target_s) else float(target_s),
        *_group([run.classes[row] for run in tried.runs]),
    )


def _group(
    runs: Sequence[GroupRun],
) -> tuple[float, Interval | None, Interval | None, Interval | None]:
    return (
        float(np.mean([run.calls for run in runs])),
        _share(interval(np.array([run.in_time for run in runs]))),
        interval(np.array([run.mean_s for run in runs])),
        interval(np.array([run.p90_s for run in runs])),
    )


def _response(runs: Sequence[RunFigures]) -> ResponseFigures:
    percentile = np.array([run.percentile_s for run in runs])
    answered = [run for run in runs if run.share.any()]
    share = np.mean([run.share for run in answered or runs], axis=0)
    within = np.array([(1.0 - run.unanswered) * np.cumsum(run.share)[:-1] for run in runs])
    p50, p75, p90, p95 = (interval(percentile[:, row]) for row in range(len(PERCENTILES)))
    return ResponseFigures(
        interval(values_of(runs, Figure.MEAN_S)),
        p50,
        p75,
        p90,
        p95,
        bin_s=BIN_S,
        share=tuple(share.tolist()),
        within=tuple(_sure_share(within[:, row]) for row in range(within.shape[1])),
    )


def _busy(run: RunFigures) -> Float64:
    """[u] busy share of the units that were on duty."""
    on = run.duty_s > 0
    return np.asarray(run.busy_s[on] / run.duty_s[on], dtype=np.float64)


def _workload(runs: Sequence[RunFigures]) -> WorkloadFigures:
    each = [_busy(run) for run in runs]
    return WorkloadFigures(
        _sure_share(values_of(runs, Figure.BUSY_SHARE)),
        _sure_share(np.array([one.max(initial=0.0) for one in each])),
        _sure_share(np.array([one.min(initial=1.0) for one in each])),
    )


def _posts(tried: Tried, days: float) -> tuple[PostFigures, ...]:
    posts, runs = tried.fleet.posts, tried.runs
    busy = np.array([by_post(run.busy_s, run.home, len(posts)) for run in runs])
    duty = np.array([by_post(run.duty_s, run.home, len(posts)) for run in runs])
    km = np.array([by_post(run.km, run.home, len(posts)) / run.days for run in runs])
    calls = np.array([by_post(run.answered, run.home, len(posts)) for run in runs]) / days
    with np.errstate(divide="ignore", invalid="ignore"):
        share = busy / duty
    return tuple(
        PostFigures(
            post.id,
            post.name,
            post.lon,
            post.lat,
            post.units,
            float(calls[:, row].mean()),
            _share(interval(share[:, row])),
            float(km[:, row].mean()),
        )
        for row, post in enumerate(posts)
    )


def _areas(runs: Sequence[RunFigures]) -> tuple[AreaFigures, ...]:
    measured = np.array([run.areas.measured for run in runs])
    in_time = np.array([run.areas.in_time for run in runs])
    answered = np.array([run.areas.answered for run in runs])
    response_s = np.array([run.areas.response_s for run in runs])
    return tuple(
        AreaFigures(
            int(measured[:, row].sum()),
            pooled_share(in_time[:, row], measured[:, row]),
            pooled_mean(response_s[:, row], answered[:, row]),
        )
        for row in range(measured.shape[1])
    )


def _cost(tried: Tried) -> CostFigures:
    runs = tried.runs
    hours = np.array([run.duty_s.sum() / 3_600 / run.days * 7 for run in runs])
    return CostFigures(
        posts=len(tried.fleet.posts),
        units=len(tried.fleet.home),
        unit_hours_a_week=_sure(hours),
        km_a_day=_sure(values_of(runs, Figure.KM_A_DAY)),
        km_to_posts_a_day=_sure(np.array([run.km_to_posts / run.days for run in runs])),
        moves_a_day=_sure(values_of(runs, Figure.MOVES_A_DAY)),
    )


def _difference(one: Tried, other: Tried, figure: Figure) -> Difference | None:
    """Of a figure over the runs where both know it; None where none does, or it has no bound."""
    pair = values_of(one.runs, figure), values_of(other.runs, figure)
    if np.isinf(pair).any():
        return None
    apart = pair[0] - pair[1]
    apart = apart[np.isfinite(apart)]
    value = interval(apart)
    if value is None:
        return None
    alike = not figure.needs_same_unanswered or np.array_equal(
        values_of(one.runs, Figure.UNANSWERED), values_of(other.runs, Figure.UNANSWERED)
    )
    better, power, seen, needed = "", None, None, None
    if len(apart) > 1:
        deviation = float(apart.std(ddof=1))
        power, seen, needed = power_of(value.mean, deviation, len(apart))
        if not alike:
            power, needed = None, None
        elif value.low > 0 or value.high < 0:
            wins = (value.mean > 0) == figure.more_is_better
            better = one.plan.code if wins else other.plan.code
    return Difference(
        one.plan.code,
        other.plan.code,
        one.scenario.code,
        figure,
        value,
        better,
        power,
        seen,
        needed,
    )


def power_of(
    difference: float, deviation: float, runs: int
) -> tuple[float | None, float, int | None]:
    """Power of so many pairs for a true difference of this size, the least difference that they
    show with probability 0.8, and the pairs that this difference needs for that.

    The two-sided paired t test at level 0.05, its power by the normal approximation with the t
    quantile (as in `runs_needed`). Without any spread a difference is seen for certain.
    """
    error = deviation / math.sqrt(runs)
    certain = student_t(CONFIDENCE, runs - 1)
    seen = (certain + NormalDist().inv_cdf(POWER)) * error
    if difference == 0:
        return None, seen, None
    if error == 0:
        return 1.0, seen, 2
    size = abs(difference) / error
    power = NormalDist().cdf(size - certain) + NormalDist().cdf(-size - certain)
    if (deviation / abs(difference)) ** 2 * 8 > MOST_RUNS_NEEDED:
        return power, seen, None
    return power, seen, runs_needed(deviation, abs(difference), power=POWER)
