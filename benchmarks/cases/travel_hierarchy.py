"""The hierarchy at planning scale: few units, matrices, customization, turn restrictions."""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from functools import cache
from types import ModuleType

import numpy as np
import routingkit_cch as cch
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from benchmarks.cities import SEED, generated_city, san_francisco
from benchmarks.measuring import Contestant, Timing, side_by_side
from benchmarks.registry import Goal, Outcome, benchmark
from wardmote.core.travel.building import build_road_graph
from wardmote.core.travel.graph import INF_MS, RoadGraph
from wardmote.core.travel.hierarchy.customization import Hierarchy
from wardmote.core.travel.hierarchy.matrices import matrix
from wardmote.core.travel.hierarchy.nearest_few import PinnedUnits
from wardmote.core.travel.metric import customize
from wardmote.core.travel.snapping import Snaps, snaps_at_junctions
from wardmote.core.travel.turns import TurnKind, TurnRestriction

K = 5
INCIDENTS = 60
ROUNDS = 9
SCIPY_ORIGINS = 10

Int64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class City:
    """A road graph with our hierarchy and RoutingKit's on it, under the same durations."""

    name: str
    graph: RoadGraph
    ours: Hierarchy
    weights: list[int]
    peer: cch.CCHMetric

    def corners(self, count: int, seed: int) -> tuple[Snaps, Int64]:
        """Random junctions: as places for us, and as nodes for the peers."""
        graph = self.graph
        served = np.unique(np.concatenate((graph.edge_tail, graph.edge_head)))
        chosen = np.random.default_rng(SEED + seed).choice(served, count)
        return snaps_at_junctions(graph, chosen), graph.junction_node[chosen].astype(np.int64)

    def setting(self, **more: str | int) -> dict[str, str | int | float]:
        sizes = {"nodes": self.graph.nodes, "arcs": self.graph.arcs}
        shortcuts = {"shortcuts": self.ours.contraction.shortcuts}
        return {"city": self.name, **sizes, **shortcuts, **more}


def _plain(graph: RoadGraph) -> RoadGraph:
    """The same streets without turn restrictions."""
    return _rebuilt(graph, [])


def _rebuilt(graph: RoadGraph, restrictions: list[TurnRestriction]) -> RoadGraph:
    ms = np.where(graph.freeflow_ms == INF_MS, -1, graph.freeflow_ms).reshape(-1, 2)
    return build_road_graph(
        graph.junction_lon,
        graph.junction_lat,
        edge_tail=graph.edge_tail,
        edge_head=graph.edge_head,
        forward_ms=ms[:, 0],
        backward_ms=ms[:, 1],
        road_class=graph.edge_class,
        restrictions=restrictions,
    )


def _city(name: str, graph: RoadGraph) -> City:
    metric = customize(graph)
    tail, head = graph.tail.tolist(), graph.head.tolist()
    lat = graph.junction_lat[graph.node_origin].tolist()
    lon = graph.junction_lon[graph.node_origin].tolist()
    order = cch.compute_order_inertial(graph.nodes, tail, head, lat, lon)
    weights = metric.passing_ms[graph.half_edge].tolist()
    peer = cch.CCHMetric(cch.CCH(order, tail, head, False), weights)
    return City(name, graph, Hierarchy.of(graph, metric), weights, peer)


@cache
def _generated() -> City:
    return _city("generated", generated_city())


@cache
def _san_francisco() -> City:
    return _city("San Francisco, without its turn restrictions", _plain(san_francisco()))


def _nearest(city: City, units: int, goal: float) -> Outcome:
    places, nodes = city.corners(units, units)
    asked, asked_nodes = city.corners(INCIDENTS, 1)
    pinned = PinnedUnits(city.ours, places)
    incidents = [asked.rows([row]) for row in range(INCIDENTS)]
    peer = cch.CCHManyToOne(city.peer, nodes.tolist())

    def ours() -> list[list[int]]:
        return [pinned.nearest(place, K).ms.tolist() for place in incidents]

    def theirs() -> list[list[int | None]]:
        return [peer.distances_to(node) for node in asked_nodes.tolist()]

    expected = [sorted(ms for ms in row if ms is not None)[:K] for row in theirs()]
    _must_agree(ours() == expected)
    timings = side_by_side(
        {
            "wardmote pinned units": Contestant(ours, INCIDENTS),
            "routingkit-cch ManyToOne": Contestant(theirs, INCIDENTS),
        },
        rounds=ROUNDS,
    )
    faster = _faster(timings, "routingkit-cch ManyToOne", "wardmote pinned units")
    goals = (Goal("faster than routingkit-cch", faster, ">=", goal, "times"),)
    return Outcome(goals, timings, {}, city.setting(units=units, k=K), ("routingkit-cch",))


def _must_agree(same: bool) -> None:
    if not same:
        msg = "the contestants disagree"
        raise AssertionError(msg)


def _faster(timings: dict[str, Timing], slow: str, fast: str) -> float:
    return timings[slow].median_s / timings[fast].median_s


@benchmark("travel_nearest_20", "Five nearest of 20 units")
def nearest_of_20() -> Outcome:
    return _nearest(_generated(), 20, 1.2)


@benchmark("travel_nearest_200", "Five nearest of 200 units")
def nearest_of_200() -> Outcome:
    return _nearest(_generated(), 200, 2.0)


@benchmark("travel_nearest_20_san_francisco", "Five nearest of 20 units, San Francisco")
def nearest_of_20_in_san_francisco() -> Outcome:
    return _nearest(_san_francisco(), 20, 1.2)


@benchmark("travel_nearest_200_san_francisco", "Five nearest of 200 units, San Francisco")
def nearest_of_200_in_san_francisco() -> Outcome:
    return _nearest(_san_francisco(), 200, 2.0)


class Scipy:
    """scipy's Dijkstra from each origin, parallel arcs reduced to the fastest as it needs.

    Run for a few origins only, for it takes the same time for each.
    """

    def __init__(self, city: City, origins: Int64, destinations: Int64) -> None:
        graph = city.graph
        ms = np.array(city.weights, dtype=np.float64)
        order = np.lexsort((ms, graph.head, graph.tail))
        tail, head = graph.tail[order], graph.head[order]
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0)
        shape = (graph.nodes, graph.nodes)
        self.roads = csr_matrix((ms[order][first], (tail[first], head[first])), shape=shape)
        self.origins = origins[:SCIPY_ORIGINS]
        self.destinations = destinations

    def run(self) -> NDArray[np.float64]:
        times: NDArray[np.float64] = dijkstra(self.roads, indices=self.origins)
        return times[:, self.destinations]


class PyRoutingKit:
    """pyroutingkit's many-to-many, where it is installed."""

    def __init__(self, package: ModuleType, city: City, ends: tuple[Int64, Int64]) -> None:
        graph = city.graph
        self.cch = package.CCH()
        self.cch.build_topology(
            graph.tail.astype(np.uint32),
            graph.head.astype(np.uint32),
            graph.junction_lat[graph.node_origin].astype(np.float32),
            graph.junction_lon[graph.node_origin].astype(np.float32),
            node_count=graph.nodes,
        )
        self.cch.customize_weights(np.array(city.weights, dtype=np.uint32))
        self.ends = tuple(nodes.astype(np.uint32) for nodes in ends)

    def run(self) -> NDArray[np.uint32]:
        times: NDArray[np.uint32] = self.cch.distances_many_to_many(*self.ends)
        return times


class RoutingKit:
    """routingkit-cch's one-to-many with the destinations pinned, for each origin in turn."""

    def __init__(self, city: City, ends: tuple[Int64, Int64]) -> None:
        self.away = cch.CCHOneToMany(city.peer, ends[1].tolist())
        self.origins = ends[0].tolist()

    def run(self) -> list[list[int | None]]:
        return [self.away.distances_from(origin) for origin in self.origins]


def _matrix(city: City) -> Outcome:
    (origins, from_nodes), (destinations, to_nodes) = city.corners(500, 2), city.corners(5_000, 3)
    ends = (from_nodes, to_nodes)
    times = matrix(city.ours, origins, destinations)
    scipy = Scipy(city, *ends)
    reached = np.where(times == INF_MS, np.inf, times)
    _must_agree(np.array_equal(scipy.run(), reached[:SCIPY_ORIGINS]))
    contestants = {
        "wardmote": Contestant(lambda: matrix(city.ours, origins, destinations), 500),
        "scipy dijkstra": Contestant(scipy.run, SCIPY_ORIGINS),
    }
    goals: list[tuple[str, float]] = [("scipy dijkstra", 120)]
    setting = city.setting(origins=500, destinations=5_000, timed="seconds for each origin")
    if importlib.util.find_spec("pyroutingkit") is None:
        # The goal is set against that peer alone; another one is only shown.
        setting["pyroutingkit"] = (
            "not installed; routingkit-cch is timed in its place, without goal"
        )
        contestants["routingkit-cch OneToMany"] = Contestant(RoutingKit(city, ends).run, 500)
        packages: tuple[str, ...] = ("scipy", "routingkit-cch")
    else:
        peer = PyRoutingKit(importlib.import_module("pyroutingkit"), city, ends)
        within = times != INF_MS
        _must_agree(np.array_equal(peer.run()[within], times[within]))
        contestants["pyroutingkit many-to-many"] = Contestant(peer.run, 500)
        goals.insert(0, ("pyroutingkit many-to-many", 18))
        packages = ("scipy", "pyroutingkit")
    timings = side_by_side(contestants, rounds=5)
    measured = tuple(
        Goal(f"faster than {name}", _faster(timings, name, "wardmote"), ">=", least, "times")
        for name, least in goals
    )
    return Outcome(measured, timings, {}, setting, packages)


@benchmark("travel_matrix", "Driving times from 500 to 5,000 places")
def matrix_500_by_5000() -> Outcome:
    return _matrix(_generated())


@benchmark("travel_matrix_san_francisco", "Driving times from 500 to 5,000 places, San Francisco")
def matrix_500_by_5000_in_san_francisco() -> Outcome:
    return _matrix(_san_francisco())


@benchmark("travel_matrix_large", "Driving times from 2,000 to 50,000 places")
def matrix_2000_by_50000() -> Outcome:
    city = _generated()
    small = city.corners(500, 2)[0], city.corners(5_000, 3)[0]
    large = city.corners(2_000, 4)[0], city.corners(50_000, 5)[0]
    timings = side_by_side(
        {
            "500 x 5,000": Contestant(lambda: matrix(city.ours, *small)),
            "2,000 x 50,000": Contestant(lambda: matrix(city.ours, *large)),
        },
        rounds=ROUNDS,
    )
    longer = _faster(timings, "2,000 x 50,000", "500 x 5,000")
    goals = (Goal("time against 500 x 5,000", longer, "<=", 15, "times"),)
    return Outcome(goals, timings, {}, city.setting(), ())


def _customization(city: City) -> Outcome:
    timings = side_by_side(
        {
            "wardmote": Contestant(lambda: city.ours.under(city.ours.metric)),
            "routingkit-cch reset": Contestant(lambda: city.peer.reset(city.weights)),
        },
        rounds=ROUNDS,
    )
    longer = _faster(timings, "wardmote", "routingkit-cch reset")
    goals = (Goal("time against routingkit-cch", longer, "<=", 1.2, "times"),)
    return Outcome(goals, timings, {}, city.setting(), ("routingkit-cch",))


@benchmark("travel_customization", "New durations for every street")
def customization() -> Outcome:
    return _customization(_city("generated", generated_city()))


@benchmark("travel_customization_san_francisco", "New durations for every street, San Francisco")
def customization_in_san_francisco() -> Outcome:
    return _customization(_city("San Francisco", _plain(san_francisco())))


def _no_turning_round(graph: RoadGraph) -> list[TurnRestriction]:
    """Every direction of every street becomes a node of its own: no way may turn on the spot."""
    both = (graph.freeflow_ms.reshape(-1, 2) != INF_MS).all(axis=1)
    return [
        TurnRestriction(TurnKind.NO, (half, half ^ 1))
        for edge in np.flatnonzero(both).tolist()
        for half in (2 * edge, 2 * edge + 1)
    ]


def _questions(graph: RoadGraph, kind: str) -> dict[str, Contestant]:
    hierarchy = Hierarchy.of(graph, customize(graph))
    rng = np.random.default_rng(SEED)
    served = np.unique(np.concatenate((graph.edge_tail, graph.edge_head)))
    origins, destinations, units, incidents = (
        snaps_at_junctions(graph, rng.choice(served, count))
        for count in (500, 5_000, 200, INCIDENTS)
    )
    pinned = PinnedUnits(hierarchy, units)
    asked = [incidents.rows([row]) for row in range(INCIDENTS)]

    def nearest() -> None:
        for place in asked:
            pinned.nearest(place, K)

    return {
        f"customization, {kind}": Contestant(lambda: hierarchy.under(hierarchy.metric)),
        f"matrix 500 x 5,000, {kind}": Contestant(lambda: matrix(hierarchy, origins, destinations)),
        f"nearest 5 of 200, {kind}": Contestant(nearest, INCIDENTS),
    }


@benchmark("travel_turns", "Every junction with turn restrictions, against none")
def turns() -> Outcome:
    plain_graph = generated_city(151)
    aware_graph = _rebuilt(plain_graph, _no_turning_round(plain_graph))
    kinds = {"plain": plain_graph, "turn-aware": aware_graph}
    contestants: dict[str, Contestant] = {}
    for kind, graph in kinds.items():
        contestants |= _questions(graph, kind)
    timings = side_by_side(contestants, rounds=ROUNDS)
    goals = tuple(
        Goal(
            f"time of {what} against plain",
            _faster(timings, f"{what}, turn-aware", f"{what}, plain"),
            "<=",
            4,
            "times",
        )
        for what in ("customization", "matrix 500 x 5,000", "nearest 5 of 200")
    )
    setting: dict[str, str | int | float] = {
        f"{size}, {kind}": getattr(of, size)
        for kind, of in kinds.items()
        for size in ("nodes", "arcs")
    }
    return Outcome(goals, timings, {}, {"city": "generated", **setting}, ())
