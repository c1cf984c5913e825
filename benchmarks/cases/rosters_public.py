"""Rosters: public instances proven, larger ones of the same form, people, teams, 198 crews."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.cities import shared_data
from benchmarks.compact_rosters import by_cp_sat, by_highs
from benchmarks.measuring import Timing, timing
from benchmarks.registry import CannotRunError, Goal, Outcome, benchmark
from wardmote.core.domain.text import Bilingual
from wardmote.core.planning.rosters.case import roster_case
from wardmote.core.planning.rosters.checking import violations
from wardmote.core.planning.rosters.cover import cost_tables, shortages
from wardmote.core.planning.rosters.model import Cover, CrewRules, RosterProblem, ShiftKind, Wish
from wardmote.core.planning.rosters.question import RosterQuestion
from wardmote.core.planning.rosters.question_parts import (
    Balance,
    Fairness,
    RosterCrew,
    RosterLeave,
    RosterNeed,
    RosterPair,
    RosterRules,
    RosterShift,
    RosterWish,
    Wanting,
)
from wardmote.core.planning.rosters.solving import RosterAnswer, solve_roster
from wardmote.gateways.shift_scheduling.reading import read_instance

PUBLISHED = {1: 607, 2: 828, 3: 1001, 4: 1716}
PEER_S = 8.0
LARGER = ((20, 60.0), (32, 30.0), (50, 40.0))
"""Crews and seconds of the generated instances."""
LARGER_PEER_S = 25.0
PEOPLE_S = 50.0
TEAMS_S = 20.0
FLEET_S = 30.0


def _solved(problem: RosterProblem, limit_s: float) -> tuple[RosterAnswer, float]:
    start = time.perf_counter()
    answer = solve_roster(problem, should_stop=lambda: time.perf_counter() - start > limit_s)
    if violations(problem, answer.roster):
        msg = "a roster breaks its rules"
        raise AssertionError(msg)
    return answer, time.perf_counter() - start


def larger(crews: int = 50, days: int = 28, seed: int = 1) -> RosterProblem:
    """An instance with the rules of the public ones and five kinds of shift."""
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
        Cover(day, kind, round(int(rng.integers(3, 8)) * crews / 50) - (day % 7 >= 5), 100, 1)
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


def people(count: int = 60) -> RosterProblem:
    """60 people, 28 days, three shifts, all rules, leave, wishes, pairs, months levelled."""
    rng = np.random.default_rng(3)
    first = datetime.date(2026, 12, 1)

    def date(day: int) -> str:
        return (first + datetime.timedelta(days=day)).isoformat()

    ids = [f"P{n:02d}" for n in range(count)]
    away = {int(n): int(rng.integers(0, 22)) for n in rng.choice(count, count // 4, replace=False)}
    rules = RosterRules(
        6, 2, 2, 4, 2, 99, 3, 8, least_hours=120.0, most_hours=176.0, most_hours_a_week=48.0
    )
    question = RosterQuestion(
        name=Bilingual("", "people"),
        first=date(0),
        last=date(27),
        time_zone="Asia/Shanghai",
        shifts=(RosterShift("E", "06:00", 8), RosterShift("L", "14:00", 8),
                RosterShift("N", "22:00", 8)),
        needs=(
            *(RosterNeed(code, n) for code, n in (("E", 14), ("L", 12), ("N", 9))),
            RosterNeed("E", 12, days=(5, 6)),
            *(RosterNeed(code, 1, skill="lead") for code in "EN"),
        ),
        crews=tuple(RosterCrew(one, skills=("lead",) if n % 4 == 0 else ())
                    for n, one in enumerate(ids)),
        rules=rules,
        leave=tuple(RosterLeave(ids[n], date(day), date(day + int(rng.integers(2, 6))))
                    for n, day in away.items()),
        wishes=tuple(
            RosterWish(one, date(int(rng.integers(28))), wants, shift=shift,
                       weight=int(rng.integers(1, 6)))
            for one in ids
            for wants, shift in ((Wanting.OFF, ""), (Wanting.OFF, ""), (Wanting.NOT_SHIFT, "N"))
        ),
        pairs=(RosterPair("P01", "P02", together=True, weight=2),
               RosterPair("P03", "P04", together=False, weight=4)),
        balances=tuple(Balance(one, int(rng.integers(3, 8)), int(rng.integers(4))) for one in ids),
        fair=Fairness(),
    )  # fmt: skip
    return roster_case(question).fair


def teams(count: int = 12) -> RosterProblem:
    """12 teams of volunteers that take turns for 31 nights, two a night, with wishes."""
    rng = np.random.default_rng(5)
    ids = [f"T{n:02d}" for n in range(count)]
    question = RosterQuestion(
        name=Bilingual("", "teams"),
        first="2026-12-01",
        last="2026-12-31",
        time_zone="Asia/Shanghai",
        shifts=(RosterShift("N", "22:00", 8),),
        needs=(RosterNeed("N", 2), RosterNeed("N", 3, days=(5,))),
        crews=tuple(RosterCrew(one) for one in ids),
        rules=RosterRules(2, least_days_off_in_row=2, most_weekends=3),
        wishes=tuple(
            RosterWish(one, f"2026-12-{int(rng.integers(1, 32)):02d}", Wanting.OFF, weight=3)
            for one in ids
            for _ in range(6)
        ),
        pairs=(RosterPair("T00", "T01", together=True),
               RosterPair("T02", "T03", together=False)),
        balances=tuple(Balance(one, int(rng.integers(2, 6)), int(rng.integers(2))) for one in ids),
        fair=Fairness(),
    )  # fmt: skip
    return roster_case(question).fair


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


@benchmark("rosters_public", "Rosters: public instances, larger ones, people, teams, 198 crews")
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
    for crews, limit_s in LARGER:
        name, problem = f"{crews} generated", larger(crews)
        answer, seconds = _solved(problem, limit_s)
        timings[f"{name}, wardmote"] = timing([seconds])
        numbers |= {f"{name}: value": answer.value, f"{name}: bound": answer.bound}
        goals.append(Goal(f"{name}: gap", 100 * answer.gap, "<=", 2, "%"))
    numbers |= _peers(larger(LARGER[-1][0]), LARGER_PEER_S, f"{LARGER[-1][0]} generated", timings)
    for name, problem, limit_s in (
        ("60 people", people(), PEOPLE_S),
        ("12 teams", teams(), TEAMS_S),
        ("198 crews", fleet(), FLEET_S),
    ):
        answer, seconds = _solved(problem, limit_s)
        timings[f"{name}, wardmote"] = timing([seconds])
        missing = float(shortages(cost_tables(problem), answer.roster).sum())
        numbers |= {
            f"{name}: value": answer.value,
            f"{name}: bound": answer.bound,
            f"{name}: missing": missing,
        }
        goals += [
            Goal(f"{name}: missing", missing, "<=", 0, "crews"),
            Goal(f"{name}: time", seconds, "<=", max(limit_s, 30.0) + 3, "s"),
        ]
    return Outcome(tuple(goals), timings, numbers, {"threads": 1}, ("highspy", "ortools"))
