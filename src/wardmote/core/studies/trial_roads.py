"""The roads of a trial: the twin's tables for every post that any of its plans has.

They are the planner's roads: its turn restrictions, its closures and its places on the street, so
that a trial's driving times by free flow are those by which posts were proven (`trial_network`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from wardmote.core.domain.places import KeyPlace
from wardmote.core.domain.problem import Problem
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.roads import Roads, prepare
from wardmote.core.simulation.twin.tables import Places
from wardmote.core.studies.plan import PlannedPost
from wardmote.core.studies.scenario import RoadClosure
from wardmote.core.studies.trial_network import PlaceNodes, junction_nodes, trial_network
from wardmote.core.travel.building import METRES_PER_DEGREE
from wardmote.core.travel.graph import NONE, Float64, Int32, Int64, RoadGraph
from wardmote.core.travel.hub_labels import FAR
from wardmote.core.travel.snapping import Snaps
from wardmote.core.travel.travel_times import TravelTimes

MOST_PARTS = 30
"""Parts of a place that closures cut into; a unit of a part is of a kind of its own."""
OFF_ROAD_KM_S = 30 / 3_600
"""Between a place and a junction that stands for it the twin knows one speed: 30 km/h."""


@dataclass(frozen=True, slots=True, eq=False)
class TrialRoads:
    """Prepared roads with posts in the order of `posts`.

    Attributes:
        row: of each post (by longitude and latitude) in the tables.
        places: nodes and distances of the posts.
        graph, nodes: which place has which node.
        hospitals: so many were asked for.
    """

    roads: Roads
    row: dict[tuple[float, float], int]
    places: Places
    graph: RoadGraph
    nodes: PlaceNodes
    hospitals: int = 0
    _parts: dict[tuple[int, ...], tuple[Roads, Places]] = field(default_factory=dict)

    def holds(
        self, posts: Sequence[PlannedPost], points: Snaps, hospitals: Sequence[KeyPlace] = ()
    ) -> bool:
        """Whether there are tables for all these posts, and nodes for all these points; and for the
        place's hospitals, where they are asked for."""
        return (
            all((post.lon, post.lat) in self.row for post in posts)
            and self.nodes.knows(points)
            and len(hospitals) <= self.hospitals
        )

    def nodes_of(self, points: Snaps) -> tuple[Int32, Float64]:
        """Nodes of points that the roads were prepared for, and their distances from them: none.

        Raises `KeyError` for other points.
        """
        return self.nodes.of(self.graph, points), np.zeros(len(points))

    def of_posts(self, posts: Sequence[PlannedPost]) -> tuple[Roads, Places]:
        """The tables for these posts alone, in their order; labels are shared.

        Tables are made once for the same posts: for a large place they are some hundred megabytes.
        """
        key = tuple(self.row[post.lon, post.lat] for post in posts)
        if key == tuple(range(len(self.row))):
            return self.roads, self.places
        if key not in self._parts:
            self._parts[key] = self._cut(np.array(key, dtype=np.int64))
        return self._parts[key]

    def _cut(self, rows: Int64) -> tuple[Roads, Places]:
        roads = self.roads
        part = roads._replace(
            from_post=np.ascontiguousarray(roads.from_post[:, :, rows]),
            from_post_dam=np.ascontiguousarray(roads.from_post_dam[:, :, rows]),
            to_post=np.ascontiguousarray(roads.to_post[:, rows]),
            to_post_dam=np.ascontiguousarray(roads.to_post_dam[:, rows]),
        )
        places = self.places._replace(
            post_node=self.places.post_node[rows], post_km=self.places.post_km[rows]
        )
        return part, places


def prepare_roads(
    travel: TravelTimes,
    posts: Sequence[PlannedPost],
    closures: Sequence[RoadClosure] = (),
    *,
    points: Snaps | None = None,
    hospitals: Sequence[KeyPlace] = (),
) -> TrialRoads:
    """Tables and labels for posts, with roads closed. Seconds for a city.

    Args:
        points: that calls come from; each gets a node of its own. Other places can be put at a
            junction (`nodes_of`).
        hospitals: to which units take people; those off every road are left out.

    Raises:
        Problem: a post is not near any road.
    """
    unique = list({(post.lon, post.lat): post for post in posts}.values())
    at = travel.snap([post.lon for post in unique], [post.lat for post in unique])
    for post, edge in zip(unique, at.edge.tolist(), strict=True):
        if edge == NONE:
            raise Problem(
                zh=f"快反点 {post.name.zh or post.id} 附近没有道路；请移到路边。",
                en=f"The post {post.name.en or post.id} has no road near; move it to one.",
            )
    wards = travel.snap([one.lon for one in hospitals], [one.lat for one in hospitals])
    wards = wards.rows(np.flatnonzero(wards.edge != NONE))
    asked = _both(at, wards) if points is None else _both(_both(at, wards), points)
    network, nodes = trial_network(travel, closed_edges(travel, closures), asked)
    node = nodes.of(travel.graph, at)
    ward = nodes.of(travel.graph, wards)
    places = Places(node, np.zeros(len(node)), ward, np.zeros(len(ward)))
    row = {(post.lon, post.lat): number for number, post in enumerate(unique)}
    roads = prepare(network, node, ward, node_order(travel))
    return TrialRoads(roads, row, places, travel.graph, nodes, len(hospitals))


def _both(first: Snaps, second: Snaps) -> Snaps:
    return Snaps(
        np.concatenate((first.edge, second.edge)),
        np.concatenate((first.fraction, second.fraction)),
        np.concatenate((first.lon, second.lon)),
        np.concatenate((first.lat, second.lat)),
        np.concatenate((first.offset_m, second.offset_m)),
    )


def node_order(travel: TravelTimes) -> Int32 | None:
    """Nodes from the most to the least important by the hierarchy, if there is one."""
    if travel.hierarchy is None:
        return None
    return np.argsort(travel.hierarchy.contraction.rank, kind="stable")[::-1].astype(np.int32)


def junctions_near(travel: TravelTimes, places: Snaps) -> Int32:
    """Nearer junction of each place along its street, int32 [n]."""
    graph, edge = travel.graph, np.maximum(places.edge, 0)
    at_tail = places.fraction <= 0.5
    return np.where(at_tail, graph.edge_tail[edge], graph.edge_head[edge]).astype(np.int32)


def nodes_of(travel: TravelTimes, places: Snaps, factor: float) -> tuple[Int32, Float64]:
    """Node of the nearer junction of each place, and the way from it to the place.

    For places that the roads were not prepared for. The twin drives that way at one speed, so it is
    given as the kilometres that take as long at `OFF_ROAD_KM_S` as the piece of street takes:
    `factor` times its free flow. The way from the street to a door is not in it, as it is not in
    the planner's times.
    """
    graph, open_ms = travel.graph, travel.metric.open_ms
    edge = np.maximum(places.edge, 0)
    node = junction_nodes(graph)[junctions_near(travel, places)]
    part = np.where(places.fraction <= 0.5, places.fraction, 1.0 - places.fraction)
    seconds = np.minimum(open_ms[2 * edge], open_ms[2 * edge + 1]) * (factor / 1_000.0)
    return node.astype(np.int32), np.nan_to_num(part * seconds * OFF_ROAD_KM_S)


def closed_edges(travel: TravelTimes, closures: Sequence[RoadClosure]) -> Int64:
    """Edges that closures close: the nearest one, and those that come within the radius (<=)."""
    graph = travel.graph
    closed: set[int] = set()
    for one in closures:
        nearest = travel.snap([one.lon], [one.lat])
        if nearest.edge[0] == NONE:
            raise Problem(
                zh=f"封闭点 {one.name.zh or one.name.en} 附近没有道路。",
                en=f"There is no road near the closure {one.name.en or one.name.zh}.",
            )
        closed.add(int(nearest.edge[0]))
        if one.radius_m > 0:
            closed |= set(_near(graph, one).tolist())
    return np.array(sorted(closed), dtype=np.int64)


def _near(graph: RoadGraph, closure: RoadClosure) -> Int64:
    """Edges whose line comes within the radius of the point."""
    stretch = np.cos(np.radians(closure.lat))
    x = (graph.line_xy[:, 0] - closure.lon) * METRES_PER_DEGREE * stretch
    y = (graph.line_xy[:, 1] - closure.lat) * METRES_PER_DEGREE
    dx, dy = np.diff(x), np.diff(y)
    length = np.maximum(dx * dx + dy * dy, 1e-12)
    share = np.clip(-(x[:-1] * dx + y[:-1] * dy) / length, 0.0, 1.0)
    distance = np.hypot(x[:-1] + share * dx, y[:-1] + share * dy)
    edge = np.repeat(np.arange(graph.edges), np.diff(graph.line_first))
    same = edge[:-1] == edge[1:]
    return np.unique(edge[:-1][same & (distance <= closure.radius_m)])


def hospital_of(roads: Roads, places: Places, node: Int32, part: Int64) -> Int32:
    """Row of the hospital in the same part of the place that is nearest by free flow to each node,
    int32 [n]; `NO_HOSPITAL` where there is none.

    Args:
        node: int32 [n]; part: int64 [N] of all nodes, as `parts_of` tells them.
    """
    if not len(places.hospital_node):
        return np.full(len(node), c.NO_HOSPITAL, dtype=np.int32)
    ticks = roads.to_hospital[0][node].copy()
    ticks[part[places.hospital_node][None, :] != part[node][:, None]] = FAR
    nearest = ticks.argmin(axis=1)
    none = ticks[np.arange(len(node)), nearest] == FAR
    return np.where(none, c.NO_HOSPITAL, nearest).astype(np.int32)


def parts_of(roads: Roads, places: Places) -> tuple[Int64, Int64]:
    """Parts of the place between which nobody can drive: of posts int64 [P], of nodes int64 [N].

    Posts that can drive to one another are of one part; parts are numbered from 0, those with most
    posts first. A node belongs to the part whose posts all reach it and return from it; -1 where
    there is none, and for posts beyond the `MOST_PARTS`.
    """
    node = places.post_node
    there = roads.from_post[0][node] != FAR
    both = there & there.T
    posts = np.full(len(node), -1, dtype=np.int64)
    groups: list[int] = []
    for row in range(len(node)):
        if posts[row] < 0:
            posts[both[row] & (posts < 0)] = len(groups)
            groups.append(row)
    order = np.argsort(-np.bincount(posts, minlength=len(groups)), kind="stable")
    number = np.full(len(groups), -1, dtype=np.int64)
    number[order[:MOST_PARTS]] = np.arange(min(len(groups), MOST_PARTS))
    posts = number[posts]
    nodes = np.full(len(roads.x_km), -1, dtype=np.int64)
    for part in range(min(len(groups), MOST_PARTS)):
        mine = posts == part
        reached = (roads.from_post[0][:, mine] != FAR).all(axis=1)
        nodes[reached & (roads.to_post[0][mine, :, 0] != FAR).all(axis=0)] = part
    return posts, nodes
