"""Night watches as a question: nights, clock changes, leave, fairness, rules re-checked."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from wardmote.core.beat.watch_rosters import (
    SHIFT,
    MemberLeave,
    RosteredTeam,
    TeamsPair,
    TeamWish,
    WatchPlan,
    broken_by,
    nights_of,
    nights_out,
    question_of,
    span_of,
)
from wardmote.core.planning.rosters.case import roster_case
from wardmote.core.planning.rosters.question_parts import Balance, Wanting
from wardmote.core.planning.rosters.solving import RosterStatus, solve_roster
from wardmote.core.planning.rosters.writing import roster_document

PLAN = WatchPlan(
    datetime.date(2026, 12, 1), datetime.date(2026, 12, 12), "22:00", 8.0, "Asia/Shanghai", 1, 2
)
HOUR_S = 3_600.0


def day(number: int) -> datetime.date:
    return datetime.date(2026, 12, number)


def team(name: str, *skills: str, out: frozenset[datetime.date] = frozenset()) -> RosteredTeam:
    return RosteredTeam(name, name.upper(), skills, out)


TEAMS = (team("a", "driver"), team("b"), team("c", "driver"))


@pytest.mark.parametrize(
    ("zone", "night", "hours"),
    [
        ("Asia/Shanghai", "2026-03-28", 8),
        ("Europe/Berlin", "2026-03-28", 7),
        ("Europe/Berlin", "2026-10-24", 9),
        ("Europe/Berlin", "2026-10-25", 8),
    ],
)
def test_a_watch_ends_at_six_whatever_clocks_do(zone: str, night: str, hours: int) -> None:
    plan = replace(PLAN, zone=zone)
    begins_s, ends_s = span_of(plan, datetime.date.fromisoformat(night))
    assert (ends_s - begins_s) / HOUR_S == hours


def test_a_team_is_out_without_its_leader_or_with_too_few() -> None:
    begins_s, ends_s = span_of(PLAN, day(3))

    def out(*leaves: MemberLeave, least: int = 2) -> set[datetime.date]:
        return set(nights_out(PLAN, ("l", "m", "n"), "l", leaves, least))

    assert out(MemberLeave("l", begins_s - HOUR_S, begins_s)) == set()
    assert out(MemberLeave("l", begins_s, begins_s + 1)) == {day(3)}
    assert out(MemberLeave("m", begins_s, ends_s)) == set()
    both = (MemberLeave("m", ends_s - 1, ends_s + 1), MemberLeave("n", begins_s, ends_s))
    assert out(*both) == {day(3)}
    assert out(MemberLeave("m", begins_s, ends_s), least=3) == {day(3)}


def test_who_watched_more_in_the_months_before_watches_less() -> None:
    worked = frozenset({("a", datetime.date(2026, 11, one)) for one in (1, 5, 9, 13)})
    question = question_of(replace(PLAN, rest_nights=1), TEAMS, (), (), worked)
    assert Balance("a", 4, 1) in question.balances
    assert question.previous is not None
    assert not question.previous.duties, "what is longer ago than two weeks is levelled only"
    case = roster_case(question)
    answer = solve_roster(case.fair)
    document = roster_document(case, answer, seed=1, stopped=False)
    nights = {load.crew: load.nights for load in document.workloads}
    assert nights["a"] < nights["b"]
    assert not broken_by(question, frozenset(), _nights(document.duties))


def _nights(duties: object) -> frozenset[tuple[str, datetime.date]]:
    return frozenset((one.crew, datetime.date.fromisoformat(one.date)) for one in duties)  # type: ignore[attr-defined]  # duties


def test_leave_and_pairs_and_wishes_reach_the_solver() -> None:
    plan = replace(
        PLAN, last=day(6), teams_a_night=2, rest_nights=1, skills=("driver",), fair=False
    )
    teams = (*TEAMS[:2], team("c", "driver", out=frozenset({day(1)})), team("d"))
    wishes = [TeamWish("d", day(2), day(9), Wanting.OFF, 5)]
    question = question_of(plan, teams, wishes, [TeamsPair("a", "c", together=False)], frozenset())
    case = roster_case(question)
    answer = solve_roster(case.fair)
    document = roster_document(case, answer, seed=1, stopped=False)
    watched = _nights(document.duties)
    assert answer.status is RosterStatus.OPTIMAL
    assert ("c", day(1)) not in watched
    assert not document.refused_pairs
    assert [wish.last for wish in question.wishes] == ["2026-12-06"]
    assert not document.missing
    assert {duty.shift for duty in document.duties} == {SHIFT}


def test_changes_are_checked_by_the_same_rules() -> None:
    teams = (team("a", out=frozenset({day(9)})), team("b"))
    worked = frozenset({("b", datetime.date(2026, 11, 30))})
    question = question_of(PLAN, teams, (), (), worked)
    before = frozenset({("a", day(1)), ("b", day(5))})
    assert not broken_by(question, before, before | {("a", day(4))})
    found = broken_by(question, before, before | {("a", day(3))})
    assert [(one.rule.value, one.team, one.night) for one in found] == [
        ("min_days_off", "a", day(3))
    ]
    assert {one.rule.value for one in broken_by(question, before, before | {("a", day(2))})} == {
        "max_run",
        "max_night_run",
    }
    assert {one.rule.value for one in broken_by(question, before, before | {("a", day(9))})} == {
        "leave"
    }
    late = broken_by(question, before, before | {("b", day(1))})
    assert "max_run" in {one.rule.value for one in late}, "the night before the roster counts"
    worse = before | {("a", day(2))}
    assert not broken_by(question, worse, worse | {("b", day(9))}), "old breaks are not new"
    assert nights_of(PLAN)[-1] == day(12)
