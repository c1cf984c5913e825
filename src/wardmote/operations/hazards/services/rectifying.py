"""What a department or an owner does: hand in proof, say it is not theirs, ask for more time.

An owner without an account holds a token for one part; whoever has the token acts for the owner.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from wardmote.core.beat.hazard_deadlines import is_late
from wardmote.core.domain.hazard import (
    ExtensionState,
    PartAction,
    PartState,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Viewer
from wardmote.core.domain.photo import PhotoId
from wardmote.operations.hazards.errors import (
    AskedAlreadyError,
    DeclinedTooLateError,
    NotPossibleError,
    ProofMissingError,
    TermRefusedError,
    UnknownHazardError,
)
from wardmote.operations.hazards.models import HazardExtension, HazardPart
from wardmote.operations.hazards.recording import (
    OWNER,
    PROOF_SUBJECT,
    Deed,
    move_extension,
    move_part,
    said,
    settle,
)
from wardmote.operations.hazards.rights import part_locked, part_to_rectify
from wardmote.operations.hazards.services.triage import MOST_DAYS
from wardmote.operations.hazards.tokens import part_of_token
from wardmote.operations.identifiers import new_id
from wardmote.operations.photos.selectors import photos_of
from wardmote.operations.photos.services import keep_for, keep_photo

DAY_S = 86_400.0
Who = Viewer | str
"""A member of the part's department, or the token of its owner."""


@dataclass(frozen=True, slots=True)
class MoreTime:
    """More time that is asked for: until when (seconds UTC), and why."""

    until_s: float
    words: str


def add_proof(who: Who, part_id: str, data: bytes, *, key: str, now_s: float) -> PhotoId:
    """Keep a picture of what was put right; the same key again keeps nothing twice.

    Raises:
        RefusedError: no such part, it waits for nothing, or no picture that can be kept.
        AccessDeniedError: the viewer does not act for its department.
    """
    with transaction.atomic():
        part = _part(who, part_id)
        if part.state != PartState.ASSIGNED.value:
            raise NotPossibleError
    if isinstance(who, Viewer):
        return keep_photo(who, data, PROOF_SUBJECT, part.pk, None, now_s, key=key)
    area = AreaId(part.hazard.area)
    return keep_for(OWNER, data, PROOF_SUBJECT, part.pk, area, now_s, key=key)


def submit_proof(who: Who, part_id: str, words: str, *, now_s: float) -> None:
    """Say that it is put right; at least one picture must be new since it was given or returned.

    Raises:
        ProofMissingError: there is none.
        RefusedError: no such part, or it waits for nothing.
        AccessDeniedError: the viewer does not act for its department.
    """
    with transaction.atomic():
        part = _part(who, part_id)
        if part.state == PartState.ASSIGNED.value and not any(
            photo.kept_s >= part.since_s for photo in photos_of(PROOF_SUBJECT, [part.pk], now_s)
        ):
            raise ProofMissingError
        part.submitted_by, part.submitted_s = _name(who), now_s
        move_part(part, PartAction.SUBMIT, Deed(_name(who), now_s, said(words)))


def decline_part(who: Who, part_id: str, words: str, *, now_s: float) -> None:
    """Say with a reason and by the deadline (<=) that it is not theirs.

    A hazard that nobody has waits to be given again. After the deadline only whoever triages can
    take it back (`recall_part`), and it counts as late.

    Raises:
        DeclinedTooLateError: the deadline is over.
        RefusedError: no such part, no reason, or it waits for nothing.
        AccessDeniedError: the viewer does not act for its department.
    """
    with transaction.atomic():
        part = _part(who, part_id)
        if part.state == PartState.ASSIGNED.value and is_late(part.deadline_s, now_s):
            raise DeclinedTooLateError
        deed = Deed(_name(who), now_s, said(words, needed=True))
        move_part(part, PartAction.DECLINE, deed)
        settle(part.hazard, deed)


def ask_extension(who: Who, part_id: str, wanted: MoreTime, *, now_s: float) -> str:
    """Ask for a later deadline, with a reason and before the present one is over (<=).

    Raises:
        TermRefusedError: too late, not later, or more than `MOST_DAYS` days later.
        AskedAlreadyError: a request waits already.
        RefusedError: no such part, no reason, or it waits for nothing.
        AccessDeniedError: the viewer does not act for its department.
    """
    with transaction.atomic():
        part = _part(who, part_id)
        if part.state != PartState.ASSIGNED.value:
            raise NotPossibleError
        latest_s = part.deadline_s + MOST_DAYS * DAY_S
        if now_s > part.deadline_s or not part.deadline_s < wanted.until_s <= latest_s:
            raise TermRefusedError(most=MOST_DAYS)
        deed = Deed(_name(who), now_s, said(wanted.words, needed=True))
        if part.extensions.filter(state=ExtensionState.ASKED.value).exists():
            raise AskedAlreadyError
        extension = HazardExtension.objects.create(
            id=new_id(now_s),
            part=part,
            from_s=part.deadline_s,
            until_s=wanted.until_s,
            words=deed.words,
            asked_by=deed.actor,
            asked_s=now_s,
        )
        move_extension(extension, part, None, deed)
    return extension.pk


def _part(who: Who, part_id: str) -> HazardPart:
    if isinstance(who, Viewer):
        return part_to_rectify(who, part_id)
    if part_of_token(who).pk != part_id:
        raise UnknownHazardError
    return part_locked(part_id)


def _name(who: Who) -> str:
    return who.staff_id if isinstance(who, Viewer) else OWNER
