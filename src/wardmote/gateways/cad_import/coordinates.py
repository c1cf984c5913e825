"""Positions as other systems write them, brought to WGS-84 degrees."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache

import pyproj
from pyproj.exceptions import CRSError

from wardmote.gateways import datums
from wardmote.gateways.cad_import.mapping import MappingProblem, Place, PointOrder

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")

Position = tuple[float, float]
"""Longitude and latitude, WGS-84 degrees."""


class ImplausiblePositionError(ValueError):
    """Numbers that are a position nowhere on Earth, or the meaningless point 0, 0."""


def number(text: str, decimal: str = ".") -> float:
    """A number with `decimal` as its decimal sign; spaces and the other sign group thousands.

    Raises:
        ValueError: not a finite number.
    """
    plain = text.strip().replace("\u00a0", "").replace(" ", "")
    if decimal == ",":
        plain = plain.replace(".", "").replace(",", ".")
    elif plain.count(",") and re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    value = float(plain)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def split_point(text: str, order: PointOrder) -> tuple[float, float]:
    """First and second number of a cell as (x or longitude, y or latitude).

    Raises:
        ValueError: not exactly two numbers. `POINT (…)` is always longitude first (OGC 06-103r4).
    """
    plain = text.strip().upper().rpartition(";")[2]  # EWKT names its system before a semicolon.
    numbers = [float(part) for part in _NUMBER.findall(plain)]
    if len(numbers) != 2:
        raise ValueError(text)
    if order is PointOrder.LAT_LON and not plain.startswith("POINT"):
        return numbers[1], numbers[0]
    return numbers[0], numbers[1]


def to_wgs84(place: Place) -> Callable[[float, float], Position]:
    """A function from the file's two numbers (east, north) to a WGS-84 position.

    The function raises `ImplausiblePositionError` for what cannot be a position.

    Raises:
        MappingProblem: `epsg` is not a coordinate system.
    """
    project = _projection(place.epsg) if place.epsg else None
    datum, scale = place.datum, place.scale

    def convert(x: float, y: float) -> Position:
        x, y = x * scale, y * scale
        if x == 0 and y == 0:
            raise ImplausiblePositionError("0, 0")
        lon, lat = (x, y) if project is None else project(x, y)
        if not (math.isfinite(lon) and -180 <= lon <= 180 and -90 <= lat <= 90):
            raise ImplausiblePositionError(f"{x}, {y}")
        return datums.to_wgs84(lon, lat, datum)

    return convert


@lru_cache(maxsize=64)
def _projection(epsg: int) -> Callable[[float, float], Position]:
    try:
        transformer = pyproj.Transformer.from_crs(epsg, 4326, always_xy=True)
    except CRSError as error:
        raise MappingProblem(
            zh=f"[place] epsg：没有坐标系 EPSG:{epsg}。",
            en=f"[place] epsg: there is no coordinate system EPSG:{epsg}.",
        ) from error

    def project(x: float, y: float) -> Position:
        lon, lat = transformer.transform(x, y)
        return float(lon), float(lat)

    return project
