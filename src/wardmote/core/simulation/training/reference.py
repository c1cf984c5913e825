"""The adviser's own run of an exercise: the same calls and the same chance, advice always followed.

Every call is taken down `TAKEN_DOWN_S` after it rang, as what it truly is, at the place where the
caller ends up; nothing is taken down twice; the recommended units are sent at once. A unit that
breaks down or falls silent is not used from that moment on (it finishes the job it has), a road
that closes is closed for it too. So it is not what anybody could do, but a mark to measure by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.call_record import CallRecord, RecordTime, Stamps
from wardmote.core.domain.categories import CategoryTree
from wardmote.core.domain.ids import AreaId, IncidentId, UnitId
from wardmote.core.domain.incident import FieldTime, Priority
from wardmote.core.domain.places import PlaceBook, PlaceClass
from wardmote.core.domain.plain import JsonValue
from wardmote.core.domain.run_cards import RunCards
from wardmote.core.domain.standards import ResponseStandard
from wardmote.core.measures.intervals import MeasuredCall, UnitResponse
from wardmote.core.policies.routing import (
    CallFacts,
    DestinationKind,
    PlaceKnown,
    RoutingRules,
    route,
)
from wardmote.core.simulation.people.manners import CrewManners
from wardmote.core.simulation.replay.demand import Demand, Job, Wave
from wardmote.core.simulation.replay.engine import Replay
from wardmote.core.simulation.replay.fleet import HomeFrom, ReplayUnit
from wardmote.core.simulation.replay.outcome import ReplayedCall
from wardmote.core.simulation.replay.place_classes import place_classifier
from wardmote.core.simulation.replay.roads import LocalHour, RoadModel
from wardmote.core.simulation.replay.state import ReplaySetting
from wardmote.core.simulation.training.scenario import TroubleKind
from wardmote.core.simulation.training.script import Script, ScriptedCall, ScriptedTrouble
from wardmote.core.simulation.training.timing import TRAINING_MANNERS, job_times
from wardmote.core.travel.metric import both_directions
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.core.travel.vehicle_model import VehicleModel

TAKEN_DOWN_S = 40.0
"""From the first ring until the call is taken down."""

AFTERWARDS_S = 4 * 3_600.0
"""Units stay on duty for so long after the end, to finish what they are at."""

_OUT_OF_USE = frozenset({TroubleKind.UNIT_BREAKS_DOWN, TroubleKind.CREW_SILENT})


@dataclass(frozen=True, slots=True)
class PlaceRules:
    """The rules in force in the place of an exercise."""

    standard: ResponseStandard
    categories: CategoryTree
    routing: RoutingRules
    cards: RunCards
    model: VehicleModel


@dataclass(frozen=True, slots=True)
class AdvisedCall:
    """A call of the script in the adviser's own run.

    Attributes:
        unit: that arrived first; empty without one.
        assigned_s, arrived_s: of the first assignment and the first arrival; None without.
    """

    number: int
    unit: UnitId
    assigned_s: float | None
    arrived_s: float | None


def true_places(calls: Sequence[ScriptedCall]) -> dict[int, tuple[float, float]]:
    """Where the caller of each call ends up, (lon, lat) by number."""
    places = {one.number: (one.lon, one.lat) for one in calls if not one.about}
    for one in sorted(calls, key=lambda call: call.rings_s):
        if one.moved and one.about in places:
            places[one.about] = (one.lon, one.lat)
    return places


def needs_unit(rules: PlaceRules, call: ScriptedCall, place: PlaceKnown, hour: int) -> bool:
    """Whether the routing rules send the nearest unit to a call that is what it truly is."""
    priority = rules.categories.get(call.category).priority
    facts = CallFacts(call.category, priority, place, None, hour)
    found = route(rules.routing, facts)
    return any(one.kind == DestinationKind.NEAREST_UNIT.value for one in found.destinations)


class _Roads(RoadModel):
    """The roads of an exercise; units take the times that chance gave them for each call."""

    def __init__(
        self,
        travel: TravelTimes,
        model: VehicleModel,
        local_hour: LocalHour,
        seed: int,
        manners: CrewManners,
    ) -> None:
        super().__init__(travel, model, local_hour)
        self._seed = seed
        self._manners = manners

    def sent(
        self,
        call: ReplayedCall,
        job: Job,
        freeflow_s: float,
        kind: str,
        now_s: float,
        rng: np.random.Generator,
    ) -> tuple[float, float]:
        """Acknowledging and setting out as in the exercise; the drive in the crews' haste."""
        del job, kind, now_s, rng
        times = job_times(self._seed, int(call.record.number), self._manners)
        return times.acknowledge_s + times.set_out_s, freeflow_s * self._manners.haste


def advised_run(
    script: Script,
    calls: Sequence[ScriptedCall],
    trouble: Sequence[ScriptedTrouble],
    book: PlaceBook,
    travel: TravelTimes,
    rules: PlaceRules,
    local_hour: LocalHour,
) -> tuple[tuple[AdvisedCall, ...], tuple[MeasuredCall, ...]]:
    """What the adviser alone would have reached.

    Args:
        calls: the script's and those added meanwhile.
        trouble: that struck, at the moments at which it did.

    Returns:
        the calls that need a unit, by number; and the same as measures see them.
    """
    places = true_places(calls)
    wanted = [
        one
        for one in sorted(calls, key=lambda call: call.rings_s)
        if one.number in places
        and needs_unit(rules, one, PlaceKnown.INSIDE, local_hour(one.rings_s))
    ]
    records = [_record(one, places[one.number], rules) for one in wanted]
    demand = [_demand(one, script.seed, rules) for one in wanted]
    roads = _Roads(travel, rules.model, local_hour, script.seed, TRAINING_MANNERS)
    setting = ReplaySetting(
        standard=rules.standard,
        seed=script.seed,
        area=AreaId("000000000000"),
        place_class=place_classifier(book),
        cards=rules.cards,
    )
    run = Replay(records, demand, _fleet(script, book, trouble), roads, setting)
    closings = _closings(trouble)

    def before(at_s: float) -> None:
        closed = [edge for one in closings if one.is_on(at_s) for edge in one.edges]
        roads.travel = travel.closing(both_directions(sorted(set(closed)))) if closed else travel

    outcomes = run.run(before=before if closings else None)
    advised = tuple(_advised(one, outcome) for one, outcome in zip(wanted, outcomes, strict=True))
    measured = tuple(_measured(one, outcome) for one, outcome in zip(wanted, outcomes, strict=True))
    return advised, measured


def _closings(trouble: Sequence[ScriptedTrouble]) -> list[ScriptedTrouble]:
    return [one for one in trouble if one.kind is TroubleKind.ROAD_CLOSES and one.edges]


def _record(call: ScriptedCall, place: tuple[float, float], rules: PlaceRules) -> CallRecord:
    return CallRecord(
        key=f"training:{call.number}",
        digest="",
        number=str(call.number),
        source_category=call.category,
        category=call.category,
        source_priority="",
        priority=rules.categories.get(call.category).priority,
        address="",
        lon=place[0],
        lat=place[1],
        station_area="",
        agency="",
        disposition="",
        stamps=Stamps(((RecordTime.RECEIVED, call.rings_s),)),
        units=(),
        rows=(),
    )


def _demand(call: ScriptedCall, seed: int, rules: PlaceRules) -> Demand:
    card = rules.cards.card_for(call.category, rules.categories.get(call.category).priority)
    times = job_times(seed, call.number)
    job = Job("", times.first_report_s + times.finish_s, None, assumed=False, recorded=None)
    units = sum(need.number for need in card.requirements(1))
    return Demand((Wave(call.rings_s + TAKEN_DOWN_S, (job,) * units),), 0)


def _fleet(
    script: Script, book: PlaceBook, trouble: Sequence[ScriptedTrouble]
) -> tuple[ReplayUnit, ...]:
    posts = {post.post_id: post for post in book.posts}
    out: dict[UnitId, list[tuple[float, float]]] = {}
    last_s = script.end_s + AFTERWARDS_S
    for one in trouble:
        if one.kind in _OUT_OF_USE:
            until_s = last_s if one.lasts_s is None else min(one.at_s + one.lasts_s, last_s)
            out.setdefault(one.unit, []).append((one.at_s, until_s))
    fleet = []
    for unit in sorted(book.units, key=lambda unit: unit.unit_id):
        if unit.unit_id in script.away:
            continue
        post = posts[unit.post]
        spells = _left((script.begin_s - 60.0, last_s), sorted(out.get(unit.unit_id, ())))
        fleet.append(ReplayUnit(unit, HomeFrom.UNITS_FILE, post.lon, post.lat, spells))
    return tuple(fleet)


def _left(
    whole: tuple[float, float], out: Sequence[tuple[float, float]]
) -> tuple[tuple[float, float], ...]:
    """What is left of a time without those in it."""
    spells, start_s = [], whole[0]
    for begin_s, end_s in out:
        if start_s < begin_s:
            spells.append((start_s, begin_s))
        start_s = max(start_s, end_s)
    if start_s < whole[1]:
        spells.append((start_s, whole[1]))
    return tuple(spells)


def _advised(call: ScriptedCall, outcome: ReplayedCall) -> AdvisedCall:
    first = outcome.first_arrival
    return AdvisedCall(
        call.number,
        UnitId("") if first is None else first.unit,
        outcome.first_assigned_s,
        None if first is None else first.arrived_s,
    )


def _measured(call: ScriptedCall, outcome: ReplayedCall) -> MeasuredCall:
    responses = tuple(
        UnitResponse(
            unit.unit, unit.kind, _stamps(unit.assigned_s, unit.en_route_s, unit.arrived_s)
        )
        for unit in outcome.units
    )
    stamps: dict[FieldTime, float] = {
        FieldTime.RECEIVED: call.rings_s,
        FieldTime.ENTERED: call.rings_s + TAKEN_DOWN_S,
    }
    for response in responses:
        for stamp, at_s in response.stamps.items():
            stamps[stamp] = min(at_s, stamps.get(stamp, at_s))
    return MeasuredCall(
        incident=IncidentId(f"advised-{call.number}"),
        category=outcome.category,
        priority=Priority(outcome.priority),
        place_class=outcome.place_class,
        stamps=stamps,
        valid=True,
        ended=True,
        responses=responses,
    )


def _stamps(
    assigned_s: float, en_route_s: float | None, arrived_s: float | None
) -> Mapping[FieldTime, float]:
    known = {
        FieldTime.ASSIGNED: assigned_s,
        FieldTime.EN_ROUTE: en_route_s,
        FieldTime.ARRIVED: arrived_s,
    }
    return {stamp: at_s for stamp, at_s in known.items() if at_s is not None}


def dump_measured(call: MeasuredCall) -> JsonValue:
    """A call of the run as JSON-ready data."""
    return {
        "call": call.incident,
        "category": call.category,
        "priority": int(call.priority),
        "place_class": call.place_class.value,
        "stamps": {stamp.value: at_s for stamp, at_s in call.stamps.items()},
        "units": [
            {
                "unit": one.unit,
                "kind": one.kind,
                "stamps": {stamp.value: at_s for stamp, at_s in one.stamps.items()},
            }
            for one in call.responses
        ],
    }


def load_measured(data: JsonValue) -> MeasuredCall:
    """The call that `dump_measured` wrote."""
    return MeasuredCall(
        incident=IncidentId(data["call"]),
        category=data["category"],
        priority=Priority(data["priority"]),
        place_class=PlaceClass(data["place_class"]),
        stamps={FieldTime(stamp): at_s for stamp, at_s in data["stamps"].items()},
        valid=True,
        ended=True,
        responses=tuple(
            UnitResponse(
                UnitId(one["unit"]),
                one["kind"],
                {FieldTime(stamp): at_s for stamp, at_s in one["stamps"].items()},
            )
            for one in data["units"]
        ),
    )
