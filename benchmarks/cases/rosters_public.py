"""Rosters: public instances proven, a larger one of the same form, 198 crews for four weeks."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.cities import shared_data
from benchmarks.compact_rosters import by_cp_sat, by_highs
from benchmarks.measuring import Timing, timing
from benchmarks.registry import CannotRunError, Goal, Outcome, benchmark
from wardmote.core.planning.rosters.checking import violations
from wardmote.core.planning.rosters.cover import cost_tables, shortages
from wardmote.core.planning.rosters.model import Cover, CrewRules, RosterProblem, ShiftKind, Wish
from wardmote.core.planning.rosters.solving import RosterAnswer, solve_roster
from wardmote.gateways.shift_scheduling.reading import read_instance

PUBLISHED = {1: 607, 2: 828, 3: 1001, 4: 1716}
PEER_S = 30.0
LARGER_S = 90.0
FLEET_S = 30.0


def _solved(problem: RosterProblem, limit_s: float) -> tuple[RosterAnswer, float]:
    start = time.perf_counter()
    answer = solve_roster(problem, should_stop=lambda: time.perf_counter() - start > limit_s)
    if violations(problem, answer.roster):
        msg = "a roster breaks its rules"
        raise AssertionError(msg)
    return answer, time.perf_counter() - start


def larger(crews: int = 50, days: int = 28, seed: int = 1) -> RosterProblem:
    """An instance with the rules of the public ones: 50 crews, 28 days, five kinds of shift."""
    rng = np.random.default_rng(seed)
    lengths = (480, 480, 480, 720, 600)
    kinds = tuple(
        ShiftKind(f"S{n}", length, frozenset(range(n)) if n in (2, 3) else frozenset())
        for n, length in enumerate(lengths)
    )
    people = []
    for n in range(crews):
        part = rng.random() < 0.25
        most = tuple(0 if rng.random() < 0.2 else days for _ in kinds)
        off = frozenset(rng.choice(days, int(rng.integers(0, 4)), replace=False).tolist())
        low, high = (4320, 5400) if part else (7560, 8640)
        people.append(
            CrewRules(f"C{n}", most if any(most) else (days,) * 5, low, high, 2, 5, 2, 2, leave=off)
        )
    wishes = [
        Wish(n, day, int(rng.integers(5)), bool(rng.random() < 0.7), int(rng.integers(1, 4)))
        for n in range(crews)
        for day in rng.choice(days, 8, replace=False).tolist()
    ]
    covers = [
        Cover(day, kind, int(rng.integers(3, 8)) - (day % 7 >= 5), 100, 1)
        for day in range(days)
        for kind in range(5)
    ]
    return RosterProblem(days, kinds, tuple(people), tuple(covers), tuple(wishes))


def fleet(crews: int = 198, days: int = 28, seed: int = 1) -> RosterProblem:
    """198 crews, three kinds of shift, rest, nights in a row, weekends, skills, leave, wishes."""
    rng = np.random.default_rng(seed)
    kinds = (
        ShiftKind("early", 480),
        ShiftKind("late", 480, frozenset({0})),
        ShiftKind("night", 480, frozenset({0, 1}), night=True),
    )
    people, wishes, covers = [], [], []
    for n in range(crews):
        away = rng.choice(days, 2, replace=False).tolist() if rng.random() < 0.5 else []
        skills = frozenset({0}) if n % 3 == 0 else frozenset[int]()
        rules = (7200, 9600, 2, 6, 2, 3, 3, 2)
        people.append(
            CrewRules(f"C{n}", (days, days, 8), *rules, leave=frozenset(away), skills=skills)
        )
        wishes += [
            Wish(
                n,
                int(rng.integers(days)),
                int(rng.integers(3)),
                bool(rng.random() < 0.5),
                int(rng.integers(1, 4)),
            )
            for _ in range(4)
        ]
    for day in range(days):
        for kind, usual in enumerate((46, 44, 36)):
            wanted = usual - 4 * (day % 7 >= 5) + int(rng.integers(-3, 4))
            covers.append(Cover(day, kind, wanted, 100, 1))
            covers.append(Cover(day, kind, 10, 100, 0, skill=0))
    return RosterProblem(days, kinds, tuple(people), tuple(covers), tuple(wishes))


def _public(number: int) -> RosterProblem:
    path: Path = shared_data() / "shift_scheduling" / f"Instance{number}.txt"
    if not path.is_file():
        msg = f"the shift-scheduling instances are absent ({path})"
        raise CannotRunError(msg)
    return read_instance(path.read_text(encoding="utf-8"))


def _peers(
    problem: RosterProblem, limit_s: float, name: str, timings: dict[str, Timing]
) -> dict[str, float]:
    found: dict[str, float] = {}
    peers: dict[str, Callable[[RosterProblem, float], tuple[float, float]]] = {
        "HiGHS": by_highs,
        "CP-SAT": by_cp_sat,
    }
    for peer, run in peers.items():
        start = time.perf_counter()
        value, bound = run(problem, limit_s)
        timings[f"{name}, {peer}"] = timing([time.perf_counter() - start])
        found |= {f"{name}, {peer}: value": value, f"{name}, {peer}: bound": bound}
    return found


@benchmark("rosters_public", "Rosters: public instances, a larger one, 198 crews for 28 days")
def rosters_public() -> Outcome:
    goals: list[Goal] = []
    timings: dict[str, Timing] = {}
    numbers: dict[str, float] = {}
    solve_roster(_public(1))  # compiles
    for number, best in PUBLISHED.items():
        name = f"Instance{number}"
        answer, seconds = _solved(_public(number), 60)
        timings[f"{name}, wardmote"] = timing([seconds])
        numbers |= {f"{name}: value": answer.value, f"{name}: bound": answer.bound}
        goals += [
            Goal(f"{name}: proven", seconds, "<=", 60, "s"),
            Goal(f"{name}: bound", answer.bound, ">=", best, "cost"),
            Goal(f"{name}: value", answer.value, "<=", best, "cost"),
        ]
        numbers |= _peers(_public(number), PEER_S, name, timings)
    problem = larger()
    answer, seconds = _solved(problem, LARGER_S)
    timings["larger, wardmote"] = timing([seconds])
    numbers |= {"larger: value": answer.value, "larger: bound": answer.bound}
    numbers |= _peers(problem, LARGER_S, "larger", timings)
    goals.append(Goal("larger: gap", 100 * answer.gap, "<=", 2, "%"))
    crews = fleet()
    start = time.perf_counter()
    first = solve_roster(crews, should_stop=lambda: True)
    numbers["198 crews: first roster that keeps every rule (s)"] = time.perf_counter() - start
    numbers["198 crews: missing in it"] = float(shortages(cost_tables(crews), first.roster).sum())
    answer, seconds = _solved(crews, FLEET_S)
    numbers["198 crews: missing after 30 s"] = float(
        shortages(cost_tables(crews), answer.roster).sum()
    )
    numbers["198 crews: cost after 30 s"] = float(answer.value)
    goals.append(Goal("198 crews x 28 days", seconds, "<=", FLEET_S + 5, "s"))
    return Outcome(tuple(goals), timings, numbers, {"threads": 1}, ("highspy", "ortools"))
