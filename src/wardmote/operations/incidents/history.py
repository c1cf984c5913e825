"""Reading past and present calls: for figures, and for the list that people search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q, QuerySet, TextField
from django.db.models.functions import Cast
from pydantic_core import from_json

from wardmote.core.domain.ids import AreaId, IncidentId
from wardmote.core.domain.incident import OPEN_STATES, FieldTime, IncidentState
from wardmote.core.domain.permissions import Viewer
from wardmote.operations.access.selectors import within
from wardmote.operations.incidents.models import ImportedRecord, Incident, Link
from wardmote.operations.incidents.selectors import visible

MAX_MATCHING = 500
_FIELD_TIMES = {stamp.value: stamp for stamp in FieldTime}

CallRow = Incident
"""For other apps' annotations; they reach the rows through this module only."""


def received_between(areas: Iterable[AreaId], start_s: float, end_s: float) -> list[CallRow]:
    """The calls received in [start_s, end_s) in the given areas and below, oldest first."""
    rows = Incident.objects.filter(
        within(areas), received_s__gte=start_s, received_s__lt=end_s, drill=False
    )
    return list(rows.order_by("received_s", "id"))


def received(areas: Iterable[AreaId], start_s: float, end_s: float, call: str = "") -> Q:
    """Calls received in [start_s, end_s) in the given areas and below, no exercises.

    `call` leads from the rows of another table to theirs, such as ``incident__``.
    """
    when = {f"{call}received_s__gte": start_s, f"{call}received_s__lt": end_s}
    return within(areas, f"{call}area") & Q(**when, **{f"{call}drill": False})


@dataclass(frozen=True, slots=True)
class CallFact:
    """When and where a call was, and how it came in; nothing about the caller."""

    received_s: float
    channel: str
    category: str
    state: str
    lon: float | None
    lat: float | None


def call_facts(areas: Iterable[AreaId], start_s: float, end_s: float) -> list[CallFact]:
    """Like `received_between`, for counting many calls: without their rows."""
    rows = Incident.objects.filter(
        within(areas), received_s__gte=start_s, received_s__lt=end_s, drill=False
    )
    fields = ("received_s", "channel", "category", "state", "lon", "lat")
    return [CallFact(*values) for values in rows.order_by("received_s").values_list(*fields)]


def placed_count(
    areas: Iterable[AreaId], start_s: float, end_s: float, channels: Iterable[str]
) -> int:
    """How many calls with a place came in by these channels in [start_s, end_s)."""
    rows = Incident.objects.filter(
        within(areas), received_s__gte=start_s, received_s__lt=end_s, drill=False,
        channel__in=list(channels), lon__isnull=False,
    )  # fmt: skip
    return rows.count()


def first_received_s() -> float | None:
    """When the oldest call on record was received; None while there is none."""
    oldest: float | None = (
        Incident.objects.filter(drill=False)
        .order_by("received_s")
        .values_list("received_s", flat=True)
        .first()
    )
    return oldest


def last_received_by_area(
    areas: Iterable[AreaId], category: str, until_s: float, from_s: float | None = None
) -> dict[str, float]:
    """When each area last received a valid call of a category or below it, before `until_s` and,
    if told, not before `from_s`.
    """
    rows = Incident.objects.filter(
        within(areas), Q(category=category) | Q(category__startswith=f"{category}."),
        received_s__lt=until_s, drill=False,
    ).exclude(state__in=[IncidentState.MERGED.value, IncidentState.CANCELLED.value])  # fmt: skip
    if from_s is not None:
        # Not grouped by the database, which would look through the whole record area by area.
        last: dict[str, float] = {}
        few = rows.filter(received_s__gte=from_s).order_by("received_s")
        last.update(few.values_list("area", "received_s"))
        return last
    return dict(rows.values("area").annotate(last=Max("received_s")).values_list("area", "last"))


def areas_of_calls(areas: Iterable[AreaId]) -> list[AreaId]:
    """The divisions within the given areas in which any call ever was."""
    rows = Incident.objects.filter(within(areas)).order_by()
    return [AreaId(code) for code in rows.values_list("area", flat=True).distinct()]


def calls_by_id(areas: Iterable[AreaId], ids: Iterable[str]) -> list[CallRow]:
    """Those of the given calls that lie in the given areas, oldest first."""
    rows = Incident.objects.filter(within(areas), pk__in=list(ids))
    return list(rows.order_by("received_s", "id"))


def calls_linked_to(ids: Sequence[str]) -> dict[str, IncidentId]:
    """The primary of each of the given calls that is linked to one."""
    rows = Link.objects.filter(incident_id__in=ids, ended_s=None)
    return {one: IncidentId(to) for one, to in rows.values_list("incident_id", "primary_id")}


@dataclass(frozen=True, slots=True)
class ImportedUnit:
    """A unit that another control room sent to an imported call.

    Attributes:
        unit, kind: as the source names them; the kind is empty when unknown.
        stamps: seconds UTC; what the source left blank is absent.
    """

    unit: str
    kind: str
    stamps: Mapping[FieldTime, float]


def imported_units(ids: Sequence[str]) -> dict[str, tuple[ImportedUnit, ...]]:
    """The units of those of the given calls that were imported, in the order of the source."""
    return _imported(ImportedRecord.objects.filter(incident_id__in=ids))


def imported_units_received(
    areas: Iterable[AreaId], start_s: float, end_s: float
) -> dict[str, tuple[ImportedUnit, ...]]:
    """As `imported_units`, of the calls received in [start_s, end_s) that lie in the areas now."""
    return _imported(ImportedRecord.objects.filter(received(areas, start_s, end_s, "incident__")))


def _imported(rows: QuerySet[ImportedRecord]) -> dict[str, tuple[ImportedUnit, ...]]:
    # Read as text, since the database's reader of JSON takes most of a month's time.
    found = rows.annotate(written=Cast("units", TextField())).values_list("incident_id", "written")
    return {
        incident: tuple(_imported_unit(unit) for unit in from_json(written))
        for incident, written in found
    }


def _imported_unit(data: Mapping[str, Any]) -> ImportedUnit:
    stamps = {
        _FIELD_TIMES[stamp]: float(at_s)
        for stamp, at_s in data["stamps"]["pairs"]
        if stamp in _FIELD_TIMES
    }
    return ImportedUnit(str(data["unit"]), str(data["kind"]), stamps)


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls to list; None and the empty text mean any.

    Attributes:
        start_s, end_s: received in [start, end).
        category: subtree of the category tree.
        state: state of the call, or ``open`` for all that are on the queue.
        text: part of the number or of the place.
    """

    start_s: float | None = None
    end_s: float | None = None
    category: str = ""
    state: str = ""
    text: str = ""


def filtered_calls(viewer: Viewer, wanted: CallFilter) -> QuerySet[CallRow]:
    """The calls that the viewer may view and that fit the filter, newest first."""
    rows = visible(viewer)
    if wanted.start_s is not None:
        rows = rows.filter(received_s__gte=wanted.start_s)
    if wanted.end_s is not None:
        rows = rows.filter(received_s__lt=wanted.end_s)
    if wanted.category:
        below = Q(category__startswith=wanted.category + ".")
        rows = rows.filter(Q(category=wanted.category) | below)
    if wanted.state == "open":
        rows = rows.filter(state__in=[state.value for state in OPEN_STATES])
    elif wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.text:
        rows = rows.filter(Q(number__icontains=wanted.text) | Q(place__icontains=wanted.text))
    return rows.order_by("-received_s", "-id")


def ids_with_number(text: str) -> tuple[str, ...]:
    """The newest calls whose number contains the text; at most `MAX_MATCHING`."""
    rows = Incident.objects.filter(number__icontains=text).order_by("-received_s")
    return tuple(rows.values_list("pk", flat=True)[:MAX_MATCHING])
