"""Correcting the place, category and priority of a call."""

from __future__ import annotations

from django.db import transaction

from wardmote.core.domain.codes import CodeList, is_code
from wardmote.core.domain.ids import AreaId, IncidentId
from wardmote.core.domain.incident import (
    INCIDENT_LIFE_CYCLE,
    IncidentState,
    Priority,
)
from wardmote.core.domain.incident_events import IncidentClassified, IncidentLocated
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.policies.routing import PlaceKnown
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.incidents import selectors
from wardmote.operations.incidents.errors import (
    IncidentTransitionError,
    ReasonNeededError,
)
from wardmote.operations.incidents.models import (
    Incident,
)
from wardmote.operations.incidents.recording import (
    check_version,
    save,
    server_moment,
    write,
)
from wardmote.operations.incidents.services.intake import check_coordinates, priority_of
from wardmote.operations.incidents.services.routing import run_rules
from wardmote.operations.places import selectors as places


def _editable(viewer: Viewer, incident_id: IncidentId, expected_version: int | None) -> Incident:
    incident = selectors.lock(incident_id)
    if not viewer.may(Permission.INCIDENT_EDIT, AreaId(incident.area)):
        raise AccessDeniedError
    check_version(incident, expected_version)
    if IncidentState(incident.state) in INCIDENT_LIFE_CYCLE.final:
        raise IncidentTransitionError(state=incident.state, action="edit")
    return incident


def relocate(
    viewer: Viewer,
    incident_id: IncidentId,
    lon: float,
    lat: float,
    place: str | None = None,
    *,
    now_s: float,
    expected_version: int | None = None,
) -> bool:
    """Give a call its place, or another one, and route it again; returns whether it changed.

    Raises:
        RefusedError: no such call, it is over, or the coordinates are not a place.
        AccessDeniedError: the viewer may not edit it.
    """
    check_coordinates(lon, lat)
    with transaction.atomic():
        incident = _editable(viewer, incident_id, expected_version)
        text = incident.place if place is None else place.strip()[:300]
        if (incident.lon, incident.lat, incident.place) == (lon, lat, text):
            return False
        moment = server_moment(viewer.staff_id, now_s)
        found = places.locate(lon, lat, now_s)
        incident.lon, incident.lat, incident.place = lon, lat, text
        incident.place_known = (
            PlaceKnown.OUTSIDE if found.area is None else PlaceKnown.INSIDE
        ).value
        incident.area = found.area or incident.area
        incident.beat = found.beat
        incident.place_class = found.place_class.value
        save(incident, "lon", "lat", "place", "place_known", "area", "beat", "place_class")
        located = IncidentLocated(IncidentId(incident.pk), lon, lat, found.place_class, found.beat)
        write(incident, [located], moment)
        run_rules(incident, moment)
    return True


def reclassify(
    viewer: Viewer,
    incident_id: IncidentId,
    *,
    category: str | None = None,
    priority: Priority | None = None,
    reason: str,
    now_s: float,
    expected_version: int | None = None,
    by_rule: bool = False,
) -> bool:
    """Change the category or priority of a call, with a reason; returns whether it changed.

    `by_rule`: a rule of ours gives its own reason, which is not in the list for people.

    Raises:
        RefusedError: no such call or category, the call is over, or the reason is missing.
        AccessDeniedError: the viewer may not edit it.
    """
    with transaction.atomic():
        incident = _editable(viewer, incident_id, expected_version)
        new_category = incident.category if category is None else category
        new_priority = incident.priority if priority is None else int(priority)
        if (new_category, new_priority) == (incident.category, incident.priority):
            return False
        priority_of(new_category, None, now_s)
        if not (by_rule or is_code(CodeList.CLASSIFY, reason)):
            raise ReasonNeededError
        incident.category, incident.priority = new_category, new_priority
        save(incident, "category", "priority")
        moment = server_moment(viewer.staff_id, now_s)
        classified = IncidentClassified(
            IncidentId(incident.pk), new_category, Priority(new_priority), reason
        )
        write(incident, [classified], moment)
        run_rules(incident, moment)
    return True


def route(viewer: Viewer, incident_id: IncidentId, *, now_s: float) -> bool:
    """Run the routing rules again; returns whether anything changed."""
    with transaction.atomic():
        incident = _editable(viewer, incident_id, None)
        return run_rules(incident, server_moment(viewer.staff_id, now_s))
