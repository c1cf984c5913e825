"""Taking in tables of places and files of boundaries: read, look, say yes; whole or not at all."""

from __future__ import annotations

import datetime
import hashlib
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import shapely
from django.db import transaction

from wardmote.core.domain.areas import EVERYWHERE, is_area_code
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
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.place_events import DivisionChanged, PlacesImported
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.places import selectors, tree
from wardmote.operations.places.errors import (
    BadPlaceError,
    ImportHasProblemsError,
    ImportOvertakenError,
    UnknownImportError,
)
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
from wardmote.operations.places.services.planning_boundaries import matched_codes, plan_boundaries
from wardmote.operations.places.services.planning_imports import (
    ImportOptions,
    Outcome,
    codes_of,
    days_planned,
    plan_places,
)
from wardmote.operations.places.shapes import fit_boundary
from wardmote.operations.places.tree import PlaceRow

PLACES, BOUNDARIES = "places", "boundaries"
KEPT_S = 86_400.0
"""What was read and never taken in is dropped after a day."""

_BATCH = 200
_COUNTY_DIGITS = 6


def keep_read(
    viewer: Viewer,
    file: PlaceLines,
    options: ImportOptions,
    *,
    source: str,
    label: str,
    now_s: float,
) -> str:
    """Keep what was read of a file until its reader says yes or no; returns the import's id.

    Args:
        source: ``places`` or ``boundaries``.
        label: what the file was called.

    Raises:
        AccessDeniedError: the viewer may not change places anywhere.
        BadPlaceError: the division of the whole list is none.
    """
    if not viewer.holds_anywhere(Permission.CONFIGURATION_EDIT):
        raise AccessDeniedError
    if options.whole_of and (not is_area_code(options.whole_of) or options.whole_of == EVERYWHERE):
        raise BadPlaceError(field="whole_of")
    old = PlaceImport.objects.filter(made_s__lt=now_s - KEPT_S).exclude(data=b"")
    old.update(data=b"")
    kept = PlaceImport.objects.create(
        id=new_id(now_s),
        source=source,
        file_label=label[:120],
        options=msgspec.to_builtins(options),
        data=zlib.compress(msgspec.json.encode(file)),
        made_by=viewer.staff_id,
        made_s=now_s,
    )
    return kept.pk


def look_at_import(viewer: Viewer, import_id: str, *, now_s: float) -> tuple[PlaceImport, Outcome]:
    """What an import would do now. Only who read the file looks at it.

    Raises:
        UnknownImportError: there is none, or it was carried out or given up.
    """
    row = _import(viewer, import_id)
    return row, _outcome(viewer, row, selectors.local_day(now_s))


def digest_of(outcome: Outcome) -> str:
    """Tells one outcome from another."""
    said = msgspec.json.encode([outcome.added, outcome.changed, outcome.ended, outcome.unchanged])
    return hashlib.sha256(said).hexdigest()


def take_in(viewer: Viewer, import_id: str, digest: str, *, now_s: float) -> Outcome:
    """Carry an import out, whole.

    Args:
        digest: of the outcome that the viewer was shown.

    Raises:
        UnknownImportError: there is none, or it was carried out or given up.
        ImportHasProblemsError: a row does not fit; nothing is taken in.
        ImportOvertakenError: it would do something else by now.
    """
    today = selectors.local_day(now_s)
    with transaction.atomic():
        row = _import(viewer, import_id, lock=True)
        outcome = _outcome(viewer, row, today)
        if outcome.problems:
            raise ImportHasProblemsError(count=len(outcome.problems))
        if digest_of(outcome) != digest:
            raise ImportOvertakenError
        file, options = _file(row), _options(row)
        if row.source == PLACES:
            changes = _take_places(viewer, file, options, outcome, today)
        else:
            changes = _take_boundaries(viewer, file, options, outcome, today, now_s)
        take_under_new(codes_of(outcome.added))
        keep_changes(viewer, changes, now_s=now_s, batch=row.pk)
        _tell(viewer, row, changes, outcome, now_s)
        row.data, row.applied_s = b"", now_s
        row.counts = {
            "added": len(outcome.added),
            "changed": len(outcome.changed),
            "ended": len(outcome.ended),
        }
        row.save()
        transaction.on_commit(selectors.forget)
    return outcome


def give_up_import(viewer: Viewer, import_id: str) -> None:
    """Drop what was read of a file.

    Raises:
        UnknownImportError: there is none, or it was carried out or given up.
    """
    with transaction.atomic():
        row = _import(viewer, import_id, lock=True)
        row.data = b""
        row.save(update_fields=["data"])


def _import(viewer: Viewer, import_id: str, *, lock: bool = False) -> PlaceImport:
    rows = PlaceImport.objects.select_for_update() if lock else PlaceImport.objects.all()
    row = rows.filter(pk=import_id, made_by=viewer.staff_id, applied_s=None).first()
    if row is None or not bytes(row.data):
        raise UnknownImportError
    return row


def _file(row: PlaceImport) -> PlaceLines:
    return msgspec.json.decode(zlib.decompress(bytes(row.data)), type=PlaceLines)


def _options(row: PlaceImport) -> ImportOptions:
    return msgspec.convert(row.options, ImportOptions)


def _outcome(viewer: Viewer, row: PlaceImport, today: datetime.date) -> Outcome:
    plan = plan_places if row.source == PLACES else plan_boundaries
    return plan(viewer, _file(row), _options(row), today)


def _take_places(
    viewer: Viewer,
    file: PlaceLines,
    options: ImportOptions,
    outcome: Outcome,
    today: datetime.date,
) -> list[Change]:
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
    _save(new, old.values())
    return changes


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


def _take_boundaries(
    viewer: Viewer,
    file: PlaceLines,
    options: ImportOptions,
    outcome: Outcome,
    today: datetime.date,
    now_s: float,
) -> list[Change]:
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
    _save(new, rows.values())
    BoundaryVersion.objects.bulk_create(
        versions, batch_size=_BATCH, update_conflicts=True, unique_fields=["code", "from_day"],
        update_fields=["boundary", "set_by", "set_s"],
    )  # fmt: skip
    return changes


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
            rows = model._default_manager.select_for_update().filter(pk__in=part)
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


def _tell(
    viewer: Viewer, row: PlaceImport, changes: Sequence[Change], outcome: Outcome, now_s: float
) -> None:
    """One event for the whole, and one for each kind of change, day and county."""
    whole = selectors.location_index().whole_area
    groups: dict[tuple[str, DivisionChangeKind, datetime.date], list[Change]] = {}
    for change in changes:
        code = (*change.after, *change.before)[0]
        key = (area_of(code)[:_COUNTY_DIGITS], change.kind, change.day)
        groups.setdefault(key, []).append(change)
    for (county, kind, day), group in groups.items():
        before = tuple(code for change in group for code in change.before)
        after = tuple(code for change in group for code in change.after)
        event: Payload = DivisionChanged("", kind, before, after, day.isoformat())
        area = AreaId(county.ljust(12, "0"))
        record([event], actor=viewer.staff_id, area=area, now_s=now_s)
    taken = PlacesImported(
        row.pk, row.source, len(outcome.added), len(outcome.changed), len(outcome.ended)
    )
    record([taken], actor=viewer.staff_id, area=whole, now_s=now_s)
