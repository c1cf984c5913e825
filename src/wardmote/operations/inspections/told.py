"""Whom checks, assessments and training concern: what whoever tells people of them must know."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from wardmote.operations.inspections.assessed import CHECK
from wardmote.operations.inspections.models import (
    Appeal,
    AssessmentSheet,
    CourseSession,
    SpotCheck,
)


@dataclass(frozen=True, slots=True)
class CheckTold:
    """Whom a check concerns.

    Attributes:
        person: who may reply; empty where nobody is concerned.
        drawn_by: the only one besides the person who is told of an exercise.
        reply_until_s: the last moment of the term; None without a result.
    """

    person: str
    recorded_by: str
    drawn_by: str
    drill: bool
    reply_until_s: float | None


@dataclass(frozen=True, slots=True)
class AppealTold:
    """An appeal: its sheet, by when it is to be decided, and who may not decide on it."""

    sheet: str
    decide_by_s: float
    involved: frozenset[str]


def check_told(check: str) -> CheckTold | None:
    """Whom a check concerns; None where there is none."""
    row = SpotCheck.objects.select_related("draw").filter(pk=check).first()
    if row is None:
        return None
    return CheckTold(
        row.person, row.recorded_by, row.draw.drawn_by, row.draw.drill, row.reply_until_s
    )


def appeal_told(appeal: str) -> AppealTold | None:
    """An appeal with whoever is involved in its case; None where there is none."""
    rows = Appeal.objects.select_related("sheet").defer("sheet__cases")
    row = rows.filter(pk=appeal).first()
    return None if row is None else AppealTold(row.sheet_id, row.decide_by_s, involved_in(row))


def involved_in(row: Appeal) -> frozenset[str]:
    """Who may not decide on an appeal: whom it concerns, and who counted or checked its case."""
    persons = {row.staff_id, row.sheet.made_by}
    if row.case_kind == CHECK:
        rows = SpotCheck.objects.filter(pk=row.case)
        persons.update(*rows.values_list("recorded_by", "decided_by"))
    return frozenset(persons)


def appeal_until_s(sheet: str) -> float | None:
    """The last moment at which the person may appeal against a sheet; None where there is none."""
    rows = AssessmentSheet.objects.filter(pk=sheet)
    return rows.values_list("appeal_until_s", flat=True).first()


def session_day(session: str) -> datetime.date | None:
    """The local day of a session of a course; None where there is none."""
    return CourseSession.objects.filter(pk=session).values_list("day", flat=True).first()
