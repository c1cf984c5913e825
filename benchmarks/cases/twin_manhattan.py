"""The twin of Manhattan: parity with JEMSS, speed beside a SimPy model, a year, large fleets."""

from __future__ import annotations

import io
import os
import resource
import time
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.jemss_demand import near_calls, recover_demand, trace
from benchmarks.jemss_parity import BUSY_SHARE, parity, run
from benchmarks.measuring import Timing, timing
from benchmarks.registry import CannotRunError, Goal, Outcome, benchmark
from benchmarks.simpy_city import Model
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.roads import (
    Roads,
    prepare,
    roads_from_arrays,
    roads_to_arrays,
)
from wardmote.core.simulation.twin.tables import Places, World
from wardmote.core.simulation.twin.twin import (
    CoverPeriods,
    Fleet,
    Twin,
    on_duty_throughout,
    setting_of,
    world_of,
)
from wardmote.gateways.jemss.city import Answers, City, read_calls, read_city

JEMSS_CALLS_PER_S = 34_500.0
JEMSS_EVENTS_PER_S = 280_000.0
SIMPY_EVENTS_PER_S = 133_000.0
ROUNDS = 15


@cache
def model_folder() -> Path:
    named = os.environ.get("WARDMOTE_SHARED_DATA")
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    folder = (Path(named) if named else beside) / "jemss_manhattan"
    if not folder.is_dir():
        msg = f"the JEMSS model is absent ({folder}); set WARDMOTE_SHARED_DATA"
        raise CannotRunError(msg)
    return folder


@cache
def manhattan() -> tuple[City, Roads]:
    city = read_city(model_folder())
    return city, city.prepared()


@cache
def recorded(name: str) -> tuple[World, Answers]:
    return read_calls(model_folder() / f"{name}_rep1_30d.csv.gz", len(manhattan()[0].fleet.home))


def _cpu_s(twin: Twin, world: World, rounds: int = ROUNDS) -> tuple[Timing, int]:
    """Seconds of processor time of a whole run, and its events."""
    spent = []
    for _ in range(rounds + 1):
        state = twin.begin(world)
        start = time.process_time()
        twin.run(world, state)
        spent.append(time.process_time() - start)
    return timing(spent[1:]), int(state.counters[c.EVENTS])


def resampled(days: float, per_day: float, units: int, seed: int = 1) -> World:
    """Calls like the month's, in any number."""
    source, _ = recorded("manhattan")
    rng = np.random.default_rng(seed)
    calls = rng.integers(0, len(source.calls_i), int(days * per_day))
    calls_f, calls_i = source.calls_f[calls].copy(), source.calls_i[calls].copy()
    delay_s = calls_f[:, c.DECISION_S] - calls_f[:, c.ARRIVAL_S]
    calls_f[:, c.ARRIVAL_S] = np.sort(rng.uniform(0, days * 86_400, len(calls)))
    calls_f[:, c.DECISION_S] = calls_f[:, c.ARRIVAL_S] + delay_s
    return world_of(calls_f, calls_i, on_duty_throughout(units))


@benchmark("twin_jemss_parity", "Call by call as JEMSS answers, Manhattan, 13,363 calls")
def jemss_parity() -> Outcome:
    city, roads = manhattan()
    world, answers = recorded("manhattan")
    static = parity(world, run(city, roads, world), answers)
    moving_world, moving_answers = recorded("manhattan_dmexclp")
    sets = near_calls(city, roads, moving_world)
    traced = trace(city, roads, moving_world, moving_answers)
    fitted, errors, chosen = recover_demand(city, moving_answers, traced, sets, BUSY_SHARE)
    moving = parity(moving_world, run(city, roads, moving_world, fitted), moving_answers)
    goals = (
        Goal("static, same unit and response", 100 * static.both, ">=", 99, "%"),
        Goal("DMEXCLP, same unit and response", 100 * moving.both, ">=", 99, "%"),
    )
    numbers = {
        "relocations alike with the demand recovered": chosen.same / chosen.of,
        "largest change of a weight, standard errors": errors,
    }
    return Outcome(goals, {}, numbers, {"calls": static.calls}, ("scipy",))


def _against_simpy(name: str, cover: CoverPeriods | None) -> Outcome:
    city, roads = manhattan()
    world, _ = recorded(name)
    twin = city.twin(roads, cover=cover)
    ours, events = _cpu_s(twin, world)
    model = Model(twin, world)
    start = time.process_time()
    model.run()
    simpy_s = time.process_time() - start
    state = twin.begin(world)
    twin.run(world, state)
    units = np.array([unit for unit, _ in model.answers])
    reached = np.array([at_s for _, at_s in model.answers])
    if (units != state.outcome_i[:, c.UNIT]).any() or (
        np.abs(reached - state.outcome_f[:, c.REACHED_S]).max() > 1e-6
    ):
        msg = "the twin and the SimPy model disagree"
        raise AssertionError(msg)
    calls = len(world.calls_i)
    rate = events / ours.min_s
    goals = (
        Goal("events a second", rate, ">=", 1_000_000, ""),
        Goal("calls a second against JEMSS", calls / ours.min_s / JEMSS_CALLS_PER_S, ">=", 10, "x"),
        Goal("events a second against JEMSS", rate / JEMSS_EVENTS_PER_S, ">=", 10, "x"),
        Goal("against the same model in SimPy", simpy_s / ours.min_s, ">=", 7, "x"),
        Goal("against a SimPy of 133,000 events/s", rate / SIMPY_EVENTS_PER_S, ">=", 7, "x"),
    )
    numbers = {
        "SimPy events a second": model.events / simpy_s,
        "calls a second": calls / ours.min_s,
    }
    setting: dict[str, str | int | float] = {
        "clock": "processor time of one thread, best of the rounds",
        "events": events,
        "JEMSS counts per call": "8 events; the twin counts 6 for the same",
    }
    return Outcome(goals, {"wardmote": ours}, numbers, setting, ("simpy", "numba"))


@benchmark("twin_speed_static", "A month of Manhattan, units going back to their posts")
def speed_static() -> Outcome:
    return _against_simpy("manhattan", None)


@benchmark("twin_speed_dmexclp", "A month of Manhattan, units moving by DMEXCLP")
def speed_dmexclp() -> Outcome:
    city, roads = manhattan()
    world, _ = recorded("manhattan_dmexclp")
    return _against_simpy("manhattan_dmexclp", city.cover_of_calls(roads, world))


@benchmark("twin_year", "A year of a city, and starting from a prepared one")
def year() -> Outcome:
    city, roads = manhattan()
    world = resampled(365, 451.2, len(city.fleet.home))
    spent, events = _cpu_s(city.twin(roads), world, rounds=3)
    kept = io.BytesIO()
    np.savez(kept, **roads_to_arrays(roads))  # type: ignore[arg-type]  # numpy's stub
    kept.seek(0)
    start = time.perf_counter()
    with np.load(kept) as arrays:
        roads_from_arrays(dict(arrays))
    started_s = time.perf_counter() - start
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    start = time.process_time()
    read_city(model_folder()).prepared()
    prepared_s = time.process_time() - start
    goals = (
        Goal("a year", spent.median_s, "<=", 5, "s"),
        Goal("start from a prepared city", started_s, "<=", 5, "s"),
        Goal("memory of the whole benchmark", peak_gb, "<=", 1, "GB"),
    )
    numbers = {"events": float(events), "prepare the city from its files, s": prepared_s}
    setting: dict[str, str | int | float] = {"JEMSS": "needs 41 to 48 s and 3.4 GB to start"}
    return Outcome(goals, {"wardmote": spent}, numbers, setting, ())


@benchmark("twin_fleets", "198, 1,000 and 3,000 units on the same roads")
def fleets() -> Outcome:
    city, _ = manhattan()
    rng = np.random.default_rng(0)
    numbers = {}
    timings = {}
    for units, posts in ((198, 33), (1_000, 60), (3_000, 100)):
        node = rng.choice(city.network.nodes, posts, replace=False).astype(np.int32)
        hospitals = city.places.hospital_node, city.places.hospital_km
        places = Places(node, np.full(posts, 0.02), *hospitals)
        roads = prepare(city.network, node, city.places.hospital_node)
        setting = setting_of(city.travel, places, priorities=3)
        home = (np.arange(units) % posts).astype(np.int32)
        twin = Twin(roads, setting, Fleet(home, np.zeros(units, dtype=np.int32)))
        world = resampled(3, 451.2 * units / 12 * 0.9, units)
        spent, events = _cpu_s(twin, world, rounds=2)
        timings[f"{units} units"] = spent
        numbers[f"{units} units: events a second"] = events / spent.min_s
        numbers[f"{units} units: microseconds per call, decision included"] = (
            1e6 * spent.min_s / len(world.calls_i)
        )
    slowest = numbers["3000 units: microseconds per call, decision included"]
    at_198 = numbers["198 units: microseconds per call, decision included"]
    goals = (
        Goal("a call with its decision at 198 units", at_198 / 1e3, "<=", 50, "ms"),
        Goal("a call with its decision at 3,000 units", slowest / 1e3, "<=", 50, "ms"),
    )
    return Outcome(goals, timings, numbers, {}, ())
