"""``/api/premise-notes``: notes of places, which calls there show."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.params.functions import Query

from wardmote.core.domain.codes import CODES, CodeList
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission
from wardmote.operations.journal import clock
from wardmote.operations.places import services
from wardmote.operations.places.premise_notes import premise_note_rows_at
from wardmote.web.api.answers import answer, as_request, change_once, forbidden
from wardmote.web.api.names import codes_json
from wardmote.web.api.schemas.common import CHANGE, IDEMPOTENT, ChangedOut, IdOut, answers
from wardmote.web.api.schemas.places import PremiseNoteIn, PremiseNotesOut

router = Router(tags=["places"])


@router.get(
    "/premise-notes",
    response=answers((200, PremiseNotesOut), bad=(422,)),
    summary="The notes of a place",
)
def notes_at(
    request: HttpRequest,
    lon: float = Query(ge=-180, le=180),
    lat: float = Query(ge=-90, le=90),
) -> HttpResponse:
    """The notes in force at a place, nearest first, and the kinds that there are."""
    viewer = as_request(request).auth
    if not viewer.holds_anywhere(Permission.INCIDENT_VIEW):
        raise forbidden()
    notes = [
        note
        for note in premise_note_rows_at(lon, lat, clock.now_s())
        if viewer.may(Permission.INCIDENT_VIEW, AreaId(note.area))
    ]
    return answer(
        {
            "notes": [
                {
                    "id": note.pk,
                    "kind": note.kind,
                    "label": note.label,
                    "text": note.text,
                    "shown": note.shown,
                    "written_s": note.written_s,
                    "expires_s": note.expires_s,
                    "may_end": viewer.may(Permission.INCIDENT_EDIT, AreaId(note.area)),
                }
                for note in notes
            ],
            "kinds": codes_json(CODES[CodeList.PREMISE_NOTE]),
        }
    )


@router.post(
    "/premise-notes",
    response=answers((201, IdOut), bad=CHANGE),
    summary="Write a note of a place",
    openapi_extra=IDEMPOTENT,
)
def write(request: HttpRequest, body: PremiseNoteIn) -> HttpResponse:
    """Write a note about a place, never about a person. It ends after a year at the latest."""
    asked = as_request(request)
    new = services.NewPremiseNote(
        body.lon, body.lat, body.text, body.kind, body.label, body.last_day, body.radius_m
    )

    def act(now_s: float) -> tuple[int, dict[str, Any]]:
        return 201, {"id": services.write_premise_note(asked.auth, new, now_s=now_s)}

    return change_once(asked, act)


@router.post(
    "/premise-notes/{note_id}/end",
    response=answers((200, ChangedOut), bad=CHANGE),
    summary="End a note of a place",
    openapi_extra=IDEMPOTENT,
)
def end(request: HttpRequest, note_id: str) -> HttpResponse:
    """End a note now; it stays on record."""
    asked = as_request(request)

    def act(now_s: float) -> tuple[int, dict[str, Any]]:
        return 200, {"changed": services.end_premise_note(asked.auth, note_id, now_s=now_s)}

    return change_once(asked, act)
