"""Places with a node of their own, at which units stop, set out and turn round, but which no way
passes through.

In a network each is two nodes: one that units leave from and one that they come to. So a way cannot
turn round there and get past a forbidden turn. Tables and labels are made for both and put together
as one node: the label of who leaves from the one, the label of who comes to the other. Stops are
the least important nodes of all: only stops of the same street have them as hubs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wardmote.core.travel.graph import Int32, Int64
from wardmote.core.travel.hub_labels import HubLabels

UInt16 = NDArray[np.uint16]


class Trees(NamedTuple):
    """Ways from or to R roots: ticks, the node before and decametres, all [R, N]."""

    ticks: Int32
    before: Int32
    dam: UInt16


@dataclass(frozen=True, slots=True)
class Stops:
    """Where they are among the nodes of a network.

    Attributes:
        through: nodes of the streets, which come first.
        number: stops; `number` nodes that are left from follow, then as many that are come to.
    """

    through: int
    number: int

    @property
    def left(self) -> int:
        """Nodes when each stop is one."""
        return self.through + self.number

    def come_to(self, node: Int32) -> Int32:
        """The nodes that units come to, of nodes after putting together."""
        return np.where(node >= self.through, node + self.number, node).astype(np.int32)

    def together(self, node: Int32) -> Int32:
        """Nodes after putting together; -1 stays."""
        return np.where(node >= self.left, node - self.number, node).astype(np.int32)

    def order(self, order: Int32) -> Int32:
        """The nodes of the streets as they are ordered (others left out), then the stops."""
        stops = self.through + np.arange(self.number, dtype=np.int32)
        pairs = np.stack((stops, stops + self.number), axis=1).ravel()
        return np.concatenate((order[order < self.through], pairs)).astype(np.int32)

    def trees(self, found: Trees, roots: Int32, *, coming: bool) -> Trees:
        """Ways put together: from `roots` to where units come, or (`coming` false) to them from
        where units leave."""
        rows = np.arange(len(roots))
        last = np.arange(self.through, self.left) + (self.number if coming else 0)
        column = np.concatenate((np.arange(self.through), last))
        ticks, dam = found.ticks[:, column], found.dam[:, column]
        before = self.together(found.before[:, column])
        # Who is there has not to go round the block.
        ticks[rows, roots], dam[rows, roots], before[rows, roots] = 0, 0, roots
        return Trees(ticks, before, dam)

    def labels(self, found: HubLabels) -> HubLabels:
        """Labels put together: to hubs as units leave, from hubs as they come."""
        if not self.number:
            return found
        hub = self._hubs(found)
        away = np.arange(found.out_first[self.left])
        until, begin = int(found.in_first[self.through]), int(found.in_first[self.left])
        back = np.concatenate((np.arange(until), np.arange(begin, len(found.in_hub))))
        in_first: Int64 = np.concatenate(
            (found.in_first[: self.through], found.in_first[self.left :] - (begin - until))
        )
        out_first: Int64 = found.out_first[: self.left + 1].copy()
        away = away[self._sorted(out_first, hub[found.out_hub[away]])]
        back = back[self._sorted(in_first, hub[found.in_hub[back]])]
        return HubLabels(
            out_first,
            hub[found.out_hub[away]],
            found.out_time[away],
            self.together(found.out_next[away]),
            found.out_metres[away],
            in_first,
            hub[found.in_hub[back]],
            found.in_time[back],
            self.together(found.in_before[back]),
            found.in_metres[back],
        )

    def _hubs(self, found: HubLabels) -> Int32:
        """New number of each hub: the two of a stop have one, streets keep their order."""
        own = found.out_hub[found.out_first[1:] - 1]
        number = np.empty(self.left, dtype=np.int32)
        number[np.argsort(own[: self.left])] = np.arange(self.left)
        hub = np.empty(len(own), dtype=np.int32)
        hub[own] = number[self.together(np.arange(len(own), dtype=np.int32))]
        return hub

    def _sorted(self, first: Int64, hub: Int32) -> Int64:
        """Entries by hub within each label; only those of stops can be out of order."""
        entry = np.arange(len(hub))
        begin = int(first[self.through])
        owner = np.repeat(np.arange(self.number), np.diff(first[self.through :]))
        entry[begin:] = begin + np.lexsort((hub[begin:], owner))
        return entry
