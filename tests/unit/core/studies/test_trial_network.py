"""A trial drives what posts are proven by: turn restrictions, closures and places on the street."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tests.unit.core.simulation.twin.live_room import labels_of
from tests.unit.core.studies.small_place import named

from wardmote.core.domain.ids import PostId
from wardmote.core.studies.plan import PlannedPost
from wardmote.core.studies.scenario import RoadClosure
from wardmote.core.studies.trial_roads import TrialRoads, closed_edges, nodes_of, prepare_roads
from wardmote.core.travel.building import build_road_graph
from wardmote.core.travel.graph import INF_MS, RoadClass, RoadGraph
from wardmote.core.travel.hub_labels import meeting, time_between, way_between
from wardmote.core.travel.metric import both_directions
from wardmote.core.travel.snapping import Snaps
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.core.travel.turns import TurnKind, TurnRestriction

SIDE = 6
STEP = 0.004


def _graph() -> RoadGraph:
    """Streets on a grid, some of them one-way, with a ban or an order at every third corner."""
    rng = np.random.default_rng(3)
    number = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    row, column = np.divmod(np.arange(SIDE * SIDE), SIDE)
    east = np.stack((number[:, :-1].ravel(), number[:, 1:].ravel()))
    north = np.stack((number[:-1].ravel(), number[1:].ravel()))
    tail, head = np.concatenate((east, north), axis=1)
    forward = rng.integers(20_000, 60_000, len(tail))
    backward = np.where(rng.random(len(tail)) < 0.15, -1, rng.integers(20_000, 60_000, len(tail)))
    begins = np.stack((tail, head), axis=1).ravel()
    ends = np.stack((head, tail), axis=1).ravel()
    open_ = np.stack((forward, backward), axis=1).ravel() > 0
    banned = []
    for corner in range(0, SIDE * SIDE, 3):
        into = np.flatnonzero((ends == corner) & open_)
        out = np.flatnonzero((begins == corner) & open_)
        pairs = [(a, b) for a in into for b in out if a >> 1 != b >> 1]
        one = pairs[int(rng.integers(len(pairs)))]
        kind = TurnKind.ONLY if corner % 2 else TurnKind.NO
        banned.append(TurnRestriction(kind, (int(one[0]), int(one[1]))))
    return build_road_graph(
        112.0 + column * STEP, 27.0 + row * STEP, edge_tail=tail, edge_head=head,
        forward_ms=forward, backward_ms=backward,
        road_class=[int(RoadClass.RESIDENTIAL)] * len(tail), restrictions=banned,
    )  # fmt: skip


def _post(number: int, lon: float, lat: float) -> PlannedPost:
    return PlannedPost(PostId(f"p{number}"), named("P"), lon, lat, 1)


def _places(travel: TravelTimes) -> tuple[list[PlannedPost], Snaps]:
    """Posts and points all over the streets: several in one street, some at corners, some twice."""
    rng = np.random.default_rng(5)
    span = (SIDE - 1) * STEP
    lon, lat = 112.0 + rng.random(60) * span, 27.0 + rng.random(60) * span
    lon[:12], lat[:12] = 112.0 + STEP * (1.1 + 0.07 * np.arange(12)), 27.0 + 2 * STEP
    lon[12:20] = 112.0 + STEP * rng.integers(0, SIDE, 8)
    lat[12:20] = 27.0 + STEP * rng.integers(0, SIDE, 8)
    lon[20], lat[20] = lon[0], lat[0]
    points = travel.snap(lon, lat)
    posts = [_post(n, lon[n], lat[n]) for n in (0, 13, 25, 33, 41)]
    return posts, points


def _given(closed: tuple[RoadClosure, ...] = (), *, hierarchy: bool = True) -> tuple[
    TravelTimes, TrialRoads, list[PlannedPost], Snaps
]:  # fmt: skip
    travel = TravelTimes.of(_graph())
    travel = travel.with_hierarchy() if hierarchy else travel
    posts, points = _places(travel)
    roads = prepare_roads(travel, posts, closed, points=points)
    shut = both_directions(closed_edges(travel, closed))
    return travel.closing(shut) if closed else travel, roads, posts, points


CLOSED = (RoadClosure(named("c"), 112.0 + 1.4 * STEP, 27.0 + 2 * STEP, 0.0),)


@pytest.mark.parametrize("closed", [(), CLOSED])
@pytest.mark.parametrize("hierarchy", [True, False])
def test_trial_times_are_the_turn_aware_ones(
    closed: tuple[RoadClosure, ...], hierarchy: bool
) -> None:
    travel, trial, posts, points = _given(closed, hierarchy=hierarchy)
    assert travel.graph.junction_copies.sum() > 8
    at = travel.snap([post.lon for post in posts], [post.lat for post in posts])
    roads, places = trial.of_posts(posts)
    node, km = trial.nodes_of(points)
    assert not km.any()
    away, back = travel.matrix(at, points), travel.matrix(points, at)
    np.testing.assert_array_equal(roads.from_post[0][node].T, away)
    np.testing.assert_array_equal(roads.to_post[0][:, node, 0], back.T)
    between = travel.matrix(points, points)
    labels = labels_of(roads, 0)
    found = [[time_between(labels, a, b) for b in node.tolist()] for a in node.tolist()]
    np.testing.assert_array_equal(found, between)
    assert (between[between != INF_MS] > 0).any()
    junctions = TravelTimes.of(_unrestricted(travel.graph))
    assert (junctions.matrix(at, points) < away).mean() > 0.05 or closed
    assert places.post_km.tolist() == [0.0] * len(posts)


def _unrestricted(graph: RoadGraph) -> RoadGraph:
    free = graph.freeflow_ms
    return build_road_graph(
        graph.junction_lon, graph.junction_lat, edge_tail=graph.edge_tail,
        edge_head=graph.edge_head, forward_ms=np.where(free[::2] == INF_MS, -1, free[::2]),
        backward_ms=np.where(free[1::2] == INF_MS, -1, free[1::2]), road_class=graph.edge_class,
    )  # fmt: skip


def test_ways_to_posts_lead_there_and_take_what_they_say() -> None:
    _, trial, posts, points = _given()
    roads, places = trial.of_posts(posts)
    tree = roads.to_post[0]
    for post, end in enumerate(places.post_node.tolist()):
        for start in trial.nodes_of(points)[0].tolist():
            node, steps = start, 0
            while node != end and steps < 200:
                assert tree[post, node, 2] == tree[post, tree[post, node, 1], 0]
                assert tree[post, node, 4] == tree[post, tree[post, node, 3], 0]
                assert tree[post, tree[post, node, 1], 0] <= tree[post, node, 0]
                node, steps = int(tree[post, node, 1]), steps + 1
            assert node == end
            assert tree[post, node, 0] == 0


def test_ways_between_places_pass_no_other_place_and_are_as_long_as_the_streets() -> None:
    travel, trial, posts, points = _given()
    node, _ = trial.nodes_of(points)
    roads, _ = trial.of_posts(posts)
    labels = labels_of(roads, 0)
    for row in range(0, len(points), 7):
        for other in range(len(points)):
            start, end = int(node[row]), int(node[other])
            way = way_between(labels, start, end)
            assert (way[0], way[-1]) == (start, end)
            assert all(one < travel.graph.nodes for one in way[1:-1])
            route = travel.route(points.rows(row), points.rows(other))
            assert route is not None
            _, away, back = meeting(
                labels.out_hub, labels.out_time, labels.out_first[start],
                labels.out_first[start + 1], labels.in_hub, labels.in_time, labels.in_first[end],
                labels.in_first[end + 1],
            )  # fmt: skip
            metres = labels.out_metres[away] + labels.in_metres[back]
            assert metres == pytest.approx(route.length_m, abs=4)


def test_other_places_are_put_at_a_junction_and_units_meet_there_whatever_way_they_came() -> None:
    travel, trial, posts, points = _given()
    node, km = nodes_of(travel, points, 1.0)
    roads, _ = trial.of_posts(posts)
    assert (roads.from_post[0][node] != INF_MS).all()
    corners = points.rows(np.arange(12, 20))
    corner, none = nodes_of(travel, corners, 1.0)
    assert none.max() < 1e-9
    np.testing.assert_array_equal(corner, trial.nodes_of(corners)[0])
    assert km.max() > 0
    elsewhere = dataclasses.replace(points, fraction=np.full(len(points), 0.123))
    assert not trial.holds(posts, elsewhere)
    assert trial.holds(posts, points)
    with pytest.raises(KeyError):
        trial.nodes_of(elsewhere)
