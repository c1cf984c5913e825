"""Speed factors and closures."""

from __future__ import annotations

import numpy as np
import pytest

from wardmote.core.travel.graph import INF_MS, RoadClass
from wardmote.core.travel.metric import (
    HOURS_PER_WEEK,
    SpeedFactors,
    both_directions,
    customize,
    with_closures,
)
from wardmote.core.travel.travel_times import TravelTimes


def factors(areas: int = 2) -> SpeedFactors:
    share = np.ones((areas, len(RoadClass), HOURS_PER_WEEK), dtype=np.float32)
    share[0, RoadClass.RESIDENTIAL, 8] = 0.5
    share[1, :, :] = 1.25
    return SpeedFactors(share)


def test_a_share_of_a_half_doubles_the_duration_in_that_area_class_and_hour(
    generated: TravelTimes,
) -> None:
    graph = generated.graph
    area = np.repeat(graph.edge_area, 2)
    open_ = graph.freeflow_ms != INF_MS
    rush = customize(graph, factors=factors(), hour_of_week=8)
    slow, fast, unknown = (open_ & (area == number) for number in (0, 1, 2))
    assert (rush.open_ms[slow] == 2 * graph.freeflow_ms[slow]).all()
    expected = np.rint(graph.freeflow_ms[fast] / 1.25)
    assert (rush.open_ms[fast] == expected).all()
    assert (rush.open_ms[unknown] == graph.freeflow_ms[unknown]).all()
    assert (rush.open_ms[~open_] == INF_MS).all()
    calm = customize(graph, factors=factors(), hour_of_week=9)
    assert (calm.open_ms[slow] == graph.freeflow_ms[slow]).all()


def test_a_duration_never_falls_below_a_millisecond_or_reaches_infinity(
    generated: TravelTimes,
) -> None:
    share = np.full((3, len(RoadClass), HOURS_PER_WEEK), 1e9, dtype=np.float32)
    quick = customize(generated.graph, factors=SpeedFactors(share))
    open_ = generated.graph.freeflow_ms != INF_MS
    assert (quick.open_ms[open_] == 1).all()
    slow = customize(generated.graph, factors=SpeedFactors(np.full_like(share, 1e-9)))
    assert (slow.open_ms[open_] == INF_MS - 1).all()


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan, np.inf])
def test_a_share_that_is_no_speed_is_refused(bad: float) -> None:
    share = np.ones((1, len(RoadClass), HOURS_PER_WEEK), dtype=np.float32)
    share[0, 0, 0] = bad
    with pytest.raises(ValueError, match="speed factors"):
        SpeedFactors(share)


def test_numbers_out_of_range_are_refused(generated: TravelTimes) -> None:
    graph = generated.graph
    with pytest.raises(ValueError, match="speed factors have shape"):
        SpeedFactors(np.ones((1, 2, 3), dtype=np.float32))
    with pytest.raises(ValueError, match="hour of the week 168"):
        customize(graph, hour_of_week=168)
    for half_edge in (-1, 2 * graph.edges):
        with pytest.raises(ValueError, match="closed half-edges"):
            customize(graph, closed=[half_edge])


def test_a_closed_street_is_left_and_driven_to_but_not_through(generated: TravelTimes) -> None:
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(113.005, 113.03, (2, 60)) - np.array([[0.0], [86.0]])
    places = generated.snap(lon, lat)
    inside = (places.fraction > 0) & (places.fraction < 1)
    edges = np.unique(places.edge[inside])
    closed = generated.closing(both_directions(edges))
    row = int(np.flatnonzero(inside)[0])
    times = closed.drive_times(places.rows(row), places)
    assert (times >= generated.drive_times(places.rows(row), places)).all()
    assert (times != INF_MS).sum() > 30
    for column in np.flatnonzero(times != INF_MS)[:10]:
        route = closed.route(places.rows(row), places.rows(column))
        assert route is not None
        assert not np.isin(route.half_edge[1:-1] // 2, edges).any()


def test_lifting_every_closure_restores_the_metric(generated: TravelTimes) -> None:
    graph, metric = generated.graph, generated.metric
    closed = with_closures(graph, metric, [0, 1, 7])
    assert (closed.passing_ms != metric.passing_ms).any()
    opened = with_closures(graph, closed, [])
    np.testing.assert_array_equal(opened.out_links, metric.out_links)
    np.testing.assert_array_equal(opened.in_links, metric.in_links)


def test_units_are_found_under_the_new_metric(generated: TravelTimes) -> None:
    places = generated.snap(113.002 + 0.003 * np.arange(9), [27.015] * 9)
    units = generated.index_units(places)
    closed = generated.closing(both_directions(np.arange(0, generated.graph.edges, 5)))
    moved = units.under(closed.metric)
    for row in range(9):
        found = closed.nearest(moved, places.rows(row), 9)
        times = closed.drive_times_to(places, places.rows(row))
        assert found.ms.tolist() == np.sort(times[times != INF_MS]).tolist()
