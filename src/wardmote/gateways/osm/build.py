"""A city directory from an OpenStreetMap file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.ids import AreaId, BeatId
from wardmote.core.domain.places import (
    Beat,
    Division,
    DivisionLevel,
    KeyPlace,
    MultiPolygon,
    PlaceBook,
)
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.gazetteer.folding import has_han
from wardmote.core.gazetteer.names import NameEntry
from wardmote.core.travel.graph import RoadGraph
from wardmote.gateways.datums import Datum, many_to_wgs84
from wardmote.gateways.osm.base_map import write_base_map
from wardmote.gateways.osm.countries import (
    CountryGuess,
    country_at,
    country_in_file,
    time_zone,
)
from wardmote.gateways.osm.features import MapReading, NamedThing, read_map
from wardmote.gateways.osm.name_index import (
    crossing_entries,
    post_entries,
    settlement_entries,
    street_entries,
    thing_entries,
    with_context,
    with_numbers,
)
from wardmote.gateways.osm.network import RoadNetwork, build_network
from wardmote.gateways.osm.roads import UNDEFINED, RawRoads, read_roads
from wardmote.gateways.osm.source import OsmFileProblem, OsmSource, open_source
from wardmote.gateways.posts_csv import PostsTable, read_posts
from wardmote.operations.places.city_directory import (
    CityContents,
    CityDirectory,
    CityManifest,
    CitySource,
    check_destination,
    write_city_directory,
)

Float64 = NDArray[np.float64]
OWN_CODE = "990101000000"
"""Division code of a place that has none: 99 is no province of GB/T 2260."""

_MARGIN_DEGREES = 0.005
"""The place reaches this far (about 500 m) beyond its outermost roads."""


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """What to build from what. Empty strings are found out from the file.

    Attributes:
        name: Chinese, English, or both as ``中文 / English``.
        country: ISO 3166-1 alpha-2.
        datum: of the coordinates in the file; OpenStreetMap itself is WGS-84.
        division_code: 12 digits.
    """

    roads: Path
    out: Path
    posts: Path | None = None
    name: str = ""
    country: str = ""
    timezone: str = ""
    datum: Datum = Datum.WGS84
    posts_datum: Datum = Datum.WGS84
    division_code: str = OWN_CODE
    licence: str = "ODbL-1.0"
    attribution: str = "© OpenStreetMap contributors"
    force: bool = False


@dataclass(frozen=True, slots=True)
class Steps:
    """Tells whoever waits what is being done, and how much of it is."""

    begin: Callable[[Bilingual], None]
    count: Callable[[int], None]


def build_city(options: BuildOptions, steps: Steps) -> CityDirectory:
    """Read, check and write everything; on any problem nothing is left behind.

    Raises `Problem` with what is wrong and what to do.
    """
    check_destination(options.out, force=options.force)
    if not is_area_code(options.division_code):
        raise Problem(
            zh=f"区划代码应为 12 位数字，不是“{options.division_code}”。",
            en=f"A division code has 12 digits, not '{options.division_code}'.",
        )
    source = open_source(options.roads)
    steps.begin(Bilingual(zh="读取道路", en="Reading roads"))
    roads = read_roads(source, steps.count)
    lon, lat = _positions(roads, options.datum)
    country = _country(options, source, roads, lon, lat)
    steps.begin(Bilingual(zh="连成路网", en="Connecting the road network"))
    network = build_network(roads, lon, lat, country.code) if roads.ways else None
    if network is None:
        raise _no_roads(source, roads)
    graph = network.graph
    bounds = _bounds(graph)
    posts = PostsTable(posts=(), units=())
    area = AreaId(options.division_code)
    if options.posts is not None:
        steps.begin(Bilingual(zh="读取快反点", en="Reading posts"))
        posts = read_posts(options.posts, area=area, bounds=bounds, datum=options.posts_datum)
    steps.begin(Bilingual(zh="读取地名与底图", en="Reading names and the base map"))
    found = read_map(source, options.datum, steps.count)
    steps.begin(Bilingual(zh="编制地名索引", en="Indexing names"))
    names = _names(graph, roads, found, posts)
    name = _name(options)
    manifest = _manifest(options, source, roads, network, found, country, name, bounds)
    layers = found.layers

    def write_map(path: Path) -> int:
        steps.begin(Bilingual(zh="制作底图", en="Making the base map"))
        title = name.in_language("en")
        attribution = options.attribution
        return write_base_map(layers, path, name=title, attribution=attribution, bounds=bounds)

    contents = CityContents(
        manifest=manifest,
        graph=graph,
        street_names=roads.streets,
        place_book=_place_book(area, name, graph, found, posts),
        names=names,
        write_map=write_map,
    )
    return write_city_directory(options.out, contents, force=options.force)


def _positions(roads: RawRoads, datum: Datum) -> tuple[Float64, Float64]:
    lon, lat = roads.x / 1e7, roads.y / 1e7
    known = roads.x != UNDEFINED
    if datum is Datum.WGS84 or not known.any():
        return lon, lat
    both = np.stack((roads.x[known], roads.y[known]), axis=1)
    unique, inverse = np.unique(both, axis=0, return_inverse=True)
    shifted = np.array(many_to_wgs84((unique / 1e7).tolist(), datum))
    lon[known], lat[known] = shifted[inverse, 0], shifted[inverse, 1]
    return lon, lat


def _country(
    options: BuildOptions, source: OsmSource, roads: RawRoads, lon: Float64, lat: Float64
) -> CountryGuess:
    if options.country:
        return CountryGuess(options.country.upper(), "option")
    tagged = country_in_file(source)
    if tagged:
        return CountryGuess(tagged, "file")
    known = roads.x != UNDEFINED
    if known.any():
        guess = country_at(float(np.median(lon[known])), float(np.median(lat[known])))
        if guess:
            return CountryGuess(guess, "outline")
    return CountryGuess("", "default")


def _no_roads(source: OsmSource, roads: RawRoads) -> OsmFileProblem:
    dropped = sum(roads.dropped.values())
    zh = f"（已去除 {dropped} 项）" if dropped else ""
    en = f" ({dropped} things were dropped)" if dropped else ""
    return OsmFileProblem(
        zh=f"{source.path} 中没有可以行车的道路{zh}。请使用包含 highway 的完整城市数据。",
        en=f"{source.path} has no roads that can be driven{en}. Use a full extract of the city, "
        "with its highways and their nodes.",
    )


def _bounds(graph: RoadGraph) -> tuple[float, float, float, float]:
    west, south = graph.line_xy.min(axis=0)
    east, north = graph.line_xy.max(axis=0)
    if east - west > 180:
        raise Problem(
            zh="道路跨过 180° 经线，本程序不能处理；请按经线分成两个文件。",
            en="The roads cross the 180° meridian, which is not supported; "
            "split the file along it.",
        )
    return float(west), float(south), float(east), float(north)


def _names(
    graph: RoadGraph, roads: RawRoads, found: MapReading, posts: PostsTable
) -> list[NameEntry]:
    named = with_numbers(
        street_entries(graph, roads.streets, roads.street_alternatives), found.addresses
    )
    named += crossing_entries(graph, roads.streets)
    named += settlement_entries(found.settlements)
    named += thing_entries(found.things)
    named += post_entries(posts.posts)
    return with_context(named, found.settlements)


def _name(options: BuildOptions) -> Bilingual:
    text = options.name.strip() or options.roads.name.split(".")[0]
    parts = [part.strip() for part in text.split("/") if part.strip()]
    if len(parts) == 2 and has_han(parts[0]) != has_han(parts[1]):
        zh, en = parts if has_han(parts[0]) else parts[::-1]
        return Bilingual(zh=zh, en=en)
    return Bilingual(zh=text, en="") if has_han(text) else Bilingual(zh="", en=text)


def _manifest(
    options: BuildOptions,
    source: OsmSource,
    roads: RawRoads,
    network: RoadNetwork,
    found: MapReading,
    country: CountryGuess,
    name: Bilingual,
    bounds: tuple[float, float, float, float],
) -> CityManifest:
    graph = network.graph
    centre = (
        round(float(np.median(graph.junction_lon)), 6),
        round(float(np.median(graph.junction_lat)), 6),
    )
    dropped = {str(reason): count for reason, count in sorted(network.dropped.items())}
    if found.broken_areas:
        dropped["broken_areas"] = found.broken_areas
    return CityManifest(
        name=name,
        country=country.code,
        country_from=country.found_from,
        timezone=options.timezone or time_zone(country.code, *centre),
        bounds=bounds,
        centre=centre,
        source=CitySource(
            kind="osm",
            licence=options.licence,
            attribution=options.attribution,
            file=options.roads.name,
            sha256=source.sha256(),
            datum=options.datum.value,
        ),
        counts={
            "ways": len(roads.ways),
            "ways_with_speed_limit": network.limits_tagged,
            "turn_restrictions": network.restrictions,
            "barriers": len(roads.blocked),
            "road_km": round(float(graph.edge_length_m.sum()) / 1000),
            "house_numbers": len(found.addresses),
            "settlements": len(found.settlements),
            "landmarks": len(found.things),
        },
        dropped=dropped,
        options={"posts": options.posts.name if options.posts else ""},
    )


def _place_book(
    area: AreaId, name: Bilingual, graph: RoadGraph, found: MapReading, posts: PostsTable
) -> PlaceBook:
    """One division and one beat over the whole place, its key places, and the posts given."""
    outline = _outline(graph)
    lon, lat = float(np.median(graph.junction_lon)), float(np.median(graph.junction_lat))
    division = Division(area, name, DivisionLevel.COUNTY, None, lon, lat, None, outline)
    beat = Beat(BeatId(f"{area}-1"), name, area, (), lon, lat, outline)
    return PlaceBook(
        divisions=(division,),
        beats=(beat,),
        posts=posts.posts,
        key_places=tuple(_key_place(thing) for thing in found.things if thing.key_place),
        zones=(),
        units=posts.units,
        staff=(),
    )


def _outline(graph: RoadGraph) -> MultiPolygon:
    hull = shapely.convex_hull(shapely.MultiPoint(graph.line_xy)).buffer(_MARGIN_DEGREES, 4)
    ring = tuple((round(x, 6), round(y, 6)) for x, y in hull.exterior.coords)
    return ((ring,),)


def _key_place(thing: NamedThing) -> KeyPlace:
    return KeyPlace(
        place_id=f"osm-{thing.ref}",
        name=thing.name,
        kind=thing.key_place,
        lon=thing.lon,
        lat=thing.lat,
        radius_m=thing.radius_m,
    )
