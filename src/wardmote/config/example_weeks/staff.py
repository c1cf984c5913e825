"""Staff of the demonstrated place: the generated persons in their offices, some who log in."""

from __future__ import annotations

import datetime
from dataclasses import replace

from wardmote.config.example_weeks.cast import (
    ASSISTANT,
    CHIEF,
    DAY_S,
    INSPECTOR,
    OFFICER,
    VOLUNTEER,
    Cast,
)
from wardmote.core.domain.appointment import Office, PlaceKind, PlaceRef, StaffKind
from wardmote.core.domain.leave import LeaveAction, LeaveKind
from wardmote.core.domain.text import Bilingual
from wardmote.gateways.simulated_people.staff_rows import staff_rows
from wardmote.operations.people import services
from wardmote.operations.people.person_card import PersonCard
from wardmote.operations.people.selectors import holders_of
from wardmote.operations.people.services import NewAppointment, NewLeave

_LOGGED_IN = (
    (ASSISTANT, StaffKind.ASSISTANT, "辅警小罗", "Assistant Luo", Office.VILLAGE_ASSISTANT),
    (OFFICER, StaffKind.POLICE, "社区民警老吴", "Officer Wu", Office.COMMUNITY_OFFICER),
    (CHIEF, StaffKind.POLICE, "所长老唐", "Chief Tang", Office.STATION_CHIEF),
    (INSPECTOR, StaffKind.POLICE, "督察员小宋", "Inspector Song", None),
    (VOLUNTEER, StaffKind.VOLUNTEER, "守望队员老魏", "Volunteer Wei", Office.VOLUNTEER_LEADER),
)

_SECURITY_CHIEFS = 6


def appoint_staff(cast: Cast) -> None:
    """Take the staff over as a table, as a station would; those who log in hold offices too.

    One village stays without an assistant, so that the page of gaps has something to name.
    """
    places = {
        Office.VILLAGE_ASSISTANT: cast.village,
        Office.COMMUNITY_OFFICER: cast.beat.beat_id,
        Office.STATION_CHIEF: cast.town,
        Office.VOLUNTEER_LEADER: cast.village,
    }
    first_day = cast.first_day - datetime.timedelta(weeks=20)
    vacant = {*places.values(), *cast.villages[-1:]}
    rows = staff_rows(cast.book, first_day.isoformat(), vacant=vacant)
    # A whole county's staff in one table, in the order of the rows as a spreadsheet has them.
    rows = [replace(row, row=number) for number, row in enumerate(rows, start=2)]
    leader, begin_s = cast.leader(), cast.at_s(7 * 25, 9.0)
    table = services.keep_table(leader, "staff", rows, now_s=begin_s)
    services.take_over_table(leader, table, now_s=begin_s)
    for staff_id, kind, zh, en, office in _LOGGED_IN:
        card = PersonCard(staff_id, Bilingual(zh, en), kind, cast.town)
        services.keep_person(leader, card, now_s=begin_s)
        if office is not None:
            appointment = NewAppointment(staff_id, office, places[office], first_day)
            services.appoint(leader, appointment, now_s=begin_s)
    _appoint_security_chiefs(cast, first_day, begin_s)
    _send_on_leave(cast)


def _appoint_security_chiefs(cast: Cast, first_day: datetime.date, begin_s: float) -> None:
    """Those of a few villages; they take turns at the station."""
    leader = cast.leader()
    for number, village in enumerate(cast.villages[:_SECURITY_CHIEFS], start=1):
        staff_id = f"security-{number}"
        name = Bilingual(f"治安主任{number}", f"Security chief {number}")
        card = PersonCard(staff_id, name, StaffKind.CIVILIAN, cast.town)
        services.keep_person(leader, card, now_s=begin_s)
        new = NewAppointment(staff_id, Office.SECURITY_CHIEF, village, first_day)
        services.appoint(leader, new, now_s=begin_s)


def _send_on_leave(cast: Cast) -> None:
    """One assistant of the town is away since yesterday, and a colleague deputises."""
    there = [
        staff_id
        for village in cast.villages
        if village != cast.village
        for staff_id in holders_of(
            PlaceRef(PlaceKind.VILLAGE, village), Office.VILLAGE_ASSISTANT, cast.now_s
        )
    ]
    if len(there) < 2:
        return
    away, deputy = there[0], there[1]
    asked_s = cast.at_s(4, 10.0)
    wanted = NewLeave(
        away, LeaveKind.ANNUAL, cast.at_s(1, 0.0), cast.at_s(0, 0.0) + 3 * DAY_S, deputy
    )
    leave = services.ask_leave(cast.person(away, asked_s), wanted, now_s=asked_s)
    services.move_leave(cast.leader(), leave, LeaveAction.APPROVE, now_s=asked_s + 3_600.0)
