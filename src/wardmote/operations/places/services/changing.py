"""What every change of the tree of places has in common: rights, rows of history, events."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely
from django.db import transaction

from wardmote.core.domain.division_changes import (
    BEGINNING,
    DivisionChangeKind,
    TreeLevel,
    area_of,
    code_above,
    is_grid_code,
    level_of,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.place_events import DivisionChanged
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.local_time import local_day
from wardmote.operations.places import selectors, tree
from wardmote.operations.places.errors import (
    LaterBoundaryError,
    UnknownPlaceError,
)
from wardmote.operations.places.models import (
    BoundaryVersion,
    ChangedPlace,
    Division,
    DivisionChange,
    Grid,
)
from wardmote.operations.places.tree import PlaceRow

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Change:
    """A change of places to be kept: its codes, its first day, and what names were before."""

    kind: DivisionChangeKind
    before: Sequence[str]
    after: Sequence[str]
    day: datetime.date
    was: dict[str, Any] = field(default_factory=dict)


def check_may_edit(viewer: Viewer, codes: Iterable[str]) -> None:
    """The viewer may change these places.

    Raises:
        AccessDeniedError: not all of them.
    """
    if not all(viewer.may(Permission.CONFIGURATION_EDIT, area_of(code)) for code in codes):
        raise AccessDeniedError


def lock_places(codes: Iterable[str]) -> None:
    """Let nobody else change these places until the transaction ends.

    Always in the order of codes, so that two changes of the same places wait for one another.
    """
    wanted = sorted(set(codes))
    for model in (Division, Grid):
        for part in tree.batches(wanted):
            rows = model._default_manager.select_for_update().filter(pk__in=part).order_by("pk")
            list(rows.values_list("pk", flat=True))


def row_on(code: str, day: datetime.date) -> PlaceRow:
    """The row of a place that holds on a day, locked until the transaction ends.

    Raises:
        UnknownPlaceError: none does.
    """
    model = Grid if is_grid_code(code) else Division
    row = model._default_manager.select_for_update().filter(pk=code).first()
    if row is None or not tree.days_of(row).hold(day):
        raise UnknownPlaceError
    return row


def new_row(
    code: str,
    name: Bilingual,
    seat: tuple[float | None, float | None],
    day: datetime.date | None,
    *,
    known: Collection[str] | None = None,
) -> PlaceRow:
    """A row of a place that begins on a day, not saved; the place above follows from the code.

    `known` are codes above that are on record; they are looked up where it is not given.
    """
    common: dict[str, Any] = {
        "code": code,
        "name_zh": name.zh,
        "name_en": name.en,
        "lon": seat[0],
        "lat": seat[1],
        "valid_from": day,
    }
    if level_of(code) is TreeLevel.GRID:
        return Grid(village=area_of(code), **common)
    above = code_above(code) or ""
    there = tree.used_codes([above]) if known is None else known
    parent = above if above in there else ""
    return Division(level=level_of(code).value, parent=parent, drawn=True, **common)


def take_under_new(added: Iterable[str]) -> None:
    """Divisions that stood alone come under those above them that were just opened."""
    new = set(added)
    for row in Division.objects.filter(parent=""):
        above = code_above(row.code)
        if above is not None and above in new:
            row.parent, row.drawn = above, True
            row.save(update_fields=["parent", "drawn"])


def set_boundary(
    row: PlaceRow, shape: Any, from_day: datetime.date, *, by: str, now_s: float
) -> None:
    """Give a place a boundary from a day on, and keep what it had before.

    The row itself shows it at once when its day has come, else when `take_effect` is next called.

    Raises:
        LaterBoundaryError: the newest boundary is of a later day.
    """
    packed = shapely.to_wkb(shape)
    newest = BoundaryVersion.objects.filter(code=row.pk).order_by("-from_day").first()
    if newest is not None and from_day < newest.from_day:
        raise LaterBoundaryError(day=newest.from_day.isoformat())
    if newest is None and bytes(row.boundary):
        first = row.valid_from or BEGINNING
        if first < from_day:
            BoundaryVersion.objects.create(
                code=row.pk, from_day=first, boundary=bytes(row.boundary), set_by="", set_s=now_s
            )
    BoundaryVersion.objects.update_or_create(
        code=row.pk,
        from_day=from_day,
        defaults={"boundary": packed, "set_by": by, "set_s": now_s},
    )
    if from_day <= local_day(now_s) or not bytes(row.boundary):
        row.boundary = packed
        if row.lon is None or row.lat is None:
            seat = shape.representative_point()
            row.lon, row.lat = seat.x, seat.y


def keep_changes(
    viewer: Viewer, changes: Sequence[Change], *, now_s: float, batch: str = ""
) -> list[str]:
    """Write rows of history for changes; returns their ids. Events are the caller's."""
    rows = [
        DivisionChange(
            id=new_id(now_s),
            kind=change.kind.value,
            before=list(change.before),
            after=list(change.after),
            day=change.day,
            was=change.was,
            by=viewer.staff_id,
            at_s=now_s,
            batch=batch,
        )
        for change in changes
    ]
    DivisionChange.objects.bulk_create(rows, batch_size=tree.AT_ONCE)
    ChangedPlace.objects.bulk_create(
        [
            ChangedPlace(change_id=row.pk, code=code)
            for row in rows
            for code in sorted({*row.before, *row.after})
        ],
        batch_size=tree.AT_ONCE,
    )
    return [row.pk for row in rows]


def keep_and_tell(viewer: Viewer, change: Change, area: AreaId, *, now_s: float) -> str:
    """Write the history and the event of one change; boundaries are read anew after the commit."""
    (kept,) = keep_changes(viewer, [change], now_s=now_s)
    event = DivisionChanged(
        kept, change.kind, tuple(change.before), tuple(change.after), change.day.isoformat()
    )
    record([event], actor=viewer.staff_id, area=area, now_s=now_s)
    transaction.on_commit(selectors.forget)
    return kept


def mark_drawn(row: PlaceRow) -> None:
    """From now on the row belongs to this deployment, not to the city's directory."""
    if isinstance(row, Division):
        row.drawn = True
