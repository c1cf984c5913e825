"""Whole rosters: proofs, limits, repairs and explanations."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.rosters.checking import RuleCode, violations
from wardmote.core.planning.rosters.conflicts import explain_crew, explain_shortage
from wardmote.core.planning.rosters.cover import cost_tables, shortages
from wardmote.core.planning.rosters.fairness import fair_share, with_fair_limits
from wardmote.core.planning.rosters.model import (
    OFF,
    Before,
    Cover,
    CrewRules,
    RosterProblem,
    ShiftKind,
    Wish,
)
from wardmote.core.planning.rosters.repairing import Absence, repair_roster
from wardmote.core.planning.rosters.solving import RosterEffort, RosterStatus, solve_roster
from wardmote.gateways.shift_scheduling.reading import read_instance

DAY = ShiftKind("day", 480)
NIGHT = ShiftKind("night", 480, frozenset({0}), night=True)
PUBLISHED = {1: 607, 2: 828, 3: 1001, 4: 1716}
QUICK = RosterEffort(search_steps=150, combine_s=5.0, neighbourhoods=3, part_s=1.0)


def team(crews: int = 6, days: int = 14, *, wanted: tuple[int, int] = (2, 1)) -> RosterProblem:
    rng = np.random.default_rng(8)
    rules = CrewRules("x", (days, 4), 2400, 4800, 2, 5, 2, 2, 3, 2)
    return RosterProblem(
        days,
        (DAY, NIGHT),
        tuple(replace(rules, code=f"C{n}") for n in range(crews)),
        tuple(Cover(d, k, wanted[k], 100, 2) for d in range(days) for k in (0, 1)),
        tuple(
            Wish(int(rng.integers(crews)), int(rng.integers(days)), 0, bool(rng.integers(2)), 3)
            for _ in range(12)
        ),
    )


def test_a_roster_keeps_every_rule_and_its_value_is_its_cost() -> None:
    problem = team()
    answer = solve_roster(problem, effort=QUICK)
    assert violations(problem, answer.roster) == ()
    assert answer.value == cost_tables(problem).total_cost(answer.roster)
    assert answer.bound <= answer.value


def test_the_bound_and_value_meet_at_what_brute_force_finds() -> None:
    crew = CrewRules("x", (4, 4), 480, 1440, 1, 3, 1, 9)
    problem = RosterProblem(
        4,
        (DAY, NIGHT),
        (crew, crew),
        tuple(Cover(d, k, 1, 7, 1) for d in range(4) for k in (0, 1)),
        (Wish(0, 1, 1, False, 3), Wish(1, 2, 0, True, 2)),
    )
    costs = cost_tables(problem)
    rows = [np.array(row, dtype=np.int8) for row in itertools.product((OFF, 0, 1), repeat=4)]
    kept = [r for r in rows if not violations(replace(problem, crews=(crew,), wishes=()), r[None])]
    best = min(costs.total_cost(np.stack(pair)) for pair in itertools.product(kept, repeat=2))
    answer = solve_roster(problem, effort=QUICK)
    assert (answer.status, answer.value, answer.bound) == (RosterStatus.OPTIMAL, best, best)


@pytest.mark.data
@pytest.mark.parametrize("number", sorted(PUBLISHED))
def test_public_instances_are_proven(shared_data: Path, number: int) -> None:
    path = shared_data / "shift_scheduling" / f"Instance{number}.txt"
    problem = read_instance(path.read_text(encoding="utf-8"))
    answer = solve_roster(problem)
    assert answer.status is RosterStatus.OPTIMAL
    assert answer.value == answer.bound == PUBLISHED[number]
    assert violations(problem, answer.roster) == ()


def test_told_to_stop_at_once_there_is_a_roster_but_no_claim() -> None:
    problem = team()
    answer = solve_roster(problem, should_stop=lambda: True)
    assert answer.status is RosterStatus.FEASIBLE
    assert answer.bound == 0
    assert violations(problem, answer.roster) == ()


def test_the_same_seed_gives_the_same_roster() -> None:
    one, other = (solve_roster(team(4, 10), seed=3, effort=QUICK).roster for _ in range(2))
    assert (one == other).all()


def test_skills_count_only_where_they_are_there() -> None:
    problem = team(4, 7, wanted=(1, 0))
    able = replace(problem.crews[0], skills=frozenset({5}))
    problem = replace(
        problem,
        crews=(able, *problem.crews[1:]),
        covers=(*problem.covers, Cover(3, 0, 1, 500, 0, skill=5)),
    )
    answer = solve_roster(problem, effort=QUICK)
    assert answer.roster[0, 3] == 0
    assert shortages(cost_tables(problem), answer.roster)[-1] == 0


def test_crews_that_cannot_be_rostered_are_named_with_a_smallest_clash() -> None:
    problem = team(3, 7)
    tired = replace(
        problem.crews[1],
        min_minutes=5 * 480,
        max_minutes=7 * 480,
        leave=frozenset({1, 3, 5}),
        min_run=1,
    )
    problem = replace(problem, crews=(problem.crews[0], tired, problem.crews[2]))
    answer = solve_roster(problem)
    assert answer.status is RosterStatus.IMPOSSIBLE
    assert answer.impossible_crews == (1,)
    clash = explain_crew(problem, 1)
    assert RuleCode.MIN_MINUTES in {item.rule for item in clash}
    assert explain_crew(problem, 0) == ()
    for item in clash:  # any one of them away, and there is a roster
        crew = tired
        if item.rule is RuleCode.MIN_MINUTES:
            crew = replace(crew, min_minutes=0)
        elif item.rule is RuleCode.LEAVE:
            crew = replace(crew, leave=crew.leave - {item.day})
        else:
            continue
        rules = {c.rule for c in clash}
        others = replace(problem, crews=(crew,), covers=(), wishes=())
        loosest = replace(
            others,
            crews=(
                replace(
                    crew,
                    max_weekends=crew.max_weekends if RuleCode.MAX_WEEKENDS in rules else 9,
                    min_days_off=crew.min_days_off if RuleCode.MIN_DAYS_OFF in rules else 1,
                    max_run=crew.max_run if RuleCode.MAX_RUN in rules else 7,
                ),
            ),
        )
        assert solve_roster(loosest, effort=QUICK).status is not RosterStatus.IMPOSSIBLE


def test_a_shortage_is_explained_by_cover_and_leave() -> None:
    problem = team(2, 7, wanted=(1, 0))
    crews = tuple(replace(c, leave=frozenset({2}), min_minutes=0) for c in problem.crews)
    clash, irreducible = explain_shortage(replace(problem, crews=crews), [2])
    assert irreducible
    assert {(item.rule, item.day) for item in clash} == {
        (RuleCode.LEAVE, -1),
        (RuleCode.COVER, 2),
    }
    assert explain_shortage(problem, [2]) == ((), True)


def test_illness_is_repaired_with_few_changes_and_the_past_kept() -> None:
    problem = team()
    roster = solve_roster(problem, effort=QUICK).roster
    sick = int(np.flatnonzero(roster[:, 6] != OFF)[0])
    repair = repair_roster(
        problem, roster, (Absence(sick, 6, 8),), from_day=6, change_cost=5, effort=QUICK
    )
    mended = repair.answer.roster
    assert (mended[:, :6] == roster[:, :6]).all()
    assert (mended[sick, 6:9] == OFF).all()
    assert len(repair.changes) <= 8
    for number in range(len(problem.crews)):
        if number != sick:
            alone = replace(problem, crews=(problem.crews[number],), wishes=())
            assert violations(alone, mended[number : number + 1]) == ()


def test_changes_that_cost_too_much_are_not_made() -> None:
    problem = team()
    roster = solve_roster(problem, effort=QUICK).roster
    sick = int(np.flatnonzero(roster[:, 6] != OFF)[0])
    repair = repair_roster(
        problem, roster, (Absence(sick, 6, 6),), from_day=6, change_cost=10_000, effort=QUICK
    )
    assert [change for change in repair.changes if change.crew != sick] == []


def test_shares_level_what_was_done_before() -> None:
    assert fair_share(np.array([0, 2, 5]), 6).tolist() == [4, 2, 0]
    assert fair_share(np.array([1, 1]), 3).tolist() == [2, 2]
    half = np.array([1.0, 0.5])
    assert fair_share(np.array([0, 0]), 6, half).tolist() == [4, 2]
    assert fair_share(np.array([0, 0]), 6, room=np.array([1, 9])).tolist() == [1, 5]
    assert fair_share(np.array([0, 0]), 6, room=np.array([1, 2])).tolist() == [1, 2]


def test_who_worked_more_nights_gets_fewer() -> None:
    problem = team(wanted=(1, 1))
    nights = np.array([6, 0, 0, 0, 0, 0])
    fair = with_fair_limits(problem, nights, np.zeros(6, dtype=np.int64), slack=0)
    assert fair.crews[0].max_nights == 0
    assert all(crew.max_nights >= 2 for crew in fair.crews[1:])
    answer = solve_roster(fair, effort=QUICK)
    assert (answer.roster[0] != 1).all()


def test_last_month_counts() -> None:
    crew = CrewRules("A", (9,), 0, 9999, 2, 5, 2, 9, before=Before(run=5, kind=0))
    problem = RosterProblem(9, (DAY,), (crew,), (Cover(0, 0, 1, 100, 0),))
    answer = solve_roster(problem, effort=QUICK)
    assert answer.roster[0, :2].tolist() == [OFF, OFF]


@pytest.mark.parametrize(
    "text",
    [
        "5",
        "SECTION_HORIZON\nx",
        "SECTION_HORIZON\n7\nSECTION_SHIFTS\nD,480,Q",
        "SECTION_WHAT",
        "SECTION_HORIZON\n7\nSECTION_SHIFTS\nD,480,\nSECTION_STAFF\nA,D=7,1,1,1",
    ],
)
def test_files_that_cannot_be_read_name_the_line(text: str) -> None:
    with pytest.raises(Problem, match=r"^Line \d+: "):
        read_instance(text)
