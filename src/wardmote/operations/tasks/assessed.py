"""Tasks as cases of an assessment, as they stood at a moment. Callers check rights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q

from wardmote.core.beat.assessment_facts import TaskFact, fell_in_leave, standing_of
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.task import TaskAction, TaskKind, TaskState
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.selectors import within
from wardmote.operations.people.selectors import leaves_known
from wardmote.operations.tasks.models import Task, TaskStep

AT_ONCE = 400
"""Ids asked for in one statement; databases take a limited number of parameters."""


@dataclass(frozen=True, slots=True)
class TaskCase:
    """A task that fell due: whose case it is, and when it was done (None: it was not)."""

    task: str
    person: str
    due_s: float
    done_s: float | None


def tasks_due(
    persons: Collection[str], from_s: float, to_s: float, as_of_s: float
) -> list[TaskCase]:
    """Tasks of these persons due in [from_s, to_s), seconds UTC, by what was known at `as_of_s`.

    Exercises, cancelled tasks, tasks that nobody held, and what fell due while its holder was on
    leave and was not done in time are left out.
    """
    wanted = set(persons)
    due = Q(state__in=[one.value for one in TaskState], due_s__gte=from_s, due_s__lt=to_s)
    rows = Task.objects.filter(due, drill=False)
    ids: set[str] = set()
    for chunk in _chunks(sorted(wanted)):
        passed = TaskStep.objects.filter(
            Q(holder_before__in=chunk) | Q(holder__in=chunk), task__in=rows
        )
        ids |= set(rows.filter(holder__in=chunk).values_list("pk", flat=True))
        ids |= set(passed.values_list("task_id", flat=True))
    found = []
    for some in _chunks(sorted(ids)):
        found += [one for one in _cases(some, as_of_s) if one.person in wanted]
    leaves = defaultdict(list)
    for leave in leaves_known({one.person for one in found}, from_s, to_s, as_of_s):
        leaves[str(leave.person)].append(leave)
    found = [one for one in found if not fell_in_leave(one.due_s, one.done_s, leaves[one.person])]
    return sorted(found, key=lambda one: (one.due_s, one.task))


@dataclass(frozen=True, slots=True)
class VisitDone:
    """A visit that somebody made."""

    id: str
    name: Bilingual
    at_s: float


_VISITS = [TaskKind.VISIT.value, TaskKind.FOLLOW_UP.value, TaskKind.CARE_VISIT.value]


def visits_done(staff: str, areas: Sequence[AreaId], since_s: float, most: int) -> list[VisitDone]:
    """Visits that a person made in these areas since a moment, the latest first."""
    rows = Task.objects.filter(
        within(areas), done_by=staff, holder=staff, kind__in=_VISITS, drill=False,
        state=TaskState.DONE.value, done_s__gte=since_s,
    )  # fmt: skip
    found = rows.select_related("sheet").order_by("-done_s")[:most]
    return [
        VisitDone(row.pk, Bilingual(row.sheet.title_zh, row.sheet.title_en), row.done_s or 0.0)
        for row in found
    ]


def _cases(ids: list[str], as_of_s: float) -> Iterator[TaskCase]:
    for row in Task.objects.filter(pk__in=ids).prefetch_related("steps"):
        facts = [
            TaskFact(
                TaskAction(step.action),
                TaskState(step.after),
                step.at_s,
                step.recorded_s,
                step.holder_before,
                step.holder,
            )
            for step in sorted(row.steps.all(), key=lambda step: step.revision)
        ]
        standing = standing_of(row.due_s, row.holder, facts, as_of_s)
        if standing is not None:
            yield TaskCase(row.pk, standing.person, row.due_s, standing.done_s)


def _chunks(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def task_titles(ids: Collection[str]) -> dict[str, Bilingual]:
    """What these tasks are called; not where they are. Callers check rights."""
    found: dict[str, Bilingual] = {}
    for some in _chunks(sorted(ids)):
        rows = Task.objects.filter(pk__in=some)
        for task, zh, en in rows.values_list("pk", "sheet__title_zh", "sheet__title_en"):
            found[task] = Bilingual(zh, en)
    return found
