"""Finding checks, equipment and answers; rights are checked here."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from wardmote.core.beat.random_draw import Placed, place_all, seed_fits
from wardmote.core.beat.survey_figures import (
    GivenAnswers,
    GroupFigure,
    QuestionFigure,
    group_figures,
    question_figures,
    response_rate,
)
from wardmote.core.domain.areas import area_prefix
from wardmote.core.domain.course import AttendanceState
from wardmote.core.domain.equipment import LIVING_FAULTS, Due, dues_of
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.inspection import RESULTS, CheckItem, Finding, Stratum, has_defects
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.survey import Answer, ServiceKind
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.distributions import Share, wilson
from wardmote.operations.access.selectors import within_right
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.inspections.errors import UnknownRecordError
from wardmote.operations.inspections.inspectors import InspectorChecks, by_inspector
from wardmote.operations.inspections.models import (
    Attendance,
    Course,
    CourseSession,
    DayValue,
    Draw,
    EquipmentFault,
    EquipmentItem,
    EquipmentStep,
    SpotCheck,
    StationTurn,
    SurveyAnswer,
    SurveyToken,
)
from wardmote.operations.local_time import local_day

MOST_DUE = 500
DrawRow = Draw
CheckRow = SpotCheck
ItemRow = EquipmentItem
FaultRow = EquipmentFault
StepRow = EquipmentStep
SessionRow = CourseSession
_WITH_RESULT = tuple(sorted(one.value for one in RESULTS))
_LIVING = tuple(sorted(one.value for one in LIVING_FAULTS))


@dataclass(frozen=True, slots=True)
class RepeatedDraw:
    """A draw, drawn again from what is on record.

    Attributes:
        agrees: whether the same came out.
        value: the day's value, once its day is over; empty before.
        seed_agrees: whether the seed follows from it; None before.
    """

    row: Draw
    strata: tuple[tuple[Stratum, tuple[Placed, ...]], ...]
    agrees: bool
    commitment: str
    value: str
    seed_agrees: bool | None


@dataclass(frozen=True, slots=True)
class Notice:
    """Results of a period, exercises left out.

    Attributes:
        in_order: by stratum and, last, together: results without a defect out of all results.
        drawn, dropped, open: how many were drawn, could not be made, or have no result yet.
        inspectors: what became of each inspector's checks.
    """

    in_order: tuple[tuple[Stratum | None, Share], ...]
    drawn: int
    dropped: int
    open: int
    with_defects: tuple[SpotCheck, ...]
    inspectors: tuple[InspectorChecks, ...]


@dataclass(frozen=True, slots=True)
class SurveyFigures:
    """What the survey says of whole months, from `first` to `last`."""

    first: datetime.date
    last: datetime.date
    rate: Share | None
    questions: tuple[tuple[ServiceKind, tuple[QuestionFigure, ...]], ...]
    areas: tuple[GroupFigure, ...]
    months: tuple[GroupFigure, ...]


def draws_seen(viewer: Viewer) -> QuerySet[Draw]:
    """Draws in the viewer's areas, the latest first; of drills, those that one drew oneself."""
    rows = Draw.objects.filter(within_right(viewer, Permission.INSPECTION_VIEW))
    rows = rows.filter(Q(drill=False) | Q(drawn_by=viewer.staff_id))
    return rows.order_by("-drawn_s", "-pk").prefetch_related("checks")


def draw_seen(viewer: Viewer, draw_id: str, *, now_s: float) -> RepeatedDraw:
    """One draw, drawn again.

    Raises:
        UnknownRecordError: there is none in the viewer's areas.
    """
    row = draws_seen(viewer).filter(pk=draw_id).first()
    if row is None:
        raise UnknownRecordError
    strata = tuple(
        (one, place_all(row.seed, one, row.candidates[one.value], row.wanted[one.value]))
        for one in Stratum
        if row.candidates[one.value]
    )
    again = {
        (one.value, placed.candidate) for one, found in strata for placed in found if placed.taken
    }
    drawn = {(check.stratum, check.subject) for check in row.checks.all()}
    value = DayValue.objects.get(pk=row.day)
    shown = row.day < local_day(now_s)
    return RepeatedDraw(
        row,
        strata,
        again == drawn,
        value.commitment,
        value.value if shown else "",
        seed_fits(row.seed, value.value, value.commitment, row.name) if shown else None,
    )


def commitments(now_s: float) -> list[tuple[datetime.date, str]]:
    """What is published of the values of the latest days, tomorrow's first."""
    rows = DayValue.objects.filter(day__lte=local_day(now_s) + datetime.timedelta(days=1))
    return list(rows.order_by("-day").values_list("day", "commitment")[:8])


def checks_seen(viewer: Viewer, first: datetime.date, last: datetime.date) -> QuerySet[SpotCheck]:
    """Checks drawn from `first` to `last` in the viewer's areas, as drawn; drills as draws."""
    rows = SpotCheck.objects.filter(within_right(viewer, Permission.INSPECTION_VIEW))
    rows = rows.filter(Q(draw__drill=False) | Q(draw__drawn_by=viewer.staff_id))
    rows = rows.filter(draw__day__gte=first, draw__day__lte=last).select_related("draw")
    return rows.order_by("draw__drawn_s", "draw_id", "stratum", "place")


def own_checks(viewer: Viewer) -> QuerySet[SpotCheck]:
    """Results that concern the viewer, the latest first."""
    rows = SpotCheck.objects.filter(person=viewer.staff_id, state__in=_WITH_RESULT)
    return rows.exclude(person="").select_related("draw").order_by("-recorded_s")


def check_seen(viewer: Viewer, check_id: str) -> SpotCheck:
    """One check: by right in its area, or a result as the person concerned.

    Raises:
        UnknownRecordError: there is none.
        AccessDeniedError: neither is so.
    """
    row = SpotCheck.objects.select_related("draw").filter(pk=check_id).first()
    if row is None:
        raise UnknownRecordError
    if not _may_see(viewer, row):
        raise AccessDeniedError
    return row


def may_see_check(viewer: Viewer, check_id: str) -> bool:
    """Whether the viewer may see a check and its pictures."""
    row = SpotCheck.objects.select_related("draw").filter(pk=check_id).first()
    return row is not None and _may_see(viewer, row)


def area_of_check(check_id: str) -> AreaId | None:
    """The area of a check; None when there is none."""
    area = SpotCheck.objects.filter(pk=check_id).values_list("area", flat=True).first()
    return None if area is None else AreaId(area)


def notice(viewer: Viewer, first: datetime.date, last: datetime.date) -> Notice:
    """The results of checks drawn from `first` to `last`, with 95 % Wilson intervals."""
    rows = list(checks_seen(viewer, first, last).filter(draw__drill=False))
    results = [row for row in rows if row.state in _WITH_RESULT]
    bad = [row for row in results if has_defects(findings_of(row))]
    shares: list[tuple[Stratum | None, Share]] = []
    for stratum in (*Stratum, None):
        of = [row for row in results if stratum is None or row.stratum == stratum.value]
        wanting = sum(stratum is None or row.stratum == stratum.value for row in bad)
        shares.append((stratum, wilson(len(of) - wanting, len(of))))
    dropped = sum(row.state == "dropped" for row in rows)
    left = len(rows) - len(results) - dropped
    return Notice(tuple(shares), len(rows), dropped, left, tuple(bad), by_inspector(rows))


def items_seen(viewer: Viewer, text: str = "") -> QuerySet[EquipmentItem]:
    """Items in the viewer's areas, and those that the viewer has, by number."""
    own = Q(holder_kind="person", holder=viewer.staff_id)
    own |= Q(holder_kind="unit", holder__in=sorted(viewer.crew_of))
    seen = within_right(viewer, Permission.INSPECTION_VIEW) | within_right(
        viewer, Permission.EQUIPMENT_EDIT
    )
    rows = EquipmentItem.objects.filter(seen | own if viewer.staff_id else seen)
    for word in text.split():
        rows = rows.filter(
            Q(number__icontains=word) | Q(kind__icontains=word) | Q(holder__icontains=word)
        )
    living = EquipmentFault.objects.filter(state__in=_LIVING)
    faults = Prefetch("faults", queryset=living, to_attr="living_faults")
    return rows.order_by("number").prefetch_related(faults)


def item_seen(viewer: Viewer, item_id: str) -> EquipmentItem:
    """One item.

    Raises:
        UnknownRecordError: there is none that the viewer may see.
    """
    row = items_seen(viewer).filter(pk=item_id).first()
    if row is None:
        raise UnknownRecordError
    return row


def dues(
    items: Iterable[EquipmentItem], today: datetime.date, days: int
) -> list[tuple[EquipmentItem, Due]]:
    """What is due within `days`, or late, the earliest first; not of items written off."""
    found = [
        (item, due)
        for item in items
        if not item.written_off
        for due in dues_of(today, item.expires, item.looked_day, item.every_days)
        if due.days_left <= days
    ]
    return sorted(found, key=lambda one: (one[1].day, one[0].number))


def survey_figures(viewer: Viewer, now_s: float) -> SurveyFigures:
    """What the survey says of the last twelve whole months in the viewer's areas.

    Rates go by when somebody was invited, answers by when they came.
    """
    seen = within_right(viewer, Permission.REPORT_VIEW) | within_right(
        viewer, Permission.INSPECTION_VIEW
    )
    after = local_day(now_s).replace(day=1)
    first, last = after.replace(year=after.year - 1), after - datetime.timedelta(days=1)
    tokens = SurveyToken.objects.filter(seen, month__gte=first, month__lte=last)
    answers = SurveyAnswer.objects.filter(seen, month__gte=first, month__lte=last)
    given = [
        GivenAnswers(area, f"{month:%Y-%m}", ServiceKind(kind), said)
        for area, month, kind, said in answers.values_list("area", "month", "kind", "answers")
    ]
    by_area: dict[str, tuple[int, int]] = {}
    by_month: dict[str, tuple[int, int]] = {}
    for area, month, used in tokens.values_list("area", "month", "used"):
        for counts, key in ((by_area, area), (by_month, f"{month:%Y-%m}")):
            asked, answered = counts.get(key, (0, 0))
            counts[key] = (asked + 1, answered + used)
    asked = sum(one for one, _answered in by_area.values())
    return SurveyFigures(
        first,
        last,
        response_rate(asked, sum(answered for _asked, answered in by_area.values())),
        tuple((kind, question_figures(kind, given)) for kind in ServiceKind),
        group_figures(by_area, _content_by(given, lambda one: one.area)),
        group_figures(by_month, _content_by(given, lambda one: one.month)),
    )


def _content_by(
    given: Iterable[GivenAnswers], key: Callable[[GivenAnswers], str]
) -> dict[str, list[Answer]]:
    found: dict[str, list[Answer]] = {}
    for one in given:
        found.setdefault(key(one), []).append(Answer(one.answers["content"]))
    return found


def _may_see(viewer: Viewer, row: SpotCheck) -> bool:
    drew = not row.draw.drill or row.draw.drawn_by == viewer.staff_id
    if drew and viewer.may(Permission.INSPECTION_VIEW, AreaId(row.area)):
        return True
    return bool(row.person) and row.person == viewer.staff_id and row.state in _WITH_RESULT


def item_numbers(ids: Iterable[str]) -> dict[str, str]:
    """Kind and number of items, by id. Callers check rights."""
    rows = EquipmentItem.objects.filter(pk__in=list(ids)).values_list("pk", "kind", "number")
    return {item: f"{kind} {number}" for item, kind, number in rows}


def turns_seen(viewer: Viewer, first: datetime.date, last: datetime.date) -> list[StationTurn]:
    """Turns at the station that touch [first, last]: of the viewer's areas, and the own."""
    seen = within_right(viewer, Permission.COURSE_EDIT) | within_right(
        viewer, Permission.ASSESSMENT_VIEW
    )
    if viewer.staff_id:
        seen |= Q(staff_id=viewer.staff_id)
    rows = StationTurn.objects.filter(seen, first_day__lte=last, last_day__gte=first)
    return list(rows.order_by("first_day", "staff_id"))


def sessions_seen(viewer: Viewer, first: datetime.date, last: datetime.date) -> list[CourseSession]:
    """Sessions from `first` to `last`: of the viewer's areas, and those the viewer is enrolled in.

    Attendances come with them; callers show others' only to whoever may edit the course.
    """
    seen = Q(attendances__staff_id=viewer.staff_id) if viewer.staff_id else Q(pk__in=[])
    for permission in (Permission.COURSE_EDIT, Permission.ASSESSMENT_VIEW):
        for area in viewer.areas_with(permission):
            seen |= Q(course__area__startswith=area_prefix(area))
    rows = CourseSession.objects.filter(seen, day__gte=first, day__lte=last).distinct()
    return list(
        rows.select_related("course").prefetch_related("attendances").order_by("day", "begins")
    )


def courses_edited(viewer: Viewer) -> list[Course]:
    """Courses that the viewer may call sessions of."""
    return list(
        Course.objects.filter(within_right(viewer, Permission.COURSE_EDIT), active=True).order_by(
            "pk"
        )
    )


def findings_of(row: SpotCheck) -> dict[CheckItem, Finding]:
    """What a check found, as it holds now."""
    return {CheckItem(one): Finding(found) for one, found in row.findings.items()}


def session_names(ids: Iterable[str]) -> dict[str, tuple[datetime.date, str, str]]:
    """Day and names of the courses of sessions, by id. Callers check rights."""
    rows = CourseSession.objects.filter(pk__in=list(ids))
    return {
        session: (day, zh, en)
        for session, day, zh, en in rows.values_list(
            "pk", "day", "course__name_zh", "course__name_en"
        )
    }


@dataclass(frozen=True, slots=True)
class CertificateDue:
    """A certificate that ends; `days_left` after its last good day is negative."""

    staff_id: str
    course: Bilingual
    good_until: datetime.date
    days_left: int


def certificates_due(viewer: Viewer, today: datetime.date, days: int) -> list[CertificateDue]:
    """Certificates that ended or end within `days`: the own, and those of courses one edits.

    Of several of one course only the one that lasts longest counts. The earliest first.
    """
    seen = Q(staff_id=viewer.staff_id) if viewer.staff_id else Q(pk__in=[])
    for area in viewer.areas_with(Permission.COURSE_EDIT):
        seen |= Q(session__course__area__startswith=area_prefix(area))
    rows = Attendance.objects.filter(seen, state=AttendanceState.ATTENDED.value)
    longest: dict[tuple[str, str], CertificateDue] = {}
    for staff, course, zh, en, until in rows.filter(good_until__isnull=False).values_list(
        *("staff_id", "session__course_id", "session__course__name_zh"),
        *("session__course__name_en", "good_until"),
    ):
        known = longest.get((staff, course))
        if known is None or known.good_until < until:
            left = (until - today).days
            longest[(staff, course)] = CertificateDue(staff, Bilingual(zh, en), until, left)
    found = [one for one in longest.values() if one.days_left <= days]
    return sorted(found, key=lambda one: (one.good_until, one.staff_id))[:MOST_DUE]
