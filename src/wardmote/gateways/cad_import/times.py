"""Time stamps as other systems write them: formats, and clocks that are not what they say.

A format is ``iso``, ``epoch_s``, ``epoch_ms``, ``excel`` (days since 1899-12-30) or a pattern in
the manner of `strptime` with %Y %y %m %d %b %H %I %M %S %f %p %z %Z. A one-digit day, month or hour
is always accepted. %y reads 69..99 as 19xx and 00..68 as 20xx (POSIX). %H%M after a blank, or
alone, also reads the numbers that a spreadsheet makes of such clocks: 905 is 09:05 and 5 is 00:05.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

ISO = "iso"
EPOCH_S = "epoch_s"
EPOCH_MS = "epoch_ms"
EXCEL = "excel"
NAMED_FORMATS = (ISO, EPOCH_S, EPOCH_MS, EXCEL)

_EXCEL_ZERO = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 — a wall clock, zone applied later
_MONTH_NAMES = (
    ("jan", "ene", "gen", "янв"), ("feb", "fev", "фев"), ("mar", "mär", "mrt", "мар"),
    ("apr", "avr", "abr", "апр"), ("may", "mai", "mei", "mag", "мая", "май"),
    ("jun", "juin", "giu", "июн"), ("jul", "juil", "lug", "июл"),
    ("aug", "aou", "aoû", "ago", "авг"), ("sep", "set", "сен"), ("oct", "okt", "ott", "out", "окт"),
    ("nov", "ноя"), ("dec", "dez", "dic", "déc", "дек"),
)  # fmt: skip
"""Beginnings of the months' names in the languages of the Latin and Cyrillic scripts."""

_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names}
_DIRECTIVES = {
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d{2})",
    "m": r"(?P<m>\d{1,2})",
    "d": r"(?P<d>\d{1,2})",
    "b": r"(?P<b>[^\W\d_]{3,12})\.?",
    "H": r"(?P<H>\d{1,2})",
    "I": r"(?P<I>\d{1,2})",
    "M": r"(?P<M>\d{2})",
    "S": r"(?P<S>\d{2})",
    "f": r"(?P<f>\d{1,9})",
    "p": r"(?P<p>[AaPp]\.?\s?[Mm]\.?|上午|下午|午前|午後|오전|오후)",
    "z": r"(?P<z>Z|[+-]\d{2}(?::?\d{2})?)",
    "Z": r"(?P<Z>(?![AP]M\b)[A-Z]{1,5})",
}
_ISO_PATTERN = re.compile(
    r"(?P<Y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"
    r"(?:[T ]\s*(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,](?P<f>\d{1,9}))?)?)?"
    r"\s*(?P<z>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?"
)
_SHORT_CLOCK = r"(?P<H>\d{0,2}?)(?P<M>\d{1,2})"
_NUMBERS = frozenset("YymdHIMSf")
_MIN_YEAR, _MAX_YEAR = 1950, 2100
_NO_DATE = re.compile(
    r"(?:0000|0001|17\d\d|18\d\d|1900|1901|9999)(?=\W|年|\d{4}\b)[\W\dT年月日时分秒]*[APZ]?M?"
    r"|(?:\W*\d{1,2}){2}\W(?:0000|0001|17\d\d|18\d\d|1900|1901|9999)(?!\d)[\W\d]*[AP]?M?"
    r"|1970-0?1-0?1([T ]0?0:00(:00)?(\.0+)?Z?)?|0?1/0?1/1970( 0?0:00(:00)?)?",
    re.IGNORECASE,
)
"""Dates that databases put where there is none: the ends of their calendars, and epoch zero."""


def stands_for_nothing(text: str) -> bool:
    """Whether a cell holds a date that means "none", such as ``1900-01-01 00:00:00``."""
    return _NO_DATE.fullmatch(text) is not None


class BadFormatError(ValueError):
    """A time format in a mapping makes no sense."""


@dataclass(frozen=True, slots=True)
class WallClock:
    """What a cell says.

    Attributes:
        at: date and time without zone; for a time of day alone, on 1900-01-01.
        offset_s: seconds east of UTC that the cell itself states; None when it states none.
        has_date: false for a time of day alone.
        has_time: false for a date alone.
    """

    at: datetime.datetime
    offset_s: float | None
    has_date: bool = True
    has_time: bool = True


ReadTime = Callable[[str], WallClock | None]


@cache
def time_reader(time_format: str) -> ReadTime:
    """A function from a cell to what it says; None where it does not fit the format.

    Raises:
        BadFormatError: unknown directive, or a pattern without any.
    """
    if time_format == EPOCH_S:
        return lambda text: _from_number(text, _from_epoch, 1.0)
    if time_format == EPOCH_MS:
        return lambda text: _from_number(text, _from_epoch, 0.001)
    if time_format == EXCEL:
        return lambda text: _from_number(text, _from_excel, 1.0)
    expression = _ISO_PATTERN if time_format == ISO else _compile(time_format)
    groups = expression.groupindex
    has_date, has_time = "d" in groups, "H" in groups or "I" in groups

    def read(text: str) -> WallClock | None:
        match = expression.fullmatch(text.strip())
        if match is None:
            return None
        return _assemble(match.groupdict(), has_date=has_date, has_time=has_time)

    return read


def beginning(pattern: str) -> re.Pattern[str]:
    """The regular expression of a pattern, to be matched against the beginning of a cell."""
    return _compile(pattern)


@cache
def _compile(pattern: str) -> re.Pattern[str]:
    expression = ""
    after_directive = False
    position = 0
    while position < len(pattern):
        if pattern[position:] == "%H%M" and not after_directive:
            expression += _SHORT_CLOCK
            break
        character = pattern[position]
        if character == "%":
            directive = pattern[position + 1 : position + 2]
            if directive not in _DIRECTIVES:
                raise BadFormatError(f"%{directive}")
            piece = _DIRECTIVES[directive]
            following = pattern[position + 2 : position + 4]
            touching = after_directive or (following[:1] == "%" and following[1:] in _NUMBERS)
            # Without a separator only fixed widths can be told apart: 20180124.
            expression += piece.replace(r"\d{1,2}", r"\d{2}") if touching else piece
            after_directive = directive in _NUMBERS
            position += 2
            continue
        expression += r"\s+" if character == " " else re.escape(character)
        after_directive = False
        position += 1
    try:
        compiled = re.compile(expression)
    except re.error as error:
        raise BadFormatError(str(error)) from error
    if not compiled.groupindex:
        raise BadFormatError(pattern)
    return compiled


def _assemble(parts: dict[str, str | None], *, has_date: bool, has_time: bool) -> WallClock | None:
    try:
        at = datetime.datetime(  # noqa: DTZ001 — a wall clock, zone applied later
            _year(parts) if has_date else 1900,
            _month(parts) if has_date else 1,
            int(parts.get("d") or 1) if has_date else 1,
            _hour(parts),
            int(parts.get("M") or 0),
            int(parts.get("S") or 0),
            int(((parts.get("f") or "0") + "000000")[:6]),
        )
    except (ValueError, KeyError):
        return None
    offset = parts.get("z") or parts.get("Z")
    stated = has_time and (parts.get("H") is not None or parts.get("I") is not None)
    return WallClock(at, _offset_s(offset), has_date, stated)


def _year(parts: dict[str, str | None]) -> int:
    full = parts.get("Y")
    if full is not None:
        year = int(full)
    else:
        short = int(parts.get("y") or "")
        year = short + (1900 if short >= 69 else 2000)
    if not _MIN_YEAR <= year <= _MAX_YEAR:
        raise ValueError(year)
    return year


def _month(parts: dict[str, str | None]) -> int:
    name = parts.get("b")
    if not name:
        return int(parts.get("m") or "")
    plain = name.lower()
    return _MONTHS.get(plain[:4]) or _MONTHS.get(plain[:3]) or _MONTHS[_unaccented(plain)[:3]]


def _unaccented(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _hour(parts: dict[str, str | None]) -> int:
    twelve = parts.get("I")
    if twelve is None:
        return int(parts.get("H") or 0)
    hour = int(twelve)
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    half = (parts.get("p") or "").lower()
    afternoon = half.startswith("p") or half in ("下午", "午後", "오후")
    return hour % 12 + (12 if afternoon else 0)


def _offset_s(text: str | None) -> float | None:
    if text is None:
        return None
    if text in ("Z", "UTC", "GMT"):
        return 0.0
    if text[0] not in "+-":
        return None  # A zone's abbreviation (PST, CST) is ambiguous; the mapping's zone counts.
    digits = text[1:].replace(":", "")
    seconds = int(digits[:2]) * 3600.0 + int(digits[2:] or 0) * 60.0
    return -seconds if text[0] == "-" else seconds


def _from_number(
    text: str, convert: Callable[[float], WallClock | None], factor: float
) -> WallClock | None:
    try:
        return convert(float(text.strip()) * factor)
    except (ValueError, OverflowError):
        return None


def _from_epoch(seconds: float) -> WallClock | None:
    at = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)  # noqa: DTZ001
    return WallClock(at, 0.0) if _MIN_YEAR <= at.year <= _MAX_YEAR else None


def _from_excel(days: float) -> WallClock | None:
    # Spreadsheets round to about a millisecond; the nearest one is what was typed.
    at = _EXCEL_ZERO + datetime.timedelta(milliseconds=round(days * 86_400_000))
    if 0 <= days < 1:
        return WallClock(at.replace(year=1900, month=1, day=1), None, has_date=False)
    return WallClock(at, None) if _MIN_YEAR <= at.year <= _MAX_YEAR else None


@dataclass(frozen=True, slots=True)
class Instant:
    """A wall clock's time on the UTC axis.

    Attributes:
        at_s: seconds since 1970-01-01 UTC.
        in_gap: the wall clock never showed this time: it was put forward over it. Read with the
            offset that held before (PEP 495), which lands after the gap.
        ambiguous: the wall clock showed it twice; the first was taken.
        at_fold_s: the second time it was shown, if ambiguous.
    """

    at_s: float
    in_gap: bool = False
    ambiguous: bool = False
    at_fold_s: float | None = None


_EPOCH = datetime.datetime(1970, 1, 1)  # noqa: DTZ001 — difference of two wall clocks


def instant(clock: WallClock, zone: ZoneInfo, *, honour_offset: bool) -> Instant:
    """Where a wall clock's time lies; its own offset counts only if `honour_offset`."""
    naive_s = (clock.at - _EPOCH).total_seconds()
    if honour_offset and clock.offset_s is not None:
        return Instant(naive_s - clock.offset_s)
    first = clock.at.replace(tzinfo=zone).utcoffset()
    second = clock.at.replace(tzinfo=zone, fold=1).utcoffset()
    if first is None or second is None:
        return Instant(naive_s)
    at_s = naive_s - first.total_seconds()
    if first == second:
        return Instant(at_s)
    if first < second:  # put forward between the two readings: a gap
        return Instant(at_s, in_gap=True)
    return Instant(at_s, ambiguous=True, at_fold_s=naive_s - second.total_seconds())
