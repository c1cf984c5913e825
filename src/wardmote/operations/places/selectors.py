"""Reading places: where a point lies, what is there, which rules are in force."""

from __future__ import annotations

import datetime
import threading
from dataclasses import dataclass

import shapely

from wardmote.core.domain.categories import CategoryTree, load_categories
from wardmote.core.domain.duty_level import AreaRule, AreaRules, load_area_rules
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.place_chain import PlaceChain
from wardmote.core.domain.places import DivisionLevel, MultiPolygon
from wardmote.core.domain.plain import JsonValue
from wardmote.core.domain.posting import Posting, load_posting
from wardmote.core.domain.run_cards import POLICE_RUN_CARDS, RunCards, load_run_cards
from wardmote.core.domain.shipped_categories import SHIPPED_CATEGORIES
from wardmote.core.domain.staffing import Staffing, load_staffing
from wardmote.core.domain.standards import (
    SHIPPED_STANDARDS,
    STANDARD_135,
    ResponseStandard,
    load_standard,
)
from wardmote.core.policies.recommend_keeping_cover import (
    CoverKeepingRule,
    load_cover_keeping_rule,
)
from wardmote.core.policies.relocation_rule import RelocationRule, load_relocation_rule
from wardmote.core.policies.routing import RoutingRules, load_rules
from wardmote.core.policies.shipped_rules import SHIPPED_RULES
from wardmote.core.travel.vehicle_model import VehicleModel
from wardmote.operations.local_time import local_day
from wardmote.operations.places.assumed_model import ASSUMED_MODEL
from wardmote.operations.places.chains import PostGrids, chain
from wardmote.operations.places.location import Located, LocationIndex
from wardmote.operations.places.models import (
    Beat,
    City,
    Closure,
    Division,
    Grid,
    KeyPlace,
    Post,
    RulesInForce,
    Zone,
)
from wardmote.operations.places.tree import division_at, in_force

__all__ = ["division_at"]

MOST_STANDARDS = 200

_lock = threading.Lock()
_index: LocationIndex | None = None
_post_grids: tuple[int | None, PostGrids] | None = None
_posting_known: tuple[float, int | None] | None = None
_rules: dict[str, tuple[float, JsonValue | None]] = {}
_area_rules: dict[str, AreaRules] = {}
_RULES_CACHE_S = 5.0


@dataclass(frozen=True, slots=True)
class ClosureNow:
    """A stretch that is closed now."""

    id: str
    area: AreaId
    edges: tuple[int, ...]


def location_index() -> LocationIndex:
    """The boundaries of the city, read on first use."""
    global _index  # noqa: PLW0603  # read-only data of one process
    with _lock:
        if _index is None:
            _index = LocationIndex()
        return _index


def forget() -> None:
    """Read boundaries and rules again at the next use."""
    global _index, _post_grids, _posting_known  # noqa: PLW0603  # read-only data of one process
    with _lock:
        _index = None
        _post_grids = None
        _posting_known = None
        _rules.clear()


def locate(lon: float, lat: float, at_s: float) -> Located:
    """Where a point (WGS-84 degrees) lies at a moment."""
    return location_index().locate(lon, lat, local_day(at_s))


def chain_of(lon: float, lat: float, at_s: float) -> PlaceChain:
    """Every place around a point (WGS-84 degrees) at a moment: one answer each, or a named gap."""
    return chain(location_index(), _grids_of_posts(at_s), lon, lat, local_day(at_s))


def _grids_of_posts(at_s: float) -> PostGrids:
    """The grids of the posting in force at a moment; of the rows where none was put in force."""
    global _post_grids, _posting_known  # noqa: PLW0603  # read-only data of one process
    with _lock:
        known, made = _posting_known, _post_grids
    if known is not None and 0.0 <= at_s - known[0] < _RULES_CACHE_S:
        number = known[1]
    else:
        number = posting_number(at_s)
        with _lock:
            _posting_known = (at_s, number)
    if made is not None and made[0] == number:
        return made[1]
    if number is None:
        grids = {row.pk: boundary_of(row.grid) for row in posts()}
    else:
        grids = {post.post_id: post.grid for post in posting_numbered(number).posts}
    fresh = PostGrids(grids)
    with _lock:
        _post_grids = (number, fresh)
    return fresh


def city() -> City | None:
    """The city that is loaded."""
    return City.objects.first()


def codes_of(level: DivisionLevel) -> list[AreaId]:
    """The divisions of a level, by code; ended ones and those to come are among them."""
    rows = Division.objects.filter(level=level.value).order_by("code")
    return [AreaId(code) for code in rows.values_list("code", flat=True)]


def divisions(*, boundaries: bool = False, day: datetime.date | None = None) -> list[Division]:
    """Every division, by code; boundaries, megabytes of them, are read along only where asked.

    Ended ones and those to come are among them unless a `day` is given.
    """
    rows = Division.objects.order_by("code")
    if day is not None:
        rows = rows.filter(in_force(day))
    return list(rows if boundaries else rows.defer("boundary"))


def grids(*, day: datetime.date | None = None) -> list[Grid]:
    """Every grid of a village, by code; without boundaries; ended ones too unless on a `day`."""
    rows = Grid.objects.order_by("code").defer("boundary")
    return list(rows if day is None else rows.filter(in_force(day)))


def beats(*, day: datetime.date | None = None) -> list[Beat]:
    """Every beat, by id; ended ones and those to come too unless a `day` is given.

    Villages are those of today; `tree.beats_on` tells those of another day.
    """
    rows = Beat.objects.order_by("id")
    return list(rows if day is None else rows.filter(in_force(day)))


def posts() -> list[Post]:
    """Every post, by id."""
    return list(Post.objects.order_by("id"))


def post(post_id: str) -> Post | None:
    """One post."""
    return Post.objects.filter(pk=post_id).first()


def key_places() -> list[KeyPlace]:
    """Every key place, by id."""
    return list(KeyPlace.objects.order_by("id"))


def zones() -> list[Zone]:
    """Every zone, by id."""
    return list(Zone.objects.order_by("id"))


def closures_now() -> tuple[ClosureNow, ...]:
    """What is closed now, by id."""
    rows = Closure.objects.filter(closed=True).order_by("id")
    return tuple(ClosureNow(row.id, AreaId(row.area), tuple(row.edges)) for row in rows)


def division_names(codes: list[str]) -> dict[str, tuple[str, str]]:
    """(Chinese, English) names of divisions by code."""
    rows = Division.objects.filter(code__in=codes).values_list("code", "name_zh", "name_en")
    return {code: (name_zh, name_en) for code, name_zh, name_en in rows}


def area_rule(area: AreaId, now_s: float) -> AreaRule | None:
    """What a duty level in force changes for calls in an area; None when nothing is changed."""
    known = area_rules_in_force(now_s)
    return None if known is None else known.rule_for(area)


def area_rules_in_force(now_s: float) -> AreaRules | None:
    """All that duty levels in force change; None before the first one was."""
    data = _data_in_force("area_rules", now_s)
    if data is None:
        return None
    version = data["version"]
    known = _area_rules.get(version)
    if known is None:
        known = load_area_rules(data)
        _area_rules.clear()
        _area_rules[version] = known
    return known


def standard_in_force(now_s: float, area: AreaId | None = None) -> ResponseStandard:
    """The response standard in force in an area, or (None) for the whole place.

    That of a duty level where one is in force; the shipped ``135`` until one is set.
    """
    rule = area_rule(location_index().whole_area if area is None else area, now_s)
    if rule is not None and rule.standard is not None:
        return rule.standard
    return standard_configured(now_s)


def standard_configured(now_s: float) -> ResponseStandard:
    """The response standard that was configured, whatever duty levels say for now."""
    data = _data_in_force("standard", now_s)
    return STANDARD_135 if data is None else load_standard(data)


def standards_set(at_s: float) -> dict[str, ResponseStandard]:
    """The response standards that the place itself set by a moment, by code: the last of each."""
    rows = RulesInForce.objects.filter(kind="standard", from_s__lte=at_s)
    newest = rows.order_by("-from_s", "-pk").values_list("data", flat=True)[:MOST_STANDARDS]
    found: dict[str, ResponseStandard] = {}
    for data in newest:
        standard = load_standard(data)
        found.setdefault(standard.code, standard)
    return found


def standard_of(code: str, version: str) -> ResponseStandard | None:
    """A response standard that is or was in force, or is shipped; None where it is not kept."""
    rows = RulesInForce.objects.filter(kind="standard", version=version).order_by("-pk")
    kept = (load_standard(row.data) for row in rows)
    for standard in (*kept, *SHIPPED_STANDARDS):
        if (standard.code, standard.version) == (code, version):
            return standard
    return None


def categories_in_force(now_s: float) -> CategoryTree:
    """The category tree in force."""
    data = _data_in_force("categories", now_s)
    return SHIPPED_CATEGORIES if data is None else load_categories(data)


def routing_rules_in_force(now_s: float) -> RoutingRules:
    """The routing rules in force."""
    data = _data_in_force("routing", now_s)
    return SHIPPED_RULES if data is None else load_rules(data)


def _data_in_force(kind: str, now_s: float) -> JsonValue | None:
    """The data of the newest row of a kind whose time has come; None when there is none."""
    with _lock:
        known = _rules.get(kind)
    if known is not None and 0.0 <= now_s - known[0] < _RULES_CACHE_S:
        return known[1]
    newest = (
        RulesInForce.objects.filter(kind=kind, from_s__lte=now_s).order_by("-from_s", "-pk").first()
    )
    data = None if newest is None else newest.data
    with _lock:
        _rules[kind] = (now_s, data)
    return data


def rules_in_force(kind: str, now_s: float) -> JsonValue | None:
    """The data of the rules of a kind in force, as they were set; None until some are."""
    return _data_in_force(kind, now_s)


def rules_set(kind: str, limit: int = 20) -> list[tuple[str, float, str]]:
    """(version, from when in seconds UTC, by whom) of the rules of a kind, newest first."""
    rows = RulesInForce.objects.filter(kind=kind).order_by("-from_s", "-pk")
    return list(rows.values_list("version", "from_s", "set_by")[:limit])


def run_cards_in_force(now_s: float) -> RunCards:
    """The run cards in force; the shipped police cards until some are set."""
    data = _data_in_force("run_cards", now_s)
    return POLICE_RUN_CARDS if data is None else load_run_cards(data)


def vehicle_model_in_force(now_s: float) -> VehicleModel:
    """The emergency-vehicle model fitted for the place; `ASSUMED_MODEL` until one is."""
    data = _data_in_force("vehicle_model", now_s)
    return ASSUMED_MODEL if data is None else VehicleModel.from_dict(data)


def relocation_in_force(now_s: float) -> RelocationRule | None:
    """The rule for moving idle units; None until somebody puts one in force."""
    data = _data_in_force("relocation", now_s)
    return None if data is None else load_relocation_rule(data)


def staffing_in_force(now_s: float) -> Staffing | None:
    """Units on duty by post and shift; None until some are put in force, or after they ended."""
    data = _data_in_force("staffing", now_s)
    staffing = None if data is None else load_staffing(data)
    return staffing if staffing is not None and staffing.shifts else None


def staffing_since(now_s: float) -> float | None:
    """From when the staffing in force holds; None without one."""
    rows = RulesInForce.objects.filter(kind="staffing", from_s__lte=now_s)
    newest = rows.order_by("-from_s", "-pk").first()
    return None if newest is None else newest.from_s


def cover_keeping_in_force(now_s: float) -> CoverKeepingRule | None:
    """The rule for sending a later unit to keep cover; None until somebody puts one in force."""
    data = _data_in_force("cover_keeping", now_s)
    return None if data is None else load_cover_keeping_rule(data)


def posting_in_force(now_s: float) -> Posting | None:
    """The posting in force; None while the posts are still those that the city came with."""
    data = _data_in_force("posting", now_s)
    return None if data is None else load_posting(data)


def posting_number(now_s: float) -> int | None:
    """The number of the version of the posting in force; None without one."""
    rows = RulesInForce.objects.filter(kind="posting", from_s__lte=now_s)
    newest = rows.order_by("-from_s", "-pk").first()
    return None if newest is None else newest.pk


def posting_numbered(number: int) -> Posting:
    """A version of the posting by its number.

    Raises:
        KeyError: there is none.
    """
    row = RulesInForce.objects.filter(kind="posting", pk=number).first()
    if row is None:
        raise KeyError(number)
    return load_posting(row.data)


def boundary_of(packed: bytes | memoryview) -> MultiPolygon:
    """A boundary kept as WKB, as rings; empty when none is known."""
    if not bytes(packed):
        return ()
    shape = shapely.from_wkb(bytes(packed))
    parts = list(shape.geoms) if shape.geom_type == "MultiPolygon" else [shape]
    return tuple(
        tuple(
            tuple((float(lon), float(lat)) for lon, lat in shapely.get_coordinates(ring))
            for ring in (part.exterior, *part.interiors)
        )
        for part in parts
    )
