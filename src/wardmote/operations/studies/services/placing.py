"""From a plan to the posting in force: which posts change, who moves, and what is put in force."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import override

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.ids import AreaId, PostId, UnitId
from wardmote.core.domain.places import MultiPolygon, Post
from wardmote.core.domain.plain import InvalidDataError, JsonValue
from wardmote.core.domain.posting import Posting, PostPlaced
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.staffing import (
    EVERY_DAY,
    HOURS_A_DAY,
    StaffedShift,
    dump_staffing,
    load_staffing,
    merged,
)
from wardmote.core.domain.text import Bilingual
from wardmote.core.policies.relocation_rule import (
    NO_RELOCATION,
    SHIPPED_RELOCATION,
    RelocationMethod,
    dump_relocation_rule,
    load_relocation_rule,
)
from wardmote.core.policies.stationing import Point, Stationing, station
from wardmote.core.studies.documents import field_problem
from wardmote.core.studies.grid_changes import same_ground
from wardmote.core.studies.moving import rule_of
from wardmote.core.studies.plan import Plan, PlannedGrids, PlannedPost, RelocationPolicy
from wardmote.operations.places import selectors as places
from wardmote.operations.places import services as place_services
from wardmote.operations.refusals import RefusedError
from wardmote.operations.studies.present import (
    planned_units,
    posting_now,
    present_posts,
    relocation_planned,
)
from wardmote.operations.units import selectors as units
from wardmote.operations.units import services as unit_services

RULE = "rule:studies"
UNFIT = (ValueError, LookupError, TypeError, Problem)
"""What is raised where a plan does not fit the place; nothing else is the plan's fault."""
_METRES_A_DEGREE = 6_371_008.8 * math.pi / 180


@dataclass(frozen=True, slots=True)
class PostChange:
    """How a post differs from the one in force.

    Attributes:
        kind: ``new``, ``gone``, ``moved``, ``units``, ``grid``, ``shifts`` or ``same``.
        moved_m: as the crow flies; 0 unless moved.
        units, units_before: 0 where there is or was no such post.
    """

    post: PostId
    name: str
    kind: str
    moved_m: float
    units: int
    units_before: int
    grid: bool = False
    """Whether its grid becomes another one."""
    hours_before: int = 0
    hours: int = 0
    """Unit-hours a week on duty; see `staffed`."""


def changes_of(plan: Plan, language: str) -> tuple[PostChange, ...]:
    """What adopting `plan` would change, by post."""
    before = {post.post_id: post for post in present_posts()}
    grids = grids_after(plan, before)
    counted = {post: len(rows) for post, rows in planned_units().items()}
    changes = []
    for post in plan.posts:
        old = before.get(post.id)
        there = counted.get(post.id, 0)
        moved_m = 0.0 if old is None else _apart_m((old.lon, old.lat), (post.lon, post.lat))
        kind = "same"
        if old is None:
            kind = "new"
        elif moved_m > 1.0:
            kind = "moved"
        elif there != post.units:
            kind = "units"
        grid = not same_ground(() if old is None else old.grid, grids[post.id])
        if kind == "same" and grid:
            kind = "grid"
        name = post.name.in_language(language) or post.id
        changes.append(PostChange(post.id, name, kind, moved_m, post.units, there, grid))
    kept = {post.id for post in plan.posts}
    changes += [
        PostChange(
            old.post_id, old.name.in_language(language) or old.post_id, "gone", 0.0, 0,
            counted.get(old.post_id, 0), bool(old.grid),
        )
        for old in before.values()
        if old.post_id not in kept
    ]  # fmt: skip
    return tuple(changes)


def outside(plan: Plan, area: AreaId, now_s: float) -> tuple[str, ...]:
    """Names of posts that the plan changes and that lie, or come to lie, outside `area`."""
    before = {post.post_id: post for post in present_posts()}
    planned = {post.id: post for post in plan.posts}
    names = []
    for change in changes_of(plan, ""):
        if change.kind in ("same", "grid"):
            continue  # whatever the plan says, only grids of posts of the area are put in force
        old, new = before.get(change.post), planned.get(change.post)
        areas = [] if old is None else [old.area]
        if new is not None:
            found = places.locate(new.lon, new.lat, now_s).area
            areas.append(places.location_index().whole_area if found is None else found)
        if not all(area_contains(area, one) for one in areas):
            names.append(change.name)
    return tuple(names)


def posting_of(plan: Plan, area: AreaId, version: str, now_s: float) -> tuple[Posting, Stationing]:
    """The posting that a plan for `area` becomes, with the units that exist.

    Posts outside the area are those in force now, whatever the plan says of them. Grids come from
    the plan; where it has none, posts that stay where they are keep theirs.

    Raises:
        InvalidDataError: nothing would be left.
    """
    now = posting_now(version, now_s)
    staffing = _staffing(plan, area, now, version, now_s)
    plan = plan_within(plan, area, now, now_s)
    before = {post.post_id: post for post in now.posts}
    stationing = _stationing(plan, now)
    others = _others(plan, now, stationing)
    grids = grids_after(plan, before)
    at: dict[PostId, list[UnitId]] = {}
    for unit, post in sorted({**others, **stationing.posts}.items()):
        at.setdefault(post, []).append(unit)
    placed = tuple(
        PostPlaced(
            post.id, post.name, _area(post, before, now_s), post.lon, post.lat,
            grids[post.id],
            tuple(at.get(post.id, ())),
        )
        for post in plan.posts
    )  # fmt: skip
    whole = area_contains(area, places.location_index().whole_area)
    relocation = _relocation(plan, version, now_s) if whole else now.relocation
    return Posting(version, placed, relocation, staffing), stationing


def check_fits(plan: Plan, area: AreaId, now_s: float) -> Stationing:
    """Do all that putting a plan in force now would do, without changing anything.

    Raises:
        ValueError, LookupError, TypeError, Problem: it does not fit; see `said`.
    """
    return posting_that_fits(plan, area, now_s)[1]


def posting_that_fits(plan: Plan, area: AreaId, now_s: float) -> tuple[Posting, Stationing]:
    """As `posting_of`, and checked as by `check_fits`, which see."""
    posting, stationing = posting_of(plan, area, plan.code, now_s)
    place_services.check_posting(posting)
    return posting, stationing


def moves_as_in_force(plan: Plan, now_s: float) -> bool:
    """Whether free units go in a plan where the rule in force sends them."""
    now = relocation_planned([post.id for post in plan.posts], now_s)
    wanted = plan.relocation
    if wanted is None or wanted.policy is RelocationPolicy.OWN_POST:
        return now.policy is RelocationPolicy.OWN_POST
    return wanted == now


def said(error: Exception) -> Bilingual:
    """Why a plan does not fit, from one of `UNFIT`, or what was refused, in both languages."""
    if isinstance(error, RefusedError):
        with override("zh-hans"):
            zh = error.message()
        with override("en"):
            return Bilingual(zh, error.message())
    if isinstance(error, Problem):
        return error.message
    if isinstance(error, InvalidDataError):
        return field_problem(error, Bilingual("驻点部署", "posting")).message
    return Bilingual(
        "方案中有驻点或网格与现有数据不符。", "A post or grid of the plan does not fit the place."
    )


def _relocation(plan: Plan, version: str, now_s: float) -> JsonValue | None:
    """The rule for idle units that a plan asks for, as it was tried; where it says nothing, the one
    in force."""
    rule = places.relocation_in_force(now_s)
    wanted = plan.relocation
    if wanted is None:
        return None if rule is None else dump_relocation_rule(rule)
    if wanted.policy is RelocationPolicy.OWN_POST:
        off = rule if rule is not None and rule.method is RelocationMethod.OFF else NO_RELOCATION
        return None if rule is None else dump_relocation_rule(off)
    base = SHIPPED_RELOCATION if rule is None else rule
    changed = replace(rule_of(wanted, base), version=f"relocation/{version}"[:60])
    same = replace(changed, version=base.version) == base
    return dump_relocation_rule(base if same and rule is not None else changed)


def _staffing(
    plan: Plan, area: AreaId, now: Posting, version: str, now_s: float
) -> JsonValue | None:
    """Shifts of the plan at its posts in the area, and those in force at posts elsewhere."""
    before = {post.post_id: post for post in now.posts}
    inside = {post.id for post in plan.posts if area_contains(area, _area(post, before, now_s))}
    elsewhere = {post.post_id for post in now.posts if not area_contains(area, post.area)}
    planned = [
        StaffedShift(one.post, one.start_hour, one.hours, one.days, one.units)
        for one in plan.shifts
        if one.post in inside
    ]
    manned = {one.post for one in planned}
    # In a plan with shifts a post without one has nobody on duty; in force it would have everybody.
    empty = sorted(inside - manned) if plan.shifts else []
    planned += [StaffedShift(post, 0, HOURS_A_DAY, EVERY_DAY, 0) for post in empty]
    kept = [one for one in shifts_of(now) if one.post in elsewhere - inside]
    found = merged(f"staffing/{version}"[:60], planned, kept)
    return None if found is None else dump_staffing(found)


def shifts_of(posting: Posting) -> tuple[StaffedShift, ...]:
    """The shifts that belong to a posting."""
    return () if posting.staffing is None else load_staffing(posting.staffing).shifts


def put_in_force(posting: Posting, *, actor: str, now_s: float) -> tuple[int, int]:
    """Posts, grids, the units' posts and the rule for idle units become those of `posting`.

    In the caller's transaction, after `lock_posting`.

    Returns:
        numbers of the posting as it was just before, which is kept, and of the new one.
    """
    before = posting_now(f"before-{posting.version}", now_s)
    former = place_services.keep_posting(before, actor=RULE, from_s=now_s)
    number = place_services.put_posting_in_force(posting, actor=actor, now_s=now_s)
    unit_services.station_units(_stations(posting), actor=actor, now_s=now_s)
    rule = None if posting.relocation is None else load_relocation_rule(posting.relocation)
    place_services.put_relocation_in_force(rule, actor=actor, now_s=now_s)
    staffing = None if posting.staffing is None else load_staffing(posting.staffing)
    place_services.put_staffing_in_force(staffing, actor=actor, now_s=now_s)
    return former, number


def place_again() -> bool:
    """After a city was loaded: posts and units as the newest posting says; whether there is one."""
    posting = place_services.place_again()
    if posting is None:
        return False
    unit_services.station_again(_stations(posting))
    return True


def plan_within(plan: Plan, area: AreaId, now: Posting, now_s: float) -> Plan:
    """What of a plan is put in force in `area`: its posts there; those elsewhere as they are."""
    before = {post.post_id: post for post in now.posts}
    counted = {post: len(rows) for post, rows in planned_units().items()}
    inside = [post for post in plan.posts if area_contains(area, _area(post, before, now_s))]
    taken = {post.id for post in inside}
    others = [
        PlannedPost(post.post_id, post.name, post.lon, post.lat, counted.get(post.post_id, 0))
        for post in now.posts
        if post.post_id not in taken and not area_contains(area, post.area)
    ]
    return replace(plan, posts=(*inside, *others), grids=_grids_of(plan, taken), shifts=())


def _grids_of(plan: Plan, posts: set[PostId]) -> PlannedGrids | None:
    if plan.grids is None:
        return None
    return replace(plan.grids, grids=tuple(grid for grid in plan.grids.grids if grid.post in posts))


def _stations(posting: Posting) -> dict[UnitId, PostId]:
    return {unit: post.post_id for post in posting.posts for unit in post.units}


def _stationing(plan: Plan, now: Posting) -> Stationing:
    former = {
        UnitId(row.pk): PostId(post) for post, rows in planned_units().items() for row in rows
    }
    return station(
        former,
        {post.id: plane(post.lon, post.lat) for post in plan.posts},
        {post.id: post.units for post in plan.posts},
        {post.post_id: plane(post.lon, post.lat) for post in now.posts},
    )


def _others(plan: Plan, now: Posting, stationing: Stationing) -> dict[UnitId, PostId]:
    """Units that plans do not count (command cars): they keep their post or go to the nearest."""
    former = {
        UnitId(row.pk): PostId(row.post)
        for row in units.all_units()
        if UnitId(row.pk) not in stationing.posts
    }
    known = {post.post_id: plane(post.lon, post.lat) for post in now.posts}
    planned = {post.id: plane(post.lon, post.lat) for post in plan.posts}
    return dict(station(former, planned, {}, known).posts)


def _area(post: PlannedPost, before: dict[PostId, PostPlaced], now_s: float) -> AreaId:
    old = before.get(post.id)
    if old is not None and (old.lon, old.lat) == (post.lon, post.lat):
        return old.area
    found = places.locate(post.lon, post.lat, now_s).area
    return places.location_index().whole_area if found is None else found


def grids_after(
    plan: Plan, before: Mapping[PostId, Post | PostPlaced]
) -> dict[PostId, MultiPolygon]:
    """The grid of each post of a plan once it is in force, by post; empty where it has none."""
    planned = {} if plan.grids is None else {one.post: one.boundary for one in plan.grids.grids}
    return {
        post.id: planned.get(post.id) or _grid_kept(post, before.get(post.id))
        for post in plan.posts
    }


def _grid_kept(post: PlannedPost, old: Post | PostPlaced | None) -> MultiPolygon:
    if old is None or (old.lon, old.lat) != (post.lon, post.lat):
        return ()
    return old.grid


def plane(lon: float, lat: float) -> Point:
    """Metres east and north on a plane that is right at the latitude of the place itself."""
    centre = places.city()
    middle = lat if centre is None else centre.centre_lat
    return lon * _METRES_A_DEGREE * math.cos(math.radians(middle)), lat * _METRES_A_DEGREE


def _apart_m(here: Sequence[float], there: Sequence[float]) -> float:
    across = (here[0] - there[0]) * math.cos(math.radians((here[1] + there[1]) / 2))
    return _METRES_A_DEGREE * math.hypot(across, here[1] - there[1])
