"""Reading which units went to past calls, and when, for figures."""

from __future__ import annotations

import math
from collections.abc import Sequence

from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.incident import FieldTime
from wardmote.core.measures.intervals import UnitResponse
from wardmote.operations.dispatch.models import Assignment, AssignmentTime
from wardmote.operations.incidents.history import ImportedUnit, imported_units

_BATCH = 500
_STAMPS = {stamp.value: stamp for stamp in FieldTime}


def responses_of(incidents: Sequence[str]) -> dict[str, tuple[UnitResponse, ...]]:
    """Every unit that was sent to each call, with its stamps, in the order of assignment.

    Units that were only proposed, reserved or stacked, and never assigned, are left out. For an
    imported call these are the units of its record; one whose record lacks the assignment was
    sent all the same, and comes behind those that have it.
    """
    found: dict[str, list[UnitResponse]] = {}
    for start in range(0, len(incidents), _BATCH):
        batch = incidents[start : start + _BATCH]
        stamps = _stamps_of(batch)
        rows = Assignment.objects.filter(incident_id__in=batch).select_related("unit")
        for row in rows.order_by("created_s", "id"):
            known = stamps.get(row.id, {})
            if FieldTime.ASSIGNED in known:
                response = UnitResponse(UnitId(row.unit_id), row.unit.kind, known)
                found.setdefault(row.incident_id, []).append(response)
        for incident, units in imported_units(batch).items():
            found.setdefault(incident, []).extend(
                UnitResponse(UnitId(one.unit), one.kind, one.stamps)
                for one in sorted(units, key=_assigned)
            )
    return {incident: tuple(responses) for incident, responses in found.items()}


def _assigned(unit: ImportedUnit) -> float:
    return unit.stamps.get(FieldTime.ASSIGNED, math.inf)


def _stamps_of(incidents: Sequence[str]) -> dict[str, dict[FieldTime, float]]:
    rows = AssignmentTime.objects.filter(
        assignment__incident_id__in=incidents, stamp__in=list(_STAMPS)
    )
    found: dict[str, dict[FieldTime, float]] = {}
    for assignment, stamp, at_s in rows.values_list("assignment_id", "stamp", "at_s"):
        found.setdefault(assignment, {})[_STAMPS[stamp]] = at_s
    return found
