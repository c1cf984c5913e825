"""Many coordinates of a Chinese datum turned into WGS-84 at once, on arrays.

The same transforms as in `datums`, which turn one point at a time and take some hundred times as
long; the tests compare both. GCJ-02 has no exact way back: the shift at the answer is taken off
again until it stays, which ends within a millimetre after a few rounds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wardmote.gateways.datums import Datum

Floats = NDArray[np.float64]

_AXIS_M = 6_378_245.0
_ECCENTRICITY_2 = 0.006_693_421_622_965_943_23
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_BD = np.pi * 3000.0 / 180.0
_ROUNDS = 6


def many_to_wgs84(lon: Floats, lat: Floats, datum: Datum) -> tuple[Floats, Floats]:
    """Longitudes and latitudes (float64, degrees, one shape) of a datum in WGS-84 degrees.

    Points outside the box of China come back as they are.
    """
    if datum is Datum.WGS84:
        return lon, lat
    inside = (lon > _WEST) & (lon < _EAST) & (lat > _SOUTH) & (lat < _NORTH)
    found_lon, found_lat = lon.copy(), lat.copy()
    for _ in range(_ROUNDS):
        shifted_lon, shifted_lat = _to_gcj02(found_lon, found_lat)
        if datum is Datum.BD09:
            shifted_lon, shifted_lat = _to_bd09(shifted_lon, shifted_lat)
        found_lon = found_lon + lon - shifted_lon
        found_lat = found_lat + lat - shifted_lat
    return np.where(inside, found_lon, lon), np.where(inside, found_lat, lat)


def _to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    x, y = lon - 105.0, lat - 35.0
    common = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    north += (
        common
        + 20.0 * np.sin(np.pi * y)
        + 40.0 * np.sin(np.pi * y / 3.0)
        + 160.0 * np.sin(np.pi * y / 12.0)
        + 320.0 * np.sin(np.pi * y / 30.0)
    ) * (2.0 / 3.0)
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    east += (
        common
        + 20.0 * np.sin(np.pi * x)
        + 40.0 * np.sin(np.pi * x / 3.0)
        + 150.0 * np.sin(np.pi * x / 12.0)
        + 300.0 * np.sin(np.pi * x / 30.0)
    ) * (2.0 / 3.0)
    angle = np.radians(lat)
    flat = 1.0 - _ECCENTRICITY_2 * np.sin(angle) ** 2
    north_rad = north / (_AXIS_M * (1.0 - _ECCENTRICITY_2) / flat**1.5)
    east_rad = east / (_AXIS_M / np.sqrt(flat) * np.cos(angle))
    return lon + np.degrees(east_rad), lat + np.degrees(north_rad)


def _to_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    far = np.hypot(lon, lat) + 0.000_02 * np.sin(lat * _BD)
    turn = np.arctan2(lat, lon) + 0.000_003 * np.cos(lon * _BD)
    return far * np.cos(turn) + 0.0065, far * np.sin(turn) + 0.006
