"""Agreements with neighbours: who they are, what they were asked, what they answered and when."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from wardmote.core.domain.agreement import AID_LIFE_CYCLE, AidAction, AidKind, AidState
from wardmote.core.domain.events import DutyAidMoved
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Purpose, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import Looked, record_look
from wardmote.operations.duty.errors import BadContentError, UnknownDutyError
from wardmote.operations.duty.models import AidRequest, Neighbour
from wardmote.operations.duty.recording import area_of_text, check, locked, moved, said
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record


@dataclass(frozen=True, slots=True)
class NewNeighbour:
    """A neighbour: whose side it is (`area`), what was agreed, and whom to call."""

    area: str
    name: Bilingual
    agreed: str = ""
    contact: str = ""


def keep_neighbour(viewer: Viewer, new: NewNeighbour, *, now_s: float) -> str:
    """Keep a neighbour; returns the id.

    Raises:
        AccessDeniedError: the viewer does not plan duty there.
        BadContentError: no name or no area.
    """
    area = area_of_text(new.area)
    check(viewer, Permission.DUTY_PLAN, area)
    if not (new.name.zh.strip() or new.name.en.strip()):
        raise BadContentError(field="name", reason="missing")
    row = Neighbour.objects.create(
        id=new_id(now_s),
        area=area,
        name_zh=new.name.zh.strip()[:80],
        name_en=new.name.en.strip()[:80],
        agreed=said(new.agreed),
        contact=said(new.contact),
        made_by=viewer.staff_id,
        made_s=now_s,
    )
    return row.pk


def ask_neighbour(
    viewer: Viewer, neighbour: str, kind: AidKind, words: str, *, now_s: float
) -> str:
    """Write down that a neighbour is asked now; returns the request's id.

    Raises:
        UnknownDutyError: there is no such neighbour.
        AccessDeniedError: the viewer does not plan duty there.
        WordsNeededError: nothing was asked.
    """
    with transaction.atomic():
        row = locked(Neighbour, neighbour)
        check(viewer, Permission.DUTY_PLAN, row.area)
        request = AidRequest.objects.create(
            id=new_id(now_s),
            neighbour=row,
            kind=kind.value,
            words=said(words, needed=True),
            asked_by=viewer.staff_id,
            asked_s=now_s,
        )
        _tell(request, None, viewer, now_s)
    return request.pk


def move_request(
    viewer: Viewer,
    request: str,
    action: AidAction,
    *,
    agreed: bool | None = None,
    answer: str = "",
    now_s: float,
) -> None:
    """Write down an answer, or that the matter has ended.

    Raises:
        UnknownDutyError: there is no such request. NotPossibleError: it does not stand so.
        AccessDeniedError: the viewer does not plan duty there.
        BadContentError: an answer that is neither yes nor no.
    """
    with transaction.atomic():
        row = locked(AidRequest, request)
        check(viewer, Permission.DUTY_PLAN, row.neighbour.area)
        row.state = moved(AID_LIFE_CYCLE, AidState(row.state), action).value
        if action is AidAction.ANSWER:
            if agreed is None:
                raise BadContentError(field="agreed", reason="missing")
            row.agreed, row.answered_s, row.answer = agreed, now_s, said(answer)
        else:
            row.ended_s = now_s
        row.save()
        _tell(row, action, viewer, now_s)


def open_contact(viewer: Viewer, neighbour: str, *, now_s: float) -> str:
    """Whom to call; opening it is written down.

    Raises:
        UnknownDutyError: there is no such neighbour.
        AccessDeniedError: the viewer does not plan duty there.
    """
    with transaction.atomic():
        row = Neighbour.objects.filter(pk=neighbour).first()
        if row is None:
            raise UnknownDutyError
        looked = Looked("neighbour", row.pk, AreaId(row.area))
        record_look(
            viewer, Permission.DUTY_PLAN, looked, Purpose.CALL_BACK.value, ["contact"], now_s
        )
        return str(row.contact)


def _tell(row: AidRequest, action: AidAction | None, viewer: Viewer, now_s: float) -> None:
    event = DutyAidMoved(row.pk, row.neighbour_id, action, AidState(row.state), row.agreed)
    record([event], actor=viewer.staff_id, area=AreaId(row.neighbour.area), now_s=now_s)
