"""Opening, renaming, redrawing and ending divisions and grids."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from wardmote.core.beat.topology import DEFAULT_TOLERANCE_M2, sticking_out_m2
from wardmote.core.domain.division_changes import (
    BEGINNING,
    TOPS_ALLOWED,
    DivisionChangeKind,
    TreeLevel,
    area_of,
    code_above,
    is_tree_code,
    level_of,
)
from wardmote.core.domain.permissions import Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.local_time import local_day
from wardmote.operations.places import selectors, tree
from wardmote.operations.places.dependants import dependants_of
from wardmote.operations.places.errors import (
    BadPlaceError,
    CodeTakenError,
    NoPlaceAboveError,
    OutsideVillageError,
    StillLeanedOnError,
)
from wardmote.operations.places.models import BoundaryVersion, Division, Grid
from wardmote.operations.places.services.beats import beats_take_effect
from wardmote.operations.places.services.changing import (
    DAY,
    Change,
    check_may_edit,
    keep_and_tell,
    mark_drawn,
    new_row,
    row_on,
    set_boundary,
    take_under_new,
)
from wardmote.operations.places.services.importing import forget_old_imports
from wardmote.operations.places.shapes import fit_boundary
from wardmote.operations.places.standing import beat_stretches

MOST_NAMED = 10
MAX_NAME = 120
LOOKED_BACK = datetime.timedelta(days=40)
"""Older boundaries have taken effect long since."""


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A division or grid to be opened.

    Attributes:
        code: 12 digits, or 15 of a grid.
        from_day: its first local day; None: it always was.
        lon, lat: of its seat, WGS-84 degrees; None where not known.
        boundary: a shapely Polygon or MultiPolygon; None where not known.
    """

    code: str
    name: Bilingual
    from_day: datetime.date | None = None
    lon: float | None = None
    lat: float | None = None
    population: int | None = None
    boundary: Any = None


def open_place(viewer: Viewer, new: NewPlace, *, now_s: float) -> str:
    """Open a division or grid; returns the id of the change.

    Raises:
        AccessDeniedError: the viewer may not change places there.
        BadPlaceError: the code or the name does not fit; `field` says which.
        CodeTakenError: the code was given before.
        NoPlaceAboveError: its town, village or what else is above is not there on that day.
        BadBoundaryError, OutsideVillageError: the boundary does not fit.
    """
    if not is_tree_code(new.code):
        raise BadPlaceError(field="code")
    check_may_edit(viewer, [new.code])
    check_name(new.name)
    _check_seat(new.lon, new.lat)
    if new.population is not None and not 0 <= new.population < 2**31:
        raise BadPlaceError(field="population")
    day = new.from_day or local_day(now_s)
    with transaction.atomic():
        if tree.used_codes([new.code]):
            raise CodeTakenError(code=new.code)
        check_above(new.code, day)
        row = new_row(new.code, new.name, (new.lon, new.lat), new.from_day)
        row.population = new.population
        if new.boundary is not None:
            shape = fit_boundary(new.boundary)
            check_inside_village(new.code, shape, day)
            since = new.from_day or BEGINNING
            set_boundary(row, shape, since, by=viewer.staff_id, now_s=now_s)
        row.save(force_insert=True)
        take_under_new([new.code])
        change = Change(DivisionChangeKind.OPEN, (), (new.code,), day)
        return keep_and_tell(viewer, change, area_of(new.code), now_s=now_s)


def rename_place(
    viewer: Viewer, code: str, name: Bilingual, day: datetime.date, *, now_s: float
) -> str:
    """Give a place another name from a day on; returns the id of the change.

    Lists show the new name at once; what a day was called follows from the history.

    Raises:
        AccessDeniedError, UnknownPlaceError, BadPlaceError: as `open_place`.
    """
    check_may_edit(viewer, [code])
    check_name(name)
    with transaction.atomic():
        row = row_on(code, day)
        was = {"name_zh": row.name_zh, "name_en": row.name_en}
        row.name_zh, row.name_en = name.zh, name.en
        mark_drawn(row)
        row.save()
        change = Change(DivisionChangeKind.RENAME, (code,), (code,), day, was)
        return keep_and_tell(viewer, change, area_of(code), now_s=now_s)


def redraw_place(
    viewer: Viewer, code: str, boundary: Any, from_day: datetime.date, *, now_s: float
) -> str:
    """Give a place another boundary from a day on; returns the id of the change.

    Raises:
        AccessDeniedError, UnknownPlaceError: as `open_place`.
        BadBoundaryError: it encloses nothing or crosses itself.
        OutsideVillageError: a grid would lie outside its village.
        LaterBoundaryError: the newest boundary is of a later day.
    """
    check_may_edit(viewer, [code])
    shape = fit_boundary(boundary)
    with transaction.atomic():
        row = row_on(code, from_day)
        check_inside_village(code, shape, from_day)
        if level_of(code) is TreeLevel.VILLAGE:
            _check_holds_its_grids(code, shape, from_day)
        set_boundary(row, shape, from_day, by=viewer.staff_id, now_s=now_s)
        mark_drawn(row)
        row.save()
        change = Change(DivisionChangeKind.REDRAW, (code,), (code,), from_day)
        return keep_and_tell(viewer, change, area_of(code), now_s=now_s)


def end_place(viewer: Viewer, code: str, last_day: datetime.date, *, now_s: float) -> str:
    """Set the last day of a place; it keeps its code, name and history.

    Raises:
        AccessDeniedError, UnknownPlaceError: as `open_place`.
        BadPlaceError: it would end before it began, or its last day is set and over.
        StillLeanedOnError: places below it, beats or appointments still need it after that day.
    """
    check_may_edit(viewer, [code])
    with transaction.atomic():
        row = row_on(code, last_day)
        leaning = leaned_on_by(viewer, code, max(last_day + DAY, local_day(now_s)))
        if leaning:
            more = "…" if len(leaning) > MOST_NAMED else ""
            raise StillLeanedOnError(what=", ".join(leaning[:MOST_NAMED]) + more)
        row.valid_to = last_day
        mark_drawn(row)
        row.save()
        change = Change(DivisionChangeKind.END, (code,), (), last_day)
        return keep_and_tell(viewer, change, area_of(code), now_s=now_s)


def leaned_on_by(viewer: Viewer, code: str, day: datetime.date) -> list[str]:
    """What still needs a place on a day or later, in words: places below, beats, and others."""
    language = get_language() or ""
    below = [
        f"{row.name.in_language(language)} {row.code}"
        for row in tree.children_of(code, None)
        if row.days.last is None or row.days.last >= day
    ]
    named = {one.beat: one.name for one in beat_stretches(day) if code in one.villages}
    beats = [name.in_language(language) or beat for beat, name in named.items()]
    return below + beats + [one.label for one in dependants_of(viewer, [code], day)]


def take_effect(now_s: float) -> int:
    """Let rows show boundaries and villages whose day has come; returns how many rows that changed.

    Answers for a day do not wait for this: they look at the versions.
    """
    today = local_day(now_s)
    changed = 0
    with transaction.atomic():
        newest: dict[str, bytes] = {}
        lately = today - LOOKED_BACK
        due = BoundaryVersion.objects.filter(from_day__lte=today, from_day__gt=lately)
        due = due.order_by("code", "from_day")
        for code, wkb in due.values_list("code", "boundary"):
            newest[code] = bytes(wkb)
        for model in (Division, Grid):
            for part in tree.batches(sorted(newest)):
                for row in model._default_manager.select_for_update().filter(pk__in=part):
                    if bytes(row.boundary) != newest[row.pk]:
                        row.boundary = newest[row.pk]
                        row.save(update_fields=["boundary"])
                        changed += 1
        changed += beats_take_effect(today)
        if changed:
            transaction.on_commit(selectors.forget)
    return changed


def go_round(now_s: float) -> None:
    """What is done again and again: `take_effect`, and dropping files that nobody took in."""
    take_effect(now_s)
    forget_old_imports(now_s)


def check_name(name: Bilingual) -> None:
    """A name in at least one language, not too long.

    Raises:
        BadPlaceError: there is none.
    """
    if not (name.zh.strip() or name.en.strip()) or max(len(name.zh), len(name.en)) > MAX_NAME:
        raise BadPlaceError(field="name")


def check_above(code: str, day: datetime.date) -> None:
    """The place above is there on a day; provinces, cities and counties may stand alone.

    Raises:
        NoPlaceAboveError: it is not.
    """
    above = code_above(code)
    row = None if above is None else tree.place_row(above)
    if row is not None and tree.days_of(row).hold(day):
        return
    if row is None and level_of(code) in TOPS_ALLOWED:
        return
    raise NoPlaceAboveError(code=above or "")


def check_inside_village(code: str, shape: Any, day: datetime.date) -> None:
    """A grid lies inside its village on a day, but for `DEFAULT_TOLERANCE_M2`; no other need.

    Raises:
        OutsideVillageError: it reaches out by more.
    """
    if level_of(code) is not TreeLevel.GRID:
        return
    village = tree.boundaries_on([area_of(code)], day).get(area_of(code))
    if village is not None:
        beyond = sticking_out_m2(shape, village)
        if beyond > DEFAULT_TOLERANCE_M2:
            raise OutsideVillageError(codes=code, area=round(beyond))


def _check_holds_its_grids(village: str, shape: Any, day: datetime.date) -> None:
    grids = [row.code for row in tree.children_of(village, day)]
    out = {
        code: sticking_out_m2(grid, shape) for code, grid in tree.boundaries_on(grids, day).items()
    }
    beyond = {code: size for code, size in out.items() if size > DEFAULT_TOLERANCE_M2}
    if beyond:
        named = ", ".join(sorted(beyond)[:MOST_NAMED])
        raise OutsideVillageError(codes=named, area=round(sum(beyond.values())))


def _check_seat(lon: float | None, lat: float | None) -> None:
    if lon is None and lat is None:
        return
    if lon is None or lat is None or not (math.isfinite(lon) and math.isfinite(lat)):
        raise BadPlaceError(field="lon")
    if abs(lon) > 180 or abs(lat) > 90:
        raise BadPlaceError(field="lon")
