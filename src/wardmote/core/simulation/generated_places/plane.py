"""The plane on which a place is laid out, and its position on the Earth.

Layout works in metres east and north of an origin. The origin has to lie somewhere: it lies in
the hills of southern China, so that the datum conversions and the time zone behave as they would
for the places this product serves. Nothing at that position is described.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]

ORIGIN_LON = 111.4
ORIGIN_LAT = 27.1
_METRES_PER_DEGREE = 6_371_008.8 * np.pi / 180
_DECIMALS = 7


def to_wgs84(xy: Float64) -> Float64:
    """Positions [n, 2] in metres to longitude and latitude [n, 2], rounded to 1e-7 degree.

    Equal-area along parallels (sinusoidal), so that distances stay true to 1 % up to 100 km out.
    """
    lat = ORIGIN_LAT + xy[:, 1] / _METRES_PER_DEGREE
    lon = ORIGIN_LON + xy[:, 0] / (_METRES_PER_DEGREE * np.cos(np.radians(lat)))
    places: Float64 = np.stack((lon, lat), axis=1).astype(np.float64)
    return np.round(places, _DECIMALS)


def streams(seed: int, scale: str, names: tuple[str, ...]) -> dict[str, np.random.Generator]:
    """One independent random stream per concern, so that changing one does not stir the others."""
    root = np.random.SeedSequence([seed, *scale.encode()])
    children = root.spawn(len(names))
    return {
        n: np.random.Generator(np.random.PCG64(c)) for n, c in zip(names, children, strict=True)
    }
