"""The response bulletin of a day, a week or a month, and the measured calls behind it."""

from __future__ import annotations

import bisect
import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wardmote.core.domain.areas import area_contains, area_prefix
from wardmote.core.domain.ids import AreaId, BeatId, IncidentId
from wardmote.core.domain.incident import IncidentState, Priority
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.places import DivisionLevel, PlaceClass
from wardmote.core.domain.plain import InvalidDataError, JsonValue, dump, load
from wardmote.core.domain.standards import ResponseStandard
from wardmote.core.measures.bulletin import Bulletin, Earlier, is_valid_call, make_bulletin
from wardmote.core.measures.distributions import ObjectiveResult, compliance
from wardmote.core.measures.intervals import MeasuredCall
from wardmote.core.measures.judgement import Judgement, judge
from wardmote.core.measures.periods import Period, PeriodKind
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.bulletins.models import PublishedBulletin
from wardmote.operations.dispatch.responses import responses_of
from wardmote.operations.incidents.history import (
    CallRow,
    first_received_s,
    last_received_by_area,
    received_between,
)
from wardmote.operations.incidents.selectors import stamps_of
from wardmote.operations.places.selectors import (
    divisions,
    local_day,
    midnight_s,
    standard_in_force,
)

_BATCH = 500
_ENDED = frozenset({IncidentState.CLOSED, IncidentState.CANCELLED, IncidentState.MERGED})
_TOWN_DIGITS = 9
HOUR_S = 3_600.0
FORMAT = "wardmote-bulletin/1"
FRAUD = "offence.criminal.fraud"


@dataclass(frozen=True, slots=True)
class Reported:
    """The bulletin of a period with how the standard in force at its end was met.

    Attributes:
        start_s, end_s: [start, end) of the period in seconds UTC; a day with a clock change is not
            24 h long.
    """

    period: Period
    start_s: float
    end_s: float
    bulletin: Bulletin
    standard: ResponseStandard
    objectives: tuple[ObjectiveResult, ...]
    findings: tuple[Judgement, ...]
    slots: Slots
    fraud_free: tuple[FraudFree, ...]


@dataclass(frozen=True, slots=True)
class Slots:
    """Valid calls by hour of a day, or by day of a longer period.

    Attributes:
        starts_s: when each begins, seconds UTC.
        counts: int per slot; None where the slot has not begun.
        before: of the period before, slot by slot; empty where it was not recorded.
    """

    starts_s: tuple[float, ...]
    counts: tuple[int | None, ...]
    before: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FraudFree:
    """How long an area has been without a valid call about fraud.

    Attributes:
        since_s: the last one before the end of the period; None if none is on record.
        days: whole local days since then.
    """

    area: AreaId
    since_s: float | None
    days: int | None


def bulletin_of(viewer: Viewer, period: Period, *, now_s: float) -> Reported:
    """The bulletin of a period by the record as it is now, for the areas the viewer may see.

    Raises:
        AccessDeniedError: the viewer may see no reports.
    """
    areas = viewer.areas_with(Permission.REPORT_VIEW)
    if not areas:
        raise AccessDeniedError
    return figures_of(areas, period, now_s=now_s)


def figures_of(areas: Sequence[AreaId], period: Period, *, now_s: float) -> Reported:
    """The figures of a period for some areas and all below them."""
    start_s, whole_s = span_of(period)
    # A period that is not over is compared with as much of the earlier ones.
    end_s = min(whole_s, now_s) if start_s < now_s else whole_s
    calls = measured_calls(areas, start_s, end_s)
    before = _earlier(areas, period.before, end_s - start_s if end_s < whole_s else None)
    year = _earlier(areas, period.year_before, end_s - start_s if end_s < whole_s else None)
    standard = standard_in_force(min(now_s, end_s))
    made = make_bulletin(calls, start_s, end_s, before, year)
    objectives = compliance(standard, calls)
    return Reported(
        period,
        start_s,
        whole_s,
        made,
        standard,
        objectives,
        judge(made, objectives),
        _slots(period, calls, before, now_s),
        fraud_free(areas, min(whole_s, now_s)),
    )


@dataclass(frozen=True, slots=True)
class Published:
    """A bulletin as it was published.

    Attributes:
        digest: SHA-256 of its document, in hex.
        made_s: when, seconds UTC.
    """

    area: AreaId
    reported: Reported
    digest: str
    made_s: float


def published_bulletin(viewer: Viewer, period: Period) -> Published | None:
    """The published bulletin of a period for the widest area the viewer may see; None without one.

    Raises:
        AccessDeniedError: the viewer may see no reports.
    """
    areas = viewer.areas_with(Permission.REPORT_VIEW)
    if not areas:
        raise AccessDeniedError
    rows = PublishedBulletin.objects.filter(
        kind=period.kind.value, first=period.first.isoformat(), area__in=areas
    )
    found = min(rows, key=lambda row: (len(area_prefix(AreaId(row.area))), row.area), default=None)
    if found is None:
        return None
    return Published(AreaId(found.area), read_document(found.document), found.digest, found.made_s)


def document_of(reported: Reported) -> JsonValue:
    """A bulletin as ``wardmote-bulletin/1``."""
    return {"format": FORMAT, **dump(reported)}


def read_document(document: JsonValue) -> Reported:
    """The bulletin that `document_of` wrote.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """
    fields = dict(document)
    if fields.pop("format", None) != FORMAT:
        raise InvalidDataError("format", "not_allowed", allowed=[FORMAT])
    return load(Reported, fields)


def span_of(period: Period) -> tuple[float, float]:
    """[start, end) of a period in seconds UTC."""
    return midnight_s(period.first), midnight_s(period.last + datetime.timedelta(days=1))


def _earlier(
    areas: Sequence[AreaId], period: Callable[[], Period], seconds: float | None
) -> Earlier | None:
    """The calls of an earlier period, or of its first `seconds`; None where none was recorded."""
    try:
        start_s, end_s = span_of(period())
    except (OverflowError, ValueError):
        return None
    if seconds is not None:
        end_s = min(end_s, start_s + seconds)
    first_s = first_received_s()
    if first_s is None or first_s >= end_s:
        return None
    return Earlier(measured_calls(areas, start_s, end_s), start_s, end_s)


def _slots(
    period: Period, calls: Sequence[MeasuredCall], before: Earlier | None, now_s: float
) -> Slots:
    edges = _edges(period)
    counts = _counted(calls, edges)
    past: tuple[int, ...] = ()
    if before is not None:
        past = tuple(_counted(before.calls, _edges(period.before())))[: len(counts)]
    shown = tuple(
        count if start < now_s else None for start, count in zip(edges, counts, strict=False)
    )
    return Slots(tuple(edges[:-1]), shown, past)


def _edges(period: Period) -> list[float]:
    """Where the hours of a day or the days of a longer period begin, and the end."""
    start_s, end_s = span_of(period)
    if period.kind is PeriodKind.DAY:
        hours = round((end_s - start_s) / HOUR_S)
        return [start_s + hour * HOUR_S for hour in range(hours)] + [end_s]
    days = [period.first + datetime.timedelta(days=day) for day in range(period.days)]
    return [midnight_s(day) for day in days] + [end_s]


def _counted(calls: Sequence[MeasuredCall], edges: Sequence[float]) -> list[int]:
    counts = [0] * (len(edges) - 1)
    for call in calls:
        if call.valid and call.received_s is not None and edges[0] <= call.received_s < edges[-1]:
            counts[bisect.bisect_right(edges, call.received_s) - 1] += 1
    return counts


def fraud_free(areas: Sequence[AreaId], until_s: float) -> tuple[FraudFree, ...]:
    """How long each town of the areas was without fraud at a moment, longest last."""
    last: dict[AreaId, float] = {}
    for code, received_s in last_received_by_area(areas, FRAUD, until_s).items():
        town = town_of(AreaId(code))
        last[town] = max(received_s, last.get(town, received_s))
    towns = {town_of(code) for code in towns_within(areas)} | set(last)
    today = local_day(until_s)
    found = [
        FraudFree(
            town,
            last.get(town),
            None if town not in last else (today - local_day(last[town])).days,
        )
        for town in towns
    ]
    return tuple(sorted(found, key=lambda one: (one.days is None, one.days or 0, one.area)))


def measured_calls(
    areas: Sequence[AreaId], start_s: float, end_s: float
) -> tuple[MeasuredCall, ...]:
    """The calls received in [start_s, end_s), as measures see them, grouped by town.

    Exercises are left out.
    """
    rows = received_between(areas, start_s, end_s)
    measured: list[MeasuredCall] = []
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        ids = [row.id for row in batch]
        stamps, responses = stamps_of(ids), responses_of(ids)
        measured += [
            MeasuredCall(
                incident=IncidentId(row.id),
                category=row.category,
                priority=Priority(row.priority),
                place_class=PlaceClass(row.place_class),
                stamps=stamps.get(row.id, {}),
                valid=_is_valid(row),
                ended=IncidentState(row.state) in _ENDED,
                group=town_of(AreaId(row.area)),
                beat=None if row.beat is None else BeatId(row.beat),
                responses=responses.get(row.id, ()),
            )
            for row in batch
        ]
    return tuple(measured)


def _is_valid(row: CallRow) -> bool:
    return is_valid_call(row.category, IncidentState(row.state), row.drill)


def town_of(area: AreaId) -> AreaId:
    """The town (9 digits) that a division lies in; a higher division is itself."""
    return AreaId(area[:_TOWN_DIGITS].ljust(len(area), "0"))


def towns_within(areas: Sequence[AreaId]) -> list[AreaId]:
    """The towns that lie in any of the areas."""
    return [
        AreaId(one.code)
        for one in divisions()
        if one.level == DivisionLevel.TOWN.value
        and any(area_contains(area, AreaId(one.code)) for area in areas)
    ]
