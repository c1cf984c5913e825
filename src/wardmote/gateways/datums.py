"""Coordinates of other datums, turned into WGS-84 on the way in and back on the way out.

GCJ-02 (国测局坐标) and BD-09 (百度坐标) shift WGS-84 by some hundred metres and are used by
maps of mainland China. They are applied inside a bounding box around China only; outside it both
are the identity here, as map services practise it. Within about a kilometre of the edge of that
box the way back can be off by the shift itself; no land of the mainland lies there.

Everything else goes through PROJ by its EPSG code.
"""

from collections.abc import Iterable
from enum import StrEnum

import geocoordinates_ffi as geo
import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from wardmote.core.domain.problem import Problem

LonLat = tuple[float, float]


class Datum(StrEnum):
    """Datums that Chinese sources come in."""

    WGS84 = "WGS-84"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


class CoordinateProblem(Problem):
    """A reference system that is not known, or a position that is not on the Earth."""


def to_wgs84(lon: float, lat: float, datum: Datum) -> LonLat:
    """(lon, lat) of a datum in WGS-84 degrees; within 0.5 m (GCJ-02) or 1 m (BD-09) in China."""
    if datum is Datum.WGS84:
        return lon, lat
    if datum is Datum.GCJ02:
        found = geo.gcj02_to_wgs84_refined(geo.Gcj02(lat=lat, lon=lon))
    else:
        found = geo.bd09_to_wgs84_refined(geo.Bd09(lat=lat, lon=lon))
    if geo.out_of_china(found.lat, found.lon):
        return lon, lat
    return found.lon, found.lat


def from_wgs84(lon: float, lat: float, datum: Datum) -> LonLat:
    """WGS-84 (lon, lat) in another datum, exactly as that datum is defined."""
    if datum is Datum.WGS84 or geo.out_of_china(lat, lon):
        return lon, lat
    if datum is Datum.GCJ02:
        shifted = geo.wgs84_to_gcj02(geo.Wgs84(lat=lat, lon=lon))
    else:
        shifted = geo.wgs84_to_bd09(geo.Wgs84(lat=lat, lon=lon))
    return shifted.lon, shifted.lat


def many_to_wgs84(points: Iterable[LonLat], datum: Datum) -> list[LonLat]:
    """`to_wgs84` of each point, in order."""
    return [to_wgs84(lon, lat, datum) for lon, lat in points]


def projected_to_wgs84(
    x: ArrayLike, y: ArrayLike, crs: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Positions of any reference system that PROJ knows, in WGS-84 degrees.

    Args:
        x, y: easting and northing, or longitude and latitude, in units of `crs`; NaN: missing.
        crs: such as ``EPSG:4547`` or ``EPSG:25833``.

    Returns:
        longitudes and latitudes, float64, of the same shape; NaN where missing or not convertible.

    Raises:
        CoordinateProblem: `crs` is not known.
    """
    try:
        system = CRS.from_user_input(crs)
    except CRSError:
        raise CoordinateProblem(
            zh=f"不认识坐标系 {crs}。请写成 EPSG:4326 这样的代号，或 GCJ-02、BD-09。",
            en=f"The coordinate system {crs} is not known. Write a code such as EPSG:4326, "
            "or GCJ-02 or BD-09.",
        ) from None
    transformer = Transformer.from_crs(system, "EPSG:4326", always_xy=True)
    lon, lat = transformer.transform(
        np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    )
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    bad = ~(np.isfinite(lon) & np.isfinite(lat))
    return np.where(bad, np.nan, lon), np.where(bad, np.nan, lat)
