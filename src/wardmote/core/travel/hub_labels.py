"""Hub labels: the exact time between any two nodes in a tenth of a microsecond.

Each node keeps a short list of hubs it drives to, and one of hubs it is reached from; some hub of
both lists lies on a shortest path of every pair. Built by pruned searches from the most important
node down (pruned landmark labelling, doi:10.1145/2463676.2465315, directed and weighted as in
doi:10.1137/1.9781611973198.14), in the order of `dissection`.

Because a node's entry is only kept when no more important hub does as well, every node on the way
to a hub has that hub too: with the next node kept in each entry, whole ways are followed without
a graph.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Int32, Int64
from wardmote.core.travel.queues import drop_first, push

FAR = int(np.iinfo(np.int32).max)
"""Time of what cannot be reached."""


@dataclass(frozen=True, slots=True, eq=False)
class HubLabels:
    """Labels of N nodes, entries sorted by hub.

    - `out_first`, `in_first` int64 [N+1]: entries of each node.
    - `out_hub`, `in_hub` int32: rank of the hub in the order, 0 the most important.
    - `out_time`, `in_time` int32: ticks from the node to the hub, and from the hub to the node.
    - `out_next` int32: node driven to first on the way to the hub; `in_before`: node driven from
      last on the way from it; the node itself where it is its own hub.
    - `out_metres`, `in_metres` int32: length of that way.
    """

    out_first: Int64
    out_hub: Int32
    out_time: Int32
    out_next: Int32
    out_metres: Int32
    in_first: Int64
    in_hub: Int32
    in_time: Int32
    in_before: Int32
    in_metres: Int32

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Every array by name, for `numpy.savez`."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.out_first) - 1

    @property
    def mean_size(self) -> float:
        """Mean number of entries in a label of either kind."""
        return (len(self.out_hub) + len(self.in_hub)) / (2 * self.nodes)


def build_hub_labels(
    first: Int32, head: Int32, time: Int32, metres: Int32, order: Int32
) -> HubLabels:
    """Labels of a directed graph.

    Args:
        first, head: int32 [N+1] and [M], arcs leaving each node.
        time: int32 [M], ticks >= 1 of each arc; `FAR` where closed.
        metres: int32 [M], length of each arc.
        order: int32 [N], nodes from the most to the least important.
    """
    nodes = len(first) - 1
    tail = np.repeat(np.arange(nodes, dtype=np.int32), np.diff(first))
    backward = np.argsort(head, kind="stable")
    first_in = np.zeros(nodes + 1, dtype=np.int32)
    np.cumsum(np.bincount(head, minlength=nodes), out=first_in[1:])
    room = 96
    while True:
        built = _build(
            first, head, time, metres,
            first_in, tail[backward], time[backward], metres[backward], order, room,
        )  # fmt: skip
        if built[0][0] >= 0:
            break
        room *= 2
    out_size, out_hub, out_time, out_next, out_metres = built[:5]
    in_size, in_hub, in_time, in_before, in_metres = built[5:]
    out_first, out_kept = _packing(out_size, room)
    in_first, in_kept = _packing(in_size, room)
    return HubLabels(
        out_first,
        out_hub[out_kept], out_time[out_kept], out_next[out_kept], out_metres[out_kept],
        in_first,
        in_hub[in_kept], in_time[in_kept], in_before[in_kept], in_metres[in_kept],
    )  # fmt: skip


def _packing(size: Int32, room: int) -> tuple[Int64, NDArray[np.bool_]]:
    first = np.zeros(len(size) + 1, dtype=np.int64)
    np.cumsum(size, out=first[1:])
    return first, np.arange(room)[None, :] < size[:, None]


@kernel
def _pruned_search(
    root: int,
    rank: int,
    first: Int32,
    head: Int32,
    time: Int32,
    metres: Int32,
    known: Int32,
    size: Int32,
    hub: Int32,
    label_time: Int32,
    label_next: Int32,
    label_metres: Int32,
    best: Int64,
    length: Int32,
    parent: Int32,
    heap: Int64,
    touched: Int32,
) -> bool:
    """Add hub `rank` to the nodes whose shortest way from the root passes no better hub.

    `known` holds the root's times to better hubs; False when a label is full.
    """
    room = hub.shape[1]
    best[root] = 0
    length[root] = 0
    parent[root] = root
    touched[0] = root
    count = 1
    heap[0] = root
    waiting = 1
    fits = True
    while waiting > 0:
        entry = heap[0]
        waiting = drop_first(heap, waiting)
        reached = entry >> 32
        node = entry & 0xFFFFFFFF
        if reached > best[node]:
            continue
        pruned = False
        for place in range(size[node]):
            if np.int64(known[hub[node, place]]) + label_time[node, place] <= reached:
                pruned = True
                break
        if pruned:
            continue
        place = size[node]
        if place == room:
            fits = False
            break
        hub[node, place] = rank
        label_time[node, place] = reached
        label_next[node, place] = parent[node]
        label_metres[node, place] = length[node]
        size[node] = place + 1
        for position in range(first[node], first[node + 1]):
            if time[position] == FAR:
                continue
            onward = reached + time[position]
            other = head[position]
            if onward < best[other]:
                if best[other] == FAR:
                    touched[count] = other
                    count += 1
                best[other] = onward
                parent[other] = node
                length[other] = length[node] + metres[position]
                waiting = push(heap, waiting, (onward << 32) | other)
    for place in range(count):
        best[touched[place]] = FAR
    return fits


@kernel
def _build(
    first: Int32,
    head: Int32,
    time: Int32,
    metres: Int32,
    first_in: Int32,
    tail_in: Int32,
    time_in: Int32,
    metres_in: Int32,
    order: Int32,
    room: int,
) -> tuple[Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32]:
    nodes = len(first) - 1
    out_size = np.zeros(nodes, dtype=np.int32)
    out_hub = np.empty((nodes, room), dtype=np.int32)
    out_time = np.empty((nodes, room), dtype=np.int32)
    out_next = np.empty((nodes, room), dtype=np.int32)
    out_metres = np.empty((nodes, room), dtype=np.int32)
    in_size = np.zeros(nodes, dtype=np.int32)
    in_hub = np.empty((nodes, room), dtype=np.int32)
    in_time = np.empty((nodes, room), dtype=np.int32)
    in_before = np.empty((nodes, room), dtype=np.int32)
    in_metres = np.empty((nodes, room), dtype=np.int32)
    known = np.full(nodes, FAR, dtype=np.int32)
    best = np.full(nodes, FAR, dtype=np.int64)
    length = np.zeros(nodes, dtype=np.int32)
    parent = np.empty(nodes, dtype=np.int32)
    heap = np.empty(len(head) + nodes + 16, dtype=np.int64)
    touched = np.empty(nodes, dtype=np.int32)
    fits = True
    for rank in range(nodes):
        root = order[rank]
        for place in range(out_size[root]):
            known[out_hub[root, place]] = out_time[root, place]
        fits = fits and _pruned_search(
            root, rank, first, head, time, metres, known,
            in_size, in_hub, in_time, in_before, in_metres,
            best, length, parent, heap, touched,
        )  # fmt: skip
        for place in range(out_size[root]):
            known[out_hub[root, place]] = FAR
        before = in_size[root] - 1  # its own entry is not a better hub
        for place in range(before):
            known[in_hub[root, place]] = in_time[root, place]
        fits = fits and _pruned_search(
            root, rank, first_in, tail_in, time_in, metres_in, known,
            out_size, out_hub, out_time, out_next, out_metres,
            best, length, parent, heap, touched,
        )  # fmt: skip
        for place in range(before):
            known[in_hub[root, place]] = FAR
        if not fits:
            out_size[0] = -1
            break
    return (
        out_size, out_hub, out_time, out_next, out_metres,
        in_size, in_hub, in_time, in_before, in_metres,
    )  # fmt: skip


@kernel
def meeting(
    out_hub: Int32,
    out_time: Int32,
    out_at: int,
    out_end: int,
    in_hub: Int32,
    in_time: Int32,
    in_at: int,
    in_end: int,
) -> tuple[int, int, int]:
    """Time between two nodes, and the entries of the hub on the way (-1 where there is none)."""
    best, out_best, in_best = FAR, -1, -1
    while out_at < out_end and in_at < in_end:
        gap = out_hub[out_at] - in_hub[in_at]
        if gap == 0:
            total = np.int64(out_time[out_at]) + in_time[in_at]
            if total < best:
                best, out_best, in_best = total, out_at, in_at
            out_at += 1
            in_at += 1
        elif gap < 0:
            out_at += 1
        else:
            in_at += 1
    return best, out_best, in_best


def time_between(labels: HubLabels, start: int, end: int) -> int:
    """Ticks from one node to another; `FAR` where there is no way."""
    best, _, _ = meeting(
        labels.out_hub, labels.out_time, labels.out_first[start], labels.out_first[start + 1],
        labels.in_hub, labels.in_time, labels.in_first[end], labels.in_first[end + 1],
    )  # fmt: skip
    return int(best)


def way_between(labels: HubLabels, start: int, end: int) -> list[int]:
    """The nodes of a shortest way, both ends included; empty where there is none."""
    best, out_entry, in_entry = meeting(
        labels.out_hub, labels.out_time, labels.out_first[start], labels.out_first[start + 1],
        labels.in_hub, labels.in_time, labels.in_first[end], labels.in_first[end + 1],
    )  # fmt: skip
    if best == FAR:
        return []
    hub = labels.out_hub[out_entry]
    away = _follow(labels.out_first, labels.out_hub, labels.out_next, start, hub)
    back = _follow(labels.in_first, labels.in_hub, labels.in_before, end, hub)
    assert labels.in_hub[in_entry] == hub
    return away + back[-2::-1]


def _follow(first: Int64, hubs: Int32, onward: Int32, node: int, hub: int) -> list[int]:
    way = [node]
    while True:
        start, end = int(first[node]), int(first[node + 1])
        entry = start + int(np.searchsorted(hubs[start:end], hub))
        following = int(onward[entry])
        if following == node:
            return way
        way.append(following)
        node = following
