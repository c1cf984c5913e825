"""Which coordinate system could turn these numbers into a place on Earth?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import pyproj
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info
from pyproj.enums import PJType
from pyproj.exceptions import ProjError

MAX_KM = 100.0
ALIKE_KM = 0.01
"""Systems that put a point this close (<=) to each other are realisations of one system."""

DATUMS_KM = 0.5
"""Datums of one country put a point at most this far (<=) apart; a town's position is rougher."""

_RETIRED = ("Beijing 1954", "Xian 1980", "New Beijing", "NAD27", "ED50", "Tokyo", "Pulkovo", "AGD")
"""Datums that newer ones have replaced: meant only when nothing newer fits."""

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
        point = _own_degrees(int(info.code), x, y)
        if point is None:
            continue
        km = _apart_km(point, near)
        if km <= MAX_KM:
            found.append(CrsSuggestion(int(info.code), info.name, km))
    found.sort(key=lambda suggestion: (suggestion.distance_km or 0.0, suggestion.epsg))
    return _plainest_first(found[:MAX_SUGGESTIONS])


def _plainest_first(found: list[CrsSuggestion]) -> tuple[CrsSuggestion, ...]:
    """Among systems that agree with the nearest one, the oldest code first.

    Each new realisation of a datum registers its zones anew; records nearly always mean the first,
    and the town's rough position cannot tell them apart.
    """
    if not found:
        return ()
    nearest_km = found[0].distance_km or 0.0
    alike = [s for s in found if (s.distance_km or 0.0) - nearest_km <= DATUMS_KM]
    alike.sort(
        key=lambda suggestion: (
            suggestion.name.startswith(_RETIRED),
            round(((suggestion.distance_km or 0.0) - nearest_km) / ALIKE_KM),
            suggestion.epsg,
        )
    )
    return (*alike, *found[len(alike) :])


@lru_cache(maxsize=4096)
def _to_own_degrees(epsg: int) -> pyproj.Transformer | None:
    """To the system's own latitude and longitude: the shift to WGS-84, slow to look up, is small
    beside the distances compared here.
    """
    try:
        projected = pyproj.CRS.from_epsg(epsg)
        geodetic = projected.geodetic_crs
        if geodetic is None:
            return None
        return pyproj.Transformer.from_crs(projected, geodetic, always_xy=True)
    except ProjError:
        return None  # Some listed systems are local frames without a way to the Earth.


def _own_degrees(epsg: int, x: float, y: float) -> tuple[float, float] | None:
    transformer = _to_own_degrees(epsg)
    if transformer is None:
        return None
    lon, lat = transformer.transform(x, y)
    return (float(lon), float(lat)) if math.isfinite(lon) and math.isfinite(lat) else None


def _apart_km(point: tuple[float, float], near: tuple[float, float]) -> float:
    lon, lat = near
    return math.hypot((point[0] - lon) * math.cos(math.radians(lat)), point[1] - lat) * 111.2


def _by_magnitude(x: float, y: float) -> tuple[CrsSuggestion, ...]:
    found = []
    if abs(x) <= _MERCATOR_EDGE_M and abs(y) <= _MERCATOR_EDGE_M and max(abs(x), abs(y)) > 1e6:
        found.append(CrsSuggestion(3857, "Web Mercator", None))
    if 100_000 <= x <= 900_000 and 0 < y < 10_000_000:
        found.append(CrsSuggestion(0, "UTM (EPSG:326zz, zz = zone 01..60)", None))
    if 0 < x < 10_000_000 and 0 < y < 10_000_000:
        found.append(CrsSuggestion(0, "State Plane / national grid", None))
    return tuple(found)
