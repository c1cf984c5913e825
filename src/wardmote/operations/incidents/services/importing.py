"""Keeping other control rooms' records as closed calls, for reports and planning.

They are history: no event of ours happened, so nothing goes into the journal, nothing of them is
on the board, and their stamps carry the clock ``import``. A record is kept once, under its key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence

from django.db import transaction

from wardmote.core.domain.call_record import CallRecord, RecordTime
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.incident import FieldTime, IncidentState, Priority
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.plain import dump
from wardmote.core.policies.routing import PlaceKnown
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.incidents.models import FieldTimeRow, ImportedRecord, Incident
from wardmote.operations.places import selectors as places

UNMAPPED = "unmapped"
"""Category of a record whose category the mapping does not say."""

_BATCH = 300
_LAST_OF_UNITS = frozenset({RecordTime.CLEARED})


class ImportedCalls:
    """The database as a store of records, for `gateways.cad_import.importing.import_records`."""

    def __init__(
        self,
        viewer: Viewer,
        *,
        now_s: float,
        on_progress: Callable[[int], None] = lambda _records: None,
    ) -> None:
        """The viewer must be allowed to edit the configuration of the whole place.

        `on_progress` is told how many records were written; they count when all are.
        """
        self._whole: AreaId = places.location_index().whole_area
        if not viewer.may(Permission.CONFIGURATION_EDIT, self._whole):
            raise AccessDeniedError
        self._viewer = viewer
        self._now_s = now_s
        self._on_progress = on_progress

    def digests(self, keys: Sequence[str]) -> Mapping[str, str]:
        """Key -> digest of those of `keys` that are already kept."""
        found: dict[str, str] = {}
        for start in range(0, len(keys), _BATCH):
            rows = ImportedRecord.objects.filter(key__in=keys[start : start + _BATCH])
            found.update(rows.values_list("key", "digest"))
        return found

    def add(self, records: Sequence[CallRecord]) -> None:
        """Keep new records, all of them or (on an error) none."""
        with transaction.atomic():
            for start in range(0, len(records), _BATCH):
                self._add(records[start : start + _BATCH])
                self._on_progress(min(start + _BATCH, len(records)))

    def _add(self, records: Sequence[CallRecord]) -> None:
        pairs = [(record, self._incident(record)) for record in records]
        Incident.objects.bulk_create(incident for _, incident in pairs)
        FieldTimeRow.objects.bulk_create(
            FieldTimeRow(
                incident=incident,
                stamp=stamp.value,
                at_s=at_s,
                recorded_s=self._now_s,
                clock="import",
            )
            for record, incident in pairs
            for stamp, at_s in field_times(record)
        )
        ImportedRecord.objects.bulk_create(
            ImportedRecord(
                key=record.key,
                digest=record.digest,
                incident=incident,
                source_category=record.source_category[:200],
                source_priority=record.source_priority[:60],
                station_area=record.station_area[:60],
                agency=record.agency[:60],
                source_disposition=record.disposition[:200],
                flags=dump(record.flags),
                units=dump(record.units),
                imported_s=self._now_s,
            )
            for record, incident in pairs
        )

    def _incident(self, record: CallRecord) -> Incident:
        area, beat, place_class, known = self._whole, None, PlaceClass.ELSEWHERE, PlaceKnown.UNKNOWN
        if record.lon is not None and record.lat is not None:
            found = places.locate(record.lon, record.lat, record.received_s)
            known = PlaceKnown.OUTSIDE if found.area is None else PlaceKnown.INSIDE
            area, beat = found.area or area, found.beat
            place_class = found.place_class
        return Incident(
            id=new_id(record.received_s),
            number=_number(record),
            category=record.category or UNMAPPED,
            priority=int(record.priority or Priority.ROUTINE),
            state=IncidentState.CLOSED.value,
            since_s=max(at_s for _, at_s in field_times(record)),
            channel="import",
            lon=record.lon,
            lat=record.lat,
            place=record.address[:300],
            place_known=known.value,
            place_class=place_class.value,
            area=area,
            beat=beat,
            received_s=record.received_s,
            received_by=self._viewer.staff_id,
        )


def _number(record: CallRecord) -> str:
    if len(record.key) <= 60:
        return record.key
    return f"{record.key[:43]}#{hashlib.sha256(record.key.encode()).hexdigest()[:16]}"


def field_times(record: CallRecord) -> tuple[tuple[FieldTime, float], ...]:
    """The stamps of the call as a whole: its own, else the first unit's; cleared by the last unit.

    A record always has the time at which it was received, as well as it is known.
    """
    times: dict[RecordTime, float] = {}
    for stamp, at_s in _of_units(record):
        better = max if stamp in _LAST_OF_UNITS else min
        times[stamp] = better(times.get(stamp, at_s), at_s)
    times.update(record.stamps.pairs)
    times.setdefault(RecordTime.RECEIVED, record.received_s)
    known = {one.value for one in FieldTime}
    return tuple(
        (FieldTime(stamp.value), times[stamp])
        for stamp in RecordTime
        if stamp in times and stamp.value in known
    )


def _of_units(record: CallRecord) -> Iterable[tuple[RecordTime, float]]:
    for unit in record.units:
        yield from unit.stamps.pairs
