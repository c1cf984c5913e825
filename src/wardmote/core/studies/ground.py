"""The place as planners see it: roads, calls, candidates, how calls are handled, the standard."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.domain.call_record import CallRecord
from wardmote.core.domain.categories import CategoryTree
from wardmote.core.domain.incident import FieldTime, Priority
from wardmote.core.domain.places import PlaceBook, PlaceClass, Post
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.shipped_categories import SHIPPED_CATEGORIES
from wardmote.core.domain.standards import Objective, ResponseStandard
from wardmote.core.domain.text import Bilingual
from wardmote.core.planning.demand.origins import LEARNT_FROM, CallOrigin
from wardmote.core.planning.demand.time_grid import Calendar, no_calendar
from wardmote.core.simulation.generated_places.demand import call_demand
from wardmote.core.studies.arrivals import ExpectedDrive, fit_arrivals, usual_drives_s
from wardmote.core.studies.candidates import (
    MOST_CANDIDATES,
    SPACING_M,
    Candidates,
    candidates_of,
)
from wardmote.core.studies.demand_account import DemandAccount
from wardmote.core.studies.demand_points import DemandPoints, points_of_residents
from wardmote.core.studies.handling import Handling, invented_handling, recorded_handling
from wardmote.core.studies.recorded_points import points_of_records
from wardmote.core.studies.service import fit_service
from wardmote.core.studies.transport import fit_transport, hospitals_of, without_transports
from wardmote.core.travel.graph import Float64
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.core.travel.vehicle_model import VehicleModel

FROM_RECORDS = "records"
FROM_RESIDENTS = "residents"
BEFORE_ORDER = frozenset(
    {FieldTime.OCCURRED, FieldTime.RECEIVED, FieldTime.ENTERED, FieldTime.ROUTED}
)
"""Stamps from which a clock also counts the time until the order to a unit."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A place, ready for questions. Make it with `ground_of`.

    Attributes:
        travel: roads, with a hierarchy.
        standard: whose objective that stops at arrival is aimed at.
        demand_from: `FROM_RECORDS` or `FROM_RESIDENTS`.
        account: from which recorded calls demand was learnt; None without records.
    """

    book: PlaceBook
    travel: TravelTimes
    points: DemandPoints
    candidates: Candidates
    handling: Handling
    standard: ResponseStandard
    demand_from: str
    account: DemandAccount | None = None

    @property
    def objective(self) -> Objective:
        """The first objective of the standard that stops at arrival."""
        found = self.standard.arrival
        if found is None:
            raise AssertionError("ground_of refuses a standard without arrival")
        return found

    @property
    def calls_a_week(self) -> float:
        """Expected calls to which a unit goes."""
        return float(self.points.calls_a_week.sum())

    @property
    def clock_before_driving_s(self) -> float:
        """Typical time on the standard's clock before the drive: what a target leaves less."""
        start = self.objective.start
        handling = self.handling
        if start in BEFORE_ORDER:
            return handling.delay_typical_s + handling.before_driving_s
        if start is FieldTime.EN_ROUTE:
            return handling.driving.access_s
        return handling.before_driving_s

    def targets_s(self) -> Float64:
        """Target float64 [3, 4] by place class and priority; NaN where nothing is measured."""
        return np.array(
            [
                [
                    np.nan
                    if (tier := self.objective.tier_for(one, priority, "", None)) is None
                    else tier.target_s
                    for priority in Priority
                ]
                for one in PlaceClass
            ]
        )

    def aiming_at(self, standard: ResponseStandard) -> Ground:
        """The same place under another standard. Raises `Problem` as `ground_of` does."""
        _require_arrival(standard)
        return replace(self, standard=standard)


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """A place's own records, and who began each call.

    Attributes:
        origin_of: there is no default: what officers went looking for teaches no demand.
        zone: of the place.
        model: the emergency-vehicle model in force; None where there is none.
        calendar: classes of days (festivals, days off), which demand is told apart by.
    """

    calls: Sequence[CallRecord]
    origin_of: Callable[[CallRecord], CallOrigin]
    zone: datetime.tzinfo
    model: VehicleModel | None = None
    calendar: Calendar = no_calendar


def ground_of(
    book: PlaceBook,
    travel: TravelTimes,
    standard: ResponseStandard,
    records: Records | None = None,
    *,
    street_names: Sequence[Bilingual] = (),
    spacing_m: float = SPACING_M,
    most_candidates: int = MOST_CANDIDATES,
    points_per_source: int = 4,
    tree: CategoryTree = SHIPPED_CATEGORIES,
    should_stop: Callable[[], bool] = lambda: False,
) -> Ground:
    """A place from its book and roads, and from its records where there are any.

    Without records calls come from residents and key places at the rates of generated places, and
    people take as long as generated ones: good for a first look and for demonstrations.

    Raises:
        Problem: the standard has no arrival, or there is nothing that calls could come from.
    """
    _require_arrival(standard)
    account: DemandAccount | None = None
    if records is None:
        points, handling = _told_by_residents(book, travel, points_per_source, tree)
    else:
        found = points_of_records(
            records.calls,
            records.origin_of,
            book,
            travel,
            records.zone,
            calendar=records.calendar,
            should_stop=should_stop,
        )
        points, account = found.points, found.account
        handling = _told_by_records(records, book, travel)
    if not len(points):
        raise Problem(zh="没有靠近道路的报警地点。", en="No place that calls come from has a road.")
    with_hierarchy = travel if travel.hierarchy is not None else travel.with_hierarchy()
    return Ground(
        book,
        with_hierarchy,
        points,
        candidates_of(
            book,
            points,
            travel,
            street_names,
            spacing_m=spacing_m,
            most=most_candidates,
        ),
        handling,
        standard,
        FROM_RESIDENTS if records is None else FROM_RECORDS,
        account,
    )


def _told_by_records(records: Records, book: PlaceBook, travel: TravelTimes) -> Handling:
    """How calls are handled; how long first arrivals take by the calls of the public alone."""

    def local_hour(at_s: float) -> int:
        return datetime.datetime.fromtimestamp(at_s, tz=records.zone).hour

    asked = [call for call in records.calls if records.origin_of(call) in LEARNT_FROM]
    transport = fit_transport(records.calls) if hospitals_of(book) else None
    calls = records.calls if transport is None else without_transports(records.calls)
    handling = learnt_handling(calls, asked, records.model, book.posts, travel, local_hour)
    return replace(handling, transport=transport)


def learnt_handling(
    calls: Sequence[CallRecord],
    asked: Sequence[CallRecord],
    model: VehicleModel | None,
    posts: Sequence[Post],
    travel: TravelTimes,
    local_hour: Callable[[float], int],
) -> Handling:
    """How calls are handled, with drives and first arrivals as they are from the posts there are.

    Args:
        asked: those of the calls that somebody outside asked for.
        posts: from which units set out.
    """
    handling = recorded_handling(calls, model, usual_drives_s(asked, posts, travel))
    driving = handling.driving
    drive = ExpectedDrive(driving.factor, driving.hour)
    return replace(
        handling,
        arrivals=fit_arrivals(asked, drive, posts, travel, local_hour),
        service=fit_service(calls, handling.scene_s, handling.units, local_hour),
    )


def _told_by_residents(
    book: PlaceBook, travel: TravelTimes, points_per_source: int, tree: CategoryTree
) -> tuple[DemandPoints, Handling]:
    """Calls and how they are handled, as in generated places."""
    demand = call_demand(book)
    if not demand.sources:
        raise Problem(
            zh="这里没有居民数，也没有接警记录，无法得出需求；请给出接警记录（--calls）。",
            en="This place has neither residents nor records of calls, so demand cannot be "
            "told; give its records (--calls).",
        )
    points = points_of_residents(
        book, travel, points_per_source=points_per_source, tree=tree, demand=demand
    )
    weight = demand.weekly.sum(axis=0).tolist()
    handling = invented_handling(
        categories=[
            (code, tree.get(code).priority, share)
            for code, share in zip(demand.categories, weight, strict=True)
        ]
    )
    return points, handling


def _require_arrival(standard: ResponseStandard) -> None:
    if standard.arrival is None:
        raise Problem(
            zh=f"标准 {standard.code} 没有到场目标，无法据此规划。",
            en=f"The standard {standard.code} has no objective that ends at arrival.",
        )
