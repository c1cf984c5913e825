"""The twin of a plan: its units, how they drive, and the rules by which they are sent and moved."""

from __future__ import annotations

import numpy as np

from wardmote.core.domain.incident import FieldTime
from wardmote.core.policies.expected_times import moments
from wardmote.core.policies.preempt import Preemption
from wardmote.core.policies.recommend_keeping_cover import CoverKeepingRule
from wardmote.core.policies.relocation import CoverSets, cover_sets
from wardmote.core.simulation.twin.keeping import FROM_CALL, FROM_DRIVE, FROM_ORDER
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.rules import CoverKept, MovedByRule, PreemptedByRule
from wardmote.core.simulation.twin.tables import Places, Travel
from wardmote.core.simulation.twin.twin import Fleet, Twin, setting_of
from wardmote.core.studies.ahead import ahead_of_ground
from wardmote.core.studies.cover_by_hour import cover_by_hour
from wardmote.core.studies.fleets import PlannedFleet
from wardmote.core.studies.ground import BEFORE_ORDER, Ground
from wardmote.core.studies.handling import BACK_OVER_OUT, PRIORITIES
from wardmote.core.studies.moving import rule_of
from wardmote.core.studies.plan import Plan, RelocationPolicy
from wardmote.core.studies.trial_roads import OFF_ROAD_KM_S
from wardmote.core.studies.worlds import DAY_S
from wardmote.core.travel.graph import Float64, Int32


def twin_of(
    ground: Ground,
    plan: Plan,
    fleet: PlannedFleet,
    kind: Int32,
    roads: Roads,
    places: Places,
    node: Int32,
    km: Float64,
    *,
    refused_share: float = 0.0,
    keeping: CoverKeepingRule | None = None,
    preemption: Preemption | None = None,
) -> Twin:
    """Units of each part of the place are a kind of their own, and its calls ask for that kind.

    Args:
        node, km: of the demand points.
        refused_share: of advice to move that crews refuse.
        keeping: the rule for dispatch in force; None where the nearest unit goes.
        preemption: the rule by which units are taken off lesser calls; None where none is.
    """
    handling = ground.handling
    moving = plan.relocation is not None and plan.relocation.policy is not RelocationPolicy.OWN_POST
    trading = keeping is not None and keeping.enabled
    cover = cover_by_hour(ground, roads, places, node, km) if moving or trading else None
    travel = travel_of(ground)
    moved, kept, ahead = None, None, None
    if plan.relocation is not None and moving:
        moved = MovedByRule(
            rule_of(plan.relocation),
            tuple(post.id for post in fleet.posts),
            total=1.0,
            # Live, a drive to a post is expected as one to a call is.
            travel_class=0,
            access_s=handling.driving.access_s,
            refused_share=refused_share,
        )
        if plan.relocation.policy is RelocationPolicy.LOOK_AHEAD:
            busy_share = plan.relocation.busy_share
            ahead = ahead_of_ground(ground, roads, travel, node, km, busy_share)
    if keeping is not None and trading:
        kept = CoverKept(
            keeping,
            total=1.0,
            percentile=ground.objective.percentile,
            travel_spread=moments(handling.driving.error)[1],
            turnout_spread=moments(handling.turnout_error)[1],
            clock=_clock(ground),
        )
    setting = setting_of(
        travel,
        places,
        priorities=PRIORITIES,
        turnout_s=np.full(kind.max() + 1, handling.turnout_s + handling.driving.access_s),
        reaction_s=handling.reaction_s + handling.driving.access_s,
        cover=cover,
        units=len(fleet.home),
        moved=moved,
        kept=kept,
        ahead=ahead,
        preempted=None
        if preemption is None
        else PreemptedByRule(preemption, handling.driving.access_s),
    )
    return Twin(roads, setting, Fleet(fleet.home, kind))


def _clock(ground: Ground) -> int:
    start = ground.objective.start
    if start in BEFORE_ORDER:
        return FROM_CALL
    return FROM_DRIVE if start is FieldTime.EN_ROUTE else FROM_ORDER


def travel_of(ground: Ground) -> Travel:
    """Driving by hour of the day where the records tell one from another; back to posts slower."""
    driving = ground.handling.driving
    hours = driving.hour if np.ptp(driving.hour) > 0 else driving.hour[:1]
    classes = np.ones(PRIORITIES + 1)
    classes[-1] = BACK_OVER_OUT
    periods = len(hours)
    return Travel(
        start_s=np.asarray(np.arange(periods) * 3_600.0, dtype=np.float64),
        cycle_s=DAY_S if periods > 1 else 0.0,
        metric=np.zeros((periods, PRIORITIES + 1), dtype=np.int32),
        scale=np.asarray(driving.factor * hours[:, None] * classes, dtype=np.float64),
        off_km_s=np.full((periods, PRIORITIES + 1), OFF_ROAD_KM_S),
    )


def cover_of(ground: Ground, roads: Roads, places: Places, node: Int32, km: Float64) -> CoverSets:
    """Which posts reach which calls of a week within their target."""
    drive_s = roads.from_post[0][node] * (roads.tick_s * ground.handling.driving.factor)
    drive_s = drive_s + (km[:, None] + places.post_km[None, :]) / OFF_ROAD_KM_S
    targets = ground.targets_s()[ground.points.place_class]
    weight = ground.points.by_priority
    reached, weights = [], []
    for row in range(PRIORITIES):
        target_s = targets[:, row]
        with np.errstate(invalid="ignore"):
            reached.append(drive_s + ground.clock_before_driving_s <= target_s[:, None])
        weights.append(np.where(np.isnan(target_s), 0.0, weight[:, row]))
    if all(np.array_equal(one, reached[0]) for one in reached):
        return cover_sets([reached[0]], [np.sum(weights, axis=0)])
    return cover_sets(reached, weights)
