"""What one run of a trial says: the numbers that figures are made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.incident import FieldTime
from wardmote.core.domain.places import PlaceClass
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.tables import State
from wardmote.core.studies.figures import BIN_S, BINS, Figure, Settlement
from wardmote.core.studies.ground import BEFORE_ORDER, Ground
from wardmote.core.studies.study_areas import StudyAreas
from wardmote.core.studies.worlds import DAY_S, WARM_UP_DAYS, DrawnDemand
from wardmote.core.travel.graph import Bool, Float64, Int32, Int64

PERCENTILES = (50, 75, 90, 95)
_CLASS_FIGURES = (Figure.IN_TIME_KEY_PLACE, Figure.IN_TIME_CENTRE, Figure.IN_TIME_ELSEWHERE)
_SETTLEMENT_FIGURES = (Figure.IN_TIME_TOWN, Figure.IN_TIME_VILLAGE)


@dataclass(frozen=True, slots=True, eq=False)
class GroupRun:
    """Calls of a group in a run; shares and times are NaN without calls.

    Attributes:
        calls: measured by the standard.
        mean_s: of answered calls.
        p90_s: of all calls; infinite where so many are unanswered that it lies beyond all times.
    """

    calls: int
    in_time: float
    mean_s: float
    p90_s: float


@dataclass(frozen=True, slots=True, eq=False)
class AreaRun:
    """Calls of a run by area, one row each.

    Attributes:
        measured, in_time: float64 [areas] calls that the standard measures, and those of them
            that were answered in time.
        answered, response_s: float64 [areas] calls that were answered, and the sum of their times.
    """

    measured: Float64
    in_time: Float64
    answered: Float64
    response_s: Float64


@dataclass(frozen=True, slots=True, eq=False)
class RunFigures:
    """One run.

    Attributes:
        percentile_s: of `PERCENTILES`, infinite like `GroupRun.p90_s`.
        share: float64 [61] of answered calls by bin.
        busy_s, duty_s, km: float64 [u] by unit, over the whole run; `home` int32 [u].
        waited: share of the calls to which no unit was sent at once, or ever.
        unanswered: share of the calls that nobody reached.
        answered: int64 [u] rows (units sent) in the counted days.
        days: of the whole run, which km and moves are per.
        areas: of `core.studies.study_areas`.
    """

    calls: int
    everything: GroupRun
    classes: tuple[GroupRun, ...]
    settlements: tuple[GroupRun, ...]
    percentile_s: Float64
    share: Float64
    waited: float
    unanswered: float
    busy_s: Float64
    duty_s: Float64
    km: Float64
    km_to_posts: float
    moves: int
    answered: Int64
    home: Int32
    days: float
    areas: AreaRun

    def value(self, figure: Figure) -> float:
        """What plans are compared by; NaN where there is nothing to compare."""
        if figure in _CLASS_FIGURES:
            return self.classes[_CLASS_FIGURES.index(figure)].in_time
        if figure in _SETTLEMENT_FIGURES:
            return self.settlements[_SETTLEMENT_FIGURES.index(figure)].in_time
        return {
            Figure.IN_TIME: self.everything.in_time,
            Figure.MEAN_S: self.everything.mean_s,
            Figure.P90_S: self.everything.p90_s,
            Figure.UNANSWERED: self.unanswered,
            Figure.BUSY_SHARE: float(self.busy_s.sum() / max(self.duty_s.sum(), 1.0)),
            Figure.KM_A_DAY: float(self.km.sum() / self.days),
            Figure.MOVES_A_DAY: self.moves / self.days,
        }[figure]


def measure_run(
    ground: Ground,
    demand: DrawnDemand,
    lost: Bool,
    state: State,
    home: Int32,
    duty_s: Float64,
    days: float,
    areas: StudyAreas,
) -> RunFigures:
    """Figures of a finished run.

    The response time is the standard's: from the call's coming in, or from when it could have been
    ordered (a wait for a free unit counts), to the first arrival; where a standard looks at the
    drive alone, the typical turnout is taken off.

    Args:
        demand: the calls, those cut off included.
        lost: bool [n] rows of calls that no road leads to; not in the world, never answered.
    """
    counted = demand.first == np.arange(len(lost))
    counted &= demand.calls_f[:, c.ARRIVAL_S] >= WARM_UP_DAYS * DAY_S
    calls = np.flatnonzero(counted)
    sent_s = _of_all_calls(state.outcome_f[:, c.SENT_S], lost)[calls]
    # NaN, never sent, waited as well.
    waited = ~(sent_s <= demand.calls_f[calls, c.DECISION_S] + 1e-6)
    response_s = _response_s(ground, demand, lost, state, calls)
    place_class = ground.points.place_class[demand.point[calls]]
    target_s = ground.targets_s()[place_class, demand.calls_i[calls, c.PRIORITY]]
    town = ground.points.town[demand.point[calls]]
    answered = np.isfinite(response_s)
    units_f = state.units_f
    unit = state.outcome_i[counted[demand.first[~lost]], c.UNIT]
    return RunFigures(
        calls=len(calls),
        everything=_group(response_s, target_s, np.ones(len(calls), dtype=np.bool_)),
        classes=tuple(
            _group(response_s, target_s, place_class == row) for row in range(len(PlaceClass))
        ),
        settlements=tuple(
            _group(response_s, target_s, town == (one is Settlement.TOWN)) for one in Settlement
        ),
        percentile_s=np.array([percentile(response_s, share) for share in PERCENTILES]),
        share=_share_by_bin(response_s[answered]),
        waited=float(waited.mean()) if len(calls) else 0.0,
        unanswered=float((~answered).mean()) if len(calls) else 0.0,
        busy_s=units_f[:, c.BUSY_S].copy(),
        duty_s=duty_s,
        km=units_f[:, [c.RESPONSE_KM, c.TRANSPORT_KM, c.POST_KM]].sum(axis=1),
        km_to_posts=float(units_f[:, c.POST_KM].sum()),
        moves=int(state.counters[c.RELOCATIONS]),
        answered=np.bincount(unit[unit >= 0], minlength=len(units_f)),
        home=home,
        days=days,
        areas=_by_area(response_s, target_s, areas.row[demand.point[calls]], len(areas.areas)),
    )


def _of_all_calls(outcome: Float64, lost: Bool) -> Float64:
    """[n] an outcome of the world's calls, by row of the demand; NaN for those cut off."""
    found = np.full(len(lost), np.nan)
    found[~lost] = outcome
    return found


def _response_s(
    ground: Ground, demand: DrawnDemand, lost: Bool, state: State, calls: Int64
) -> Float64:
    """Time of each of `calls` on the standard's clock; NaN where nobody came."""
    reached_s = _of_all_calls(state.outcome_f[:, c.REACHED_S], lost)
    start = ground.objective.start
    start_s = demand.calls_f[calls, c.ARRIVAL_S if start in BEFORE_ORDER else c.DECISION_S]
    response_s = _first_arrival(reached_s, demand.first)[calls] - start_s
    if start is FieldTime.EN_ROUTE:
        response_s = np.maximum(0.0, response_s - ground.handling.turnout_s)
    return np.asarray(response_s, dtype=np.float64)


def _share_by_bin(known_s: Float64) -> Float64:
    """[BINS] share of the answered calls by response time, the last bin open."""
    bins = np.minimum((known_s // BIN_S).astype(np.int64), BINS - 1)
    return np.asarray(np.bincount(bins, minlength=BINS) / max(1, len(known_s)), dtype=np.float64)


def _first_arrival(reached: Float64, first: Int64) -> Float64:
    """[n] earliest arrival of any unit of each row's call; NaN where nobody came."""
    earliest = np.full(len(reached), np.inf)
    np.minimum.at(earliest, first, np.where(np.isnan(reached), np.inf, reached))
    return np.where(np.isinf(earliest[first]), np.nan, earliest[first])


def _group(response_s: Float64, target_s: Float64, chosen: Bool) -> GroupRun:
    """A call that nobody reached is late, and slower than all others."""
    measured = chosen & ~np.isnan(target_s)
    count = int(measured.sum())
    with np.errstate(invalid="ignore"):
        good = response_s[measured] <= target_s[measured]
    known = response_s[chosen & np.isfinite(response_s)]
    return GroupRun(
        count,
        float(good.mean()) if count else np.nan,
        float(known.mean()) if len(known) else np.nan,
        percentile(response_s[chosen], 90),
    )


def _by_area(response_s: Float64, target_s: Float64, row: Int64, areas: int) -> AreaRun:
    """Calls by area; those of no known area (row -1) are left out."""
    known = row >= 0
    answered = known & np.isfinite(response_s)
    with np.errstate(invalid="ignore"):
        good = known & (response_s <= target_s)

    def number(chosen: Bool, weights: Float64 | None = None) -> Float64:
        found = np.bincount(row[chosen], weights=weights, minlength=areas)
        return np.asarray(found, dtype=np.float64)

    return AreaRun(
        number(known & ~np.isnan(target_s)),
        number(good),
        number(answered),
        number(answered, response_s[answered]),
    )


def percentile(response_s: Float64, share: float) -> float:
    """A percentile of response times, with NaN (unanswered) ranked above every other.

    Between ranks it is interpolated linearly; infinite where it takes an unanswered call to tell,
    NaN without calls.
    """
    if not len(response_s):
        return np.nan
    known = np.sort(response_s[np.isfinite(response_s)])
    rank = (len(response_s) - 1) * share / 100
    below, above = math.floor(rank), math.ceil(rank)
    if above >= len(known):
        return math.inf
    return float(known[below] + (known[above] - known[below]) * (rank - below))


def by_post(values: Float64 | Int64, home: Int32, posts: int) -> Float64:
    """Sum of units' values by post, float64 [posts]."""
    found = np.bincount(home, weights=values.astype(np.float64), minlength=posts)
    return np.asarray(found, dtype=np.float64)


def values_of(runs: Sequence[RunFigures], figure: Figure) -> Float64:
    """[runs] a figure of each run."""
    return np.array([run.value(figure) for run in runs])
