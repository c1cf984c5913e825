"""A small invented place in two banks of a river, with one bridge between them."""

from __future__ import annotations

import functools

import numpy as np

from wardmote.core.domain.ids import AreaId, PostId, UnitId
from wardmote.core.domain.places import (
    Division,
    DivisionLevel,
    KeyPlace,
    MultiPolygon,
    PlaceBook,
    PlaceClass,
    Post,
    UnitSpec,
    Zone,
)
from wardmote.core.domain.standards import STANDARD_135
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.ground import Ground, ground_of
from wardmote.core.travel.building import build_road_graph
from wardmote.core.travel.graph import RoadClass, RoadGraph
from wardmote.core.travel.travel_times import TravelTimes

COLUMNS, ROWS = 10, 6
STEP = 0.004
WEST, SOUTH = 112.0, 27.0
BANK = 5
"""Columns west of the river; the bridge is in row `BRIDGE_ROW`."""
BRIDGE_ROW = 2
BLOCK_MS = 30_000
MIDDLE_OF_BRIDGE = (WEST + (BANK - 0.5) * STEP, SOUTH + BRIDGE_ROW * STEP)


def named(name: str) -> Bilingual:
    return Bilingual(f"{name}（中）", name)


def at(column: float, row: float) -> tuple[float, float]:
    return WEST + column * STEP, SOUTH + row * STEP


def box(column: float, row: float, columns: float, rows: float) -> MultiPolygon:
    west, south = at(column, row)
    east, north = at(column + columns, row + rows)
    ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return ((ring,),)


@functools.cache
def graph() -> RoadGraph:
    """Streets every 400 m; over the river only the bridge."""
    number = np.arange(COLUMNS * ROWS).reshape(ROWS, COLUMNS)
    row, column = np.divmod(np.arange(COLUMNS * ROWS), COLUMNS)
    ends = [
        (number[r, k], number[r, k + 1])
        for r in range(ROWS)
        for k in range(COLUMNS - 1)
        if k + 1 != BANK or r == BRIDGE_ROW
    ]
    ends += [(number[r, k], number[r + 1, k]) for r in range(ROWS - 1) for k in range(COLUMNS)]
    tail, head = np.array(ends).T
    return build_road_graph(
        WEST + column * STEP,
        SOUTH + row * STEP,
        edge_tail=tail,
        edge_head=head,
        forward_ms=[BLOCK_MS] * len(tail),
        backward_ms=[BLOCK_MS] * len(tail),
        road_class=[int(RoadClass.RESIDENTIAL)] * len(tail),
    )


def division(code: str, level: DivisionLevel, where: tuple[float, float], people: int | None,
             boundary: MultiPolygon = (), parent: str | None = None) -> Division:  # fmt: skip
    above = None if parent is None else AreaId(parent)
    return Division(AreaId(code), named(code), level, above, *where, people, boundary)


@functools.cache
def book() -> PlaceBook:
    """Eight villages and communities, three posts in the west, a school and a centre."""
    villages = []
    for row in range(2):
        for column in range(4):
            last = f"{row * 4 + column + 1:03d}" if column < 2 else f"{200 + row * 4 + column}"
            west = -0.5 + column * 2.5
            villages.append(
                division(
                    f"430121100{last}",
                    DivisionLevel.VILLAGE,
                    at(west + 1.25, row * 3 + 1),
                    20_000 + 4_000 * column,
                    box(west, row * 3 - 0.5, 2.5, 3),
                    "430121100000",
                )
            )
    town = division("430121100000", DivisionLevel.TOWN, at(7, 2), None)
    posts = tuple(
        Post(PostId(f"post-{n}"), named(f"Post {n}"), AreaId("430121100000"), *where, ())
        for n, where in enumerate((at(1, 1), at(2, 4), at(4, 2)), start=1)
    )
    units = tuple(
        UnitSpec(
            UnitId(f"{post.post_id}-{n}"), f"{n}", "patrol_car", post.post_id, post.area, (), 4
        )
        for post in posts
        for n in range(2)
    )
    school = KeyPlace("school-1", named("School"), "school", *at(2, 1), 150.0)
    centre = Zone("centre", named("Centre"), PlaceClass.CENTRE, box(0.5, 0.5, 3, 3))
    return PlaceBook((town, *villages), (), posts, (school,), (centre,), units, ())


@functools.cache
def ground() -> Ground:
    """The place under the 135 standard."""
    travel = TravelTimes.of(graph()).with_hierarchy()
    return ground_of(book(), travel, STANDARD_135, spacing_m=900.0, points_per_source=2)
