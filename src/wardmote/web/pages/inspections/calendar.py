"""The calendar of training: turns at the station and sessions of courses, month by month."""

from __future__ import annotations

import calendar
import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wardmote.core.domain.course import (
    ATTENDANCE_LIFE_CYCLE,
    AttendanceAction,
    AttendanceState,
    TurnAction,
    TurnState,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.inspections import selectors
from wardmote.operations.inspections.errors import BadEntryError
from wardmote.operations.inspections.services import training
from wardmote.operations.journal import clock
from wardmote.operations.people.selectors import names_of
from wardmote.web.pages.area_words import area_name
from wardmote.web.pages.attempts import attempt, attempt_once
from wardmote.web.pages.inspections.words import (
    inspections_page,
    shown,
    text_of,
    today,
)
from wardmote.web.viewers import viewer_of_request

TURNS = {
    TurnState.PLANNED.value: pgettext_lazy("turn", "planned"),
    TurnState.SERVED.value: pgettext_lazy("turn", "served"),
    TurnState.MISSED.value: pgettext_lazy("turn", "missed"),
    TurnState.CANCELLED.value: pgettext_lazy("turn", "cancelled"),
}
ATTENDANCES = {
    AttendanceState.ENROLLED.value: pgettext_lazy("attendance", "enrolled"),
    AttendanceState.ATTENDED.value: pgettext_lazy("attendance", "attended"),
    AttendanceState.ABSENT.value: pgettext_lazy("attendance", "absent"),
    AttendanceState.EXCUSED.value: pgettext_lazy("attendance", "excused"),
    AttendanceState.WITHDRAWN.value: pgettext_lazy("attendance", "withdrawn"),
}
_PUT_RIGHT = frozenset(
    state.value
    for state, action in ATTENDANCE_LIFE_CYCLE.table
    if action is AttendanceAction.CORRECT
)


@require_http_methods(["GET", "POST"])
@inspections_page()
def training_calendar(request: HttpRequest) -> HttpResponse:
    """A month; a POST plans it, or changes one thing in it."""
    first = _month(request.GET.get("month", ""))
    if request.method == "POST":
        _change(request, first)
        return redirect(f"{request.path}?month={first:%Y-%m}")
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    viewer, language = viewer_of_request(request), get_language() or ""
    turns = selectors.turns_seen(viewer, first, last)
    sessions = selectors.sessions_seen(viewer, first, last)
    staff = {one.staff_id for one in turns}
    staff |= {held.staff_id for one in sessions for held in one.attendances.all()}
    names = names_of(staff, language)
    by_day: dict[datetime.date, list[str]] = {}
    for turn in turns:
        for day in turn.days:
            if turn.state in (TurnState.PLANNED.value, TurnState.SERVED.value):
                name = names.get(turn.staff_id, turn.staff_id)
                by_day.setdefault(datetime.date.fromisoformat(day), []).append(name)
    for one in sessions:
        by_day.setdefault(one.day, []).append(f"{one.begins:%H:%M} {_course_name(one)}")
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    context: dict[str, Any] = {
        "month": first,
        "before": first - datetime.timedelta(days=1),
        "after": last + datetime.timedelta(days=1),
        "weeks": [
            [(day, day.month == first.month, by_day.get(day, ())) for day in week] for week in weeks
        ],
        "turns": [
            {
                "row": one,
                "name": names.get(one.staff_id, one.staff_id),
                "state": TURNS[one.state],
                "open": one.state == TurnState.PLANNED.value
                and viewer.may(Permission.COURSE_EDIT, AreaId(one.area)),
            }
            for one in turns
        ],
        "sessions": [_session_line(viewer, one, names) for one in sessions],
        "areas": [(area, area_name(area)) for area in viewer.areas_with(Permission.COURSE_EDIT)],
        "days_to_call": training.session_days(clock.now_s()),
        "courses": [
            (one.pk, Bilingual(one.name_zh, one.name_en).in_language(language))
            for one in selectors.courses_edited(viewer)
        ],
    }
    return shown(request, "wardmote/inspections/calendar.html", context)


def _session_line(
    viewer: Viewer, one: selectors.SessionRow, names: dict[str, str]
) -> dict[str, Any]:
    edits = viewer.may(Permission.COURSE_EDIT, AreaId(one.course.area))
    return {
        "row": one,
        "name": _course_name(one),
        "edits": edits,
        "people": [
            {
                "staff": held.staff_id,
                "name": names.get(held.staff_id, held.staff_id),
                "state": ATTENDANCES[held.state],
                "open": held.state == AttendanceState.ENROLLED.value,
                "fixes": held.state in _PUT_RIGHT,
                "until": held.good_until,
            }
            for held in one.attendances.all()
            if edits or held.staff_id == viewer.staff_id
        ],
    }


def _course_name(one: selectors.SessionRow) -> str:
    return Bilingual(one.course.name_zh, one.course.name_en).in_language(get_language() or "")


def _change(request: HttpRequest, month: datetime.date) -> None:
    act, done = text_of(request, "act"), _("It is on record.")
    area = AreaId(text_of(request, "area"))
    session, staff = text_of(request, "session"), text_of(request, "staff")
    if act == "plan":
        attempt(request, lambda who, at: training.plan_turns(who, area, month, now_s=at), done)
    elif act in {one.value for one in TurnAction} and text_of(request, "turn"):
        turn = text_of(request, "turn")
        attempt(
            request, lambda who, at: training.move_turn(who, turn, TurnAction(act), now_s=at), done
        )
    elif act == "course":
        name = Bilingual(text_of(request, "name_zh"), text_of(request, "name_en"))
        attempt_once(
            request,
            lambda who, at: training.open_course(who, area, name, _days(request), now_s=at),
            done,
        )
    elif act == "session":
        course = text_of(request, "course")
        attempt_once(
            request,
            lambda who, at: training.call_session(who, course, _wanted(request), now_s=at),
            done,
        )
    elif act == "enrol":
        attempt(request, lambda who, at: training.enrol(who, session, staff, now_s=at), done)
    elif act in {one.value for one in AttendanceAction}:
        action = AttendanceAction(act)
        attempt(
            request,
            lambda who, at: training.move_attendance(who, session, staff, action, now_s=at),
            done,
        )


def _wanted(request: HttpRequest) -> training.SessionWanted:
    seats = text_of(request, "seats")
    try:
        return training.SessionWanted(
            datetime.date.fromisoformat(text_of(request, "day")),
            datetime.time.fromisoformat(text_of(request, "begins")),
            datetime.time.fromisoformat(text_of(request, "ends")),
            text_of(request, "place"),
            int(seats) if seats.isdecimal() and len(seats) < 6 else 0,
        )
    except ValueError as error:
        raise BadEntryError(field="day") from error


def _days(request: HttpRequest) -> int | None:
    text = text_of(request, "valid_days")
    if not text:
        return None
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _month(text: str) -> datetime.date:
    try:
        found = datetime.date.fromisoformat(f"{text}-01")
    except ValueError:
        return today().replace(day=1)
    return found if 2000 <= found.year <= 2100 else today().replace(day=1)
