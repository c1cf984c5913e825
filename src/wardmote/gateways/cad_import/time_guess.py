"""Which columns are the time stamps, how they are written, and what the clock was."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence

from wardmote.core.domain.call_record import RecordTime
from wardmote.core.domain.text import Bilingual
from wardmote.gateways.cad_import.mapping import Times
from wardmote.gateways.cad_import.profiling import ColumnProfile, Content
from wardmote.gateways.cad_import.roles import Roles, order_unnamed_times
from wardmote.gateways.cad_import.time_formats import date_format
from wardmote.gateways.cad_import.times import time_reader
from wardmote.gateways.cad_import.words import STAMP_PHRASES, header_score, may_be_a_stamp
from wardmote.gateways.cad_import.zone_guess import ClockVerdict, judge_clock
from wardmote.gateways.time_zones import zone_at

SAMPLE_ROWS = 20_000

Rows = Sequence[Sequence[str]]


def guess_times(
    profiles: Sequence[ColumnProfile], roles: Roles, rows: Rows, doubts: list[Bilingual]
) -> Times:
    """The time columns with their formats; the zone is still open."""
    stamps = {
        RecordTime(role): candidate.column
        for role, candidate in roles.chosen.items()
        if role in tuple(RecordTime)
    }
    if not stamps:
        stamps = _stamps_by_order(profiles, roles, rows, doubts)
    dates = [p for p in profiles if p.content is Content.DATE]
    clocks = [p for p in profiles if p.content is Content.TIME_OF_DAY]
    columns: dict[RecordTime, tuple[str, ...]] = {}
    formats: dict[RecordTime, str] = {}
    for stamp, column in sorted(stamps.items(), key=lambda pair: tuple(RecordTime).index(pair[0])):
        date, clock = _date_and_clock(stamp, column, stamps, dates, clocks)
        parts = [part for part in (date, clock) if part is not None]
        columns[stamp] = tuple(part.name for part in parts)
        formats[stamp] = _joined_format(parts)
        _format_doubts(parts, doubts)
    if columns and not dates and all(p.content is Content.TIME_OF_DAY for p in stamps.values()):
        doubts.append(
            Bilingual(
                zh="只有时刻，整个文件没有日期列：记录无法归入哪一天，不能导入。",
                en="There are times of day but no column of dates in the whole file: the records "
                "belong to no day and cannot be imported.",
            )
        )
    usual = Counter(formats.values()).most_common(1)[0][0] if formats else "iso"
    return Times(
        format=usual,
        columns=columns,
        formats={stamp: name for stamp, name in formats.items() if name != usual},
    )


def _joined_format(parts: Sequence[ColumnProfile]) -> str:
    """The format of one column, or of a date and a time of day written behind one another."""
    formats = [part.time.format for part in parts if part.time is not None]
    if len(formats) == 2:
        formats[0] = date_format(formats[0])
    return " ".join(formats)


def _date_and_clock(
    stamp: RecordTime,
    column: ColumnProfile,
    stamps: Mapping[RecordTime, ColumnProfile],
    dates: Sequence[ColumnProfile],
    clocks: Sequence[ColumnProfile],
) -> tuple[ColumnProfile | None, ColumnProfile | None]:
    """The column with the date and the one with the time of day; one may do both."""
    if column.content is Content.TIME_OF_DAY:
        own = [date for date in dates if _shared_words(date, column)]
        received = stamps.get(RecordTime.RECEIVED)
        if not own and received is not None and received.content is Content.DATE:
            own = [received]
        return next(iter(own or [d for d in dates if may_be_a_stamp(d.name)]), None), column
    if column.content is Content.DATE:
        used = {used.index for used in stamps.values()}
        free = [clock for clock in clocks if clock.index not in used]
        near = [clock for clock in free if _shared_words(column, clock)]
        if not near and stamp is RecordTime.RECEIVED:
            phrases = STAMP_PHRASES[stamp]
            near = sorted(free, key=lambda clock: -header_score(clock.name, phrases))
        return column, near[0] if near else None
    return column, None


def _shared_words(date: ColumnProfile, clock: ColumnProfile) -> bool:
    generic = {"date", "time", "day", "dt", "tm"}
    words = set(re.split(r"\W+|_", date.name.lower())) - generic
    return bool(words & (set(re.split(r"\W+|_", clock.name.lower())) - generic))


def _stamps_by_order(
    profiles: Sequence[ColumnProfile], roles: Roles, rows: Rows, doubts: list[Bilingual]
) -> dict[RecordTime, ColumnProfile]:
    readers = {
        p.index: time_reader(p.time.format)
        for p in profiles
        if p.content is Content.TIME and p.time is not None
    }
    lags: dict[int, list[float]] = {index: [] for index in readers}
    for cells in rows[:SAMPLE_ROWS]:
        read = {
            index: clock.at
            for index, reader in readers.items()
            if index < len(cells) and (clock := reader(cells[index])) is not None
        }
        if read:
            first = min(read.values())
            for index, at in read.items():
                lags[index].append((at - first).total_seconds())
    medians = {index: statistics.median(found) for index, found in lags.items() if found}
    chosen = order_unnamed_times(profiles, medians)
    roles.chosen.update(chosen)
    roles.candidates.update({role: (candidate,) for role, candidate in chosen.items()})
    if len(chosen) > 1:
        doubts.append(
            Bilingual(
                zh="时间列的名称看不出含义，只按先后顺序猜测；请逐列核对 [times.columns]。",
                en="The headers of the time columns say nothing; they were told apart by their "
                "order alone. Check every line of [times.columns].",
            )
        )
    if not chosen:
        doubts.append(Bilingual(zh="没有找到时间列。", en="No column of times was found."))
    return {RecordTime(role): candidate.column for role, candidate in chosen.items()}


def _format_doubts(parts: Sequence[ColumnProfile], doubts: list[Bilingual]) -> None:
    for part in parts:
        if part.time is None:
            continue
        if part.time.rivals:
            others = ", ".join(part.time.rivals[:3])
            doubts.append(
                Bilingual(
                    zh=f"“{part.name}”按 {part.time.format} 读；{others} 也读得通，"
                    "请核对日月顺序。",
                    en=f"“{part.name}” is read as {part.time.format}; {others} would fit as well: "
                    "check which number is the day.",
                )
            )
        if part.content is Content.DATE and len(parts) == 1:
            doubts.append(
                Bilingual(
                    zh=f"“{part.name}”只有日期，没有时刻；不能计算用时。",
                    en=f"“{part.name}” has dates without a time of day; no duration can be told.",
                )
            )
        if part.content is Content.TIME and part.time.resolution_s == 60:
            doubts.append(
                Bilingual(
                    zh=f"“{part.name}”只精确到分钟；用时误差可达一分钟。",
                    en=f"“{part.name}” is in whole minutes; durations are off by up to a minute.",
                )
            )


def guess_zone(
    times: Times,
    rows: Rows,
    names: Sequence[str],
    middle: tuple[float, float] | None,
    doubts: list[Bilingual],
) -> tuple[Times, ClockVerdict]:
    """The zone by the nearest chief town, and whether a stated offset is to be believed."""
    by_hour, states_offset = _hours(times, rows, names)
    verdict = judge_clock(by_hour, None if middle is None else middle[0])
    zone = "" if middle is None else zone_at(*middle)
    honour = True
    if middle is None:
        doubts.append(
            Bilingual(
                zh="没有经纬度，猜不出时区；请在 [times] zone 填写。",
                en="Without degrees the zone cannot be guessed; write it in [times] zone.",
            )
        )
    else:
        doubts.append(
            Bilingual(
                zh=f"时区 {zone} 是按位置猜的；请核对并设 zone_confirmed = true。",
                en=f"The zone {zone} is guessed from the positions; check it and set "
                "zone_confirmed = true.",
            )
        )
    quiet = "" if verdict.quiet_hour is None else f"{verdict.quiet_hour:.0f}:00"
    if states_offset and verdict.reads_local:
        honour = False
        doubts.append(
            Bilingual(
                zh=f"时间自称 UTC 或带偏移，但报警最少在 {quiet} 左右，其实是当地时间；"
                "已设 honour_offset = false。",
                en=f"The stamps claim UTC or an offset, but calls are fewest around {quiet} as "
                "written: this is local time. honour_offset = false was set.",
            )
        )
    elif states_offset and not verdict.reads_utc:
        doubts.append(
            Bilingual(
                zh="时间自带 UTC 或偏移，无法验证真假；请核对 honour_offset。",
                en="The stamps state UTC or an offset, and nothing shows whether that is true; "
                "check honour_offset.",
            )
        )
    elif not states_offset and verdict.reads_utc:
        zone = "UTC"
        doubts.append(
            Bilingual(
                zh=f"报警最少在 {quiet} 左右，看来记的是 UTC；已设 zone = UTC，请核对。",
                en=f"Calls are fewest around {quiet} as written: this looks like UTC. zone = UTC "
                "was set; check it.",
            )
        )
    found = Times(
        zone=zone,
        zone_confirmed=False,
        honour_offset=honour,
        format=times.format,
        columns=times.columns,
        formats=times.formats,
    )
    return found, verdict


def _hours(times: Times, rows: Rows, names: Sequence[str]) -> tuple[list[int], bool]:
    by_hour = [0] * 24
    states_offset = False
    if not times.columns:
        return by_hour, states_offset
    stamp = RecordTime.RECEIVED
    if stamp not in times.columns:
        stamp = next(iter(times.columns))
    index = [list(names).index(name) for name in times.columns[stamp]]
    read = time_reader(times.formats.get(stamp, times.format))
    for cells in rows[:SAMPLE_ROWS]:
        if max(index) >= len(cells):
            continue
        clock = read(" ".join(cells[i].strip() for i in index))
        if clock is not None and clock.has_time:
            by_hour[clock.at.hour] += 1
            states_offset = states_offset or clock.offset_s is not None
    return by_hour, states_offset
