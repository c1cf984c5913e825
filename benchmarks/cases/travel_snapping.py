"""10,000 points onto the road network."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.cities import SEED, generated_city
from benchmarks.measuring import Contestant, side_by_side
from benchmarks.registry import Goal, Outcome, benchmark
from wardmote.core.travel.building import METRES_PER_DEGREE
from wardmote.core.travel.graph import RoadGraph
from wardmote.core.travel.snapping import build_snap_index, snap

POINTS = 10_000
ROUNDS = 21


class Shapely:
    """An STRtree in a metric plane, asked for all points in one vectorized call.

    Either over whole edges or over their segments: the faster of the two is the peer. It also
    locates the point on the line and interpolates the place, which is what snapping means.
    """

    def __init__(
        self, graph: RoadGraph, lon: NDArray[np.float64], lat: NDArray[np.float64]
    ) -> None:
        self.scale = METRES_PER_DEGREE * np.array([np.cos(np.radians(lat.mean())), 1.0])
        xy = graph.line_xy * self.scale
        edge = np.repeat(np.arange(graph.edges), np.diff(graph.line_first))
        inner = np.flatnonzero(edge[1:] == edge[:-1])
        self.edges = shapely.linestrings(xy, indices=edge)
        self.segments = shapely.linestrings(np.stack((xy[inner], xy[inner + 1]), axis=1))
        self.edge_tree = shapely.STRtree(self.edges)
        self.segment_tree = shapely.STRtree(self.segments)
        self.points = np.column_stack((lon, lat)) * self.scale

    def by_edge(self) -> NDArray[np.float64]:
        return self._snap(self.edge_tree, self.edges)

    def by_segment(self) -> NDArray[np.float64]:
        return self._snap(self.segment_tree, self.segments)

    def _snap(self, tree: shapely.STRtree, lines: NDArray[np.object_]) -> NDArray[np.float64]:
        points = shapely.points(self.points)
        (asked, found), offset = tree.query_nearest(points, return_distance=True, all_matches=False)
        chosen = lines[found]
        along = shapely.line_locate_point(chosen, points[asked])
        place = shapely.get_coordinates(shapely.line_interpolate_point(chosen, along))
        return np.column_stack((place, offset))


@benchmark("travel_snapping", "10,000 points onto the road network")
def snapping() -> Outcome:
    graph = generated_city()
    index = build_snap_index(graph)
    rng = np.random.default_rng(SEED)
    west, south = graph.line_xy.min(axis=0)
    east, north = graph.line_xy.max(axis=0)
    lon, lat = rng.uniform(west, east, POINTS), rng.uniform(south, north, POINTS)
    peer = Shapely(graph, lon, lat)
    ours = snap(graph, index, lon, lat)
    for theirs in (peer.by_edge(), peer.by_segment()):
        place = np.column_stack((ours.lon, ours.lat)) * peer.scale
        offset = np.hypot(*(place - peer.points).T)
        # The peer's plane has one scale for the whole city: equal to 0.2 % and 5 cm.
        np.testing.assert_allclose(offset, theirs[:, 2], rtol=2e-3, atol=0.05)
    timings = side_by_side(
        {
            "wardmote": Contestant(lambda: snap(graph, index, lon, lat)),
            "shapely STRtree over edges": Contestant(peer.by_edge),
            "shapely STRtree over segments": Contestant(peer.by_segment),
        },
        rounds=ROUNDS,
    )
    peers = [t.median_s for name, t in timings.items() if name != "wardmote"]
    faster = min(peers) / timings["wardmote"].median_s
    return Outcome(
        goals=(Goal("faster than shapely STRtree", faster, ">=", 8, "times"),),
        timings=timings,
        setting={
            "city": "generated",
            "edges": graph.edges,
            "segments": len(peer.segments),
            "points": POINTS,
        },
        packages=("shapely",),
    )
