"""The same city as processes of SimPy: the twin's rules written a second time, the usual way.

Calls and units are generator processes; times come from the same prepared tables and labels, looked
up one by one as in any such model (the labels' merge is compiled, in its favour). No shifts, no
diversion: what the comparison with JEMSS needs.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

import numpy as np
import simpy

from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.tables import World
from wardmote.core.simulation.twin.twin import Twin
from wardmote.core.travel.hub_labels import meeting

Wait = Generator[simpy.Event, object, None]


@dataclass(slots=True)
class Unit:
    number: int
    post: int
    node: int
    km: float
    status: int = c.IDLE
    route: tuple[float, float, float, int, float] = (0.0, 0.0, 0.0, 0, 0.0)
    process: simpy.Process | None = None


@dataclass
class Model:
    """One run."""

    twin: Twin
    world: World
    answers: list[tuple[int, float]] = field(default_factory=list)
    events: int = 0

    def run(self) -> None:
        self.env = simpy.Environment()
        roads, setting = self.twin.roads, self.twin.setting
        self.answers = [(-1, np.nan)] * len(self.world.calls_i)
        self.waiting: list[tuple[int, int]] = []
        places, travel = setting.places, setting.travel
        self.post_node = places.post_node.tolist()
        self.post_km = places.post_km.tolist()
        self.metric = travel.metric[0].tolist()
        self.tick_s = (roads.tick_s * travel.scale[0]).tolist()
        self.speed = travel.off_km_s[0].tolist()
        self.units = [
            Unit(number, home, self.post_node[home], self.post_km[home])
            for number, home in enumerate(self.twin.fleet.home.tolist())
        ]
        self.env.process(self.arrivals())
        self.env.run()

    def arrivals(self) -> Wait:
        arrival = self.world.calls_f[:, c.ARRIVAL_S].tolist()
        for call, at_s in enumerate(arrival):
            yield self.env.timeout(at_s - self.env.now)
            self.events += 1
            self.env.process(self.decision(call))

    def decision(self, call: int) -> Wait:
        row = self.world.calls_f[call]
        yield self.env.timeout(row[c.DECISION_S] - self.env.now)
        self.events += 1
        priority = int(self.world.calls_i[call, c.PRIORITY])
        best, best_s = None, np.inf
        for unit in self.units:
            if unit.status not in (c.IDLE, c.TO_POST):
                continue
            node, node_s = self.next_node(unit, priority)
            total_s = node_s + self.drive_s(node, call, priority)
            if total_s < best_s:
                best, best_s = unit, total_s
        if best is None:
            self.waiting.append((priority, call))
            self.waiting.sort()
            return
        if best.process is not None and best.status == c.TO_POST:
            best.process.interrupt()
        best.status = c.TO_CALL
        best.process = self.env.process(self.answer(best, call, best_s))

    def next_node(self, unit: Unit, priority: int) -> tuple[int, float]:
        now = self.env.now
        speed = self.speed[priority]
        if unit.status != c.TO_POST:
            return unit.node, unit.km / speed
        first_s, last_s, end_s, start, home_speed = unit.route
        if now <= first_s:
            return start, first_s - now
        if now >= last_s:
            return self.post_node[unit.post], (now - last_s) * home_speed / speed
        tree = self.twin.roads.to_post[self.metric[-1], unit.post]
        tick_s = self.tick_s[-1]
        node, at_s = unit.node, end_s
        at_s = last_s - tree[node, 0] * tick_s
        end = self.post_node[unit.post]
        while at_s <= now and node != end:
            far_s = last_s - tree[node, 4] * tick_s
            if far_s <= now:
                node, at_s = int(tree[node, 3]), far_s
            else:
                at_s = last_s - tree[node, 2] * tick_s
                node = int(tree[node, 1])
        unit.node = node
        return node, at_s - now

    def drive_s(self, node: int, call: int, priority: int) -> float:
        roads, metric = self.twin.roads, self.metric[priority]
        end = self.world.calls_i[call, c.PLACE_NODE]
        ticks, _, _ = meeting(
            roads.out_hub, roads.out_time, roads.out_first[metric, node],
            roads.out_first[metric, node + 1], roads.in_hub, roads.in_time,
            roads.in_first[metric, end], roads.in_first[metric, end + 1],
        )  # fmt: skip
        km = self.world.calls_f[call, c.PLACE_KM]
        return float(ticks * self.tick_s[priority] + km / self.speed[priority])

    def answer(self, unit: Unit, call: int, drive_s: float) -> Wait:
        row, kinds = self.world.calls_f[call], self.world.calls_i[call]
        speed, tick_s = self.speed[-1], self.tick_s[-1]
        while True:
            yield self.env.timeout(drive_s)
            self.events += 1
            self.answers[call] = (unit.number, self.env.now)
            unit.status = c.ON_SCENE
            unit.node, unit.km = int(kinds[c.PLACE_NODE]), float(row[c.PLACE_KM])
            yield self.env.timeout(row[c.SCENE_S])
            self.events += 1
            hospital = int(kinds[c.HOSPITAL])
            if hospital != c.NO_HOSPITAL:
                places, roads = self.twin.setting.places, self.twin.roads
                ticks = roads.to_hospital[self.metric[-1], unit.node, hospital]
                there_s = unit.km / speed + ticks * tick_s
                yield self.env.timeout(there_s + places.hospital_km[hospital] / speed)
                self.events += 1
                unit.node = int(places.hospital_node[hospital])
                unit.km = float(places.hospital_km[hospital])
                yield self.env.timeout(row[c.HANDOVER_S])
                self.events += 1
            if not self.waiting:
                break
            priority, call = self.waiting.pop(0)
            row, kinds = self.world.calls_f[call], self.world.calls_i[call]
            drive_s = unit.km / self.speed[priority] + self.drive_s(unit.node, call, priority)
        yield from self.go_home(unit)

    def go_home(self, unit: Unit) -> Wait:
        cover = self.twin.setting.cover
        if len(cover.member):
            at = [0] * len(self.post_node)
            for one in self.units:
                if one is not unit and one.status in (c.IDLE, c.TO_POST):
                    at[one.post] += 1
            row = int(np.searchsorted(cover.start_s, self.env.now, side="right")) - 1
            sets = slice(cover.first[row], cover.first[row + 1])
            member = cover.member[sets]
            covering = member @ np.array(at)
            gain = (cover.weight[sets] * cover.stays_busy[covering]) @ member
            unit.post = int(np.argmax(gain))
        speed, tick_s = self.speed[-1], self.tick_s[-1]
        tree = self.twin.roads.to_post[self.metric[-1], unit.post]
        first_s = self.env.now + unit.km / speed
        last_s = first_s + tree[unit.node, 0] * tick_s
        end_s = last_s + self.post_km[unit.post] / speed
        unit.route = (first_s, last_s, end_s, unit.node, speed)
        unit.status = c.TO_POST
        try:
            yield self.env.timeout(end_s - self.env.now)
        except simpy.Interrupt:
            return
        self.events += 1
        unit.status = c.IDLE
        unit.node, unit.km = self.post_node[unit.post], self.post_km[unit.post]
        unit.process = None
