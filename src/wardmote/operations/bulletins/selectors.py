"""The weekly response bulletin, and the measured calls behind it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from wardmote.core.domain.ids import AreaId, BeatId, IncidentId
from wardmote.core.domain.incident import IncidentState, Priority
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.standards import ResponseStandard
from wardmote.core.measures.bulletin import Bulletin, is_valid_call, make_bulletin
from wardmote.core.measures.distributions import ObjectiveResult, compliance
from wardmote.core.measures.intervals import MeasuredCall
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.dispatch.responses import responses_of
from wardmote.operations.incidents.history import CallRow, first_received_s, received_between
from wardmote.operations.incidents.selectors import stamps_of
from wardmote.operations.places.selectors import midnight_s, standard_in_force

_BATCH = 500
_ENDED = frozenset({IncidentState.CLOSED, IncidentState.CANCELLED, IncidentState.MERGED})
_TOWN_DIGITS = 9
DAYS = 7


@dataclass(frozen=True, slots=True)
class Week:
    """A local calendar week, Monday to Sunday.

    Attributes:
        monday: its first day.
        start_s, end_s: [start, end) in seconds UTC; a week with a clock change is not 168 h.
    """

    monday: datetime.date
    start_s: float
    end_s: float

    @property
    def sunday(self) -> datetime.date:
        """Its last day."""
        return self.monday + datetime.timedelta(days=DAYS - 1)


@dataclass(frozen=True, slots=True)
class WeeklyBulletin:
    """The bulletin of a week with how the standard in force at its end was met."""

    week: Week
    bulletin: Bulletin
    standard: ResponseStandard
    objectives: tuple[ObjectiveResult, ...]


def week_of(day: datetime.date) -> Week:
    """The week that a local day lies in."""
    monday = day - datetime.timedelta(days=day.weekday())
    return Week(monday, midnight_s(monday), midnight_s(monday + datetime.timedelta(days=DAYS)))


def weekly_bulletin(viewer: Viewer, week: Week, *, now_s: float) -> WeeklyBulletin:
    """The bulletin of a week, for the areas whose reports the viewer may see.

    Raises:
        AccessDeniedError: the viewer may see no reports.
    """
    areas = viewer.areas_with(Permission.REPORT_VIEW)
    if not areas:
        raise AccessDeniedError
    calls = measured_calls(areas, week.start_s, week.end_s)
    first_s = first_received_s()
    before_s = 2 * week.start_s - week.end_s
    before = (
        measured_calls(areas, before_s, week.start_s)
        if first_s is not None and first_s < week.start_s
        else None
    )
    standard = standard_in_force(min(now_s, week.end_s))
    return WeeklyBulletin(
        week,
        make_bulletin(calls, week.start_s, week.end_s, before),
        standard,
        compliance(standard, calls),
    )


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
