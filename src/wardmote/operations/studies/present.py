"""The place as it is in force now, for planners: posts and units are those of the rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import shapely

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.places import DivisionLevel, PlaceBook, Post
from wardmote.core.domain.plain import JsonValue, dump
from wardmote.core.domain.posting import Posting, PostPlaced
from wardmote.core.domain.staffing import Staffing, dump_staffing
from wardmote.core.domain.text import Bilingual
from wardmote.core.policies.relocation_rule import dump_relocation_rule
from wardmote.core.studies.duty_hours import shifts_there
from wardmote.core.studies.grid_changes import VillageSeat
from wardmote.core.studies.moving import planned_by
from wardmote.core.studies.plan import (
    PATROL_KINDS,
    Plan,
    PlannedGrid,
    PlannedGrids,
    PlannedPost,
    PlannedShift,
    RelocationPlan,
    RelocationPolicy,
    present_plan,
)
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day
from wardmote.operations.places import selectors as places
from wardmote.operations.units import selectors as units
from wardmote.operations.units.selectors import UnitRow


def present_posts() -> tuple[Post, ...]:
    """The posts in force, by id."""
    return tuple(
        Post(
            post_id=PostId(row.pk),
            name=Bilingual(row.name_zh, row.name_en),
            area=AreaId(row.area),
            lon=row.lon,
            lat=row.lat,
            grid=places.boundary_of(row.grid),
        )
        for row in places.posts()
    )


def present_book(book: PlaceBook) -> PlaceBook:
    """The city's place book with the posts and units of the rows, which adopted plans change."""
    rows = units.all_units()
    return replace(book, posts=present_posts(), units=tuple(units.spec_of(row) for row in rows))


def plan_in_force(code: str, name: Bilingual, now_s: float) -> Plan:
    """The posting in force as a plan: patrol units and shifts of posts, how idle units are moved.

    Raises:
        InvalidDataError: there are no posts.
    """
    empty = PlaceBook((), (), (), (), (), (), ())
    plan = present_plan(present_book(empty), code, name)
    counted = planned_units()
    posts = tuple(replace(post, units=len(counted.get(post.id, ()))) for post in plan.posts)
    plan = replace(plan, posts=posts, shifts=_shifts_planned(posts, now_s))
    by = relocation_planned([post.id for post in posts], now_s)
    if by.policy is RelocationPolicy.OWN_POST:
        return plan
    return replace(plan, relocation=by)


def _shifts_planned(posts: Iterable[PlannedPost], now_s: float) -> tuple[PlannedShift, ...]:
    """The staffing in force for posts of a plan; posts without shifts have all units on duty."""
    staffing = places.staffing_in_force(now_s)
    if staffing is None:
        return ()
    return tuple(shifts_there(posts, _planned(staffing)))


def staffed_elsewhere(area: AreaId, now_s: float) -> JsonValue | None:
    """What a plan for `area` leaves as it is: posts in force elsewhere, and their shifts.

    None where the area is the whole place.
    """
    if area_contains(area, places.location_index().whole_area):
        return None
    posts = [row.pk for row in places.posts() if not area_contains(area, AreaId(row.area))]
    staffing = places.staffing_in_force(now_s)
    shifts = [] if staffing is None else _planned(staffing)
    return {"posts": posts, "shifts": [dump(one) for one in shifts if one.post in posts]}


def _planned(staffing: Staffing) -> list[PlannedShift]:
    return [
        PlannedShift(one.post, one.start_hour, one.hours, one.days, one.units)
        for one in staffing.shifts
    ]


def grids_in_force() -> PlannedGrids | None:
    """The grids of the posts in force, as drawn; None where no post has one."""
    drawn = tuple(
        PlannedGrid(post.post_id, post.grid, (), 0.0, 0.0, None)
        for post in present_posts()
        if post.grid
    )
    return PlannedGrids(drawn, 0.0, 0.0, connected=True) if drawn else None


def village_seats() -> tuple[VillageSeat, ...]:
    """The villages and communities of today whose place is known, inside a boundary if drawn."""
    today = local_day(clock.now_s())
    known = (
        (AreaId(row.code), _inside(row.boundary) or (row.lon, row.lat))
        for row in places.divisions(boundaries=True, day=today)
        if row.level == DivisionLevel.VILLAGE.value
    )
    return tuple(
        VillageSeat(code, lon, lat)
        for code, (lon, lat) in known
        if lon is not None and lat is not None
    )


def _inside(packed: bytes | memoryview) -> tuple[float, float] | None:
    if not bytes(packed):
        return None
    point = shapely.point_on_surface(shapely.from_wkb(bytes(packed)))
    return float(point.x), float(point.y)


def relocation_planned(posts: Iterable[str], now_s: float) -> RelocationPlan:
    """Where free units go by the rule in force, for a plan of these posts."""
    return planned_by(places.relocation_in_force(now_s), frozenset(posts))


def posting_now(version: str, now_s: float) -> Posting:
    """The posting as the rows are now, to be kept before it is replaced.

    Raises:
        InvalidDataError: there are no posts.
    """
    rule = places.relocation_in_force(now_s)
    staffing = places.staffing_in_force(now_s)
    at: dict[str, list[UnitRow]] = {}
    for row in units.all_units():
        at.setdefault(row.post, []).append(row)
    return Posting(
        version,
        tuple(
            PostPlaced(
                post.post_id,
                post.name,
                post.area,
                post.lon,
                post.lat,
                post.grid,
                tuple(units.spec_of(row).unit_id for row in at.get(post.post_id, ())),
            )
            for post in present_posts()
        ),
        relocation=None if rule is None else dump_relocation_rule(rule),
        staffing=None if staffing is None else dump_staffing(staffing),
    )


def planned_units() -> dict[str, list[UnitRow]]:
    """By post, the units that plans count: those that patrol, or all where none does."""
    at: dict[str, list[UnitRow]] = {}
    for row in units.all_units():
        at.setdefault(row.post, []).append(row)
    return {
        post: [row for row in rows if row.kind in PATROL_KINDS] or rows for post, rows in at.items()
    }
