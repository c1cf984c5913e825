"""Tables of equipment: read whole or not at all, every fault with its row and column."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.equipment import HolderKind
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.inspection_events import EquipmentImported
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.inspections.models import EquipmentItem
from wardmote.operations.inspections.recording import check, tell
from wardmote.operations.inspections.services.equipment import ItemWanted, faulty_field, put_item

COLUMNS = ("number", "kind", "area", "holder_kind", "holder", "expires", "every_days")
MOST_ROWS = 5_000
MOST_FAULTS = 50


@dataclass(frozen=True, slots=True)
class TableFault:
    """Something wrong in a table.

    Attributes:
        row: as a spreadsheet numbers it, from 1; the headings are in row 1.
        column: a name of `COLUMNS`; empty for the whole row or table.
        code: ``encoding``, ``columns``, ``too_long``, ``twice``, ``right`` or ``value``.
    """

    row: int
    column: str
    code: str
    value: str


@dataclass(frozen=True, slots=True)
class TableTaken:
    """What became of a table: counts, or the faults for which nothing was taken."""

    made: int
    changed: int
    faults: tuple[TableFault, ...]


def take_table(viewer: Viewer, data: bytes, *, now_s: float) -> TableTaken:
    """Take in a table (CSV, UTF-8, headings as `COLUMNS`) whole, or say what is wrong with it.

    Raises:
        AccessDeniedError: the viewer may not edit equipment anywhere.
    """
    areas = viewer.areas_with(Permission.EQUIPMENT_EDIT)
    check(viewer, Permission.EQUIPMENT_EDIT, areas[0] if areas else "")
    faults: list[TableFault] = []
    wanted = _read(viewer, data, faults)
    if faults:
        return TableTaken(0, 0, tuple(faults[:MOST_FAULTS]))
    with transaction.atomic():
        numbers = [one.number for one in wanted]
        rows = EquipmentItem.objects.select_for_update().filter(number__in=numbers)
        known = {row.number: row for row in rows}
        for number, one in enumerate(wanted, start=2):
            row = known.get(one.number)
            if row is not None and not viewer.may(Permission.EQUIPMENT_EDIT, AreaId(row.area)):
                faults.append(TableFault(number, "number", "right", one.number))
        if faults:
            return TableTaken(0, 0, tuple(faults[:MOST_FAULTS]))
        changed = [
            one for one in wanted if one.number in known and _differs(known[one.number], one)
        ]
        made = [one for one in wanted if one.number not in known]
        for one in (*changed, *made):
            put_item(known.get(one.number), one, viewer.staff_id, now_s)
        event = EquipmentImported(len(made), len(changed))
        tell(event, viewer.staff_id, areas[0], now_s)
    return TableTaken(len(made), len(changed), ())


def row_of(item: EquipmentItem) -> tuple[object, ...]:
    """An item as a row of a table that `take_table` takes in again."""
    return (
        item.number,
        item.kind,
        item.area,
        item.holder_kind,
        item.holder,
        "" if item.expires is None else item.expires.isoformat(),
        "" if item.every_days is None else item.every_days,
    )


def _read(viewer: Viewer, data: bytes, faults: list[TableFault]) -> list[ItemWanted]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        faults.append(TableFault(1, "", "encoding", ""))
        return []
    reader = csv.reader(io.StringIO(text.replace("\0", "")))
    try:
        rows = list(reader)
    except csv.Error:
        faults.append(TableFault(reader.line_num, "", "columns", ""))
        return []
    if not rows or [one.strip() for one in rows[0]] != list(COLUMNS):
        faults.append(TableFault(1, "", "columns", ", ".join(COLUMNS)))
        return []
    if len(rows) - 1 > MOST_ROWS:
        faults.append(TableFault(MOST_ROWS + 2, "", "too_long", str(MOST_ROWS)))
        return []
    return _parsed(viewer, rows[1:], faults)


def _parsed(
    viewer: Viewer, rows: Iterable[list[str]], faults: list[TableFault]
) -> list[ItemWanted]:
    found: list[ItemWanted] = []
    seen: set[str] = set()
    for number, cells in enumerate(rows, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(COLUMNS):
            faults.append(TableFault(number, "", "columns", str(len(cells))))
            continue
        row = {name: cell.strip() for name, cell in zip(COLUMNS, cells, strict=True)}
        one = _item(row, number, faults)
        if one is None:
            continue
        column = faulty_field(one)
        if column:
            faults.append(TableFault(number, column, "value", row[column]))
        elif one.number in seen:
            faults.append(TableFault(number, "number", "twice", one.number))
        elif not viewer.may(Permission.EQUIPMENT_EDIT, one.area):
            faults.append(TableFault(number, "area", "right", one.area))
        seen.add(one.number)
        found.append(one)
    return found


def _item(row: Mapping[str, str], number: int, faults: list[TableFault]) -> ItemWanted | None:
    bad = [
        column
        for column, fits in (
            ("area", is_area_code(row["area"])),
            ("holder_kind", row["holder_kind"] in {one.value for one in HolderKind}),
            ("expires", not row["expires"] or _day(row["expires"]) is not None),
            ("every_days", not row["every_days"] or row["every_days"].isdecimal()),
        )
        if not fits
    ]
    faults.extend(TableFault(number, column, "value", row[column]) for column in bad)
    if bad:
        return None
    return ItemWanted(
        row["number"],
        row["kind"],
        AreaId(row["area"]),
        HolderKind(row["holder_kind"]),
        row["holder"],
        _day(row["expires"]),
        int(row["every_days"][:6]) if row["every_days"] else None,
    )


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _differs(row: EquipmentItem, wanted: ItemWanted) -> bool:
    return (row.kind, row.area, row.holder_kind, row.holder, row.expires, row.every_days) != (
        *(wanted.kind, wanted.area, wanted.holder_kind.value, wanted.holder),
        *(wanted.expires, wanted.every_days),
    )
