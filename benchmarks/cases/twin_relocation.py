"""Where free units go: looking ahead against expected cover, and against who knows the future."""

from __future__ import annotations

import time
from functools import cache

import numpy as np
from numpy.typing import NDArray

from benchmarks.cases.twin_manhattan import manhattan, recorded, resampled
from benchmarks.jemss_parity import BUSY_SHARE
from benchmarks.measuring import timing
from benchmarks.registry import Goal, Outcome, benchmark
from wardmote.core.domain.ids import PostId
from wardmote.core.policies.relocation_lookahead import Ahead, exchange_ahead, look_ahead
from wardmote.core.policies.relocation_rule import RelocationMethod, RelocationRule
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.offline_bound import offline_bound
from wardmote.core.simulation.twin.offline_moves import known_moves
from wardmote.core.simulation.twin.reaching import DemandPlaces, ahead_of
from wardmote.core.simulation.twin.replications import compare
from wardmote.core.simulation.twin.rules import MovedByRule
from wardmote.core.simulation.twin.tables import World
from wardmote.core.simulation.twin.twin import (
    Twin,
    on_duty_throughout,
    setting_of,
    world_of,
)

DAY_S = 86_400.0
DRIVE_COST = 1e-5
"""Share of all demand that a second's drive to a post may cost; tuned on other worlds."""
WORLDS = range(2_000, 2_020)
"""Seeds: none was looked at while anything was tuned."""
DAYS = 60
FIRST_DAY, LAST_DAY = 7, 14
"""The week that is bounded, days of the month."""
LONGEST_S = 3_000.0

_POSTS = tuple(PostId(f"p{row}") for row in range(8))
_RULES = {
    f"{name} by a rule {limits}": RelocationRule(
        "benchmark/1", method=method, shift_changes_h=(), **how  # type: ignore[arg-type]  # several types
    )
    for limits, how in (
        ("with the limits shipped", {}),
        ("almost without limits", {
            "moves_per_hour": 20, "moves_per_shift": 100, "driving_per_shift_s": DAY_S,
            "farthest_drive_s": 1_500.0, "rest_s": 0.0, "minimum_gain_share": 0.0,
        }),
    )
    for name, method in (
        ("cover", RelocationMethod.EXPECTED_COVER), ("look-ahead", RelocationMethod.LOOK_AHEAD),
    )
}  # fmt: skip
"""Asked when a unit becomes free and when one goes out; the others only when one becomes free."""


@cache
def _ahead() -> Ahead:
    """Looking ahead by the calls that expected cover is worked out from, too."""
    model, roads = manhattan()
    calls_f, calls_i = recorded("manhattan")[0].calls_f, recorded("manhattan")[0].calls_i
    kind = calls_i[:, c.PRIORITY]
    demand = DemandPlaces(
        calls_i[:, c.PLACE_NODE], calls_f[:, c.PLACE_KM], kind, model.cover_s[kind],
        np.ones(len(kind)),
    )  # fmt: skip
    taken = calls_i[:, c.HOSPITAL] != c.NO_HOSPITAL
    return ahead_of(
        roads,
        model.travel,
        demand,
        scene_s=float(calls_f[:, c.SCENE_S].mean()),
        handover_s=float(calls_f[taken, c.HANDOVER_S].mean()),
    )


@cache
def _plans() -> dict[str, Twin]:
    model, roads = manhattan()
    cover = model.cover_of_calls(roads, recorded("manhattan")[0])
    cost = DRIVE_COST * cover.sets[0].weight.sum()
    still = model.twin(roads)
    looking = setting_of(
        model.travel, model.places, priorities=len(model.may_take), may_take=model.may_take,
        cover=cover, units=len(model.fleet.home), ahead=_ahead(),
    )  # fmt: skip
    plans = {
        "static": still,
        "DMEXCLP": model.twin(roads, cover=cover, busy_share=BUSY_SHARE),
        "less the drive": model.twin(roads, cover=cover, busy_share=0.3, drive_cost=cost),
        "look-ahead": Twin(roads, looking, model.fleet),
    }
    for name, rule in _RULES.items():
        moved = MovedByRule(rule, _POSTS, total=float(model.demand.rate.sum()))
        by_rule = setting_of(
            model.travel, model.places, priorities=len(model.may_take), may_take=model.may_take,
            cover=cover, units=len(model.fleet.home), moved=moved, ahead=_ahead(),
        )  # fmt: skip
        plans[name] = Twin(roads, by_rule, model.fleet)
    return plans


def _figures(world: World, twin: Twin) -> tuple[float, float, float, float]:
    """In time, mean response, km and moves per unit and day."""
    state = twin.begin(world)
    twin.run(world, state)
    response_s = state.outcome_f[:, c.REACHED_S] - world.calls_f[:, c.ARRIVAL_S]
    unit_days = len(state.units_i) * state.now_s[0] / DAY_S
    return (
        float((response_s <= manhattan()[0].target_s[world.calls_i[:, c.PRIORITY]]).mean()),
        float(response_s.mean()),
        float(state.units_f[:, c.POST_KM].sum() / unit_days),
        float(state.units_i[:, c.MOVES].sum() / unit_days),
    )


@benchmark("twin_relocation", "Looking ahead against expected cover, 20 unseen worlds")
def relocation() -> Outcome:
    units = len(manhattan()[0].fleet.home)
    rows: dict[str, list[tuple[float, float, float, float]]] = {name: [] for name in _plans()}
    for seed in WORLDS:
        world = resampled(DAYS, 451.2, units, seed)
        for name, plan in _plans().items():
            rows[name].append(_figures(world, plan))
    found = {name: np.array(figures) for name, figures in rows.items()}
    numbers = {
        f"{name}: {figure}": float(row[:, column].mean())
        for column, figure in enumerate(("in time", "mean response s", "km", "moves"))
        for name, row in found.items()
    }
    goals = []
    for limits in ("with the limits shipped", "almost without limits"):
        ours, theirs = (found[f"{name} by a rule {limits}"] for name in ("look-ahead", "cover"))
        in_time = compare(ours[:, 0], theirs[:, 0]).difference
        numbers[f"by a rule {limits}: in time more often than cover, points"] = 100 * in_time.mean
        goals.append(
            Goal(f"by a rule {limits}: in time more often than cover, low end of 95 %",
                 100 * in_time.low, ">=", 0, "points")
        )  # fmt: skip
    for other in ("DMEXCLP", "less the drive"):
        differences = [
            compare(found["look-ahead"][:, column], found[other][:, column]).difference
            for column in range(4)
        ]
        in_time, mean_s, km, moves = differences
        numbers[f"in time more often than {other}, points"] = 100 * in_time.mean
        goals += [
            Goal(f"in time more often than {other}, low end of 95 %", 100 * in_time.low, ">=", 0,
                 "points"),
            Goal(f"mean response longer than {other}, high end", mean_s.high, "<=", 0, "s"),
            Goal(f"km per unit and day more than {other}, high end", km.high, "<=", 0, "km"),
            Goal(f"moves per unit and day more than {other}, high end", moves.high, "<=", 0, ""),
        ]  # fmt: skip
    setting: dict[str, str | int | float] = {"worlds": len(WORLDS), "days each": DAYS}
    return Outcome(tuple(goals), {}, numbers, setting, ("numba",))


@benchmark("twin_look_ahead_decision", "A decision that looks ahead, 198 units and 33 posts")
def decision() -> Outcome:
    rng = np.random.default_rng(1)
    units, posts, places, groups = 198, 33, 900, 500
    layout = _ahead().layout
    there = int(layout.grid.max()) + 1
    known = look_ahead(
        layout, rng.random((there, groups)).astype(np.float32) ** 4, np.full(groups, 1 / groups),
        scene_s=1_200.0,
    )  # fmt: skip
    side_km = np.array(layout.grid.shape[::-1]) * layout.cell_km
    corner = np.array([layout.west_km, layout.south_km])
    ways = np.zeros((units, 7))
    ways[:, :2], ways[:, 2:4] = corner + rng.random((2, units, 2)) * side_km
    ways[:, 4] = rng.uniform(0, 900, units)
    stands = (corner + rng.random((posts, 2)) * side_km)[None]
    scratch = np.zeros((2, len(known.at_s), groups))
    spent: dict[str, list[float]] = {"one unit asked": [], "a unit of each post asked": []}
    for _ in range(12):
        for name, asked in (("one unit asked", 1), ("a unit of each post asked", posts)):
            options = np.zeros((asked, posts, 7))
            options[:, :, :2] = ways[:asked, None, :2]
            options[:, :, 2:4] = stands
            options[:, :, 4] = 600.0
            gain = np.zeros((asked, posts))
            start = time.perf_counter()
            exchange_ahead(known, ways[asked:], ways[:asked], options, scratch, gain)
            spent[name].append(time.perf_counter() - start)
    timings = {name: timing(found[1:]) for name, found in spent.items()}
    goals = tuple(
        Goal(f"a decision, {name}", 1e3 * found.median_s, "<=", 50, "ms")
        for name, found in timings.items()
    )
    numbers: dict[str, float] = {"places": float(min(places, there)), "groups": float(groups)}
    return Outcome(goals, timings, numbers, {"units": units, "posts": posts}, ("numba",))


def _late(world: World, twin: Twin) -> tuple[int, float]:
    """Late calls, and the longest time from a decision to the arrival."""
    state = twin.begin(world)
    twin.run(world, state)
    reached_s: NDArray[np.float64] = state.outcome_f[:, c.REACHED_S]
    target_s = manhattan()[0].target_s[world.calls_i[:, c.PRIORITY]]
    late = reached_s - world.calls_f[:, c.ARRIVAL_S] > target_s
    return int(late.sum()), float((reached_s - world.calls_f[:, c.DECISION_S]).max())


@benchmark("twin_offline", "Late calls against those of somebody who knows the future")
def offline() -> Outcome:
    model, _ = manhattan()
    source, _ = recorded("manhattan")
    day = source.calls_f[:, c.ARRIVAL_S] / DAY_S
    week = np.flatnonzero((day >= FIRST_DAY) & (day < LAST_DAY))
    calls_f = source.calls_f[week].copy()
    calls_f[:, [c.ARRIVAL_S, c.DECISION_S]] -= FIRST_DAY * DAY_S
    world = world_of(calls_f, source.calls_i[week], on_duty_throughout(len(model.fleet.home)))
    start = time.process_time()
    moves = known_moves(_plans()["static"], world, model.target_s, longest_s=LONGEST_S)
    at_own = offline_bound(moves, model.fleet.home, own_post=True, rounds=120).late
    anywhere = offline_bound(moves, model.fleet.home, rounds=120).late
    numbers = {
        "late at least, units going back to their posts": float(at_own),
        "late at least, units going to any post": float(anywhere),
        "the bounds took, s": time.process_time() - start,
    }
    for name, plan in _plans().items():
        if name in _RULES:
            continue  # they move units that stand, too, which the bound does not allow for
        late, longest_s = _late(world, plan)
        if longest_s > LONGEST_S:
            msg = f"{name} reached a call only after {longest_s:.0f} s: the bounds say nothing"
            raise AssertionError(msg)
        least = at_own if name == "static" else anywhere
        numbers[f"{name}: late calls"] = float(late)
        numbers[f"{name}: times the bound"] = late / max(1, least)
    setting: dict[str, str | int | float] = {
        "calls": len(week),
        "days": f"{FIRST_DAY} to {LAST_DAY} of the month",
    }
    return Outcome((), {}, numbers, setting, ("numba",))
