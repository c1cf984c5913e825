"""Questions in people's words, as problems, and rosters back."""

from __future__ import annotations

import dataclasses
import datetime
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.planning.rosters.case import RosterCase, roster_case
from wardmote.core.planning.rosters.checking import RuleCode, violations
from wardmote.core.planning.rosters.model import OFF, Before
from wardmote.core.planning.rosters.question import QUESTION_FORMAT, RosterQuestion
from wardmote.core.planning.rosters.roster import ROSTER_FORMAT, RosterDocument
from wardmote.core.planning.rosters.solving import RosterEffort, RosterStatus, solve_roster
from wardmote.core.planning.rosters.writing import following, roster_document, roster_numbers
from wardmote.core.studies.documents import read, written

WHAT = Bilingual("勤务问题文件", "roster question")
QUICK = RosterEffort(search_steps=60, combine_s=2.0, neighbourhoods=2, part_s=1.0, dives=1)


def document(**changes: Any) -> dict[str, Any]:
    """Four teams in turn on a night watch, a week from a Thursday."""
    return {
        "format": QUESTION_FORMAT,
        "name": {"zh": "夜巡", "en": "Night watch"},
        "first": "2026-10-22",
        "last": "2026-10-28",
        "time_zone": "Asia/Shanghai",
        "shifts": [{"code": "N", "start": "22:00", "hours": 8}],
        "needs": [{"shift": "N", "wanted": 1}],
        "crews": [{"id": name} for name in "ABCD"],
        "rules": {"most_days_in_row": 2, "least_days_off_in_row": 1},
    } | changes


def case_of(**changes: Any) -> RosterCase:
    return roster_case(read(QUESTION_FORMAT, RosterQuestion, document(**changes), WHAT))


def test_a_night_across_a_clock_change_takes_the_hours_that_pass() -> None:
    case = case_of(time_zone="Europe/Berlin")
    assert [day.day for day in case.problem.clock_days] == [2]  # clocks go back on 25 October
    assert case.problem.minutes_on(1) == (480,)
    assert case.problem.minutes_on(2) == (540,)
    begins, ends = case.begins_and_ends(2, 0)
    assert begins.isoformat() == "2026-10-24T22:00:00+02:00"
    assert ends.isoformat() == "2026-10-25T06:00:00+01:00"
    assert case_of().problem.clock_days == ()


def test_rest_is_counted_by_the_hours_that_pass() -> None:
    shifts = [
        {"code": "E", "start": "06:00", "hours": 8},
        {"code": "L", "start": "14:00", "hours": 9},
    ]
    usual = case_of(
        time_zone="Europe/Berlin", first="2026-03-26", last="2026-04-01", shifts=shifts,
        needs=[{"shift": "E", "wanted": 1}], rest_hours=7,
    ).problem  # fmt: skip
    assert usual.kinds[1].not_before == frozenset()  # 23:00 to 06:00: seven hours are enough
    assert usual.not_before_on(3)[1] == {0}  # not on 29 March, when one of them is missing
    assert usual.not_before_on(4)[1] == frozenset()


def test_rest_longer_than_a_day_becomes_days_off() -> None:
    shifts = [{"code": "W", "start": "08:00", "hours": 24}]
    case = case_of(shifts=shifts, needs=[{"shift": "W", "wanted": 1}], rest_hours=48)
    assert case.problem.kinds[0].days_off_after == 2
    assert case.problem.kinds[0].night


def test_the_most_particular_need_holds() -> None:
    needs = [
        {"shift": "N", "wanted": 1},
        {"shift": "N", "wanted": 2, "days": [5, 6]},
        {"shift": "N", "wanted": 3, "dates": ["2026-10-24"]},
    ]
    wanted = [cover.wanted for cover in case_of(needs=needs).problem.covers]
    assert wanted == [1, 1, 3, 2, 1, 1, 1]


def test_the_days_before_count() -> None:
    duties = [{"crew": "A", "date": f"2026-10-{day}", "shift": "N"} for day in (19, 20, 21)]
    duties.append({"crew": "B", "date": "2026-10-20", "shift": "N"})
    rules = {"days_off_after_nights": 3, "most_days_in_row": 4}
    crews = case_of(previous={"first": "2026-10-18", "duties": duties}, rules=rules).problem.crews
    assert crews[0].before == Before(run=3, nights=3, kind=0, week_minutes=3 * 480)
    assert crews[1].before == Before(days_off=1, owed=2, week_minutes=480)
    assert crews[2].before == Before(days_off=4)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"first": "2026-13-01"}, "first"),
        ({"last": "2026-10-21"}, "last"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"shifts": [{"code": "N", "start": "24:00", "hours": 8}]}, "shifts[0].start"),
        ({"needs": [{"shift": "X", "wanted": 1}]}, "needs[0].shift"),
        ({"needs": [{"shift": "N", "wanted": 1}] * 2}, "needs[1]"),
        ({"needs": [{"shift": "N", "wanted": 1, "skill": "dog"}]}, "needs[0].skill"),
        ({"crews": [{"id": "A"}, {"id": "A"}]}, "crews[1].id"),
        ({"leave": [{"crew": "Z", "first": "2026-10-22", "last": "2026-10-23"}]}, "leave[0].crew"),
        ({"wishes": [{"crew": "A", "first": "2026-11-22", "wants": "off"}]}, "wishes[0].first"),
        ({"wishes": [{"crew": "A", "first": "2026-10-22", "wants": "rest"}]}, "wishes[0].wants"),
        ({"pairs": [{"crew": "A", "other": "A", "together": True}]}, "pairs[0].other"),
        ({"fixed": [{"crew": "A", "date": "2026-10-22"}]}, "fixed[0].shift"),
        ({"previous": {"first": "2026-10-22"}}, "previous.first"),
        ({"rules": {"least_hours": 9, "most_hours": 8}}, "rules.least_hours"),
        ({"crew": []}, "crew"),
    ],
)
def test_what_does_not_fit_is_named(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(Problem) as caught:
        case_of(**changes)
    assert f"{place} in the roster question" in caught.value.message.en
    assert place in caught.value.message.zh


def test_a_roster_is_written_read_and_carried_into_the_next_period() -> None:
    case = case_of(
        fair={},
        balances=[{"crew": "A", "nights": 4}],
        wishes=[{"crew": "B", "first": "2026-10-22", "last": "2026-10-23", "wants": "off"}],
    )
    answer = solve_roster(case.fair, effort=QUICK)
    assert violations(case.fair, answer.roster) == ()
    roster = roster_document(case, answer, seed=1, stopped=False)
    assert roster.missing == ()
    assert {load.crew: load.nights_in_all for load in roster.workloads}["A"] <= 5
    again = read(ROSTER_FORMAT, RosterDocument, written(ROSTER_FORMAT, roster), WHAT)
    assert again == roster
    assert (roster_numbers(case, again) == answer.roster).all()
    later = dataclasses.replace(case.question, first="2026-10-29", last="2026-11-04", wishes=())
    later = following(later, again)
    assert {row.crew: row.nights for row in later.balances}["A"] == roster.workloads[0].nights + 4
    assert later.previous is not None
    assert len(later.previous.duties) == 7


def test_a_need_that_is_not_met_says_what_keeps_each_from_it() -> None:
    case = case_of(
        crews=[{"id": "A"}, {"id": "B", "rules": {"shifts": [{"shift": "N", "most": 0}]}}],
        leave=[{"crew": "A", "first": "2026-10-24", "last": "2026-10-24"}],
    )
    answer = solve_roster(case.problem, effort=QUICK)
    missing = roster_document(case, answer, seed=1, stopped=False).missing
    first = next(one for one in missing if one.date == "2026-10-24")
    assert {row.reason: row.crews for row in first.hindrances} == {
        RuleCode.LEAVE.value: ("A",),
        RuleCode.MAX_SHIFTS.value: ("B",),
    }


def test_pairs_work_together_or_apart_where_that_is_possible() -> None:
    case = case_of(
        needs=[{"shift": "N", "wanted": 2}],
        pairs=[
            {"crew": "A", "other": "B", "together": True, "weight": 9},
            {"crew": "A", "other": "C", "together": False, "weight": 9},
        ],
    )
    answer = solve_roster(case.problem, effort=QUICK)
    assert (answer.status, answer.value) == (RosterStatus.OPTIMAL, 0)
    on_duty = answer.roster != OFF
    assert (on_duty[0] == on_duty[1]).all()
    assert not (on_duty[0] & on_duty[2]).any()
    assert np.asarray(on_duty.sum(axis=0) == 2).all()


def test_the_schema_has_the_fields_that_are_read() -> None:
    folder = Path(__file__).parents[5] / "docs" / "reference"
    for name, kind in (("roster-question", RosterQuestion), ("roster", RosterDocument)):
        schema = json.loads((folder / f"{name}.schema.json").read_text(encoding="utf-8"))
        fields = {field.name for field in dataclasses.fields(kind)}
        assert set(schema["properties"]) == fields | {"format"}


def test_dates_are_those_of_the_period() -> None:
    case = case_of()
    assert case.dates[0] == datetime.date(2026, 10, 22)
    assert len(case.dates) == 7
