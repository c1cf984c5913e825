"""Training: turns at the station, courses with sessions, attendance and certificates."""

from __future__ import annotations

import calendar
import datetime
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from wardmote.core.domain.appointment import Office
from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.course import (
    ATTENDANCE_LIFE_CYCLE,
    TURN_LIFE_CYCLE,
    AttendanceAction,
    AttendanceState,
    PlannedTurn,
    TurnAction,
    TurnState,
    Waiting,
    certificate_until,
    plan_rotation,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.inspection_events import AttendanceMoved, CourseKept, TurnMoved
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.identifiers import new_id
from wardmote.operations.inspections.errors import (
    BadEntryError,
    NotPossibleError,
    NotTheDayError,
    PlannedAlreadyError,
    SessionDayError,
    SessionFullError,
    UnknownRecordError,
)
from wardmote.operations.inspections.models import (
    Attendance,
    AttendanceStep,
    Course,
    CourseSession,
    StationTurn,
)
from wardmote.operations.inspections.nearby import belongs_near
from wardmote.operations.inspections.recording import RULE, check, next_of, tell
from wardmote.operations.local_time import clock_s, local_day
from wardmote.operations.people.selectors import appointed_in, away_at, leaves_of
from wardmote.operations.working_time import working_calendar

_KEPT = (TurnState.PLANNED.value, TurnState.SERVED.value)
MOST_SEATS = 1_000
NOON_S = 43_200.0


@dataclass(frozen=True, slots=True)
class SessionWanted:
    """A session of a course, on a local day from `begins` to `ends`."""

    day: datetime.date
    begins: datetime.time
    ends: datetime.time
    place: str
    seats: int


def plan_turns(viewer: Viewer, area: AreaId, month: datetime.date, *, now_s: float) -> int:
    """Plan the turns of a month for the security chiefs of an area; returns how many.

    Who waited longest goes next; whoever is on leave then waits. Turns missed or cancelled do not
    count as had. Nobody has two turns in a month, whichever areas plan them.

    Raises:
        AccessDeniedError: the viewer may not.
        NotTheDayError: the month is over.
        PlannedAlreadyError: turns of this month are planned already, here or for everybody.
    """
    check(viewer, Permission.COURSE_EDIT, area)
    first = month.replace(day=1)
    if first < local_day(now_s).replace(day=1):
        raise NotTheDayError
    last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
    known = working_calendar(now_s)
    days = known.working_days(first, last)
    with transaction.atomic():
        rows = StationTurn.objects.select_for_update().filter(state__in=_KEPT)
        if rows.filter(area=area, first_day__gte=first, first_day__lte=last).exists():
            raise PlannedAlreadyError
        planned = rows.filter(first_day__gte=first, first_day__lte=last)
        has_one = set(planned.values_list("staff_id", flat=True))
        found = appointed_in(area, now_s, Office.SECURITY_CHIEF)
        chiefs = {person: held for person, held in found.items() if person not in has_one}
        if found and not chiefs:
            raise PlannedAlreadyError
        had: dict[str, datetime.date] = {}
        for staff, day in rows.filter(staff_id__in=list(chiefs)).values_list(
            "staff_id", "last_day"
        ):
            had[staff] = max(day, had.get(staff, day))
        away = {day: away_at(known.midnight_s(day) + NOON_S, list(chiefs)) for day in days}
        waiting = tuple(
            Waiting(
                person,
                had.get(person),
                held.since,
                frozenset(day for day in days if person in away[day]),
            )
            for person, held in chiefs.items()
        )
        turns = plan_rotation(waiting, days)
        for one in turns:
            _keep_turn(viewer, area, one, now_s)
    return len(turns)


def _keep_turn(viewer: Viewer, area: AreaId, one: PlannedTurn, now_s: float) -> None:
    try:
        with transaction.atomic():
            row = StationTurn.objects.create(
                id=new_id(now_s),
                area=area,
                staff_id=one.person,
                first_day=one.days[0],
                last_day=one.days[-1],
                days=[day.isoformat() for day in one.days],
            )
    except IntegrityError as error:
        # Somebody plans the same people for another area at this moment.
        raise PlannedAlreadyError from error
    event = TurnMoved(row.pk, row.staff_id, one.days[0].isoformat(), None, TurnState.PLANNED)
    tell(event, viewer.staff_id, area, now_s)


def end_turns_on_leave(now_s: float) -> None:
    """Cancel turns to come during which their person is on leave; the person waits for the next."""
    today = local_day(now_s)
    calendar_now = working_calendar(now_s)
    with transaction.atomic():
        rows = list(
            StationTurn.objects.select_for_update().filter(
                state=TurnState.PLANNED.value, first_day__gte=today
            )
        )
        if not rows:
            return
        last = max(row.last_day for row in rows) + datetime.timedelta(days=1)
        leaves = leaves_of({row.staff_id for row in rows}, now_s, calendar_now.midnight_s(last))
        for row in rows:
            noons = [
                calendar_now.midnight_s(datetime.date.fromisoformat(day)) + NOON_S
                for day in row.days
            ]
            if any(
                one.person == row.staff_id and one.from_s <= noon < one.to_s
                for one in leaves
                for noon in noons
            ):
                _move_turn(row, TurnAction.CANCEL, RULE, now_s)


def move_turn(viewer: Viewer, turn: str, action: TurnAction, *, now_s: float) -> None:
    """Say what became of a turn.

    Raises:
        UnknownRecordError, AccessDeniedError, NotPossibleError: there is none; the viewer may not;
            something became of it already.
        NotTheDayError: it has not begun, and would be served or missed.
    """
    with transaction.atomic():
        row = StationTurn.objects.select_for_update().filter(pk=turn).first()
        if row is None:
            raise UnknownRecordError
        check(viewer, Permission.COURSE_EDIT, row.area)
        if action is not TurnAction.CANCEL and local_day(now_s) < row.first_day:
            raise NotTheDayError
        _move_turn(row, action, viewer.staff_id, now_s)


def _move_turn(row: StationTurn, action: TurnAction, actor: str, now_s: float) -> None:
    after = next_of(TURN_LIFE_CYCLE, TurnState(row.state), action)
    row.state = after.value
    row.save()
    event = TurnMoved(row.pk, row.staff_id, row.first_day.isoformat(), action, after)
    tell(event, actor, row.area, now_s)


def open_course(
    viewer: Viewer, area: AreaId, name: Bilingual, valid_days: int | None, *, now_s: float
) -> str:
    """Set up a course; returns its id.

    Raises:
        AccessDeniedError: the viewer may not.
        BadEntryError: the area, the name or the days do not fit.
    """
    check(viewer, Permission.COURSE_EDIT, area)
    zh, en = name.zh.strip()[:60], name.en.strip()[:60]
    if not is_area_code(area):
        raise BadEntryError(field="area")
    if not (zh or en):
        raise BadEntryError(field="name")
    if valid_days is not None and not 0 < valid_days <= 3_650:
        raise BadEntryError(field="valid_days")
    with transaction.atomic():
        row = Course.objects.create(
            id=new_id(now_s), area=area, name_zh=zh, name_en=en, valid_days=valid_days
        )
        tell(CourseKept(row.pk, "", True), viewer.staff_id, area, now_s)
    return row.pk


def call_session(viewer: Viewer, course: str, wanted: SessionWanted, *, now_s: float) -> str:
    """Call a session of a course; returns its id.

    Raises:
        UnknownRecordError, AccessDeniedError, BadEntryError: as `open_course`.
        SessionDayError: the day is over, or more than a year ahead.
    """
    row = Course.objects.filter(pk=course, active=True).first()
    if row is None:
        raise UnknownRecordError
    check(viewer, Permission.COURSE_EDIT, row.area)
    first, last = session_days(now_s)
    if not first <= wanted.day <= last:
        # A session of a past day would give certificates, and count in a period, that nobody saw.
        raise SessionDayError(first=first.isoformat(), last=last.isoformat())
    if wanted.begins >= wanted.ends:
        raise BadEntryError(field="ends")
    if not 0 < wanted.seats <= MOST_SEATS:
        raise BadEntryError(field="seats")
    with transaction.atomic():
        session = CourseSession.objects.create(
            id=new_id(now_s),
            course=row,
            day=wanted.day,
            begins=wanted.begins,
            ends=wanted.ends,
            place=wanted.place.replace("\0", "").strip()[:120],
            seats=wanted.seats,
        )
        tell(CourseKept(row.pk, session.pk, True), viewer.staff_id, row.area, now_s)
    return session.pk


def session_days(now_s: float) -> tuple[datetime.date, datetime.date]:
    """The first and the last local day for which a session can be called now.

    The last is this day of the next year; 28 February where it has no 29th.
    """
    today = local_day(now_s)
    year = today.year + 1
    day = min(today.day, calendar.monthrange(year, today.month)[1])
    return today, datetime.date(year, today.month, day)


def enrol(viewer: Viewer, session: str, staff: str, *, now_s: float) -> None:
    """Enrol somebody in a session.

    Raises:
        UnknownRecordError, AccessDeniedError: there is none; the viewer may not.
        BadEntryError: nobody in or around the course's area has this number.
        SessionFullError: no seat is left.
        NotPossibleError: the person is enrolled already.
    """
    with transaction.atomic():
        row = _session(viewer, session)
        if not belongs_near(staff, AreaId(row.course.area), now_s):
            raise BadEntryError(field=staff[:40])
        seated = row.attendances.exclude(state=AttendanceState.WITHDRAWN.value).count()
        if row.called_off or seated >= row.seats:
            raise SessionFullError
        try:
            with transaction.atomic():
                held = Attendance.objects.create(
                    session=row, staff_id=staff, moved_by=viewer.staff_id, moved_s=now_s
                )
                _step(held)
        except IntegrityError as error:
            raise NotPossibleError from error
        event = AttendanceMoved(row.pk, staff, None, AttendanceState.ENROLLED)
        tell(event, viewer.staff_id, row.course.area, now_s)


def move_attendance(
    viewer: Viewer, session: str, staff: str, action: AttendanceAction, *, now_s: float
) -> None:
    """Write down who came; whoever did has a certificate from the day of the session.

    Raises:
        UnknownRecordError, AccessDeniedError, NotPossibleError: as `enrol`.
        NotTheDayError: the session has not begun, so nobody came to it or stayed away.
    """
    with transaction.atomic():
        row = _session(viewer, session)
        held = row.attendances.select_for_update().filter(staff_id=staff).first()
        if held is None:
            raise UnknownRecordError
        came = action in (AttendanceAction.ATTEND, AttendanceAction.MISS)
        if came and now_s < _begins_s(row):
            raise NotTheDayError
        after = next_of(ATTENDANCE_LIFE_CYCLE, AttendanceState(held.state), action)
        attended = after is AttendanceState.ATTENDED
        held.state = after.value
        held.good_until = certificate_until(row.day, row.course.valid_days) if attended else None
        held.moved_by, held.moved_s = viewer.staff_id, now_s
        held.save()
        _step(held)
        event = AttendanceMoved(row.pk, staff, action, after)
        tell(event, viewer.staff_id, row.course.area, now_s)


def _begins_s(row: CourseSession) -> float:
    return clock_s(row.day, row.begins.hour * 60 + row.begins.minute)


def _session(viewer: Viewer, session: str) -> CourseSession:
    rows = CourseSession.objects.select_for_update().select_related("course")
    row = rows.filter(pk=session).first()
    if row is None:
        raise UnknownRecordError
    check(viewer, Permission.COURSE_EDIT, row.course.area)
    return row


def _step(held: Attendance) -> None:
    AttendanceStep.objects.create(
        attendance=held, after=held.state, by=held.moved_by, at_s=held.moved_s
    )
