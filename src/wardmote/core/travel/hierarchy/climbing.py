"""Searches that only climb: from a place to all later nodes it reaches on kept arcs.

Every node that a climb can reach is an ancestor in the elimination tree, and ancestors rise: a walk
up the tree meets them in an order in which no queue is needed (Dibbelt, Strasser and Wagner,
doi:10.1145/2886843, section 6). With several seeds the walks merge where their ancestors do.
"""

import threading
import weakref
from dataclasses import dataclass

import numpy as np

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import INF_MS, NONE, Int32
from wardmote.core.travel.hierarchy.contraction import Contraction
from wardmote.core.travel.hierarchy.customization import Hierarchy
from wardmote.core.travel.places import arrivals, departures
from wardmote.core.travel.snapping import Snaps


@dataclass(frozen=True, slots=True, eq=False)
class Seeds:
    """Where climbs begin, for each of n places.

    `first` int32 [n+1]; `rank` int32: ranks of the nodes; `ms` int32: duration between place and
    node, in the order of places.
    """

    first: Int32
    rank: Int32
    ms: Int32

    def __len__(self) -> int:
        return len(self.first) - 1


def origins_of(hierarchy: Hierarchy, places: Snaps) -> Seeds:
    """Nodes that each place leads to first: at most two, none for a place without an edge."""
    node, ms = departures(hierarchy.graph, hierarchy.metric, places)
    used = node != NONE
    return _seeds(hierarchy, used.sum(axis=1), node[used], ms[used])


def destinations_of(hierarchy: Hierarchy, places: Snaps) -> Seeds:
    """Nodes from which each place is driven to directly, copies of junctions included."""
    row, node, ms = arrivals(hierarchy.graph, hierarchy.metric, places)
    drivable = ms != INF_MS
    return _seeds(
        hierarchy, np.bincount(row[drivable], minlength=len(places)), node[drivable], ms[drivable]
    )


def _seeds(hierarchy: Hierarchy, count: np.ndarray, node: Int32, ms: Int32) -> Seeds:
    first = np.zeros(len(count) + 1, dtype=np.int32)
    np.cumsum(count, out=first[1:])
    return Seeds(first, hierarchy.contraction.rank[node], ms)


@dataclass(frozen=True, slots=True, eq=False)
class Scratch:
    """Arrays of one thread for one contraction.

    - `label`, `other` int32 [N]: durations by rank; all `INF_MS` between two uses.
    - `reached` int32 [N]: ranks in the order in which a climb met them.
    - `cursor` int32 [N]: where the walks are.
    """

    label: Int32
    other: Int32
    reached: Int32
    cursor: Int32


class _PerThread(threading.local):
    def __init__(self) -> None:
        self.spaces: weakref.WeakKeyDictionary[Contraction, Scratch] = weakref.WeakKeyDictionary()


_PER_THREAD = _PerThread()


def scratch_of(contraction: Contraction) -> Scratch:
    """This thread's scratch arrays; made at first use, dropped with the contraction."""
    space = _PER_THREAD.spaces.get(contraction)
    if space is None:
        nodes = contraction.nodes
        space = Scratch(
            label=np.full(nodes, INF_MS, dtype=np.int32),
            other=np.full(nodes, INF_MS, dtype=np.int32),
            reached=np.empty(nodes, dtype=np.int32),
            cursor=np.empty(nodes + 1, dtype=np.int32),
        )
        _PER_THREAD.spaces[contraction] = space
    return space


@kernel
def begin(
    rank: int, ms: int, bound: int, label: Int32, cursor: Int32, walks: int, pending: int
) -> tuple[int, int]:
    """Add a seed; how many walks there are now, and how many labelled nodes wait."""
    if ms <= bound:
        if label[rank] == INF_MS:
            pending += 1
        label[rank] = min(label[rank], ms)
        cursor[walks] = rank
        walks += 1
    return walks, pending


@kernel
def step(cursor: Int32, walks: int, parent: Int32) -> tuple[int, int]:
    """The earliest node at which a walk stands; its walks go on as one. Node, walks left."""
    v = cursor[0]
    if walks > 1:
        for walk in range(1, walks):
            v = min(v, cursor[walk])
        left = 0
        for walk in range(walks):
            if cursor[walk] != v:
                cursor[left] = cursor[walk]
                left += 1
        walks = left
    else:
        walks = 0
    if parent[v] >= 0:
        cursor[walks] = parent[v]
        walks += 1
    return int(v), walks


@kernel
def relax(v: int, bound: int, first: Int32, link: Int32, label: Int32, pending: int) -> int:
    """Offer v's later neighbours the way through v; how many labelled nodes wait now."""
    duration = np.int64(label[v])
    for position in range(first[v], first[v + 1]):
        onward = duration + link[position, 1]
        u = link[position, 0]
        if onward < label[u] and onward <= bound:
            if label[u] == INF_MS:
                pending += 1
            label[u] = onward
    return pending


@kernel
def climb(
    seed_rank: Int32,
    seed_ms: Int32,
    low: int,
    high: int,
    bound: int,
    parent: Int32,
    first: Int32,
    link: Int32,
    label: Int32,
    reached: Int32,
    cursor: Int32,
) -> int:
    """Climb from the seeds `low` up to `high`; how many nodes were reached, rising in `reached`.

    Their durations (`<= bound`, `< INF_MS`) stay in `label`: whoever calls clears them.
    """
    walks, pending, count = 0, 0, 0
    for seed in range(low, high):
        walks, pending = begin(seed_rank[seed], seed_ms[seed], bound, label, cursor, walks, pending)
    while pending > 0:
        v, walks = step(cursor, walks, parent)
        if label[v] == INF_MS:
            continue
        pending -= 1
        reached[count] = v
        count += 1
        pending = relax(v, bound, first, link, label, pending)
    return count


@kernel
def clear(label: Int32, reached: Int32, count: int) -> None:
    """Make the labels of a climb `INF_MS` again."""
    for row in range(count):
        label[reached[row]] = INF_MS
