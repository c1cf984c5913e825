"""Assessment: publishing its rules, and counting a period by them. No sum, no order of people."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.assessment import (
    AssessmentPeriod,
    PublishedRules,
    dump_assessment_rules,
    parse_assessment_rules,
    period_around,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.inspection_events import AssessmentRulesPublished, AssessmentSheetMade
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.plain import JsonValue
from wardmote.operations.identifiers import new_id
from wardmote.operations.inspections.assessed import case_data, cases_of
from wardmote.operations.inspections.errors import (
    BadEntryError,
    NobodyToCountError,
    NoRulesError,
    RulesNotFittingError,
    TooEarlyError,
    TooLateToPublishError,
)
from wardmote.operations.inspections.models import AssessmentRulesVersion, AssessmentSheet
from wardmote.operations.inspections.recording import check, tell
from wardmote.operations.inspections.sheets import counted_from_s, rules_judging
from wardmote.operations.local_time import local_day, midnight_s
from wardmote.operations.people.selectors import appointed_in, persons_known
from wardmote.operations.working_time import working_calendar

MOST_AT_ONCE = 500
COUNTED_KINDS = frozenset({StaffKind.POLICE, StaffKind.ASSISTANT, StaffKind.CIVILIAN})
"""Whose work may be counted: members of staff. Volunteers' is never."""


@dataclass(frozen=True, slots=True)
class SheetsMade:
    """How many sheets were written, and how many persons had one for this period already."""

    made: int
    already: int


def publish_rules(
    viewer: Viewer, area: AreaId, data: JsonValue, from_day: datetime.date, *, now_s: float
) -> str:
    """Publish rules for an area; they judge periods that begin on or after `from_day`.

    Args:
        data: as `dump_assessment_rules` writes them; their version names them for good.

    Returns:
        Their version.

    Raises:
        AccessDeniedError: the viewer may not configure this area.
        BadEntryError: the area is none.
        RulesNotFittingError: they do not fit, or this version was published already.
        TooLateToPublishError: `from_day` is not after today.
    """
    if not is_area_code(area):
        raise BadEntryError(field="area")
    check(viewer, Permission.CONFIGURATION_EDIT, area)
    try:
        rules = parse_assessment_rules(data)
    except ValueError as error:
        raise RulesNotFittingError(problem=str(error)) from error
    if from_day <= local_day(now_s):
        raise TooLateToPublishError
    try:
        with transaction.atomic():
            AssessmentRulesVersion.objects.create(
                version=rules.version,
                area=area,
                data=dump_assessment_rules(rules),
                from_day=from_day,
                published_by=viewer.staff_id,
                published_s=now_s,
            )
            event = AssessmentRulesPublished(rules.version, from_day.isoformat())
            tell(event, viewer.staff_id, area, now_s)
    except IntegrityError as error:
        raise RulesNotFittingError(problem=f"version: {rules.version}") from error
    return rules.version


def make_sheets(viewer: Viewer, area: AreaId, day: datetime.date, *, now_s: float) -> SheetsMade:
    """Count the period around `day` of everybody in office in an area at its end.

    Each period of a person is counted once; who counts is never counted. Doing it again counts
    only those who are still missing.

    Raises:
        AccessDeniedError: the viewer may not keep records of staff in this area.
        NoRulesError: no rules were published before the period.
        TooEarlyError: the day of counting, by the rules, has not come.
        NobodyToCountError: nobody is left, or there are too many persons.
    """
    check(viewer, Permission.STAFF_RECORD, area)
    published = rules_judging(area, day)
    if published is None:
        raise NoRulesError
    period = period_around(day, published.rules.months)
    as_of_s = counted_from_s(published, period)
    if now_s < as_of_s:
        raise TooEarlyError(day=local_day(as_of_s).isoformat())
    wanted = _to_count(viewer, area, period)
    if len(wanted) > MOST_AT_ONCE:
        raise NobodyToCountError(most=MOST_AT_ONCE)
    counted = set(
        AssessmentSheet.objects.filter(
            staff_id__in=sorted(wanted), first_day__lte=period.last, last_day__gte=period.first
        ).values_list("staff_id", flat=True)
    )
    left = {person: where for person, where in wanted.items() if person not in counted}
    if not left:
        raise NobodyToCountError(most=MOST_AT_ONCE)
    cases = cases_of(sorted(left), period, as_of_s)
    until_s = working_calendar(now_s).deadline_s(now_s, published.rules.appeal_days)
    made = 0
    for person, where in sorted(left.items()):
        with transaction.atomic():
            sheet, new = AssessmentSheet.objects.get_or_create(
                staff_id=person,
                first_day=period.first,
                defaults={
                    "id": new_id(now_s),
                    "area": where,
                    "last_day": period.last,
                    "rules_id": published.rules.version,
                    "as_of_s": as_of_s,
                    "cases": [case_data(one) for one in cases[person]],
                    "made_by": viewer.staff_id,
                    "made_s": now_s,
                    "appeal_until_s": until_s,
                },
            )
            if new:
                made += 1
                _tell_made(sheet, published, viewer.staff_id, now_s)
    return SheetsMade(made, len(wanted) - made)


def _to_count(viewer: Viewer, area: AreaId, period: AssessmentPeriod) -> dict[str, AreaId]:
    """Staff in office in an area on the last day of a period, with the areas of their offices."""
    noon_s = midnight_s(period.last) + 43_200.0
    held = appointed_in(area, noon_s)
    known = persons_known(list(held))
    return {
        str(person): one.area
        for person, one in held.items()
        if person != viewer.staff_id and person in known and known[person].kind in COUNTED_KINDS
    }


def _tell_made(sheet: AssessmentSheet, published: PublishedRules, actor: str, now_s: float) -> None:
    event = AssessmentSheetMade(
        sheet.pk,
        sheet.staff_id,
        sheet.first_day.isoformat(),
        sheet.last_day.isoformat(),
        published.rules.version,
        len(sheet.cases),
    )
    tell(event, actor, sheet.area, now_s)
