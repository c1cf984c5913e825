"""Reading assessments: rules, one's own sheet, somebody else's with a look on record, appeals.

No list says what was counted of several people, so that none can be put in order by it.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import QuerySet

from wardmote.core.beat.assessment_counts import Case, ItemCount, count_cases, first_cases
from wardmote.core.domain.assessment import (
    AppealState,
    AssessmentPeriod,
    AssessmentRules,
    Counted,
    PublishedRules,
    Remedy,
    parse_assessment_rules,
    period_around,
    rules_for,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.disclosures import DisclosureRow, looks_at
from wardmote.operations.access.selectors import within_right
from wardmote.operations.access.services import Looked, record_look
from wardmote.operations.inspections.assessed import ADDED, case_from, cases_of
from wardmote.operations.inspections.errors import UnknownRecordError
from wardmote.operations.inspections.models import Appeal, AssessmentRulesVersion, AssessmentSheet
from wardmote.operations.local_time import local_day, midnight_s

SheetRow = AssessmentSheet
AppealRow = Appeal

ASSESSMENT = "assessment"
"""The kind of subject under which looks at sheets are kept; the id is the person's."""
STAFF_MATTER = "staff_matter"
"""The purpose of such a look."""
_FIELDS = ("counts", "cases", "appeals")
_WAITING = AppealState.FILED.value


@dataclass(frozen=True, slots=True)
class OpenedSheet:
    """The sheet of one person.

    Attributes:
        counts: as they stand now, appeals considered.
        first: as they were first counted; in the same order.
        agrees: whether counting again from the record gives the same cases.
        differing: cases that the record has now otherwise, or that only one of the two has.
        looks: who else opened sheets of this person, newest first.
        own: the viewer is the person concerned.
    """

    row: AssessmentSheet
    rules: AssessmentRules
    counts: tuple[ItemCount, ...]
    first: tuple[ItemCount, ...]
    appeals: tuple[Appeal, ...]
    agrees: bool
    differing: tuple[Case, ...]
    looks: tuple[DisclosureRow, ...]
    own: bool


def published_rules() -> list[PublishedRules]:
    """Every version that was published, the latest first. Everybody may read them."""
    rows = AssessmentRulesVersion.objects.order_by("-from_day", "-published_s", "version")
    return [_as_published(row) for row in rows]


def rules_judging(area: AreaId, day: datetime.date) -> PublishedRules | None:
    """The rules that judge the period around a day in an area; None where nothing is judged.

    Rules have periods of different lengths: those count by whose own period around `day` they were
    published early enough.
    """
    known = published_rules()
    fitting = [
        one
        for one in known
        if rules_for(known, area, period_around(day, one.rules.months).first) == one
    ]
    return rules_for(fitting, area, day)


def counted_from_s(published: PublishedRules, period: AssessmentPeriod) -> float:
    """The fixed moment, seconds UTC, by whose knowledge a period is counted."""
    days = published.rules.count_after_days + 1
    return midnight_s(period.last + datetime.timedelta(days=days))


def own_sheets(viewer: Viewer) -> QuerySet[AssessmentSheet]:
    """The viewer's own sheets, the latest first."""
    rows = AssessmentSheet.objects.filter(staff_id=viewer.staff_id).exclude(staff_id="")
    return rows.defer("cases").order_by("-first_day")


def sheets_seen(viewer: Viewer) -> QuerySet[AssessmentSheet]:
    """Sheets in the viewer's areas, without what they count: by period, then staff number."""
    rows = AssessmentSheet.objects.filter(within_right(viewer, Permission.ASSESSMENT_VIEW))
    return rows.defer("cases").order_by("-first_day", "staff_id")


def open_sheet(viewer: Viewer, sheet_id: str, *, now_s: float) -> OpenedSheet:
    """Open a sheet: one's own, or with the right; then the look is written down.

    Raises:
        UnknownRecordError: there is none.
        AccessDeniedError: neither is so.
    """
    row = AssessmentSheet.objects.select_related("rules").filter(pk=sheet_id).first()
    if row is None:
        raise UnknownRecordError
    own = bool(viewer.staff_id) and row.staff_id == viewer.staff_id
    with transaction.atomic():
        if not own:
            looked = Looked(ASSESSMENT, row.staff_id, AreaId(row.area))
            permission = Permission.ASSESSMENT_VIEW
            record_look(viewer, permission, looked, STAFF_MATTER, _FIELDS, now_s)
        appeals = tuple(row.appeals.order_by("-filed_s", "-pk"))
        looks = tuple(looks_at(ASSESSMENT, row.staff_id))
    rules = parse_assessment_rules(row.rules.data)
    kept = [case_from(one) for one in row.cases]
    again = cases_of([row.staff_id], AssessmentPeriod(row.first_day, row.last_day), row.as_of_s)
    differing = set(kept) ^ set(again[row.staff_id])
    return OpenedSheet(
        row,
        rules,
        count_cases(rules, settled(kept, appeals)),
        count_cases(rules, first_cases(kept)),
        appeals,
        not differing,
        tuple(sorted(differing, key=lambda one: (one.at_s, one.id, one.met))),
        looks,
        own,
    )


def settled(kept: list[Case], appeals: tuple[Appeal, ...]) -> list[Case]:
    """The cases of a sheet with what allowed appeals made of them."""
    allowed = [one for one in appeals if one.state == AppealState.ALLOWED.value]
    remedies = {
        (one.counted, one.case_kind, one.case): Remedy(one.remedy) for one in allowed if one.case
    }
    found = [
        replace(one, remedy=remedies.get((one.counted.value, one.kind, one.id))) for one in kept
    ]
    return found + [
        Case(Counted(one.counted), ADDED, one.pk, one.filed_s, True, remedy=Remedy.ADDED)
        for one in allowed
        if not one.case
    ]


def appeals_seen(viewer: Viewer) -> QuerySet[Appeal]:
    """Appeals that the viewer may decide on, those that wait first, by their terms."""
    rows = Appeal.objects.filter(within_right(viewer, Permission.ASSESSMENT_DECIDE))
    rows = rows.exclude(staff_id=viewer.staff_id).select_related("sheet")
    return rows.order_by("-state", "decide_by_s", "pk").defer("sheet__cases")


def appeals_waiting(viewer: Viewer) -> int:
    """How many appeals wait for somebody like the viewer."""
    return appeals_seen(viewer).filter(state=_WAITING).count()


def _as_published(row: AssessmentRulesVersion) -> PublishedRules:
    rules = parse_assessment_rules(row.data)
    return PublishedRules(rules, AreaId(row.area), row.from_day, local_day(row.published_s))
