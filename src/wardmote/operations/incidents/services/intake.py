"""Taking down a call: where it is, its number, its route."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.ids import AreaId, BeatId, IncidentId
from wardmote.core.domain.incident import (
    FieldTime,
    IncidentAction,
    IncidentState,
    Priority,
)
from wardmote.core.domain.incident_events import (
    IncidentEntered,
    IncidentMoved,
    IncidentNoted,
    IncidentRouted,
)
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.training import NUMBER_MARK
from wardmote.core.policies.routing import PlaceKnown
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.incidents import selectors
from wardmote.operations.incidents.errors import (
    BadCoordinatesError,
    BadIdError,
    BadTimeError,
    UnknownCategoryError,
    UnknownChannelError,
)
from wardmote.operations.incidents.models import (
    CHANNELS,
    Caller,
    Incident,
    LocationRequest,
    Note,
)
from wardmote.operations.incidents.recording import (
    Moment,
    first_stamps,
    next_state,
    server_moment,
    write,
)
from wardmote.operations.incidents.services.routing import routing_of, write_destinations
from wardmote.operations.journal.statements import Reading, insert
from wardmote.operations.local_time import local_day
from wardmote.operations.places import selectors as places

_ID = re.compile(r"[0-9A-Za-z_-]{8,40}\Z")
OLDEST_RECEIPT_S = 86_400.0
"""A call may be taken down this long after it was received (paper during an outage)."""
CLOCK_TOLERANCE_S = 60.0
MAX_NOTE = 2_000

_TAKEN_DOWN = Reading(Incident, "{id} = %s", only=("number", "received_by"))
_COUNT_UP = (
    "INSERT INTO incidents_daycounter (day, last) VALUES (%s, 1) "
    "ON CONFLICT (day) DO UPDATE SET last = incidents_daycounter.last + 1 RETURNING last"
)


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call to be taken down.

    Attributes:
        priority: None takes the category's.
        received_s, occurred_s: seconds UTC; None means now, and unknown.
        lon, lat: WGS-84 degrees, both or neither.
        id: made by the client so that a repeated request is known; None makes one.
        location_request: id of an answered request whose position is taken when there is none.
    """

    category: str
    channel: str
    id: IncidentId | None = None
    priority: Priority | None = None
    received_s: float | None = None
    occurred_s: float | None = None
    lon: float | None = None
    lat: float | None = None
    place: str = ""
    caller_name: str = ""
    caller_phone: str = ""
    note: str = ""
    drill: bool = False
    location_request: str | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """A call that was taken down; `repeated` when it was already there."""

    id: IncidentId
    number: str
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class _Placed:
    known: PlaceKnown
    area: AreaId
    beat: BeatId | None
    place_class: PlaceClass


def enter_call(viewer: Viewer, call: NewCall, *, now_s: float) -> Entered:
    """Take down a call and route it, in one transaction.

    Raises:
        AccessDeniedError: the viewer may not take down calls in its area.
        RefusedError: something about the call does not fit; the subclass says what.
    """
    if call.id is not None and not _ID.match(call.id):
        raise BadIdError
    if call.channel not in CHANNELS:
        raise UnknownChannelError(channel=call.channel)
    received_s = now_s if call.received_s is None else call.received_s
    if not now_s - OLDEST_RECEIPT_S <= received_s <= now_s + CLOCK_TOLERANCE_S:
        raise BadTimeError
    with transaction.atomic():
        repeated = _already_entered(viewer, call)
        if repeated is not None:
            return repeated
        lon, lat = _position(viewer, call)
        placed = _place(viewer, lon, lat, now_s)
        if not viewer.may(Permission.INCIDENT_ENTER, placed.area):
            raise AccessDeniedError
        priority = priority_of(call.category, call.priority, now_s)
        moment = server_moment(viewer.staff_id, now_s)
        incident = Incident(
            id=call.id or new_id(now_s),
            number=next_number(received_s),
            category=call.category,
            priority=int(priority),
            state=IncidentState.ENTERED.value,
            since_s=now_s,
            channel=call.channel,
            lon=lon,
            lat=lat,
            place=call.place.strip()[:300],
            place_known=placed.known.value,
            place_class=placed.place_class.value,
            area=placed.area,
            beat=placed.beat,
            drill=call.drill,
            received_s=received_s,
            received_by=viewer.staff_id,
        )
        _write_entered(incident, call, moment)
    return Entered(IncidentId(incident.pk), incident.number)


def _already_entered(viewer: Viewer, call: NewCall) -> Entered | None:
    if call.id is None:
        return None
    for number, received_by in _TAKEN_DOWN.rows(call.id):
        if received_by != viewer.staff_id:
            raise BadIdError
        return Entered(call.id, number, repeated=True)
    return None


def _position(viewer: Viewer, call: NewCall) -> tuple[float | None, float | None]:
    if call.lon is None and call.lat is None and call.location_request:
        return selectors.answered_position(viewer, call.location_request)
    if (call.lon is None) != (call.lat is None):
        raise BadCoordinatesError
    if call.lon is not None and call.lat is not None:
        check_coordinates(call.lon, call.lat)
    return call.lon, call.lat


def check_coordinates(lon: float, lat: float) -> None:
    """Refuse what is no place on Earth (WGS-84 degrees).

    Raises:
        BadCoordinatesError: it is not.
    """
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise BadCoordinatesError


def _place(viewer: Viewer, lon: float | None, lat: float | None, now_s: float) -> _Placed:
    """Whose call it is. Without a place, or outside every area, it is the taker's own."""
    own = next(iter(viewer.areas_with(Permission.INCIDENT_ENTER)), EVERYWHERE)
    if lon is None or lat is None:
        return _Placed(PlaceKnown.UNKNOWN, own, None, PlaceClass.ELSEWHERE)
    found = places.locate(lon, lat, now_s)
    if found.area is None:
        return _Placed(PlaceKnown.OUTSIDE, own, None, found.place_class)
    return _Placed(PlaceKnown.INSIDE, found.area, found.beat, found.place_class)


def priority_of(category: str, wanted: Priority | None, now_s: float) -> Priority:
    """The priority of a call: as wanted, else its category's.

    Raises:
        UnknownCategoryError: calls cannot be put into the category.
    """
    tree = places.categories_in_force(now_s)
    if category not in tree or not tree.get(category).selectable:
        raise UnknownCategoryError(category=category)
    return tree.get(category).priority if wanted is None else wanted


def next_number(at_s: float) -> str:
    """The next number of the local day of a moment, such as ``20261122-0007``.

    In a training room every number carries the mark, and so does every export of its calls.
    """
    day = local_day(at_s)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_UP, [connection.ops.adapt_datefield_value(day)])
        (last,) = cursor.fetchone()
    number = f"{day:%Y%m%d}-{last:04d}"
    return f"{NUMBER_MARK}{number}" if settings.TRAINING else number


def _write_entered(incident: Incident, call: NewCall, moment: Moment) -> None:
    """Write a new call with all that is known of it, and route it.

    Its route is found before anything is written, so that each of its rows is written once and the
    journal at one go, in the order in which things happened.
    """
    routing = routing_of(incident, moment)
    routed = next_state(incident, IncidentAction.ROUTE)
    entered = IncidentEntered(
        incident=IncidentId(incident.pk),
        number=incident.number,
        category=incident.category,
        priority=Priority(incident.priority),
        channel=incident.channel,
        lon=incident.lon,
        lat=incident.lat,
        place_class=PlaceClass(incident.place_class),
        beat=None if incident.beat is None else BeatId(incident.beat),
        drill=incident.drill,
    )
    told = [(FieldTime.RECEIVED, incident.received_s), (FieldTime.ENTERED, moment.at_s)]
    if call.occurred_s is not None:
        told.insert(0, (FieldTime.OCCURRED, call.occurred_s))
    told.append((FieldTime.ROUTED, moment.at_s))
    incident.rules_version = routing.rules_version
    incident.state = routed.value
    insert(incident)
    *stamps, routed_stamp = first_stamps(incident, told, moment)
    noted = _write_told(incident, call, moment)
    write_destinations(incident, routing)
    key = IncidentId(incident.pk)
    write(
        incident,
        [
            entered,
            *stamps,
            *noted,
            IncidentRouted(key, routing.rules_version, routing.destinations),
            routed_stamp,
            IncidentMoved(key, IncidentAction.ROUTE, IncidentState.ENTERED, routed, "", None),
        ],
        moment,
    )


def _write_told(incident: Incident, call: NewCall, moment: Moment) -> list[IncidentNoted]:
    """Keep what the caller told besides; returns the events, still to be recorded."""
    if call.caller_name.strip() or call.caller_phone.strip():
        insert(
            Caller(
                incident=incident,
                name=call.caller_name.strip()[:120],
                phone=call.caller_phone.strip()[:40],
            )
        )
    if call.location_request:
        LocationRequest.objects.filter(pk=call.location_request).update(incident=incident)
    if not call.note.strip():
        return []
    note = Note(
        id=new_id(moment.now_s),
        incident=incident,
        at_s=moment.now_s,
        author=moment.actor,
        text=call.note.strip()[:MAX_NOTE],
    )
    insert(note)
    return [IncidentNoted(IncidentId(incident.pk), note.pk)]
