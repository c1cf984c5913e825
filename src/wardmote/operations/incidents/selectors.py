"""Reading calls. What could identify a caller is read only by `open_caller`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import transaction
from django.db.models import QuerySet

from wardmote.core.domain.ids import AreaId, IncidentId
from wardmote.core.domain.incident import (
    INCIDENT_LIFE_CYCLE,
    OPEN_STATES,
    FieldTime,
    IncidentAction,
    IncidentState,
    Priority,
)
from wardmote.core.domain.incident_events import RoutedTo
from wardmote.core.domain.permissions import Permission, Purpose, Viewer
from wardmote.core.domain.places import PlaceClass
from wardmote.operations.access.selectors import within
from wardmote.operations.access.services import record_disclosure
from wardmote.operations.incidents.errors import (
    UnknownIncidentError,
    UnknownLocationRequestError,
)
from wardmote.operations.incidents.models import (
    Caller,
    FieldTimeRow,
    Incident,
    Link,
    LocationRequest,
    Note,
)
from wardmote.operations.journal.statements import Reading
from wardmote.operations.places import selectors as places
from wardmote.operations.places.location import distances_m

IncidentRow = Incident
"""For other apps' annotations; they reach the rows through this module only."""

NEARBY_RADIUS_M = 1_000.0
NEARBY_AGE_S = 7_200.0
OPEN = sorted(state.value for state in OPEN_STATES)
FINAL = sorted(state.value for state in INCIDENT_LIFE_CYCLE.final)
BY_PEOPLE = frozenset(
    {IncidentAction.RESOLVE, IncidentAction.CLOSE, IncidentAction.CANCEL, IncidentAction.REOPEN}
)
"""Actions that a person asks for; the others follow from routing, assignments and links."""
_FIELD_TIMES = {stamp.value: stamp for stamp in FieldTime}


@dataclass(frozen=True, slots=True)
class CallerData:
    """Who called; empty texts are unknown."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class NearbyCall:
    """A call that may be about the same thing."""

    id: IncidentId
    number: str
    category: str
    priority: int
    state: str
    place: str
    lon: float
    lat: float
    distance_m: float
    age_s: float
    note: str


@dataclass(frozen=True, slots=True)
class LocationAnswer:
    """What became of a location request: ``waiting``, ``answered`` or ``expired``."""

    state: str
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    at_s: float | None


def lock(incident_id: IncidentId) -> Incident:
    """The row of a call, locked until the transaction ends.

    Raises:
        UnknownIncidentError: there is none.
    """
    row = Incident.objects.select_for_update().filter(pk=incident_id).first()
    if row is None:
        raise UnknownIncidentError
    return row


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a call stands in its life cycle, and whose it is."""

    state: IncidentState
    area: AreaId


_STANDING = Reading(Incident, "{id} = %s", only=("state", "area"), locks=True)


def lock_standing(incident_id: IncidentId) -> Standing | None:
    """Where a call stands, its row locked until the transaction ends; None without a call."""
    for state, area in _STANDING.rows(incident_id):
        return Standing(IncidentState(state), AreaId(area))
    return None


def find(incident_id: IncidentId) -> Incident:
    """The row of a call, to read.

    Raises:
        UnknownIncidentError: there is none.
    """
    row = Incident.objects.filter(pk=incident_id).first()
    if row is None:
        raise UnknownIncidentError
    return row


def find_by_number(number: str) -> IncidentId:
    """The call with this number.

    Raises:
        UnknownIncidentError: there is none.
    """
    row = Incident.objects.filter(number=number).only("pk").first()
    if row is None:
        raise UnknownIncidentError
    return IncidentId(row.pk)


def find_many(ids: Iterable[str]) -> dict[str, Incident]:
    """Rows by id."""
    return Incident.objects.in_bulk(list(ids))


def id_of_number(text: str, viewer: Viewer) -> list[IncidentId]:
    """The open calls that the viewer may see whose number is `text` or ends with it."""
    rows = visible(viewer).filter(state__in=OPEN)
    exact = rows.filter(number=text).values_list("pk", flat=True)[:1]
    found = list(exact) or list(
        rows.filter(number__endswith=text).order_by("-received_s").values_list("pk", flat=True)[:5]
    )
    return [IncidentId(one) for one in found]


def visible(viewer: Viewer) -> QuerySet[Incident]:
    """The calls in the areas where the viewer may view calls."""
    return Incident.objects.filter(within(viewer.areas_with(Permission.INCIDENT_VIEW)))


PUBLIC_CHANNELS = ("phone", "web", "qr", "neighbour")
"""How the public and other control rooms ask for help: demand is learnt from these alone.

What patrols find is not among them, nor imported records, which do not say who began a call.
"""


@dataclass(frozen=True, slots=True)
class PublicCall:
    """When, where and how urgently the public asked for help; who asked is not in it."""

    received_s: float
    lon: float
    lat: float
    place_class: PlaceClass
    priority: Priority
    category: str


def public_calls(since_s: float, limit: int) -> list[PublicCall]:
    """The newest calls of the public inside the areas of this deployment; no drills."""
    rows = (
        Incident.objects.filter(
            channel__in=PUBLIC_CHANNELS,
            drill=False,
            place_known="inside",
            received_s__gte=since_s,
            lon__isnull=False,
            lat__isnull=False,
        )
        .order_by("-received_s")
        .values_list("received_s", "lon", "lat", "place_class", "priority", "category")[:limit]
    )
    return [
        PublicCall(at_s, lon or 0.0, lat or 0.0, PlaceClass(where), Priority(urgent), category)
        for at_s, lon, lat, where, urgent, category in rows
    ]


def open_calls() -> QuerySet[Incident]:
    """Every call that is on the queue."""
    return Incident.objects.filter(state__in=OPEN)


def highest_alarm_level(incident: Incident, now_s: float) -> int:
    """How many alarms the run card in force has for such a call, at least 1."""
    card = places.run_cards_in_force(now_s).card_for(incident.category, Priority(incident.priority))
    return len(card.alarms)


def destinations_of(incident: Incident) -> tuple[RoutedTo, ...]:
    """Who answers for a call, the first responsible first."""
    return tuple(
        RoutedTo(row.kind, row.target, row.first_responsible, row.rule)
        for row in incident.destinations.all()
    )


def stamps_of(
    incidents: Sequence[str], as_of_s: float | None = None
) -> dict[str, dict[FieldTime, float]]:
    """Field time stamps by call; with `as_of_s`, those recorded by then (<=)."""
    found: dict[str, dict[FieldTime, float]] = {}
    rows = FieldTimeRow.objects.filter(incident_id__in=incidents)
    if as_of_s is not None:
        rows = rows.filter(recorded_s__lte=as_of_s)
    for incident, stamp, at_s in rows.values_list("incident_id", "stamp", "at_s").iterator(2_000):
        found.setdefault(incident, {})[_FIELD_TIMES[stamp]] = at_s
    return found


def field_times_of(incident_id: IncidentId) -> list[FieldTimeRow]:
    """The field time stamps of a call, in the order in which they were written."""
    return list(FieldTimeRow.objects.filter(incident_id=incident_id).order_by("pk"))


def notes_of(incident_id: IncidentId) -> list[Note]:
    """The notes of a call, oldest first."""
    return list(Note.objects.filter(incident_id=incident_id))


def links_of(incident_id: IncidentId) -> list[tuple[IncidentId, str, str]]:
    """(call, number, ``primary`` or ``duplicate``) of the links in force."""
    up = Link.objects.filter(incident_id=incident_id, ended_s=None).select_related("primary")
    down = Link.objects.filter(primary_id=incident_id, ended_s=None).select_related("incident")
    return [
        *((IncidentId(link.primary.pk), link.primary.number, "primary") for link in up),
        *((IncidentId(link.incident.pk), link.incident.number, "duplicate") for link in down),
    ]


def open_caller(
    viewer: Viewer, incident_id: IncidentId, purpose: Purpose, *, now_s: float
) -> CallerData | None:
    """Who called; None when nobody said. The look is written down in the same transaction.

    Crews ask through dispatch, which knows whether they are sent to the call.

    Raises:
        UnknownIncidentError: no such call.
        AccessDeniedError: the viewer may not open it for this purpose.
    """
    with transaction.atomic():
        incident = find(incident_id)
        area = AreaId(incident.area)
        record_disclosure(viewer, incident_id, area, purpose, ["name", "phone"], now_s)
        row = Caller.objects.filter(incident_id=incident_id).first()
        return None if row is None else CallerData(row.name, row.phone)


def nearby_calls(
    viewer: Viewer, lon: float, lat: float, at_s: float, *, limit: int = 8
) -> list[NearbyCall]:
    """Calls within 1 km (<=) and 2 hours (<=) that may be about the same thing, likeliest first.

    A kilometre counts as much as two hours. Cancelled and imported records are left out.
    """
    degrees = NEARBY_RADIUS_M / 111_000.0
    wide = degrees / max(0.01, float(np.cos(np.radians(lat))))
    rows = list(
        visible(viewer)
        .filter(
            received_s__range=(at_s - NEARBY_AGE_S, at_s + NEARBY_AGE_S),
            lon__range=(lon - wide, lon + wide),
            lat__range=(lat - degrees, lat + degrees),
        )
        .exclude(state="cancelled")
        .exclude(channel="import")
        .order_by("-received_s")[:200]
    )
    distance = distances_m(
        lon,
        lat,
        np.array([row.lon or 0.0 for row in rows]),
        np.array([row.lat or 0.0 for row in rows]),
    )
    scored = sorted(
        (distance[i] / NEARBY_RADIUS_M + abs(at_s - row.received_s) / NEARBY_AGE_S, row.pk, i)
        for i, row in enumerate(rows)
        if distance[i] <= NEARBY_RADIUS_M
    )
    chosen = [i for _, _, i in scored[:limit]]
    notes = _first_notes([rows[i].pk for i in chosen])
    return [_nearby(rows[i], float(distance[i]), at_s, notes) for i in chosen]


def _first_notes(incidents: Sequence[str]) -> dict[str, str]:
    notes: dict[str, str] = {}
    for note in Note.objects.filter(incident_id__in=incidents):
        notes.setdefault(note.incident_id, note.text[:200])
    return notes


def _nearby(row: Incident, distance_m: float, at_s: float, notes: dict[str, str]) -> NearbyCall:
    return NearbyCall(
        id=IncidentId(row.pk),
        number=row.number,
        category=row.category,
        priority=row.priority,
        state=row.state,
        place=row.place,
        lon=row.lon or 0.0,
        lat=row.lat or 0.0,
        distance_m=round(distance_m, 1),
        age_s=max(0.0, at_s - row.received_s),
        note=notes.get(row.pk, ""),
    )


def location_answer(viewer: Viewer, request_id: str, now_s: float) -> LocationAnswer:
    """What became of a location request.

    Raises:
        UnknownLocationRequestError: there is none that the viewer may see.
    """
    row = _request(viewer, request_id)
    if row.answered_s is not None:
        return LocationAnswer("answered", row.lon, row.lat, row.accuracy_m, row.answered_s)
    state = "expired" if row.expires_s <= now_s else "waiting"
    return LocationAnswer(state, None, None, None, None)


def answered_position(viewer: Viewer, request_id: str) -> tuple[float | None, float | None]:
    """The position with which a phone answered; (None, None) while it has not."""
    row = _request(viewer, request_id)
    return row.lon, row.lat


def _request(viewer: Viewer, request_id: str) -> LocationRequest:
    row = LocationRequest.objects.filter(pk=request_id).first()
    if row is None or not (
        row.asked_by == viewer.staff_id or viewer.may(Permission.INCIDENT_ENTER, AreaId(row.area))
    ):
        raise UnknownLocationRequestError
    return row
