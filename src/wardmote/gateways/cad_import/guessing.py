"""Looking at a file and saying what it seems to mean, with every doubt."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from wardmote.core.domain.incident import Priority
from wardmote.core.domain.shipped_categories import SHIPPED_CATEGORIES
from wardmote.core.domain.text import Bilingual
from wardmote.gateways.cad_import.category_guess import (
    CONFIDENT,
    CategorySuggestion,
    suggest_categories,
)
from wardmote.gateways.cad_import.crs_guess import CrsSuggestion
from wardmote.gateways.cad_import.mapping import (
    Column,
    RecordMapping,
    RowMeaning,
)
from wardmote.gateways.cad_import.place_guess import guess_place
from wardmote.gateways.cad_import.profiling import (
    PROFILE_ROWS,
    ColumnProfile,
    Content,
    profile,
)
from wardmote.gateways.cad_import.reading import (
    Layout,
    UnreadableFileProblem,
    detect_layout,
    read_rows,
    unique_names,
)
from wardmote.gateways.cad_import.role_names import role_with_key
from wardmote.gateways.cad_import.roles import Roles, choose_roles
from wardmote.gateways.cad_import.time_guess import Rows, guess_times, guess_zone
from wardmote.gateways.cad_import.words import STAMP_PHRASES, header_score
from wardmote.gateways.cad_import.zone_guess import ClockVerdict

MAX_CATEGORIES = 1_000


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a file seems to be.

    Attributes:
        rows: rows looked at (at most `PROFILE_ROWS`).
        mapping: the guess as a mapping; its zone is never confirmed.
        clock: what the hours of the calls say about the zone.
        crs: suggestions when the position is projected.
        categories: source category -> suggestion.
        doubts: what a person should look at.
    """

    layout: Layout
    rows: int
    profiles: tuple[ColumnProfile, ...]
    roles: Roles
    mapping: RecordMapping
    clock: ClockVerdict
    crs: tuple[CrsSuggestion, ...]
    categories: Mapping[str, CategorySuggestion]
    doubts: tuple[Bilingual, ...]


def understand(
    path: Path, *, sheet: str = "", near: tuple[float, float] | None = None
) -> Understanding:
    """Look at a file.

    Args:
        near: (lon, lat) of the town, to find the coordinate system of projected positions.

    Raises:
        UnreadableFileProblem: it cannot be read as a table.
    """
    layout = detect_layout(path, sheet)
    names, rows = _table(path, layout)
    if not rows:
        raise UnreadableFileProblem(
            zh=f"{path.name} 只有表头，没有记录。",
            en=f"{path.name} has a header but no records below it.",
        )
    profiles = profile(names, rows)
    roles = choose_roles(profiles)
    doubts: list[Bilingual] = []
    times = guess_times(profiles, roles, rows, doubts)
    place, crs, middle = guess_place(roles, near, doubts)
    meaning = _meaning(roles, profiles, doubts)
    _status_log_doubt(roles, profiles, doubts)
    zone, clock = guess_zone(times, rows, names, middle, doubts)
    columns = {
        Column(role): candidate.column.name
        for role, candidate in roles.chosen.items()
        if role in tuple(Column)
    }
    priorities = _priorities(roles, doubts)
    categories = _categories(roles, rows, doubts)
    _column_doubts(roles, profiles, doubts)
    mapping = RecordMapping(
        source=_source_name(path),
        layout=layout,
        rows=meaning,
        columns=columns,
        place=place,
        times=zone,
        priorities=priorities,
        categories={
            raw: found.code if found.likeness >= CONFIDENT else ""
            for raw, found in categories.items()
        },
    )
    return Understanding(
        layout=layout,
        rows=len(rows),
        profiles=profiles,
        roles=roles,
        mapping=mapping,
        clock=clock,
        crs=crs,
        categories=categories,
        doubts=tuple(doubts),
    )


def _table(path: Path, layout: Layout) -> tuple[tuple[str, ...], list[list[str]]]:
    numbered = (row for row in read_rows(path, layout) if row[0] >= layout.header_row)
    rows = [cells for _, cells in islice(numbered, PROFILE_ROWS + 1)]
    if layout.header_row:
        return unique_names(rows[0]), rows[1:]
    return unique_names([""] * max(len(cells) for cells in rows)), rows


def _source_name(path: Path) -> str:
    stem = path.name.split(".", maxsplit=1)[0]
    return re.sub(r"[^\w-]+", "_", stem).strip("_") or "records"


def _meaning(
    roles: Roles, profiles: Sequence[ColumnProfile], doubts: list[Bilingual]
) -> RowMeaning:
    call, unit = roles.chosen.get("call"), roles.chosen.get("unit")
    if call is None:
        codes = [p.name for p in profiles if _may_number(p)][:3]
        doubts.append(
            Bilingual(
                zh="没有找到警情编号列；编号将由内容生成。"
                + (f"每行不同的列：{'、'.join(codes)}。" if codes else ""),
                en="No column of call numbers was found; numbers will be made from the contents."
                + (f" Different in every row: {', '.join(codes)}." if codes else ""),
            )
        )
        return RowMeaning.CALL
    return RowMeaning.CALL if unit is None else RowMeaning.UNIT


def _may_number(column: ColumnProfile) -> bool:
    """Whether a column differs in every row, as numbers of calls do."""
    return (
        column.content in (Content.NUMBER, Content.TEXT)
        and column.blank_share == 0
        and column.distinct == column.rows
        and not any("." in value or " " in value for value in column.values)
    )


_STATUSES = 12
_STATUS_SHARE = 0.6


def _status_log_doubt(
    roles: Roles, profiles: Sequence[ColumnProfile], doubts: list[Bilingual]
) -> None:
    """Say that each row looks like one change of a unit's status; such a log must be turned."""
    times = [p for p in profiles if p.content is Content.TIME]
    call = roles.chosen.get("call")
    if len(times) != 1 or call is None or call.column.distinct_share > 0.5:
        return
    for column in profiles:
        if column.content is not Content.TEXT or not 2 <= column.distinct <= _STATUSES:
            continue
        named = [value for value in column.values if _names_a_stamp(value)]
        if len(named) >= _STATUS_SHARE * column.distinct:
            doubts.append(
                Bilingual(
                    zh=f"看来每行是一次状态变化（“{column.name}”：{'、'.join(named[:4])}），"
                    "本程序不读这种记录；请先转成每个出动单位一行、每种状态一列时间。",
                    en=f"Each row seems to be one change of status (“{column.name}”: "
                    f"{', '.join(named[:4])}). Such a log is not read: turn it into one row per "
                    "unit sent, with a column of times for each status.",
                )
            )


def _names_a_stamp(value: str) -> bool:
    return any(header_score(value, phrases) >= 0.9 for phrases in STAMP_PHRASES.values())


_LETTERS = {"E": 1, "D": 1, "C": 2, "B": 3, "A": 4, "O": 4, "Ω": 4, "OMEGA": 4}
_WORDS = {
    "emergency": 1, "critical": 1, "immediate": 1, "high": 1, "urgent": 2, "medium": 2,
    "prompt": 2, "normal": 3, "routine": 3, "low": 4, "non emergency": 4, "deferred": 4,
    "特急": 1, "紧急": 1, "一级": 1, "急": 2, "较急": 2, "二级": 2,
    "一般": 3, "三级": 3, "缓": 4, "四级": 4,
}  # fmt: skip


def _priorities(roles: Roles, doubts: list[Bilingual]) -> dict[str, Priority]:
    candidate = roles.chosen.get("priority")
    if candidate is None:
        return {}
    values = sorted(candidate.column.values)
    digits = sorted({int(v) for v in values if v.isascii() and v.isdigit()})
    letters = any(v.upper() in _LETTERS for v in values)
    found: dict[str, Priority] = {}
    for value in values:
        level = _LETTERS.get(value.upper()) or _WORDS.get(value.lower())
        if level is None and value.isascii() and value.isdigit():
            level = _digit_level(int(value), digits, letters=letters)
        if level is not None:
            found[value] = Priority(level)
    doubts.append(
        Bilingual(
            zh=f"等级列“{candidate.column.name}”的含义是猜的；请核对 [priorities]。",
            en=f"What the priorities of “{candidate.column.name}” mean is guessed; "
            "check [priorities].",
        )
    )
    return found


def _digit_level(digit: int, digits: Sequence[int], *, letters: bool) -> int:
    """1 is the most urgent, except where only 2 and 3 occur: "code 3" is lights and siren."""
    if set(digits) <= {2, 3} and (letters or set(digits) == {2, 3}):
        return 1 if digit == 3 else 3
    return min(max(digit, 1), 4)


def _categories(roles: Roles, rows: Rows, doubts: list[Bilingual]) -> dict[str, CategorySuggestion]:
    candidate = roles.chosen.get("category")
    if candidate is None:
        doubts.append(
            Bilingual(zh="没有找到警情类别列。", en="No column of call categories was found.")
        )
        return {}
    index = candidate.column.index
    counts = Counter(cells[index].strip() for cells in rows if index < len(cells))
    common = [raw for raw, _ in counts.most_common(MAX_CATEGORIES) if raw]
    found = suggest_categories(common, SHIPPED_CATEGORIES)
    open_ones = [raw for raw in common if found[raw].likeness < CONFIDENT]
    if open_ones:
        share = sum(counts[raw] for raw in open_ones) / max(1, counts.total())
        doubts.append(
            Bilingual(
                zh=f"{len(open_ones)} 个类别（占记录 {share:.1%}）没有可靠的对应；"
                "请在 [categories] 补填。",
                en=f"{len(open_ones)} categories ({share:.1%} of the rows) have no sure match; "
                "fill them in under [categories].",
            )
        )
    return found


def _column_doubts(
    roles: Roles, profiles: Sequence[ColumnProfile], doubts: list[Bilingual]
) -> None:
    for role, candidates in roles.candidates.items():
        rivals = [c for c in candidates[1:] if candidates[0].score - c.score < 0.1]
        if rivals:
            others = ", ".join(c.column.name for c in rivals)
            doubts.append(
                Bilingual(
                    zh=f"{role_with_key(role, 'zh')}用了“{candidates[0].column.name}”列；"
                    f"也可能是：{others}。",
                    en=f"{role_with_key(role, 'en')} is taken from "
                    f"“{candidates[0].column.name}”; it could also be: {others}.",
                )
            )
    blank = [p.name for p in profiles if p.content is Content.BLANK]
    if blank:
        doubts.append(
            Bilingual(
                zh=f"这些列全为空：{'、'.join(blank)}。", en=f"Wholly blank: {', '.join(blank)}."
            )
        )
