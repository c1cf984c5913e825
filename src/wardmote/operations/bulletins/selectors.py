"""The response bulletin of a day, a week or a month, and the measured calls behind it."""

from __future__ import annotations

import bisect
import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from wardmote.core.domain.areas import area_prefix
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.plain import InvalidDataError, JsonValue, dump, load
from wardmote.core.domain.standards import ResponseStandard
from wardmote.core.measures.bulletin import Bulletin, Earlier, make_bulletin
from wardmote.core.measures.distributions import ObjectiveResult, compliance
from wardmote.core.measures.intervals import MeasuredCall
from wardmote.core.measures.judgement import Judgement, judge
from wardmote.core.measures.periods import Period, PeriodKind
from wardmote.core.measures.sections import Section
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.bulletins.calls import (
    FraudFree,
    counted_calls,
    fraud_free,
    measured_calls,
)
from wardmote.operations.bulletins.memory import Memory
from wardmote.operations.bulletins.models import PublishedBulletin
from wardmote.operations.bulletins.sections import sections_of, span_of, windows_of
from wardmote.operations.incidents.history import first_received_s
from wardmote.operations.local_time import midnight_s
from wardmote.operations.places.selectors import standard_in_force

__all__ = ["FraudFree", "fraud_free", "measured_calls", "span_of"]

HOUR_S = 3_600.0
FORMAT = "wardmote-bulletin/2"
FORMATS = ("wardmote-bulletin/1", FORMAT)
"""That are read; the first has calls alone."""
_MOST_DOCUMENTS: Final = 8


@dataclass(frozen=True, slots=True)
class Reported:
    """The bulletin of a period with how the standard in force at its end was met.

    Attributes:
        start_s, end_s: [start, end) of the period in seconds UTC; a day with a clock change is not
            24 h long.
        sections: of the rooms that have anything on record.
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
    sections: tuple[Section, ...] = ()


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


_documents: Final[Memory[str, Reported]] = Memory(_MOST_DOCUMENTS)
"""By digest."""


def bulletin_of(viewer: Viewer, period: Period, *, now_s: float) -> Reported:
    """The bulletin of a period by the record as it is now, for the areas the viewer may see.

    Raises:
        AccessDeniedError: the viewer may see no reports.
    """
    areas = viewer.areas_with(Permission.REPORT_VIEW)
    if not areas:
        raise AccessDeniedError
    return figures_of(areas, period, now_s=now_s)


def figures_of(
    areas: Sequence[AreaId], period: Period, *, now_s: float, live: bool = True
) -> Reported:
    """The figures of a period for some areas and all below them.

    Args:
        live: `now_s` is now. False: by what was on record at `now_s`, however late this is asked.
    """
    start_s, whole_s = span_of(period)
    as_of_s = None if live else now_s
    # A period that is not over is compared with as much of the earlier ones.
    end_s = min(whole_s, now_s) if start_s < now_s else whole_s
    seconds = end_s - start_s if end_s < whole_s else None
    calls = measured_calls(areas, start_s, end_s, as_of_s)
    before = _earlier(areas, period.before, seconds, as_of_s)
    year = _earlier(areas, period.year_before, seconds, as_of_s)
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
        fraud_free(areas, min(whole_s, now_s), as_of_s),
        sections_of(areas, windows_of(period, now_s=now_s, live=live)),
    )


@dataclass(frozen=True, slots=True)
class Publication:
    """That the bulletin of a period was published for an area.

    Attributes:
        digest: SHA-256 of its document, in hex.
        made_s: when, seconds UTC.
    """

    area: AreaId
    period: Period
    digest: str
    made_s: float


@dataclass(frozen=True, slots=True)
class Published:
    """A bulletin as it was published; see `Publication`."""

    area: AreaId
    reported: Reported
    digest: str
    made_s: float


def publication_of(viewer: Viewer, period: Period) -> Publication | None:
    """What was published of a period for the widest area the viewer may see; None without one.

    Raises:
        AccessDeniedError: the viewer may see no reports.
    """
    areas = viewer.areas_with(Permission.REPORT_VIEW)
    if not areas:
        raise AccessDeniedError
    rows = _publications(period).filter(area__in=areas).values_list("area", "digest", "made_s")
    found = min(rows, key=lambda row: (len(area_prefix(AreaId(row[0]))), row[0]), default=None)
    if found is None:
        return None
    area, digest, made_s = found
    return Publication(AreaId(area), period, digest, made_s)


def read_published(publication: Publication) -> Published:
    """The published bulletin, whose document is remembered: it never changes."""

    def read() -> Reported:
        rows = _publications(publication.period).filter(area=publication.area)
        return read_document(rows.values_list("document", flat=True).get())

    reported = _documents.get(publication.digest, read, lambda _known: True)
    return Published(publication.area, reported, publication.digest, publication.made_s)


def published_bulletin(viewer: Viewer, period: Period) -> Published | None:
    """The published bulletin of a period for the widest area the viewer may see; None without one.

    Raises:
        AccessDeniedError: the viewer may see no reports.
    """
    found = publication_of(viewer, period)
    return None if found is None else read_published(found)


def forget_documents() -> None:
    """Forget the documents that were read."""
    _documents.forget()


def _publications(period: Period) -> QuerySet[PublishedBulletin]:
    return PublishedBulletin.objects.filter(kind=period.kind.value, first=period.first.isoformat())


def document_of(reported: Reported) -> JsonValue:
    """A bulletin as ``wardmote-bulletin/2``."""
    return {"format": FORMAT, **dump(reported)}


def read_document(document: JsonValue) -> Reported:
    """The bulletin that `document_of` wrote.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """
    fields = dict(document)
    if fields.pop("format", None) not in FORMATS:
        raise InvalidDataError("format", "not_allowed", allowed=list(FORMATS))
    return load(Reported, fields)


def _earlier(
    areas: Sequence[AreaId],
    period: Callable[[], Period],
    seconds: float | None,
    as_of_s: float | None,
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
    return Earlier(counted_calls(areas, start_s, end_s, as_of_s), start_s, end_s)


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
        at_s = call.received_s if call.valid else None
        if at_s is not None and edges[0] <= at_s < edges[-1]:
            counts[bisect.bisect_right(edges, at_s) - 1] += 1
    return counts
