"""The largest strongly connected part of a directed graph."""

import numpy as np
from numpy.typing import NDArray


def largest_component(first_out: NDArray[np.int32], head: NDArray[np.int32]) -> NDArray[np.bool_]:
    """[N] whether each node lies in the largest strongly connected component.

    Of components of equal size the one with the lowest node wins. Tarjan's algorithm
    (doi:10.1137/0201010), with a stack of its own instead of recursion.

    Args:
        first_out: [N+1] arcs ``first_out[v] : first_out[v + 1]`` leave node v.
        head: [M] node where each arc ends.
    """
    component = _components(first_out.tolist(), head.tolist())
    labels = np.array(component, dtype=np.int64)
    sizes = np.bincount(labels)
    largest = np.flatnonzero(sizes == sizes.max())
    lowest = min(int(np.argmax(labels == label)) for label in largest)
    inside: NDArray[np.bool_] = labels == labels[lowest]
    return inside


def _components(first_out: list[int], head: list[int]) -> list[int]:
    nodes = len(first_out) - 1
    order = [-1] * nodes
    low = [0] * nodes
    component = [-1] * nodes
    next_arc = first_out[:-1].copy()
    waiting: list[int] = []
    seen = found = 0
    for root in range(nodes):
        if order[root] >= 0:
            continue
        order[root] = low[root] = seen
        seen += 1
        waiting.append(root)
        path = [root]
        while path:
            node = path[-1]
            arc = next_arc[node]
            if arc < first_out[node + 1]:
                next_arc[node] = arc + 1
                other = head[arc]
                if order[other] < 0:
                    order[other] = low[other] = seen
                    seen += 1
                    waiting.append(other)
                    path.append(other)
                elif component[other] < 0:
                    low[node] = min(low[node], order[other])
                continue
            path.pop()
            if path:
                low[path[-1]] = min(low[path[-1]], low[node])
            if low[node] == order[node]:
                while True:
                    member = waiting.pop()
                    component[member] = found
                    if member == node:
                        break
                found += 1
    return component
