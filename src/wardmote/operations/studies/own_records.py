"""The deployment's own calls as records that demand may be learnt from.

Who began a call is told by its channel. Imported calls do not say it; they teach nothing unless a
planner states that the public made them (`core.planning.demand.origins`).
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings

from wardmote.core.domain.call_record import CallRecord, RecordTime, Stamps, UnitRecord
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.incident import FieldTime, IncidentState, Priority
from wardmote.core.measures.bulletin import is_valid_call
from wardmote.core.measures.intervals import UnitResponse
from wardmote.core.planning.demand.origins import CallOrigin
from wardmote.core.studies.ground import Records
from wardmote.operations.dispatch.responses import responses_of
from wardmote.operations.incidents.history import CallRow, placed_count, received_between
from wardmote.operations.incidents.selectors import stamps_of
from wardmote.operations.places import selectors as places
from wardmote.operations.places.day_calendar import day_calendar

LOOK_BACK_S = 3 * 365.25 * 86_400.0
"""Calls of the last three years teach (近三年接处警)."""
FEWEST_A_POST = 100
"""With fewer calls for each post, chance alone moves a grid's work by more than a tenth."""
_BATCH = 500

_ORIGINS: Mapping[str, CallOrigin] = {
    "phone": CallOrigin.PUBLIC,
    "web": CallOrigin.PUBLIC,
    "qr": CallOrigin.PUBLIC,
    "neighbour": CallOrigin.OTHER_SERVICE,
    "patrol": CallOrigin.OFFICER,
}
IMPORTED = "import"


class DemandSource(StrEnum):
    """What tells where and when calls are to be expected.

    ``residents``: residents and key places, at the rates of generated places. ``own_calls``: the
    calls taken down here. ``imported_too``: and imported ones, which a planner states to be the
    public's.
    """

    RESIDENTS = "residents"
    OWN_CALLS = "own_calls"
    IMPORTED_TOO = "imported_too"


@dataclass(frozen=True, slots=True)
class CallsThere:
    """Whether the calls taken down here are enough to tell demand by.

    Attributes:
        calls: of the public, with a place, in the last three years.
        needed: `FEWEST_A_POST` for each post.
    """

    calls: int
    needed: int

    @property
    def enough(self) -> bool:
        """Whether there are as many as needed."""
        return self.calls >= self.needed


def calls_there(area: AreaId, posts: int, *, now_s: float) -> CallsThere:
    """The calls of the public taken down in an area, and how many a plan of `posts` needs."""
    public = [channel for channel, origin in _ORIGINS.items() if origin is CallOrigin.PUBLIC]
    calls = placed_count([area], now_s - LOOK_BACK_S, now_s, public)
    return CallsThere(calls, FEWEST_A_POST * posts)


def own_records(source: DemandSource, area: AreaId, *, now_s: float) -> Records | None:
    """The calls of `area` to learn from; None where residents are to tell.

    Calls that were no valid ones (`core.measures.bulletin`) and exercises are left out.
    """
    if source is DemandSource.RESIDENTS:
        return None
    rows = [
        row
        for row in received_between([area], now_s - LOOK_BACK_S, now_s)
        if is_valid_call(row.category, IncidentState(row.state), row.drill)
    ]
    origins = {row.id: origin_of_channel(row.channel, source) for row in rows}
    return Records(
        calls=_call_records(rows),
        origin_of=lambda call: origins[call.key],
        zone=zoneinfo.ZoneInfo(settings.TIME_ZONE),
        model=places.vehicle_model_in_force(now_s),
        calendar=day_calendar().classes,
    )


def origin_of_channel(channel: str, source: DemandSource) -> CallOrigin:
    """Who began a call, by the channel it came in through; imported ones as the source states."""
    if channel == IMPORTED and source is DemandSource.IMPORTED_TOO:
        return CallOrigin.PUBLIC
    return _ORIGINS.get(channel, CallOrigin.UNKNOWN)


def _call_records(rows: Sequence[CallRow]) -> tuple[CallRecord, ...]:
    records: list[CallRecord] = []
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        ids = [row.id for row in batch]
        stamps, responses = stamps_of(ids), responses_of(ids)
        records += [
            _record(row, stamps.get(row.id, {}), responses.get(row.id, ())) for row in batch
        ]
    return tuple(records)


def _record(
    row: CallRow, stamps: Mapping[FieldTime, float], responses: Sequence[UnitResponse]
) -> CallRecord:
    return CallRecord(
        key=row.id,
        digest="",
        number=row.number,
        source_category=row.category,
        category=row.category,
        source_priority="",
        priority=Priority(row.priority),
        address="",
        lon=row.lon,
        lat=row.lat,
        station_area="",
        agency="",
        disposition="",
        stamps=_stamps(stamps, (RecordTime.RECEIVED, row.received_s)),
        units=tuple(
            UnitRecord(one.unit, one.kind, "", number, _stamps(one.stamps), number)
            for number, one in enumerate(responses, start=1)
        ),
        rows=(),
    )


def _stamps(known: Mapping[FieldTime, float], *more: tuple[RecordTime, float]) -> Stamps:
    found = dict(more) | {RecordTime(stamp.value): at_s for stamp, at_s in known.items()}
    return Stamps(tuple((stamp, found[stamp]) for stamp in RecordTime if stamp in found))
