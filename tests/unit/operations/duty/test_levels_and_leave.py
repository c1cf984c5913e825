"""A level takes back leave that touches its span, and none is given while it holds."""

from __future__ import annotations

import pytest
from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, SUPERVISOR, viewer

from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.leave import LeaveAction, LeaveKind
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.staff_events import StaffLeaveMoved
from wardmote.core.domain.text import Bilingual
from wardmote.operations.duty import selectors, services
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.notices.models import Notice
from wardmote.operations.notices.services import on_recall
from wardmote.operations.people import services as people
from wardmote.operations.people.errors import LeaveDuringLevelError, LeaveDuringOpenLevelError
from wardmote.operations.people.models import Leave
from wardmote.operations.people.person_card import PersonCard

ADMIN = viewer((Role.ADMINISTRATOR, COUNTY), staff="admin")
CHIEF = viewer((Role.STATION_CHIEF, COUNTY), staff="chief")
DAY_S = 86_400.0
HOUR_S = 3_600.0
UNTIL_S = NOW_S + 7 * DAY_S


@pytest.fixture(autouse=True)
def _officers(place: None) -> None:
    for one in ("u1", "u2", "u3", "u4", "u5"):
        card = PersonCard(one, Bilingual(one, one), StaffKind.POLICE, EAST)
        people.keep_person(ADMIN, card, now_s=NOW_S - DAY_S)
        people.open_account(one, "a long password", staff_id=one, name=Bilingual(one, one))


def asked(who: str, from_s: float, to_s: float, kind: LeaveKind = LeaveKind.ANNUAL) -> str:
    return people.ask_leave(
        ADMIN, people.NewLeave(who, kind, from_s, to_s), now_s=NOW_S - DAY_S / 2
    )


def given(who: str, from_s: float, to_s: float, kind: LeaveKind = LeaveKind.ANNUAL) -> str:
    made = asked(who, from_s, to_s, kind)
    people.move_leave(ADMIN, made, LeaveAction.APPROVE, now_s=NOW_S - DAY_S / 2)
    return made


def in_force(until_s: float | None) -> str:
    level = selectors.levels_in_force(NOW_S).of("level_1")
    digest = selectors.effects_of(COUNTY, level, NOW_S, until_s).digest
    switch = services.propose_switch(
        CHIEF, COUNTY, "level_1", digest, "why", until_s=until_s, now_s=NOW_S
    )
    services.approve_switch(SUPERVISOR, switch, digest, now_s=NOW_S)
    return switch


def state(leave: str) -> str:
    return Leave.objects.get(pk=leave).state


def told(*staff: str) -> set[str]:
    for event in all_events():
        if isinstance(event.payload, StaffLeaveMoved):
            on_recall(event, NOW_S)
    return set(Notice.objects.filter(staff__in=staff).values_list("staff", flat=True))


@pytest.mark.parametrize("until_s", [UNTIL_S, None])
def test_a_level_ends_leave_that_runs_and_cancels_what_begins_while_it_holds(
    until_s: float | None,
) -> None:
    running = given("u1", NOW_S - HOUR_S, NOW_S + DAY_S)
    begins_now = given("u2", NOW_S, NOW_S + DAY_S)
    coming = given("u3", NOW_S + 2 * DAY_S, NOW_S + 9 * DAY_S)
    after = given("u4", UNTIL_S, UNTIL_S + DAY_S)
    ill = given("u5", NOW_S + DAY_S, NOW_S + 2 * DAY_S, LeaveKind.SICK)
    over = given("u3", NOW_S - 2 * HOUR_S, NOW_S)
    level = selectors.levels_in_force(NOW_S).of("level_1")
    shown = selectors.effects_of(COUNTY, level, NOW_S, until_s).recalled
    touched = {running, begins_now, coming} | ({after} if until_s is None else set())
    assert set(shown) == touched
    in_force(until_s)
    assert [state(one) for one in (running, begins_now, coming, ill, over)] == [
        "recalled", "cancelled", "cancelled", "approved", "approved"
    ]  # fmt: skip
    assert told("u1", "u2", "u3", "u4", "u5") == {"u1", "u2", "u3"} | (
        {"u4"} if until_s is None else set()
    )
    assert state(after) == ("cancelled" if until_s is None else "approved")


def test_no_leave_of_these_kinds_is_asked_for_or_approved_within_the_span() -> None:
    waiting = asked("u1", UNTIL_S - 1.0, UNTIL_S + DAY_S)
    switch = in_force(UNTIL_S)
    with pytest.raises(LeaveDuringLevelError) as refused:
        people.move_leave(ADMIN, waiting, LeaveAction.APPROVE, now_s=NOW_S + 1)
    assert refused.value.values["level"] == "一级勤务"
    assert state(waiting) == "asked"
    new = people.NewLeave("u2", LeaveKind.ANNUAL, NOW_S + HOUR_S, NOW_S + DAY_S)
    with pytest.raises(LeaveDuringLevelError):
        people.ask_leave(ADMIN, new, now_s=NOW_S + 1)
    given("u3", UNTIL_S, UNTIL_S + DAY_S)
    given("u4", NOW_S + HOUR_S, NOW_S + DAY_S, LeaveKind.SICK)
    services.end_switch(SUPERVISOR, switch, now_s=NOW_S + 10)
    people.move_leave(ADMIN, waiting, LeaveAction.APPROVE, now_s=NOW_S + 11)
    people.ask_leave(ADMIN, new, now_s=NOW_S + 11)


def test_a_level_without_an_end_says_so_to_whoever_asks_for_leave() -> None:
    in_force(None)
    new = people.NewLeave("u1", LeaveKind.ANNUAL, NOW_S + 30 * DAY_S, NOW_S + 31 * DAY_S)
    with pytest.raises(LeaveDuringOpenLevelError):
        people.ask_leave(ADMIN, new, now_s=NOW_S + 1)
