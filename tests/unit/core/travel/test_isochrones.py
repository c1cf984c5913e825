"""Isochrones contain all road reached in time, and no road far from it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import shapely

from wardmote.core.travel.building import METRES_PER_DEGREE
from wardmote.core.travel.contours import trace_rings
from wardmote.core.travel.graph import INF_MS, RoadGraph
from wardmote.core.travel.isochrones import Isochrone
from wardmote.core.travel.metric import both_directions
from wardmote.core.travel.snapping import Snaps
from wardmote.core.travel.travel_times import TravelTimes

PlacesOf = Callable[[RoadGraph, int, int], Snaps]


def as_shape(isochrone: Isochrone) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([(rings[0], rings[1:]) for rings in isochrone.polygons])


def dense_spots(graph: RoadGraph, every_m: float) -> Snaps:
    """Spots along every edge, at most `every_m` apart."""
    count = np.ceil(graph.edge_length_m / every_m).astype(int) + 1
    edge = np.repeat(np.arange(graph.edges, dtype=np.int32), count)
    within = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    fraction = within / (np.repeat(count, count) - 1)
    lon, lat = np.empty(len(edge)), np.empty(len(edge))
    for number in range(graph.edges):
        points = slice(graph.line_first[number], graph.line_first[number + 1])
        here = slice(*np.searchsorted(edge, [number, number + 1]))
        at = graph.line_at[points]
        lon[here] = np.interp(fraction[here], at, graph.line_xy[points, 0])
        lat[here] = np.interp(fraction[here], at, graph.line_xy[points, 1])
    return Snaps(edge, fraction, lon, lat, np.zeros(len(edge), dtype=np.float32))


@pytest.mark.parametrize("closures", [False, True])
def test_reached_road_is_inside_and_road_inside_is_near_reached_road(
    town: TravelTimes, random_places: PlacesOf, *, closures: bool
) -> None:
    spots = dense_spots(town.graph, 15.0)
    travel = town.closing(both_directions(np.arange(0, town.graph.edges, 9))) if closures else town
    thresholds = [60_000, 100_000, 180_000]
    scale = METRES_PER_DEGREE * np.array([np.cos(np.radians(spots.lat.mean())), 1.0])
    for row in range(2):
        origin = random_places(town.graph, 3, 31).rows(row)
        times = travel.drive_times(origin, spots)
        for isochrone in travel.isochrones(origin, thresholds):
            shape = as_shape(isochrone)
            assert shape.is_valid
            inside = shapely.contains_xy(shape, spots.lon, spots.lat)
            reached = times <= isochrone.threshold_ms
            assert inside[reached].all()
            late = np.flatnonzero(inside & ~reached)
            near = np.column_stack((spots.lon, spots.lat)) * scale
            tree = shapely.STRtree(shapely.points(near[reached]))
            _, away = tree.query_nearest(
                shapely.points(near[late]), return_distance=True, all_matches=False
            )
            assert away.max(initial=0.0) <= town.raster.tolerance_m + 15.0


def test_several_origins_cover_what_any_of_them_reaches(
    generated: TravelTimes, random_places: PlacesOf
) -> None:
    origins = random_places(generated.graph, 4, 33)
    together = as_shape(generated.isochrones(origins, [45_000])[0])
    spots = dense_spots(generated.graph, 15.0)
    best = np.min([generated.drive_times(origins.rows(row), spots) for row in range(4)], axis=0)
    inside = shapely.contains_xy(together, spots.lon, spots.lat)
    assert inside[best <= 45_000].all()


def test_a_longer_time_reaches_at_least_as_far(
    generated: TravelTimes, random_places: PlacesOf
) -> None:
    origin = random_places(generated.graph, 1, 34)
    short, long = (as_shape(i) for i in generated.isochrones(origin, [50_000, 90_000]))
    assert long.covers(short)
    assert as_shape(generated.isochrones(origin, [90_000])[0]).equals(long)


def test_rings_are_oriented_closed_and_exact_in_geojson(
    generated: TravelTimes, random_places: PlacesOf
) -> None:
    isochrone = generated.isochrones(random_places(generated.graph, 1, 35), [120_000])[0]
    assert any(len(rings) > 1 for rings in isochrone.polygons)
    for shell, *holes in isochrone.polygons:
        assert shapely.LinearRing(shell).is_ccw
        assert not any(shapely.LinearRing(hole).is_ccw for hole in holes)
    written = shapely.from_geojson(shapely.to_geojson(shapely.geometry.shape(isochrone.geojson())))
    assert written.is_valid
    assert written.area == pytest.approx(as_shape(isochrone).area, rel=1e-4)


def test_nowhere_reaches_nothing(generated: TravelTimes) -> None:
    nowhere = generated.snap([0.0], [0.0])
    assert [i.polygons for i in generated.isochrones(nowhere, [60_000])] == [()]


@pytest.mark.parametrize("bad", [[], [-1], [INF_MS]])
def test_thresholds_out_of_range_are_refused(
    generated: TravelTimes, random_places: PlacesOf, bad: list[int]
) -> None:
    with pytest.raises(ValueError, match="thresholds"):
        generated.isochrones(random_places(generated.graph, 1, 36), bad)


def test_diagonal_points_get_rings_of_their_own_and_holes_know_their_shell() -> None:
    picture = (
        "...........",
        ".#####.###.",
        ".#...#.#.#.",
        ".#.#.#.###.",
        ".#...#.....",
        ".#####..#..",
        ".......#...",
        "...........",
    )
    value = np.array([[0 if dot == "#" else 9 for dot in line] for line in picture], dtype=np.int32)
    xy, ring_end, ring_shell = trace_rings(value, 5)
    rings = np.split(xy, ring_end[:-1])
    polygons = [
        shapely.Polygon(
            rings[shell],
            [rings[n] for n in range(len(rings)) if ring_shell[n] == shell and n != shell],
        )
        for shell in range(len(rings))
        if ring_shell[shell] == shell
    ]
    whole = shapely.MultiPolygon(polygons)
    assert whole.is_valid
    for (row, column), number in np.ndenumerate(value):
        assert shapely.contains_xy(whole, 2 * column, 2 * row) == (number <= 5)
    assert sorted(len(polygon.interiors) for polygon in polygons) == [0, 0, 0, 1, 1]
