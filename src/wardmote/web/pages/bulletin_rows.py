"""The tables of a bulletin as HTML rows, written at once: a prefecture has thousands of cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from wardmote.web.pages.bulletin_tables import BANDING_TITLES
from wardmote.web.tables import Cell, Table

MOST_ROWS: Final = 30
_BY_AREA: Final = frozenset({"overview", "fraud_free", *BANDING_TITLES})


@dataclass(frozen=True, slots=True)
class Rows:
    """A table with the rows that are shown of it.

    Attributes:
        html: of the shown rows, escaped.
        count: rows in all.
        shown: rows in `html`.
    """

    table: Table
    html: SafeString
    count: int
    shown: int


def rows_of(
    tables: Sequence[Table],
    period: str,
    *,
    opened: Mapping[str, Mapping[str, str]],
    every: bool = False,
) -> list[Rows]:
    """The tables with rows to show.

    Args:
        opened: what is told, besides the figure, to each page that opens what is behind one; a
            page that is missing is not linked.
        every: whether long tables by area are shown whole; else the rows with the largest counts.
    """
    addresses = {name: reverse(name, args=[period]) for name in opened}
    found = []
    for table in tables:
        rows = table.rows if every or not by_area(table) else _largest(table.rows)
        told = opened.get(table.opens)
        address = "" if told is None else addresses[table.opens]
        rest = urlencode({} if told is None else told)
        html = "".join(_row(row, table.opens, address, rest) for row in rows)
        safe = mark_safe(html)  # noqa: S308  # every text and address in it is escaped by `_row`
        found.append(Rows(table, safe, len(table.rows), len(rows)))
    return found


def by_area(table: Table) -> bool:
    """Whether a table has a row for each area."""
    return table.key in _BY_AREA or table.key.startswith("towns.")


def _largest(rows: Sequence[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    """The rows with the largest counts in their own order; those that tell none from the first."""
    order = sorted(range(len(rows)), key=lambda number: -_size(rows[number]))
    return [rows[number] for number in sorted(order[:MOST_ROWS])]


def _size(row: tuple[Cell, ...]) -> float:
    return sum(cell.value for cell in row if cell.figure and cell.value is not None)


def _row(row: tuple[Cell, ...], opens: str, address: str, rest: str) -> str:
    cells = "".join(_cell(cell, opens, address, rest) for cell in row[1:])
    return f'<tr><th scope="row">{escape(row[0].text)}</th>{cells}</tr>\n'


def _cell(cell: Cell, opens: str, address: str, rest: str) -> str:
    text = escape(cell.text)
    if not (cell.figure and address):
        return f'<td class="number">{text}</td>'
    asked = urlencode({"figure": cell.figure, "group": cell.group})
    if rest:
        asked = f"{asked}&{rest}"
    return f'<td class="number"><a href="{address}?{escape(asked)}">{text}</a></td>'
