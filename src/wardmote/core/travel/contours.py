"""Outlines of a set of lattice points, as rings that never touch or cross.

Marching squares with the crossing always in the middle of a lattice edge (Lorensen and Cline,
doi:10.1145/37401.37422, in the plane). Each lattice edge is crossed at most once, so all rings are
simple and disjoint and the polygons valid by construction. Where two points of a square are in and
lie diagonally, they are kept apart.
"""

import numpy as np

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Int32


@kernel
def _crossings(value: Int32, threshold: int) -> int:
    rows, columns = value.shape
    count = 0
    for y in range(rows - 1):
        for x in range(columns - 1):
            here = value[y, x] <= threshold
            count += (value[y + 1, x] <= threshold) != here
            count += (value[y, x + 1] <= threshold) != here
    return count


@kernel
def _follow(
    value: Int32, threshold: int, y: int, x: int, ring_at: Int32, ring: int, xy: Int32, start: int
) -> int:
    """Walk one ring with the set on the left, from the lattice edge (y, x)-(y + 1, x).

    Writes doubled coordinates from `xy[start]` on, corners only; where the ring ends. The walk
    stands on the middle of a lattice edge and heads (dx, dy) into the square ahead of it.
    """
    heading_x = 1 if value[y + 1, x] <= threshold else -1
    heading_y = 0
    at_x, at_y = 2 * x, 2 * y + 1
    first_x, first_y = at_x, at_y
    written = start
    step_x, step_y = 0, 0
    while True:
        if heading_x != 0:
            ring_at[(at_y - 1) // 2, at_x // 2] = ring
        # The corners ahead on the left and on the right, one lattice step from the edge stood on.
        left_x = (at_x + 2 * heading_x - heading_y) // 2
        left_y = (at_y + 2 * heading_y + heading_x) // 2
        right_x = (at_x + 2 * heading_x + heading_y) // 2
        right_y = (at_y + 2 * heading_y - heading_x) // 2
        if value[left_y, left_x] > threshold:
            turn_x, turn_y = -heading_y, heading_x
        elif value[right_y, right_x] > threshold:
            turn_x, turn_y = heading_x, heading_y
        else:
            turn_x, turn_y = heading_y, -heading_x
        next_x, next_y = at_x + heading_x + turn_x, at_y + heading_y + turn_y
        if (next_x - at_x, next_y - at_y) != (step_x, step_y):
            xy[written, 0], xy[written, 1] = at_x, at_y
            written += 1
            step_x, step_y = next_x - at_x, next_y - at_y
        at_x, at_y, heading_x, heading_y = next_x, next_y, turn_x, turn_y
        if at_x == first_x and at_y == first_y:
            return written


@kernel
def _trace(
    value: Int32, threshold: int, ring_at: Int32, xy: Int32, ring_end: Int32, ring_shell: Int32
) -> int:
    """All rings; how many. `ring_shell` is the number of the ring that bounds it from outside."""
    rows, columns = value.shape
    rings = 0
    written = 0
    for y in range(rows - 1):
        for x in range(columns):
            above = value[y + 1, x] <= threshold
            below = value[y, x] <= threshold
            if above == below or ring_at[y, x] >= 0:
                continue
            written = _follow(value, threshold, y, x, ring_at, rings, xy, written)
            ring_end[rings] = written
            ring_shell[rings] = rings
            if below:
                # A hole. Straight down lies the ring that the set around it begins with.
                down = y - 1
                while value[down, x] <= threshold:
                    down -= 1
                ring_shell[rings] = ring_shell[ring_at[down, x]]
            rings += 1
    return rings


def trace_rings(value: Int32, threshold: int) -> tuple[Int32, Int32, Int32]:
    """Rings around the lattice points with `value <= threshold`.

    `value` int32 [rows, columns]; its outermost points must be above the threshold. Returns
    - `xy` int32 [v, 2]: twice the column and twice the row of each ring corner (the middle of a
      lattice edge is at an odd number); rings are not closed;
    - `ring_end` int32 [r]: where in `xy` each ring ends;
    - `ring_shell` int32 [r]: the ring itself for an outer ring (counter-clockwise with rows rising
      to the north), for a hole (clockwise) the outer ring it lies in.
    """
    count = _crossings(value, threshold)
    xy = np.empty((count, 2), dtype=np.int32)
    ring_end = np.empty(count // 4 + 1, dtype=np.int32)
    ring_shell = np.empty(count // 4 + 1, dtype=np.int32)
    ring_at = np.full(value.shape, -1, dtype=np.int32)
    rings = _trace(value, threshold, ring_at, xy, ring_end, ring_shell)
    corners = int(ring_end[rings - 1]) if rings else 0
    return xy[:corners], ring_end[:rings], ring_shell[:rings]
