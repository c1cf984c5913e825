"""Units on and off duty, and available or not; what is queued behind them follows."""

from __future__ import annotations

import math

from django.db import transaction

from wardmote.core.domain.assignment import AssignmentAction
from wardmote.core.domain.codes import CodeList, is_code
from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.permissions import Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.dispatch.errors import UnitBusyError
from wardmote.operations.dispatch.models import ACTIVE, LIVING, Assignment
from wardmote.operations.dispatch.recording import move
from wardmote.operations.dispatch.services.assigning import promote_next
from wardmote.operations.incidents import selectors as incident_selectors
from wardmote.operations.incidents.errors import BadCoordinatesError
from wardmote.operations.incidents.services import server_moment
from wardmote.operations.places import selectors as places
from wardmote.operations.units import selectors as unit_selectors
from wardmote.operations.units import services as units
from wardmote.operations.units.errors import OffDutyError, UnavailableReasonNeededError
from wardmote.operations.units.selectors import UnitRow


def go_on_duty(
    viewer: Viewer,
    unit_id: UnitId,
    *,
    now_s: float,
    lon: float | None = None,
    lat: float | None = None,
) -> bool:
    """Put a unit on duty, where it is or else at its post; returns whether it was not yet.

    Raises:
        AccessDeniedError: neither its crew nor its commander.
        RefusedError: no such unit, or neither a place nor a post is known.
    """
    with transaction.atomic():
        unit = _own(viewer, unit_id)
        if lon is None or lat is None:
            post = places.post(unit.post) if unit.post else None
            if post is None:
                raise BadCoordinatesError
            lon, lat = post.lon, post.lat
        if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
            raise BadCoordinatesError
        return units.write_on_duty(unit, lon, lat, actor=viewer.staff_id, now_s=now_s)


def go_off_duty(viewer: Viewer, unit_id: UnitId, *, now_s: float) -> bool:
    """Take a unit off duty; calls queued behind it are called off. Returns whether it was on.

    Raises:
        AccessDeniedError: neither its crew nor its commander.
        RefusedError: no such unit, or it has a job.
    """
    with transaction.atomic():
        unit = _own(viewer, unit_id)
        if Assignment.objects.filter(unit=unit, state__in=ACTIVE).exists():
            raise UnitBusyError(unit=unit.call_sign)
        moment = server_moment(viewer.staff_id, now_s)
        for assignment in Assignment.objects.filter(unit=unit, state__in=LIVING):
            assignment.incident = incident_selectors.lock(IncidentId(assignment.incident_id))
            move(assignment, AssignmentAction.CANCEL, moment, reason="end_of_shift")
        return units.write_off_duty(unit, actor=viewer.staff_id, now_s=now_s)


def set_availability(
    viewer: Viewer, unit_id: UnitId, available: bool, *, now_s: float, reason: str = ""
) -> bool:
    """Say whether a unit on duty can take a job; returns whether that changed.

    Raises:
        AccessDeniedError: neither its crew nor its commander.
        RefusedError: no such unit, off duty, or the reason is missing.
    """
    with transaction.atomic():
        unit = _own(viewer, unit_id)
        if not unit.on_duty:
            raise OffDutyError(unit=unit.call_sign)
        if not available and not is_code(CodeList.UNAVAILABLE, reason):
            raise UnavailableReasonNeededError
        changed = units.write_availability(
            unit, available, reason[:40], actor=viewer.staff_id, now_s=now_s
        )
        if changed and available:
            promote_next(unit, server_moment(viewer.staff_id, now_s))
        return changed


def _own(viewer: Viewer, unit_id: UnitId) -> UnitRow:
    unit = unit_selectors.lock(unit_id)
    if not (unit_selectors.may_crew(viewer, unit) or unit_selectors.may_command(viewer, unit)):
        raise AccessDeniedError
    return unit
