"""What looking ahead needs to know of a twin's place: who would be in time from where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wardmote.core.policies.relocation_lookahead import (
    CELL_KM,
    FREE_SHARE,
    GROUP_KM,
    Ahead,
    Float32,
    lay_out,
    look_ahead,
)
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.tables import Travel
from wardmote.core.travel.compiled import bare_kernel
from wardmote.core.travel.graph import Float64, Int32, Int64
from wardmote.core.travel.hub_labels import meeting

HOLDS_LONGER = 1.35
"""Calls are taken to keep their units so many times as long as they do on average: tuned."""


@dataclass(frozen=True, slots=True, eq=False)
class DemandPlaces:
    """Where calls come from, for looking ahead.

    Attributes:
        node, km: int32, float64 [n]: node of each place and distance from it.
        travel_class: int32 [n], class of `Travel` by which units drive there.
        limit_s: float64 [n], longest drive in time.
        weight: float64 [n], calls, in any unit.
    """

    node: Int32
    km: Float64
    travel_class: Int32
    limit_s: Float64
    weight: Float64


def ahead_of(
    roads: Roads,
    travel: Travel,
    demand: DemandPlaces,
    *,
    scene_s: float,
    handover_s: float = 0.0,
    free_share: float = FREE_SHARE,
    cell_km: float = CELL_KM,
    group_km: float = GROUP_KM,
) -> Ahead:
    """Looking ahead by a twin's roads, as fast as in the first period of its travel.

    Args:
        scene_s, handover_s: how long calls keep their units on average, on scene and after it.

    Raises:
        ValueError: there is no demand.
    """
    if not len(demand.node) or not demand.weight.sum() > 0:
        msg = "without demand there is nothing to look ahead for"
        raise ValueError(msg)
    layout, chosen = lay_out(roads.x_km, roads.y_km, cell_km)
    x_km, y_km = roads.x_km[demand.node], roads.y_km[demand.node]
    # Along the longer side first: what is reached from somewhere are then groups near one another.
    along, across = (x_km, y_km) if np.ptp(x_km) > np.ptp(y_km) else (y_km, x_km)
    keys = np.stack(
        (np.floor(along / group_km), demand.travel_class, np.floor(across / group_km)), axis=1
    )
    groups, found = np.unique(keys, axis=0, return_inverse=True)
    group: Int32 = found.ravel().astype(np.int32)
    total = np.bincount(group, weights=demand.weight, minlength=len(groups))
    kind = demand.travel_class
    metric: Int32 = travel.metric[0, kind].astype(np.int32)
    most_s = demand.limit_s - demand.km / travel.off_km_s[0, kind]
    most: Int64 = np.floor(most_s / (roads.tick_s * travel.scale[0, kind])).astype(np.int64)
    reached = np.zeros((len(chosen), len(groups)))
    _add_reached(
        chosen, demand.node, metric, most, group, demand.weight, roads.out_hub, roads.out_time,
        roads.out_first, roads.in_hub, roads.in_time, roads.in_first, reached,
    )  # fmt: skip
    shares: Float32 = np.asarray(reached / np.maximum(total, 1e-300), dtype=np.float32)
    return look_ahead(
        layout,
        shares,
        total / demand.weight.sum(),
        scene_s=HOLDS_LONGER * scene_s,
        handover_s=HOLDS_LONGER * handover_s,
        free_share=free_share,
    )


@bare_kernel
def _add_reached(
    start: Int32,
    node: Int32,
    metric: Int32,
    most: Int64,
    group: Int32,
    weight: Float64,
    out_hub: Int32,
    out_time: Int32,
    out_first: Int64,
    in_hub: Int32,
    in_time: Int32,
    in_first: Int64,
    reached: Float64,
) -> None:
    for row in range(len(start)):
        for place in range(len(node)):
            one, a, b = metric[place], start[row], node[place]
            ticks, _, _ = meeting(
                out_hub, out_time, out_first[one, a], out_first[one, a + 1],
                in_hub, in_time, in_first[one, b], in_first[one, b + 1],
            )  # fmt: skip
            if ticks <= most[place]:
                reached[row, group[place]] += weight[place]
