"""What the base map shows of a generated place, layer by layer.

Layers and attributes are those of the city directory (``docs/reference/city-directory.md``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from wardmote.core.domain.places import Division, DivisionLevel, Post
from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.generated_places.divisions import Tree
from wardmote.core.simulation.generated_places.key_places import LANDUSE, PlannedPlace
from wardmote.core.simulation.generated_places.network import Network
from wardmote.core.simulation.generated_places.plane import to_wgs84
from wardmote.core.simulation.generated_places.territory import Territory
from wardmote.core.simulation.generated_places.town_streets import TownStreets
from wardmote.core.travel.graph import RoadClass

Float64 = NDArray[np.float64]
Value = str | int | float

_ROAD_ZOOM = {
    RoadClass.TRUNK: 4,
    RoadClass.PRIMARY: 7,
    RoadClass.SECONDARY: 9,
    RoadClass.TERTIARY: 10,
    RoadClass.UNCLASSIFIED: 12,
    RoadClass.RESIDENTIAL: 12,
    RoadClass.LIVING_STREET: 12,
    RoadClass.SERVICE: 13,
    RoadClass.TRACK: 13,
}
_VILLAGE_ADMIN_LEVEL = 10
_BORDER_ZOOM = {5: 4, 6: 6, 8: 9, 10: 12}
_HAMLET_GROUND_M = 75.0
_NEIGHBOURHOOD_M = 1_500.0
_WOOD_STEP_M = 700.0
_WOOD_RUGGEDNESS = 0.62


@dataclass(frozen=True, slots=True)
class Drawn:
    """A feature: geometry in WGS-84 degrees, attributes, and the first zoom that shows it."""

    geometry: BaseGeometry
    properties: Mapping[str, Value]
    min_zoom: int


def _names(name: Bilingual) -> dict[str, Value]:
    return {"name": name.zh or name.en, "name:zh": name.zh, "name:en": name.en}


def on_earth(shape: BaseGeometry) -> BaseGeometry:
    """A shape on the plane in WGS-84 degrees."""
    return shapely.transform(shape, to_wgs84)


def draw_roads(
    network: Network, street_names: list[Bilingual], water: BaseGeometry
) -> Iterator[Drawn]:
    """The roads; those that cross water are bridges.

    A street is one feature for each class it has, so that its name is written along all of it;
    nameless lanes are gathered by neighbourhood.
    """
    sizes = [len(course) for course in network.courses]
    edge_of_point = np.repeat(np.arange(len(sizes)), sizes)
    points = np.concatenate(network.courses)
    shapely.prepare(water)
    bridges = shapely.intersects(water, shapely.linestrings(points, indices=edge_of_point))
    lines = shapely.linestrings(to_wgs84(points), indices=edge_of_point)
    groups: dict[tuple[int, ...], list[int]] = {}
    cells = (network.xy[network.tail] // _NEIGHBOURHOOD_M).astype(np.int64)
    keys = np.stack((network.road_class, network.street, network.oneway, bridges), axis=1)
    for edge, (key, cell) in enumerate(zip(keys.tolist(), cells.tolist(), strict=True)):
        whole = (*key,) if key[1] >= 0 else (*key, *cell)
        groups.setdefault(whole, []).append(edge)
    for group in sorted(groups):
        number, street, oneway, bridge = group[:4]
        road_class = RoadClass(number)
        line = shapely.multilinestrings(lines[groups[group]])
        properties: dict[str, Value] = {
            "class": road_class.name.lower(),
            "link": 0,
            "oneway": oneway,
            "bridge": bridge,
            "tunnel": 0,
        }
        if street >= 0:
            line = shapely.line_merge(line, directed=bool(oneway))
            properties |= _names(street_names[street])
        yield Drawn(line, properties, _ROAD_ZOOM[road_class])


def draw_water(territory: Territory) -> tuple[list[Drawn], list[Drawn]]:
    """The rivers' water, and their courses for labels."""
    water, courses = [], []
    for river in territory.rivers:
        properties: dict[str, Value] = {"kind": "river", **_names(river.name)}
        water.append(Drawn(on_earth(river.water), properties, 6))
        course = shapely.intersection(river.course, territory.region)
        courses.append(Drawn(on_earth(course), properties, 8))
    return water, courses


def draw_landuse(
    territory: Territory,
    towns: list[TownStreets],
    key_places: tuple[PlannedPlace, ...],
    hamlets: Float64,
) -> list[Drawn]:
    """Woods on the hills, built-up ground, parks, and the grounds of key places."""
    drawn = [Drawn(on_earth(wood), {"kind": "wood"}, 8) for wood in _woods(territory, towns)]
    drawn += [Drawn(on_earth(town.outline), {"kind": "residential"}, 8) for town in towns]
    spots = shapely.union_all(
        shapely.buffer(shapely.points(hamlets), _HAMLET_GROUND_M, quad_segs=2)
    )
    drawn += [
        Drawn(spot, {"kind": "residential"}, 12) for spot in shapely.get_parts(on_earth(spots))
    ]
    for town in towns:
        drawn += [Drawn(on_earth(park), {"kind": "park"}, 11) for park in town.parks]
    drawn += [
        Drawn(on_earth(planned.ground), {"kind": LANDUSE[planned.place.kind]}, 12)
        for planned in key_places
    ]
    return drawn


def _woods(territory: Territory, towns: list[TownStreets]) -> list[BaseGeometry]:
    """Rugged ground away from towns, rounded off; one polygon for each patch of it."""
    west, south, east, north = territory.region.bounds
    xs = np.arange(west, east, _WOOD_STEP_M)
    ys = np.arange(south, north, _WOOD_STEP_M)
    grid = np.stack(np.meshgrid(xs, ys), axis=2).reshape(-1, 2)
    # Irregular, but the same wherever it is computed: waves of a few kilometres, crossing.
    wobble = np.sin(grid @ np.array([[0.0021, -0.0013], [0.0011, 0.0024]]))
    xy = grid + 0.3 * _WOOD_STEP_M * wobble
    wooded = territory.hills.ruggedness(xy) + 0.12 * wobble.prod(axis=1) > _WOOD_RUGGEDNESS
    for town, settlement in zip(towns, territory.settlements, strict=True):
        clearing = (1.5 + 0.5 * wobble[:, 1]) * settlement.radius_m
        wooded &= np.hypot(*(xy - settlement.centre).T) > clearing
        wooded &= ~shapely.contains_xy(town.outline, xy)
    if not wooded.any():
        return []
    spots = shapely.buffer(shapely.points(xy[wooded]), 1.1 * _WOOD_STEP_M, quad_segs=3)
    whole = shapely.buffer(shapely.union_all(spots), -0.7 * _WOOD_STEP_M, quad_segs=3)
    return list(shapely.get_parts(shapely.intersection(whole, territory.region)))


def draw_boundaries(territory: Territory, tree: Tree) -> list[Drawn]:
    """Borders as lines, each drawn once, at the highest level that it parts."""
    levels = np.full((len(tree.site_code), 3), "", dtype=object)
    for row, code in enumerate(tree.site_code):
        levels[row] = (code[:6], code[:9], code)
    groups: dict[tuple[int, tuple[str, str]], list[BaseGeometry]] = {}
    cells = np.array(territory.sites.cells, dtype=object)
    index = shapely.STRtree(cells)
    here, there = index.query(cells, predicate="intersects")
    pairs = here < there
    here, there = here[pairs], there[pairs]
    shared = shapely.intersection(shapely.boundary(cells[here]), shapely.boundary(cells[there]))
    for a, b, border in zip(here.tolist(), there.tolist(), shared, strict=True):
        if border.length <= 0:
            continue
        if levels[a][0] != levels[b][0]:
            key, admin = (levels[a][0], levels[b][0]), 6
        elif levels[a][1] != levels[b][1]:
            key, admin = (levels[a][1], levels[b][1]), 8
        else:
            key, admin = (levels[a][2], levels[b][2]), _VILLAGE_ADMIN_LEVEL
        first, second = sorted(key)
        groups.setdefault((admin, (first, second)), []).append(border)
    outer = [Drawn(on_earth(territory.region.exterior), {"admin_level": 5}, 4)]
    return outer + [
        Drawn(
            on_earth(shapely.line_merge(shapely.multilinestrings(_lines_of(borders)))),
            {"admin_level": admin},
            _BORDER_ZOOM[admin],
        )
        for (admin, _), borders in sorted(groups.items(), key=lambda item: item[0])
    ]


def _lines_of(borders: Iterable[BaseGeometry]) -> list[BaseGeometry]:
    return [
        part
        for border in borders
        for part in shapely.get_parts(border)
        if shapely.get_type_id(part) == shapely.GeometryType.LINESTRING
    ]


def draw_places(divisions: tuple[Division, ...]) -> list[Drawn]:
    """Names of counties, towns and villages; a town that is all of its county's seat shows once."""
    kinds = {
        DivisionLevel.CITY: ("city", 0, 4),
        DivisionLevel.COUNTY: ("county", 1, 6),
        DivisionLevel.TOWN: ("town", 4, 8),
        DivisionLevel.VILLAGE: ("village", 7, 11),
    }
    drawn = []
    seats = {(d.lon, d.lat) for d in divisions if d.level is DivisionLevel.COUNTY and d.boundary}
    for division in divisions:
        if division.population is None:
            continue
        if division.level is DivisionLevel.TOWN and (division.lon, division.lat) in seats:
            continue
        kind, rank, zoom = kinds[division.level]
        if division.code[6:9] < "100" and division.level is DivisionLevel.TOWN:
            kind, rank, zoom = "suburb", 6, 11
        elif division.code[9:] < "200" and division.level is DivisionLevel.VILLAGE:
            kind, rank, zoom = "suburb", 6, 12
        properties: dict[str, Value] = {
            "kind": kind,
            "rank": rank,
            "population": division.population,
        }
        point = shapely.Point(division.lon, division.lat)
        drawn.append(Drawn(point, {**properties, **_names(division.name)}, zoom))
    return drawn


def draw_pois(key_places: tuple[PlannedPlace, ...], posts: tuple[Post, ...]) -> list[Drawn]:
    """Key places and posts."""
    ranks = {"hospital": 1, "station": 1, "government": 2, "market": 3, "school": 4}
    drawn = [
        Drawn(
            shapely.Point(planned.place.lon, planned.place.lat),
            {
                "kind": planned.place.kind,
                "rank": ranks[planned.place.kind],
                **_names(planned.place.name),
            },
            12 + (ranks[planned.place.kind] > 2),
        )
        for planned in key_places
    ]
    drawn += [
        Drawn(
            shapely.Point(post.lon, post.lat),
            {"kind": "police", "rank": 2, **_names(post.name)},
            12,
        )
        for post in posts
    ]
    return drawn
