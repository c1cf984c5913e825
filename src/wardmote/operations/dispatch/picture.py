"""The operational picture told from the rows: what folding the whole journal would give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import transaction

from wardmote.core.domain.assignment import AssignmentState
from wardmote.core.domain.ids import AreaId, AssignmentId, BeatId, IncidentId, PostId, UnitId
from wardmote.core.domain.incident import FieldTime, IncidentState, Priority
from wardmote.core.domain.move_up import LIVING_MOVE_UPS, MoveUpState
from wardmote.core.domain.persistent import PersistentMap
from wardmote.core.domain.picture import (
    KnownAlarm,
    KnownAssignment,
    KnownIncident,
    KnownMoveUp,
    KnownRecommendation,
    KnownUnit,
    OperationalPicture,
)
from wardmote.core.domain.places import PlaceClass
from wardmote.operations.dispatch.models import (
    ACTIVE,
    LIVING,
    Alarm,
    Assignment,
    AssignmentTime,
    MoveUp,
    Recommendation,
)
from wardmote.operations.incidents import selectors as incident_selectors
from wardmote.operations.incidents.selectors import IncidentRow
from wardmote.operations.journal.selectors import last_seq
from wardmote.operations.places import selectors as places
from wardmote.operations.units import selectors as unit_selectors

T = TypeVar("T")

_UNDISTURBED_TRIES = 4


def read_undisturbed(read: Callable[[], T]) -> tuple[int, T]:
    """What `read` reads, and the journal position to which it belongs.

    Every change of a row writes the journal in its transaction, so a position that is the same
    before and after means that nothing changed between the queries. Writers are not held up,
    unless they never leave a pause.
    """
    for _ in range(_UNDISTURBED_TRIES):
        before = last_seq()
        found = read()
        if last_seq() == before:
            return before, found
    with transaction.atomic():
        return last_seq(), read()


def picture_of_rows() -> tuple[OperationalPicture, dict[IncidentId, str]]:
    """The picture, and the text of the place of each open call."""
    seq, (picture, places_of) = read_undisturbed(_read)
    return (
        OperationalPicture(
            seq=seq,
            incidents=picture.incidents,
            units=picture.units,
            assignments=picture.assignments,
            alarms=picture.alarms,
            closures=picture.closures,
            move_ups=picture.move_ups,
        ),
        places_of,
    )


def _read() -> tuple[OperationalPicture, dict[IncidentId, str]]:
    calls = list(incident_selectors.open_calls().prefetch_related("destinations"))
    assignments = _assignments()
    of_call: defaultdict[str, list[AssignmentId]] = defaultdict(list)
    for assignment in assignments:
        of_call[assignment.incident].append(assignment.assignment)
    stamps = incident_selectors.stamps_of([call.pk for call in calls])
    advice = _recommendations()
    incidents = PersistentMap(
        (
            IncidentId(call.pk),
            incident_of_row(call, stamps.get(call.pk, {}), advice.get(call.pk), of_call[call.pk]),
        )
        for call in calls
    )
    picture = OperationalPicture(
        incidents=incidents,
        units=PersistentMap((unit.unit, unit) for unit in _units(assignments)),
        assignments=PersistentMap((one.assignment, one) for one in assignments),
        alarms=PersistentMap((alarm.alarm, alarm) for alarm in _alarms()),
        closures=PersistentMap((one.id, one.edges) for one in places.closures_now()),
        move_ups=PersistentMap((one.move_up, one) for one in _move_ups()),
    )
    return picture, {IncidentId(call.pk): call.place for call in calls if call.place}


def incident_of_row(
    call: IncidentRow,
    stamps: dict[FieldTime, float],
    recommendation: KnownRecommendation | None,
    assignments: Sequence[AssignmentId] = (),
) -> KnownIncident:
    """A call as the picture has it; prefetch ``destinations``."""
    return KnownIncident(
        incident=IncidentId(call.pk),
        number=call.number,
        category=call.category,
        priority=Priority(call.priority),
        state=IncidentState(call.state),
        since_s=call.since_s,
        channel=call.channel,
        area=AreaId(call.area),
        beat=None if call.beat is None else BeatId(call.beat),
        lon=call.lon,
        lat=call.lat,
        place_class=PlaceClass(call.place_class),
        drill=call.drill,
        primary=None if call.primary_id is None else IncidentId(call.primary_id),
        destinations=incident_selectors.destinations_of(call),
        stamps=stamps,
        disposition=call.disposition,
        recommendation=recommendation,
        assignments=tuple(assignments),
        alarm_level=call.alarm_level,
    )


def known_incident(incident: IncidentRow) -> KnownIncident:
    """One call as the picture would have it, whether open or over."""
    made = Recommendation.objects.filter(incident=incident, current=True).first()
    living = Assignment.objects.filter(incident=incident, state__in=LIVING)
    return incident_of_row(
        incident,
        incident_selectors.stamps_of([incident.pk]).get(incident.pk, {}),
        None if made is None else recommendation_of_row(made),
        [AssignmentId(pk) for pk in living.values_list("pk", flat=True)],
    )


def recommendation_of_row(made: Recommendation) -> KnownRecommendation:
    """A recommendation as the picture has it."""
    return KnownRecommendation(
        made.pk,
        made.policy_version,
        tuple(UnitId(unit) for unit in made.units),
        tuple(made.shortfall),
    )


def _recommendations() -> dict[str, KnownRecommendation]:
    rows = Recommendation.objects.filter(
        current=True, incident__state__in=incident_selectors.OPEN
    ).defer("lines", "detail")
    return {made.incident_id: recommendation_of_row(made) for made in rows}


def _assignments() -> list[KnownAssignment]:
    rows = list(Assignment.objects.filter(state__in=LIVING))
    return known_assignments(rows)


def known_assignments(rows: list[Assignment]) -> list[KnownAssignment]:
    """Assignments as the picture has them, with the times that moved them."""
    times: defaultdict[str, dict[FieldTime, float]] = defaultdict(dict)
    stamps = AssignmentTime.objects.filter(assignment__in=rows, late=False).order_by("pk")
    for assignment, stamp, at_s in stamps.values_list("assignment_id", "stamp", "at_s"):
        times[assignment][FieldTime(stamp)] = at_s
    return [
        KnownAssignment(
            assignment=AssignmentId(row.pk),
            incident=IncidentId(row.incident_id),
            unit=UnitId(row.unit_id),
            state=AssignmentState(row.state),
            since_s=row.since_s,
            queue=row.queue,
            reason=row.reason,
            stamps=times[row.pk],
        )
        for row in rows
    ]


def _units(assignments: list[KnownAssignment]) -> list[KnownUnit]:
    active = {one.unit: one.assignment for one in assignments if one.state.value in ACTIVE}
    stacks: defaultdict[UnitId, list[KnownAssignment]] = defaultdict(list)
    for one in assignments:
        if one.state is AssignmentState.STACKED:
            stacks[one.unit].append(one)
    found: list[KnownUnit] = []
    for row in unit_selectors.all_units():
        unit = UnitId(row.pk)
        stack = sorted(stacks[unit], key=lambda one: (one.queue, one.assignment))
        found.append(
            KnownUnit(
                unit=unit,
                call_sign=row.call_sign,
                kind=row.kind,
                capabilities=tuple(row.capabilities),
                seats=row.seats,
                post=PostId(row.post) if row.post else None,
                area=AreaId(row.area),
                on_duty=row.on_duty,
                available=row.available,
                reason=row.reason,
                lon=row.lon,
                lat=row.lat,
                fix_s=row.fix_s,
                active=active.get(unit),
                stack=tuple(one.assignment for one in stack),
            )
        )
    return found


def _move_ups() -> list[KnownMoveUp]:
    rows = MoveUp.objects.filter(state__in=[one.value for one in LIVING_MOVE_UPS])
    return [move_up_of_row(row) for row in rows]


def move_up_of_row(row: MoveUp) -> KnownMoveUp:
    """Advice to an idle unit as the picture has it."""
    return KnownMoveUp(
        move_up=row.pk,
        unit=UnitId(row.unit_id),
        home=PostId(row.home) if row.home else None,
        post=PostId(row.post),
        state=MoveUpState(row.state),
        advised_s=row.advised_s,
        since_s=row.since_s,
        gain_share=row.gain_share,
        drive_s=row.drive_s,
        reason=row.reason,
    )


def _alarms() -> list[KnownAlarm]:
    rows = Alarm.objects.filter(ended_s=None, incident__state__in=incident_selectors.OPEN)
    return [
        KnownAlarm(
            alarm=row.pk,
            timer=row.timer,
            level=row.level,
            incident=IncidentId(row.incident_id),
            assignment=None if row.assignment_id is None else AssignmentId(row.assignment_id),
            unit=None if row.unit_id is None else UnitId(row.unit_id),
            raised_s=row.raised_s,
        )
        for row in rows
    ]
