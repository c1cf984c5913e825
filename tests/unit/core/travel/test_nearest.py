"""Nearest units: order, limits of what is asked, many threads, and a queue that is too small."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from wardmote.core.travel import (
    contours,
    isochrone_field,
    nearest,
    searches,
    snapping,
    unit_index,
)
from wardmote.core.travel.graph import INF_MS, NONE, RoadGraph
from wardmote.core.travel.nearest import NearestUnits, nearest_units_to_each
from wardmote.core.travel.queues import workspace_of
from wardmote.core.travel.snapping import Snaps
from wardmote.core.travel.travel_times import TravelTimes, warm_up

PlacesOf = Callable[[RoadGraph, int, int], Snaps]


def rows(found: NearestUnits) -> list[tuple[int, int]]:
    return list(zip(found.unit.tolist(), found.ms.tolist(), strict=True))


def test_units_at_one_place_come_in_the_order_of_their_rows(
    generated: TravelTimes, random_places: PlacesOf
) -> None:
    places = random_places(generated.graph, 1, 41).rows([0] * 6)
    units = generated.index_units(places)
    units.move([4, 1], places.rows([0, 0]))
    found = generated.nearest(units, places.rows(0), 4)
    assert rows(found) == [(0, 0), (1, 0), (2, 0), (3, 0)]


def test_units_off_the_map_and_places_without_a_road_are_left_out(
    generated: TravelTimes, random_places: PlacesOf
) -> None:
    places = random_places(generated.graph, 5, 42)
    units = generated.index_units(places)
    nowhere = generated.snap([0.0], [0.0])
    assert nowhere.edge[0] == NONE
    assert rows(generated.nearest(units, nowhere, 3)) == []
    units.move([2], nowhere)
    found = generated.nearest(units, places.rows(2), 5)
    assert 2 not in found.unit
    units.move([2], places.rows(2))
    assert rows(generated.nearest(units, places.rows(2), 1)) == [(2, 0)]


def test_no_units_at_all_is_an_empty_answer(generated: TravelTimes) -> None:
    place = generated.snap([113.01], [27.01])
    units = generated.index_units(place.rows(np.zeros(0, dtype=np.int64)))
    assert rows(generated.nearest(units, place, 5)) == []


def test_a_negative_limit_reaches_nobody(generated: TravelTimes) -> None:
    place = generated.snap([113.01], [27.01])
    units = generated.index_units(place)
    assert rows(generated.nearest(units, place, 1, limit_ms=0)) == [(0, 0)]
    assert rows(generated.nearest(units, place, 1, limit_ms=-1)) == []


def test_questions_that_make_no_sense_are_refused(generated: TravelTimes) -> None:
    places = generated.snap([113.01, 113.02], [27.01, 27.02])
    units = generated.index_units(places)
    with pytest.raises(ValueError, match="one place, got 2"):
        generated.nearest(units, places, 1)
    with pytest.raises(ValueError, match="at least 1"):
        generated.nearest(units, places.rows(0), 0)
    with pytest.raises(ValueError, match="1 marks for 2 units"):
        generated.nearest(units, places.rows(0), 1, eligible=np.ones(1, dtype=np.bool_))
    with pytest.raises(ValueError, match="unit rows"):
        units.move([2], places.rows(0))
    with pytest.raises(ValueError, match="1 units cannot be put at 2 places"):
        units.move([0], places)


def test_threads_do_not_disturb_one_another(town: TravelTimes, random_places: PlacesOf) -> None:
    units = town.index_units(random_places(town.graph, 400, 43))
    places = random_places(town.graph, 200, 44)
    alone = [rows(found) for found in nearest_units_to_each(units, places, 5)]
    with ThreadPoolExecutor(4) as pool:
        together = pool.map(
            lambda row: rows(town.nearest(units, places.rows(row), 5)), list(range(200)) * 3
        )
        assert list(together) == alone * 3


def test_a_queue_that_is_too_small_changes_nothing(
    generated: TravelTimes, random_places: PlacesOf
) -> None:
    units = generated.index_units(random_places(generated.graph, 30, 45))
    places = random_places(generated.graph, 20, 46)
    eligible = np.arange(30) % 4 != 0
    for limit_ms in (60_000, INF_MS - 1):
        usual = nearest_units_to_each(units, places, 7, limit_ms=limit_ms, eligible=eligible)
        space = workspace_of(generated.graph)
        whole = space.link
        space.link = whole[:40].copy()
        try:
            small = nearest_units_to_each(units, places, 7, limit_ms=limit_ms, eligible=eligible)
        finally:
            space.link = whole
        assert [rows(found) for found in small] == [rows(found) for found in usual]


def test_labels_start_again_when_the_searches_run_out(
    generated: TravelTimes, random_places: PlacesOf
) -> None:
    units = generated.index_units(random_places(generated.graph, 30, 47))
    place = random_places(generated.graph, 1, 48)
    expected = rows(generated.nearest(units, place, 5))
    workspace_of(generated.graph).searches_left = 1
    for _ in range(4):
        assert rows(generated.nearest(units, place, 5)) == expected


def test_warming_up_leaves_nothing_to_compile(
    generated: TravelTimes, random_places: PlacesOf
) -> None:
    warm_up()
    places = random_places(generated.graph, 8, 49)
    units = generated.index_units(places)
    chosen = np.ones(8, dtype=np.bool_)
    chosen.flags.writeable = False
    fixed = Snaps(places.edge, places.fraction, places.lon, places.lat, places.offset_m)
    fixed.edge.flags.writeable = fixed.fraction.flags.writeable = False
    units.move(np.arange(8, dtype=np.int16), fixed)
    limit_ms = np.sort(generated.drive_times_to(places, places.rows(0)))[3]
    assert len(generated.nearest(units, places.rows(0), 9, limit_ms=limit_ms).unit) >= 4
    generated.nearest(units, places.rows(0), 9, eligible=chosen)
    generated.drive_times(places.rows(0), fixed, limit_ms=limit_ms)
    generated.isochrones(fixed, np.array([10_000, 20_000], dtype=np.int32))
    generated.route(places.rows(0), places.rows(1))
    again = TravelTimes.of(RoadGraph.from_arrays(generated.graph.to_arrays()))
    again.nearest(again.index_units(fixed), places.rows(1), 2)
    entries = (
        (nearest, "_nearest"),
        (searches, "_search"),
        (snapping, "_snap_points"),
        (snapping, "_rasterize"),
        (unit_index, "_move"),
        (isochrone_field, "reached_box"),
        (isochrone_field, "fill_tiles"),
        (isochrone_field, "driven_squares"),
        (isochrone_field, "reach_field"),
        (contours, "_trace"),
        (contours, "_crossings"),
    )
    for module, name in entries:
        assert len(getattr(module, name).signatures) == 1, name
