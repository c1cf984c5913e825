"""Reading which units went to past calls, and when, for figures.

`responses_of` reads the units of named calls, `responses_received` those of all calls of a time:
of many calls the second takes a fraction of the time, since no list of ids goes to the database.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from wardmote.core.domain.ids import AreaId, UnitId
from wardmote.core.domain.incident import FieldTime
from wardmote.core.measures.intervals import UnitResponse
from wardmote.operations.dispatch.models import Assignment, AssignmentTime
from wardmote.operations.incidents.history import (
    ImportedUnit,
    imported_units,
    imported_units_received,
    received,
)

_BATCH = 5_000
_STAMPS = {stamp.value: stamp for stamp in FieldTime}


def responses_of(
    incidents: Sequence[str], as_of_s: float | None = None
) -> dict[str, tuple[UnitResponse, ...]]:
    """Every unit that was sent to each call, with its stamps, in the order of assignment.

    With `as_of_s`, by what was recorded by then (<=).

    Units that were only proposed, reserved or stacked, and never assigned, are left out. For an
    imported call these are the units of its record; one whose record lacks the assignment was
    sent all the same, and comes behind those that have it.
    """
    found: dict[str, tuple[UnitResponse, ...]] = {}
    for start in range(0, len(incidents), _BATCH):
        batch = incidents[start : start + _BATCH]
        rows = Assignment.objects.filter(incident_id__in=batch)
        times = AssignmentTime.objects.filter(assignment__incident_id__in=batch)
        found |= _joined(rows, times, imported_units(batch), as_of_s)
    return found


def responses_received(
    areas: Iterable[AreaId], start_s: float, end_s: float, as_of_s: float | None = None
) -> dict[str, tuple[UnitResponse, ...]]:
    """As `responses_of`, of the calls received in [start_s, end_s) that lie in the areas now."""
    areas = tuple(areas)
    rows = Assignment.objects.filter(received(areas, start_s, end_s, "incident__"))
    times = AssignmentTime.objects.filter(received(areas, start_s, end_s, "assignment__incident__"))
    imported = imported_units_received(areas, start_s, end_s)
    return _joined(rows, times, imported, as_of_s)


def _joined(
    rows: QuerySet[Assignment],
    times: QuerySet[AssignmentTime],
    imported: Mapping[str, tuple[ImportedUnit, ...]],
    as_of_s: float | None,
) -> dict[str, tuple[UnitResponse, ...]]:
    stamps = _stamps_of(times, as_of_s)
    found: dict[str, list[UnitResponse]] = {}
    sent: list[tuple[Any, ...]] = sorted(
        rows.order_by().values_list("created_s", "pk", "incident_id", "unit_id", "unit__kind")
    )
    for _created_s, pk, incident, unit, kind in sent:
        known = stamps.get(pk, {})
        if FieldTime.ASSIGNED in known:
            found.setdefault(incident, []).append(UnitResponse(UnitId(unit), kind, known))
    for incident, units in imported.items():
        found.setdefault(incident, []).extend(
            UnitResponse(UnitId(one.unit), one.kind, one.stamps)
            for one in sorted(units, key=_assigned)
        )
    return {incident: tuple(responses) for incident, responses in found.items()}


def _assigned(unit: ImportedUnit) -> float:
    return unit.stamps.get(FieldTime.ASSIGNED, math.inf)


def _stamps_of(
    rows: QuerySet[AssignmentTime], as_of_s: float | None
) -> dict[str, dict[FieldTime, float]]:
    rows = rows.filter(stamp__in=list(_STAMPS))
    if as_of_s is not None:
        rows = rows.filter(recorded_s__lte=as_of_s)
    found: dict[str, dict[FieldTime, float]] = {}
    for assignment, stamp, at_s in rows.values_list("assignment_id", "stamp", "at_s"):
        found.setdefault(assignment, {})[_STAMPS[stamp]] = at_s
    return found
