"""Which units refused which calls, so that they are not asked again."""

from __future__ import annotations

from collections.abc import Iterable

from wardmote.core.domain.assignment import AssignmentState
from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.operations.dispatch.models import Assignment


def units_that_refused(incidents: Iterable[IncidentId]) -> dict[IncidentId, frozenset[UnitId]]:
    """Units that refused, by call."""
    found: dict[IncidentId, frozenset[UnitId]] = {}
    rows = Assignment.objects.filter(
        state=AssignmentState.REFUSED.value, incident_id__in=list(incidents)
    )
    for incident, unit in rows.values_list("incident_id", "unit_id"):
        key = IncidentId(incident)
        found[key] = found.get(key, frozenset()) | {UnitId(unit)}
    return found
