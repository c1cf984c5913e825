"""Agreements with neighbours: who they are, what they were asked, what they answered and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from wardmote.core.domain.agreement import AID_LIFE_CYCLE, AidAction, AidKind, AidState
from wardmote.core.domain.duty_events import DutyAidMoved, DutyBorderDrawn, DutyNeighbourKept
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Purpose, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import Looked, record_look
from wardmote.operations.duty.errors import BadContentError, NotPossibleError, UnknownDutyError
from wardmote.operations.duty.models import AidRequest, Neighbour
from wardmote.operations.duty.recording import area_of_text, check, locked, moved, said
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record

MOST_POINTS = 500


@dataclass(frozen=True, slots=True)
class NewNeighbour:
    """A neighbour: whose side it is (`area`), what was agreed, and whom to call.

    Attributes:
        border: the strip along which duty is done together: WGS-84 (lon, lat) in order, none or
            2 to 500.
    """

    area: str
    name: Bilingual
    agreed: str = ""
    contact: str = ""
    border: Sequence[tuple[float, float]] = ()


def keep_neighbour(viewer: Viewer, new: NewNeighbour, *, now_s: float) -> str:
    """Keep a neighbour; returns the id.

    Raises:
        AccessDeniedError: the viewer does not plan duty there.
        BadContentError: no name or no area, or a border that is none.
    """
    area = area_of_text(new.area)
    check(viewer, Permission.DUTY_PLAN, area)
    row = Neighbour(id=new_id(now_s), area=area, made_by=viewer.staff_id, made_s=now_s)
    row.border = _border(new.border)
    _write(row, new)
    with transaction.atomic():
        row.save(force_insert=True)
        _tell_neighbour(row, viewer, now_s)
    return row.pk


def change_neighbour(viewer: Viewer, neighbour: str, new: NewNeighbour, *, now_s: float) -> None:
    """Write anew what was agreed and whom to call; an empty contact leaves the one that is kept.

    The area and the border stay: the border is drawn anew by `draw_border`.

    Raises:
        UnknownDutyError: there is no such neighbour. NotPossibleError: the agreement has ended.
        AccessDeniedError: the viewer does not plan duty there.
        BadContentError: no name.
    """
    with transaction.atomic():
        row = _living(viewer, neighbour)
        _write(row, new)
        row.save()
        _tell_neighbour(row, viewer, now_s)


def end_neighbour(viewer: Viewer, neighbour: str, *, now_s: float) -> None:
    """End an agreement; what was asked stays on record, and the contact is forgotten.

    Raises:
        UnknownDutyError, NotPossibleError, AccessDeniedError: as for `change_neighbour`.
    """
    with transaction.atomic():
        row = _living(viewer, neighbour)
        row.ended_s, row.contact = now_s, ""
        row.save()
        _tell_neighbour(row, viewer, now_s)


def _living(viewer: Viewer, neighbour: str) -> Neighbour:
    row = locked(Neighbour, neighbour)
    check(viewer, Permission.DUTY_PLAN, row.area)
    if row.ended_s is not None:
        raise NotPossibleError
    return row


def _write(row: Neighbour, new: NewNeighbour) -> None:
    if not (new.name.zh.strip() or new.name.en.strip()):
        raise BadContentError(field="name", reason="missing")
    row.name_zh, row.name_en = new.name.zh.strip()[:80], new.name.en.strip()[:80]
    row.agreed = said(new.agreed)
    row.contact = said(new.contact) or row.contact


def _tell_neighbour(row: Neighbour, viewer: Viewer, now_s: float) -> None:
    event = DutyNeighbourKept(row.pk, row.ended_s is not None)
    record([event], actor=viewer.staff_id, area=AreaId(row.area), now_s=now_s)


def draw_border(
    viewer: Viewer, neighbour: str, border: Sequence[tuple[float, float]], *, now_s: float
) -> None:
    """Draw the strip along which duty is done together anew.

    Raises:
        UnknownDutyError: there is no such neighbour.
        AccessDeniedError: the viewer does not plan duty there.
        BadContentError: a border that is none.
    """
    with transaction.atomic():
        row = _living(viewer, neighbour)
        row.border = _border(border)
        row.save(update_fields=["border"])
        event = DutyBorderDrawn(row.pk, len(row.border))
        record([event], actor=viewer.staff_id, area=AreaId(row.area), now_s=now_s)


def _border(points: Sequence[tuple[float, float]]) -> list[list[float]]:
    """Points as they are kept, to some 0.1 m."""
    inside = all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in points)  # NaN is not
    if len(points) == 1 or len(points) > MOST_POINTS or not inside:
        raise BadContentError(field="border", reason="out_of_range")
    return [[round(lon, 6), round(lat, 6)] for lon, lat in points]


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
        row = _living(viewer, neighbour)
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
