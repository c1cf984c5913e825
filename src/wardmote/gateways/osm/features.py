"""Reading what is drawn and named on the map: everything in an OSM file except the road graph."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import osmium
import shapely

from wardmote.core.domain.text import Bilingual
from wardmote.gateways.datums import Datum, to_wgs84
from wardmote.gateways.osm.access import directions
from wardmote.gateways.osm.base_map import MapFeature, Value
from wardmote.gateways.osm.map_tags import (
    CLASS_MIN_ZOOM,
    PLACE_KINDS,
    area_min_zoom,
    building_height,
    landuse_kind,
    map_class,
    poi_kind,
    water_kind,
    waterway_kind,
)
from wardmote.gateways.osm.naming import bilingual_name, map_names, other_names
from wardmote.gateways.osm.source import OsmSource, reading

Tags = Mapping[str, str]
_KEYS = (
    "highway",
    "railway",
    "waterway",
    "natural",
    "landuse",
    "leisure",
    "amenity",
    "shop",
    "office",
    "tourism",
    "historic",
    "aeroway",
    "building",
    "boundary",
    "place",
    "addr:housenumber",
)
_AREA_KEYS = (
    "natural",
    "landuse",
    "leisure",
    "amenity",
    "waterway",
    "building",
    "boundary",
    "shop",
    "tourism",
    "aeroway",
    "place",
)
_RAIL = frozenset({"rail", "subway", "light_rail", "tram"})
_FIRST_NUMBER = re.compile(r"\d{1,6}")
KEY_PLACE_RADIUS_M = (100.0, 500.0)
"""Least and most radius of a key place; in between, its own size and 50 m around it."""


@dataclass(frozen=True, slots=True)
class NamedThing:
    """Something with a name and a place.

    Attributes:
        ref: type and id in OSM: ``n123``, ``w45``, ``r6``.
        kind: of the ``places`` or ``pois`` layer.
        key_place: kind of key place; empty when it is none.
        radius_m: within which a call is at the key place.
    """

    ref: str
    kind: str
    name: Bilingual
    alternatives: tuple[str, ...]
    lon: float
    lat: float
    rank: int
    key_place: str = ""
    radius_m: float = 0.0


@dataclass(frozen=True, slots=True)
class AddressPoint:
    """A house number and the name of its street as tagged."""

    street: str
    number: int
    lon: float
    lat: float


@dataclass(slots=True)
class MapReading:
    """What was read: features of each layer in file order, and named things."""

    layers: dict[str, list[MapFeature]] = field(default_factory=dict)
    settlements: list[NamedThing] = field(default_factory=list)
    things: list[NamedThing] = field(default_factory=list)
    addresses: list[AddressPoint] = field(default_factory=list)
    broken_areas: int = 0


def read_map(
    source: OsmSource, datum: Datum, progress: Callable[[int], None] | None = None
) -> MapReading:
    """Read the features of the base map and the names of places and landmarks.

    Raises `OsmFileProblem` when the file is truncated or damaged.
    """
    reader = _Reader(datum)
    processor = (
        osmium.FileProcessor(source.file())
        .with_areas(osmium.filter.KeyFilter(*_AREA_KEYS))
        .with_filter(osmium.filter.KeyFilter(*_KEYS))
    )
    seen = 0
    with reading(source):
        for found in processor:
            seen += 1
            if progress is not None and seen % 2000 == 0:
                progress(seen)
            if isinstance(found, osmium.osm.Node):
                reader.node(found)
            elif isinstance(found, osmium.osm.Way):
                reader.way(found)
            elif isinstance(found, osmium.osm.Area):
                reader.area(found)
    return reader.done()


class _Reader:
    def __init__(self, datum: Datum) -> None:
        self.found = MapReading()
        self._wkb = osmium.geom.WKBFactory()
        self._datum = datum

    def done(self) -> MapReading:
        # Important roads are drawn over the others; sorting is stable, so file order stays inside.
        roads = self.found.layers.get("roads", [])
        roads.sort(key=lambda road: -CLASS_MIN_ZOOM[str(road.properties["class"])])
        return self.found

    def node(self, node: osmium.osm.Node) -> None:
        tags = dict(node.tags)
        lon, lat = to_wgs84(node.location.lon, node.location.lat, self._datum)
        self._named(f"n{node.id}", tags, lon, lat, 0.0)

    def way(self, way: osmium.osm.Way) -> None:
        tags = dict(way.tags)
        drawn = self._line(tags)
        if drawn is None:
            return
        layer, properties, zoom, reverse = drawn
        points = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
        if len(points) < 2:
            return
        line = self._in_wgs84(shapely.LineString(points[::-1] if reverse else points))
        self._add(layer, MapFeature(line, {**properties, **map_names(tags)}, zoom))

    def _line(self, tags: Tags) -> tuple[str, dict[str, Value], int, bool] | None:
        """Layer, attributes, first zoom and whether to turn the line round."""
        solid: dict[str, Value] = {
            "bridge": int(tags.get("bridge", "no") != "no"),
            "tunnel": int(tags.get("tunnel", "no") != "no"),
        }
        road = map_class(tags.get("highway", ""))
        if road is not None and tags.get("area") != "yes":
            kind, link = road
            forward, backward = directions(tags["highway"].removesuffix("_link"), tags)
            properties: dict[str, Value] = {
                "class": kind,
                "link": int(link),
                "oneway": int(forward != backward),
                "ref": tags.get("ref", ""),
                **solid,
            }
            return "roads", properties, CLASS_MIN_ZOOM[kind], backward and not forward
        if tags.get("railway") in _RAIL:
            return "rail", {"kind": tags["railway"], **solid}, 9, False
        water = waterway_kind(tags)
        if water is not None:
            return "waterways", {"kind": water[0]}, water[1], False
        level = tags.get("admin_level", "")
        if tags.get("boundary") == "administrative" and level.isdigit():
            return "boundaries", {"admin_level": int(level)}, _level_zoom(int(level)), False
        return None

    def area(self, area: osmium.osm.Area) -> None:
        tags = dict(area.tags)
        try:
            shape = shapely.from_wkb(self._wkb.create_multipolygon(area))
        except RuntimeError:
            # An area whose rings do not close: the map shows what it can, the count is reported.
            self.found.broken_areas += 1
            return
        if shape.is_empty:
            return
        shape = self._in_wgs84(shape)
        if len(shape.geoms) == 1:
            shape = shape.geoms[0]
        self._polygon(tags, shape)
        inside = shapely.point_on_surface(shape)
        radius_m = math.sqrt(shape.area / math.pi) * 111_195 * math.sqrt(_shrink(inside.y))
        ref = f"{'w' if area.from_way() else 'r'}{area.orig_id()}"
        self._named(ref, tags, inside.x, inside.y, radius_m)

    def _polygon(self, tags: Tags, shape: shapely.Geometry) -> None:
        names = map_names(tags)
        if tags.get("building", "no") != "no":
            height = building_height(tags)
            properties = {} if height is None else {"height": height}
            self._add("buildings", MapFeature(shape, {**properties, **names}, 13))
        elif kind := water_kind(tags):
            self._add(
                "water", MapFeature(shape, {"kind": kind, **names}, area_min_zoom(shape.area))
            )
        elif kind := landuse_kind(tags):
            zoom = max(8, area_min_zoom(shape.area))
            self._add("landuse", MapFeature(shape, {"kind": kind, **names}, zoom))
        elif tags.get("boundary") == "administrative" and tags.get("admin_level", "").isdigit():
            level = int(tags["admin_level"])
            line = shapely.boundary(shape)
            feature = MapFeature(line, {"admin_level": level, **names}, _level_zoom(level))
            self._add("boundaries", feature)

    def _named(self, ref: str, tags: Tags, lon: float, lat: float, radius_m: float) -> None:
        self._address(tags, lon, lat)
        name = bilingual_name(tags)
        if name is None or tags.get("boundary") == "administrative":
            return
        if tags.get("place") in PLACE_KINDS:
            self._settlement(ref, tags, name, lon, lat)
            return
        found = poi_kind(tags)
        if found is None:
            return
        low, high = KEY_PLACE_RADIUS_M
        self.found.things.append(
            NamedThing(
                ref=ref,
                kind=found.kind,
                name=name,
                alternatives=other_names(tags, name),
                lon=lon,
                lat=lat,
                rank=found.rank,
                key_place=found.key_place,
                radius_m=round(min(max(radius_m + 50.0, low), high)),
            )
        )
        properties: dict[str, Value] = {"kind": found.kind, "rank": found.rank}
        properties |= map_names(tags)
        zoom = 12 if found.rank <= 3 else 13 if found.rank <= 5 else 14
        self._add("pois", MapFeature(shapely.Point(lon, lat), properties, zoom))

    def _settlement(self, ref: str, tags: Tags, name: Bilingual, lon: float, lat: float) -> None:
        kind, zoom, rank = PLACE_KINDS[tags["place"]]
        thing = NamedThing(ref, kind, name, other_names(tags, name), lon, lat, rank)
        self.found.settlements.append(thing)
        properties: dict[str, Value] = {"kind": kind, "rank": rank, **map_names(tags)}
        if tags.get("population", "").isdigit():
            properties["population"] = int(tags["population"])
        self._add("places", MapFeature(shapely.Point(lon, lat), properties, zoom))

    def _address(self, tags: Tags, lon: float, lat: float) -> None:
        street = tags.get("addr:street") or tags.get("addr:place", "")
        number = _FIRST_NUMBER.search(tags.get("addr:housenumber", ""))
        if street and number:
            self.found.addresses.append(AddressPoint(street, int(number[0]), lon, lat))

    def _add(self, layer: str, feature: MapFeature) -> None:
        self.found.layers.setdefault(layer, []).append(feature)

    def _in_wgs84(self, shape: shapely.Geometry) -> shapely.Geometry:
        if self._datum is Datum.WGS84:
            return shape
        return shapely.transform(
            shape, lambda xy: [to_wgs84(lon, lat, self._datum) for lon, lat in xy.tolist()]
        )


def _level_zoom(level: int) -> int:
    return {2: 4, 3: 4, 4: 4, 5: 6, 6: 7, 7: 9, 8: 10}.get(level, 11)


def _shrink(lat: float) -> float:
    return math.cos(math.radians(lat))
