"""Drawn lines into a road network: joined where they meet, tidied, and drivable from end to end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from wardmote.core.simulation.generated_places.lines import Line
from wardmote.core.simulation.generated_places.shapes import CENTIMETRE

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]
Bool = NDArray[np.bool_]

_SHORTEST_EDGE_M = 9.0
_SHORTEST_DEAD_END_M = 20.0
_SIMPLIFY_M = 0.9


@dataclass(frozen=True, slots=True)
class Network:
    """Roads between junctions, on the plane.

    Attributes:
        xy: float64 [junctions, 2] metres.
        tail, head: int64 [edges] junction numbers.
        courses: the line of each edge, both ends included, from tail to head.
        road_class, street, settlement: int64 [edges], as in `Line`.
        oneway: bool [edges] only from tail to head.
    """

    xy: Float64
    tail: Int64
    head: Int64
    courses: tuple[Float64, ...]
    road_class: Int64
    street: Int64
    settlement: Int64
    oneway: Bool


@dataclass(slots=True)
class _Pieces:
    """Pieces of road while they are tidied; `keep` keeps some rows of every column."""

    tail: Int64
    head: Int64
    geometry: NDArray[np.object_]
    source: Int64

    def keep(self, rows: Bool) -> None:
        self.tail, self.head = self.tail[rows], self.head[rows]
        self.geometry, self.source = self.geometry[rows], self.source[rows]


def join(lines: list[Line]) -> Network:
    """Cut every line where it meets another, drop what is too short, keep what hangs together."""
    drawn = np.array([shapely.linestrings(line.points) for line in lines], dtype=object)
    pieces, xy = _cut(drawn)
    _contract(pieces, xy)
    _drop_doubles(pieces)
    for _ in range(2):
        _drop_short_ends(pieces)
    _keep_largest(pieces, len(xy))
    used, numbers = np.unique(np.concatenate((pieces.tail, pieces.head)), return_inverse=True)
    edges = len(pieces.tail)
    tail, head, xy = numbers[:edges], numbers[edges:], xy[used]

    source = pieces.source
    oneway = np.array([line.oneway for line in lines])[source]
    tail, head, geometry = _directed(tail, head, pieces.geometry, source, drawn, oneway)
    courses = _courses(geometry, xy[tail], xy[head])
    oneway &= ~_unreachable_oneways(tail, head, oneway, len(xy))
    return Network(
        xy=xy,
        tail=tail,
        head=head,
        courses=courses,
        road_class=np.array([int(line.road_class) for line in lines])[source],
        street=np.array([line.street for line in lines])[source],
        settlement=np.array([line.settlement for line in lines])[source],
        oneway=oneway,
    )


def _cut(drawn: NDArray[np.object_]) -> tuple[_Pieces, Float64]:
    parts = shapely.get_parts(shapely.union_all(drawn))
    middle = shapely.line_interpolate_point(parts, 0.5, normalized=True)
    source = shapely.STRtree(drawn).nearest(middle)
    ends = np.concatenate(
        (
            shapely.get_coordinates(shapely.get_point(parts, 0)),
            shapely.get_coordinates(shapely.get_point(parts, -1)),
        )
    )
    xy, numbers = np.unique(np.round(ends, CENTIMETRE), axis=0, return_inverse=True)
    numbers = numbers.reshape(-1)
    count = len(parts)
    return _Pieces(numbers[:count], numbers[count:], parts, source.astype(np.int64)), xy


def _contract(pieces: _Pieces, xy: Float64) -> None:
    """Make one junction of the two ends of every very short piece."""
    lengths = shapely.length(pieces.geometry)
    short = lengths < _SHORTEST_EDGE_M
    group = _components(pieces.tail[short], pieces.head[short], len(xy))
    pieces.tail, pieces.head = group[pieces.tail], group[pieces.head]
    loops = (pieces.tail == pieces.head) & (lengths < 6 * _SHORTEST_EDGE_M)
    pieces.keep(~short & ~loops)


def _drop_doubles(pieces: _Pieces) -> None:
    """Of pieces with the same ends and nearly the same length, keep the first."""
    low = np.minimum(pieces.tail, pieces.head)
    high = np.maximum(pieces.tail, pieces.head)
    length = np.round(shapely.length(pieces.geometry) / 15.0).astype(np.int64)
    _, first = np.unique(np.stack((low, high, length), axis=1), axis=0, return_index=True)
    rows = np.zeros(len(low), dtype=np.bool_)
    rows[first] = True
    pieces.keep(rows)


def _drop_short_ends(pieces: _Pieces) -> None:
    degree = np.bincount(np.concatenate((pieces.tail, pieces.head)))
    dead = (degree[pieces.tail] == 1) | (degree[pieces.head] == 1)
    pieces.keep(~(dead & (shapely.length(pieces.geometry) < _SHORTEST_DEAD_END_M)))


def _keep_largest(pieces: _Pieces, junctions: int) -> None:
    group = _components(pieces.tail, pieces.head, junctions)
    sizes = np.bincount(group[pieces.tail])
    pieces.keep(group[pieces.tail] == int(np.argmax(sizes)))


def _components(tail: Int64, head: Int64, junctions: int) -> Int64:
    """The smallest junction number of each junction's component, [junctions]."""
    label = np.arange(junctions)
    while True:
        lowest = np.minimum(label[tail], label[head])
        after = label.copy()
        np.minimum.at(after, tail, lowest)
        np.minimum.at(after, head, lowest)
        np.minimum.at(after, label[tail], lowest)
        np.minimum.at(after, label[head], lowest)
        after = after[after]
        if np.array_equal(after, label):
            return label
        label = after


def _directed(
    tail: Int64,
    head: Int64,
    geometry: NDArray[np.object_],
    source: Int64,
    drawn: NDArray[np.object_],
    oneway: Bool,
) -> tuple[Int64, Int64, NDArray[np.object_]]:
    """One-way pieces turned into the direction in which their line was drawn."""
    rows = np.flatnonzero(oneway)
    lines = drawn[source[rows]]
    first = shapely.line_locate_point(lines, shapely.get_point(geometry[rows], 0))
    last = shapely.line_locate_point(lines, shapely.get_point(geometry[rows], -1))
    turned = rows[first > last]
    tail, head, geometry = tail.copy(), head.copy(), geometry.copy()
    tail[turned], head[turned] = head[turned], tail[turned]
    geometry[turned] = shapely.reverse(geometry[turned])
    return tail, head, geometry


def _courses(geometry: NDArray[np.object_], start: Float64, end: Float64) -> tuple[Float64, ...]:
    """Simplified lines whose ends are exactly their junctions."""
    simple = shapely.simplify(geometry, _SIMPLIFY_M)
    points, row = shapely.get_coordinates(simple, return_index=True)
    first = np.searchsorted(row, np.arange(len(geometry) + 1))
    points[first[:-1]], points[first[1:] - 1] = start, end
    return tuple(np.split(points, first[1:-1]))


def _unreachable_oneways(tail: Int64, head: Int64, oneway: Bool, junctions: int) -> Bool:
    """One-way edges that must be opened both ways so that every junction reaches every other.

    Opens, around by around, the one-way edges at junctions that cannot be left or reached.
    """
    opened = np.zeros(len(tail), dtype=np.bool_)
    while True:
        still = oneway & ~opened
        forward_tail = np.concatenate((tail, head[~still]))
        forward_head = np.concatenate((head, tail[~still]))
        reached = _reached(forward_tail, forward_head, junctions)
        reaching = _reached(forward_head, forward_tail, junctions)
        lost = ~(reached & reaching)
        if not lost.any():
            return opened
        opened |= still & (lost[tail] | lost[head])


def _reached(tail: Int64, head: Int64, junctions: int) -> Bool:
    """Junctions that can be driven to from junction 0."""
    order = np.argsort(tail, kind="stable")
    after = head[order]
    first = np.searchsorted(tail[order], np.arange(junctions + 1))
    seen = np.zeros(junctions, dtype=np.bool_)
    seen[0] = True
    front = np.array([0])
    while len(front):
        degree = first[front + 1] - first[front]
        offset = np.repeat(first[front] - np.concatenate(([0], np.cumsum(degree)[:-1])), degree)
        found = np.unique(after[offset + np.arange(int(degree.sum()))])
        front = found[~seen[found]]
        seen[front] = True
    return seen
