"""Roads as they are drawn, before they are joined into a network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wardmote.core.domain.text import Bilingual
from wardmote.core.travel.graph import RoadClass

Float64 = NDArray[np.float64]

UNNAMED = -1


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn road.

    Attributes:
        points: float64 [n, 2] metres on the plane.
        street: row in the table of street names; -1 without a name.
        settlement: the settlement whose streets it belongs to; -1 in the country.
        oneway: only from the first point to the last.
    """

    points: Float64
    road_class: RoadClass
    street: int = UNNAMED
    settlement: int = -1
    oneway: bool = False


class StreetTable:
    """Names of streets, in the order in which they were given out."""

    def __init__(self) -> None:
        self.names: list[Bilingual] = []
        self.places: list[Bilingual] = []

    def add(self, name: Bilingual, place: Bilingual) -> int:
        """The row of a new street; `place` is the town or county that it lies in."""
        self.names.append(name)
        self.places.append(place)
        return len(self.names) - 1
