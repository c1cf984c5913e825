"""The life cycles of duty, which level holds, reviews, and content that does not fit."""

from __future__ import annotations

import datetime
import itertools
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardmote.core.domain.agreement import AID_LIFE_CYCLE, AidAction, AidState, answering
from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.contingency import (
    ACTIVATION_LIFE_CYCLE,
    STEP_LIFE_CYCLE,
    VERSION_LIFE_CYCLE,
    ActivationAction,
    ActivationState,
    StepAction,
    StepOutcome,
    StepState,
    Trigger,
    TriggerKind,
    VersionAction,
    VersionState,
    load_checklist,
    review,
)
from wardmote.core.domain.duty_level import (
    SHIPPED_DUTY_LEVELS,
    SWITCH_LIFE_CYCLE,
    AreaRule,
    Because,
    LevelSwitch,
    Reach,
    SwitchAction,
    SwitchState,
    area_rules,
    level_at,
    load_area_rules,
    load_duty_levels,
    reached,
)
from wardmote.core.domain.event_guard import (
    GUARD_LIFE_CYCLE,
    GuardAction,
    GuardState,
    load_guard,
    occurrences,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.lifecycle import LifeCycle, TransitionRefusedError
from wardmote.core.domain.plain import InvalidDataError, dump
from wardmote.core.domain.standards import STANDARD_135
from wardmote.core.domain.working_calendar import WorkingCalendar
from wardmote.core.policies.timers import SHIPPED_TIMERS, scaled

COUNTY, EAST = AreaId("430521000000"), AreaId("430521101000")
VILLAGE, ELSEWHERE = AreaId("430521101203"), AreaId("430522000000")
LEVELS = SHIPPED_DUTY_LEVELS
Table = tuple[LifeCycle[Any, Any], type[StrEnum], type[StrEnum], dict[str, dict[str, str]]]
TABLES: list[Table] = [
    (SWITCH_LIFE_CYCLE, SwitchState, SwitchAction, {
        "proposed": {"approve": "in_force", "reject": "rejected", "withdraw": "withdrawn"},
        "in_force": {"end": "ended"},
    }),
    (VERSION_LIFE_CYCLE, VersionState, VersionAction, {
        "draft": {"approve": "approved", "retire": "retired"}, "approved": {"retire": "retired"},
    }),
    (ACTIVATION_LIFE_CYCLE, ActivationState, ActivationAction, {
        "active": {"stand_down": "ended"}, "ended": {"review": "reviewed"},
    }),
    (STEP_LIFE_CYCLE, StepState, StepAction, {
        "waiting": {"fall_due": "due", "finish": "done", "skip": "skipped"},
        "due": {"finish": "done", "skip": "skipped"},
        "done": {"undo": "waiting"}, "skipped": {"undo": "waiting"},
    }),
    (GUARD_LIFE_CYCLE, GuardState, GuardAction, {
        "draft": {"approve": "approved", "end": "ended"}, "approved": {"end": "ended"},
    }),
    (AID_LIFE_CYCLE, AidState, AidAction, {
        "asked": {"answer": "answered", "end": "ended"}, "answered": {"end": "ended"},
    }),
]  # fmt: skip


@pytest.mark.parametrize(("cycle", "states", "actions", "table"), TABLES)
def test_everything_moves_as_its_table_says_and_no_other_way(
    cycle: LifeCycle[Any, Any],
    states: type[StrEnum],
    actions: type[StrEnum],
    table: dict[str, dict[str, str]],
) -> None:
    for state, action in itertools.product(states, actions):
        expected = table.get(state.value, {}).get(action.value)
        if expected is None:
            with pytest.raises(TransitionRefusedError):
                cycle.next_state(state, action)
        else:
            assert cycle.next_state(state, action).value == expected


def switch(name: str, area: AreaId, level: str) -> LevelSwitch:
    return LevelSwitch(name, area, LEVELS.of(level))


@pytest.mark.parametrize(
    ("switches", "level", "because", "which"),
    [
        ([], "everyday", Because.EVERYDAY, None),
        ([("a", ELSEWHERE, "level_1")], "everyday", Because.EVERYDAY, None),
        ([("a", COUNTY, "level_2")], "level_2", Because.ONLY, "a"),
        ([("a", COUNTY, "level_2"), ("b", EAST, "level_3")], "level_2", Because.HIGHER, "a"),
        ([("a", COUNTY, "level_3"), ("b", EAST, "level_1")], "level_1", Because.HIGHER, "b"),
        ([("a", COUNTY, "level_2"), ("b", EAST, "level_2")], "level_2", Because.NARROWER, "b"),
    ],
)
def test_the_higher_level_holds_and_of_equals_the_narrower(
    switches: list[tuple[str, AreaId, str]], level: str, because: Because, which: str | None
) -> None:
    found = level_at(VILLAGE, [switch(*one) for one in switches], LEVELS.everyday)
    assert (found.level.code, found.because) == (level, because)
    assert (None if found.switch is None else found.switch.switch) == which
    covering = [one for one in switches if area_contains(one[1], VILLAGE)]
    assert len(found.yields) == max(0, len(covering) - 1)


@given(st.lists(st.tuples(st.sampled_from([COUNTY, EAST, VILLAGE]), st.integers(1, 3)), max_size=6))
def test_rules_for_calls_follow_the_level_that_holds(made: list[tuple[AreaId, int]]) -> None:
    by_area = dict(made)
    levels = {one.rank: one for one in LEVELS.levels}
    switches = [LevelSwitch(area, area, levels[rank]) for area, rank in by_area.items()]
    rules = area_rules(
        AreaRule(one.area, one.level.code, one.level.rank, STANDARD_135, one.level.timers_percent)
        for one in switches
    )
    assert load_area_rules(dump(rules)) == rules
    for area in (COUNTY, EAST, VILLAGE):
        answer = level_at(area, switches, LEVELS.everyday)
        rule = rules.rule_for(area)
        assert ("everyday" if rule is None else rule.level) == answer.level.code


@pytest.mark.parametrize(
    ("reach", "area", "expected"),
    [
        (Reach.AREA, VILLAGE, VILLAGE),
        (Reach.COUNTY, VILLAGE, COUNTY),
        (Reach.CITY, VILLAGE, "430500000000"),
        (Reach.PROVINCE, VILLAGE, "430000000000"),
        (Reach.COUNTY, AreaId("430500000000"), "430500000000"),
    ],
)
def test_a_level_says_how_far_the_right_to_approve_it_reaches(
    reach: Reach, area: AreaId, expected: str
) -> None:
    assert reached(reach, area) == expected


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"version": ""}, "version"),
        ({"levels": []}, "levels"),
        ({"percent": 9}, "levels[1].timers_percent"),
        ({"percent": 101}, "levels[1].timers_percent"),
        ({"grade": 5}, "levels[1].patrol_grade"),
        ({"rank": 2}, "levels"),
        ({"everyday": 90}, "levels[0].rank"),
        ({"units": -1}, "levels[1].units_at_least"),
    ],
)
def test_levels_that_do_not_fit_are_refused_by_field(change: dict[str, Any], path: str) -> None:
    data = dump(LEVELS)
    fields = {"percent": "timers_percent", "grade": "patrol_grade", "units": "units_at_least"}
    for key, value in change.items():
        if key in ("version", "levels"):
            data[key] = value
        elif key == "everyday":
            data["levels"][0]["timers_percent"] = value
        else:
            data["levels"][1][fields.get(key, key)] = value
    with pytest.raises(InvalidDataError) as caught:
        load_duty_levels(data)
    assert caught.value.path == path


def test_the_shipped_levels_survive_writing_and_recall_nobody_who_is_ill() -> None:
    assert load_duty_levels(dump(LEVELS)) == LEVELS
    recalled = {kind.value for level in LEVELS.levels for kind in level.recalls}
    assert not recalled & {"sick", "family"}


def test_timers_shrink_by_their_part_and_whole_ones_stay_the_same() -> None:
    assert scaled(SHIPPED_TIMERS, 100) is SHIPPED_TIMERS
    half = scaled(SHIPPED_TIMERS, 50)
    for before, after in zip(SHIPPED_TIMERS.rules, half.rules, strict=True):
        assert (after.warn_s, after.alarm_s) == (before.warn_s / 2, before.alarm_s / 2)


def test_done_exactly_when_due_is_on_time() -> None:
    made = [
        StepOutcome(1, StepState.DONE, 100.0, 100.0),
        StepOutcome(2, StepState.DONE, 100.0, 100.5),
        StepOutcome(3, StepState.SKIPPED, 100.0, 400.0),
        StepOutcome(4, StepState.DUE, 100.0, None),
        StepOutcome(5, StepState.WAITING, 900.0, None),
    ]
    found = review(made)
    assert (found.done, found.on_time, found.late) == (2, 1, ((2, 0.5),))
    assert (found.skipped, found.missed) == ((3,), (4, 5))


def test_a_trigger_means_its_category_and_all_below() -> None:
    fire = Trigger(TriggerKind.CATEGORY, "fire")
    assert fire.matches(TriggerKind.CATEGORY, "fire.house")
    assert fire.matches(TriggerKind.CATEGORY, "fire")
    assert not fire.matches(TriggerKind.CATEGORY, "firearms")
    assert not fire.matches(TriggerKind.PLACE, "fire")


STEP = {"what": {"zh": "封控", "en": "Seal off"}, "role": "leader", "minutes": 5}


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"steps": []}, "steps"),
        ({"steps": [{**STEP, "role": " "}]}, "steps[0].role"),
        ({"steps": [{**STEP, "minutes": -1}]}, "steps[0].minutes"),
        ({"steps": [STEP, {**STEP, "what": {"zh": "", "en": ""}}]}, "steps[1].what"),
        ({"steps": [STEP], "triggers": [{"kind": "moon", "code": "x"}]}, "triggers[0].kind"),
        ({"steps": [STEP], "triggers": [{"kind": "event", "code": " "}]}, "triggers[0].code"),
        ("nonsense", ""),
    ],
)
def test_a_checklist_that_does_not_fit_is_refused_by_field(data: Any, path: str) -> None:
    with pytest.raises(InvalidDataError) as caught:
        load_checklist(data)
    assert caught.value.path == path


POST = {"title": {"zh": "东口", "en": "East gate"}, "lon": 111.15, "lat": 27.05}


def guard(**other: Any) -> dict[str, Any]:
    weekly = {"kind": "weekly", "days": [5]}
    return {"recurrence": weekly, "posts": [POST], **other}


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (guard(posts=[]), "posts"),
        (guard(days_ahead=0), "days_ahead"),
        (guard(duties=[{"staff": "a", "post": 1, "from_minute": 0, "to_minute": 9}]),
         "duties[0].post"),
        (guard(duties=[{"staff": "a", "post": 0, "from_minute": 9, "to_minute": 9}]),
         "duties[0].from_minute"),
        (guard(recurrence={"kind": "weekly", "days": [7]}), "recurrence"),
        (guard(checks=[{"what": {"zh": "", "en": ""}, "by_minute": 60}]), "checks[0]"),
        (guard(traffic=[{**POST, "lat": 91.0}]), "traffic[0]"),
    ],
)  # fmt: skip
def test_a_guard_that_does_not_fit_is_refused_by_field(data: Any, path: str) -> None:
    with pytest.raises(InvalidDataError) as caught:
        load_guard(data)
    assert caught.value.path == path


def test_market_days_by_the_lunar_calendar_come_on_the_third_and_eighth() -> None:
    """逢三逢八: lunar days 3, 8, 13, 18, 23, 28; lunar 2026-01-01 is 17 February 2026."""
    days = [3, 8, 13, 18, 23, 28]
    content = load_guard(guard(recurrence={"kind": "lunar", "days": days}))
    calendar = WorkingCalendar("Asia/Shanghai")
    found = list(occurrences(content, datetime.date(2026, 2, 17), 15, calendar))
    assert found == [datetime.date(2026, 2, 19), datetime.date(2026, 2, 24),
                     datetime.date(2026, 3, 1)]  # fmt: skip
    last = datetime.date(2026, 2, 24)
    assert list(occurrences(content, datetime.date(2026, 2, 17), 15, calendar, last)) == found[:2]


def test_how_fast_a_neighbour_answered_counts_only_answers() -> None:
    found = answering([(0.0, 60.0, True), (0.0, None, None), (100.0, 400.0, False)])
    assert (found.asked, found.answered, found.agreed, found.median_s) == (3, 2, 1, 180.0)
    assert answering([]).median_s is None
