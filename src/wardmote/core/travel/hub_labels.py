"""Hub labels: the exact time between any two nodes in a tenth of a microsecond.

Each node keeps a short list of hubs it drives to, and one of hubs it is reached from; some hub of
both lists lies on a shortest path of every pair. Only entries that no more important hub replaces
are kept (canonical hierarchical labels, doi:10.1007/978-3-642-33090-2_4): the same that pruned
landmark labelling finds (doi:10.1145/2463676.2465315), but made from a contraction hierarchy of the
same order, node by node downwards, without any search.

Because a node's entry is only kept when no more important hub does as well, every node on the way
to a hub has that hub too: with the next node kept in each entry, whole ways are followed without
a graph.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Int32, Int64
from wardmote.core.travel.hierarchy.contraction import contract_arcs
from wardmote.core.travel.hierarchy.customization import put_durations

FAR = int(np.iinfo(np.int32).max)
"""Time of what cannot be reached."""


@dataclass(frozen=True, slots=True, eq=False)
class HubLabels:
    """Labels of N nodes, entries sorted by hub.

    - `out_first`, `in_first` int64 [N+1]: entries of each node.
    - `out_hub`, `in_hub` int32: number of the hub, 0 the most important.
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
    contraction = contract_arcs(tail, head, nodes, order[::-1])
    up, down = put_durations(contraction, time)
    begin, size, out_hub, out_time, in_hub, in_time = _label(
        contraction.parent, up.first, up.link, down.first, down.link
    )
    backward = np.argsort(head, kind="stable")
    first_in = np.zeros(nodes + 1, dtype=np.int32)
    np.cumsum(np.bincount(head, minlength=nodes), out=first_in[1:])
    out_first, out_hub, out_time = _by_node(contraction.rank, begin[0], size[0], out_hub, out_time)
    in_first, in_hub, in_time = _by_node(contraction.rank, begin[1], size[1], in_hub, in_time)
    out_next, out_metres = _ways(first, head, time, metres, out_first, out_hub, out_time)
    in_before, in_metres = _ways(
        first_in, tail[backward], time[backward], metres[backward], in_first, in_hub, in_time
    )
    return HubLabels(
        out_first, out_hub, out_time, out_next, out_metres,
        in_first, in_hub, in_time, in_before, in_metres,
    )  # fmt: skip


def _by_node(
    rank: Int32, begin: Int64, size: Int32, hub: Int32, time: Int32
) -> tuple[Int64, Int32, Int32]:
    """Labels in the order of nodes, from those by rank: offsets, hubs, times."""
    sizes = size[rank]
    first = np.zeros(len(rank) + 1, dtype=np.int64)
    np.cumsum(sizes, out=first[1:])
    entry = np.arange(first[-1]) + np.repeat(begin[rank] - first[:-1], sizes)
    return first, hub[entry], time[entry]


@kernel
def _label(
    parent: Int32, up_first: Int32, up_link: Int32, down_first: Int32, down_link: Int32
) -> tuple[Int64, Int32, Int32, Int32, Int32, Int32]:
    """Labels by rank: where each begins and its size, [2, N], then hubs and times out and in.

    A later node's labels are finished first. A node's hubs are among those of the later neighbours
    that its arcs lead to, and all of them are its ancestors in the elimination tree.
    """
    nodes = len(parent)
    begin = np.zeros((2, nodes), dtype=np.int64)
    size = np.zeros((2, nodes), dtype=np.int32)
    found = np.full((2, nodes), FAR, dtype=np.int64)
    room = 32 * nodes + 64
    out_hub, out_time = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32)
    in_hub, in_time = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32)
    chain = np.empty(nodes, dtype=np.int32)
    filled_out = filled_in = 0
    for v in range(nodes - 1, -1, -1):
        links = 0
        above = int(parent[v])
        while above >= 0:
            chain[links] = above
            links += 1
            above = int(parent[above])
        if max(filled_out, filled_in) + links + 1 > len(out_hub):
            out_hub, out_time = _longer(out_hub), _longer(out_time)
            in_hub, in_time = _longer(in_hub), _longer(in_time)
        _gather(v, up_first, up_link, begin[0], size[0], out_hub, out_time, found[0])
        _gather(v, down_first, down_link, begin[1], size[1], in_hub, in_time, found[1])
        begin[0, v], begin[1, v] = filled_out, filled_in
        filled_out = _keep_best(
            v, chain[:links], found[0], begin[1], size[1], in_hub, in_time,
            out_hub, out_time, filled_out,
        )  # fmt: skip
        filled_in = _keep_best(
            v, chain[:links], found[1], begin[0], size[0], out_hub, out_time,
            in_hub, in_time, filled_in,
        )  # fmt: skip
        size[0, v], size[1, v] = filled_out - begin[0, v], filled_in - begin[1, v]
        for place in range(links):
            found[0, chain[place]] = FAR
            found[1, chain[place]] = FAR
    return begin, size, out_hub, out_time, in_hub, in_time


@kernel
def _longer(array: Int32) -> Int32:
    twice = np.empty(2 * len(array), dtype=np.int32)
    twice[: len(array)] = array
    return twice


@kernel
def _gather(
    v: int,
    first: Int32,
    link: Int32,
    begin: Int64,
    size: Int32,
    hub: Int32,
    time: Int32,
    found: Int64,
) -> None:
    """Times between v and the hubs of its later neighbours, by rank of the hub, into `found`."""
    last = len(begin) - 1
    for position in range(first[v], first[v + 1]):
        later, onward = link[position, 0], np.int64(link[position, 1])
        for entry in range(begin[later], begin[later] + size[later]):
            rank = last - hub[entry]
            found[rank] = min(found[rank], onward + time[entry])


@kernel
def _keep_best(
    v: int,
    chain: Int32,
    found: Int64,
    other_begin: Int64,
    other_size: Int32,
    other_hub: Int32,
    other_time: Int32,
    hub: Int32,
    time: Int32,
    filled: int,
) -> int:
    """Write v's label: hubs to which no way through a more important one is as short.

    `other` are the labels in the other direction; v's own entry there does not count.
    """
    last = len(other_begin) - 1
    for place in range(len(chain) - 1, -1, -1):
        rank = chain[place]
        direct = found[rank]
        if direct >= FAR:
            continue
        needed = True
        start = other_begin[rank]
        for entry in range(start + other_size[rank] - 2, start - 1, -1):
            if found[last - other_hub[entry]] + other_time[entry] <= direct:
                needed = False
                break
        if needed:
            hub[filled] = last - rank
            time[filled] = direct
            filled += 1
    hub[filled] = last - v
    time[filled] = 0
    return filled + 1


@kernel
def _ways(
    first: Int32,
    head: Int32,
    time: Int32,
    metres: Int32,
    label_first: Int64,
    hub: Int32,
    label_time: Int32,
) -> tuple[Int32, Int32]:
    """The next node on the way of each entry, and how long that way is.

    The next node on a shortest way to a hub has that hub too, with the rest of the time.
    """
    nodes = len(first) - 1
    onward = np.empty(len(hub), dtype=np.int32)
    following = np.full(len(hub), -1, dtype=np.int64)
    length = np.full(len(hub), -1, dtype=np.int32)
    step = np.zeros(len(hub), dtype=np.int32)
    for node in range(nodes):
        own = label_first[node + 1] - 1
        onward[own], length[own] = node, 0
        for position in range(first[node], first[node + 1]):
            if time[position] == FAR:
                continue
            other = head[position]
            at, end = label_first[node], label_first[node + 1]
            there, there_end = label_first[other], label_first[other + 1]
            while at < end and there < there_end:
                gap = hub[at] - hub[there]
                if gap == 0:
                    rest = np.int64(label_time[there]) + time[position]
                    if following[at] < 0 and rest == label_time[at]:
                        following[at], onward[at], step[at] = there, other, metres[position]
                    at += 1
                    there += 1
                elif gap < 0:
                    at += 1
                else:
                    there += 1
    waiting = np.empty(nodes + 1, dtype=np.int64)
    for entry in range(len(hub)):
        count, at = 0, np.int64(entry)
        while length[at] < 0:
            waiting[count] = at
            count += 1
            at = following[at]
        so_far = length[at]
        for place in range(count - 1, -1, -1):
            so_far += step[waiting[place]]
            length[waiting[place]] = so_far
    return onward, length


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
