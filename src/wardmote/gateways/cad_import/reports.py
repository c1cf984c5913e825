"""What `calls inspect` and `calls import` show: tables and sentences in either language."""

from __future__ import annotations

from collections.abc import Iterable

from wardmote.core.domain.call_record import RecordFlag
from wardmote.core.domain.text import Bilingual
from wardmote.gateways.cad_import.category_guess import CONFIDENT
from wardmote.gateways.cad_import.guessing import Understanding
from wardmote.gateways.cad_import.importing import ImportOutcome
from wardmote.gateways.cad_import.profiling import ColumnProfile
from wardmote.gateways.cad_import.record_file import RecordSet
from wardmote.gateways.cad_import.role_names import CONTENT_NAMES, STAMP_NAMES, role_with_key
from wardmote.gateways.cad_import.tables import clip, table

MAX_SHOWN = 20
"""Rejections, categories and days that a terminal is given; the rest is counted."""

FLAG_TEXTS: dict[RecordFlag, Bilingual] = {
    RecordFlag.NO_POSITION: Bilingual("没有位置", "no position"),
    RecordFlag.POSITION_IMPLAUSIBLE: Bilingual("位置不可能", "impossible position"),
    RecordFlag.NUMBER_MADE: Bilingual("无编号，按内容生成", "no number, made from the contents"),
    RecordFlag.NEGATIVE_INTERVAL: Bilingual("时间先后颠倒", "stamps in the wrong order"),
    RecordFlag.OVERLAPPING_ASSIGNMENT: Bilingual(
        "同一单位的两次出动重叠", "a unit's assignments overlap"
    ),
    RecordFlag.TIME_IN_GAP: Bilingual("夏令时跳过的时刻", "a time the clock skipped (DST)"),
    RecordFlag.TIME_AMBIGUOUS: Bilingual("夏令时重复的时刻", "a time shown twice (DST)"),
    RecordFlag.DAY_INFERRED: Bilingual("跨午夜，日期推断", "past midnight, day inferred"),
    RecordFlag.NO_ARRIVAL: Bilingual("没有到场时间", "no arrival"),
    RecordFlag.REPEATED_ROW: Bilingual("重复的行", "repeated rows"),
    RecordFlag.CONTRADICTING_ROWS: Bilingual("同一警情的行互相矛盾", "rows of a call disagree"),
    RecordFlag.CATEGORY_UNMAPPED: Bilingual("类别没有对应", "category not mapped"),
    RecordFlag.PRIORITY_UNMAPPED: Bilingual("等级没有对应", "priority not mapped"),
}


def understanding_lines(found: Understanding, language: str) -> list[str]:
    """The whole inspection report."""

    def say(zh: str, en: str) -> str:
        return Bilingual(zh, en).in_language(language)

    layout, mapping = found.layout, found.mapping
    how = layout.sheet or f"{layout.encoding}, {layout.delimiter!r}"
    meaning = (
        say("每行一个出动单位", "one row per unit sent")
        if mapping.rows.value == "unit"
        else say("每行一个警情", "one row per call")
    )
    lines = [
        say(f"文件：{how}；表头在第 {layout.header_row} 行；看了 {found.rows} 行；{meaning}。",
            f"File: {how}; header in row {layout.header_row}; {found.rows} rows looked at; "
            f"{meaning}."),
        "",
    ]  # fmt: skip
    roles = {c.column.index: role for role, c in found.roles.chosen.items()}
    for stamp, names in mapping.times.columns.items():
        for profile in found.profiles:
            if profile.name in names:
                roles.setdefault(profile.index, stamp.value)
    header = (say("列", "column"), say("理解为", "read as"), say("内容", "content"),
              say("空白", "blank"), say("不同值", "distinct"), say("例子", "examples"))  # fmt: skip
    lines += table(
        header, (_profile_row(p, roles.get(p.index, ""), language) for p in found.profiles)
    )
    lines += ["", *_choice_lines(found, language), *_category_lines(found, language)]
    if found.crs:
        lines += ["", say("可能的坐标系：", "Coordinate systems that fit:")]
        lines += [
            f"  EPSG:{c.epsg or '?'}  {c.name}"
            + ("" if c.distance_km is None else f"  ({c.distance_km:.1f} km)")
            for c in found.crs
        ]
    lines += ["", say(f"疑问（{len(found.doubts)}）：", f"Doubts ({len(found.doubts)}):")]
    lines += [f"  ! {doubt.in_language(language)}" for doubt in found.doubts]
    return lines


def _profile_row(profile: ColumnProfile, role: str, language: str) -> tuple[str, ...]:
    content = CONTENT_NAMES[profile.content].in_language(language)
    return (
        clip(profile.name, 32),
        role_with_key(role, language) if role else "-",
        content if profile.time is None else profile.time.format,
        f"{profile.blank_share:.1%}",
        str(profile.distinct),
        clip(" | ".join(profile.examples), 60),
    )


def _choice_lines(found: Understanding, language: str) -> list[str]:
    """Roles for which more than one column came into question."""

    def say(zh: str, en: str) -> str:
        return Bilingual(zh, en).in_language(language)

    rows = [
        (
            role_with_key(role, language),
            *(f"{c.column.name} ({c.score:.2f})" for c in candidates),
            "",
            "",
        )[:4]
        for role, candidates in found.roles.candidates.items()
        if len(candidates) > 1
    ]
    if not rows:
        return []
    header = (
        say("含义", "role"),
        say("选用", "chosen"),
        say("其次", "second"),
        say("再次", "third"),
    )
    return table(header, rows)


def _category_lines(found: Understanding, language: str) -> list[str]:
    if not found.categories:
        return []
    header = Bilingual("来源类别|建议代码|相似度", "source category|suggested code|likeness")
    shown = list(found.categories.values())[:MAX_SHOWN]
    rows = [
        (
            clip(s.raw, 40),
            s.code if s.likeness >= CONFIDENT else f"({s.code}?)",
            f"{s.likeness:.0f}",
        )
        for s in shown
    ]
    lines = ["", *table(header.in_language(language).split("|"), rows)]
    left = len(found.categories) - len(shown)
    if left > 0:
        more = Bilingual(f"……另有 {left} 类，见映射文件。", f"… and {left} more in the mapping.")
        lines.append(more.in_language(language))
    return lines


def record_set_lines(records: RecordSet, language: str) -> list[str]:
    """What was read: counts, flags, blanks, the calendar, what is not mapped, what was rejected."""

    def say(zh: str, en: str) -> str:
        return Bilingual(zh, en).in_language(language)

    units = sum(len(call.units) for call in records.calls)
    covered = records.coverage
    lines = [
        say(f"读了 {records.rows} 行：{len(records.calls)} 个警情，{units} 次出动；"
            f"拒绝 {len(records.rejections)} 行。",
            f"{records.rows} rows read: {len(records.calls)} calls, {units} units sent; "
            f"{len(records.rejections)} rows rejected."),
        say(f"时间：{covered.first_day} 至 {covered.last_day}，精度 {covered.resolution_s} 秒。",
            f"From {covered.first_day} to {covered.last_day}, clock resolution "
            f"{covered.resolution_s} s."),
    ]  # fmt: skip
    lines += _days(say("没有任何记录的日子", "Days without any call"), covered.missing_days)
    lines += _days(say("提前中断的日子", "Days that break off early"), covered.cut_short_days)
    if records.flags:
        lines += ["", say("标记（记录保留原样）：", "Flagged (kept as written):")]
        lines += [
            f"  {count:>7}  {FLAG_TEXTS[flag].in_language(language)}"
            for flag, count in records.flags.items()
        ]
    missing = [(stamp, share) for stamp, share in records.missing_stamps.items() if share > 0]
    if missing:
        lines += [
            "",
            say("缺失的时间（未知，不当作零）：", "Missing stamps (unknown, never zero):"),
        ]
        lines += [
            f"  {share:>7.1%}  {STAMP_NAMES[stamp].in_language(language)}"
            for stamp, share in missing
        ]
    if records.unmapped_categories:
        lines += ["", say("没有对应的类别：", "Categories not mapped:")]
        lines += _counted(records.unmapped_categories.items())
    if records.rejections:
        lines += ["", say("被拒绝的行：", "Rejected rows:")]
        lines += [f"  {r.message.in_language(language)}" for r in records.rejections[:MAX_SHOWN]]
        if len(records.rejections) > MAX_SHOWN:
            left = len(records.rejections) - MAX_SHOWN
            lines.append(
                say(
                    f"  ……另有 {left} 行；全部写出：--rejects 文件",
                    f"  … and {left} more; write them all with --rejects FILE",
                )
            )
    return lines


def _days(title: str, days: Iterable[object]) -> list[str]:
    listed = [str(day) for day in days]
    if not listed:
        return []
    more = f" … +{len(listed) - MAX_SHOWN}" if len(listed) > MAX_SHOWN else ""
    return [f"{title} ({len(listed)}): {', '.join(listed[:MAX_SHOWN])}{more}"]


def _counted(items: Iterable[tuple[str, int]]) -> list[str]:
    listed = list(items)
    lines = [f"  {count:>7}  {name}" for name, count in listed[:MAX_SHOWN]]
    if len(listed) > MAX_SHOWN:
        lines.append(f"  … +{len(listed) - MAX_SHOWN}")
    return lines


def outcome_lines(outcome: ImportOutcome, language: str) -> list[str]:
    """What an import changed."""

    def say(zh: str, en: str) -> str:
        return Bilingual(zh, en).in_language(language)

    lines = [
        say(f"新增 {outcome.added}，未变 {outcome.unchanged}，"
            f"内容不同而未采用 {len(outcome.refused)}。",
            f"{outcome.added} added, {outcome.unchanged} unchanged, {len(outcome.refused)} kept as "
            "they were although the file now differs.")
    ]  # fmt: skip
    lines += [f"  {key}" for key in outcome.refused[:MAX_SHOWN]]
    if not outcome.added:
        lines.append(say("没有任何改变。", "Nothing was changed."))
    return lines
