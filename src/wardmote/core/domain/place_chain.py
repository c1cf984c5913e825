"""Whose is this point, on this day: every place around it, or the name of what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.ids import AreaId, BeatId, PostId


class ChainGap(StrEnum):
    """What could not be told of a point.

    ``outside``: no division has it. ``no_village``: a wider division has it, and no village or
    community. ``no_grid``: its village is cut into grids, and none has it. ``no_beat`` and
    ``no_post``: none answers there. ``two_villages``, ``two_grids``, ``two_beats``: more than one
    claims it; the one with the smaller code is answered.
    """

    OUTSIDE = "outside"
    NO_VILLAGE = "no_village"
    NO_GRID = "no_grid"
    NO_BEAT = "no_beat"
    NO_POST = "no_post"
    TWO_VILLAGES = "two_villages"
    TWO_GRIDS = "two_grids"
    TWO_BEATS = "two_beats"


@dataclass(frozen=True, slots=True)
class PlaceChain:
    """The places around a point on a day; None where there is none, and why in `gaps`.

    Attributes:
        divisions: every division around the point, the narrowest first.
        grid: 15 digits.
    """

    grid: str | None
    village: AreaId | None
    town: AreaId | None
    county: AreaId | None
    city: AreaId | None
    province: AreaId | None
    divisions: tuple[AreaId, ...]
    beat: BeatId | None
    post: PostId | None
    gaps: tuple[ChainGap, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The grid and the divisions, the narrowest first."""
        return (*(() if self.grid is None else (self.grid,)), *self.divisions)
