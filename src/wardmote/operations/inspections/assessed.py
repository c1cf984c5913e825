"""What can be counted of members of staff: each room's own record, as it stood at a moment."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from wardmote.core.beat.assessment_counts import Case
from wardmote.core.domain.assessment import AssessmentPeriod, Counted
from wardmote.core.domain.course import AttendanceState
from wardmote.core.domain.inspection import RESULTS, CheckItem, CheckState, Finding, has_defects
from wardmote.operations.hazards.assessed import hazards_rechecked, hazards_reported
from wardmote.operations.inspections.models import Attendance, SpotCheck
from wardmote.operations.local_time import midnight_s
from wardmote.operations.tasks.assessed import tasks_due

TASK, HAZARD, CHECK, SESSION, ADDED = "task", "hazard", "spot_check", "session", "appeal"
"""Kinds of cases."""

_CAME = {AttendanceState.ATTENDED.value: True, AttendanceState.ABSENT.value: False}
_DECIDED = (CheckState.UPHELD.value, CheckState.CORRECTED.value)


def cases_of(
    persons: Collection[str], period: AssessmentPeriod, as_of_s: float
) -> dict[str, tuple[Case, ...]]:
    """The cases of each of these persons in a period, by what was known at `as_of_s`.

    Callers check rights. Exercises are never among them.
    """
    from_s = midnight_s(period.first)
    to_s = midnight_s(period.last + datetime.timedelta(days=1))
    found: dict[str, list[Case]] = defaultdict(list)
    for person, case in _tasks(persons, from_s, to_s, as_of_s):
        found[person].append(case)
    for counted, rows in (
        (Counted.HAZARDS_REPORTED, hazards_reported(persons, from_s, to_s, as_of_s)),
        (Counted.HAZARDS_RECHECKED, hazards_rechecked(persons, from_s, to_s)),
    ):
        for one in rows:
            found[one.person].append(Case(counted, HAZARD, one.hazard, one.at_s, one.met))
    for person, case in _checks(persons, period, as_of_s):
        found[person].append(case)
    for person, case in _sessions(persons, period, as_of_s):
        found[person].append(case)
    return {person: tuple(found.get(person, ())) for person in persons}


def case_data(case: Case) -> dict[str, object]:
    """A case as a sheet keeps it."""
    return {
        "counted": case.counted.value,
        "kind": case.kind,
        "id": case.id,
        "at_s": case.at_s,
        "met": case.met,
        "due_s": case.due_s,
    }


def case_from(data: Mapping[str, object]) -> Case:
    """A case from what a sheet keeps."""
    at_s, due_s = data["at_s"], data["due_s"]
    assert isinstance(at_s, int | float)
    assert due_s is None or isinstance(due_s, int | float)
    return Case(
        Counted(str(data["counted"])),
        str(data["kind"]),
        str(data["id"]),
        float(at_s),
        bool(data["met"]),
        None if due_s is None else float(due_s),
    )


def _tasks(
    persons: Collection[str], from_s: float, to_s: float, as_of_s: float
) -> Iterator[tuple[str, Case]]:
    for one in tasks_due(persons, from_s, to_s, as_of_s):
        met = one.done_s is not None and one.done_s <= one.due_s
        at_s = one.due_s if one.done_s is None else one.done_s
        yield one.person, Case(Counted.TASKS_IN_TIME, TASK, one.task, at_s, met, one.due_s)


def _checks(
    persons: Collection[str], period: AssessmentPeriod, as_of_s: float
) -> Iterator[tuple[str, Case]]:
    """Checks with a result that stood at `as_of_s`: decided on, or out of its term unanswered."""
    rows = SpotCheck.objects.filter(
        person__in=sorted(persons),
        draw__day__gte=period.first,
        draw__day__lte=period.last,
        draw__drill=False,
        recorded_s__lte=as_of_s,
        state__in=[one.value for one in RESULTS],
    )
    for row in rows.order_by("recorded_s", "pk"):
        decided = row.decided_s is not None and row.decided_s <= as_of_s
        replied = row.replied_s is not None and row.replied_s <= as_of_s
        over = row.reply_until_s is not None and row.reply_until_s < as_of_s
        if not decided and (replied or not over):
            continue
        held = row.findings if decided and row.state in _DECIDED else row.first_findings
        defects = has_defects({CheckItem(one): Finding(was) for one, was in held.items()})
        at_s = row.recorded_s or 0.0
        yield row.person, Case(Counted.CHECKS_IN_ORDER, CHECK, row.pk, at_s, not defects)


def _sessions(
    persons: Collection[str], period: AssessmentPeriod, as_of_s: float
) -> Iterator[tuple[str, Case]]:
    """Sessions that somebody came to or missed; the excused and what nobody wrote down are out."""
    rows = Attendance.objects.filter(
        staff_id__in=sorted(persons),
        session__day__gte=period.first,
        session__day__lte=period.last,
        session__called_off=False,
    )
    rows = rows.select_related("session").prefetch_related("steps")
    for row in rows.order_by("session__day", "pk"):
        steps = [step.after for step in row.steps.all() if step.at_s <= as_of_s]
        state = steps[-1] if steps else ""
        if not row.steps.all() and row.moved_s <= as_of_s:
            # Written before steps were kept.
            state = row.state
        if state in _CAME:
            at_s = midnight_s(row.session.day)
            case = Case(Counted.COURSES_ATTENDED, SESSION, row.session_id, at_s, _CAME[state])
            yield row.staff_id, case
