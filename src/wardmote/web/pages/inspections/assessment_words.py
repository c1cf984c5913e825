"""Assessments in words: items, outcomes, cases and appeals, in the reader's language."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from wardmote.core.beat.assessment_counts import Case, ItemCount
from wardmote.core.domain.assessment import (
    REMEDIES,
    AppealState,
    AssessmentItem,
    Counted,
    Ground,
    Outcome,
    Remedy,
)
from wardmote.core.domain.text import Bilingual
from wardmote.operations.hazards.assessed import hazard_numbers
from wardmote.operations.inspections.assessed import ADDED, CHECK, HAZARD, SESSION, TASK
from wardmote.operations.inspections.selectors import session_names
from wardmote.operations.inspections.sheets import AppealRow
from wardmote.operations.local_time import local_time
from wardmote.operations.tasks.assessed import task_titles

OUTCOMES: dict[str, Promise] = {
    Outcome.MET.value: pgettext_lazy("assessment", "met"),
    Outcome.NOT_MET.value: pgettext_lazy("assessment", "not met"),
    Outcome.TOO_FEW.value: pgettext_lazy("assessment", "too few cases to say anything"),
}
COUNTED: dict[str, Promise] = {
    Counted.TASKS_IN_TIME.value: gettext_lazy(
        "Tasks that fell due in the period: done by then, out of all. A task is counted for who "
        "held it when it fell due. What fell due while that person was on approved leave and was "
        "not done in time, cancelled tasks and exercises are left out."
    ),
    Counted.HAZARDS_REPORTED.value: gettext_lazy(
        "Hazards reported in the period that were taken up. What was turned down or known already "
        "is shown and not counted as met; what nobody has looked at is left out."
    ),
    Counted.HAZARDS_RECHECKED.value: gettext_lazy(
        "Hazards re-checked in the period: on the spot, out of all."
    ),
    Counted.CHECKS_IN_ORDER.value: gettext_lazy(
        "Spot checks of the period whose result stands: without a defect, out of all. Results that "
        "wait for a reply or a decision, and exercises, are left out."
    ),
    Counted.COURSES_ATTENDED.value: gettext_lazy(
        "Sessions of courses in the period: attended, out of those attended or missed. The excused "
        "are left out."
    ),
}
KINDS: dict[str, Promise] = {
    TASK: gettext_lazy("Task"),
    HAZARD: gettext_lazy("Hazard"),
    CHECK: gettext_lazy("Spot check"),
    SESSION: gettext_lazy("Course"),
    ADDED: gettext_lazy("Added by an appeal"),
}
GROUNDS: dict[str, Promise] = {
    Ground.NOT_MINE.value: gettext_lazy("This is not my case"),
    Ground.FACTS_WRONG.value: gettext_lazy("It was not so: the record is wrong"),
    Ground.PREVENTED.value: gettext_lazy("I was prevented: a call, leave, illness, another order"),
    Ground.MISSING.value: gettext_lazy("A case is missing that should be counted"),
}
REMEDY_WORDS: dict[str, Promise] = {
    Remedy.LEFT_OUT.value: gettext_lazy("Allow: leave the case out"),
    Remedy.MET.value: gettext_lazy("Allow: count it as met"),
    Remedy.ADDED.value: gettext_lazy("Allow: count one more case as met"),
}
REMEDY_DONE: dict[str, Promise] = {
    Remedy.LEFT_OUT.value: gettext_lazy("left out after an appeal"),
    Remedy.MET.value: gettext_lazy("counted as met after an appeal"),
    Remedy.ADDED.value: gettext_lazy("added after an appeal"),
}
APPEALS: dict[str, Promise] = {
    AppealState.FILED.value: pgettext_lazy("appeal", "filed, to be decided"),
    AppealState.WITHDRAWN.value: pgettext_lazy("appeal", "withdrawn"),
    AppealState.ALLOWED.value: pgettext_lazy("appeal", "allowed"),
    AppealState.REFUSED.value: pgettext_lazy("appeal", "refused"),
}


def standard_text(item: AssessmentItem) -> str:
    """What an item asks: a share of all cases, or a number of them."""
    return f"≥ {item.at_least:.0%}" if item.of_all else f"≥ {item.at_least:g}"


def count_text(one: ItemCount) -> str:
    """A count as `met / of`."""
    return f"{one.met} / {one.of}"


def case_lines(cases: Iterable[Case]) -> list[dict[str, Any]]:
    """Cases as a sheet shows them, with what each is called and where it opens."""
    known = list(cases)
    names = _names(known)
    return [
        {
            "case": one,
            "kind": KINDS.get(one.kind, one.kind),
            "name": names.get((one.kind, one.id), ""),
            "url": _address(one),
            "at": local_time(one.at_s),
            "due": None if one.due_s is None else local_time(one.due_s),
            "done": one.met or one.due_s is None or one.at_s > one.due_s,
            "remedy": "" if one.remedy is None else REMEDY_DONE[one.remedy.value],
            "key": f"{one.counted.value}:{one.kind}:{one.id}",
        }
        for one in known
    ]


def appeal_line(row: AppealRow, now_s: float) -> dict[str, Any]:
    """An appeal as lists show it."""
    waits = row.state == AppealState.FILED.value
    return {
        "row": row,
        "state": APPEALS[row.state],
        "ground": GROUNDS[row.ground],
        "kind": KINDS.get(row.case_kind, ""),
        "filed": local_time(row.filed_s),
        "decide_by": local_time(row.decide_by_s),
        "late": waits and now_s > row.decide_by_s,
        "waits": waits,
        "decided": None if row.decided_s is None else local_time(row.decided_s),
        "remedy": REMEDY_DONE.get(row.remedy, ""),
    }


def remedies_of(row: AppealRow) -> list[tuple[str, Promise]]:
    """What can be done when an appeal is allowed."""
    return [(one.value, REMEDY_WORDS[one.value]) for one in REMEDIES[Ground(row.ground)]]


def item_name(item: AssessmentItem) -> str:
    """An item in the reader's language."""
    return item.name.in_language(get_language() or "")


def _names(cases: list[Case]) -> dict[tuple[str, str], str]:
    language = get_language() or ""
    ids: dict[str, set[str]] = defaultdict(set)
    for one in cases:
        ids[one.kind].add(one.id)
    found: dict[tuple[str, str], str] = {}
    for task, title in task_titles(ids[TASK]).items():
        found[(TASK, task)] = title.in_language(language)
    for hazard, number in hazard_numbers(ids[HAZARD]).items():
        found[(HAZARD, hazard)] = number
    for session, (day, zh, en) in session_names(ids[SESSION]).items():
        found[(SESSION, session)] = f"{Bilingual(zh, en).in_language(language)} {day}"
    return {key: name for key, name in found.items() if name}


def _address(case: Case) -> str:
    if case.kind == TASK:
        return reverse("task", args=[case.id])
    if case.kind == HAZARD:
        return reverse("hazard", args=[case.id])
    if case.kind == CHECK:
        return reverse("spot-check", args=[case.id])
    if case.kind == SESSION:
        day: datetime.datetime = local_time(case.at_s)
        return f"{reverse('training-calendar')}?month={day:%Y-%m}"
    return ""
