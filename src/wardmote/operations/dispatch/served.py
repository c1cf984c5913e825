"""Which calls a crew went to. A crew sees the calls of its unit, not all calls."""

from __future__ import annotations

from wardmote.core.domain.ids import IncidentId
from wardmote.core.domain.permissions import Viewer
from wardmote.operations.dispatch.models import Assignment
from wardmote.operations.units import selectors as unit_selectors

MOST_CALLS = 50


def went_to(viewer: Viewer, incident_id: IncidentId) -> bool:
    """Whether the viewer crews a unit that was sent to the call, whether that is over or not."""
    rows = Assignment.objects.filter(incident_id=incident_id, unit_id__in=viewer.crew_of)
    return any(unit_selectors.may_crew(viewer, one.unit) for one in rows.select_related("unit"))


def calls_of_crew(viewer: Viewer, since_s: float) -> list[IncidentId]:
    """Calls to which the viewer's units were sent since a moment, the latest first."""
    if not viewer.crew_of:
        return []
    rows = Assignment.objects.filter(unit_id__in=viewer.crew_of, created_s__gte=since_s)
    found = rows.select_related("unit").order_by("-created_s")[:MOST_CALLS]
    kept = [one for one in found if unit_selectors.may_crew(viewer, one.unit)]
    return list(dict.fromkeys(IncidentId(one.incident_id) for one in kept))
