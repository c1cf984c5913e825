"""Sections of bulletins: counts, parts and what stands, against earlier periods."""

from __future__ import annotations

import re

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from wardmote.core.measures.comparison import change
from wardmote.core.measures.sections import ALL, Compared, Room, Section, make_section, unusual
from wardmote.core.measures.share_change import share_change
from wardmote.web.pages.bulletin_sections import share_change_text
from wardmote.web.pages.bulletin_words import change_text

SHARES = st.integers(0, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))
FALLS = re.compile(r"-(\d[\d,]*)\s*%")


@given(st.integers(0, 5_000), st.integers(0, 5_000), st.floats(0.05, 20.0))
def test_no_change_is_told_as_a_fall_by_more_than_all(
    now: int, before: int, exposure: float
) -> None:
    with translation.override("en"):
        text = change_text(change(now, before, exposure))
    assert all(int(found.replace(",", "")) <= 100 for found in FALLS.findall(text))
    assert ("%" in text) == (before >= 30)
    assert ("no clear change" in text) != ("more than chance" in text)


@given(SHARES, SHARES)
def test_a_share_changes_by_at_most_a_hundred_points_and_its_interval_holds_it(
    now: tuple[int, int], before: tuple[int, int]
) -> None:
    told = share_change(now, before)
    if 0 in (now[1], before[1]):
        assert told.points is None
        return
    assert told.points is not None
    assert told.low is not None
    assert told.high is not None
    assert -1.0 <= told.low <= told.points + 1e-12
    assert told.points - 1e-12 <= told.high <= 1.0
    with translation.override("en"):
        assert "points" in share_change_text(told)


def test_the_interval_of_a_difference_is_newcombes() -> None:
    # The example of Newcombe (1998): 56/70 against 48/80, method 10: 0.0524 to 0.3339.
    told = share_change((56, 70), (48, 80))
    assert (told.low, told.high) == (
        pytest.approx(0.0524, abs=5e-5),
        pytest.approx(0.3339, abs=5e-5),
    )
    assert told.is_surprising


def tasks(due: int, on_time: int, before: tuple[int, int] | None = None) -> Section:
    past = None
    if before is not None:
        past = Compared({ALL: {"due": before[0], "on_time": before[1]}})
    made = make_section(Room.TASKS, {ALL: {"due": due, "on_time": on_time}}, past, None)
    assert made is not None
    return made


def test_a_room_without_anything_on_record_has_no_section() -> None:
    assert make_section(Room.TASKS, {ALL: {"due": 0}}, None, None) is None
    assert make_section(Room.TASKS, {ALL: {}}, Compared({ALL: {"due": 1}}), None) is not None


def test_findings_are_few_where_nothing_changed_and_named_where_it_did() -> None:
    assert not unusual([tasks(400, 360, (410, 365))])
    assert {line.code for _room, line in unusual([tasks(400, 200, (410, 365))])} == {"on_time"}
    assert not unusual([tasks(400, 200)])


def test_what_stands_is_told_without_a_chance() -> None:
    made = make_section(Room.HAZARDS, {ALL: {"open": 90}}, Compared({ALL: {"open": 40}}), None)
    assert made is not None
    line = next(one for one in made.lines if one.code == "open")
    assert line.change is not None
    assert (line.change.difference, line.change.is_surprising) == (50, None)
    assert change_text(line.change) == "+50"
