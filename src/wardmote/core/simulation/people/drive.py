"""A unit on its way: where it is at any moment of a drive along a line."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_EARTH_RADIUS_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class Fix:
    """A position with its motion.

    Attributes:
        lon, lat: WGS-84 degrees.
        heading: degrees clockwise from north, 0 <= heading < 360.
        speed_mps: metres per second.
    """

    lon: float
    lat: float
    heading: float
    speed_mps: float


@dataclass(frozen=True, slots=True, eq=False)
class Drive:
    """A drive along a line at an even speed.

    Attributes:
        line: float64 [n, 2], longitude and latitude in degrees, n >= 1.
        along_m: float64 [n], distance from the start of the line, in metres.
        start_s, end_s: when it begins and ends, seconds UTC.
    """

    line: NDArray[np.float64]
    along_m: NDArray[np.float64]
    start_s: float
    end_s: float

    @classmethod
    def along(cls, line: NDArray[np.float64], start_s: float, duration_s: float) -> Drive:
        """A drive along `line` that begins at `start_s` and takes `duration_s`.

        Raises:
            ValueError: the line is empty or the duration negative.
        """
        if len(line) == 0 or duration_s < 0:
            raise ValueError("a drive needs a line and a duration that is not negative")
        steps = _distances_m(line)
        return cls(line, np.concatenate(([0.0], np.cumsum(steps))), start_s, start_s + duration_s)

    def is_over(self, now_s: float) -> bool:
        """Whether the end is reached: now >= end."""
        return now_s >= self.end_s

    def fix_at(self, now_s: float) -> Fix:
        """The position at a moment; before the start and after the end it stands still."""
        total_m = float(self.along_m[-1])
        span_s = self.end_s - self.start_s
        share = 1.0 if span_s <= 0 else min(max((now_s - self.start_s) / span_s, 0.0), 1.0)
        moving = 0.0 < share < 1.0
        lon = float(np.interp(share * total_m, self.along_m, self.line[:, 0]))
        lat = float(np.interp(share * total_m, self.along_m, self.line[:, 1]))
        piece = int(np.searchsorted(self.along_m, share * total_m, side="right")) - 1
        return Fix(
            lon, lat, self._heading(piece), total_m / span_s if moving and span_s > 0 else 0.0
        )

    def _heading(self, piece: int) -> float:
        if len(self.line) < 2:
            return 0.0
        start = min(max(piece, 0), len(self.line) - 2)
        (lon0, lat0), (lon1, lat1) = self.line[start], self.line[start + 1]
        east = (lon1 - lon0) * math.cos(math.radians(float(lat0 + lat1) / 2))
        return math.degrees(math.atan2(float(east), float(lat1 - lat0))) % 360.0


def _distances_m(line: NDArray[np.float64]) -> NDArray[np.float64]:
    lon, lat = np.radians(line[:, 0]), np.radians(line[:, 1])
    east = np.diff(lon) * np.cos((lat[1:] + lat[:-1]) / 2)
    return np.asarray(np.hypot(east, np.diff(lat)) * _EARTH_RADIUS_M, dtype=np.float64)
