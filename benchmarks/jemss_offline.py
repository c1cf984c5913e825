"""How few calls of a JEMSS model could be late, had every call been known beforehand."""

from __future__ import annotations

import numpy as np

from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.offline_bound import KnownCalls, offline_bound
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.tables import World
from wardmote.core.travel.compiled import bare_kernel
from wardmote.core.travel.graph import Float64, Int32
from wardmote.core.travel.hub_labels import meeting
from wardmote.gateways.jemss.city import City


def fewest_late(city: City, roads: Roads, world: World, horizon_s: float) -> int:
    """Late calls that nobody could have avoided: bounds of parts of so many seconds, added up.

    In each part units may begin anywhere; whoever drives takes the quickest period of the day.
    """
    part = (world.calls_f[:, c.ARRIVAL_S] // horizon_s).astype(np.int64)
    late = 0
    for number in np.unique(part):
        rows = np.flatnonzero(part == number)
        late += offline_bound(_known(city, roads, world, rows), len(city.fleet.home)).late
    return late


def _known(city: City, roads: Roads, world: World, rows: np.ndarray) -> KnownCalls:
    travel, places = city.travel, city.places
    calls_f, calls_i = world.calls_f[rows], world.calls_i[rows]
    priority, hospital = calls_i[:, c.PRIORITY], calls_i[:, c.HOSPITAL]
    best_scale = travel.scale.min(axis=0)
    best_speed = travel.off_km_s.max(axis=0)
    end_node, end_km = calls_i[:, c.PLACE_NODE].copy(), calls_f[:, c.PLACE_KM].copy()
    busy_s = calls_f[:, c.SCENE_S].copy()
    for row in np.flatnonzero(hospital != c.NO_HOSPITAL):
        drives_s = (
            roads.to_hospital[travel.metric[0, -1], end_node[row]] * roads.tick_s * best_scale[-1]
            + (places.hospital_km + end_km[row]) / best_speed[-1]
        )
        where = int(hospital[row])
        if where == c.NEAREST_HOSPITAL:
            where = int(drives_s.argmin())
        busy_s[row] += drives_s[where] + calls_f[row, c.HANDOVER_S]
        end_node[row], end_km[row] = places.hospital_node[where], places.hospital_km[where]
    ticks = np.empty((len(rows), len(rows)))
    for urgency in np.unique(priority):
        own = np.flatnonzero(priority == urgency)
        metric = travel.metric[0, urgency]
        found = np.empty((len(rows), len(own)))
        _ticks_between(
            end_node, calls_i[own, c.PLACE_NODE], roads.out_hub, roads.out_time,
            roads.out_first[metric], roads.in_hub, roads.in_time, roads.in_first[metric], found,
        )  # fmt: skip
        ticks[:, own] = found * best_scale[urgency]
    speed = best_speed[priority]
    onward_s = ticks * roads.tick_s + end_km[:, None] / speed + calls_f[:, c.PLACE_KM] / speed
    due_s = calls_f[:, c.ARRIVAL_S] + city.target_s[priority]
    return KnownCalls(calls_f[:, c.DECISION_S], due_s, busy_s, onward_s)


@bare_kernel
def _ticks_between(
    start: Int32,
    end: Int32,
    out_hub: Int32,
    out_time: Int32,
    out_first: Int32,
    in_hub: Int32,
    in_time: Int32,
    in_first: Int32,
    ticks: Float64,
) -> None:
    for row in range(len(start)):
        for column in range(len(end)):
            a, b = start[row], end[column]
            ticks[row, column], _, _ = meeting(
                out_hub, out_time, out_first[a], out_first[a + 1],
                in_hub, in_time, in_first[b], in_first[b + 1],
            )  # fmt: skip
