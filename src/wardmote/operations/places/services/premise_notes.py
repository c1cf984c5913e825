"""Notes of places."""

from __future__ import annotations

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.places import selectors
from wardmote.operations.places.models import PremiseNote

PREMISE_NOTE_LIFE_S = 365 * 86_400.0


def write_premise_note(
    viewer: Viewer, lon: float, lat: float, text: str, *, now_s: float, radius_m: float = 30.0
) -> str:
    """Write a note about a place; it ends after a year. Returns its id.

    Raises:
        AccessDeniedError: the viewer may not edit calls there.
    """
    area = selectors.locate(lon, lat, now_s).area or EVERYWHERE
    if not viewer.may(Permission.INCIDENT_EDIT, area):
        raise AccessDeniedError
    note = PremiseNote.objects.create(
        id=new_id(now_s),
        area=area,
        lon=lon,
        lat=lat,
        radius_m=radius_m,
        text=text.strip()[:300],
        written_by=viewer.staff_id,
        written_s=now_s,
        expires_s=now_s + PREMISE_NOTE_LIFE_S,
    )
    return str(note.pk)
