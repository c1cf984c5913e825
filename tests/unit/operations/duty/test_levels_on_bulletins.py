"""Bulletins say which levels held in their period, also those put in force before it."""

from __future__ import annotations

import pytest
from django.utils import translation
from tests.unit.operations.duty.test_duty_services import in_force
from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, SUPERVISOR, WEST

from wardmote.core.domain.ids import AreaId
from wardmote.core.measures.periods import PeriodKind, period_of
from wardmote.core.measures.sections import Room
from wardmote.operations.bulletins.sections import span_of
from wardmote.operations.bulletins.selectors import figures_of
from wardmote.operations.duty import selectors, services
from wardmote.operations.local_time import local_day
from wardmote.web.pages.bulletin_levels import level_findings

pytestmark = pytest.mark.usefixtures("place")
DAY_S = 86_400.0
WEEK = period_of(PeriodKind.WEEK, local_day(NOW_S + 7 * DAY_S))
START_S, END_S = span_of(WEEK)
SEEN_S = END_S + DAY_S


def in_force_of(area: AreaId, now_s: float, *, live: bool) -> int:
    reported = figures_of([area], WEEK, now_s=now_s, live=live)
    (duty,) = (one for one in reported.sections if one.room is Room.DUTY)
    return next(line.now for line in duty.lines if line.code == "in_force")


def test_a_week_at_a_level_put_in_force_before_it_says_so_with_its_standard() -> None:
    in_force(COUNTY, "level_1")
    in_force(EAST, "level_3")
    assert in_force_of(COUNTY, SEEN_S, live=True) == 2
    assert in_force_of(EAST, SEEN_S, live=True) == 2
    assert in_force_of(WEST, SEEN_S, live=True) == 1
    reported = figures_of([WEST], WEEK, now_s=SEEN_S)
    with translation.override("en"):
        (said,) = level_findings([WEST], reported, SEEN_S)
    assert f"Division {COUNTY}: Level 1" in said
    assert "1-3-5 minutes" in said
    with translation.override("en"):
        (of_town,) = (one for one in level_findings([EAST], reported, SEEN_S) if "Level 3" in one)
    assert "standard" not in of_town


def test_what_is_said_of_a_period_stays_as_it_was_when_the_level_ends_later() -> None:
    switch = in_force(COUNTY, "level_1")
    before = selectors.levels_held([COUNTY], START_S, END_S)
    services.end_switch(SUPERVISOR, switch, now_s=END_S + 60)
    assert selectors.levels_held([COUNTY], START_S, END_S) == before
    assert in_force_of(COUNTY, SEEN_S, live=False) == 1
    assert [(one.start_s, one.end_s) for one in before] == [(START_S, END_S)]
    assert not selectors.levels_held([COUNTY], END_S + 60, END_S + DAY_S)
    assert not selectors.levels_held([COUNTY], START_S - 70 * DAY_S, NOW_S)
