"""Who is told of checks, assessments and training: whom they concern, and who must decide."""

from __future__ import annotations

import datetime

from wardmote.core.domain.assessment import AppealAction
from wardmote.core.domain.course import AttendanceAction, TurnAction
from wardmote.core.domain.event_registry import Event
from wardmote.core.domain.inspection import CheckAction
from wardmote.core.domain.inspection_events import (
    AppealMoved,
    AssessmentSheetMade,
    AttendanceMoved,
    CheckMoved,
    TurnMoved,
)
from wardmote.core.domain.notice import NoticeKind
from wardmote.core.domain.permissions import Permission
from wardmote.operations.inspections.told import (
    CheckTold,
    appeal_told,
    appeal_until_s,
    check_told,
    session_day,
)
from wardmote.operations.local_time import midnight_s
from wardmote.operations.notices.services.audience import deciders, others
from wardmote.operations.notices.services.telling import Telling, tell

TRAINING_DAY = "training_day"
"""What a notice of training is about: the local day of its beginning, ISO form."""
_DECIDED = (CheckAction.UPHOLD, CheckAction.CORRECT)
_TURNS = {None: NoticeKind.TURN_PLANNED, TurnAction.CANCEL: NoticeKind.TRAINING_OFF}
_PLACES = {None: NoticeKind.COURSE_PLANNED, AttendanceAction.WITHDRAW: NoticeKind.TRAINING_OFF}


def on_check(event: Event, now_s: float) -> None:
    """The person is told of a result and the term for a reply, deciders of a reply, the person of
    the decision."""
    check = event.payload
    assert isinstance(check, CheckMoved)
    told = check_told(check.check)
    if told is None:
        return
    kind, people, until_s = NoticeKind.CHECK_RESULT, [told.person], told.reply_until_s
    if check.action is CheckAction.REPLY:
        kind, people, until_s = NoticeKind.CHECK_TO_DECIDE, _deciders(told, event, now_s), None
    elif check.action in _DECIDED:
        kind, until_s = NoticeKind.CHECK_DECIDED, None
    elif check.action is not CheckAction.RECORD:
        return
    cause = str(event.seq)
    about = Telling(kind, cause, "check", check.check, told.drill, until_s=until_s)
    tell(others(people, event), about, now_s)


def _deciders(told: CheckTold, event: Event, now_s: float) -> list[str]:
    """Who may decide on a reply; of an exercise only who drew it knows."""
    but = {told.person, told.recorded_by}
    people = deciders(Permission.ASSESSMENT_DECIDE, event.area, now_s, but=but)
    return [one for one in people if not told.drill or one == told.drawn_by]


def on_sheet(event: Event, now_s: float) -> None:
    """The person is told that the own sheet is there, and until when an appeal can be filed."""
    sheet = event.payload
    assert isinstance(sheet, AssessmentSheetMade)
    until_s = appeal_until_s(sheet.sheet)
    about = Telling(
        NoticeKind.SHEET_READY, sheet.sheet, "assessment_sheet", sheet.sheet, until_s=until_s
    )
    tell(others([sheet.staff], event), about, now_s)


def on_appeal(event: Event, now_s: float) -> None:
    """Who may decide is told of an appeal, whoever filed it of the decision."""
    appeal = event.payload
    assert isinstance(appeal, AppealMoved)
    told = appeal_told(appeal.appeal)
    if told is None or appeal.action is AppealAction.WITHDRAW:
        return
    cause = str(event.seq)
    if appeal.action is None:
        permission = Permission.ASSESSMENT_DECIDE
        people = deciders(permission, event.area, now_s, but=told.involved)
        about = Telling(
            NoticeKind.APPEAL_TO_DECIDE, cause, "appeal", appeal.appeal, until_s=told.decide_by_s
        )
        tell(others(people, event), about, now_s)
        return
    about = Telling(NoticeKind.APPEAL_DECIDED, cause, "assessment_sheet", told.sheet)
    tell(others([appeal.staff], event), about, now_s)


def on_turn(event: Event, now_s: float) -> None:
    """Whoever has a turn at the station is told that it is planned or called off."""
    turn = event.payload
    assert isinstance(turn, TurnMoved)
    kind = _TURNS.get(turn.action)
    if kind is not None:
        day = datetime.date.fromisoformat(turn.first_day)
        _tell_of_day(event, kind, turn.staff, day, now_s)


def on_attendance(event: Event, now_s: float) -> None:
    """Whoever is enrolled in a course, or not any more, is told."""
    place = event.payload
    assert isinstance(place, AttendanceMoved)
    kind, day = _PLACES.get(place.action), session_day(place.session)
    if kind is not None and day is not None:
        _tell_of_day(event, kind, place.staff, day, now_s)


def _tell_of_day(
    event: Event, kind: NoticeKind, staff: str, day: datetime.date, now_s: float
) -> None:
    ends_s = midnight_s(day + datetime.timedelta(days=1))
    about = Telling(kind, str(event.seq), TRAINING_DAY, day.isoformat(), expires_s=ends_s)
    tell(others([staff], event), about, now_s)
