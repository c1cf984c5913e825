"""Tables of words and numbers, for a page, a PDF and a sheet alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

UNKNOWN = "–"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes:
        text: what is shown.
        value: the number behind it, for spreadsheets; None when it is words or unknown.
        figure: key of the calls behind it; empty when there are none to open.
        group: the group whose figure it is; empty for all.
    """

    text: str
    value: float | None = None
    figure: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its title, its header and its rows; the first cell of a row is its heading.

    Attributes:
        opens: name of the page that opens what is behind a cell's figure.
    """

    key: str
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    opens: str = "bulletin-calls"


def table_values(table: Table) -> list[list[Any]]:
    """Rows for a spreadsheet: numbers where there are any, words elsewhere."""
    return [[cell.text if cell.value is None else cell.value for cell in row] for row in table.rows]
