"""Reading an instance: sections of comma-separated rows, `#` for remarks.

The format is that of the collection described in Curtois & Qu 2014, "Computational results on new
staff scheduling benchmark instances". Its rules are those of `core.planning.rosters.model` with an
unknown past, and days counted from a Monday.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.rosters.model import (
    Cover,
    CrewRules,
    RosterProblem,
    ShiftKind,
    Wish,
)

_SECTIONS = (
    "SECTION_HORIZON",
    "SECTION_SHIFTS",
    "SECTION_STAFF",
    "SECTION_DAYS_OFF",
    "SECTION_SHIFT_ON_REQUESTS",
    "SECTION_SHIFT_OFF_REQUESTS",
    "SECTION_COVER",
)


@dataclass(slots=True)
class _Rows:
    """Rows of each section with their line numbers."""

    rows: dict[str, list[tuple[int, list[str]]]] = field(default_factory=dict)

    def of(self, section: str, least: int) -> list[tuple[int, list[str]]]:
        found = self.rows.get(section, [])
        for line, cells in found:
            if len(cells) < least:
                raise _wrong(
                    line, f"{section} 每行至少 {least} 列", f"{section} needs {least} columns"
                )
        return found


def _wrong(line: int, zh: str, en: str) -> Problem:
    return Problem(zh=f"第 {line} 行：{zh}。", en=f"Line {line}: {en}.")


def _number(text: str, line: int) -> int:
    try:
        return int(text)
    except ValueError:
        raise _wrong(line, f"“{text}”不是整数", f"“{text}” is not a whole number") from None


def _place(names: dict[str, int], name: str, line: int) -> int:
    if name not in names:
        raise _wrong(line, f"“{name}”没有定义", f"“{name}” is not defined")
    return names[name]


def read_instance(text: str) -> RosterProblem:
    """The problem of an instance file. Raises `Problem` naming the line that is wrong."""
    rows = _split(text)
    horizon = rows.of("SECTION_HORIZON", 1)
    if len(horizon) != 1:
        raise Problem(
            zh="文件中没有或不止一个排班天数（SECTION_HORIZON）。",
            en="The file must give the number of days (SECTION_HORIZON) exactly once.",
        )
    shifts = rows.of("SECTION_SHIFTS", 2)
    codes = {cells[0]: at for at, (_, cells) in enumerate(shifts)}
    kinds = tuple(
        ShiftKind(cells[0], _number(cells[1], line), _followers(codes, cells, line))
        for line, cells in shifts
    )
    staff = rows.of("SECTION_STAFF", 8)
    people = {cells[0]: at for at, (_, cells) in enumerate(staff)}
    leave: list[set[int]] = [set() for _ in staff]
    for line, cells in rows.of("SECTION_DAYS_OFF", 2):
        leave[_place(people, cells[0], line)] |= {_number(day, line) for day in cells[1:]}
    return RosterProblem(
        days=_number(horizon[0][1][0], horizon[0][0]),
        kinds=kinds,
        crews=tuple(
            _crew(codes, cells, line, frozenset(off))
            for (line, cells), off in zip(staff, leave, strict=True)
        ),
        covers=tuple(
            Cover(
                _number(cells[0], line),
                _place(codes, cells[1], line),
                *(_number(cell, line) for cell in cells[2:5]),
            )
            for line, cells in rows.of("SECTION_COVER", 5)
        ),
        wishes=(
            *_wishes(rows, "SECTION_SHIFT_ON_REQUESTS", people, codes, wants=True),
            *_wishes(rows, "SECTION_SHIFT_OFF_REQUESTS", people, codes, wants=False),
        ),
    )


def _split(text: str) -> _Rows:
    rows = _Rows()
    section = ""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("SECTION_"):
            if line not in _SECTIONS:
                raise _wrong(number, f"不认识的段落 {line}", f"unknown section {line}")
            section = line
        elif not section:
            raise _wrong(number, "数据不在任何段落内", "a row stands before the first section")
        else:
            cells = [cell.strip() for cell in line.split(",")]
            rows.rows.setdefault(section, []).append((number, cells))
    return rows


def _followers(codes: dict[str, int], cells: list[str], line: int) -> frozenset[int]:
    names = cells[2].split("|") if len(cells) > 2 else []
    return frozenset(_place(codes, name.strip(), line) for name in names if name.strip())


def _crew(codes: dict[str, int], cells: list[str], line: int, leave: frozenset[int]) -> CrewRules:
    most = [0] * len(codes)
    for item in cells[1].split("|"):
        name, _, limit = item.partition("=")
        most[_place(codes, name.strip(), line)] = _number(limit, line)
    numbers = [_number(cell, line) for cell in cells[2:8]]
    return CrewRules(
        code=cells[0],
        max_shifts=tuple(most),
        max_minutes=numbers[0],
        min_minutes=numbers[1],
        max_run=numbers[2],
        min_run=numbers[3],
        min_days_off=numbers[4],
        max_weekends=numbers[5],
        leave=leave,
    )


def _wishes(
    rows: _Rows, section: str, people: dict[str, int], codes: dict[str, int], *, wants: bool
) -> list[Wish]:
    return [
        Wish(
            _place(people, cells[0], line),
            _number(cells[1], line),
            _place(codes, cells[2], line),
            wants,
            _number(cells[3], line),
        )
        for line, cells in rows.of(section, 4)
    ]
