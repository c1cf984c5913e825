"""Where the units are on the network, kept so that a search meets them as it passes.

Each unit hangs on the nodes it can drive to first (two slots per unit), and, when it stands inside
an edge, on that edge. All lists are doubly linked through arrays, so that moving a unit costs the
same with ten units as with ten thousand.
"""

import numpy as np
from numpy.typing import ArrayLike

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import NONE, Float64, Int32, RoadGraph
from wardmote.core.travel.metric import Metric
from wardmote.core.travel.places import departures
from wardmote.core.travel.snapping import Snaps


class UnitIndex:
    """Places of a fixed number of unit rows under one metric. Not safe for concurrent changes.

    - `node_first` int32 [N]: first slot at each node, -1 for none.
    - `slots` int32 [2n, 2]: next slot at the same node (-1: last) and ms to the node, for slots
      `2 * unit` and `2 * unit + 1`; `previous_slot`, `slot_node` int32 [2n], -1 where unused.
    - `edge_first` int32 [E], `next_unit`, `previous_unit`, `unit_edge` int32 [n]: units inside an
      edge, and their lists. `fraction` float64 [n]: where on the edge each unit is.
    """

    __slots__ = (
        "edge_first",
        "fraction",
        "graph",
        "metric",
        "next_unit",
        "node_first",
        "previous_slot",
        "previous_unit",
        "slot_node",
        "slots",
        "snaps_edge",
        "unit_edge",
    )

    def __init__(self, graph: RoadGraph, metric: Metric, snaps: Snaps) -> None:
        units = len(snaps)
        self.graph = graph
        self.metric = metric
        self.node_first = np.full(graph.nodes, NONE, dtype=np.int32)
        self.slots = np.full((2 * units, 2), NONE, dtype=np.int32)
        self.previous_slot = np.full(2 * units, NONE, dtype=np.int32)
        self.slot_node = np.full(2 * units, NONE, dtype=np.int32)
        self.edge_first = np.full(graph.edges, NONE, dtype=np.int32)
        self.next_unit = np.full(units, NONE, dtype=np.int32)
        self.previous_unit = np.full(units, NONE, dtype=np.int32)
        self.unit_edge = np.full(units, NONE, dtype=np.int32)
        self.snaps_edge = np.full(units, NONE, dtype=np.int32)
        self.fraction = np.full(units, np.nan, dtype=np.float64)
        self.move(np.arange(units), snaps)

    @property
    def units(self) -> int:
        """Number of unit rows, placed or not."""
        return len(self.fraction)

    def move(self, rows: ArrayLike, snaps: Snaps) -> None:
        """Put unit `rows[i]` at place `i`. A place without an edge takes the unit off the map."""
        units = np.atleast_1d(np.asarray(rows)).astype(np.int32)
        if len(units) != len(snaps):
            msg = f"{len(units)} units cannot be put at {len(snaps)} places"
            raise ValueError(msg)
        if len(units) and (units.min() < 0 or units.max() >= self.units):
            msg = f"unit rows must be in 0 .. {self.units - 1}"
            raise ValueError(msg)
        node, ms = departures(self.graph, self.metric, snaps)
        self.snaps_edge[units] = snaps.edge
        self.fraction[units] = snaps.fraction
        _move(
            units,
            np.array(snaps.edge, dtype=np.int32),
            np.array(snaps.fraction, dtype=np.float64),
            node,
            ms,
            self.node_first,
            self.slots,
            self.previous_slot,
            self.slot_node,
            self.edge_first,
            self.next_unit,
            self.previous_unit,
            self.unit_edge,
        )

    def under(self, metric: Metric) -> "UnitIndex":
        """The same units under another metric of the same graph."""
        return UnitIndex(self.graph, metric, self.places())

    def places(self) -> Snaps:
        """Where the units are now; edge and fraction only, positions are NaN."""
        blank = np.full(self.units, np.nan)
        return Snaps(
            self.snaps_edge.copy(), self.fraction.copy(), blank, blank, blank.astype(np.float32)
        )


@kernel
def _unlink(first: Int32, following: Int32, previous: Int32, owner: Int32, item: int) -> None:
    if owner[item] < 0:
        return
    if previous[item] >= 0:
        following[previous[item]] = following[item]
    else:
        first[owner[item]] = following[item]
    if following[item] >= 0:
        previous[following[item]] = previous[item]
    owner[item] = -1


@kernel
def _link(
    first: Int32, following: Int32, previous: Int32, owner: Int32, item: int, new_owner: int
) -> None:
    owner[item] = new_owner
    previous[item] = -1
    following[item] = first[new_owner]
    if following[item] >= 0:
        previous[following[item]] = item
    first[new_owner] = item


@kernel
def _move(
    units: Int32,
    edge: Int32,
    fraction: Float64,
    node: Int32,
    ms: Int32,
    node_first: Int32,
    slots: Int32,
    previous_slot: Int32,
    slot_node: Int32,
    edge_first: Int32,
    next_unit: Int32,
    previous_unit: Int32,
    unit_edge: Int32,
) -> None:
    next_slot = slots[:, 0]
    for row in range(len(units)):
        unit = units[row]
        _unlink(edge_first, next_unit, previous_unit, unit_edge, unit)
        for side in range(2):
            slot = 2 * unit + side
            _unlink(node_first, next_slot, previous_slot, slot_node, slot)
            if node[row, side] >= 0:
                _link(node_first, next_slot, previous_slot, slot_node, slot, node[row, side])
                slots[slot, 1] = ms[row, side]
        if edge[row] >= 0 and 0.0 < fraction[row] < 1.0:
            _link(edge_first, next_unit, previous_unit, unit_edge, unit, edge[row])
