"""Adoptions as rows: locked, moved through their life cycle, taken back and restored."""

from __future__ import annotations

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.lifecycle import TransitionRefusedError
from wardmote.core.domain.study import ADOPTION_LIFE_CYCLE, AdoptionAction, AdoptionState
from wardmote.core.domain.study_events import PostingMoved
from wardmote.operations.journal.services import record
from wardmote.operations.places import selectors as places
from wardmote.operations.studies.errors import NotPossibleNowError, UnknownPartError
from wardmote.operations.studies.models import Adoption
from wardmote.operations.studies.services.claiming import ACTOR
from wardmote.operations.studies.services.placing import put_in_force
from wardmote.operations.studies.services.returning import returned_posting


def locked(adoption_id: str) -> Adoption:
    """The adoption with its study, locked until the transaction ends.

    Raises:
        UnknownPartError: there is none.
    """
    rows = Adoption.objects.select_for_update(of=("self",)).select_related("study")
    adoption = rows.filter(pk=adoption_id).first()
    if adoption is None:
        raise UnknownPartError
    return adoption


def move(adoption: Adoption, action: AdoptionAction, actor: str, now_s: float) -> None:
    """Move a locked adoption through its life cycle; the row and its event together.

    Raises:
        NotPossibleNowError: the life cycle does not allow it.
    """
    try:
        after = ADOPTION_LIFE_CYCLE.next_state(AdoptionState(adoption.state), action)
    except TransitionRefusedError as error:
        raise NotPossibleNowError from error
    adoption.state = after.value
    adoption.save()
    record_move(adoption, action, actor, now_s)


def record_move(
    adoption: Adoption, action: AdoptionAction | None, actor: str, now_s: float
) -> None:
    """Write in the journal what became of an adoption; `action` None: it was proposed."""
    event = PostingMoved(
        adoption=adoption.pk,
        study=adoption.study_id,
        plan=adoption.study_plan_id,
        action=action,
        after=AdoptionState(adoption.state),
        from_s=adoption.from_s,
    )
    record([event], actor=actor, area=AreaId(adoption.area), now_s=now_s)


def put_back(adoption: Adoption, actor: str, now_s: float) -> None:
    """Put in force again what held in its area before an adoption; after `lock_posting`.

    Raises:
        InvalidDataError: nothing would be left.
    """
    if adoption.former is None or adoption.placed is None:
        return
    former = places.posting_numbered(adoption.former)
    placed = places.posting_numbered(adoption.placed)
    area, version = AreaId(adoption.area), f"back-{adoption.pk}"
    posting = returned_posting(former, placed, area, version, now_s)
    put_in_force(posting, actor=actor, now_s=now_s)


def restore(adoption: Adoption, now_s: float) -> None:
    """What made room for a plan that is over holds again, unless another keeps it away.

    A plan whose own last day is over by now is taken back at once, and what it had replaced holds.

    Raises:
        InvalidDataError: nothing would be left.
    """
    gone = Adoption.objects.select_for_update(of=("self",)).filter(
        state=AdoptionState.SUPERSEDED.value, superseded_by=adoption.pk
    )
    for other in gone.select_related("study").order_by("pk"):
        instead = in_force_about(other.area)
        if instead:
            other.superseded_by = instead[0].pk
            other.save(update_fields=["superseded_by"])
            continue
        other.from_s, other.until_s, other.superseded_by = now_s, None, ""
        other.failure = None
        move(other, AdoptionAction.RESTORE, ACTOR, now_s)
        if other.ends_s is not None and other.ends_s <= now_s:
            end(other, now_s)


def end(adoption: Adoption, now_s: float) -> None:
    """Take back a locked plan that is in force and whose last day is over."""
    put_back(adoption, ACTOR, now_s)
    adoption.until_s = now_s
    move(adoption, AdoptionAction.END, ACTOR, now_s)
    restore(adoption, now_s)


def in_force_about(area: str) -> list[Adoption]:
    """The plans in force, locked, of areas that contain `area` or lie in it."""
    rows = Adoption.objects.select_for_update(of=("self",)).select_related("study")
    return [
        row
        for row in rows.filter(state=AdoptionState.IN_FORCE.value).order_by("pk")
        if area_contains(AreaId(row.area), AreaId(area))
        or area_contains(AreaId(area), AreaId(row.area))
    ]
