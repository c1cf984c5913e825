"""Notes by whoever may edit a call, or crews a unit sent to it."""

from __future__ import annotations

from wardmote.core.domain.ids import IncidentId
from wardmote.core.domain.permissions import Viewer
from wardmote.operations.dispatch import selectors
from wardmote.operations.incidents import services as incidents


def add_note(viewer: Viewer, incident_id: IncidentId, text: str, *, now_s: float) -> str:
    """Add a note; returns its id. Raises as `incidents.services.add_note`."""
    sent_there = selectors.is_sent(viewer, incident_id)
    return incidents.add_note(viewer, incident_id, text, now_s=now_s, sent_there=sent_there)
