"""Which coordinate system could turn these numbers into a place on Earth?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pyproj
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info
from pyproj.enums import PJType
from pyproj.exceptions import ProjError

MAX_KM = 100.0
MAX_SUGGESTIONS = 8
_MERCATOR_EDGE_M = 20_037_508.34


@dataclass(frozen=True, slots=True)
class CrsSuggestion:
    """A coordinate system that may be meant.

    Attributes:
        distance_km: from the place asked about to where the file's middle lands; None when no place
            was given.
    """

    epsg: int
    name: str
    distance_km: float | None


def suggest_crs(x: float, y: float, near: tuple[float, float] | None) -> tuple[CrsSuggestion, ...]:
    """Systems for a typical point, best first; with a (lon, lat) nearby, those in use there."""
    if near is None:
        return _by_magnitude(x, y)
    lon, lat = near
    infos = query_crs_info(
        auth_name="EPSG",
        pj_types=[PJType.PROJECTED_CRS],
        area_of_interest=AreaOfInterest(lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01),
        contains=True,
    )
    found = []
    for info in infos:
        try:
            transformer = pyproj.Transformer.from_crs(int(info.code), 4326, always_xy=True)
        except ProjError:
            continue  # Some listed systems are local frames without a way to the Earth.
        at_lon, at_lat = transformer.transform(x, y)
        if not (math.isfinite(at_lon) and math.isfinite(at_lat)):
            continue
        km = math.hypot((at_lon - lon) * math.cos(math.radians(lat)), at_lat - lat) * 111.2
        if km <= MAX_KM:
            found.append(CrsSuggestion(int(info.code), info.name, km))
    found.sort(key=lambda suggestion: (suggestion.distance_km or 0.0, suggestion.epsg))
    return tuple(found[:MAX_SUGGESTIONS])


def _by_magnitude(x: float, y: float) -> tuple[CrsSuggestion, ...]:
    found = []
    if abs(x) <= _MERCATOR_EDGE_M and abs(y) <= _MERCATOR_EDGE_M and max(abs(x), abs(y)) > 1e6:
        found.append(CrsSuggestion(3857, "Web Mercator", None))
    if 100_000 <= x <= 900_000 and 0 < y < 10_000_000:
        found.append(CrsSuggestion(0, "UTM (EPSG:326zz, zz = zone 01..60)", None))
    if 0 < x < 10_000_000 and 0 < y < 10_000_000:
        found.append(CrsSuggestion(0, "State Plane / national grid", None))
    return tuple(found)
