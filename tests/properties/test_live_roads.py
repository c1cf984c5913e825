"""The times that a recommendation sees: whatever was asked before, those of a search of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from wardmote.core.domain.ids import UnitId
from wardmote.core.policies.expected_times import ExpectedTimes
from wardmote.core.policies.travel_view import RoadTime
from wardmote.core.travel.building import build_road_graph
from wardmote.core.travel.graph import INF_MS, RoadClass
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.operations.dispatch.positions import PositionBoard
from wardmote.operations.dispatch.roads import FARTHEST_MS, LiveRoads
from wardmote.operations.places.assumed_model import ASSUMED_MODEL

compiling = settings(deadline=None, max_examples=40)
"""The first example compiles the kernels."""

SIDE = 6
UNITS = [UnitId(f"u{number}") for number in range(9)]
KINDS = dict.fromkeys(UNITS, "patrol_car")
HOUR = 12


@dataclass
class Fix:
    """A position report."""

    unit: str
    lon: float
    lat: float
    fix_s: float
    heading: float | None = None
    speed_mps: float | None = None


def town(seed: int) -> TravelTimes:
    """A grid of streets of random durations, some of them one-way, some missing."""
    rng = np.random.default_rng(seed)
    number = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    tail = np.concatenate((number[:, :-1].ravel(), number[:-1].ravel()))
    head = np.concatenate((number[:, 1:].ravel(), number[1:].ravel()))
    kept = rng.random(len(tail)) < 0.85
    tail, head = tail[kept], head[kept]
    forward = rng.integers(1_000, 60_000, len(tail))
    one_way = rng.random(len(tail)) < 0.3
    column, row = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    return TravelTimes.of(
        build_road_graph(
            113 + column.ravel() * 0.002,
            27 + row.ravel() * 0.002,
            edge_tail=tail,
            edge_head=head,
            forward_ms=forward,
            backward_ms=np.where(one_way, -1, forward),
            road_class=np.full(len(tail), int(RoadClass.RESIDENTIAL)),
        )
    )


def times_by_a_search_of_their_own(
    travel: TravelTimes, where: dict[UnitId, tuple[float, float]], lon: float, lat: float
) -> dict[UnitId, RoadTime]:
    units = list(where)
    origins = travel.snap([where[unit][0] for unit in units], [where[unit][1] for unit in units])
    ms = travel.drive_times_to(origins, travel.snap(lon, lat), limit_ms=FARTHEST_MS)
    expected = ExpectedTimes(ASSUMED_MODEL).of(
        np.where(ms == INF_MS, np.inf, ms / 1000.0), [KINDS[unit] for unit in units], HOUR
    )
    return {unit: time for unit, time in zip(units, expected, strict=True) if time is not None}


@dataclass(frozen=True)
class Step:
    """Something that happens to the roads, or is asked of them; each uses what it needs."""

    what: str
    units: frozenset[UnitId]
    number: int
    place: tuple[float, float]


places = st.tuples(st.floats(112.999, 113.011), st.floats(26.999, 27.011))
steps_taken = st.lists(
    st.builds(
        Step,
        st.sampled_from(["move", "close", "nearest", "ask", "ask again"]),
        st.frozensets(st.sampled_from(UNITS), min_size=1),
        st.integers(1, 9),
        places,
    )
)


@compiling
@given(seed=st.integers(0, 50), start=st.lists(places, min_size=9, max_size=9), steps=steps_taken)
def test_times_do_not_depend_on_what_was_asked_before(
    seed: int, start: list[tuple[float, float]], steps: list[Step]
) -> None:
    travel = town(seed)
    board = PositionBoard()
    roads = LiveRoads(lambda: travel, board, ASSUMED_MODEL, lambda _now: HOUR)
    where = dict(zip(UNITS, start, strict=True))
    for unit, (lon, lat) in where.items():
        board.come_on_duty(unit, lon, lat, 0.0)
    asked = start[0]
    for at_s, step in enumerate(steps, start=1):
        if step.what == "move":
            where.update(dict.fromkeys(step.units, step.place))
            board.take([Fix(unit, *step.place, fix_s=float(at_s)) for unit in step.units])
        elif step.what == "close":
            travel = travel.closing([step.number])
        elif step.what != "ask again":
            asked = step.place
        roads.refresh()
        if step.what == "nearest":
            roads.nearest(*asked, step.number)
        elif step.what.startswith("ask"):
            units = sorted(step.units)
            expected = times_by_a_search_of_their_own(
                travel, {unit: where[unit] for unit in units}, *asked
            )
            assert roads.times(units, KINDS, *asked, 0.0) == expected
