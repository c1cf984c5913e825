"""What posts cover at each hour, as the rules of the room are given it in a trial.

The same as `core.policies.relocation_ground` works out live each hour: the calls of some hours
around, which post reaches them within their target after turning out, as shares of all of them.
"""

from __future__ import annotations

import numpy as np

from wardmote.core.domain.incident import FieldTime
from wardmote.core.policies.relocation import CoverSets
from wardmote.core.policies.relocation_ground import DEFAULT_LIMIT_S
from wardmote.core.simulation.generated_places.demand import HOURS_PER_WEEK
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.tables import Places
from wardmote.core.simulation.twin.twin import CoverPeriods
from wardmote.core.studies.demand_points import HOURS_A_DAY, DemandPoints
from wardmote.core.studies.ground import FROM_RESIDENTS, Ground
from wardmote.core.studies.trial_roads import OFF_ROAD_KM_S
from wardmote.core.studies.worlds import DAY_S, HOUR_S, hours_of_week
from wardmote.core.travel.graph import Float64, Int32, Int64

HOURS_AROUND = 2
"""Calls of so many hours before and after tell the demand of an hour."""


def cover_by_hour(
    ground: Ground, roads: Roads, places: Places, node: Int32, km: Float64
) -> CoverPeriods:
    """Cover of each hour of a run; weights are shares of the calls around it, which add up to less
    than 1 where no post reaches some in time.

    Args:
        node, km: of the demand points.
    """
    weights = _weights(ground)
    driving = ground.handling.driving
    varies = float(np.ptp(driving.hour)) > 0
    found: dict[float, tuple[Int32, Int64]] = {}
    sets = []
    first = hours_of_week(len(weights)) % HOURS_A_DAY if len(weights) > HOURS_A_DAY else None
    for row, weight in enumerate(weights):
        hour = row if first is None else int(first[row])
        effect = float(driving.hour[hour] if varies else driving.hour[0])
        if effect not in found:
            found[effect] = _members(ground, roads, places, node, km, effect)
        member, index = found[effect]
        count = np.bincount(index.ravel(), weights=weight.ravel(), minlength=len(member) + 1)
        total = max(float(weight.sum()), 1e-300)
        sets.append(CoverSets(member, np.asarray(count[:-1] / total, dtype=np.float64)))
    periods = len(weights)
    return CoverPeriods(
        tuple(sets),
        np.asarray(np.arange(periods) * HOUR_S, dtype=np.float64),
        DAY_S if periods == HOURS_A_DAY else HOURS_PER_WEEK * HOUR_S,
    )


def _weights(ground: Ground) -> list[Float64]:
    """Calls around each hour, [n, 4]: of the week told from residents, of the day from records,
    whose single hours of the week hold too few."""
    around = _around(ground.points)
    calls, kind = ground.points.calls_a_week[:, None], ground.points.kind
    if ground.demand_from == FROM_RESIDENTS:
        hours = hours_of_week(HOURS_PER_WEEK).tolist()
        return [np.asarray(calls * around[kind, :, hour]) for hour in hours]
    shape = around.shape
    of_day = around.reshape(*shape[:2], -1, HOURS_A_DAY).sum(axis=2)
    return [np.asarray(calls * of_day[kind, :, hour]) for hour in range(HOURS_A_DAY)]


def _around(points: DemandPoints) -> Float64:
    """[k, 4, 168] share of calls in the hours around each."""
    turns = range(-HOURS_AROUND, HOURS_AROUND + 1)
    return np.asarray(sum(np.roll(points.pattern, turn, axis=2) for turn in turns))


def _members(
    ground: Ground, roads: Roads, places: Places, node: Int32, km: Float64, effect: float
) -> tuple[Int32, Int64]:
    """Sets of posts int32 [S, P], and which set reaches each point and priority in time, int64
    [n, 4]; S for none."""
    driving = ground.handling.driving
    drive_s = roads.from_post[0][node] * (roads.tick_s * driving.factor * effect)
    drive_s = drive_s + (km[:, None] + places.post_km[None, :]) / OFF_ROAD_KM_S
    before_s = driving.access_s
    if ground.objective.start is not FieldTime.EN_ROUTE:
        before_s = ground.handling.before_driving_s
    arrival_s = before_s + drive_s
    targets = ground.targets_s()[ground.points.place_class]
    targets = np.where(np.isnan(targets), DEFAULT_LIMIT_S, targets)
    reached = np.concatenate([arrival_s <= column[:, None] for column in targets.T])
    rows, index = np.unique(reached, axis=0, return_inverse=True)
    some = rows.any(axis=1)
    number = np.where(some, np.cumsum(some) - 1, some.sum()).astype(np.int64)
    shape = targets.T.shape
    return rows[some].astype(np.int32), number[index.reshape(shape)].T
