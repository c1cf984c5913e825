"""Triage: filing, rejecting, merging, giving to departments and owners, taking back, reopening."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from wardmote.core.beat.hazard_deadlines import due_s
from wardmote.core.beat.hazard_figures import TAKEN_AWAY
from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.hazard import (
    LIVING_PARTS,
    OPEN_HAZARDS,
    HazardAction,
    HazardState,
    PartAction,
)
from wardmote.core.domain.hazard_categories import Term, TermUnit
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.hazards import settings_in_force
from wardmote.operations.hazards.errors import (
    BadMergeError,
    NobodyChosenError,
    NotPossibleError,
    TermRefusedError,
    UnknownCategoryError,
)
from wardmote.operations.hazards.models import Department, Hazard, HazardPart
from wardmote.operations.hazards.recording import (
    Deed,
    move,
    move_part,
    record_part,
    said,
    settle,
    write_step,
)
from wardmote.operations.hazards.rights import hazard_to_change, part_to_change, seen_by
from wardmote.operations.hazards.services.linking import hand_links_on, link_again
from wardmote.operations.hazards.timing import run_on
from wardmote.operations.hazards.tokens import digest, token_of_key
from wardmote.operations.identifiers import new_id
from wardmote.operations.working_time import working_calendar

MOST_PARTS = 8
MOST_DAYS = 180
USUAL_TERM = Term(7, TermUnit.WORKING_DAYS)
"""Of a hazard whose category is not in force any more."""
_LIVING = [state.value for state in LIVING_PARTS]


@dataclass(frozen=True, slots=True)
class PartWanted:
    """Whom a hazard is given to, and what they must do.

    Attributes:
        department: its code; empty for an owner.
        owner_name, owner_phone: of an owner, who need not have an account.
        what: what must be done; empty: put the hazard right.
        term: None takes the category's.
    """

    department: str = ""
    owner_name: str = ""
    owner_phone: str = ""
    what: str = ""
    term: Term | None = None


@dataclass(frozen=True, slots=True)
class GivenPart:
    """A part that was given; `owner_token` opens an owner's page and is kept nowhere."""

    id: str
    department: str
    owner_token: str


def file_hazard(
    viewer: Viewer, hazard_id: str, *, now_s: float, category: str = "", words: str = ""
) -> None:
    """Take a report for a hazard; its category may be put right at the same time.

    What it repeats, and what repeats it, is then looked for again.

    Raises:
        RefusedError: no such hazard or category, or it is not waiting for triage.
        AccessDeniedError: the viewer may not triage there.
    """
    with transaction.atomic():
        hazard = hazard_to_change(viewer, hazard_id, Permission.HAZARD_TRIAGE)
        if category and category not in settings_in_force.categories(now_s):
            raise UnknownCategoryError
        other = bool(category) and category != hazard.category
        hazard.category = category or hazard.category
        move(hazard, HazardAction.FILE, Deed(viewer.staff_id, now_s, said(words)))
        if other:
            link_again(hazard, viewer.staff_id, now_s)


def reject_hazard(viewer: Viewer, hazard_id: str, words: str, *, now_s: float) -> None:
    """Say with a reason that it is none, or not one that is dealt with here.

    Raises:
        RefusedError: no such hazard, no reason, or it has been given away already.
        AccessDeniedError: the viewer may not triage there.
    """
    with transaction.atomic():
        hazard = hazard_to_change(viewer, hazard_id, Permission.HAZARD_TRIAGE)
        deed = Deed(viewer.staff_id, now_s, said(words, needed=True))
        move(hazard, HazardAction.REJECT, deed)


def merge_hazard(viewer: Viewer, hazard_id: str, number: str, *, now_s: float) -> None:
    """Merge a report into an open hazard that the viewer sees, by its number.

    What it repeats, and what repeats it, belongs to that one from then on.

    Raises:
        BadMergeError: no such open hazard, or it is the same one.
        RefusedError: no such hazard, or it has been given away already.
        AccessDeniedError: the viewer may not triage there.
    """
    with transaction.atomic():
        found = Hazard.objects.filter(seen_by(viewer), number=number.strip()).first()
        # Both at once and in the order of their ids, so that two that are merged into each other
        # at the same time wait for one another, and the second is told that the first is gone.
        both = [hazard_id] if found is None else [hazard_id, found.pk]
        locked = {
            row.pk: row
            for row in Hazard.objects.select_for_update().filter(pk__in=both).order_by("pk")
        }
        hazard = hazard_to_change(viewer, hazard_id, Permission.HAZARD_TRIAGE)
        into = None if found is None else locked[found.pk]
        if into is None or into.pk == hazard.pk or HazardState(into.state) not in OPEN_HAZARDS:
            raise BadMergeError
        hazard.merged_into = into
        move(hazard, HazardAction.MERGE, Deed(viewer.staff_id, now_s), other=into.pk)
        hand_links_on(hazard, into, viewer.staff_id, now_s)


def assign_hazard(
    viewer: Viewer,
    hazard_id: str,
    wanted: Sequence[PartWanted],
    *,
    now_s: float,
    key: str = "",
) -> tuple[GivenPart, ...]:
    """Give a filed hazard to departments and owners, or to more of them: each gets a part.

    The same key again (made by the form; empty: none) gives nothing and answers the same. A
    department that had the hazard in this round and declined it, or from which it was taken back,
    keeps its deadline, whatever term is named.

    Raises:
        NobodyChosenError: none is named, one has it already, is not of this area, or gets none.
        TermRefusedError: a term is out of bounds.
        RefusedError: no such hazard, or it is not filed.
        AccessDeniedError: the viewer may not triage there.
    """
    with transaction.atomic():
        hazard = hazard_to_change(viewer, hazard_id, Permission.HAZARD_TRIAGE)
        given = list(hazard.parts.filter(key_sha256=digest(key)).order_by("pk")) if key else []
        if given:
            return tuple(
                GivenPart(
                    part.pk,
                    part.department_id or "",
                    "" if part.department_id else token_of_key("owner", part.pk, key),
                )
                for part in given
            )
        _check_wanted(hazard, wanted)
        if HazardState(hazard.state) not in (HazardState.FILED, HazardState.ASSIGNED):
            raise NotPossibleError
        move(hazard, HazardAction.ASSIGN, Deed(viewer.staff_id, now_s))
        return tuple(_give(hazard, one, viewer.staff_id, key, now_s) for one in wanted)


def recall_part(viewer: Viewer, part_id: str, words: str, *, now_s: float) -> None:
    """Take a part back with a reason; a hazard that nobody has any more waits to be given again.

    After its deadline it counts as due and late. What was left to a suspended part is left to it.

    Raises:
        RefusedError: no such part, no reason, or it is being checked or over.
        AccessDeniedError: the viewer may not triage there.
    """
    with transaction.atomic():
        part = part_to_change(viewer, part_id, Permission.HAZARD_TRIAGE)
        deed = Deed(viewer.staff_id, now_s, said(words, needed=True))
        run_on(part, now_s)
        move_part(part, PartAction.RECALL, deed)
        settle(part.hazard, deed)


def reopen_hazard(viewer: Viewer, hazard_id: str, words: str, *, now_s: float) -> None:
    """Open a closed or rejected hazard again, with a reason.

    Raises:
        RefusedError: no such hazard, no reason, or it is open or merged.
        AccessDeniedError: the viewer may not triage there.
    """
    with transaction.atomic():
        hazard = hazard_to_change(viewer, hazard_id, Permission.HAZARD_TRIAGE)
        deed = Deed(viewer.staff_id, now_s, said(words, needed=True))
        move(hazard, HazardAction.REOPEN, deed)


def _check_wanted(hazard: Hazard, wanted: Sequence[PartWanted]) -> None:
    living = hazard.parts.filter(state__in=_LIVING)
    codes = [one.department for one in wanted if one.department]
    here = {
        row.code
        for row in Department.objects.filter(code__in=codes, active=True)
        if area_contains(AreaId(row.area), AreaId(hazard.area))
    }
    has_it = set(living.filter(department__in=codes).values_list("department", flat=True))
    named = all(one.department or one.owner_name.strip() for one in wanted)
    if (
        not wanted
        or not named
        or len(codes) != len(set(codes))
        or not set(codes) <= here - has_it
        or living.count() + len(wanted) > MOST_PARTS
    ):
        raise NobodyChosenError
    for one in wanted:
        if one.term is not None and not _fits(one.term):
            raise TermRefusedError(most=MOST_DAYS)


def _fits(term: Term) -> bool:
    whole = term.unit is not TermUnit.WORKING_DAYS or term.number == int(term.number)
    hours = term.number * (24 if term.unit is TermUnit.WORKING_DAYS else 1)
    return whole and 0 < hours <= MOST_DAYS * 24


def _had(hazard: Hazard, department: str) -> QuerySet[HazardPart]:
    """Parts of this round that a department declined, or that were taken back from it."""
    return hazard.parts.filter(
        round=hazard.round, department=department or None, department__isnull=False,
        state__in=[state.value for state in TAKEN_AWAY],
    )  # fmt: skip


def _give(hazard: Hazard, wanted: PartWanted, actor: str, key: str, now_s: float) -> GivenPart:
    part_id = new_id(now_s)
    category = settings_in_force.categories(now_s).get(hazard.category)
    term = wanted.term or (USUAL_TERM if category is None else category.term)
    first_s = deadline_s = due_s(working_calendar(now_s), now_s, term)
    unit = term.unit.value
    before = _had(hazard, wanted.department).order_by("assigned_s", "pk").last()
    if before is not None:
        first_s, deadline_s = before.first_deadline_s, before.deadline_s
        unit = before.term_unit
        _had(hazard, wanted.department).filter(again_s=None).update(again_s=now_s)
    token = "" if wanted.department else token_of_key("owner", part_id, key)
    part = HazardPart(
        id=part_id,
        hazard=hazard,
        key_sha256=digest(key) if key else "",
        department_id=wanted.department or None,
        owner_name="" if wanted.department else wanted.owner_name.strip()[:60],
        owner_phone="" if wanted.department else wanted.owner_phone.strip()[:40],
        owner_token_sha256=digest(token) if token else "",
        what=said(wanted.what),
        term_unit=unit,
        round=hazard.round,
        assigned_by=actor,
        assigned_s=now_s,
        since_s=now_s,
        first_deadline_s=first_s,
        deadline_s=deadline_s,
    )
    part.save(force_insert=True)
    deed = Deed(actor, now_s)
    write_step(hazard, "part", "assign", deed, part=part)
    record_part(part, None, deed)
    return GivenPart(part.pk, wanted.department, token)
