"""When a notice goes to the phone: on duty, out of quiet hours, wished for, still of use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardmote.core.domain.notice import (
    ALWAYS,
    DAY_MINUTES,
    LIFETIME_S,
    NOTICE_NAMES,
    NoticeKind,
    NoticeWishes,
    PushDecision,
    PushMoment,
    QuietHours,
    decide_push,
)

TEN = 10 * 60
QUIET = QuietHours(12 * 60, 14 * 60)


def at(minute: int = TEN, *, on_duty: bool = True, left_s: float = 1.0) -> PushMoment:
    return PushMoment(1_000.0, minute, on_duty, 1_000.0 + left_s)


def test_every_kind_has_words_and_a_lifetime() -> None:
    assert set(NOTICE_NAMES) == set(LIFETIME_S) == set(NoticeKind)
    assert all(name.zh and name.en for name in NOTICE_NAMES.values())


@pytest.mark.parametrize(("moment", "wishes", "decision"), [
    (at(), NoticeWishes(), PushDecision.PUSH),
    (at(on_duty=False), NoticeWishes(), PushDecision.WAIT),
    (at(12 * 60), NoticeWishes(quiet=QUIET), PushDecision.WAIT),
    (at(14 * 60 - 1), NoticeWishes(quiet=QUIET), PushDecision.WAIT),
    (at(14 * 60), NoticeWishes(quiet=QUIET), PushDecision.PUSH),
    (at(), NoticeWishes(frozenset({NoticeKind.TASK_NEW})), PushDecision.SWITCHED_OFF),
    (at(left_s=0.0), NoticeWishes(), PushDecision.EXPIRED),
])  # fmt: skip
def test_silence_off_duty_in_quiet_hours_and_for_what_is_switched_off(
    moment: PushMoment, wishes: NoticeWishes, decision: PushDecision
) -> None:
    assert decide_push(NoticeKind.TASK_NEW, wishes, moment) is decision


def test_only_a_recall_reaches_somebody_off_duty_and_nobody_switches_it_off() -> None:
    wishes = NoticeWishes(frozenset(NoticeKind), QuietHours(0, DAY_MINUTES - 1))
    reached = {
        kind
        for kind in NoticeKind
        if decide_push(kind, wishes, at(on_duty=False)) is PushDecision.PUSH
    }
    assert reached == ALWAYS == {NoticeKind.RECALLED}
    assert decide_push(NoticeKind.RECALLED, wishes, at(left_s=0.0)) is PushDecision.EXPIRED


@given(
    st.integers(0, DAY_MINUTES - 1),
    st.integers(0, DAY_MINUTES - 1),
    st.integers(0, DAY_MINUTES - 1),
)
def test_quiet_hours_and_their_opposite_cover_each_minute_once(
    begin: int, end: int, minute: int
) -> None:
    if begin == end:
        assert not QuietHours(begin, end).hold_at(minute)
    else:
        assert QuietHours(begin, end).hold_at(minute) != QuietHours(end, begin).hold_at(minute)


def test_quiet_hours_are_minutes_of_a_day() -> None:
    with pytest.raises(ValueError, match="minutes of a day"):
        QuietHours(0, DAY_MINUTES)
