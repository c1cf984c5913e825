"""What each column holds, told from its cells alone."""

from __future__ import annotations

import datetime
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from wardmote.gateways.cad_import.coordinates import number
from wardmote.gateways.cad_import.mapping import DEFAULT_BLANKS
from wardmote.gateways.cad_import.time_formats import candidate_formats
from wardmote.gateways.cad_import.times import EXCEL, stands_for_nothing, time_reader
from wardmote.gateways.cad_import.words import may_name_a_clock, may_name_a_time

PROFILE_ROWS = 100_000
MIN_CLOCKS = 20
"""Distinct numbers (>=) without which a column is not taken for times of day."""

SAMPLE_VALUES = 500
"""Distinct values, spread over the column, that formats are tried on."""

ENOUGH = 0.95
"""Share of the sampled values (>=) that a reading must explain."""

_POINT = re.compile(
    r"(?i)\s*(?:SRID=\d+;)?(POINT\s*)?[(\[]?\s*-?\d+\.\d+\s*[,; ]\s*-?\d+\.\d+\s*[)\]]?\s*"
)
_BARE_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
_COMMA_NUMBER = re.compile(r"[+-]?\d{1,3}(\.\d{3})*,\d+|[+-]?\d+,\d+")
_BLANKS = frozenset(("", *DEFAULT_BLANKS))


class Content(StrEnum):
    """What kind of cells a column has."""

    BLANK = "blank"
    TIME = "time"
    DATE = "date"
    TIME_OF_DAY = "time_of_day"
    NUMBER = "number"
    POINT = "point"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class TimeReading:
    """How the times of a column are written.

    Attributes:
        format: see `times`.
        rivals: other formats that read the column just as well.
        states_offset: the cells carry a zone of their own, such as ``UTC``.
        resolution_s: 1, 60 or 86400.
    """

    format: str
    rivals: tuple[str, ...]
    states_offset: bool
    resolution_s: int


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column.

    Attributes:
        blank_share: share of the rows without a value, 0 .. 1.
        distinct: number of distinct values.
        examples: up to three values.
        values: up to `SAMPLE_VALUES` distinct values.
        decimal: ``,`` when numbers are written with a decimal comma.
        low, middle, high: of numbers; 0 otherwise.
    """

    index: int
    name: str
    rows: int
    blank_share: float
    distinct: int
    examples: tuple[str, ...]
    values: tuple[str, ...]
    content: Content
    time: TimeReading | None = None
    decimal: str = "."
    low: float = 0.0
    middle: float = 0.0
    high: float = 0.0

    @property
    def distinct_share(self) -> float:
        """Distinct values per filled row."""
        filled = self.rows * (1 - self.blank_share)
        return self.distinct / filled if filled else 0.0


def profile(names: Sequence[str], rows: Iterable[Sequence[str]]) -> tuple[ColumnProfile, ...]:
    """Profiles of all columns from (at most `PROFILE_ROWS`) rows."""
    counts: list[Counter[str]] = [Counter() for _ in names]
    seen = 0
    for cells in rows:
        if seen == PROFILE_ROWS:
            break
        seen += 1
        for index, cell in enumerate(cells[: len(names)]):
            counts[index][cell.strip()] += 1
    return tuple(_column(index, name, counts[index], seen) for index, name in enumerate(names))


def _column(index: int, name: str, counts: Counter[str], rows: int) -> ColumnProfile:
    filled = {
        value: count
        for value, count in counts.items()
        if value.lower() not in _BLANKS and not stands_for_nothing(value)
    }
    share = 1 - sum(filled.values()) / rows if rows else 1.0
    every = list(filled)
    step = max(1, len(every) // SAMPLE_VALUES)
    values = tuple(every[::step][:SAMPLE_VALUES])
    blank = ColumnProfile(
        index=index,
        name=name,
        rows=rows,
        blank_share=share,
        distinct=len(filled),
        examples=tuple(values[:3]),
        values=values,
        content=Content.BLANK,
    )
    return _with_content(blank) if values else blank


def _with_content(column: ColumnProfile) -> ColumnProfile:
    values = column.values
    time = detect_time(
        values,
        numbers_too=may_name_a_time(column.name),
        clock_numbers=may_name_a_clock(column.name) and column.distinct >= MIN_CLOCKS,
    )
    if time is not None:
        return replace(column, content=_time_content(time, values), time=time)
    numbers = _numbers(values)
    if numbers is not None:
        decimal, found = numbers
        return replace(
            column,
            content=Content.NUMBER,
            decimal=decimal,
            low=min(found),
            middle=statistics.median(found),
            high=max(found),
        )
    points = sum(1 for value in values if _POINT.fullmatch(value))
    content = Content.POINT if points >= ENOUGH * len(values) else Content.TEXT
    return replace(column, content=content)


def detect_time(
    values: Sequence[str], *, numbers_too: bool, clock_numbers: bool = False
) -> TimeReading | None:
    """How a column of times is written; None when it is not one.

    Args:
        numbers_too: bare numbers may be times (epochs, spreadsheet days, 20180124); without this a
            column of ids would be taken for one.
        clock_numbers: bare numbers of up to four digits may be times of day (2305), if some are
            past noon; without this a column of durations would be taken for one.
    """
    if not numbers_too and all(_BARE_NUMBER.fullmatch(value) for value in values):
        return None
    candidates: dict[str, None] = {}
    for value in values[:8]:
        candidates.update(dict.fromkeys(candidate_formats(value, clock_numbers=clock_numbers)))
    if "%H%M" in candidates and max(map(len, values)) < 4:
        del candidates["%H%M"]
    scored = [
        (share, time_format)
        for time_format in candidates
        if (share := _share_read(time_format, values)) >= ENOUGH
    ]
    if not scored:
        return None
    best = max(share for share, _ in scored)
    # A rival may read a few cells less only because 13 .. 31 cannot be a month: that settles it.
    equal = [time_format for share, time_format in scored if share == best]
    chosen = min(equal, key=lambda time_format: _span_days(time_format, values))
    read = time_reader(chosen)
    clocks = [clock for value in values if (clock := read(value)) is not None]
    return TimeReading(
        format=chosen,
        rivals=tuple(name for name in equal if name != chosen),
        states_offset=any(clock.offset_s is not None for clock in clocks),
        resolution_s=_resolution_s([clock.at for clock in clocks]),
    )


def _share_read(time_format: str, values: Sequence[str]) -> float:
    read = time_reader(time_format)
    return sum(1 for value in values if read(value) is not None) / len(values)


def _span_days(time_format: str, values: Sequence[str]) -> int:
    """Days from first to last: reading month for day scatters a week over a year."""
    read = time_reader(time_format)
    days = [clock.at.toordinal() for value in values if (clock := read(value)) is not None]
    return max(days) - min(days)


def _resolution_s(times: Sequence[datetime.datetime]) -> int:
    if any(at.second or at.microsecond for at in times):
        return 1
    return 60 if any(at.hour or at.minute for at in times) else 86_400


def _time_content(time: TimeReading, values: Sequence[str]) -> Content:
    read = time_reader(time.format)
    clock = next(found for value in values if (found := read(value)) is not None)
    if not clock.has_date:
        return Content.TIME_OF_DAY
    if not clock.has_time or (time.resolution_s == 86_400 and time.format != EXCEL):
        return Content.DATE
    return Content.TIME


def _numbers(values: Sequence[str]) -> tuple[str, list[float]] | None:
    """The decimal sign and the numbers; None when the column is not numbers."""
    commas = sum(1 for value in values if _COMMA_NUMBER.fullmatch(value))
    decimal = "," if commas >= 0.5 * len(values) else "."
    found = []
    for value in values:
        try:
            found.append(number(value, decimal))
        except ValueError:
            continue
    return (decimal, found) if len(found) >= ENOUGH * len(values) else None
