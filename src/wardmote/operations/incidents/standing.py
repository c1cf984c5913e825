"""How calls stand, or stood at a moment by what was on record then, for figures.

Time of receipt and stamps are written once. State, category and place change: what a call was at an
earlier moment is folded from its events.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q

from wardmote.core.domain.areas import area_prefix
from wardmote.core.domain.categories import is_within
from wardmote.core.domain.ids import AreaId, IncidentId
from wardmote.core.domain.incident import FieldTime, IncidentState
from wardmote.core.domain.incident_events import (
    IncidentClassified,
    IncidentEntered,
    IncidentLocated,
    IncidentMoved,
)
from wardmote.operations.access.selectors import within
from wardmote.operations.incidents.history import received
from wardmote.operations.incidents.models import FieldTimeRow, Incident
from wardmote.operations.journal.selectors import (
    calls_changed_after,
    events_of_incident,
    few_calls_changed_after,
    incidents_changed_after,
)

_FIELDS = ("id", "received_s", "category", "priority", "place_class", "state", "area", "beat")
_FIELD_TIMES = {stamp.value: stamp for stamp in FieldTime}
_BATCH = 500
_FEW = 500
"""So many events recorded after a moment are looked through before the calls they are about."""
_TAKEN_BACK = frozenset({IncidentState.MERGED.value, IncidentState.CANCELLED.value})


@dataclass(frozen=True, slots=True)
class CallStanding:
    """A call as figures see it; exercises are never among them.

    Attributes:
        received_s: seconds UTC.
        priority, place_class, state, beat: as in the call's row.
    """

    id: str
    received_s: float
    category: str
    priority: int
    place_class: str
    state: str
    area: str
    beat: str | None


def calls_standing(
    areas: Iterable[AreaId], start_s: float, end_s: float, as_of_s: float | None = None
) -> list[CallStanding]:
    """The calls received in [start_s, end_s) in the given areas and below, oldest first.

    Args:
        as_of_s: by what was on record at this moment; None: now.
    """
    areas = tuple(areas)
    rows = Incident.objects.filter(received_s__gte=start_s, received_s__lt=end_s, drill=False)
    rows = rows.order_by("received_s", "id")
    here = rows.filter(within(areas))
    if as_of_s is None:
        return [CallStanding(*row) for row in here.values_list(*_FIELDS)]
    prefixes = tuple(area_prefix(area) for area in areas)
    changed = few_calls_changed_after(as_of_s, _FEW)
    if changed is None:
        # Whatever lies elsewhere by now may have lain here then, so areas are asked afterwards.
        known = [CallStanding(*row) for row in rows.values_list(*_FIELDS)]
        return [one for one in _then(known, as_of_s) if one.area.startswith(prefixes)]
    stood = [
        one for row in here.values_list(*_FIELDS) if (one := CallStanding(*row)).id not in changed
    ]
    since = (CallStanding(*row) for row in rows.filter(pk__in=changed).values_list(*_FIELDS))
    then = (_folded(one, as_of_s) for one in since)
    stood += [one for one in then if one is not None and one.area.startswith(prefixes)]
    return sorted(stood, key=lambda one: (one.received_s, one.id))


def stamps_received(
    areas: Iterable[AreaId], start_s: float, end_s: float, as_of_s: float | None = None
) -> dict[str, dict[FieldTime, float]]:
    """Field time stamps by call, of the calls received in [start_s, end_s) that lie in the areas
    now; with `as_of_s`, those recorded by then (<=).
    """
    rows = FieldTimeRow.objects.filter(received(areas, start_s, end_s, "incident__"))
    if as_of_s is not None:
        rows = rows.filter(recorded_s__lte=as_of_s)
    found: dict[str, dict[FieldTime, float]] = {}
    for incident, stamp, at_s in rows.values_list("incident_id", "stamp", "at_s"):
        known = found.get(incident)
        if known is None:
            found[incident] = known = {}
        known[_FIELD_TIMES[stamp]] = at_s
    return found


def _then(known: Sequence[CallStanding], as_of_s: float) -> list[CallStanding]:
    found = []
    for start in range(0, len(known), _BATCH):
        batch = known[start : start + _BATCH]
        changed = incidents_changed_after(as_of_s, [one.id for one in batch])
        for one in batch:
            stood = _folded(one, as_of_s) if one.id in changed else one
            if stood is not None:
                found.append(stood)
    return found


def _folded(call: CallStanding, as_of_s: float) -> CallStanding | None:
    """The call by its events up to a moment; None where it was not on record then."""
    stood: CallStanding | None = None
    for event in events_of_incident(IncidentId(call.id)):
        if event.recorded_s > as_of_s:
            continue
        told = event.payload
        if isinstance(told, IncidentEntered):
            stood = CallStanding(
                call.id, call.received_s, told.category, int(told.priority),
                told.place_class.value, IncidentState.ENTERED.value, event.area, told.beat,
            )  # fmt: skip
        elif stood is None:
            continue
        elif isinstance(told, IncidentLocated):
            stood = replace(
                stood, place_class=told.place_class.value, beat=told.beat, area=event.area
            )
        elif isinstance(told, IncidentClassified):
            stood = replace(stood, category=told.category, priority=int(told.priority))
        elif isinstance(told, IncidentMoved):
            stood = replace(stood, state=told.after.value)
    return stood


def last_standing(
    areas: Iterable[AreaId], category: str, until_s: float, as_of_s: float
) -> dict[str, float]:
    """When each area last received a call of a category or below it that was neither merged nor
    cancelled, before `until_s`, by what was on record at `as_of_s`.
    """
    rows = Incident.objects.filter(received_s__lt=until_s, drill=False).order_by("received_s")
    changed = set(calls_changed_after(as_of_s))
    known = rows.filter(_within(category)).values_list(*_FIELDS)
    found = [one for row in known if (one := CallStanding(*row)).id not in changed]
    for start in range(0, len(changed), _BATCH):
        batch = sorted(changed)[start : start + _BATCH]
        then = (CallStanding(*row) for row in rows.filter(pk__in=batch).values_list(*_FIELDS))
        found += [stood for one in then if (stood := _folded(one, as_of_s)) is not None]
    prefixes = tuple(area_prefix(area) for area in areas)
    last: dict[str, float] = {}
    for one in found:
        inside = one.area.startswith(prefixes) and is_within(one.category, category)
        if inside and one.state not in _TAKEN_BACK:
            last[one.area] = max(one.received_s, last.get(one.area, one.received_s))
    return last


def _within(category: str) -> Q:
    return Q(category=category) | Q(category__startswith=f"{category}.")
