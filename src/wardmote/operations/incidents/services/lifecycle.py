"""Moving a call through its life cycle, and notes.

Ending a call also ends its assignments; that is `dispatch.services.act_on_call`, which calls this.
"""

from __future__ import annotations

from django.db import transaction

from wardmote.core.domain.codes import CodeList, is_code
from wardmote.core.domain.ids import AreaId, IncidentId
from wardmote.core.domain.incident import FieldTime, IncidentAction
from wardmote.core.domain.incident_events import IncidentNoted
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.incidents import selectors
from wardmote.operations.incidents.errors import (
    DispositionNeededError,
    EmptyNoteError,
    IncidentTransitionError,
    ReasonNeededError,
)
from wardmote.operations.incidents.models import Incident, Note
from wardmote.operations.incidents.recording import (
    Moment,
    advance,
    check_version,
    next_state,
    server_moment,
    stamp,
    write,
)
from wardmote.operations.incidents.services.intake import MAX_NOTE

_NEED_REASON = {
    IncidentAction.CANCEL: CodeList.CANCEL,
    IncidentAction.REOPEN: CodeList.REOPEN,
}


def check_action(
    viewer: Viewer,
    incident: Incident,
    action: IncidentAction,
    *,
    reason: str,
    disposition: str | None,
    expected_version: int | None = None,
) -> None:
    """Refuse what the viewer may not do to a locked call now.

    Raises:
        AccessDeniedError: the viewer may not edit it.
        RefusedError: the life cycle does not allow it, or a reason or disposition is missing.
    """
    check_may_edit(viewer, incident)
    check_version(incident, expected_version)
    if action not in selectors.BY_PEOPLE:
        raise IncidentTransitionError(state=incident.state, action=action.value)
    next_state(incident, action)
    if action is IncidentAction.CLOSE and not is_code(CodeList.DISPOSITION, disposition or ""):
        raise DispositionNeededError
    if action in _NEED_REASON and not is_code(_NEED_REASON[action], reason):
        raise ReasonNeededError


def check_may_edit(viewer: Viewer, incident: Incident) -> None:
    """Raise `AccessDeniedError` unless the viewer may edit the call."""
    if not viewer.may(Permission.INCIDENT_EDIT, AreaId(incident.area)):
        raise AccessDeniedError


def advance_call(
    incident: Incident,
    action: IncidentAction,
    moment: Moment,
    *,
    reason: str = "",
    disposition: str | None = None,
) -> None:
    """Move a locked call; for apps that checked before. Raises `IncidentTransitionError`."""
    advance(incident, action, moment, reason=reason, disposition=disposition)


def stamp_call(incident: Incident, kind: FieldTime, moment: Moment) -> bool:
    """Write a field time stamp of a locked call unless there is one already."""
    return stamp(incident, kind, moment)


def add_note(
    viewer: Viewer, incident_id: IncidentId, text: str, *, now_s: float, sent_there: bool = False
) -> str:
    """Add a note; returns its id. `sent_there`: the viewer crews a unit sent to the call.

    Raises:
        AccessDeniedError: the viewer may neither edit the call nor is sent there.
        EmptyNoteError: no text, or more than 2,000 characters.
    """
    cleaned = text.strip()
    if not 0 < len(cleaned) <= MAX_NOTE:
        raise EmptyNoteError(limit=MAX_NOTE)
    with transaction.atomic():
        incident = selectors.lock(incident_id)
        if not (sent_there or viewer.may(Permission.INCIDENT_EDIT, AreaId(incident.area))):
            raise AccessDeniedError
        note = Note.objects.create(
            id=new_id(now_s), incident=incident, at_s=now_s, author=viewer.staff_id, text=cleaned
        )
        write(
            incident,
            [IncidentNoted(incident_id, str(note.pk))],
            server_moment(viewer.staff_id, now_s),
        )
    return str(note.pk)
