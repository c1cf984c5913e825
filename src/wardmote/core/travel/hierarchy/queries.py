"""The driving time from one place to one other, by two climbs that meet."""

import numpy as np

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import INF_MS, Int32
from wardmote.core.travel.hierarchy.climbing import (
    clear,
    climb,
    destinations_of,
    origins_of,
    scratch_of,
)
from wardmote.core.travel.hierarchy.customization import Hierarchy
from wardmote.core.travel.searches import direct_times
from wardmote.core.travel.snapping import Snaps


def drive_time(hierarchy: Hierarchy, origin: Snaps, destination: Snaps) -> int:
    """ms from one place to one other (one row each); `INF_MS` where there is no way."""
    if len(origin) != 1 or len(destination) != 1:
        msg = "drive_time leads from one place to one place"
        raise ValueError(msg)
    leaving = origins_of(hierarchy, origin)
    arriving = destinations_of(hierarchy, destination)
    contraction, space = hierarchy.contraction, scratch_of(hierarchy.contraction)
    around = _meet(
        leaving.rank,
        leaving.ms,
        arriving.rank,
        arriving.ms,
        contraction.parent,
        hierarchy.up.first,
        hierarchy.up.link,
        hierarchy.down.first,
        hierarchy.down.link,
        space.label,
        space.other,
        space.reached,
        np.empty(contraction.nodes, dtype=np.int32),
        space.cursor,
    )
    return min(around, int(direct_times(hierarchy.metric, origin, destination)[0]))


@kernel
def _meet(
    from_rank: Int32,
    from_ms: Int32,
    to_rank: Int32,
    to_ms: Int32,
    parent: Int32,
    up_first: Int32,
    up_link: Int32,
    down_first: Int32,
    down_link: Int32,
    label: Int32,
    other: Int32,
    reached: Int32,
    met: Int32,
    cursor: Int32,
) -> int:
    """Least sum over the nodes that both climbs reach; `INF_MS` without one."""
    count = climb(
        from_rank, from_ms, 0, len(from_rank), INF_MS - 1,
        parent, up_first, up_link, label, reached, cursor,
    )  # fmt: skip
    back = climb(
        to_rank, to_ms, 0, len(to_rank), INF_MS - 1,
        parent, down_first, down_link, other, met, cursor,
    )  # fmt: skip
    best = np.int64(INF_MS)
    for row in range(back):
        v = met[row]
        best = min(best, np.int64(label[v]) + other[v])
    clear(label, reached, count)
    clear(other, met, back)
    return int(best)
