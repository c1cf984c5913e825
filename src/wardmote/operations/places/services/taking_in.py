"""Carrying an import of places out: everything is made ready first, then written in one go.

SQLite has one writer at a time, and calls are entered meanwhile: while that one is held nothing is
parsed, planned or measured, only written.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from wardmote.core.domain.division_changes import (
    BEGINNING,
    DivisionChangeKind,
    TreeLevel,
    area_of,
    code_above,
    level_of,
)
from wardmote.core.domain.events import Payload
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Viewer
from wardmote.core.domain.place_events import DivisionChanged, PlacesImported
from wardmote.core.domain.text import Bilingual
from wardmote.operations.journal.services import record_in_areas
from wardmote.operations.places import selectors, tree
from wardmote.operations.places.lines import PlaceLine, PlaceLines
from wardmote.operations.places.models import BoundaryVersion, Division, Grid, PlaceImport
from wardmote.operations.places.services.changing import (
    DAY,
    Change,
    keep_changes,
    mark_drawn,
    new_row,
    take_under_new,
)
from wardmote.operations.places.services.planning_boundaries import matched_codes
from wardmote.operations.places.services.planning_imports import (
    ImportOptions,
    Outcome,
    codes_of,
    days_planned,
)
from wardmote.operations.places.shapes import fit_boundary
from wardmote.operations.places.tree import PlaceRow

_BATCH = 200
_COUNTY_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Ready:
    """What an import writes, made ready: rows as they are to be, their history, their events.

    Attributes:
        whole: the division above all others, whose event the import as a whole is.
    """

    new: Sequence[PlaceRow]
    old: Sequence[PlaceRow]
    versions: Sequence[BoundaryVersion]
    changes: Sequence[Change]
    whole: AreaId

    def codes(self) -> list[str]:
        """Of the places that are on record already and would be changed."""
        return [row.pk for row in self.old]


def ready_places(
    file: PlaceLines, options: ImportOptions, outcome: Outcome, today: datetime.date
) -> Ready:
    """What taking in a table of places writes."""
    lines = {line.code: line for line in file.places}
    changes: list[Change] = []
    new: list[PlaceRow] = []
    added = sorted(codes_of(outcome.added), key=_widest_first)
    tops = set(tree.used_codes(_parents(added)))
    for code in added:
        new.append(_opened(lines[code], options, tops))
        tops.add(code)
        first = days_planned(lines[code], options).first or today
        changes.append(Change(DivisionChangeKind.OPEN, (), (code,), first))
    day = options.day or today
    old = _rows([*codes_of(outcome.changed), *codes_of(outcome.ended)])
    for code in codes_of(outcome.changed):
        changes += _apply_line(old[code], lines[code], day)
    for code in codes_of(outcome.ended):
        old[code].valid_to = day - DAY
        changes.append(Change(DivisionChangeKind.END, (code,), (), day - DAY))
    return Ready(new, list(old.values()), (), changes, selectors.location_index().whole_area)


def write(viewer: Viewer, row: PlaceImport, ready: Ready, outcome: Outcome, now_s: float) -> None:
    """Write what is ready, in the caller's transaction."""
    _save(ready.new, ready.old)
    BoundaryVersion.objects.bulk_create(
        ready.versions, batch_size=_BATCH, update_conflicts=True,
        unique_fields=["code", "from_day"], update_fields=["boundary", "set_by", "set_s"],
    )  # fmt: skip
    take_under_new(codes_of(outcome.added))
    keep_changes(viewer, ready.changes, now_s=now_s, batch=row.pk)
    _tell(viewer, row, ready, outcome, now_s)


def _widest_first(code: str) -> tuple[int, str]:
    return list(TreeLevel).index(level_of(code)), code


def _parents(codes: Sequence[str]) -> list[str]:
    return [above for code in codes if (above := code_above(code)) is not None]


def _opened(line: PlaceLine, options: ImportOptions, known: set[str]) -> PlaceRow:
    days = days_planned(line, options)
    row = new_row(
        line.code, Bilingual(line.zh or "", line.en or ""), (line.lon, line.lat), days.first,
        known=known,
    )  # fmt: skip
    row.population, row.valid_to = line.population, days.last
    return row


def _apply_line(row: PlaceRow, line: PlaceLine, day: datetime.date) -> list[Change]:
    """Give a row what a line says; what kinds of change that was."""
    code = row.pk
    changes: list[Change] = []
    was: dict[str, Any] = {"name_zh": row.name_zh, "name_en": row.name_en}
    numbers = {"population": row.population, "lon": row.lon, "lat": row.lat}
    row.name_zh = row.name_zh if line.zh is None else line.zh
    row.name_en = row.name_en if line.en is None else line.en
    if was != {"name_zh": row.name_zh, "name_en": row.name_en}:
        changes.append(Change(DivisionChangeKind.RENAME, (code,), (code,), day, was))
    row.population = row.population if line.population is None else line.population
    row.lon = row.lon if line.lon is None else line.lon
    row.lat = row.lat if line.lat is None else line.lat
    first = row.valid_from
    row.valid_from = row.valid_from or line.first
    now = {"population": row.population, "lon": row.lon, "lat": row.lat}
    if numbers != now or first != row.valid_from:
        changes.append(Change(DivisionChangeKind.AMEND, (code,), (code,), day, numbers))
    if line.last is not None and line.last != row.valid_to:
        row.valid_to = line.last
        changes.append(Change(DivisionChangeKind.END, (code,), (), line.last))
    mark_drawn(row)
    return changes


def ready_boundaries(
    viewer: Viewer,
    file: PlaceLines,
    options: ImportOptions,
    outcome: Outcome,
    today: datetime.date,
    now_s: float,
) -> Ready:
    """What taking in a file of boundaries writes."""
    day = options.day or today
    lines = matched_codes(file, options, day)
    added = sorted(codes_of(outcome.added), key=_widest_first)
    changed = codes_of(outcome.changed)
    rows = _rows(changed)
    known = set(tree.used_codes(_parents(added)))
    changes: list[Change] = []
    new: list[PlaceRow] = []
    for code in added:
        name = Bilingual(lines[code].zh, lines[code].en)
        new.append(new_row(code, name, (None, None), options.day, known=known))
        known.add(code)
        changes.append(Change(DivisionChangeKind.OPEN, (), (code,), day))
    versioned = set()
    for part in tree.batches(sorted(changed)):
        kept = BoundaryVersion.objects.filter(code__in=part)
        versioned |= set(kept.values_list("code", flat=True))
    versions: list[BoundaryVersion] = []
    for row in (*new, *rows.values()):
        versions += _redrawn(row, lines[row.pk].wkb, options.day, today, row.pk in versioned)
        mark_drawn(row)
    for version in versions:
        version.set_by, version.set_s = viewer.staff_id, now_s
    changes += [Change(DivisionChangeKind.REDRAW, (code,), (code,), day) for code in changed]
    whole = selectors.location_index().whole_area
    return Ready(new, list(rows.values()), versions, changes, whole)


def _redrawn(
    row: PlaceRow, wkb: bytes, day: datetime.date | None, today: datetime.date, versioned: bool
) -> list[BoundaryVersion]:
    """Versions to be kept when a row gets a boundary; the row shows it once its day has come."""
    shape = fit_boundary(shapely.from_wkb(wkb))
    packed = shapely.to_wkb(shape)
    before = bytes(row.boundary)
    always = row.valid_from or BEGINNING
    from_day = day or (today if before or versioned else always)
    versions = [BoundaryVersion(code=row.pk, from_day=from_day, boundary=packed)]
    if before and not versioned and always < from_day:
        versions.append(BoundaryVersion(code=row.pk, from_day=always, boundary=before))
    if from_day <= today or not before:
        row.boundary = packed
    if row.lon is None or row.lat is None:
        seat = shape.representative_point()
        row.lon, row.lat = seat.x, seat.y
    return versions


def _rows(codes: Sequence[str]) -> dict[str, PlaceRow]:
    found: dict[str, PlaceRow] = {}
    for part in tree.batches(sorted(codes)):
        for model in (Division, Grid):
            rows = model._default_manager.filter(pk__in=part)
            found.update({row.pk: row for row in rows})
    return found


def _save(new: Iterable[PlaceRow], old: Iterable[PlaceRow]) -> None:
    for model in (Division, Grid):
        fields = [one.name for one in model._meta.concrete_fields if not one.primary_key]
        fresh: list[Any] = [row for row in new if isinstance(row, model)]
        kept: list[Any] = [row for row in old if isinstance(row, model)]
        for row in kept:
            mark_drawn(row)
        model._default_manager.bulk_create(fresh, batch_size=_BATCH)
        model._default_manager.bulk_create(
            kept, batch_size=_BATCH, update_conflicts=True, unique_fields=["code"],
            update_fields=fields,
        )  # fmt: skip


def _tell(viewer: Viewer, row: PlaceImport, ready: Ready, outcome: Outcome, now_s: float) -> None:
    """One event for the whole, and one for each kind of change, day and county."""
    groups: dict[tuple[str, DivisionChangeKind, datetime.date], list[Change]] = {}
    for change in ready.changes:
        code = (*change.after, *change.before)[0]
        key = (area_of(code)[:_COUNTY_DIGITS], change.kind, change.day)
        groups.setdefault(key, []).append(change)
    events: list[tuple[AreaId, Payload]] = []
    for (county, kind, day), group in groups.items():
        before = tuple(code for change in group for code in change.before)
        after = tuple(code for change in group for code in change.after)
        event = DivisionChanged("", kind, before, after, day.isoformat())
        events.append((AreaId(county.ljust(12, "0")), event))
    counts = (len(outcome.added), len(outcome.changed), len(outcome.ended))
    events.append((ready.whole, PlacesImported(row.pk, row.source, *counts)))
    record_in_areas(events, actor=viewer.staff_id, now_s=now_s)
