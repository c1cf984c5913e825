"""Rows that could not be read, each with its place and reason in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.text import Bilingual


class RejectReason(StrEnum):
    """Why a row was not taken."""

    BAD_TIME = "bad_time"
    BAD_NUMBER = "bad_number"
    NO_TIME = "no_time"
    NO_DATE = "no_date"
    NO_CALL_NUMBER = "no_call_number"
    SHORT_ROW = "short_row"


_TEXTS: dict[RejectReason, tuple[str, str]] = {
    RejectReason.BAD_TIME: (
        "第 {row} 行“{column}”列的 {value!r} 不是有效时间（格式 {wanted}）",
        "row {row}, column “{column}”: {value!r} is not a time of the form {wanted}",
    ),
    RejectReason.BAD_NUMBER: (
        "第 {row} 行“{column}”列的 {value!r} 不是坐标",
        "row {row}, column “{column}”: {value!r} is not a coordinate",
    ),
    RejectReason.NO_TIME: (
        "第 {row} 行没有任何时间（“{column}”为空），无法归入哪一天",
        "row {row} has no time at all (column “{column}” is blank), so it belongs to no day",
    ),
    RejectReason.NO_DATE: (
        "第 {row} 行只有时刻（“{column}”），没有日期；请在 [times.columns] 写上日期列",
        "row {row} has a time of day (column “{column}”) but no date; name a column of dates in "
        "[times.columns]",
    ),
    RejectReason.NO_CALL_NUMBER: (
        "第 {row} 行“{column}”列为空，不知道属于哪个警情",
        "row {row}, column “{column}” is blank: the call it belongs to is unknown",
    ),
    RejectReason.SHORT_ROW: (
        "第 {row} 行缺少“{column}”列",
        "row {row} ends before column “{column}”",
    ),
}


@dataclass(frozen=True, slots=True)
class Rejection:
    """One row that was left out, whole.

    Attributes:
        row: number in the file, from 1, the header counted.
        column: the column at fault.
        value: what stood there; at most 80 characters of it.
        wanted: the time format asked for; empty otherwise.
    """

    row: int
    column: str
    value: str
    reason: RejectReason
    wanted: str = ""

    @property
    def message(self) -> Bilingual:
        """One sentence saying what is wrong and where."""
        zh, en = _TEXTS[self.reason]
        values = {
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "wanted": self.wanted,
        }
        return Bilingual(zh=zh.format(**values), en=en.format(**values))


class RowRejectedError(Exception):
    """Carries a `Rejection` from a cell to the reader's loop."""

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(rejection.message.en)
        self.rejection = rejection
