"""What OSM tags mean on the base map and in the name index."""

from collections.abc import Mapping
from dataclasses import dataclass

Tags = Mapping[str, str]

CLASS_MIN_ZOOM = {
    "motorway": 4,
    "trunk": 4,
    "primary": 7,
    "secondary": 9,
    "tertiary": 10,
    "unclassified": 12,
    "residential": 12,
    "living_street": 12,
    "service": 13,
    "track": 13,
    "path": 13,
}
"""First zoom of each class of the ``roads`` layer, and all its classes."""

_MAP_CLASS = {
    "road": "unclassified",
    "busway": "service",
    "pedestrian": "path",
    "footway": "path",
    "cycleway": "path",
    "bridleway": "path",
    "steps": "path",
    "path": "path",
}

_WATER = {
    "river": "river",
    "lake": "lake",
    "reservoir": "reservoir",
    "pond": "pond",
    "canal": "canal",
    "oxbow": "lake",
    "lagoon": "lake",
}
_WATERWAY_MIN_ZOOM = {"river": 8, "canal": 10, "stream": 13, "ditch": 13, "drain": 13}

_LANDUSE: dict[tuple[str, str], str] = {
    ("leisure", "park"): "park",
    ("leisure", "garden"): "park",
    ("leisure", "golf_course"): "park",
    ("leisure", "nature_reserve"): "park",
    ("leisure", "pitch"): "grass",
    ("landuse", "recreation_ground"): "park",
    ("landuse", "village_green"): "park",
    ("landuse", "forest"): "wood",
    ("natural", "wood"): "wood",
    ("natural", "scrub"): "wood",
    ("landuse", "grass"): "grass",
    ("landuse", "meadow"): "grass",
    ("natural", "grassland"): "grass",
    ("landuse", "farmland"): "farmland",
    ("landuse", "orchard"): "farmland",
    ("landuse", "vineyard"): "farmland",
    ("landuse", "residential"): "residential",
    ("landuse", "commercial"): "commercial",
    ("landuse", "retail"): "commercial",
    ("landuse", "industrial"): "industrial",
    ("amenity", "school"): "education",
    ("amenity", "college"): "education",
    ("amenity", "university"): "education",
    ("amenity", "kindergarten"): "education",
    ("amenity", "hospital"): "medical",
    ("landuse", "cemetery"): "cemetery",
    ("amenity", "grave_yard"): "cemetery",
    ("natural", "beach"): "sand",
    ("natural", "sand"): "sand",
    ("natural", "bare_rock"): "mountain",
    ("natural", "scree"): "mountain",
}

PLACE_KINDS = {
    "city": ("city", 4, 0),
    "county": ("county", 6, 1),
    "town": ("town", 8, 2),
    "suburb": ("suburb", 11, 4),
    "quarter": ("suburb", 11, 5),
    "neighbourhood": ("suburb", 12, 6),
    "borough": ("suburb", 10, 3),
    "village": ("village", 11, 5),
    "hamlet": ("hamlet", 12, 7),
    "isolated_dwelling": ("hamlet", 13, 8),
}
"""``place`` -> kind of the ``places`` layer, first zoom, rank."""


@dataclass(frozen=True, slots=True)
class PoiKind:
    """What a named thing is: kind on the map, rank, and kind of key place (empty: none)."""

    kind: str
    rank: int
    key_place: str = ""


_POI: dict[tuple[str, str], PoiKind] = {
    ("amenity", "hospital"): PoiKind("hospital", 1, "hospital"),
    ("amenity", "clinic"): PoiKind("hospital", 4),
    ("amenity", "doctors"): PoiKind("hospital", 6),
    ("amenity", "school"): PoiKind("school", 3, "school"),
    ("amenity", "college"): PoiKind("school", 2, "school"),
    ("amenity", "university"): PoiKind("school", 1, "school"),
    ("amenity", "kindergarten"): PoiKind("school", 4, "school"),
    ("railway", "station"): PoiKind("station", 1, "station"),
    ("railway", "halt"): PoiKind("station", 4),
    ("railway", "tram_stop"): PoiKind("station", 6),
    ("station", "subway"): PoiKind("station", 2, "station"),
    ("amenity", "bus_station"): PoiKind("station", 2, "station"),
    ("amenity", "ferry_terminal"): PoiKind("station", 2, "station"),
    ("aeroway", "aerodrome"): PoiKind("station", 1, "station"),
    ("aeroway", "terminal"): PoiKind("station", 2, "station"),
    ("highway", "bus_stop"): PoiKind("station", 8),
    ("amenity", "marketplace"): PoiKind("market", 3, "market"),
    ("shop", "mall"): PoiKind("market", 3, "market"),
    ("shop", "department_store"): PoiKind("market", 4),
    ("amenity", "townhall"): PoiKind("government", 2, "government"),
    ("office", "government"): PoiKind("government", 4),
    ("amenity", "courthouse"): PoiKind("government", 3),
    ("amenity", "police"): PoiKind("police", 2),
    ("amenity", "fire_station"): PoiKind("fire_station", 3),
    ("amenity", "bank"): PoiKind("bank", 6),
    ("amenity", "place_of_worship"): PoiKind("worship", 5),
    ("leisure", "park"): PoiKind("park", 4),
    ("leisure", "garden"): PoiKind("park", 6),
}
_FOOD = frozenset({"restaurant", "cafe", "fast_food", "bar", "pub", "food_court"})
_OTHER_KEYS = ("amenity", "tourism", "office", "leisure", "historic", "building", "man_made")


def map_class(highway: str) -> tuple[str, bool] | None:
    """Class of the ``roads`` layer and whether it is a slip road; None when it is not drawn."""
    link = highway.endswith("_link")
    name = highway.removesuffix("_link")
    found = _MAP_CLASS.get(name, name)
    return (found, link) if found in CLASS_MIN_ZOOM else None


def water_kind(tags: Tags) -> str:
    """Kind of a ``water`` polygon; empty when it is none."""
    if tags.get("natural") == "water" or tags.get("waterway") == "riverbank":
        default = "river" if tags.get("waterway") == "riverbank" else "water"
        return _WATER.get(tags.get("water", ""), default)
    if tags.get("landuse") in {"reservoir", "basin"}:
        return "reservoir"
    return "sea" if tags.get("natural") == "bay" or tags.get("place") == "sea" else ""


def waterway_kind(tags: Tags) -> tuple[str, int] | None:
    """Kind and first zoom of a ``waterways`` line."""
    kind = tags.get("waterway", "")
    zoom = _WATERWAY_MIN_ZOOM.get(kind)
    return None if zoom is None else ("ditch" if kind == "drain" else kind, zoom)


def landuse_kind(tags: Tags) -> str:
    """Kind of a ``landuse`` polygon; empty when it is none."""
    for key in ("leisure", "amenity", "natural", "landuse"):
        found = _LANDUSE.get((key, tags.get(key, "")))
        if found:
            return found
    return ""


def poi_kind(tags: Tags) -> PoiKind | None:
    """What a named node or area is; None when it is not worth a name of its own."""
    for key in ("railway", "station", "aeroway", "amenity", "shop", "office", "leisure", "highway"):
        found = _POI.get((key, tags.get(key, "")))
        if found is not None:
            return found
    if tags.get("amenity") in _FOOD:
        return PoiKind("food", 7)
    if "shop" in tags:
        return PoiKind("shop", 7)
    if any(tags.get(key, "no") != "no" for key in _OTHER_KEYS):
        return PoiKind("other", 6)
    return None


def area_min_zoom(square_degrees: float) -> int:
    """First zoom at which an area of this size is more than a speck (about 8 pixels square)."""
    zoom = 4
    while zoom < 13 and square_degrees * (256 * 2**zoom / 360) ** 2 < 64:
        zoom += 1
    return zoom


def building_height(tags: Tags) -> float | None:
    """Metres, from ``height`` or 3 m a level; None when neither is tagged."""
    text = tags.get("height", "").removesuffix("m").strip()
    if text.replace(".", "", 1).isdigit():
        return min(float(text), 900.0)
    levels = tags.get("building:levels", "")
    return min(float(levels) * 3.0, 900.0) if levels.replace(".", "", 1).isdigit() else None
