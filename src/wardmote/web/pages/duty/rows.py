"""Rows of a form: fields that come again, such as the steps of a plan or the posts of a guard."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import QueryDict

from wardmote.core.domain.event_guard import DAY_MINUTES

MOST_ROWS = 300
BLANK_ROWS = 2
"""So many empty rows a form offers where no script adds them."""

Row = dict[str, str]


def rows_of(data: QueryDict, prefix: str, fields: Sequence[str], by: Sequence[str]) -> list[Row]:
    """The rows that were sent as ``prefix_field``; one whose fields `by` are all empty is none."""
    columns = {field: data.getlist(f"{prefix}_{field}")[:MOST_ROWS] for field in fields}
    count = max(len(column) for column in columns.values())
    rows = [
        {
            field: column[number].replace("\0", "").strip() if number < len(column) else ""
            for field, column in columns.items()
        }
        for number in range(count)
    ]
    return [row for row in rows if any(row[field] for field in by)]


def with_blanks(rows: Sequence[Row], **preset: str) -> list[Row]:
    """Rows and some empty ones behind them."""
    return [*rows, *(dict(preset) for _ in range(BLANK_ROWS))]


def number_of(text: str) -> int | str:
    """A whole number; text that is none stays, so that the field can be named that it is in."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 10 else text


def decimal_of(text: str) -> float | str:
    """A number; text that is none stays, as for `number_of`."""
    try:
        return float(text)
    except ValueError:
        return text


def minute_of(text: str) -> int | str:
    """Minutes after midnight of a clock time such as 08:30; 24:00 is the end of the day."""
    hours, _colon, minutes = text.replace("：", ":").partition(":")
    if not (hours.isdigit() and minutes.isdigit() and len(hours) <= 2 and len(minutes) == 2):
        return text
    return int(hours) * 60 + int(minutes) if int(minutes) < 60 else text


def span_of(begins: str, ends: str) -> tuple[int | str, int | str]:
    """Minutes after midnight of a span; one that ends no later than it begins ends the next day."""
    first, last = minute_of(begins), minute_of(ends)
    if isinstance(first, int) and isinstance(last, int) and last <= first:
        last += DAY_MINUTES
    return first, last


def clock_of(minute: int) -> str:
    """A clock time for a form; of the next day, what the clock shows then."""
    shown = minute if minute <= DAY_MINUTES else minute - DAY_MINUTES
    return f"{shown // 60:02d}:{shown % 60:02d}"
