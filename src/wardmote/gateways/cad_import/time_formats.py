"""Which ways of writing a time could a cell be in?"""

from __future__ import annotations

from wardmote.gateways.cad_import.times import (
    EPOCH_MS,
    EPOCH_S,
    EXCEL,
    ISO,
    beginning,
    time_reader,
)

_DATES = (
    "%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y", "%d.%m.%Y", "%d.%m.%y",
    "%m-%d-%Y", "%d-%m-%Y", "%m-%d-%y", "%d-%m-%y", "%y/%m/%d", "%y-%m-%d", "%Y.%m.%d", "%Y%m%d",
    "%Y年%m月%d日", "%y年%m月%d日", "%d-%b-%Y", "%d-%b-%y", "%d/%b/%Y", "%d %b %Y", "%b %d %Y",
    "%b %d, %Y", "%d.%b.%Y",
)  # fmt: skip
_TIMES = (
    "%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%I:%M:%S%p", "%I:%M%p", "%H:%M:%S.%f",
    "%p%I:%M:%S", "%p%I:%M", "%p %I:%M:%S", "%H%M%S", "%H%M", "%H.%M", "%H.%M.%S",
    "%H时%M分%S秒", "%H时%M分", "%H點%M分", "%H時%M分", "%H時%M分%S秒", "%H:%M:%S,%f", "%Hh%M",
    "%H h %M", "%I:%M:%S.%f %p",
)  # fmt: skip
_BETWEEN = (" ", "T", ", ", " - ", "", ":", " à ", " at ")
_ENDS = ("", " %Z", "%z", " %z", " Uhr")


def candidate_formats(value: str, *, clock_numbers: bool = False) -> tuple[str, ...]:
    """Every known format that reads `value`; unambiguous ones first.

    Args:
        clock_numbers: a bare number of up to four digits may be a time of day, such as 2305.
    """
    text = value.strip()
    found = [name for name in (ISO,) if time_reader(name)(text) is not None]
    if not found:
        found.extend(_numeric_formats(text))
    if clock_numbers and len(text) <= 4 and time_reader("%H%M")(text) is not None:
        found.append("%H%M")
    if ISO not in found and text[:1].isalnum():
        for date in _DATES:
            if beginning(date).match(text) is not None:
                found.extend(_completions(date, text))
        found.extend(
            time + end
            for time in _TIMES
            for end in _ENDS
            # Bare digits are a number, not a time of day, unless a date stands before them.
            if time not in ("%H%M%S", "%H%M", "%H.%M", "%H.%M.%S")
            and time_reader(time + end)(text) is not None
        )
    return tuple(dict.fromkeys(found))


def _completions(date: str, text: str) -> list[str]:
    if time_reader(date)(text) is not None:
        # Eight bare digits are more often an id; the column's header must say that they are dates.
        return [date]
    match = beginning(date).match(text)
    rest = "" if match is None else text[match.end() :]
    found: list[str] = []
    for between in _BETWEEN:
        if not rest.startswith(between):
            continue
        clock = rest[len(between) :]
        found.extend(
            date + between + time + end
            for time in _TIMES
            for end in _ENDS
            # The time alone first: few patterns are tried on it, and each is compiled once.
            if time_reader(time + end)(clock) is not None
            and time_reader(date + between + time + end)(text) is not None
        )
    return found


def _numeric_formats(text: str) -> list[str]:
    try:
        number = float(text)
    except ValueError:
        return []
    found = []
    if 631_152_000 <= number < 4_102_444_800:  # 1990 .. 2100
        found.append(EPOCH_S)
    if 631_152_000_000 <= number < 4_102_444_800_000:
        found.append(EPOCH_MS)
    if 32_874 <= number < 73_051 and "." in text:  # 1990 .. 2100, with a time of day
        found.append(EXCEL)
    return found


def date_format(time_format: str) -> str:
    """The date's part of a format: what is left when a midnight is cut off its cells."""
    if time_format == ISO:
        return "%Y-%m-%d"
    return next(
        (date for date in sorted(_DATES, key=len, reverse=True) if time_format.startswith(date)),
        time_format,
    )
