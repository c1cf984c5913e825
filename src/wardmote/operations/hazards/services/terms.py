"""Time: extensions decided, suspensions, and what rises to a higher level when it is late."""

from __future__ import annotations

from django.db import transaction

from wardmote.core.beat.hazard_deadlines import left_s, level_due
from wardmote.core.domain.hazard import ExtensionAction, PartAction, PartState
from wardmote.core.domain.hazard_categories import (
    MAX_LEVELS,
    SHIPPED_HAZARD_CATEGORIES,
    TermUnit,
)
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.hazards import settings_in_force
from wardmote.operations.hazards.errors import NotPossibleError, UnknownHazardError
from wardmote.operations.hazards.models import HazardExtension, HazardPart
from wardmote.operations.hazards.recording import RULE, Deed, move_extension, move_part, said
from wardmote.operations.hazards.rights import part_locked, part_to_change
from wardmote.operations.hazards.timing import run_on
from wardmote.operations.working_time import working_calendar

ESCALATED_AT_ONCE = 200


def decide_extension(
    viewer: Viewer, extension_id: str, words: str, *, grant: bool, now_s: float
) -> None:
    """Grant more time, or refuse it with words. The first deadline is kept beside the new one.

    Raises:
        RefusedError: no such request, it was decided on, or words are missing.
        AccessDeniedError: the viewer may not triage there.
    """
    with transaction.atomic():
        found = HazardExtension.objects.filter(pk=extension_id).first()
        if found is None:
            raise UnknownHazardError
        part = part_to_change(viewer, found.part_id, Permission.HAZARD_TRIAGE)
        extension = HazardExtension.objects.get(pk=extension_id)
        deed = Deed(viewer.staff_id, now_s, said(words, needed=not grant))
        action = ExtensionAction.GRANT if grant else ExtensionAction.REFUSE
        if grant:
            part.deadline_s = max(part.deadline_s, extension.until_s)
            part.save(update_fields=["deadline_s"])
        move_extension(extension, part, action, deed)


def suspend_part(viewer: Viewer, part_id: str, words: str, *, now_s: float) -> None:
    """Let a part's time stand still, with a reason.

    Raises:
        RefusedError: no such part, no reason, or it is not being worked on.
        AccessDeniedError: the viewer may not triage there.
    """
    with transaction.atomic():
        part = part_to_change(viewer, part_id, Permission.HAZARD_TRIAGE)
        deed = Deed(viewer.staff_id, now_s, said(words, needed=True))
        calendar = working_calendar(now_s)
        part.left_s = left_s(calendar, part.deadline_s, now_s, TermUnit(part.term_unit)).seconds
        move_part(part, PartAction.SUSPEND, deed)


def resume_part(viewer: Viewer, part_id: str, words: str, *, now_s: float) -> None:
    """Let a part's time run on with all that was left.

    Raises:
        RefusedError: no such part, or it is not suspended.
        AccessDeniedError: the viewer may not triage there.
    """
    with transaction.atomic():
        part = part_to_change(viewer, part_id, Permission.HAZARD_TRIAGE)
        if part.state != PartState.SUSPENDED.value or not run_on(part, now_s):
            raise NotPossibleError
        move_part(part, PartAction.RESUME, Deed(viewer.staff_id, now_s, said(words)))


def escalate_part(viewer: Viewer, part_id: str, words: str, *, now_s: float) -> None:
    """Raise a part by one level, with a reason.

    Raises:
        RefusedError: no such part, no reason, it is being checked or over, or no level is left.
        AccessDeniedError: the viewer may not triage there.
    """
    with transaction.atomic():
        part = part_to_change(viewer, part_id, Permission.HAZARD_TRIAGE)
        if part.level >= MAX_LEVELS:
            raise NotPossibleError
        part.level += 1
        deed = Deed(viewer.staff_id, now_s, said(words, needed=True))
        move_part(part, PartAction.ESCALATE, deed)


def escalate_due(now_s: float) -> bool:
    """Raise what is late to the level that is due by now; returns whether more may be left.

    A part is raised by itself to the level of its lateness at most; one that a person gave stays.
    """
    calendar = working_calendar(now_s)
    categories = settings_in_force.categories(now_s)
    usual = SHIPPED_HAZARD_CATEGORIES.categories[-1]
    rows = (
        HazardPart.objects.filter(
            state=PartState.ASSIGNED.value, deadline_s__lt=now_s, level__lt=MAX_LEVELS
        )
        .order_by("deadline_s", "pk")
        .values_list("pk", "hazard__category", "deadline_s", "level")
    )
    raised = 0
    for part_id, category, deadline_s, level in rows:
        if level_due(calendar, categories.get(category) or usual, deadline_s, now_s) <= level:
            continue
        if raised == ESCALATED_AT_ONCE:
            return True
        with transaction.atomic():
            part = part_locked(part_id)
            due = level_due(
                calendar, categories.get(part.hazard.category) or usual, part.deadline_s, now_s
            )
            if part.state == PartState.ASSIGNED.value and due > part.level:
                part.level = due
                move_part(part, PartAction.ESCALATE, Deed(RULE, now_s))
        raised += 1
    return False
