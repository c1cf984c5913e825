"""Recorded calls put through the engine that tries plans: does it foretell what happened?

All that is a trial's own stays as it is in trials of plans (`core.studies.trial`): how calls are
handled as the days fitted on had it, the roads of the twin, units that are all alike, the rules by
which they are sent. Only two things come from the records: where and when calls came in and how
urgent they were, and who was on duty (`core.simulation.validation.fleet_ahead`). Nothing else of
the days ahead is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wardmote.core.domain.call_record import CallRecord
from wardmote.core.domain.ids import PostId
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.places import PlaceBook
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.policies.preempt import SHIPPED
from wardmote.core.simulation.replay.fleet import ReplayUnit
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.tables import State
from wardmote.core.simulation.twin.twin import world_of
from wardmote.core.simulation.validation.experiment import FittedRoom
from wardmote.core.simulation.validation.fleet_ahead import fleet_ahead
from wardmote.core.simulation.validation.window import Window
from wardmote.core.studies.candidates import Candidates
from wardmote.core.studies.demand_points import DemandPoints
from wardmote.core.studies.fleets import PlannedFleet
from wardmote.core.studies.ground import FROM_RECORDS, Ground, learnt_handling
from wardmote.core.studies.handling import PRIORITIES
from wardmote.core.studies.plan import Plan, PlannedPost
from wardmote.core.studies.scenario import HOURS_A_WEEK
from wardmote.core.studies.trial_roads import TrialRoads, nodes_of, parts_of, prepare_roads
from wardmote.core.studies.trial_twin import twin_of
from wardmote.core.studies.worlds import DAY_S, DrawnDemand, handled
from wardmote.core.travel.graph import Float64, Int32, Int64
from wardmote.core.travel.vehicle_model import LEVELS

NOT_MODELLED_IN_TRIALS: tuple[Bilingual, ...] = (
    Bilingual(
        zh="单位都一样：谁最近谁去，不分车种；一起警情要的几个单位同时下令。",
        en="Units are all alike: whoever is nearest goes, whatever its kind; all units of a call "
        "are ordered at once.",
    ),
    Bilingual(
        zh="从下令到首到，行驶以外的时间按等级从记录得出，每起警情抽一次，与地点无关；"
        "片区之间的差别因此只来自道路。",
        en="What it takes from the order to the first arrival beside the drive is told from the "
        "records by priority and drawn once a call, wherever it is; areas differ by the way alone.",
    ),
    Bilingual(
        zh="没有固定驻地的单位平时停在哪里，记录没有写明；按其最常服务的片区站点放置，空闲时都在驻点。",
        en="Where units without a fixed home wait is not recorded; they are placed at the post "
        "whose area they serve most, and every idle unit stands at its post.",
    ),
    Bilingual(
        zh="值班车辆整日照搬拟合期中的某一天（见 fit.duty）；预测期新增或停驶的车辆不知道。",
        en="Who is on duty is copied from whole days of those fitted on (see fit.duty); units "
        "added or withdrawn since are not known.",
    ),
    Bilingual(
        zh="从接警到派警的时间含当时等待空闲单位的时间，模拟中缺车时会再等一次。",
        en="The time from call to order holds what a wait for a free unit added then; where the "
        "simulation finds nobody free, that wait is counted again.",
    ),
    Bilingual(
        zh="途中改派按现行规则立即执行；不模拟途中取消、当天的交通、天气和封路。",
        en="Units are taken off lesser calls at once by the shipped rule; cancellations on the "
        "way, the day's traffic, weather and closures are not simulated.",
    ),
    Bilingual(
        zh="预测期警情的时间、地点和等级是给定的，不是预测的。",
        en="When, where and how urgent the calls ahead are is given, not foretold.",
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class RecordedTrial:
    """The place as a trial of a plan would have it after the days fitted on.

    Attributes:
        ground: without demand or candidates: calls come from the records.
        roads: with tables for every post that units live at.
    """

    room: FittedRoom
    ground: Ground
    roads: TrialRoads


@dataclass(frozen=True, slots=True, eq=False)
class TrialRun:
    """One run over recorded calls.

    Attributes:
        response_s: float64 [n] from a call's coming in to the first arrival; NaN where nobody came
            or the call has no place on the roads.
        waited: share of the calls with a place to which no unit was sent at once, or ever.
    """

    response_s: Float64
    waited: float


def recorded_trial(room: FittedRoom, book: PlaceBook) -> RecordedTrial:
    """What a trial would learn from the days that a room was fitted on.

    Raises:
        Problem: a post is off every road.
    """
    past = room.past
    handling = learnt_handling(past, past, room.model, room.posts, room.travel, room.local_hour)
    ground = Ground(
        book,
        room.travel,
        _no_points(room),
        _no_candidates(room),
        handling,
        room.setting.standard,
        FROM_RECORDS,
    )
    posts = [
        PlannedPost(PostId(post.post_id), post.name, post.lon, post.lat) for post in room.posts
    ]
    return RecordedTrial(room, ground, prepare_roads(room.travel, posts))


def play(
    trial: RecordedTrial, calls: Sequence[CallRecord], window: Window, seeds: Sequence[int]
) -> list[TrialRun]:
    """Runs over calls of which only the asking is known.

    The clock of a run begins a day before the window, which begins at midnight; a change to or from
    summer time within it shifts the hours of the effect on driving by one.

    Raises:
        Problem: no unit was on duty in the days fitted on.
    """
    ground, room = trial.ground, trial.room
    units = fleet_ahead(room.past, room.posts, room.hints, room.window, window, room.weekday)
    if not units:
        raise Problem(
            zh="拟合日期的记录里没有单位，无法模拟。",
            en="The records of the days to fit on name no unit, so nothing can be simulated.",
        )
    posts, fleet = _fleet(units)
    roads, places = trial.roads.of_posts(posts)
    post_part, node_part = parts_of(roads, places)
    kind = post_part[fleet.home].astype(np.int32)
    row, node, km = _placed(ground, calls)
    found = np.isin(node_part[node], kind[kind >= 0])
    row, node, km = row[found], node[found], km[found]
    plan = Plan("recorded", Bilingual("", ""), posts)
    usable = np.flatnonzero(kind >= 0)
    fleet = PlannedFleet(posts, fleet.home[usable], fleet.on_duty[usable])
    twin = twin_of(ground, plan, fleet, kind[usable], roads, places, node, km, preemption=SHIPPED)
    start_s = window.from_s - DAY_S
    agenda = _agenda([units[one] for one in usable.tolist()], start_s)
    runs = []
    for seed in seeds:
        demand = _demand(ground, [calls[one] for one in row.tolist()], start_s, seed)
        demand.calls_i[:, c.PLACE_NODE] = node[demand.point]
        demand.calls_i[:, c.KINDS] = 1 << node_part[node[demand.point]]
        demand.calls_f[:, c.PLACE_KM] = km[demand.point]
        world = world_of(demand.calls_f, demand.calls_i, agenda)
        state = twin.begin(world)
        twin.run(world, state)
        runs.append(_run(demand, state, row, len(calls)))
    return runs


def trial_fit(trial: RecordedTrial) -> dict[str, Any]:
    """What a trial learnt, as plain numbers: at the middle, and one in ten beyond each end."""
    handling = trial.ground.handling
    arrivals = handling.arrivals
    return {
        "times": 0 if arrivals is None else arrivals.records,
        "turnout_s": handling.turnout_s,
        "access_s": handling.driving.access_s,
        "driving_factor": handling.driving.factor,
        "arrivals_by_priority": []
        if arrivals is None
        else [
            {
                "priority": int(priority),
                "delay_s": _spread(arrivals.delay_s[priority - 1]),
                "beside_drive_s": _spread(arrivals.beside_s[priority - 1]),
            }
            for priority in Priority
        ],
    }


def _spread(curve: Float64) -> list[float]:
    return [float(one) for one in np.interp((0.1, 0.5, 0.9), LEVELS, curve)]


def _demand(ground: Ground, calls: Sequence[CallRecord], start_s: float, seed: int) -> DrawnDemand:
    """Recorded calls, by arrival, handled as trials draw it; points are rows of `calls`."""
    at_s = np.array([call.received_s - start_s for call in calls], dtype=np.float64)
    priority = np.array([(call.priority or Priority.ROUTINE) for call in calls], dtype=np.int64)
    order = np.argsort(at_s, kind="stable")
    rng = np.random.default_rng([seed, 0])
    return handled(at_s[order], order, priority[order], ground.handling, rng)


def _run(demand: DrawnDemand, state: State, row: Int64, calls: int) -> TrialRun:
    """First arrivals by call; `row` int64 [k] of each demand point among all calls."""
    reached_s = state.outcome_f[:, c.REACHED_S]
    earliest = np.full(len(reached_s), np.inf)
    np.minimum.at(earliest, demand.first, np.where(np.isnan(reached_s), np.inf, reached_s))
    first = np.flatnonzero(demand.first == np.arange(len(demand.first)))
    response_s = earliest[first] - demand.calls_f[first, c.ARRIVAL_S]
    found = np.full(calls, np.nan)
    found[row[demand.point[first]]] = np.where(np.isinf(response_s), np.nan, response_s)
    at_once = state.outcome_f[first, c.SENT_S] <= demand.calls_f[first, c.DECISION_S] + 1e-6
    return TrialRun(found, float((~at_once).mean()) if len(first) else 0.0)


def _placed(ground: Ground, calls: Sequence[CallRecord]) -> tuple[Int64, Int32, Float64]:
    """Calls that lie on the roads: their rows, nodes, and kilometres from these."""
    known = [row for row, call in enumerate(calls) if call.lon is not None and call.lat is not None]
    lon = [lon for row in known if (lon := calls[row].lon) is not None]
    lat = [lat for row in known if (lat := calls[row].lat) is not None]
    places = ground.travel.snap(lon, lat)
    near = np.flatnonzero(places.edge >= 0)
    node, km = nodes_of(ground.travel, places.rows(near), ground.handling.driving.factor)
    return np.array(known, dtype=np.int64)[near], node, km


def _fleet(units: Sequence[ReplayUnit]) -> tuple[tuple[PlannedPost, ...], PlannedFleet]:
    """Homes as posts, and units at them; who is on duty when is the agenda's."""
    homes = sorted({(unit.lon, unit.lat) for unit in units})
    row = {home: number for number, home in enumerate(homes)}
    posts = tuple(
        PlannedPost(PostId(f"home-{number}"), Bilingual("", ""), lon, lat)
        for number, (lon, lat) in enumerate(homes)
    )
    home = np.array([row[unit.lon, unit.lat] for unit in units], dtype=np.int32)
    return posts, PlannedFleet(posts, home, np.ones((len(units), HOURS_A_WEEK), dtype=np.int64))


def _agenda(units: Sequence[ReplayUnit], start_s: float) -> list[tuple[float, int, int]]:
    """Comings and goings as the twin takes them."""
    return [
        (max(0.0, at_s - start_s), number, bit)
        for number, unit in enumerate(units)
        for from_s, to_s in unit.spells
        for at_s, bit in ((from_s, -c.OFF_DUTY), (to_s, c.OFF_DUTY))
        if to_s > start_s
    ]


def _no_points(room: FittedRoom) -> DemandPoints:
    none = np.empty(0)
    return DemandPoints(
        none,
        none,
        room.travel.snap(none, none),
        none,
        np.empty(0, dtype=np.int64),
        np.zeros((1, PRIORITIES, HOURS_A_WEEK)),
        np.empty(0, dtype=np.int64),
        np.empty(0, dtype=np.bool_),
        (),
    )


def _no_candidates(room: FittedRoom) -> Candidates:
    none, nowhere = np.empty(0), np.empty(0, dtype=np.bool_)
    return Candidates(
        (),
        (),
        none,
        none,
        room.travel.snap(none, none),
        nowhere,
        nowhere,
        none,
        np.empty(0, dtype=np.int32),
        (),
    )
