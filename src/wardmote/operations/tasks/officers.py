"""Which police officer goes with whoever may not do a task alone: one person, or a named gap."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.beat.answering import GapReason
from wardmote.core.domain.appointment import Office
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.task import UNSAID, TaskPlace
from wardmote.operations.access.selectors import staff_with
from wardmote.operations.tasks.holders import FewHolders, Holders, Work, permission_for
from wardmote.operations.tasks.models import Task

DIVISION = "division"
"""Kind of a place that is an area itself."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Who goes along: `officer`, a staff id, or nobody with the `gap`; neither where none need."""

    officer: str = ""
    gap: str = ""


NOBODY_NEEDED = Beside()


def beside(known: Holders, holder: str, work: Work, place: TaskPlace | None) -> Beside:
    """Who goes with the holder of a task that an assistant may not do alone.

    It is the community officer who answers for the place, or that officer's deputy. A task that
    nobody holds, or a police officer, needs nobody.
    """
    if not holder or known.officers_among([holder], work.area):
        return NOBODY_NEEDED
    at_s = max(known.now_s, work.opens_s)
    office = Office.COMMUNITY_OFFICER
    owner = known.owner_at(work.area, place, office, at_s)
    if not owner.person:
        gap = known.gap_at(work.area, place, office, at_s)
        return Beside(gap=(gap or GapReason.VACANT).value)
    there = known.who_is_there(owner, work)
    if there is None:
        return Beside(gap=GapReason.LEAVE_WITHOUT_DEPUTY.value)
    if not known.officers_among([there[0]], work.area):
        return Beside(gap=GapReason.VACANT.value)
    return Beside(there[0])


def beside_of(row: Task, area: AreaId, holder: str, known: Holders) -> Beside:
    """The same for a task that is there, in the area it is in by now and for whoever holds it."""
    if not row.needs_officer:
        return NOBODY_NEEDED
    work = Work(area, permission_for(row.kind), row.opens_s, row.due_s, row.minutes)
    return beside(known, holder, work, place_in(row, area))


def place_in(row: Task, area: AreaId) -> TaskPlace:
    """The place of a task, without its name, in the area that it is in by now."""
    return TaskPlace(row.place_kind, area if row.place_kind == DIVISION else row.place, UNSAID)


def officers_of(area: AreaId, now_s: float) -> list[str]:
    """The police officers who do tasks in an area, sorted: who can have been there."""
    staff = staff_with(Permission.TASK_DO, area, now_s)
    return FewHolders(now_s).officers_among(staff, area)


def is_officer(staff: str, area: AreaId, now_s: float) -> bool:
    """Whether somebody is a police officer, by record or by the roles held in an area."""
    return bool(FewHolders(now_s).officers_among([staff], area))
