"""A whole generated place, from a scale and a seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import NDArray

from wardmote.core.domain.places import DivisionLevel, PlaceBook
from wardmote.core.domain.text import Bilingual
from wardmote.core.gazetteer.names import NameEntry
from wardmote.core.simulation.generated_places import map_layers
from wardmote.core.simulation.generated_places.country_roads import country_roads
from wardmote.core.simulation.generated_places.divisions import Tree, grow_tree
from wardmote.core.simulation.generated_places.key_places import PlannedPlace, plan_key_places
from wardmote.core.simulation.generated_places.lines import StreetTable
from wardmote.core.simulation.generated_places.map_layers import Drawn
from wardmote.core.simulation.generated_places.name_index import index_names
from wardmote.core.simulation.generated_places.naming import Namer
from wardmote.core.simulation.generated_places.network import Network, join
from wardmote.core.simulation.generated_places.plane import streams, to_wgs84
from wardmote.core.simulation.generated_places.posts import (
    appoint,
    centre_zones,
    equip,
    plan_beats,
    plan_posts,
)
from wardmote.core.simulation.generated_places.roads import road_graph
from wardmote.core.simulation.generated_places.scales import LARGEST_SEED, SCALES, Scale
from wardmote.core.simulation.generated_places.territory import Territory, lay_out
from wardmote.core.simulation.generated_places.town_streets import TownStreets, lay_streets
from wardmote.core.simulation.generated_places.village_lanes import village_lanes
from wardmote.core.travel.graph import RoadGraph

Float64 = NDArray[np.float64]

_STREAMS = (
    "names",
    "territory",
    "rivers",
    "hills",
    "streets",
    "country",
    "lanes",
    "turns",
    "divisions",
    "key_places",
    "people",
)


class Stage(StrEnum):
    """What is being done, for whoever waits."""

    TERRITORY = "territory"
    STREETS = "streets"
    COUNTRY = "country"
    NETWORK = "network"
    DIVISIONS = "divisions"
    POSTS = "posts"
    NAMES = "names"


@dataclass(frozen=True, slots=True)
class GeneratedPlace:
    """A generated place: all that a city directory holds, as values.

    Attributes:
        name: of the place as a whole: the town, county or city.
        layers: features of the base map by layer; iterate each once.
        bounds: west, south, east, north in degrees.
        centre: longitude and latitude of the first seat's middle.
    """

    scale: Scale
    seed: int
    name: Bilingual
    graph: RoadGraph
    street_names: tuple[Bilingual, ...]
    place_book: PlaceBook
    names: tuple[NameEntry, ...]
    layers: dict[str, Iterator[Drawn]]
    bounds: tuple[float, float, float, float]
    centre: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Ground:
    """What is drawn on the plane, before it is divided and staffed."""

    territory: Territory
    stems: list[Bilingual]
    towns: list[TownStreets]
    table: StreetTable
    network: Network
    hamlets: Float64


def generate_place(
    scale: Scale, seed: int, on_stage: Callable[[Stage], None] = lambda _: None
) -> GeneratedPlace:
    """Generate a place. The same scale and seed give the same place.

    `on_stage` is told of each stage as it begins. Raises `ValueError` for a seed outside
    0 .. `LARGEST_SEED`.
    """
    if not 0 <= seed <= LARGEST_SEED:
        msg = f"a seed is a whole number in 0 .. {LARGEST_SEED}, got {seed}"
        raise ValueError(msg)
    spec = SCALES[scale]
    random = streams(seed, scale.value, _STREAMS)
    namer = Namer(random["names"])
    drawn = _draw(scale, random, namer, on_stage)
    territory, network, table = drawn.territory, drawn.network, drawn.table

    on_stage(Stage.DIVISIONS)
    tree = grow_tree(scale, spec, territory, drawn.stems, random["divisions"], namer)
    beats = plan_beats(territory, tree, network)
    on_stage(Stage.POSTS)
    plan = plan_posts(spec, territory, tree, network, table.names)
    planned = plan_key_places(
        scale, territory, drawn.towns, drawn.stems, network, random["key_places"], namer
    )
    book = PlaceBook(
        divisions=tree.divisions,
        beats=beats,
        posts=plan,
        key_places=tuple(p.place for p in planned),
        zones=centre_zones(territory, drawn.towns, drawn.stems),
        units=equip(plan),
        staff=appoint(tree, plan, beats, Namer(random["people"])),
    )
    on_stage(Stage.NAMES)
    names = index_names(network, table, tree.divisions, planned, plan, drawn.stems)
    corners = np.array(territory.region.bounds).reshape(2, 2)
    outline = to_wgs84(shapely.get_coordinates(territory.region))
    west, south = np.minimum(outline.min(axis=0), to_wgs84(corners)[0]).tolist()
    east, north = np.maximum(outline.max(axis=0), to_wgs84(corners)[1]).tolist()
    ((lon, lat),) = to_wgs84(territory.settlements[0].centre[None]).tolist()
    return GeneratedPlace(
        scale=scale,
        seed=seed,
        name=_whole(scale, tree),
        graph=road_graph(network, territory, random["turns"]),
        street_names=tuple(table.names),
        place_book=book,
        names=names,
        layers=_layers(drawn, tree, book, planned),
        bounds=(west, south, east, north),
        centre=(lon, lat),
    )


def _draw(
    scale: Scale,
    random: dict[str, np.random.Generator],
    namer: Namer,
    on_stage: Callable[[Stage], None],
) -> _Ground:
    on_stage(Stage.TERRITORY)
    territory = lay_out(SCALES[scale], random, namer)
    stems = [namer.place() for _ in territory.settlements]
    on_stage(Stage.STREETS)
    table = StreetTable()
    towns = [
        lay_streets(number, settlement, stem, territory.rivers, random["streets"], namer, table)
        for number, (settlement, stem) in enumerate(zip(territory.settlements, stems, strict=True))
    ]
    on_stage(Stage.COUNTRY)
    lines = [line for town in towns for line in town.lines]
    lines += country_roads(territory, towns, stems, random["country"], namer, table)
    lanes, hamlets = village_lanes(territory, towns, random["lanes"])
    on_stage(Stage.NETWORK)
    return _Ground(territory, stems, towns, table, join(lines + lanes), hamlets)


def _whole(scale: Scale, tree: Tree) -> Bilingual:
    level = {
        Scale.TOWN: DivisionLevel.TOWN,
        Scale.COUNTY: DivisionLevel.COUNTY,
        Scale.PREFECTURE: DivisionLevel.CITY,
    }[scale]
    return next(division.name for division in tree.divisions if division.level is level)


def _layers(
    drawn: _Ground, tree: Tree, book: PlaceBook, planned: tuple[PlannedPlace, ...]
) -> dict[str, Iterator[Drawn]]:
    territory = drawn.territory
    river_water = shapely.union_all([river.water for river in territory.rivers])
    water, courses = map_layers.draw_water(territory)
    landuse = map_layers.draw_landuse(territory, drawn.towns, planned, drawn.hamlets)
    return {
        "landuse": iter(landuse),
        "water": iter(water),
        "waterways": iter(courses),
        "boundaries": iter(map_layers.draw_boundaries(territory, tree)),
        "roads": map_layers.draw_roads(drawn.network, drawn.table.names, river_water),
        "places": iter(map_layers.draw_places(book.divisions)),
        "pois": iter(map_layers.draw_pois(planned, book.posts)),
    }
