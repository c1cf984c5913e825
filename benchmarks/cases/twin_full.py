"""The twin with everything on: shifts, breaks, failures, rules with their limits, look-ahead."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from benchmarks.cases.twin_manhattan import (
    JEMSS_CALLS_PER_S,
    manhattan,
    recorded,
    resampled,
)
from benchmarks.measuring import timing
from benchmarks.registry import Goal, Outcome, benchmark
from wardmote.core.domain.ids import PostId
from wardmote.core.policies.relocation_lookahead import Ahead
from wardmote.core.policies.relocation_rule import RelocationMethod, RelocationRule
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.engine import run_events
from wardmote.core.simulation.twin.reaching import DemandPlaces, ahead_of
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.rules import MovedByRule
from wardmote.core.simulation.twin.tables import Places, World
from wardmote.core.simulation.twin.twin import Fleet, Twin, setting_of, world_of
from wardmote.gateways.jemss.city import City

DAY_S = 86_400.0
ROUNDS = 7
LARGE_UNITS, LARGE_POSTS, DECISIONS = 198, 33, 2_000
_RULES = {
    "cover by the rule": RelocationMethod.EXPECTED_COVER,
    "look-ahead by the rule": RelocationMethod.LOOK_AHEAD,
}
_FREELY = "look-ahead without limits"


def busy_agenda(units: int, days: int, seed: int = 1) -> list[tuple[float, int, int]]:
    """Duty, breaks and failures of a fleet: (time, unit, bit).

    A third of it is off duty for seven hours each night; everybody has two breaks of half an hour a
    day and is out of order for two hours in every five days.
    """
    rng = np.random.default_rng(seed)
    rows = [(0.0, unit, -c.OFF_DUTY) for unit in range(units)]
    for unit in range(units):
        for day_s in np.arange(days) * DAY_S:
            for hour in (3.0, 12.0):
                at_s = day_s + 3_600.0 * hour + 1_800.0 * (unit % 12)
                rows += [(at_s, unit, c.ON_BREAK), (at_s + 1_800.0, unit, -c.ON_BREAK)]
            if unit % 3 == 0:
                at_s = day_s + 22 * 3_600.0 + 60.0
                rows += [(at_s, unit, c.OFF_DUTY), (at_s + 7 * 3_600.0, unit, -c.OFF_DUTY)]
        for day_s in np.arange(0, days, 5) * DAY_S:
            at_s = day_s + rng.uniform(0, 4 * DAY_S)
            rows += [(at_s, unit, c.OUT_OF_ORDER), (at_s + 7_200.0, unit, -c.OUT_OF_ORDER)]
    return rows


def _looking(city: City, roads: Roads) -> Ahead:
    calls_f, calls_i = recorded("manhattan")[0].calls_f, recorded("manhattan")[0].calls_i
    kind = calls_i[:, c.PRIORITY]
    demand = DemandPlaces(
        calls_i[:, c.PLACE_NODE], calls_f[:, c.PLACE_KM], kind, city.cover_s[kind],
        np.ones(len(kind)),
    )  # fmt: skip
    taken = calls_i[:, c.HOSPITAL] != c.NO_HOSPITAL
    return ahead_of(
        roads, city.travel, demand, scene_s=float(calls_f[:, c.SCENE_S].mean()),
        handover_s=float(calls_f[taken, c.HANDOVER_S].mean()),
    )  # fmt: skip


def _full_twin(city: City, roads: Roads, method: RelocationMethod | None) -> Twin:
    """The twin under a rule with the limits shipped; without a method it looks ahead freely."""
    units, posts = len(city.fleet.home), len(city.places.post_node)
    moved = None
    if method is not None:
        names = tuple(PostId(f"p{row}") for row in range(posts))
        rule = RelocationRule("benchmark/1", method=method)
        moved = MovedByRule(rule, names, total=float(city.demand.rate.sum()))
    setting = setting_of(
        city.travel, city.places, priorities=len(city.may_take), may_take=city.may_take,
        cover=city.cover_of_calls(roads, recorded("manhattan")[0]), units=units, moved=moved,
        ahead=_looking(city, roads),
    )  # fmt: skip
    return Twin(roads, setting, city.fleet)


def _with_agenda(world: World, units: int) -> World:
    days = int(world.calls_f[-1, c.ARRIVAL_S] / DAY_S) + 1
    return world_of(world.calls_f, world.calls_i, busy_agenda(units, days))


def _spent(twin: Twin, world: World, rounds: int) -> tuple[list[float], int, int]:
    """Seconds of processor time of each round but the first; events and moves of a run."""
    spent = []
    for _ in range(rounds + 1):
        state = twin.begin(world)
        start = time.process_time()
        twin.run(world, state)
        spent.append(time.process_time() - start)
    return spent[1:], int(state.counters[c.EVENTS]), int(state.counters[c.RELOCATIONS])


def _decisions_ms() -> list[float]:
    """Wall-clock time of decisions of a large fleet: who goes, and who stands in for it."""
    city, _ = manhattan()
    rng = np.random.default_rng(0)
    node = rng.choice(city.network.nodes, LARGE_POSTS, replace=False).astype(np.int32)
    hospitals = city.places.hospital_node, city.places.hospital_km
    home = (np.arange(LARGE_UNITS) % LARGE_POSTS).astype(np.int32)
    large = replace(
        city, places=Places(node, np.full(LARGE_POSTS, 0.02), *hospitals),
        fleet=Fleet(home, np.zeros(LARGE_UNITS, dtype=np.int32)),
    )  # fmt: skip
    roads = large.prepared()
    twin = _full_twin(large, roads, RelocationMethod.LOOK_AHEAD)
    world = _with_agenda(resampled(1, 451.2 * LARGE_UNITS / 12 * 0.8, LARGE_UNITS), LARGE_UNITS)
    state = twin.begin(world)
    twin.run(world, state, 9 * 3_600.0)
    spent: list[float] = []
    while len(spent) < DECISIONS:
        decides = state.winner[1] == LARGE_UNITS + 1
        start = time.perf_counter()
        run_events(roads, world, twin.setting, state, np.inf, 1)
        if decides:
            spent.append(1e3 * (time.perf_counter() - start))
    return spent


@benchmark("twin_speed_full", "A month and a year with shifts, breaks, failures and every rule")
def speed_full() -> Outcome:
    city, roads = manhattan()
    units = len(city.fleet.home)
    month = _with_agenda(recorded("manhattan_dmexclp")[0], units)
    timings, goals, aims = {}, [], []
    numbers: dict[str, float] = {}
    for name, method in (*_RULES.items(), (_FREELY, None)):
        seconds, events, moves = _spent(_full_twin(city, roads, method), month, ROUNDS)
        timings[name] = timing(seconds)
        calls_s = len(month.calls_i) / min(seconds)
        numbers[f"{name}: calls a second"] = calls_s
        numbers[f"{name}: moves"] = float(moves)
        goals.append(Goal(f"{name}: events a second", events / min(seconds), ">=", 1_000_000, ""))
        aims.append(
            Goal(f"{name}: calls a second against JEMSS", calls_s / JEMSS_CALLS_PER_S, ">=", 10,
                 "x")
        )  # fmt: skip
    year = _with_agenda(resampled(365, 451.2, units), units)
    twin = _full_twin(city, roads, RelocationMethod.LOOK_AHEAD)
    seconds, events, _ = _spent(twin, year, 2)
    timings["a year, look-ahead by the rule"] = timing(seconds)
    numbers["events of a year"] = float(events)
    decisions = np.array(_decisions_ms())
    numbers["a decision at 198 units, median, ms"] = float(np.median(decisions))
    numbers["a decision at 198 units, slowest, ms"] = float(decisions.max())
    goals += [
        *aims,
        Goal("a year, look-ahead by the rule", float(np.median(seconds)), "<=", 5, "s"),
        Goal("who goes and who stands in, 198 units, 99 of 100 within",
             float(np.quantile(decisions, 0.99)), "<=", 50, "ms"),
    ]  # fmt: skip
    setting: dict[str, str | int | float] = {
        "clock": "processor time of one thread, best of the rounds; decisions by the wall clock",
        "calls of the month": len(month.calls_i),
        "agenda": "a third off at night, two breaks a day, 2 h out of order in 5 days",
        "rules": "with the limits shipped",
    }
    return Outcome(tuple(goals), timings, numbers, setting, ("numba",))
