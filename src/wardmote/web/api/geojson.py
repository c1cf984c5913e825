"""GeoJSON (RFC 7946) of rows and boundaries."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import shapely

Json = dict[str, Any]


def feature(geometry: Json | None, **properties: Any) -> Json:
    """A feature."""
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def collection(features: Iterable[Json]) -> Json:
    """A feature collection."""
    return {"type": "FeatureCollection", "features": list(features)}


def point(lon: float, lat: float) -> Json:
    """A point, degrees WGS-84."""
    return {"type": "Point", "coordinates": [lon, lat]}


def area(wkb: bytes | memoryview) -> Json | None:
    """The geometry of a boundary kept as WKB; None when there is none."""
    packed = bytes(wkb)
    if not packed:
        return None
    geometry: Json = json.loads(shapely.to_geojson(shapely.from_wkb(packed)))
    return geometry
