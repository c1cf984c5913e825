"""The five nearest units by driving time, one incident at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import routingkit_cch as cch
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from benchmarks.cities import SEED, generated_city
from benchmarks.measuring import Contestant, side_by_side
from benchmarks.registry import Goal, Outcome, benchmark
from wardmote.core.travel.graph import RoadGraph
from wardmote.core.travel.metric import customize
from wardmote.core.travel.nearest import nearest_units
from wardmote.core.travel.snapping import Snaps, snaps_at_junctions
from wardmote.core.travel.unit_index import UnitIndex

K = 5
INCIDENTS = 60
ROUNDS = 15


@dataclass(frozen=True, slots=True)
class Question:
    """Units and incidents at junctions, where every contestant can ask about the same spot."""

    graph: RoadGraph
    units: NDArray[np.int64]
    incidents: NDArray[np.int64]

    @classmethod
    def on(cls, graph: RoadGraph, units: int) -> Question:
        rng = np.random.default_rng(SEED + units)
        served = np.unique(np.concatenate((graph.edge_tail, graph.edge_head)))
        return cls(graph, rng.choice(served, units), rng.choice(served, INCIDENTS))

    def nodes(self, junctions: NDArray[np.int64]) -> NDArray[np.int64]:
        return self.graph.junction_node[junctions].astype(np.int64)


class Ours:
    """The product's own search, called as the dispatch room calls it."""

    def __init__(self, question: Question) -> None:
        graph = question.graph
        places = snaps_at_junctions(graph, question.units)
        self.index = UnitIndex(graph, customize(graph), places)
        asked = snaps_at_junctions(graph, question.incidents)
        self.incidents: list[Snaps] = [asked.rows(row) for row in range(len(asked))]

    def run(self) -> list[list[int]]:
        return [nearest_units(self.index, place, K).ms.tolist() for place in self.incidents]


class Scipy:
    """scipy's Dijkstra on the reversed graph.

    With a limit that is doubled until five units are inside; the first limit is the one that was
    fastest in a trial, and parallel arcs are reduced to the fastest beforehand, as scipy needs.
    """

    def __init__(self, question: Question) -> None:
        graph = question.graph
        ms = customize(graph).passing_ms[graph.half_edge].astype(np.float64)
        order = np.lexsort((ms, graph.tail, graph.head))
        tail, head = graph.tail[order], graph.head[order]
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0)
        shape = (graph.nodes, graph.nodes)
        self.reverse = csr_matrix((ms[order][first], (head[first], tail[first])), shape=shape)
        self.units = question.nodes(question.units)
        self.incidents = question.nodes(question.incidents).reshape(-1, 1)
        self.limit = 30_000.0

    def tune(self, limits: tuple[float, ...]) -> None:
        trials = {}
        for limit in limits:
            self.limit = limit
            timed = side_by_side({"trial": Contestant(self.run)}, rounds=3)
            trials[limit] = timed["trial"].min_s
        self.limit = min(trials, key=lambda limit: trials[limit])

    def run(self) -> list[list[int]]:
        return [self._one(node) for node in self.incidents]

    def _one(self, node: NDArray[np.int64]) -> list[int]:
        limit = self.limit
        while True:
            times = dijkstra(self.reverse, indices=node, limit=limit)[0, self.units]
            if np.count_nonzero(times <= limit) >= K:
                return [int(ms) for ms in np.sort(np.partition(times, K - 1)[:K])]
            limit *= 2


class RoutingKit:
    """RoutingKit's customizable contraction hierarchy, `CCHManyToOne` with the units pinned.

    Nested-dissection order and a finished customization, as its documentation advises. Only the
    query is timed; picking the five smallest of its list is left out, in its favour.
    """

    def __init__(self, question: Question) -> None:
        graph = question.graph
        tail, head = graph.tail.tolist(), graph.head.tolist()
        lat = graph.junction_lat[graph.node_origin].tolist()
        lon = graph.junction_lon[graph.node_origin].tolist()
        order = cch.compute_order_inertial(graph.nodes, tail, head, lat, lon)
        weights = customize(graph).passing_ms[graph.half_edge].tolist()
        self.metric = cch.CCHMetric(cch.CCH(order, tail, head, False), weights)
        self.units = cch.CCHManyToOne(self.metric, question.nodes(question.units).tolist())
        self.incidents = question.nodes(question.incidents).tolist()

    def run(self) -> list[list[int | None]]:
        return [self.units.distances_to(node) for node in self.incidents]

    def answers(self) -> list[list[int]]:
        return [sorted(ms for ms in row if ms is not None)[:K] for row in self.run()]


def compare(units: int, *, with_scipy: bool) -> tuple[Outcome, dict[str, float]]:
    """Time the contestants; how many times faster ours is than each."""
    question = Question.on(generated_city(), units)
    ours, routingkit = Ours(question), RoutingKit(question)
    expected = ours.run()
    contestants = {
        "wardmote": Contestant(ours.run, INCIDENTS),
        "routingkit-cch ManyToOne": Contestant(routingkit.run, INCIDENTS),
    }
    same = routingkit.answers() == expected
    setting: dict[str, str | int | float] = {
        "city": "generated",
        "nodes": question.graph.nodes,
        "arcs": question.graph.arcs,
        "units": units,
        "k": K,
        "incidents": INCIDENTS,
    }
    if with_scipy:
        scipy = Scipy(question)
        scipy.tune((15_000.0, 30_000.0, 60_000.0, 120_000.0))
        same = same and scipy.run() == expected
        contestants["scipy dijkstra with limit"] = Contestant(scipy.run, INCIDENTS)
        setting["scipy's first limit (s)"] = scipy.limit / 1000
    if not same:
        msg = "the contestants disagree about the nearest units"
        raise AssertionError(msg)
    timings = side_by_side(contestants, rounds=ROUNDS)
    mine = timings["wardmote"].median_s
    times = {name: t.median_s / mine for name, t in timings.items()}
    packages = ("scipy", "routingkit-cch") if with_scipy else ("routingkit-cch",)
    return Outcome((), timings, {}, setting, packages), times


@benchmark("travel_nearest_2000", "Five nearest of 2,000 units")
def nearest_of_2000() -> Outcome:
    outcome, times = compare(2_000, with_scipy=True)
    goals = (
        Goal("faster than scipy", times["scipy dijkstra with limit"], ">=", 12, "times"),
        Goal("faster than routingkit-cch", times["routingkit-cch ManyToOne"], ">=", 35, "times"),
    )
    return Outcome(goals, outcome.timings, {}, outcome.setting, outcome.packages)


@benchmark("travel_nearest_20000", "Five nearest of 20,000 units")
def nearest_of_20000() -> Outcome:
    outcome, times = compare(20_000, with_scipy=False)
    faster = times["routingkit-cch ManyToOne"]
    goals = (Goal("faster than routingkit-cch", faster, ">=", 200, "times"),)
    return Outcome(goals, outcome.timings, {}, outcome.setting, outcome.packages)
