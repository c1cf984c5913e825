"""The roads of a twin: tables and labels from which every driving time is read, none searched.

From and to posts and to hospitals there are tables; between any two nodes, hub labels. They are
made once for a place (`prepare`) and kept; a run only reads them.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from wardmote.core.simulation.twin.stops import Stops, Trees
from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.dissection import dissection_order, neighbours
from wardmote.core.travel.graph import Float64, Int32, Int64, RoadGraph
from wardmote.core.travel.hub_labels import FAR, HubLabels, build_hub_labels
from wardmote.core.travel.metric import Metric
from wardmote.core.travel.queues import drop_first, push

UInt16 = NDArray[np.uint16]
Scalar = TypeVar("Scalar", bound=np.generic)
DECAMETRES_PER_KM = 100.0
STRIDE = 8


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A road network as nodes and arcs, with one or more metrics (kinds of travel).

    - `x_km`, `y_km` float64 [N]: positions on a plane.
    - `tail`, `head` int32 [A]: nodes of each arc, sorted by tail.
    - `time` int32 [M, A]: ticks of each arc under each metric, >= 1 (from and to stops >= 0);
      `FAR` where closed.
    - `metres` int32 [A]: length.
    - `tick_s`: seconds of a tick.
    - `stops`: the last nodes are so many stops, each two nodes (`stops.Stops`), which `prepare`
      makes one.
    """

    x_km: Float64
    y_km: Float64
    tail: Int32
    head: Int32
    time: Int32
    metres: Int32
    tick_s: float
    stops: int = 0

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.x_km)

    @property
    def metrics(self) -> int:
        """Number of metrics."""
        return len(self.time)

    def first(self) -> Int32:
        """Arcs `first[v] : first[v+1]` leave node v."""
        first = np.zeros(self.nodes + 1, dtype=np.int32)
        np.cumsum(np.bincount(self.tail, minlength=self.nodes), out=first[1:])
        return first


def network_from_arcs(
    x_km: Float64, y_km: Float64, tail: Int32, head: Int32, seconds: Float64, tick_s: float
) -> Network:
    """A network from arcs in any order; lengths are those of the straight lines between nodes.

    Args:
        seconds: float64 [M, A], driving time of each arc under each metric.

    Times are rounded to ticks, at least one.
    """
    order = np.argsort(tail, kind="stable")
    tail, head = tail[order].astype(np.int32), head[order].astype(np.int32)
    ticks = np.maximum(1, np.rint(seconds[:, order] / tick_s)).astype(np.int32)
    metres = 1000 * np.hypot(x_km[tail] - x_km[head], y_km[tail] - y_km[head])
    return Network(x_km, y_km, tail, head, ticks, np.rint(metres).astype(np.int32), tick_s)


def network_from_graph(graph: RoadGraph, metrics: tuple[Metric, ...]) -> Network:
    """The network of a road graph under metrics of it, ticks being milliseconds."""
    lat = graph.junction_lat[graph.node_origin]
    x_km = graph.junction_lon[graph.node_origin] * 111.32 * np.cos(np.radians(lat.mean()))
    time = np.stack([metric.passing_ms[graph.half_edge] for metric in metrics])
    metres = np.rint(graph.edge_length_m[graph.half_edge >> 1]).astype(np.int32)
    return Network(x_km, lat * 111.32, graph.tail.copy(), graph.head.copy(), time, metres, 0.001)


class Roads(NamedTuple):
    """What the kernels read. M metrics, N nodes, P posts, H hospitals; times in ticks.

    - `from_post` int32 [M, N, P], `from_post_dam` uint16: post to node, and decametres of the way.
    - `to_post` int32 [M, P, N, 5]: time from node to post, the node driven to first and its time,
      the node `STRIDE` further on and its time; `to_post_dam` uint16 [M, P, N].
    - `to_hospital` int32 [M, N, H], `to_hospital_dam` uint16.
    - the rest: hub labels of all metrics one after the other; `*_first` int64 [M, N+1].
    - `x_km`, `y_km` float64 [N]; `fastest_km_s` float64 [M], no straight line is driven faster.
    """

    tick_s: float
    from_post: Int32
    from_post_dam: UInt16
    to_post: Int32
    to_post_dam: UInt16
    to_hospital: Int32
    to_hospital_dam: UInt16
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
    x_km: Float64
    y_km: Float64
    fastest_km_s: Float64


def prepare(network: Network, posts: Int32, hospitals: Int32, order: Int32 | None = None) -> Roads:
    """The tables and labels of a network for posts and hospitals at these nodes.

    A stop is one node here: of a network with N nodes and S stops, N - S are left.

    Args:
        order: int32, nodes from the most to the least important, for labels; a good one makes them
            short. One by positions is made where there is none. Stops come last whatever it says.
    """
    stops = Stops(network.nodes - 2 * network.stops, network.stops)
    first = network.first()
    if order is None:
        around, beside = neighbours(network.nodes, network.tail, network.head)
        order = dissection_order(network.x_km, network.y_km, around, beside)
    order = stops.order(order)
    labels = [
        stops.labels(build_hub_labels(first, network.head, time, network.metres, order))
        for time in network.time
    ]
    backward = np.argsort(network.head, kind="stable")
    first_in = np.zeros(network.nodes + 1, dtype=np.int32)
    np.cumsum(np.bincount(network.head, minlength=network.nodes), out=first_in[1:])
    tail_in, metres_in = network.tail[backward], network.metres[backward]
    away, away_dam = [], []
    home, home_dam = [], []
    ward, ward_dam = [], []
    for time in network.time:
        there = stops.trees(
            _trees(first, network.head, time, network.metres, posts), posts, coming=True
        )
        back, ill = (
            stops.trees(
                _trees(first_in, tail_in, time[backward], metres_in, stops.come_to(places)),
                places,
                coming=False,
            )
            for places in (posts, hospitals)
        )
        away.append(there.ticks.T)
        away_dam.append(there.dam.T)
        home.append(_strides(back.ticks, np.maximum(back.before, 0)))
        home_dam.append(back.dam)
        ward.append(ill.ticks.T)
        ward_dam.append(ill.dam.T)
    streets = np.flatnonzero(np.maximum(network.tail, network.head) < stops.through)
    tail, head = network.tail[streets], network.head[streets]
    straight = np.hypot(
        network.x_km[tail] - network.x_km[head], network.y_km[tail] - network.y_km[head]
    )
    return Roads(
        tick_s=network.tick_s,
        from_post=_stack(away),
        from_post_dam=_stack(away_dam),
        to_post=_stack(home),
        to_post_dam=_stack(home_dam),
        to_hospital=_stack(ward),
        to_hospital_dam=_stack(ward_dam),
        x_km=network.x_km[: stops.left].copy(),
        y_km=network.y_km[: stops.left].copy(),
        fastest_km_s=(straight[None, :] / (network.time[:, streets] * network.tick_s)).max(axis=1),
        **_joined(labels),
    )


def _strides(ticks: Int32, onward: Int32) -> Int32:
    """Columns of `to_post`: with the far node as well, following a way takes few steps."""
    far = onward
    for _ in range(STRIDE - 1):
        far = np.take_along_axis(onward, far, axis=1)
    after = [(node, np.take_along_axis(ticks, node, axis=1)) for node in (onward, far)]
    return np.stack((ticks, *after[0], *after[1]), axis=-1)


def _stack(tables: list[NDArray[Scalar]]) -> NDArray[Scalar]:
    return np.ascontiguousarray(np.stack(tables))


def _joined(labels: list[HubLabels]) -> dict[str, NDArray[Any]]:
    out_before = np.cumsum([0] + [len(one.out_hub) for one in labels[:-1]])
    in_before = np.cumsum([0] + [len(one.in_hub) for one in labels[:-1]])
    out_first = np.stack([one.out_first + n for one, n in zip(labels, out_before, strict=True)])
    in_first = np.stack([one.in_first + n for one, n in zip(labels, in_before, strict=True)])
    rest = [name for name in Roads._fields if name.startswith(("out_", "in_"))]
    joined = {
        name: np.concatenate([getattr(one, name) for one in labels])
        for name in rest
        if not name.endswith("_first")
    }
    return {"out_first": out_first, "in_first": in_first, **joined}


def roads_to_arrays(roads: Roads) -> dict[str, NDArray[np.generic]]:
    """Every array by name, for `numpy.savez`; `roads_from_arrays` is the inverse."""
    return {name: np.asarray(value) for name, value in roads._asdict().items()}


def roads_from_arrays(arrays: dict[str, NDArray[np.generic]]) -> Roads:
    """The roads that `roads_to_arrays` gave out. Raises `ValueError` naming what is missing."""
    missing = [name for name in Roads._fields if name not in arrays]
    if missing:
        msg = f"prepared roads lack {', '.join(missing)}"
        raise ValueError(msg)
    rest = {name: np.ascontiguousarray(arrays[name]) for name in Roads._fields if name != "tick_s"}
    return Roads(tick_s=float(arrays["tick_s"]), **rest)


def _trees(first: Int32, head: Int32, time: Int32, metres: Int32, roots: Int32) -> Trees:
    ticks = np.full((len(roots), len(first) - 1), FAR, dtype=np.int32)
    before = np.full(ticks.shape, -1, dtype=np.int32)
    dam = np.zeros(ticks.shape, dtype=np.uint16)
    for row, root in enumerate(roots):
        _tree(first, head, time, metres, root, ticks[row], before[row], dam[row])
    return Trees(ticks, before, dam)


@kernel
def _tree(
    first: Int32,
    head: Int32,
    time: Int32,
    metres: Int32,
    root: int,
    ticks: Int32,
    before: Int32,
    dam: UInt16,
) -> None:
    """Dijkstra from a root: time, the node before, and the way's length in decametres."""
    length = np.zeros(len(ticks), dtype=np.int64)
    heap = np.empty(len(head) + 1, dtype=np.int64)  # time << 32 | node
    heap[0] = root
    waiting = 1
    ticks[root] = 0
    before[root] = root
    while waiting > 0:
        reached, node = heap[0] >> 32, heap[0] & 0xFFFFFFFF
        waiting = drop_first(heap, waiting)
        if reached > ticks[node]:
            continue
        dam[node] = min(65535, (length[node] + 5) // 10)
        for position in range(first[node], first[node + 1]):
            if time[position] == FAR:
                continue
            onward = reached + time[position]
            other = head[position]
            if onward < ticks[other]:
                ticks[other] = onward
                before[other] = node
                length[other] = length[node] + metres[position]
                waiting = push(heap, waiting, (onward << 32) | other)
