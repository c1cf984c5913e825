"""Linking calls about the same thing. Both keep their histories; a link can be taken back."""

from __future__ import annotations

from wardmote.core.domain.ids import AreaId, IncidentId
from wardmote.core.domain.incident import INCIDENT_LIFE_CYCLE, IncidentAction, IncidentState
from wardmote.core.domain.incident_events import IncidentLinked, IncidentUnlinked
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.incidents import selectors
from wardmote.operations.incidents.errors import CannotLinkError
from wardmote.operations.incidents.models import Incident, Link
from wardmote.operations.incidents.recording import Moment, advance, next_state, save, write


def lock_pair(
    viewer: Viewer, incident_id: IncidentId, primary_id: IncidentId
) -> tuple[Incident, Incident]:
    """Both calls, locked in a fixed order so that two links never wait for each other.

    Raises:
        CannotLinkError: they are the same call.
        UnknownIncidentError, AccessDeniedError: one is missing, or not the viewer's to edit.
    """
    if incident_id == primary_id:
        raise CannotLinkError
    locked = {one: selectors.lock(one) for one in sorted((incident_id, primary_id))}
    for row in locked.values():
        if not viewer.may(Permission.INCIDENT_EDIT, AreaId(row.area)):
            raise AccessDeniedError
    return locked[incident_id], locked[primary_id]


def check_link(incident: Incident, primary: Incident) -> None:
    """Refuse a link to a call that is over or itself linked.

    Raises:
        CannotLinkError, IncidentTransitionError: it is not possible now.
    """
    if IncidentState(primary.state) in INCIDENT_LIFE_CYCLE.final:
        raise CannotLinkError
    next_state(incident, IncidentAction.MERGE)


def write_link(incident: Incident, primary: Incident, moment: Moment) -> None:
    """Link a locked call, whose assignments are over, to its primary."""
    Link.objects.create(
        incident=incident, primary=primary, linked_s=moment.now_s, linked_by=moment.actor
    )
    incident.primary = primary
    save(incident, "primary")
    write(incident, [IncidentLinked(IncidentId(incident.pk), IncidentId(primary.pk))], moment)
    advance(incident, IncidentAction.MERGE, moment)


def write_unlink(incident: Incident, primary: Incident, moment: Moment) -> None:
    """Take a link back; the call waits again.

    Raises:
        CannotLinkError: there is no such link.
    """
    link = Link.objects.filter(incident=incident, primary=primary, ended_s=None).first()
    if link is None:
        raise CannotLinkError
    link.ended_s = moment.now_s
    link.ended_by = moment.actor
    link.save(update_fields=["ended_s", "ended_by"])
    incident.primary = None
    save(incident, "primary")
    advance(incident, IncidentAction.UNMERGE, moment)
    write(incident, [IncidentUnlinked(IncidentId(incident.pk), IncidentId(primary.pk))], moment)
