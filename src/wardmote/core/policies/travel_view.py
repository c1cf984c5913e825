"""What a policy may ask about the roads: how long each unit takes, what its leaving uncovers.

Policies know this protocol only. Times are by road under the emergency-vehicle model; distances
as the crow flies are not offered, so they cannot be used.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.positions import PositionBoard


@dataclass(frozen=True, slots=True)
class RoadTime:
    """How long a unit takes to a place.

    Attributes:
        drive_s: expected driving time by road, seconds.
        turnout_s: expected time from the order until it drives, seconds.
        error_s: standard error of drive_s + turnout_s, seconds; 0 for certain.
    """

    drive_s: float
    turnout_s: float
    error_s: float

    @property
    def arrival_s(self) -> float:
        """Expected time from the order to the arrival."""
        return self.turnout_s + self.drive_s


@dataclass(frozen=True, slots=True)
class Uncovers:
    """What would be left without a unit in time if this one went.

    Attributes:
        places: number of places that no other unit would reach in time.
        weight: their weight, such as expected calls per hour.
    """

    places: int
    weight: float


class TravelView(Protocol):
    """The roads as a policy sees them at one moment."""

    @property
    def positions(self) -> PositionBoard:
        """Where units were last seen."""

    def road_times(
        self, units: Sequence[UnitId], lon: float, lat: float, now_s: float
    ) -> Mapping[UnitId, RoadTime]:
        """Times to a place (WGS-84 degrees); a unit that cannot get there is absent."""

    def uncovers(self, unit: UnitId, staying: Sequence[UnitId], now_s: float) -> Uncovers | None:
        """What the unit's leaving uncovers while `staying` remain; None when not known."""


def probability_within(expected_s: float, error_s: float, limit_s: float) -> float:
    """Probability that a duration is `<=` the limit.

    The duration is log-normal with the given mean and standard deviation: never negative, and
    skewed, as ambulance trips were found to be (doi:10.1287/mnsc.1090.1142).
    """
    if expected_s <= 0 or error_s <= 0:
        return 1.0 if expected_s <= limit_s else 0.0
    variance = math.log1p((error_s / expected_s) ** 2)
    if variance == 0:  # an error too small for a float to tell is none
        return 1.0 if expected_s <= limit_s else 0.0
    if limit_s <= 0:
        return 0.0
    middle = math.log(expected_s) - variance / 2
    return 0.5 * math.erfc((middle - math.log(limit_s)) / math.sqrt(2 * variance))
