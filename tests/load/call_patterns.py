"""Calls that went through the product's services, with all their rows, to be copied.

Of each category some: attended by one unit or two, cancelled, or answered on the telephone; and
some that another control room kept, taken over by the product's own import.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from django.db.models import Model
from tests.load.drawn_year import YearsCall

from wardmote.core.domain.assignment import AssignmentAction
from wardmote.core.domain.call_record import CallRecord, RecordTime, Stamps, UnitRecord
from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.incident import IncidentAction, Priority
from wardmote.core.domain.permissions import Viewer
from wardmote.core.domain.places import UnitSpec
from wardmote.operations.dispatch import services as dispatch
from wardmote.operations.dispatch.models import Assignment, AssignmentTime
from wardmote.operations.incidents import services as incidents
from wardmote.operations.incidents.models import (
    Destination,
    FieldTimeRow,
    ImportedRecord,
    Incident,
)
from wardmote.operations.incidents.services.importing import ImportedCalls
from wardmote.operations.journal.models import JournalEntry

_SPACING_S = 600.0
_IMPORTED = 4
"""So many records of each category."""
_UNANSWERED = ("invalid.", "fraud_warning.")
"""Nobody is sent to calls that are none."""
_ATTENDED: tuple[tuple[AssignmentAction, float], ...] = (
    (AssignmentAction.ACKNOWLEDGE, 45.0),
    (AssignmentAction.DEPART, 80.0),
    (AssignmentAction.ARRIVE, 480.0),
    (AssignmentAction.REPORT, 900.0),
    (AssignmentAction.CLEAR, 1_800.0),
)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A call and everything that hangs on it.

    Attributes:
        rows: all rows but the call's own, journal entries among them.
        units: that were sent, in order.
    """

    incident: Incident
    rows: tuple[Model, ...]
    units: tuple[str, ...]


Patterns = dict[str, list[Pattern]]
"""By category."""


def own_patterns(
    viewer: Viewer, calls: list[YearsCall], units: tuple[UnitSpec, ...], at_s: float
) -> Patterns:
    """One unit, two units, cancelled; or on the telephone alone. From `at_s` on, one by one."""
    found: Patterns = {}
    crew = [unit.unit_id for unit in units[:2]]
    for unit in crew:
        dispatch.go_on_duty(viewer, unit, now_s=at_s - 60.0)
    for call in calls:
        answered = call.category.startswith(_UNANSWERED)
        kinds = [(0, False)] if answered else [(1, False), (2, False), (1, True)]
        for count, cancelled in kinds:
            found.setdefault(call.category, []).append(
                _lived(viewer, call, crew[:count], cancelled, at_s)
            )
            at_s += _SPACING_S
    for unit in crew:
        dispatch.go_off_duty(viewer, unit, now_s=at_s + 3_600.0)
    return found


def _lived(
    viewer: Viewer, call: YearsCall, crew: list[UnitId], cancelled: bool, at_s: float
) -> Pattern:
    """Take a call through the services."""
    before = JournalEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    new = incidents.NewCall(call.category, "phone", lon=call.lon, lat=call.lat, received_s=at_s)
    key = incidents.enter_call(viewer, new, now_s=at_s + 20.0).id
    sent = dispatch.assign(viewer, key, crew, now_s=at_s + 60.0) if crew else ()
    if cancelled:
        dispatch.act_on_call(
            viewer, key, IncidentAction.CANCEL, now_s=at_s + 200.0, reason="caller_withdrew"
        )
    else:
        for number, one in enumerate(sent):
            for action, after_s in _ATTENDED:
                moment_s = at_s + 60.0 + after_s * (1.0 + 0.1 * number)
                dispatch.act(viewer, one.assignment, action, now_s=moment_s)
        dispatch.act_on_call(
            viewer, key, IncidentAction.CLOSE, now_s=at_s + 2_400.0, disposition="advised"
        )
    assignments = list(Assignment.objects.filter(incident_id=key))
    rows = (
        *FieldTimeRow.objects.filter(incident_id=key),
        *Destination.objects.filter(incident_id=key),
        *assignments,
        *AssignmentTime.objects.filter(assignment__in=assignments),
        *JournalEntry.objects.filter(seq__gt=before),
    )
    return Pattern(Incident.objects.get(pk=key), rows, tuple(str(unit) for unit in crew))


def imported_patterns(
    viewer: Viewer,
    calls: list[YearsCall],
    units: tuple[UnitSpec, ...],
    now_s: float,
    rng: np.random.Generator,
) -> Patterns:
    """Records of another control room, each with stamps of its own."""
    found: Patterns = {}
    records = [
        _record(call, f"{call.category}:{number}", units, rng)
        for call in calls
        for number in range(_IMPORTED)
    ]
    ImportedCalls(viewer, now_s=now_s).add(records)
    for record in records:
        kept = ImportedRecord.objects.select_related("incident").get(pk=record.key)
        stamps = FieldTimeRow.objects.filter(incident=kept.incident)
        crew = tuple(unit.unit for unit in record.units)
        found.setdefault(kept.incident.category, []).append(
            Pattern(kept.incident, (*stamps, kept), crew)
        )
    return found


def _record(
    call: YearsCall, number: str, units: tuple[UnitSpec, ...], rng: np.random.Generator
) -> CallRecord:
    took_s = np.cumsum(rng.lognormal((4.3, 3.3, 4.3, 6.0, 6.5, 6.0), 0.6))
    at_s = [call.at_s + float(after_s) for after_s in took_s]
    count = 1 + int(rng.random() < 0.2)
    if call.category.startswith(_UNANSWERED):
        count = 0
    chosen = rng.permutation(len(units))[:count]
    return CallRecord(
        key=f"before:{number}",
        digest=hashlib.sha256(number.encode()).hexdigest(),
        number=number,
        source_category=call.category,
        category=call.category,
        source_priority="3",
        priority=Priority(int(rng.choice((1, 2, 3, 4), p=(0.06, 0.2, 0.64, 0.1)))),
        address="",
        lon=call.lon,
        lat=call.lat,
        station_area="",
        agency="",
        disposition="settled",
        stamps=Stamps(((RecordTime.RECEIVED, call.at_s), (RecordTime.CLOSED, at_s[-1]))),
        units=tuple(
            _unit_record(units[int(row)], place, at_s, rng) for place, row in enumerate(chosen)
        ),
        rows=(2,),
    )


def _unit_record(
    unit: UnitSpec, place: int, at_s: list[float], rng: np.random.Generator
) -> UnitRecord:
    names = (
        *(RecordTime.ASSIGNED, RecordTime.ACKNOWLEDGED, RecordTime.EN_ROUTE),
        *(RecordTime.ARRIVED, RecordTime.CLEARED),
    )
    # One stamp in fifty was never written down.
    known = rng.random(len(names)) > 0.02
    pairs = tuple(
        (name, moment + place * 90.0)
        for name, moment, there in zip(names, at_s, known, strict=False)
        if there
    )
    return UnitRecord(str(unit.unit_id), unit.kind, "", place + 1, Stamps(pairs), place + 2)
