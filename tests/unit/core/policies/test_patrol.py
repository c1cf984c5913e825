"""Patrols: within the beat, by demand, unpredictable but repeatable, and how much was driven."""

from __future__ import annotations

import json

import numpy as np
import pytest

from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.policies.patrol import (
    Beat,
    KeyPlaces,
    Patrol,
    PatrolRule,
    beat_around,
    draw_patrol,
    dump_patrol,
    flow_limit_ms,
    load_patrol,
)
from wardmote.core.policies.patrol_adherence import adherence
from wardmote.core.policies.relocation_ground import Demand
from wardmote.core.travel.building import build_road_graph
from wardmote.core.travel.graph import INF_MS, RoadClass
from wardmote.core.travel.snapping import Snaps
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.core.travel.vehicle_model import VehicleModel

SIDE = 13
STEP = 0.002
BLOCK_MS = 20_000
MODEL = VehicleModel.plain(turnout_s=40.0)
RULE = PatrolRule(lasts_s=1_800.0, keep_share=0.8, dwell_s=30.0, key_dwell_s=60.0)


@pytest.fixture(scope="module")
def town() -> TravelTimes:
    """A square grid of streets, 20 s a block; every street runs from west to east or to north."""
    number = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    tail = np.concatenate((number[:, :-1].ravel(), number[:-1].ravel()))
    head = np.concatenate((number[:, 1:].ravel(), number[1:].ravel()))
    row, column = np.divmod(np.arange(SIDE * SIDE), SIDE)
    edges = len(tail)
    return TravelTimes.of(
        build_road_graph(
            111.0 + column * STEP,
            27.0 + row * STEP,
            edge_tail=tail,
            edge_head=head,
            forward_ms=[BLOCK_MS] * edges,
            backward_ms=[BLOCK_MS] * edges,
            road_class=[int(RoadClass.RESIDENTIAL)] * edges,
        )
    )


def middle(town: TravelTimes) -> Snaps:
    return town.snap([111.0 + STEP * (SIDE // 2)], [27.0 + STEP * (SIDE // 2)])


def demand(seed: int = 1) -> Demand:
    rng = np.random.default_rng(seed)
    cells = rng.integers(2, SIDE - 2, (40, 2))
    lon = np.asarray(111.0 + cells[:, 0] * STEP, dtype=np.float64)
    lat = np.asarray(27.0 + cells[:, 1] * STEP, dtype=np.float64)
    return Demand(lon, lat, rng.random(40) + 0.1, np.full(40, 180.0))


@pytest.fixture(scope="module")
def beat(town: TravelTimes) -> Beat:
    found = beat_around(town, middle(town), demand(), MODEL, 12, RULE)
    assert found is not None
    return found


def keys(town: TravelTimes) -> KeyPlaces:
    ids = ("school", "station", "far")
    east = 111.0 + np.array([5, 7, 12]) * STEP
    return KeyPlaces(ids, town.snap(east, 27.0 + np.array([6, 8, 12]) * STEP))


def drawn(town: TravelTimes, beat: Beat, seed: int) -> Patrol:
    found = draw_patrol(beat, middle(town), middle(town), keys(town), RULE, seed)
    assert found is not None
    return found


@pytest.mark.parametrize("seed", range(6))
def test_everywhere_on_the_way_enough_of_the_posts_demand_is_in_reach(
    town: TravelTimes, beat: Beat, seed: int
) -> None:
    patrol = drawn(town, beat, seed)
    assert patrol.kept_share >= RULE.keep_share
    assert patrol.lasts_s <= RULE.lasts_s + 1e-6
    # By another way: from each junction of the line to each place watched, on the open roads.
    points = np.unique(np.round((np.array(patrol.line) - [111.0, 27.0]) / STEP, 2), axis=0)
    corners = points[(points == np.round(points)).all(axis=1)]
    assert len(corners) > 5
    places = town.snap(111.0 + corners[:, 0] * STEP, 27.0 + corners[:, 1] * STEP)
    for row in range(0, len(corners), 5):
        ms = town.drive_times(places.rows([row]), beat.watched)
        in_reach = beat.weight[ms <= 180_000].sum() / beat.weight.sum()
        assert in_reach >= RULE.keep_share


def test_the_same_seed_draws_the_same_patrol_and_another_one_another(
    town: TravelTimes, beat: Beat
) -> None:
    assert drawn(town, beat, 7) == drawn(town, beat, 7)
    assert len({drawn(town, beat, seed).line for seed in range(8)}) == 8


def test_patrols_go_where_calls_are_and_look_in_at_key_places(
    town: TravelTimes, beat: Beat
) -> None:
    stops = [one for seed in range(20) for one in drawn(town, beat, seed).stops]
    visited = {one.key_place for one in stops if one.key_place}
    assert visited == {"school", "station"}, "one that is out of reach is left out"
    heavy, light = beat.watched.rows([0]), beat.watched.rows([len(beat.weight) - 1])
    counts = [
        sum((one.lon, one.lat) == (float(at.lon[0]), float(at.lat[0])) for one in stops)
        for at in (heavy, light)
    ]
    assert counts[0] > counts[1]


def test_a_unit_outside_its_beat_begins_at_its_post(town: TravelTimes, beat: Beat) -> None:
    corner = town.snap([111.0], [27.0])
    assert int(beat.roads.drive_times(corner, middle(town))[0]) >= INF_MS
    patrol = draw_patrol(beat, corner, middle(town), keys(town), RULE, 1)
    assert patrol is not None
    assert patrol.line[0] == pytest.approx((111.0 + STEP * 6, 27.0 + STEP * 6), abs=1e-5)


def test_a_post_that_covers_nothing_has_no_beat(town: TravelTimes) -> None:
    far = Demand(np.array([111.0]), np.array([27.0]), np.ones(1), np.array([60.0]))
    assert beat_around(town, middle(town), far, MODEL, 12, RULE) is None


def test_the_longest_drive_within_a_limit_is_found_to_the_millisecond() -> None:
    assert flow_limit_ms(VehicleModel.plain(factor=2.0), 180.0, 12) == 90_000
    assert flow_limit_ms(VehicleModel.plain(), -1.0, 12) == -1


def test_a_patrol_reads_back_as_it_was_written(town: TravelTimes, beat: Beat) -> None:
    patrol = drawn(town, beat, 3)
    data = json.loads(json.dumps(dump_patrol(patrol)))
    assert data["format"] == "wardmote-patrol/1"
    assert load_patrol(data) == patrol
    with pytest.raises(InvalidDataError):
        load_patrol({**data, "format": "x"})


# --- adherence -------------------------------------------------------------------------------


def trace_of(
    patrol: Patrol, share: float, every_s: float = 10.0
) -> list[tuple[float, float, float]]:
    line = np.array(patrol.line)
    upto = max(int(len(line) * share), 1)
    return [(row * every_s, x, y) for row, (x, y) in enumerate(line[:upto].tolist())]


def test_a_patrol_driven_as_planned_is_adhered_to_and_half_of_one_half(
    town: TravelTimes, beat: Beat
) -> None:
    patrol = drawn(town, beat, 5)
    whole = adherence(patrol, trace_of(patrol, 1.0))
    assert whole.way_share == 1.0
    assert whole.key_places_share == 1.0
    assert 0.0 < adherence(patrol, trace_of(patrol, 0.3)).way_share < 1.0
    assert adherence(patrol, []).way_share == 0.0


def test_where_nobody_knows_where_the_unit_was_nothing_counts(
    town: TravelTimes, beat: Beat
) -> None:
    patrol = Patrol(1, 0.0, 0.0, 1.0, ((111.0, 27.0), (111.01, 27.0)), (), ())
    ends = [(0.0, 111.0, 27.0), (60.0, 111.01, 27.0)]
    assert adherence(patrol, ends).way_share == 1.0
    apart = adherence(patrol, [(0.0, 111.0, 27.0), (60.1, 111.01, 27.0)])
    assert apart.way_share < 0.15
    assert apart.key_places_share is None
