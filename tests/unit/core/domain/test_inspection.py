"""The life cycles of checks, faults, appeals, attendance and turns: every pair."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardmote.core.domain.assessment import (
    APPEAL_LIFE_CYCLE,
    SHIPPED_ASSESSMENT_RULES,
    Outcome,
    dump_assessment_rules,
    outcome_of,
    parse_assessment_rules,
)
from wardmote.core.domain.course import (
    ATTENDANCE_LIFE_CYCLE,
    TURN_LIFE_CYCLE,
    Waiting,
    certificate_until,
    plan_rotation,
)
from wardmote.core.domain.equipment import FAULT_LIFE_CYCLE, DueKind, dues_of
from wardmote.core.domain.inspection import (
    CHECK_LIFE_CYCLE,
    CheckItem,
    Finding,
    Stratum,
    has_defects,
    missing_items,
)
from wardmote.core.domain.lifecycle import LifeCycle, TransitionRefusedError
from wardmote.core.domain.survey import QUESTIONS, ServiceKind, faulty_answers

CASES: list[tuple[LifeCycle[Any, Any], dict[str, dict[str, str]]]] = [
    (CHECK_LIFE_CYCLE, {
        "drawn": {"begin": "under_way", "drop": "dropped", "lapse": "dropped"},
        "under_way": {"record": "recorded", "drop": "dropped", "lapse": "dropped"},
        "recorded": {"reply": "replied", "stand": "upheld"},
        "replied": {"uphold": "upheld", "correct": "corrected"},
    }),
    (FAULT_LIFE_CYCLE, {
        "open": {"send": "repair", "fix": "fixed", "write_off": "written_off"},
        "repair": {"fix": "fixed", "fail": "open", "write_off": "written_off"},
    }),
    (APPEAL_LIFE_CYCLE, {
        "filed": {"withdraw": "withdrawn", "allow": "allowed", "refuse": "refused"},
    }),
    (ATTENDANCE_LIFE_CYCLE, {
        "enrolled": {
            "attend": "attended", "miss": "absent", "excuse": "excused", "withdraw": "withdrawn",
        },
        "attended": {"correct": "enrolled"},
        "absent": {"correct": "enrolled"},
        "excused": {"correct": "enrolled"},
    }),
    (TURN_LIFE_CYCLE, {
        "planned": {"serve": "served", "miss": "missed", "cancel": "cancelled"},
    }),
]  # fmt: skip


@pytest.mark.parametrize(("cycle", "expected"), CASES)
def test_everything_moves_as_its_table_says_and_no_other_way(
    cycle: LifeCycle[Any, Any], expected: dict[str, dict[str, str]]
) -> None:
    actions = type(next(action for _state, action in cycle.table))
    for state, action in itertools.product(type(cycle.initial), actions):
        after = expected.get(state.value, {}).get(action.value)
        if after is None:
            with pytest.raises(TransitionRefusedError):
                cycle.next_state(state, action)
        else:
            assert cycle.next_state(state, action).value == after


def test_what_could_not_be_seen_is_no_defect_and_silence_is_missing() -> None:
    seen = {CheckItem.PRESENT: Finding.YES, CheckItem.EQUIPMENT_COMPLETE: Finding.NOT_SEEN}
    assert not has_defects(seen)
    assert has_defects({**seen, CheckItem.PRESENT: Finding.NO})
    assert missing_items(Stratum.POST, seen) == (CheckItem.EQUIPMENT_WORKING,)
    assert CheckItem.IN_GRID in missing_items(Stratum.PERSON, seen)


def test_an_item_is_good_on_its_last_day_and_expired_on_the_next() -> None:
    last = datetime.date(2026, 11, 22)
    assert dues_of(last, last, last, None)[0].days_left == 1
    assert dues_of(last + datetime.timedelta(days=1), last, last, None)[0].days_left == 0
    both = dues_of(last, last + datetime.timedelta(days=90), last, 30)
    assert [one.kind for one in both] == [DueKind.INSPECTION, DueKind.EXPIRY]
    assert dues_of(last, None, last, None) == ()


def test_a_standard_is_met_exactly_at_its_share_and_says_nothing_of_too_few() -> None:
    item = SHIPPED_ASSESSMENT_RULES.items[0]
    assert outcome_of(item, 9, 10) is Outcome.MET
    assert outcome_of(item, 8, 10) is Outcome.NOT_MET
    assert outcome_of(item, 0, 9) is Outcome.TOO_FEW
    assert outcome_of(SHIPPED_ASSESSMENT_RULES.items[1], 0, 0) is Outcome.NOT_MET


def test_rules_read_back_as_written_and_bad_ones_name_the_place() -> None:
    data = dump_assessment_rules(SHIPPED_ASSESSMENT_RULES)
    assert parse_assessment_rules(data) == SHIPPED_ASSESSMENT_RULES
    for bad in ([], {"items": []}, {"version": "1", "items": []}, {"version": "1", "items": [{}]}):
        with pytest.raises(ValueError, match=r"items|version"):
            parse_assessment_rules(bad)


def test_who_waited_longest_goes_next_and_the_absent_keep_their_place() -> None:
    days = tuple(datetime.date(2026, 11, day) for day in range(2, 28) if day % 7 not in (0, 1))
    since = datetime.date(2020, 1, 1)
    people = (
        Waiting("late", datetime.date(2026, 9, 1), since),
        Waiting("early", datetime.date(2026, 1, 1), since),
        Waiting("never", None, datetime.date(2026, 8, 1)),
        Waiting("away", None, since, frozenset(days[:3])),
        Waiting("later", datetime.date(2026, 10, 1), since),
    )
    turns = plan_rotation(people, days)
    assert [one.person for one in turns] == ["never", "away", "early", "late"]
    taken = [day for one in turns for day in one.days]
    assert len(taken) == len(set(taken)) == 12
    assert [one.person for one in plan_rotation(people, days[:3])] == ["never"]
    assert plan_rotation(people, days[:2]) == ()
    with pytest.raises(ValueError, match="at least one"):
        plan_rotation(people, days, turns=0)


def test_everybody_has_a_turn_before_anybody_has_a_second() -> None:
    since = datetime.date(2020, 1, 1)
    last: dict[str, datetime.date | None] = dict.fromkeys("abcdefghij")
    first = datetime.date(2026, 1, 1)
    served = []
    for month in range(5):
        days = tuple(first + datetime.timedelta(days=30 * month + day) for day in range(21))
        waiting = tuple(Waiting(one, day, since) for one, day in last.items())
        for turn in plan_rotation(waiting, days):
            last[turn.person] = turn.days[-1]
            served.append(turn.person)
    assert len(served) == 20
    assert sorted(served[:10]) == sorted(served[10:]) == sorted(last)


def test_certificates_count_their_first_day() -> None:
    day = datetime.date(2026, 1, 1)
    assert certificate_until(day, None) is None
    assert certificate_until(day, 1) == day
    assert certificate_until(day, 365) == datetime.date(2026, 12, 31)


@pytest.mark.parametrize("kind", ServiceKind)
def test_each_survey_has_two_to_four_questions_and_takes_known_answers_only(
    kind: ServiceKind,
) -> None:
    codes = [one.code for one in QUESTIONS[kind]]
    assert 2 <= len(codes) <= 4
    assert faulty_answers(kind, dict.fromkeys(codes, "yes")) == ()
    assert faulty_answers(kind, {codes[0]: "great"}) == tuple(codes)


@given(
    st.integers(1, 12),
    st.lists(st.integers(0, 3_000), min_size=12, max_size=12),
    st.integers(1, 12),
)
def test_nobody_takes_a_second_turn_before_everybody_had_the_first(
    people: int, since: list[int], months: int
) -> None:
    held = {
        str(one): datetime.date(2015, 1, 1) + datetime.timedelta(days=since[one])
        for one in range(people)
    }
    had: dict[str, datetime.date] = {}
    turns = dict.fromkeys(held, 0)
    for month in range(months):
        first = datetime.date(2026 + month // 12, month % 12 + 1, 1)
        days = tuple(first + datetime.timedelta(days=day) for day in range(20))
        waiting = tuple(Waiting(one, had.get(one), day) for one, day in held.items())
        planned = plan_rotation(waiting, days)
        assert len(planned) == min(4, people)
        assert all(len(one.days) == 3 for one in planned)
        for one in planned:
            had[one.person] = one.days[-1]
            turns[one.person] += 1
            assert max(turns.values()) - min(turns.values()) <= 1
