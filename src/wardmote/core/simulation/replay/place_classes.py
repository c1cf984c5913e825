"""What class of place a point is, from a place book's key places and zones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely

from wardmote.core.domain.places import MultiPolygon, PlaceBook, PlaceClass
from wardmote.core.travel.building import METRES_PER_DEGREE


def place_classifier(book: PlaceBook) -> Callable[[float, float], PlaceClass]:
    """A function from (lon, lat) to the class: a key place within its radius (<=), then zones.

    Validity dates are not looked at: a replay asks how today's standard would judge old calls.
    """
    key_lon = np.array([place.lon for place in book.key_places], dtype=np.float64)
    key_lat = np.array([place.lat for place in book.key_places], dtype=np.float64)
    radius_m = np.array([place.radius_m for place in book.key_places], dtype=np.float64)
    zones = [(_shape(zone.boundary), zone.place_class) for zone in book.zones]
    for shape, _ in zones:
        shapely.prepare(shape)

    def classify(lon: float, lat: float) -> PlaceClass:
        if len(key_lon):
            east = (key_lon - lon) * np.cos(np.radians(lat))
            distance_m = np.hypot(east, key_lat - lat) * METRES_PER_DEGREE
            if (distance_m <= radius_m).any():
                return PlaceClass.KEY_PLACE
        point = shapely.Point(lon, lat)
        for shape, place_class in zones:
            if shape.covers(point):
                return place_class
        return PlaceClass.ELSEWHERE

    return classify


def _shape(boundary: MultiPolygon) -> shapely.MultiPolygon:
    return shapely.MultiPolygon(
        [shapely.Polygon(rings[0], rings[1:]) for rings in boundary if rings]
    )
