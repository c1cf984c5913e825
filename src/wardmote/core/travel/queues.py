"""The priority queues and the distance labels that the search kernels share.

An entry is one int64: duration in ms in the upper 32 bits, node in the lower. Entries are never
decreased; outdated ones are skipped when they come up. There are two queues: a heap with four
children to a node, which gives entries in their order, and buckets of a fixed width, which give
them only roughly in order but without comparisons, whose mispredicted branches are most of what a
small search costs (Dial, doi:10.1145/363269.363610; with corrections inside a bucket as in delta
stepping, doi:10.1016/S0196-6774(03)00076-2).

Labels carry the number of the search in their upper half, counting *down*: what an earlier
search wrote is therefore always larger than what this one writes, and nothing needs clearing.
"""

import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Int32, Int64, RoadGraph
from wardmote.core.travel.metric import BUCKETS

NO_LABEL = int(np.iinfo(np.int64).max)
_FIRST_SEARCH = 2**31 - 1


@dataclass(slots=True, eq=False)
class Workspace:
    """Scratch arrays of one thread for one graph. Use `workspace_of`.

    - `label` int64 [N]: search number << 32 | duration in ms.
    - `parent` int32 [N]: arc by which the search reached the node; only valid with its label.
    - `heap` int64 [M + N + 16]: entries, as a heap or in the order in which they were queued.
    - `bucket` int32 [1024]: last entry queued in each bucket, buckets taken in a circle; `link`
      int32 [M + N + 16]: the entry queued before it in the same bucket, -1 for none.
    - `settled` int32 [N]: nodes in the order in which they were settled.
    - `searches_left`: counts down; labels are cleared when it runs out.
    """

    label: Int64
    parent: Int32
    heap: Int64
    bucket: Int32
    link: Int32
    settled: Int32
    searches_left: int

    def next_base(self) -> int:
        """Upper half of the labels of a new search."""
        if self.searches_left == 0:
            self.label.fill(NO_LABEL)
            self.searches_left = _FIRST_SEARCH
        self.searches_left -= 1
        return self.searches_left << 32


class _PerThread(threading.local):
    def __init__(self) -> None:
        self.spaces: weakref.WeakKeyDictionary[RoadGraph, Workspace] = weakref.WeakKeyDictionary()
        self.last_graph: Callable[[], RoadGraph | None] = lambda: None
        self.last_space: Workspace | None = None


_PER_THREAD = _PerThread()


def workspace_of(graph: RoadGraph) -> Workspace:
    """This thread's scratch arrays for the graph; made at first use, dropped with the graph."""
    if _PER_THREAD.last_graph() is graph and _PER_THREAD.last_space is not None:
        return _PER_THREAD.last_space  # the usual case, and the weak dictionary is slow
    space = _PER_THREAD.spaces.get(graph)
    if space is None:
        entries = graph.arcs + graph.nodes + 16
        space = Workspace(
            label=np.full(graph.nodes, NO_LABEL, dtype=np.int64),
            parent=np.empty(graph.nodes, dtype=np.int32),
            heap=np.empty(entries, dtype=np.int64),
            bucket=np.empty(BUCKETS, dtype=np.int32),
            link=np.empty(entries, dtype=np.int32),
            settled=np.empty(graph.nodes, dtype=np.int32),
            searches_left=_FIRST_SEARCH,
        )
        _PER_THREAD.spaces[graph] = space
    _PER_THREAD.last_graph, _PER_THREAD.last_space = weakref.ref(graph), space
    return space


@kernel
def push(heap: Int64, size: int, entry: int) -> int:
    """Add an entry; the new size."""
    hole = size
    while hole > 0:
        above = (hole - 1) >> 2
        if heap[above] <= entry:
            break
        heap[hole] = heap[above]
        hole = above
    heap[hole] = entry
    return size + 1


@kernel
def drop_first(heap: Int64, size: int) -> int:
    """Remove the smallest entry, `heap[0]`; the new size."""
    size -= 1
    entry = heap[size]
    hole = 0
    while True:
        child = 4 * hole + 1
        if child >= size:
            break
        smallest = child
        value = heap[child]
        for other in range(child + 1, min(child + 4, size)):
            if heap[other] < value:
                value, smallest = heap[other], other
        if value >= entry:
            break
        heap[hole] = value
        hole = smallest
    heap[hole] = entry
    return size
