"""The elimination tree of an order, and which nodes are contracted together as a front.

The next neighbour in the order is a node's parent (Liu, doi:10.1137/0611010).
"""

import numpy as np

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Int32

_SMALL_FRONT = 8
"""A front of at most so many nodes takes in its last child's front even if that adds arcs."""


@kernel
def elimination_tree(first: Int32, adjacent: Int32) -> Int32:
    """Parent of each rank, -1 for roots; ancestors are shortened on the way."""
    nodes = len(first) - 1
    parent = np.full(nodes, -1, dtype=np.int32)
    shortcut = np.full(nodes, -1, dtype=np.int32)
    for v in range(nodes):
        for position in range(first[v], first[v + 1]):
            u = int(adjacent[position])
            while u != -1 and u < v:
                higher = shortcut[u]
                shortcut[u] = v
                if higher == -1:
                    parent[u] = v
                u = higher
    return parent


@kernel
def postorder(parent: Int32) -> Int32:
    """New number of each node: children directly before their parent, in their old order."""
    nodes = len(parent)
    below = np.ones(nodes, dtype=np.int32)
    for v in range(nodes):
        if parent[v] >= 0:
            below[parent[v]] += below[v]
    free = np.empty(nodes, dtype=np.int32)  # greatest number still free below each node
    number = np.empty(nodes, dtype=np.int32)
    last = nodes - 1
    for v in range(nodes - 1, -1, -1):
        if parent[v] >= 0:
            number[v] = free[parent[v]]
            free[parent[v]] -= below[v]
        else:
            number[v] = last
            last -= below[v]
        free[v] = number[v] - 1
    return number


@kernel
def column_sizes(first: Int32, adjacent: Int32, parent: Int32) -> Int32:
    """How many later nodes each node is joined to: every node climbs from its earlier ones."""
    nodes = len(parent)
    size = np.zeros(nodes, dtype=np.int32)
    visited = np.full(nodes, -1, dtype=np.int32)
    for v in range(nodes):
        visited[v] = v
        for position in range(first[v], first[v + 1]):
            u = int(adjacent[position])
            while u < v and visited[u] != v:
                visited[u] = v
                size[u] += 1
                u = int(parent[u])
    return size


@kernel
def front_starts(parent: Int32, size: Int32) -> Int32:
    """First pivot of each front, and the number of nodes at the end."""
    nodes = len(parent)
    start = np.empty(nodes + 1, dtype=np.int32)
    fronts = 0
    begin = 0
    for v in range(nodes):
        joined = v > 0 and parent[v - 1] == v
        if joined:
            same = size[v - 1] == size[v] + 1
            joined = same or v + 1 - begin + size[v] <= _SMALL_FRONT
        if not joined:
            begin = v
            start[fronts] = v
            fronts += 1
    start[fronts] = nodes
    return start[: fronts + 1].copy()
