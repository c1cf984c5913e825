"""Reading the board, one call, a crew's jobs: exactly the shapes of the live protocol."""

from __future__ import annotations

from typing import Any

from wardmote.core.domain.areas import area_prefix
from wardmote.core.domain.board import (
    assignment_json,
    board_of,
    incident_json,
    move_up_json,
    unit_json,
)
from wardmote.core.domain.events import REGISTRY
from wardmote.core.domain.ids import AreaId, AssignmentId, IncidentId, UnitId
from wardmote.core.domain.incident import INCIDENT_LIFE_CYCLE, IncidentState
from wardmote.core.domain.permissions import ROLE_PERMISSIONS, Permission, Purpose, Viewer
from wardmote.core.domain.picture import OperationalPicture
from wardmote.core.domain.positions import NO_POSITIONS, PositionBoard
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.dispatch.errors import NoRecommendationError, UnknownAssignmentError
from wardmote.operations.dispatch.models import LIVING, Assignment, AssignmentTime, Recommendation
from wardmote.operations.dispatch.permitted import allowed_actions
from wardmote.operations.dispatch.picture import (
    known_assignments,
    known_incident,
    picture_of_rows,
    read_undisturbed,
)
from wardmote.operations.incidents import selectors as incident_selectors
from wardmote.operations.incidents.selectors import CallerData, IncidentRow
from wardmote.operations.journal import clock
from wardmote.operations.journal.selectors import events_of_incident
from wardmote.operations.people.actors import actor_names
from wardmote.operations.places.premise_notes import premise_notes_at
from wardmote.operations.units import selectors as unit_selectors

Json = dict[str, Any]


def board(viewer: Viewer, positions: PositionBoard = NO_POSITIONS) -> Json:
    """The board of a viewer, from the rows.

    Whoever views calls sees those of the areas; crew see their own units and those units' calls.
    """
    picture, places_of = picture_of_rows()
    reading = clock.read()
    calls = tuple(area_prefix(one) for one in viewer.areas_with(Permission.INCIDENT_VIEW))
    units = tuple(
        area_prefix(grant.area)
        for grant in viewer.grants
        if Permission.UNIT_VIEW in ROLE_PERMISSIONS[grant.role]
        and Permission.UNIT_CREW not in ROLE_PERMISSIONS[grant.role]
    )
    own = viewer.crew_of if viewer.holds_anywhere(Permission.UNIT_CREW) else frozenset()
    whole = board_of(
        picture,
        server_s=reading.now_s,
        rate=reading.rate,
        positions=positions,
        place_of=places_of,
    )
    sent = _calls_of(picture, own)
    seen = {
        one["id"]
        for one in whole["incidents"]
        if one["area"].startswith(calls) or one["id"] in sent
    }
    full = {one["id"] for one in whole["incidents"] if one["area"].startswith(calls)}
    whole["incidents"] = [one for one in whole["incidents"] if one["id"] in seen]
    whole["units"] = [
        one for one in whole["units"] if one["area"].startswith(units) or one["id"] in own
    ]
    whole["assignments"] = [
        one for one in whole["assignments"] if one["incident"] in full or one["unit"] in own
    ]
    shown = {one["id"] for one in whole["units"]}
    whole["move_ups"] = [one for one in whole["move_ups"] if one["unit"] in shown]
    whole["alarms"] = [
        one for one in whole["alarms"] if one["incident"] in full or one["unit"] in own
    ]
    if not (calls or units or own):
        whole["closures"] = []
    return whole


def _calls_of(picture: OperationalPicture, units: frozenset[str]) -> frozenset[str]:
    return frozenset(one.incident for one in picture.assignments.values() if one.unit in units)


def units_on_duty() -> list[tuple[UnitId, AreaId]]:
    """Every unit on duty with its area."""
    rows = unit_selectors.all_units()
    return [(UnitId(row.pk), AreaId(row.area)) for row in rows if row.on_duty]


def units_sent() -> list[tuple[IncidentId, UnitId]]:
    """(call, unit) of every assignment that is not over."""
    rows = Assignment.objects.filter(state__in=LIVING).values_list("incident_id", "unit_id")
    return [(IncidentId(incident), UnitId(unit)) for incident, unit in rows]


def assignment_ids(incident_id: IncidentId) -> list[AssignmentId]:
    """The assignments of a call, oldest first, whether over or not."""
    rows = Assignment.objects.filter(incident_id=incident_id).values_list("pk", flat=True)
    return [AssignmentId(pk) for pk in rows]


def is_sent(viewer: Viewer, incident_id: IncidentId) -> bool:
    """Whether the viewer crews a unit that is sent to the call."""
    if not viewer.crew_of:
        return False
    living = Assignment.objects.filter(
        incident_id=incident_id, unit_id__in=viewer.crew_of, state__in=LIVING
    ).select_related("unit")
    return any(unit_selectors.may_crew(viewer, one.unit) for one in living)


def visible_incident(viewer: Viewer, incident_id: IncidentId) -> IncidentRow:
    """A call that the viewer may see: by area, or as crew sent to it.

    Raises:
        UnknownIncidentError: there is none.
        AccessDeniedError: the viewer may not see it.
    """
    incident = incident_selectors.find(incident_id)
    if not viewer.may(Permission.INCIDENT_VIEW, AreaId(incident.area)) and not is_sent(
        viewer, incident_id
    ):
        raise AccessDeniedError
    return incident


def open_caller(
    viewer: Viewer, incident_id: IncidentId, purpose: Purpose, *, now_s: float
) -> CallerData | None:
    """Who called, for those who may see the call; the look is written down.

    Raises:
        UnknownIncidentError: there is no such call.
        AccessDeniedError: the viewer may not see the call, or not open this for that purpose.
    """
    visible_incident(viewer, incident_id)
    return incident_selectors.open_caller(viewer, incident_id, purpose, now_s=now_s)


def assignment(assignment_id: AssignmentId) -> Assignment:
    """An assignment with its call and unit.

    Raises:
        UnknownAssignmentError: there is none.
    """
    row = Assignment.objects.select_related("incident", "unit").filter(pk=assignment_id).first()
    if row is None:
        raise UnknownAssignmentError
    return row


def incident_detail(
    viewer: Viewer, incident_id: IncidentId, *, language: str, now_s: float
) -> Json:
    """One call with its timeline, notes and links.

    Raises:
        UnknownIncidentError, AccessDeniedError: none that the viewer may see.
    """
    visible_incident(viewer, incident_id)
    seq, detail = read_undisturbed(lambda: _detail(viewer, incident_id, language, now_s))
    return {"seq": seq, **detail}


def _detail(viewer: Viewer, incident_id: IncidentId, language: str, now_s: float) -> Json:
    incident = incident_selectors.find(incident_id)
    events = events_of_incident(incident_id)
    notes = incident_selectors.notes_of(incident_id)
    names = actor_names(
        {
            incident.received_by,
            *(event.actor for event in events),
            *(note.author for note in notes),
        },
        language,
    )
    return {
        **incident_json(known_incident(incident), incident.place),
        "version": incident.version,
        "alarm_levels": incident_selectors.highest_alarm_level(incident, now_s),
        "received_by": names.get(incident.received_by, incident.received_by),
        "premise_notes": _premise_notes(incident, now_s),
        "caller_purposes": _caller_purposes(viewer, incident),
        "allowed": _allowed_on_call(viewer, incident),
        "field_times": [
            {
                "stamp": row.stamp,
                "at_s": row.at_s,
                "device_s": row.device_s,
                "recorded_s": row.recorded_s,
                "clock": row.clock,
            }
            for row in incident_selectors.field_times_of(incident_id)
        ],
        "assignments": _assignments_detail(viewer, incident_id),
        "timeline": [
            {
                "seq": event.seq,
                "type": REGISTRY.name_and_version(event.payload)[0],
                "version": REGISTRY.name_and_version(event.payload)[1],
                "occurred_s": event.occurred_s,
                "recorded_s": event.recorded_s,
                "actor": event.actor,
                "actor_name": names.get(event.actor, event.actor),
                "data": REGISTRY.encode(event.payload),
            }
            for event in events
        ],
        "notes": [
            {
                "id": note.pk,
                "at_s": note.at_s,
                "author": names.get(note.author, note.author),
                "text": note.text,
            }
            for note in notes
        ],
        "links": [
            {"incident": other, "number": number, "relation": relation}
            for other, number, relation in incident_selectors.links_of(incident_id)
        ],
    }


def _premise_notes(incident: IncidentRow, now_s: float) -> list[str]:
    if incident.lon is None or incident.lat is None:
        return []
    return premise_notes_at(incident.lon, incident.lat, now_s)


def _caller_purposes(viewer: Viewer, incident: IncidentRow) -> list[str]:
    return [purpose.value for purpose in viewer.purposes_in(AreaId(incident.area))]


def _allowed_on_call(viewer: Viewer, incident: IncidentRow) -> list[str]:
    if not viewer.may(Permission.INCIDENT_EDIT, AreaId(incident.area)):
        return []
    allowed = INCIDENT_LIFE_CYCLE.allowed_actions(IncidentState(incident.state))
    return [action.value for action in allowed if action in incident_selectors.BY_PEOPLE]


def _assignments_detail(viewer: Viewer, incident_id: IncidentId) -> list[Json]:
    rows = list(
        Assignment.objects.filter(incident_id=incident_id).select_related("incident", "unit")
    )
    times: dict[str, list[Json]] = {}
    for time in AssignmentTime.objects.filter(assignment__in=rows).order_by("pk"):
        times.setdefault(time.assignment_id, []).append(
            {
                "stamp": time.stamp,
                "at_s": time.at_s,
                "device_s": time.device_s,
                "recorded_s": time.recorded_s,
                "clock": time.clock,
            }
        )
    return [
        {
            **assignment_json(known),
            "call_sign": row.unit.call_sign,
            "allowed": [action.value for action in allowed_actions(viewer, row, row.unit)],
            "field_times": times.get(row.pk, []),
        }
        for row, known in zip(rows, known_assignments(rows), strict=True)
    ]


def recommendation(viewer: Viewer, incident_id: IncidentId) -> Json:
    """The ranking of a call with its reasons, as the stream sends it.

    Raises:
        NoRecommendationError: nothing was recommended yet.
        UnknownIncidentError, AccessDeniedError: no call that the viewer may see.
    """
    visible_incident(viewer, incident_id)
    row = Recommendation.objects.filter(incident_id=incident_id, current=True).first()
    if row is None:
        raise NoRecommendationError
    return {"recommendation": row.pk, **row.detail, "lines": row.lines}


def crew(viewer: Viewer, *, now_s: float, positions: PositionBoard = NO_POSITIONS) -> Json:
    """The units that the viewer may crew, and their jobs."""
    picture, places_of = picture_of_rows()
    own = {
        unit
        for unit, known in picture.units.items()
        if unit in viewer.crew_of and viewer.may(Permission.UNIT_CREW, known.area)
    }
    rows = Assignment.objects.filter(unit_id__in=own, state__in=LIVING).select_related(
        "incident", "unit"
    )
    jobs: list[Json] = []
    for row in rows:
        known = picture.assignments.get(AssignmentId(row.pk))
        call = picture.incidents.get(IncidentId(row.incident_id))
        if known is None or call is None:
            continue  # it came or went between the two reads; the stream tells
        notes = incident_selectors.notes_of(IncidentId(row.incident_id))
        jobs.append(
            {
                "assignment": {
                    **assignment_json(known),
                    "allowed": [one.value for one in allowed_actions(viewer, row, row.unit)],
                },
                "incident": {
                    **incident_json(call, places_of.get(call.incident, "")),
                    "notes": [{"at_s": note.at_s, "text": note.text} for note in notes],
                    "premise_notes": _premise_notes(row.incident, now_s),
                    "caller_purposes": _caller_purposes(viewer, row.incident),
                },
            }
        )
    return {
        "staff_id": viewer.staff_id,
        "at_s": now_s,
        "units": [unit_json(picture.units[UnitId(unit)], positions) for unit in sorted(own)],
        "move_ups": [
            move_up_json(one)
            for one in sorted(picture.move_ups.values(), key=lambda known: known.move_up)
            if one.unit in own
        ],
        "jobs": sorted(jobs, key=lambda job: (job["assignment"]["queue"], job["assignment"]["id"])),
    }
