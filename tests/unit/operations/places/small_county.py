"""A town of two villages side by side, one of them with grids, and a beat that has both."""

from __future__ import annotations

import datetime
from typing import Any

import shapely

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.places import selectors
from wardmote.operations.places.services import BeatWanted, NewPlace, open_beat, open_place

NOW_S = 1_795_000_000.0
FIRST = datetime.date(2026, 1, 1)
TODAY = datetime.date(2026, 11, 18)
"""Of `NOW_S`."""
COUNTY, TOWN, OTHER_TOWN = "430521000000", "430521101000", "430521102000"
WEST, EAST, NEW = "430521101201", "430521101202", "430521101203"
GRID_1, GRID_2 = WEST + "001", WEST + "002"
PLANNER = Viewer("p1", (RoleInArea(Role.PLANNER, EVERYWHERE),))
MIDDLE = 27.05


def box(west: float, east: float, south: float = 27.0, north: float = 27.1) -> Any:
    return shapely.box(west, south, east, north)


def name(text: str) -> Bilingual:
    return Bilingual(f"{text}村", text)


def open_small_county() -> str:
    """Make the rows; returns the id of the beat."""
    for code, shape in (
        (COUNTY, box(111.0, 111.4)),
        (TOWN, box(111.0, 111.2)),
        (OTHER_TOWN, box(111.2, 111.4)),
        (WEST, box(111.0, 111.1)),
        (EAST, box(111.1, 111.2)),
        (GRID_1, box(111.0, 111.05)),
        (GRID_2, box(111.05, 111.1)),
    ):
        new = NewPlace(code, name(code), FIRST, boundary=shape)
        open_place(PLANNER, new, now_s=NOW_S)
    wanted = BeatWanted(name("beat"), AreaId(TOWN), (AreaId(WEST), AreaId(EAST)), 111.1, MIDDLE)
    beat = open_beat(PLANNER, wanted, FIRST, now_s=NOW_S)
    selectors.forget()
    return beat
