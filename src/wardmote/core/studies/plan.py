"""A plan: which posts stand where with how many units, and what follows from that.

What is computed for a plan, and what is adopted from it, is this value. Its document
(``wardmote-plan/1``) is described in ``docs/reference/plan-file.md``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.places import MultiPolygon, PlaceBook, Post
from wardmote.core.domain.plain import InvalidDataError, JsonValue
from wardmote.core.domain.text import Bilingual
from wardmote.core.policies.relocation_rule import SHIPPED_RELOCATION
from wardmote.core.studies.documents import (
    read,
    require,
    require_outline,
    require_place,
    require_words,
    written,
)
from wardmote.core.studies.move_limits import SHIPPED_LIMITS, MoveLimits

PLAN_FORMAT = "wardmote-plan/1"
_WHAT = Bilingual("方案文件", "plan")

MAX_POSTS = 1_000
MAX_UNITS_AT_POST = 200
MAX_ID = 40
"""Letters of a code or an id, as many as what is in force can keep."""
MAX_NAME = 120
MAX_GRID_RULES = 1_000
MAX_TOLERANCE = 10.0
HOURS_A_DAY = 24
DAYS_A_WEEK = 7
PATROL_KINDS = frozenset({"patrol_car", "motorcycle", "engine", "medic"})


@dataclass(frozen=True, slots=True)
class PlannedPost:
    """A post of a plan.

    Attributes:
        id: that of a post that stands already, or a new one, unique in the plan.
        lon, lat: WGS-84 degrees.
        units: that stand by here, >= 0.
    """

    id: PostId
    name: Bilingual
    lon: float
    lat: float
    units: int = 1


class RelocationPolicy(StrEnum):
    """Where a unit goes that becomes free."""

    OWN_POST = "own_post"
    """Back to the post it belongs to."""
    EXPECTED_COVER = "expected_cover"
    """To the post where it adds most to expected cover (`core.policies.relocation`)."""
    COMPLIANCE_TABLE = "compliance_table"
    """To the first post of the nested table that lacks a unit."""
    LOOK_AHEAD = "look_ahead"
    """Where it will be worth most in the minutes to come (`core.policies.relocation_lookahead`)."""


@dataclass(frozen=True, slots=True)
class RelocationPlan:
    """The standing order for units that become free.

    Attributes:
        busy_share: q, share of time for which units are busy, 0 <= q < 1.
        gain_share_per_minute: what each minute of the drive must bring, as a share of all calls
            expected, >= 0; the same as in `core.policies.relocation_rule`.
        order: nested compliance table: posts in the order in which they are manned as units are
            free, a post as often as it holds units. Where units move by the table and it is empty,
            it is made by expected cover; where they do not, it is advice to people.
        limits: of moves; the twin and the rule that is put in force keep to the same.
    """

    policy: RelocationPolicy
    busy_share: float = 0.3
    gain_share_per_minute: float = 0.0006
    order: tuple[PostId, ...] = ()
    limits: MoveLimits = SHIPPED_LIMITS


@dataclass(frozen=True, slots=True)
class PlannedGrid:
    """The ground that a post answers for.

    Attributes:
        villages: divisions that lie in it, whole.
        calls_a_year: expected from it.
        load_ratio: its calls x time as a multiple of the mean grid's.
        mean_response_s: driving time from the post to a call of the grid, mean over calls; None
            where it is not known.
    """

    post: PostId
    boundary: MultiPolygon
    villages: tuple[AreaId, ...]
    calls_a_year: float
    load_ratio: float
    mean_response_s: float | None


@dataclass(frozen=True, slots=True)
class PlannedGridRules:
    """What grids must keep to, so that they keep to it when they are cut again.

    Attributes:
        join: pairs of villages or communities that share a grid; split: that do not. Each is named
            by its code, a square of streets by its key (`core.studies.pieces`).
        may_split: codes of villages that may be cut; all others stay whole.
        tolerance: greatest load of a grid as a multiple of the mean that is asked for, 1 .. 10.
    """

    join: tuple[tuple[str, str], ...] = ()
    split: tuple[tuple[str, str], ...] = ()
    may_split: tuple[AreaId, ...] = ()
    tolerance: float = 1.05


@dataclass(frozen=True, slots=True)
class PlannedGrids:
    """A cut of the place into one grid per post.

    Attributes:
        max_over_mean: load of the heaviest grid as a multiple of the mean.
        compactness: mean Polsby-Popper ratio, 1 for a circle.
        connected: whether each grid hangs together by roads.
        changed_villages: how many are in another grid than before; changed_calls_a_year: the calls
            expected from them. Before: the grids that were begun with, or edited by hand.
        rules: that they were cut by.
        demand_from: ``records``, ``residents``, or empty where it is not known.
        broken: what was kept by hand though it breaks a rule (`core.planning.grids.editing`).
    """

    grids: tuple[PlannedGrid, ...]
    max_over_mean: float
    compactness: float
    connected: bool
    changed_villages: int = 0
    changed_calls_a_year: float = 0.0
    rules: PlannedGridRules = PlannedGridRules()
    demand_from: str = ""
    broken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedShift:
    """Units of a post that are on duty at some hours. Where a plan has shifts, others are off duty.

    Attributes:
        start_hour: 0 .. 23, local time.
        hours: 1 .. 24, past midnight where need be.
        days: on which it begins, 0 is Monday; ascending.
        units: on duty in it, beside those of other shifts at the same time.
    """

    post: PostId
    start_hour: int
    hours: int
    days: tuple[int, ...]
    units: int


@dataclass(frozen=True, slots=True)
class BusyUsed:
    """The share of time for which units were taken to be busy.

    Attributes:
        measured: by the hypercube approximation on the plan itself; else given, one for all.
        mean: over the units of the plan.
        apart: how far the measured share of any post of the plan is from the one that the plan was
            made for; None where nothing was measured. With it and not `measured`: the search was
            stopped before the measured shares could be used.
    """

    measured: bool
    mean: float
    apart: float | None


@dataclass(frozen=True, slots=True)
class PlanProof:
    """How good the planner says the posts are, and how sure it is.

    Attributes:
        objective: a `PostObjective`.
        standard: code of the response standard.
        value: of the plan, in the objective's unit; None without one.
        bound: no plan that keeps the conditions has a better value; None where nothing is proven.
        gap: |bound - value| / |value|; None where either is not known.
        status: ``proven``, ``bounded``, ``stopped`` or ``infeasible``.
        of: the most that could be reached at all (all demand that the standard measures); None
            where that has no meaning.
        unit: ``calls_a_year``, ``weighted_calls_a_year``, ``posts``, ``seconds`` or ``worth``.
        area: whose posts and calls it is about; empty for the whole place.
        busy: of expected cover.
        weights: what a call of each priority counts for, the most urgent first; empty where a call
            is a call.
    """

    objective: str
    standard: str
    value: float | None
    bound: float | None
    gap: float | None
    status: str
    of: float | None
    unit: str
    seed: int
    area: str = ""
    busy: BusyUsed | None = None
    weights: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Posts with their units, and what belongs to them.

    Raises:
        InvalidDataError: a post is there twice, lies nowhere, or is named where it is not; a code
            or a name is too long; a grid has no proper outline.
    """

    code: str
    name: Bilingual
    posts: tuple[PlannedPost, ...]
    relocation: RelocationPlan | None = None
    grids: PlannedGrids | None = None
    shifts: tuple[PlannedShift, ...] = ()
    proof: PlanProof | None = None

    def __post_init__(self) -> None:
        require_words(self.code, MAX_ID, "code")
        require(bool(self.code), "code", "missing")
        _check_name(self.name, "name")
        require(0 < len(self.posts) <= MAX_POSTS, "posts", "out_of_range", limit=MAX_POSTS)
        known = set()
        for row, post in enumerate(self.posts):
            path = f"posts[{row}]"
            require(bool(post.id), f"{path}.id", "missing")
            require_words(post.id, MAX_ID, f"{path}.id")
            _check_name(post.name, f"{path}.name")
            require(post.id not in known, f"{path}.id", "repeated", found=post.id)
            require_place(post.lon, post.lat, path)
            allowed = 0 <= post.units <= MAX_UNITS_AT_POST
            require(allowed, f"{path}.units", "out_of_range", found=post.units)
            known.add(post.id)
        if self.relocation is not None:
            _check_relocation(self.relocation, known)
        if self.grids is not None:
            _check_grids(self.grids, known)
        for row, shift in enumerate(self.shifts):
            _check_shift(shift, f"shifts[{row}]", known)

    @property
    def units(self) -> int:
        """Units of all posts."""
        return sum(post.units for post in self.posts)

    def post(self, post_id: str) -> PlannedPost | None:
        """The post of an id; None when the plan has none."""
        return next((post for post in self.posts if post.id == post_id), None)

    def renamed(self, code: str, name: Bilingual) -> Plan:
        """The same plan under another code and name."""
        return replace(self, code=code, name=name)


def _check_name(name: Bilingual, path: str) -> None:
    require_words(name.zh, MAX_NAME, f"{path}.zh")
    require_words(name.en, MAX_NAME, f"{path}.en")


def _check_grids(grids: PlannedGrids, known: set[PostId]) -> None:
    """Each grid is of a post of the plan, none of them of two, with an outline maps can draw."""
    taken: set[PostId] = set()
    for row, grid in enumerate(grids.grids):
        path = f"grids.grids[{row}]"
        require(grid.post in known, f"{path}.post", "not_allowed", found=grid.post)
        require(grid.post not in taken, f"{path}.post", "repeated", found=grid.post)
        taken.add(grid.post)
        require_outline(grid.boundary, f"{path}.boundary")
        for number, village in enumerate(grid.villages):
            require_words(village, MAX_ID, f"{path}.villages[{number}]")
    check_grid_rules(grids.rules)


def check_grid_rules(rules: PlannedGridRules) -> None:
    """Raise `InvalidDataError` for rules that a plan cannot keep."""
    limits = {"join": rules.join, "split": rules.split, "may_split": rules.may_split}
    for name, values in limits.items():
        path = f"grids.rules.{name}"
        require(len(values) <= MAX_GRID_RULES, path, "out_of_range", limit=MAX_GRID_RULES)
        for number, value in enumerate(values):
            for words in (value,) if isinstance(value, str) else value:
                require_words(words, MAX_ID, f"{path}[{number}]")
    tolerance = rules.tolerance
    allowed = 1 <= tolerance <= MAX_TOLERANCE
    require(allowed, "grids.rules.tolerance", "out_of_range", found=tolerance)


def _check_relocation(order: RelocationPlan, known: set[PostId]) -> None:
    q, cost = order.busy_share, order.gain_share_per_minute
    require(0 <= q < 1, "relocation.busy_share", "out_of_range", found=q)
    require(0 <= cost <= 1, "relocation.gain_share_per_minute", "out_of_range", found=cost)
    for row, post in enumerate(order.order):
        require(post in known, f"relocation.order[{row}]", "not_allowed", found=post)
    try:
        replace(SHIPPED_RELOCATION, order=order.order, **asdict(order.limits))
    except InvalidDataError as error:
        field = error.path if error.path == "order" else f"limits.{error.path}"
        raise InvalidDataError(f"relocation.{field}", error.code, **error.values) from error


def _check_shift(shift: PlannedShift, path: str, known: set[PostId]) -> None:
    require(shift.post in known, f"{path}.post", "not_allowed", found=shift.post)
    start, hours = shift.start_hour, shift.hours
    require(0 <= start < HOURS_A_DAY, f"{path}.start_hour", "out_of_range", found=start)
    require(1 <= hours <= HOURS_A_DAY, f"{path}.hours", "out_of_range", found=hours)
    good = all(0 <= day < DAYS_A_WEEK for day in shift.days)
    rising = tuple(sorted(set(shift.days))) == shift.days
    require(good and rising and bool(shift.days), f"{path}.days", "out_of_range")
    allowed = 0 <= shift.units <= MAX_UNITS_AT_POST
    require(allowed, f"{path}.units", "out_of_range", found=shift.units)


def plan_document(plan: Plan) -> dict[str, JsonValue]:
    """The plan as JSON-ready data."""
    return written(PLAN_FORMAT, plan)


def read_plan(data: JsonValue) -> Plan:
    """The plan that `plan_document` wrote.

    Raises:
        Problem: the data are not a plan of this format; the field is named.
    """
    return read(PLAN_FORMAT, Plan, data, _WHAT)


def present_plan(book: PlaceBook, code: str = "present", name: Bilingual | None = None) -> Plan:
    """The posts as they stand, each with its patrol units (command cars do not patrol).

    Where no unit of a post is of a patrol kind, all its units count. A place whose units are not
    known has one at each post.

    Raises:
        InvalidDataError: the place has no posts.
    """
    posts = []
    for post in book.posts:
        there = [unit for unit in book.units if unit.post == post.post_id]
        patrol = [unit for unit in there if unit.kind in PATROL_KINDS]
        count = len(patrol) or len(there)
        posts.append(planned(post, count if book.units else 1))
    return Plan(code, name or Bilingual("现有快反点", "Posts as they stand"), tuple(posts))


def planned(post: Post, units: int) -> PlannedPost:
    """A post that stands, in a plan."""
    return PlannedPost(post.post_id, post.name, post.lon, post.lat, units)


def plan_geojson(plan: Plan) -> dict[str, JsonValue]:
    """Posts as points and grids as polygons: a GeoJSON FeatureCollection (RFC 7946)."""
    features: list[JsonValue] = [
        _feature(
            {"type": "Point", "coordinates": [post.lon, post.lat]},
            {"kind": "post", "id": post.id, "units": post.units, **_named(post.name)},
        )
        for post in plan.posts
    ]
    for grid in () if plan.grids is None else plan.grids.grids:
        rings = [[[list(point) for point in ring] for ring in part] for part in grid.boundary]
        features.append(
            _feature(
                {"type": "MultiPolygon", "coordinates": rings},
                {"kind": "grid", "post": grid.post, "calls_a_year": grid.calls_a_year,
                 "load_ratio": grid.load_ratio, "mean_response_s": grid.mean_response_s},
            )
        )  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


def _feature(geometry: JsonValue, properties: dict[str, JsonValue]) -> JsonValue:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _named(name: Bilingual) -> dict[str, JsonValue]:
    return {"name_zh": name.zh, "name_en": name.en}
