"""What happens next: a tournament between slots, each with at most one future event.

Every unit has one slot, and each sorted list (calls coming in, decisions due, the agenda) one. The
winner is the earliest, the lower slot on a tie: with the same numbers the order is always the same.
A change costs one comparison per level, without the branches of a heap.
"""

import numpy as np

from wardmote.core.travel.compiled import bare_kernel, inlined
from wardmote.core.travel.graph import Float64, Int32

NEVER = np.inf


def leaves_for(slots: int) -> int:
    """Number of leaves of the tournament: the power of two that holds the slots."""
    leaves = 2
    while leaves < slots:
        leaves *= 2
    return leaves


@inlined
def schedule(due_s: Float64, winner: Int32, slot: int, at_s: float) -> None:
    """Let a slot's event happen at a time; `NEVER` for not at all.

    `due_s` float64 [L] with L leaves, `winner` int32 [L]: slot that wins below node i, the root 1.
    """
    leaves = len(due_s)
    due_s[slot] = at_s
    node = (leaves + slot) >> 1
    left = slot & ~1
    right = left + 1
    winner[node] = left if due_s[left] <= due_s[right] else right
    node >>= 1
    while node > 0:
        left = winner[2 * node]
        right = winner[2 * node + 1]
        winner[node] = left if due_s[left] <= due_s[right] else right
        node >>= 1


@bare_kernel
def start_clock(due_s: Float64, winner: Int32) -> None:
    """Hold the tournament among all slots from scratch."""
    leaves = len(due_s)
    for node in range(leaves // 2, leaves):
        left = 2 * (node - leaves // 2)
        winner[node] = left if due_s[left] <= due_s[left + 1] else left + 1
    for node in range(leaves // 2 - 1, 0, -1):
        left, right = winner[2 * node], winner[2 * node + 1]
        winner[node] = left if due_s[left] <= due_s[right] else right
