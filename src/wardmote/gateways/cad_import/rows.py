"""One row of somebody's table, read through the mapping into typed values."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from wardmote.core.domain.call_record import Flagged, RecordFlag, RecordTime
from wardmote.gateways.cad_import.coordinates import (
    ImplausiblePositionError,
    Position,
    number,
    split_point,
    to_wgs84,
)
from wardmote.gateways.cad_import.mapping import Column, MappingProblem, RecordMapping, RowMeaning
from wardmote.gateways.cad_import.rejections import Rejection, RejectReason, RowRejectedError
from wardmote.gateways.cad_import.times import (
    Instant,
    ReadTime,
    WallClock,
    instant,
    stands_for_nothing,
    time_reader,
)

_HALF_DAY = datetime.timedelta(hours=12)
_DAY = datetime.timedelta(days=1)
_MIDNIGHT = re.compile(
    r"[T ]\s*(0?0:00(:00([.,]0+)?)?|12:00(:00)? ?AM)\s*(Z|UTC|[+-]00(:?00)?)?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """What one row says, after parsing and before rows are put together.

    Attributes:
        texts: the plain columns; blank ones are absent.
        stamps: in the order of `RecordTime`; blank ones are absent.
        local_received: the wall clock of the first stamp, for the calendar of the source.
    """

    row: int
    texts: dict[Column, str]
    stamps: dict[RecordTime, float]
    position: Position | None
    local_received: datetime.datetime
    flags: tuple[Flagged, ...]


@dataclass(frozen=True, slots=True)
class _StampColumns:
    stamp: RecordTime
    first: int
    second: int | None
    names: tuple[str, ...]
    read: ReadTime
    format: str
    day_from_anchor: bool


class RowReader:
    """Compiled from a mapping and the file's header; reads any number of rows.

    Raises:
        MappingProblem: the mapping names a column that the file does not have.
    """

    def __init__(self, mapping: RecordMapping, header: Sequence[str]) -> None:
        self._header = header
        self._index = {name: position for position, name in enumerate(header)}
        missing = [name for name in mapping.named_columns() if name not in self._index]
        if missing:
            raise MappingProblem(
                zh=f"文件没有列：{'、'.join(missing)}；现有列：{'、'.join(header)}。",
                en=f"The file has no column {', '.join(missing)}; it has: {', '.join(header)}.",
            )
        self._mapping = mapping
        self._blanks = frozenset(mapping.blanks)
        self._texts = [(column, self._index[name]) for column, name in mapping.columns.items()]
        self._stamps = self._stamp_columns()
        self._zone = mapping.times.zone_info()
        self._convert = to_wgs84(mapping.place)
        self._width = 1 + max(self._index[name] for name in mapping.named_columns())

    def _stamp_columns(self) -> list[_StampColumns]:
        times = self._mapping.times
        anchor: tuple[str, ...] | None = None
        found = []
        for stamp in RecordTime:
            names = times.columns.get(stamp)
            if not names:
                continue
            pattern = times.formats.get(stamp, times.format)
            # A date column shared by several stamps is the date of the first of them.
            shared = anchor is not None and len(names) == 2 and names[0] == anchor[0]
            if anchor is None:
                anchor = names
            found.append(
                _StampColumns(
                    stamp=stamp,
                    first=self._index[names[0]],
                    second=self._index[names[1]] if len(names) == 2 else None,
                    names=names,
                    read=time_reader(pattern),
                    format=pattern,
                    day_from_anchor=shared,
                )
            )
        return found

    def read(self, row: int, cells: Sequence[str]) -> SourceRow:
        """One row.

        Raises:
            RowRejectedError: something in it cannot be read.
        """
        if len(cells) < self._width:
            # Spreadsheet programs drop blank cells at the end of a line.
            cells = [*cells, *[""] * (self._width - len(cells))]
        flags: list[Flagged] = []
        texts = {}
        for column, index in self._texts:
            text = self._cell(cells[index])
            if text:
                texts[column] = text
        stamps, local = self._read_stamps(row, cells, flags)
        if self._mapping.rows is RowMeaning.UNIT and Column.CALL not in texts:
            name = self._mapping.columns[Column.CALL]
            raise RowRejectedError(Rejection(row, name, "", RejectReason.NO_CALL_NUMBER))
        position = self._position(row, cells, flags)
        return SourceRow(row, texts, stamps, position, local, tuple(flags))

    def _cell(self, text: str) -> str:
        plain = text.strip()
        return "" if plain.lower() in self._blanks else plain

    def _read_stamps(
        self, row: int, cells: Sequence[str], flags: list[Flagged]
    ) -> tuple[dict[RecordTime, float], datetime.datetime]:
        stamps: dict[RecordTime, float] = {}
        anchor: datetime.datetime | None = None
        dateless = ""
        for columns in self._stamps:
            clock = self._clock(row, cells, columns)
            if clock is None:
                continue
            if not clock.has_date or columns.day_from_anchor:
                if anchor is None:
                    dateless = dateless or columns.names[-1]
                    continue  # A time of day without any date is unknown.
                clock, moved = _on_nearest_day(clock, anchor)
                if moved:
                    flags.append(Flagged(RecordFlag.DAY_INFERRED, columns.stamp.value))
            if anchor is None:
                anchor = clock.at
            when = instant(clock, self._zone, honour_offset=self._mapping.times.honour_offset)
            stamps[columns.stamp] = self._settle(when, columns.stamp, stamps, flags)
        if anchor is None:
            name = dateless or self._stamps[0].names[0]
            reason = RejectReason.NO_DATE if dateless else RejectReason.NO_TIME
            raise RowRejectedError(Rejection(row, name, "", reason))
        return stamps, anchor

    def _settle(
        self,
        when: Instant,
        stamp: RecordTime,
        earlier: dict[RecordTime, float],
        flags: list[Flagged],
    ) -> float:
        """The instant, the second showing of the clock where only that keeps the order."""
        if when.in_gap:
            flags.append(Flagged(RecordFlag.TIME_IN_GAP, stamp.value))
        if when.at_fold_s is None:
            return when.at_s
        flags.append(Flagged(RecordFlag.TIME_AMBIGUOUS, stamp.value))
        before_s = max(earlier.values(), default=when.at_s)
        return when.at_fold_s if when.at_s < before_s <= when.at_fold_s else when.at_s

    def _clock(self, row: int, cells: Sequence[str], columns: _StampColumns) -> WallClock | None:
        first = self._cell(cells[columns.first])
        if not first:
            return None
        if stands_for_nothing(first):
            return None
        if columns.second is None:
            text = first
        else:
            second = self._cell(cells[columns.second])
            if not second:
                return None
            text = f"{_date_part(first)} {second}"
        clock = columns.read(text)
        if clock is None:
            raise RowRejectedError(
                Rejection(
                    row,
                    columns.names[-1],
                    text[:80],
                    RejectReason.BAD_TIME,
                    columns.format,
                )
            )
        return clock

    def _position(self, row: int, cells: Sequence[str], flags: list[Flagged]) -> Position | None:
        place = self._mapping.place
        try:
            if place.point:
                text = self._cell(cells[self._index[place.point]])
                pair = split_point(text, place.point_order) if text else None
                column = place.point
            elif place.lon or place.x:
                column = place.lon or place.x
                east = self._cell(cells[self._index[column]])
                column = place.lat or place.y
                north = self._cell(cells[self._index[column]])
                pair = None
                if east and north:
                    column = place.lon or place.x
                    x = number(east, place.decimal)
                    column = place.lat or place.y
                    pair = x, number(north, place.decimal)
            else:
                pair = None
                column = ""
        except ValueError:
            text = cells[self._index[column]].strip()[:80]
            raise RowRejectedError(Rejection(row, column, text, RejectReason.BAD_NUMBER)) from None
        if pair is None:
            return None
        try:
            return self._convert(*pair)
        except ImplausiblePositionError as error:
            flags.append(Flagged(RecordFlag.POSITION_IMPLAUSIBLE, str(error)))
            return None


def _date_part(text: str) -> str:
    """The date of a cell that a spreadsheet gave a midnight to."""
    return _MIDNIGHT.sub("", text)


def _on_nearest_day(clock: WallClock, anchor: datetime.datetime) -> tuple[WallClock, bool]:
    """A time of day on the day that brings it within half a day of `anchor`."""
    at = datetime.datetime.combine(anchor.date(), clock.at.time())
    moved = at
    if at - anchor < -_HALF_DAY:
        moved = at + _DAY
    elif at - anchor > _HALF_DAY:
        moved = at - _DAY
    return WallClock(moved, clock.offset_s), moved != at
