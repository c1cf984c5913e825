"""What the room could know at a moment of a twin's run, and the roads as its policies see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.domain.assignment import AssignmentState
from wardmote.core.domain.ids import AreaId, AssignmentId, IncidentId, PostId, UnitId
from wardmote.core.domain.incident import IncidentState, Priority
from wardmote.core.domain.persistent import PersistentMap
from wardmote.core.domain.picture import (
    KnownAssignment,
    KnownIncident,
    KnownUnit,
    OperationalPicture,
)
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.positions import PositionBoard
from wardmote.core.domain.run_cards import Requirement, RunCard, RunCards
from wardmote.core.domain.text import Bilingual
from wardmote.core.policies.travel_view import RoadTime, Uncovers
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.tables import State, World
from wardmote.core.simulation.twin.twin import Twin
from wardmote.core.travel.hub_labels import FAR, HubLabels, time_between, way_between

CALL = IncidentId("asked")
KINDS = ("kind-0", "kind-1")
FREE = (c.IDLE, c.TO_POST)


def labels_of(roads: Roads, metric: int) -> HubLabels:
    out_first, in_first = roads.out_first[metric], roads.in_first[metric]
    away, back = slice(out_first[0], out_first[-1]), slice(in_first[0], in_first[-1])
    return HubLabels(
        out_first - out_first[0],
        roads.out_hub[away], roads.out_time[away], roads.out_next[away], roads.out_metres[away],
        in_first - in_first[0],
        roads.in_hub[back], roads.in_time[back], roads.in_before[back], roads.in_metres[back],
    )  # fmt: skip


def next_node_of(
    labels: HubLabels, state: State, unit: int, now_s: float, off: float
) -> tuple[int, float]:
    unit_i, unit_f = state.units_i[unit], state.units_f[unit]
    if unit_i[c.STATUS] == c.IDLE:
        return int(unit_i[c.NODE]), unit_f[c.OFF_KM] / off
    if unit_i[c.STATUS] == c.TURNING_OUT:
        return int(unit_i[c.START_NODE]), unit_f[c.START_NODE_S] - unit_f[c.START_S]
    if now_s <= unit_f[c.START_NODE_S]:
        return int(unit_i[c.START_NODE]), unit_f[c.START_NODE_S] - now_s
    if now_s >= unit_f[c.END_NODE_S]:
        gone_s = now_s - unit_f[c.END_NODE_S]
        return int(unit_i[c.END_NODE]), gone_s * unit_f[c.OFF_SPEED] / off
    end = int(unit_i[c.END_NODE])
    for node in way_between(labels, int(unit_i[c.START_NODE]), end):
        at_s = unit_f[c.END_NODE_S] - time_between(labels, node, end) * unit_f[c.TICK_S]
        if at_s > now_s:
            return node, at_s - now_s
    return end, unit_f[c.END_NODE_S] - now_s


@dataclass
class View:
    """What the live policy may ask about the roads, answered from the twin's state."""

    twin: Twin
    state: State
    world: World
    call: int
    positions: PositionBoard
    travel_spread: float = 0.0
    turnout_spread: float = 0.0
    access_s: float = 0.0
    """Of what the twin counts before the drive, what the room counts as part of it."""

    def road_times(
        self, units: Sequence[UnitId], lon: float, lat: float, now_s: float
    ) -> Mapping[UnitId, RoadTime]:
        travel, roads = self.twin.setting.travel, self.twin.roads
        period = int(np.searchsorted(travel.start_s, now_s % 86_400.0, side="right")) - 1
        priority = self.world.calls_i[self.call, c.PRIORITY]
        metric, off = travel.metric[period, priority], travel.off_km_s[period, priority]
        answer = {}
        for name in units:
            unit = int(name[1:])
            home = labels_of(roads, int(self.state.units_i[unit, c.METRIC]))
            node, node_s = next_node_of(home, self.state, unit, now_s, off)
            end = int(self.world.calls_i[self.call, c.PLACE_NODE])
            ticks = time_between(labels_of(roads, metric), node, end)
            if ticks == FAR:
                continue
            drive_s = node_s + ticks * (roads.tick_s * travel.scale[period, priority])
            drive_s += self.world.calls_f[self.call, c.PLACE_KM] / off
            of_post = self.state.units_i[unit, c.STATUS] in (c.IDLE, c.TURNING_OUT)
            kind = self.state.units_i[unit, c.KIND]
            turnout_s = self.twin.setting.reaction_s
            if of_post:
                turnout_s = float(self.twin.setting.turnout_s[kind])
            drive_s, turnout_s = drive_s + self.access_s, turnout_s - self.access_s
            error_s = np.hypot(drive_s * self.travel_spread, turnout_s * self.turnout_spread)
            answer[name] = RoadTime(drive_s, float(turnout_s), float(error_s))
        return answer

    def uncovers(self, unit: UnitId, staying: Sequence[UnitId], now_s: float) -> Uncovers | None:
        return None


STATES = {c.TURNING_OUT: AssignmentState.ACKNOWLEDGED, c.TO_CALL: AssignmentState.EN_ROUTE}


def picture_of(state: State, now_s: float, world: World | None = None) -> OperationalPicture:
    """Where `world` is given, calls that units are on are in the picture too, as `call-<row>`."""
    units, assignments, incidents = {}, {}, {}
    for number, row in enumerate(state.units_i):
        name = UnitId(f"u{number:03d}")
        busy = row[c.STATUS] not in (c.AWAY, *FREE)
        active = AssignmentId(f"a{number}") if busy else None
        if active is not None:
            call = IncidentId(f"call-{row[c.CALL]}")
            if world is not None:
                priority = Priority(int(world.calls_i[row[c.CALL], c.PRIORITY]) + 1)
                incidents[call] = replace(asked_of(world, row[c.CALL], priority)[0], incident=call)
            state_of = STATES.get(row[c.STATUS], AssignmentState.ON_SCENE)
            assignments[active] = KnownAssignment(active, call, name, state_of, now_s, 0, "", {})
        units[name] = KnownUnit(
            unit=name, call_sign=name, kind=KINDS[row[c.KIND]],
            capabilities=(KINDS[row[c.KIND]],), seats=2, post=PostId(f"p{row[c.HOME]}"),
            area=AreaId("a"), on_duty=not row[c.ABSENCE] & c.OFF_DUTY,
            available=row[c.ABSENCE] == 0, reason="", lon=0.0, lat=0.0, fix_s=now_s,
            active=active,
        )  # fmt: skip
    return OperationalPicture(
        units=mapped(units),
        assignments=mapped(assignments),
        incidents=mapped(incidents),
    )


def mapped(items: dict) -> PersistentMap:  # type: ignore[type-arg]  # of either sort
    answer = PersistentMap()  # type: ignore[var-annotated]  # of either sort
    for key, value in items.items():
        answer = answer.put(key, value)
    return answer


def asked_of(
    world: World, call: int, priority: Priority = Priority.URGENT
) -> tuple[KnownIncident, RunCards]:
    wanted = tuple(
        kind for bit, kind in enumerate(KINDS) if world.calls_i[call, c.KINDS] >> bit & 1
    )
    card = RunCard("one", Bilingual("一", "One"), ((Requirement(wanted),),))
    incident = KnownIncident(
        CALL, "1", "help.other", priority, IncidentState.ROUTED, 0.0, "phone", AreaId("a"),
        None, 0.0, 0.0, PlaceClass.ELSEWHERE, False,
    )  # fmt: skip
    return incident, RunCards("one/1", (card,))
