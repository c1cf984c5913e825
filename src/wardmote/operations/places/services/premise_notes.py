"""Notes of places: write one, with a last day, and end it early."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.codes import CodeList, is_code
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.local_time import midnight_s
from wardmote.operations.places import selectors
from wardmote.operations.places.errors import BadPremiseNoteError, UnknownPremiseNoteError
from wardmote.operations.places.models import PremiseNote

PREMISE_NOTE_LIFE_S = 365 * 86_400.0
"""No note lasts longer; who still needs it writes it again."""


@dataclass(frozen=True, slots=True)
class NewPremiseNote:
    """A note about a place, never about a person.

    Attributes:
        kind: a code of `CodeList.PREMISE_NOTE`.
        label: a few words that are shown before the text; may be empty.
        last_day: the last local day on which it is shown; None for a year from now.
        radius_m: calls within this distance (<=) show it.
    """

    lon: float
    lat: float
    text: str
    kind: str = "other"
    label: str = ""
    last_day: datetime.date | None = None
    radius_m: float = 30.0


def write_premise_note(viewer: Viewer, new: NewPremiseNote, *, now_s: float) -> str:
    """Write a note about a place; it ends by itself, after a year at the latest (<=).

    Raises:
        AccessDeniedError: the viewer may not edit calls there.
        BadPremiseNoteError: no text, an unknown kind, or a last day that is over or too far off.
    """
    area = selectors.locate(new.lon, new.lat, now_s).area or EVERYWHERE
    if not viewer.may(Permission.INCIDENT_EDIT, area):
        raise AccessDeniedError
    if not new.text.strip():
        raise BadPremiseNoteError(field="text")
    if not is_code(CodeList.PREMISE_NOTE, new.kind):
        raise BadPremiseNoteError(field="kind")
    note = PremiseNote.objects.create(
        id=new_id(now_s),
        area=area,
        lon=new.lon,
        lat=new.lat,
        radius_m=new.radius_m,
        kind=new.kind,
        label=new.label.strip()[:60],
        text=new.text.strip()[:300],
        written_by=viewer.staff_id,
        written_s=now_s,
        expires_s=_expires_s(new.last_day, now_s),
    )
    return str(note.pk)


def end_premise_note(viewer: Viewer, note_id: str, *, now_s: float) -> bool:
    """End a note now; returns whether it was still in force. The row stays, with who ended it.

    Raises:
        UnknownPremiseNoteError: there is none.
        AccessDeniedError: the viewer may not edit calls there.
    """
    note = PremiseNote.objects.filter(pk=note_id).first()
    if note is None:
        raise UnknownPremiseNoteError
    if not viewer.may(Permission.INCIDENT_EDIT, AreaId(note.area)):
        raise AccessDeniedError
    ended = PremiseNote.objects.filter(pk=note_id, expires_s__gt=now_s).update(
        expires_s=now_s, ended_by=viewer.staff_id
    )
    return bool(ended)


def _expires_s(last_day: datetime.date | None, now_s: float) -> float:
    latest_s = now_s + PREMISE_NOTE_LIFE_S
    if last_day is None:
        return latest_s
    try:
        end_s = midnight_s(last_day + datetime.timedelta(days=1))
    except OverflowError:
        raise BadPremiseNoteError(field="last_day") from None
    # Somebody who names the same day next year means a year.
    if not now_s < end_s <= latest_s + 86_400.0:
        raise BadPremiseNoteError(field="last_day")
    return end_s
