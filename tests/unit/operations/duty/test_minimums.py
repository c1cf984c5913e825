"""Minimum staffing of a level: told where it is short, and to leaders once it has lasted."""

from __future__ import annotations

import dataclasses

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from tests.unit.operations.duty.test_duty_services import ADMIN, CHIEF, in_force
from tests.unit.operations.small_place import (
    COUNTY,
    DISPATCHER,
    EAST,
    ELSEWHERE,
    NOW_S,
    SUPERVISOR,
    WEST,
    viewer,
)

from wardmote.core.domain.duty_events import DutyMinimumShort
from wardmote.core.domain.duty_level import SHIPPED_DUTY_LEVELS
from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.plain import InvalidDataError, dump
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import grant_role
from wardmote.operations.duty import selectors, services
from wardmote.operations.duty.models import PostShortfall
from wardmote.operations.journal import clock
from wardmote.operations.journal.models import JournalEntry
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.notices import services as notices
from wardmote.operations.notices.models import Notice
from wardmote.operations.people.services import open_account
from wardmote.operations.places import selectors as places
from wardmote.operations.units.models import Unit
from wardmote.operations.units.selectors import find
from wardmote.operations.units.services import write_on_duty
from wardmote.web.pages.duty.banner import banner_lines

pytestmark = pytest.mark.usefixtures("place")
MINUTE_S = 60.0
OFFICER = viewer((Role.COMMUNITY_OFFICER, EAST), staff="officer")


def on_duty(unit: str, at_s: float = NOW_S) -> None:
    write_on_duty(find(UnitId(unit)), 111.15, 27.05, actor="test", now_s=at_s)


def seen(who: object, at_s: float = NOW_S) -> list[tuple[str, int, int]]:
    assert hasattr(who, "grants")
    found = selectors.shortfalls_seen(who, selectors.switches_in_force(), at_s)  # type: ignore[arg-type]  # asserted
    return [(one.post, one.on_duty, one.least) for one in found]


def events() -> list[str]:
    told = JournalEntry.objects.filter(type__startswith="duty.minimum").order_by("seq")
    return [one.type for one in told]


def test_too_few_units_are_told_to_who_plans_or_dispatches_there() -> None:
    on_duty("u1")
    assert not seen(CHIEF)
    switch = in_force(COUNTY)
    assert seen(CHIEF) == seen(DISPATCHER) == seen(SUPERVISOR) == [("p1", 1, 2)]
    elsewhere = viewer((Role.DISPATCHER, ELSEWHERE), staff="far")
    west = viewer((Role.STATION_CHIEF, WEST), staff="west")
    for who in (OFFICER, elsewhere, west):
        assert not seen(who)
    on_duty("u2", NOW_S + 30)
    assert seen(CHIEF, NOW_S + 59.9) == [("p1", 1, 2)]  # as of a minute ago at most
    assert not seen(CHIEF, NOW_S + 60)
    Unit.objects.filter(pk="u2").update(on_duty=False)
    assert seen(CHIEF, NOW_S + 120)
    services.end_switch(SUPERVISOR, switch, now_s=NOW_S + 121)
    assert not seen(CHIEF, NOW_S + 122)


def test_the_level_that_holds_at_the_post_says_how_many_it_needs() -> None:
    in_force(COUNTY, "level_1")
    in_force(EAST, "level_3")
    assert seen(CHIEF) == [("p1", 0, 2)]


def test_the_banner_names_the_post_with_a_link_for_who_may_follow_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    on_duty("u1")
    monkeypatch.setattr(clock, "now_s", lambda: NOW_S + 1)
    in_force(COUNTY)
    with translation.override("en"):
        told = [one for one in banner_lines(CHIEF) if one.kind == "short"]
        (for_dispatcher,) = banner_lines(DISPATCHER)
    assert [one.text for one in told] == ["Level 1, too few units on duty: Post 1: 1 of 2"]
    assert "/duty/switches/" in told[0].url
    assert (for_dispatcher.kind, for_dispatcher.url) == ("short", "")
    assert for_dispatcher.text == told[0].text
    with CaptureQueriesContext(
        connection,
    ) as asked:
        banner_lines(DISPATCHER)
    assert len(asked) == 2  # drills one takes part in, levels in force; the rest is remembered


def leaders() -> dict[str, tuple[Role, object]]:
    return {
        "chief": (Role.STATION_CHIEF, COUNTY),
        "east": (Role.STATION_CHIEF, EAST),
        "west": (Role.STATION_CHIEF, WEST),
        "officer": (Role.COMMUNITY_OFFICER, EAST),
    }


def test_a_shortfall_that_lasts_is_on_record_once_until_it_has_been_filled() -> None:
    for staff, (role, area) in leaders().items():
        made = open_account(staff, "a long password", staff_id=staff, name=Bilingual(staff, staff))
        grant_role(made.pk, role, area, granted_by="test")  # type: ignore[arg-type]  # an area
    on_duty("u1")
    switch = in_force(COUNTY)
    services.watch_minimums(NOW_S)
    services.watch_minimums(NOW_S + 15 * MINUTE_S - 1)
    assert events() == []
    for late_s in (0, 60, 600):
        services.watch_minimums(NOW_S + 15 * MINUTE_S + late_s)
    assert events() == ["duty.minimum_short"]
    for _again in range(2):
        for event in all_events():
            if isinstance(event.payload, DutyMinimumShort):
                notices.on_minimum_short(event, NOW_S)
    told = Notice.objects.values_list("staff", "kind", "subject")
    assert sorted(told) == [
        ("chief", "minimum_short", switch),
        ("east", "minimum_short", switch),
    ]
    on_duty("u2")
    services.watch_minimums(NOW_S + 40 * MINUTE_S)
    assert events() == ["duty.minimum_short", "duty.minimum_filled"]
    Unit.objects.filter(pk="u2").update(on_duty=False)
    services.watch_minimums(NOW_S + 50 * MINUTE_S)
    assert len(events()) == 2
    services.watch_minimums(NOW_S + 65 * MINUTE_S)
    assert len(events()) == 3
    services.end_switch(SUPERVISOR, switch, now_s=NOW_S + 66 * MINUTE_S)
    services.watch_minimums(NOW_S + 67 * MINUTE_S)
    assert not PostShortfall.objects.filter(ended_s=None).exists()
    for event in all_events():  # what is read late is told to nobody any more
        if isinstance(event.payload, DutyMinimumShort):
            notices.on_minimum_short(event, NOW_S)
    assert Notice.objects.count() == 2


def test_a_shortfall_that_is_over_in_time_is_told_to_nobody() -> None:
    in_force(COUNTY)
    services.watch_minimums(NOW_S)
    for unit in ("u1", "u2"):
        on_duty(unit)
    for minute in (5, 20, 40):
        services.watch_minimums(NOW_S + minute * MINUTE_S)
    assert events() == []


def test_how_long_is_data_of_the_level() -> None:
    levels = dump(SHIPPED_DUTY_LEVELS)["levels"]
    changed = [*levels[:3], {**levels[3], "short_minutes": 2}]
    services.set_levels(ADMIN, changed, "duty/1", now_s=NOW_S - 1)
    places.forget()
    in_force(COUNTY)
    services.watch_minimums(NOW_S)
    services.watch_minimums(NOW_S + 2 * MINUTE_S)
    assert events() == ["duty.minimum_short"]
    older = {key: value for key, value in levels[3].items() if key != "short_minutes"}
    kept = selectors.level_of_row(selectors.SwitchRow(content=older))
    assert kept.short_minutes == 15
    for wrong in (0, 1_441):
        bad = dataclasses.replace(SHIPPED_DUTY_LEVELS.levels[3], short_minutes=wrong)
        with pytest.raises(InvalidDataError):
            dataclasses.replace(SHIPPED_DUTY_LEVELS, levels=(*SHIPPED_DUTY_LEVELS.levels[:3], bad))


def test_counting_costs_as_many_queries_for_many_switches_as_for_one() -> None:
    counts = []
    for area in (EAST, WEST):
        in_force(area, "level_3")
        rows = selectors.switches_in_force()
        with CaptureQueriesContext(connection) as asked:
            selectors.shortfalls_seen(SUPERVISOR, rows, NOW_S)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 3
