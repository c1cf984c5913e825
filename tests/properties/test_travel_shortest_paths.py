"""Searches on the compiled graph against an oracle that knows nothing of nodes, copies or arcs.

The oracle walks the streets themselves: its state is a junction and the last half-edges driven, and
every restriction is checked literally against that history.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardmote.core.travel import reference
from wardmote.core.travel.building import build_road_graph
from wardmote.core.travel.graph import INF_MS, RoadGraph
from wardmote.core.travel.metric import Metric, customize, with_closures
from wardmote.core.travel.nearest import nearest_units
from wardmote.core.travel.routes import find_route
from wardmote.core.travel.searches import drive_time, drive_times, drive_times_to
from wardmote.core.travel.snapping import Snaps
from wardmote.core.travel.turns import TurnKind, TurnRestriction
from wardmote.core.travel.unit_index import UnitIndex

compiling = settings(deadline=None, max_examples=60)
"""The first example compiles the kernels."""


@dataclass
class Streets:
    """A town as drawn: edges with a duration each way (-1: not drivable)."""

    junctions: int
    tail: list[int]
    head: list[int]
    forward: list[int]
    backward: list[int]
    restrictions: list[TurnRestriction] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)

    def duration(self, half: int) -> int:
        return (self.forward if half % 2 == 0 else self.backward)[half // 2]

    def start(self, half: int) -> int:
        return (self.tail if half % 2 == 0 else self.head)[half // 2]

    def end(self, half: int) -> int:
        return (self.head if half % 2 == 0 else self.tail)[half // 2]

    def leaving(self, junction: int) -> list[int]:
        return [
            half
            for half in range(2 * len(self.tail))
            if self.duration(half) > 0 and self.start(half) == junction
        ]

    def graph(self) -> RoadGraph:
        angle = np.linspace(0, 2 * np.pi, self.junctions, endpoint=False)
        return build_road_graph(
            113 + 0.01 * np.cos(angle),
            27 + 0.01 * np.sin(angle),
            edge_tail=np.array(self.tail, dtype=np.int64),
            edge_head=np.array(self.head, dtype=np.int64),
            forward_ms=np.array(self.forward, dtype=np.int64),
            backward_ms=np.array(self.backward, dtype=np.int64),
            road_class=np.zeros(len(self.tail), dtype=np.int64),
            restrictions=self.restrictions,
        )

    def may_turn(self, history: tuple[int, ...], half: int) -> bool:
        only: dict[tuple[int, ...], set[int]] = {}
        for restriction in self.restrictions:
            if any(self.duration(step) < 0 for step in restriction.path):
                continue
            *before, last = restriction.path
            if history[-len(before) :] != tuple(before):
                continue
            if restriction.kind is TurnKind.ONLY:
                only.setdefault(tuple(before), set()).add(last)
            elif last == half:
                return False
        return all(half in ends for ends in only.values())

    def position(self, half: int, fraction: float) -> int:
        along = fraction if half % 2 == 0 else 1 - fraction
        return int(np.floor(along * self.duration(half) + 0.5))

    def corner(self, place: tuple[int, float]) -> int | None:
        edge, fraction = place
        if 0 < fraction < 1:
            return None
        return (self.tail if fraction <= 0 else self.head)[edge]

    def halves(self, place: tuple[int, float]) -> list[int]:
        return [h for h in (2 * place[0], 2 * place[0] + 1) if self.duration(h) > 0]

    def drive_time(self, origin: tuple[int, float], destination: tuple[int, float]) -> int:
        """The oracle. Places are (edge, fraction)."""

        queue: list[tuple[int, int, tuple[int, ...]]] = []
        best = INF_MS
        start, goal = self.corner(origin), self.corner(destination)
        if start is not None:
            queue.append((0, start, ()))
        for half in self.halves(origin) if start is None else ():
            begin = self.position(half, origin[1])
            queue.append((self.duration(half) - begin, self.end(half), (half,)))
            ahead = (destination[1] - origin[1]) * (1 if half % 2 == 0 else -1)
            if goal is None and destination[0] == origin[0] and ahead >= 0:
                best = min(best, self.position(half, destination[1]) - begin)
        heapq.heapify(queue)
        seen: set[tuple[int, tuple[int, ...]]] = set()
        longest = max((len(r.path) for r in self.restrictions), default=1)
        while queue:
            ms, junction, history = heapq.heappop(queue)
            if (junction, history) in seen:
                continue
            seen.add((junction, history))
            if goal == junction:
                best = min(best, ms)
            for half in self.leaving(junction):
                if not self.may_turn(history, half):
                    continue
                if goal is None and half in self.halves(destination):
                    best = min(best, ms + self.position(half, destination[1]))
                if half not in self.closed:
                    driven = (*history, half)[-longest:]
                    heapq.heappush(queue, (ms + self.duration(half), self.end(half), driven))
        return best


@st.composite
def towns(draw: st.DrawFn) -> Streets:
    junctions = draw(st.integers(2, 6))
    edges = draw(st.integers(1, 12))
    ends = st.integers(0, junctions - 1)
    durations = st.integers(1, 30)
    tail, head, forward, backward = [], [], [], []
    for _ in range(edges):
        tail.append(draw(ends))
        head.append(draw(ends))
        ways = draw(st.sampled_from(("both", "forward", "backward")))
        forward.append(draw(durations) if ways != "backward" else -1)
        backward.append(draw(durations) if ways != "forward" else -1)
    town = Streets(junctions, tail, head, forward, backward)
    for _ in range(draw(st.integers(0, 5))):
        path = [draw(st.integers(0, 2 * edges - 1))]
        for _ in range(draw(st.integers(1, 3))):
            onward = town.leaving(town.end(path[-1]))
            if not onward:
                break
            path.append(draw(st.sampled_from(onward)))
        if len(path) > 1:
            kind = draw(st.sampled_from(list(TurnKind)))
            town.restrictions.append(TurnRestriction(kind, tuple(path)))
    town.closed = draw(st.lists(st.integers(0, 2 * edges - 1), max_size=3))
    return town


@st.composite
def places(draw: st.DrawFn, town: Streets) -> tuple[int, float]:
    edge = draw(st.integers(0, len(town.tail) - 1))
    return edge, draw(st.sampled_from((0.0, 0.25, 0.5, 0.71, 0.999, 1.0)))


def snapped(rows: list[tuple[int, float]]) -> Snaps:
    nowhere = np.zeros(len(rows))
    return Snaps(
        np.array([edge for edge, _ in rows], dtype=np.int32),
        np.array([fraction for _, fraction in rows], dtype=np.float64),
        nowhere,
        nowhere,
        nowhere.astype(np.float32),
    )


def built(town: Streets) -> tuple[RoadGraph, Metric]:
    graph = town.graph()
    return graph, customize(graph, closed=town.closed)


@compiling
@given(st.data())
def test_every_search_equals_driving_the_streets_literally(data: st.DataObject) -> None:
    town = data.draw(towns())
    graph, metric = built(town)
    origins = data.draw(st.lists(places(town), min_size=1, max_size=4))
    destinations = data.draw(st.lists(places(town), min_size=1, max_size=4))
    expected = np.array([[town.drive_time(o, d) for d in destinations] for o in origins])

    for row, origin in enumerate(origins):
        away = drive_times(graph, metric, snapped([origin]), snapped(destinations))
        assert away.tolist() == expected[row].tolist()
    for column, destination in enumerate(destinations):
        one = snapped([destination])
        towards = drive_times_to(graph, metric, snapped(origins), one)
        assert towards.tolist() == expected[:, column].tolist()
        slow = reference.drive_times_to(graph, metric, snapped(origins), one)
        assert slow.tolist() == expected[:, column].tolist()
    single = drive_time(graph, metric, snapped(origins[:1]), snapped(destinations[:1]))
    assert single == expected[0, 0]


@compiling
@given(st.data())
def test_nearest_units_equal_sorting_all_of_them(data: st.DataObject) -> None:
    town = data.draw(towns())
    graph, metric = built(town)
    units = data.draw(st.lists(places(town), min_size=1, max_size=8))
    place = data.draw(places(town))
    k = data.draw(st.integers(1, 9))
    limit_ms = data.draw(st.sampled_from((0, 7, 20, 40, INF_MS - 1)))
    eligible = np.array(
        data.draw(st.lists(st.booleans(), min_size=len(units), max_size=len(units)))
    )

    times = [(town.drive_time(unit, place), row) for row, unit in enumerate(units)]
    expected = sorted(t for t in times if t[0] <= limit_ms and eligible[t[1]])[:k]

    index = UnitIndex(graph, metric, snapped(units))
    found = nearest_units(index, snapped([place]), k, limit_ms=limit_ms, eligible=eligible)
    assert list(zip(found.ms.tolist(), found.unit.tolist(), strict=True)) == expected

    everyone = reference.nearest_units(graph, metric, snapped(units), snapped([place]), k, limit_ms)
    found = nearest_units(index, snapped([place]), k, limit_ms=limit_ms)
    assert list(zip(found.unit.tolist(), found.ms.tolist(), strict=True)) == everyone


@compiling
@given(st.data())
def test_moved_units_are_found_where_they_are_now(data: st.DataObject) -> None:
    town = data.draw(towns())
    graph, metric = built(town)
    units = data.draw(st.lists(places(town), min_size=2, max_size=6))
    index = UnitIndex(graph, metric, snapped(units))
    for _ in range(data.draw(st.integers(1, 5))):
        row = data.draw(st.integers(0, len(units) - 1))
        units[row] = data.draw(places(town))
        index.move([row], snapped([units[row]]))
    fresh = UnitIndex(graph, metric, snapped(units))
    place = snapped([data.draw(places(town))])
    moved, rebuilt = nearest_units(index, place, 6), nearest_units(fresh, place, 6)
    assert moved.unit.tolist() == rebuilt.unit.tolist()
    assert moved.ms.tolist() == rebuilt.ms.tolist()


@compiling
@given(st.data())
def test_a_route_can_be_driven_and_takes_the_drive_time(data: st.DataObject) -> None:
    town = data.draw(towns())
    graph, metric = built(town)
    origin, destination = data.draw(places(town)), data.draw(places(town))
    route = find_route(graph, metric, snapped([origin]), snapped([destination]))
    expected = town.drive_time(origin, destination)
    if route is None:
        assert expected == INF_MS
        return
    assert route.ms == expected
    assert sum(part.ms for part in route.streets) == expected
    driven = route.half_edge.tolist()
    for step, half in enumerate(driven):
        if step:
            assert town.end(driven[step - 1]) == town.start(half)
            assert town.may_turn(tuple(driven[:step]), half)
        if 0 < step < len(driven) - 1:
            assert half not in town.closed


@compiling
@given(st.data())
def test_closing_and_reopening_equals_a_fresh_metric(data: st.DataObject) -> None:
    town = data.draw(towns())
    graph, metric = built(town)
    later = data.draw(st.lists(st.integers(0, 2 * len(town.tail) - 1), max_size=4))
    for closed in (later, []):
        metric = with_closures(graph, metric, closed)
        fresh = customize(graph, closed=closed)
        np.testing.assert_array_equal(metric.passing_ms, fresh.passing_ms)
        np.testing.assert_array_equal(metric.out_links, fresh.out_links)
        np.testing.assert_array_equal(metric.in_links, fresh.in_links)


@compiling
@given(towns())
def test_a_graph_survives_its_arrays(town: Streets) -> None:
    graph = town.graph()
    again = RoadGraph.from_arrays(graph.to_arrays())
    for name, array in graph.to_arrays().items():
        np.testing.assert_array_equal(array, again.to_arrays()[name])
    short = graph.to_arrays()
    short.pop("head")
    with pytest.raises(ValueError, match="head"):
        RoadGraph.from_arrays(short)
