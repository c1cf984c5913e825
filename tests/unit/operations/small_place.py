"""A small place for tests: a county of two towns, a beat, a post, units and key places."""

from __future__ import annotations

from wardmote.core.domain.ids import AreaId, BeatId, PostId, UnitId
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.places import (
    Beat,
    Division,
    DivisionLevel,
    KeyPlace,
    MultiPolygon,
    PlaceBook,
    PlaceClass,
    Post,
    UnitSpec,
    Zone,
)
from wardmote.core.domain.text import Bilingual

COUNTY = AreaId("430521000000")
EAST = AreaId("430521101000")
WEST = AreaId("430521102000")
ELSEWHERE = AreaId("430522000000")
BEAT = BeatId("b1")
POST = PostId("p1")
NOW_S = 1_795_000_000.0


def square(west: float, south: float, east: float, north: float) -> MultiPolygon:
    ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return ((ring,),)


def _division(
    code: AreaId, level: DivisionLevel, parent: AreaId | None, boundary: MultiPolygon
) -> Division:
    name = Bilingual(f"区划{code}", f"Division {code}")
    return Division(code, name, level, parent, 111.0, 27.0, 1000, boundary)


def _unit(unit: str, kind: str) -> UnitSpec:
    return UnitSpec(UnitId(unit), unit.upper(), kind, POST, EAST, (kind,), 4)


SMALL_PLACE = PlaceBook(
    divisions=(
        _division(COUNTY, DivisionLevel.COUNTY, None, square(111.0, 27.0, 111.2, 27.1)),
        _division(EAST, DivisionLevel.TOWN, COUNTY, square(111.1, 27.0, 111.2, 27.1)),
        _division(WEST, DivisionLevel.TOWN, COUNTY, square(111.0, 27.0, 111.1, 27.1)),
    ),
    beats=(
        Beat(BEAT, Bilingual("一号警务区", "Beat 1"), EAST, (), 111.15, 27.05,
             square(111.1, 27.0, 111.2, 27.1)),
    ),
    posts=(Post(POST, Bilingual("一号快反点", "Post 1"), EAST, 111.15, 27.05, ()),),
    key_places=(
        KeyPlace("k1", Bilingual("实验学校", "School"), "school", 111.12, 27.02, 200.0),
        KeyPlace("k2", Bilingual("庙会", "Fair"), "market", 111.18, 27.08, 200.0,
                 "2026-11-01", "2026-11-10"),
    ),
    zones=(Zone("z1", Bilingual("中心", "Centre"), PlaceClass.CENTRE,
                square(111.14, 27.04, 111.16, 27.06)),),
    units=(_unit("u1", "patrol_car"), _unit("u2", "motorcycle"), _unit("u3", "patrol_car")),
    staff=(),
)  # fmt: skip


def viewer(*roles: tuple[Role, AreaId], staff: str = "s1", crew_of: str = "") -> Viewer:
    grants = tuple(RoleInArea(role, area) for role, area in roles)
    return Viewer(staff, grants, frozenset([crew_of]) if crew_of else frozenset())


DISPATCHER = viewer((Role.DISPATCHER, COUNTY), staff="d1")
SUPERVISOR = viewer((Role.SUPERVISOR, COUNTY), staff="v1")
CREW_1 = viewer((Role.CREW, EAST), staff="c1", crew_of="u1")
CREW_2 = viewer((Role.CREW, EAST), staff="c2", crew_of="u2")
