"""Points onto segments: kernel against NumPy, and the edges of what counts as near."""

from __future__ import annotations

import numpy as np
import pytest

from wardmote.core.travel import reference
from wardmote.core.travel.building import METRES_PER_DEGREE, build_road_graph
from wardmote.core.travel.graph import NONE, RoadGraph
from wardmote.core.travel.snapping import build_snap_index, snap, snaps_at_junctions
from wardmote.core.travel.travel_times import TravelTimes


def one_street() -> RoadGraph:
    """1/100 degree of the equator, due east."""
    return build_road_graph(
        [0.0, 0.01],
        [0.0, 0.0],
        edge_tail=[0],
        edge_head=[1],
        forward_ms=[1000],
        backward_ms=[-1],
        road_class=[6],
    )


def test_the_kernel_equals_numpy(town: TravelTimes) -> None:
    west, south = town.graph.line_xy.min(axis=0)
    east, north = town.graph.line_xy.max(axis=0)
    rng = np.random.default_rng(9)
    lon = rng.uniform(west - 0.02, east + 0.02, 120)
    lat = rng.uniform(south - 0.02, north + 0.02, 120)
    for reach_m in (60.0, 5_000.0):
        found = town.snap(lon, lat, max_offset_m=reach_m)
        expected = reference.snap(town.graph, lon, lat, reach_m)
        np.testing.assert_array_equal(found.edge, expected.edge)
        np.testing.assert_allclose(found.fraction, expected.fraction, atol=1e-12)
        np.testing.assert_allclose(found.lon, expected.lon, atol=1e-12)
        np.testing.assert_allclose(found.lat, expected.lat, atol=1e-12)
        np.testing.assert_allclose(found.offset_m, expected.offset_m, rtol=1e-6)


@pytest.mark.parametrize("cell_m", [15.0, 120.0, 3_000.0])
def test_cells_of_any_size_give_the_same_answer(generated: TravelTimes, cell_m: float) -> None:
    graph = generated.graph
    rng = np.random.default_rng(10)
    lon, lat = rng.uniform(112.99, 113.05, 400), rng.uniform(26.99, 27.05, 400)
    coarse = snap(graph, build_snap_index(graph, cell_m=cell_m), lon, lat)
    usual = generated.snap(lon, lat)
    np.testing.assert_array_equal(coarse.edge, usual.edge)
    np.testing.assert_array_equal(coarse.fraction, usual.fraction)


def test_a_road_exactly_as_far_as_asked_is_taken() -> None:
    graph = one_street()
    index = build_snap_index(graph)
    offset_m = 0.001 * METRES_PER_DEGREE
    found = snap(graph, index, 0.0025, 0.001, max_offset_m=offset_m * (1 + 1e-12))
    assert found.edge.tolist() == [0]
    assert found.fraction[0] == pytest.approx(0.25)
    assert found.offset_m[0] == pytest.approx(offset_m)
    assert snap(graph, index, 0.0025, 0.001, max_offset_m=offset_m * 0.999999).edge[0] == NONE


def test_beyond_an_end_is_the_junction_itself() -> None:
    graph = one_street()
    index = build_snap_index(graph)
    found = snap(graph, index, [-0.001, 0.011], [0.0005, -0.0005])
    assert found.fraction.tolist() == [0.0, 1.0]
    assert found.lon.tolist() == [0.0, 0.01]


def test_what_has_no_position_or_no_road_near_has_no_edge() -> None:
    graph = one_street()
    found = snap(graph, build_snap_index(graph), [np.nan, 50.0], [0.0, 50.0])
    assert found.edge.tolist() == [NONE, NONE]
    assert np.isnan(found.fraction).all()
    assert np.isnan(found.offset_m).all()


def test_the_way_behind_on_a_one_way_street_is_not_driven_backwards() -> None:
    """A square of one-ways: who has passed the place must go round."""
    graph = build_road_graph(
        [0.0, 0.01, 0.01, 0.0],
        [0.0, 0.0, 0.01, 0.01],
        edge_tail=[0, 1, 2, 3],
        edge_head=[1, 2, 3, 0],
        forward_ms=[1000] * 4,
        backward_ms=[-1] * 4,
        road_class=[6] * 4,
    )
    travel = TravelTimes.of(graph)
    west, east = travel.snap([0.002], [0.0]), travel.snap([0.006], [0.0])
    assert travel.drive_time(west, east) == 400
    assert travel.drive_time(east, west) == 3600
    assert travel.drive_time(east, east) == 0
    units = travel.index_units(east)
    assert travel.nearest(units, west, 1).ms.tolist() == [3600]
    route = travel.route(east, west)
    assert route is not None
    assert route.half_edge.tolist() == [0, 2, 4, 6, 0]


def test_places_at_junctions_need_no_geometry(generated: TravelTimes) -> None:
    junctions = np.arange(generated.graph.junctions)
    places = snaps_at_junctions(generated.graph, junctions)
    used = np.union1d(generated.graph.edge_tail, generated.graph.edge_head)
    assert (places.edge[used] != NONE).all()
    assert (places.lon[used] == generated.graph.junction_lon[used]).all()
    ends = np.where(
        places.fraction[used] == 0.0,
        generated.graph.edge_tail[places.edge[used]],
        generated.graph.edge_head[places.edge[used]],
    )
    np.testing.assert_array_equal(ends, used)
