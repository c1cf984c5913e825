"""A JEMSS city model as a twin: roads, fleet, posts, hospitals, travel and calls.

What the model says is taken over as facts: a place is reached from its nearest node at the off-road
speed of the travel mode; transport and driving to a post use the mode of the least priority; times
are days and become seconds here.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from wardmote.core.policies.relocation import cover_sets
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.roads import Network, Roads, network_from_arcs, prepare
from wardmote.core.simulation.twin.tables import Places, Travel, World
from wardmote.core.simulation.twin.twin import (
    CoverPeriods,
    Fleet,
    Twin,
    on_duty_throughout,
    setting_of,
    world_of,
)
from wardmote.core.travel.graph import Bool, Float64, Int32
from wardmote.core.travel.hub_labels import FAR
from wardmote.gateways.jemss.demand import Demand, cover_times_s, points_of, read_demand
from wardmote.gateways.jemss.tables import Table, find, open_text, read_tables

DAY_S = 86_400.0
TICK_S = 1e-4
_STRIP = 512
_FIRST_STRIP_KM = 0.5
PRIORITIES = ("highPriority", "medPriority", "lowPriority")


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The nodes that places are reached from, and how far apart map units are.

    Attributes:
        node: int32 [n], nodes open to places.
        x_km, y_km: float64 [n], where they are.
        x_scale, y_scale: km per map unit.

    There is at least one node.
    """

    node: Int32
    x_km: Float64
    y_km: Float64
    x_scale: float
    y_scale: float

    def nearest(self, x: Float64, y: Float64) -> tuple[Int32, Float64]:
        """The nearest node of each point given in map units, and its km from it.

        Points are taken in strips from west to east, each against the nodes of a wider strip.
        """
        east, north = x * self.x_scale, y * self.y_scale
        by_x = np.argsort(self.x_km, kind="stable")
        node_x, node_y = self.x_km[by_x], self.y_km[by_x]
        node = np.empty(len(east), dtype=np.int32)
        km = np.empty(len(east))
        order = np.argsort(east, kind="stable")
        for start in range(0, len(order), _STRIP):
            left = order[start : start + _STRIP]
            within_km = _FIRST_STRIP_KM
            while len(left):
                low = np.searchsorted(node_x, east[left[0]] - within_km)
                high = np.searchsorted(node_x, east[left[-1]] + within_km, side="right")
                if high > low:
                    far = np.hypot(
                        node_x[low:high] - east[left, None], node_y[low:high] - north[left, None]
                    )
                    best = far.argmin(axis=1)
                    node[left] = self.node[by_x[low + best]]
                    km[left] = far[np.arange(len(left)), best]
                    # A node outside the strip is further away than this.
                    left = left[km[left] > within_km] if high - low < len(node_x) else left[:0]
                within_km *= 2
        return node, km


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Where demand is.

    Attributes:
        node, km: int32, float64 [n]: nearest node of each place and distance from it.
        share: float64 [n], of all the demand; they add up to 1.
    """

    node: Int32
    km: Float64
    share: Float64


@dataclass(frozen=True, slots=True, eq=False)
class City:
    """A model read from its folder. Posts are the model's stations."""

    network: Network
    travel: Travel
    places: Places
    fleet: Fleet
    may_take: Bool
    cover_s: Float64
    demand: Demand
    target_s: Float64
    ground: Ground

    def prepared(self) -> Roads:
        """Tables and labels of its roads."""
        return prepare(self.network, self.places.post_node, self.places.hospital_node)

    def twin(
        self,
        roads: Roads,
        *,
        cover: CoverPeriods | None = None,
        busy_share: float = 0.5,
        drive_cost: float = 0.0,
    ) -> Twin:
        """The twin; with `cover` units that become free move by DMEXCLP."""
        setting = setting_of(
            self.travel,
            self.places,
            priorities=len(self.may_take),
            may_take=self.may_take,
            cover=cover,
            busy_share=busy_share,
            drive_cost=drive_cost,
            units=len(self.fleet.home),
        )
        return Twin(roads, setting, self.fleet)

    def cover(self, roads: Roads, places: Sequence[Spread]) -> CoverPeriods:
        """Cover of demand by posts, each priority by its own limit, mode, rate and places.

        It changes whenever travel or demand does.

        Args:
            places: where demand is, for each raster of the demand.
        """
        travel, demand = self.travel, self.demand
        starts = np.unique(np.concatenate((travel.start_s, demand.start_s)))
        sets = []
        for start_s in starts:
            period = int(np.searchsorted(travel.start_s, start_s, side="right")) - 1
            row = int(np.searchsorted(demand.start_s, start_s, side="right")) - 1
            in_time, weights = [], []
            for priority, rate in enumerate(demand.rate[row]):
                spread = places[demand.raster[row, priority]]
                in_time.append(self._in_time(roads, spread, period, priority))
                weights.append(spread.share * rate)
            sets.append(cover_sets(in_time, weights))
        return CoverPeriods(tuple(sets), starts)

    def _in_time(self, roads: Roads, spread: Spread, period: int, priority: int) -> Bool:
        """Which posts reach which places in time, bool [n, P]."""
        metric = self.travel.metric[period, priority]
        speed = self.travel.off_km_s[period, priority]
        ticks = roads.from_post[metric][spread.node]
        seconds = ticks * (roads.tick_s * self.travel.scale[period, priority])
        seconds = seconds + self.places.post_km / speed + (spread.km / speed)[:, None]
        return np.asarray((seconds <= self.cover_s[priority]) & (ticks != FAR))

    def cover_of_rasters(self, roads: Roads, folder: Path) -> CoverPeriods | None:
        """Cover of the demand that the model's own rasters say; None where one is not at hand."""
        places = []
        for raster in self.demand.rasters(folder):
            if raster is None:
                return None
            x, y, share = points_of(raster, self.demand.split)
            places.append(Spread(*self.ground.nearest(x, y), share))
        return self.cover(roads, places)

    def cover_of_calls(self, roads: Roads, world: World, *, elsewhere: float = 0.0) -> CoverPeriods:
        """Cover of the demand of which the calls are a sample.

        Args:
            elsewhere: share of demand, 0 <= s < 1, that is spread over all nodes open to places,
                for calls may come from where none of the sample did.

        Raises:
            ValueError: no call at all came from one of the demand's rasters.
        """
        rows = np.searchsorted(self.demand.start_s, world.calls_f[:, c.ARRIVAL_S], side="right") - 1
        raster = self.demand.raster[rows, world.calls_i[:, c.PRIORITY]]
        places = []
        for number, name in enumerate(self.demand.files):
            own = np.flatnonzero(raster == number)
            if not len(own):
                msg = f"there is no call of the demand of {name}"
                raise ValueError(msg)
            node, km = world.calls_i[own, c.PLACE_NODE], world.calls_f[own, c.PLACE_KM]
            share = np.full(len(own), (1 - elsewhere) / len(own))
            if elsewhere > 0:
                every = self.ground.node
                node, km = np.concatenate((node, every)), np.append(km, np.zeros(len(every)))
                share = np.append(share, np.full(len(every), elsewhere / len(every)))
            places.append(Spread(node, km, share))
        return self.cover(roads, places)


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What JEMSS answered per call: `unit` int32 from 0, `response_s` and `queued_s` float64."""

    unit: Int32
    response_s: Float64
    queued_s: Float64


def read_city(folder: Path) -> City:
    """Read a model; `FileNotFoundError` or `ValueError` say what is wrong with it."""
    scale = read_tables(find(folder, "map"))["map"]
    x_scale, y_scale = float(scale["xScale"][0]), float(scale["yScale"][0])
    nodes = read_tables(find(folder, "nodes"))["nodes"]
    x_km = np.array(nodes["x"], dtype=np.float64) * x_scale
    y_km = np.array(nodes["y"], dtype=np.float64) * y_scale
    usable = np.flatnonzero(np.array(nodes["offRoadAccess"], dtype=np.float64) > 0)
    ground = Ground(usable.astype(np.int32), x_km[usable], y_km[usable], x_scale, y_scale)
    network, metric_of, scale_of = _network(folder, x_km, y_km)
    stations = read_tables(find(folder, "stations"))["stations"]
    hospitals = read_tables(find(folder, "hospitals"))["hospitals"]
    post_node, post_km = _snap(ground, stations)
    hospital_node, hospital_km = _snap(ground, hospitals)
    units = read_tables(find(folder, "ambulances"))["ambulances"]
    home = np.array(units["stationIndex"], dtype=np.int32) - 1
    named = read_tables(find(folder, "priorities"))["priorities"]
    target_s = np.array(named["targetResponseTime"], dtype=np.float64) * DAY_S
    return City(
        network=network,
        travel=_travel(read_tables(find(folder, "travel")), metric_of, scale_of),
        places=Places(post_node, post_km, hospital_node, hospital_km),
        fleet=Fleet(home, np.zeros(len(home), dtype=np.int32)),
        may_take=_redispatch(folder),
        cover_s=cover_times_s(folder, PRIORITIES),
        demand=read_demand(folder, PRIORITIES),
        target_s=target_s,
        ground=ground,
    )


def read_calls(path: Path, units: int) -> tuple[World, Answers]:
    """Calls with their own durations, and the answers in the same file."""
    with open_text(path) as lines:
        rows = list(csv.DictReader(lines))

    def column(name: str) -> Float64:
        return np.array([row[name] for row in rows], dtype=np.float64)

    calls_f = np.ones((len(rows), c.CALL_F))
    calls_f[:, c.ARRIVAL_S] = column("arrivalTime_day") * DAY_S
    delay_s = column("dispatchDelay_day") * DAY_S
    calls_f[:, c.DECISION_S] = calls_f[:, c.ARRIVAL_S] + delay_s
    calls_f[:, c.SCENE_S] = column("onSceneDuration_day") * DAY_S
    calls_f[:, c.HANDOVER_S] = column("handoverDuration_day") * DAY_S
    calls_f[:, c.PLACE_KM] = column("nearestNodeDist_km")
    calls_i = np.zeros((len(rows), c.CALL_I), dtype=np.int32)
    calls_i[:, c.PRIORITY] = column("priority") - 1
    calls_i[:, c.PLACE_NODE] = column("nearestNode") - 1
    hospital = column("hospitalIndex")
    ward = np.where(hospital > 0, hospital - 1, c.NEAREST_HOSPITAL)
    calls_i[:, c.HOSPITAL] = np.where(column("transport") > 0, ward, c.NO_HOSPITAL)
    calls_i[:, c.KINDS] = 1
    answers = Answers(
        (column("ambIndex") - 1).astype(np.int32),
        column("responseDuration_day") * DAY_S,
        column("queuedDuration_day") * DAY_S,
    )
    return world_of(calls_f, calls_i, on_duty_throughout(units)), answers


def _network(folder: Path, x_km: Float64, y_km: Float64) -> tuple[Network, list[int], list[float]]:
    """The roads; for each travel mode its metric and how many times slower it is than that."""
    tables = read_tables(find(folder, "arcs"))
    arcs = tables["arcs"]
    tail = np.array(arcs["fromNode"], dtype=np.float64).astype(np.int32) - 1
    head = np.array(arcs["toNode"], dtype=np.float64).astype(np.int32) - 1
    modes = [name for name in arcs if name.startswith("mode_")]
    seconds = np.array([arcs[mode] for mode in modes], dtype=np.float64) * DAY_S
    if tables["miscData"]["arcForm"][0] == "undirected":
        tail, head = np.concatenate((tail, head)), np.concatenate((head, tail))
        seconds = np.concatenate((seconds, seconds), axis=1)
    kept: list[int] = []
    metric_of, scale_of = [], []
    for mode, durations in enumerate(seconds):
        for metric, other in enumerate(kept):
            ratio = durations / seconds[other]
            if np.ptp(ratio) < 1e-9 * ratio.mean():
                metric_of.append(metric)
                scale_of.append(float(ratio.mean()))
                break
        else:
            metric_of.append(len(kept))
            scale_of.append(1.0)
            kept.append(mode)
    return network_from_arcs(x_km, y_km, tail, head, seconds[kept], TICK_S), metric_of, scale_of


def _snap(ground: Ground, table: Table) -> tuple[Int32, Float64]:
    return ground.nearest(
        np.array(table["x"], dtype=np.float64), np.array(table["y"], dtype=np.float64)
    )


def _travel(tables: dict[str, Table], metric_of: list[int], scale_of: list[float]) -> Travel:
    """Travel by period and priority; the last class is what drives to posts and hospitals."""
    speeds = np.array(tables["travelModes"]["offRoadSpeed"], dtype=np.float64) / DAY_S
    sets = tables["travelSets"]
    mode_of = {
        (int(row), PRIORITIES.index(priority)): int(mode) - 1
        for row, priority, mode in zip(
            sets["travelSetIndex"], sets["priority"], sets["travelModeIndex"], strict=True
        )
    }
    timing = tables["travelSetsTiming"]
    periods = [int(one) for one in timing["travelSetIndex"]]
    classes = [*range(len(PRIORITIES)), len(PRIORITIES) - 1]
    modes = np.array([[mode_of[row, one] for one in classes] for row in periods])
    return Travel(
        start_s=np.array(timing["startTime"], dtype=np.float64) * DAY_S,
        cycle_s=0.0,
        metric=np.array(metric_of, dtype=np.int32)[modes],
        scale=np.array(scale_of)[modes],
        off_km_s=speeds[modes],
    )


def _redispatch(folder: Path) -> Bool:
    allowed = np.zeros((len(PRIORITIES), len(PRIORITIES)), dtype=np.bool_)
    tables = read_tables(find(folder, "redispatch"))
    if tables["miscData"]["allowRedispatch"][0] not in ("1", "true"):
        return allowed
    pairs = tables["redispatchConditions"]
    for start, end, yes in zip(
        pairs["fromCallPriority"], pairs["toCallPriority"], pairs["allowRedispatch"], strict=True
    ):
        allowed[PRIORITIES.index(start), PRIORITIES.index(end)] = yes in ("1", "true")
    return allowed
