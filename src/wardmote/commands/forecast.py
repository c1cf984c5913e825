"""`wardmote forecast`: calls ahead by hour and day, how sure that is, whether demand changed."""

from __future__ import annotations

import csv
import datetime
import importlib
import io
import time
from collections.abc import Sequence
from pathlib import Path

import click

from wardmote.commands.calls import replace_text
from wardmote.commands.demand_words import Line, learnt_lines
from wardmote.commands.plan_place import PATH, lines, write_json
from wardmote.commands.recorded_calls import RecordFiles, StatedCalls, read_stated_calls
from wardmote.commands.serve import city_option, home_option, set_environment
from wardmote.core.domain.problem import Problem
from wardmote.core.planning.demand.day_names import ORDINARY, day_name
from wardmote.core.planning.demand.origins import DemandCall, admit
from wardmote.core.studies.forecast_sheet import (
    DriftCode,
    DriftVerdict,
    ForecastMethod,
    ForecastSheet,
    forecast_document,
)
from wardmote.core.studies.foretelling import MOST_DAYS_AHEAD, Foretelling, foretell
from wardmote.gateways.day_classes import calendar_of, holidays_of_zone

OWN = "own"
_WEEKDAYS = (
    ("周一", "Mon"), ("周二", "Tue"), ("周三", "Wed"), ("周四", "Thu"),
    ("周五", "Fri"), ("周六", "Sat"), ("周日", "Sun"),
)  # fmt: skip


@click.command()
@click.option("--calls", required=True, help="records, or own: this place's calls / 记录或 own")
@click.option("--mapping", type=PATH, help="what the columns mean / 列的映射文件")
@click.option("--origins", type=PATH, help="JSON: category -> who began it / 来源说明")
@click.option("--all-public", is_flag=True, help="all records are the public's / 全为群众报警")
@click.option(
    "--days",
    default=14,
    show_default=True,
    type=click.IntRange(1, MOST_DAYS_AHEAD),
    help="ahead / 预测天数",
)
@click.option(
    "--last-day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="last day to learn from (default: of the last call) / 学到哪一天",
)
@click.option(
    "--method",
    default="best",
    show_default=True,
    type=click.Choice(["best", "climatology"]),
    help="best: what the history's own end prefers / 方法",
)
@click.option("--holidays", help="CN, US-MO, none (default: by the clock) / 节假日")
@click.option("--json", "json_out", type=PATH, help="write it whole / 写出全部")
@click.option("--csv", "csv_out", type=PATH, help="write the hours / 写出各小时")
@click.option("--csv-days", "days_out", type=PATH, help="write the days / 写出各日")
@city_option
@home_option
def forecast(
    calls: str,
    mapping: Path | None,
    origins: Path | None,
    all_public: bool,
    days: int,
    last_day: datetime.datetime | None,
    method: str,
    holidays: str | None,
    json_out: Path | None,
    csv_out: Path | None,
    days_out: Path | None,
    city: Path | None,
    home: Path | None,
) -> None:
    """Foretell how many calls come, by hour and day. / 按小时和日预测警情数量。

    Learnt from are calls of the public alone. Exit status 0 with a forecast, 2 when the input
    cannot be used; nothing is written then.
    """
    end = None if last_day is None else last_day.date()
    search = method == "best"
    if calls == OWN:
        if mapping or origins:
            raise Problem(
                zh="--calls own 不需要 --mapping 和 --origins；来源由接警渠道得出，"
                "导入的记录用 --all-public 声明为群众报警。",
                en="--calls own takes no --mapping and no --origins: channels tell who began a "
                "call; --all-public states that imported ones were the public's.",
            )
        set_environment(city, home)
        made = importlib.import_module("wardmote.config.own_forecast")
        sheet: ForecastSheet = made.own_forecast(
            imported_too=all_public, days=days, last_day=end, search=search, holidays=holidays
        )
    else:
        found = read_stated_calls(RecordFiles(Path(calls), mapping, origins, all_public))
        sheet = _of_file(found, days, end, search=search, holidays=holidays)
    if json_out is not None:
        write_json(json_out, forecast_document(sheet))
    if csv_out is not None:
        _write(csv_out, hours_table(sheet))
    if days_out is not None:
        _write(days_out, days_table(sheet))
    lines(summary(sheet))


def _of_file(
    found: StatedCalls,
    days: int,
    last_day: datetime.date | None,
    *,
    search: bool,
    holidays: str | None,
) -> ForecastSheet:
    place = holidays or holidays_of_zone(found.zone.key)
    admitted = admit(
        DemandCall(
            call.received_s,
            found.origin_of(call),
            float("nan") if call.lon is None else call.lon,
            float("nan") if call.lat is None else call.lat,
        )
        for call in found.calls
        if last_day is None
        or datetime.datetime.fromtimestamp(call.received_s, tz=found.zone).date() <= last_day
    )
    asked = Foretelling(
        found.zone,
        found.zone.key,
        time.time(),
        calendar_of(place),
        place,
        last_day,
        days,
        search,
        found.rejected,
    )
    return foretell(admitted, asked)


def hours_table(sheet: ForecastSheet) -> list[Sequence[object]]:
    """A header, and a row for each hour."""
    kind = {one.day: one.kind for one in sheet.days}
    rows: list[Sequence[object]] = [("day", "hour", "start_s", "kind", "mean", "low", "high")]
    rows += [
        (one.day, one.hour, f"{one.at_s:.0f}", kind[one.day], f"{one.mean:.3f}", one.low, one.high)
        for one in sheet.hours
    ]
    return rows


def days_table(sheet: ForecastSheet) -> list[Sequence[object]]:
    """A header, and a row for each day."""
    rows: list[Sequence[object]] = [("day", "kind", "mean", "low", "high")]
    rows += [(one.day, one.kind, f"{one.mean:.3f}", one.low, one.high) for one in sheet.days]
    return rows


def _write(path: Path, rows: Sequence[Sequence[object]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    try:
        replace_text(path, out.getvalue())
    except OSError as error:
        raise Problem(
            zh=f"无法写入 {path}：{error.strerror}。",
            en=f"{path} cannot be written: {error.strerror}.",
        ) from error


def summary(sheet: ForecastSheet) -> list[Line]:
    """The forecast for reading."""
    found = learnt_lines(sheet.account)
    if sheet.account.left_out:
        number = sheet.account.left_out
        found.append(
            (
                f"另有 {number:,} 条无法读取或不是警情（测试、误报、重复）。",
                f"{number:,} more could not be read, or were no calls (tests, duplicates).",
            )
        )
    found.append(_basis_line(sheet))
    found.append(("", ""))
    for one in sheet.days:
        weekday = _WEEKDAYS[datetime.date.fromisoformat(one.day).weekday()]
        name = None if one.kind == ORDINARY else day_name(one.kind)
        zh, en = (f"  {one.day} {day} {one.mean:6.0f}（{one.low}–{one.high}）" if row == 0 else
                  f"  {one.day} {day} {one.mean:6.0f} ({one.low} to {one.high})"
                  for row, day in enumerate(weekday))  # fmt: skip
        found.append((f"{zh} {name.zh}", f"{en} {name.en}") if name else (zh, en))
    found.append(("", ""))
    return [*found, *_check_lines(sheet), *drift_lines(sheet.drift)]


def _basis_line(sheet: ForecastSheet) -> Line:
    basis = sheet.basis
    if basis.method is ForecastMethod.CLIMATOLOGY:
        zh, en = (
            "方法：全部历史的一周规律 × 最近 8 周的水平",
            "Method: hour of the week over all history times the level of the last 8 weeks",
        )
    else:
        more = [
            one
            for one, there in (
                (("季节", "season"), basis.seasonal),
                (("节假日", "festivals"), basis.festivals),
            )
            if there
        ]
        parts_zh = "、".join(["一周规律", *(one[0] for one in more)])
        parts_en = ", ".join(["hour of the week", *(one[1] for one in more)])
        zh = f"方法：{parts_zh} × 最近约 {basis.level_days:.0f} 天的水平（由本地历史选出）"
        en = (
            f"Method: {parts_en} times the level of about {basis.level_days:.0f} days "
            "(chosen by the place's own past)"
        )
    calendar = sheet.calendar or "none"
    return (
        f"{zh}；目前水平 {basis.level:.2f}；节假日：{calendar}；范围 {sheet.confidence:.0%}。",
        f"{en}; level now {basis.level:.2f}; holidays: {calendar}; ranges of "
        f"{sheet.confidence:.0%}.",
    )


def _check_lines(sheet: ForecastSheet) -> list[Line]:
    check = sheet.check
    if not check.judged:
        return [("历史太短，还不能检验预测。", "The history is too short to judge the forecast.")]
    share = check.within / check.judged
    hours = check.hours_within / max(check.hours, 1)
    found = [
        (
            f"检验：最近 {len(check.days)} 天逐日提前一天预测，可判断的 {check.judged} 天中 "
            f"{check.within} 天（{share:.0%}）落在范围内，小时 {hours:.0%}；应约 "
            f"{sheet.confidence:.0%}。",
            f"Judged: of the last {len(check.days)} days, each foretold the evening before, "
            f"{check.within} of {check.judged} ({share:.0%}) came within their range, and "
            f"{hours:.0%} of the hours; about {sheet.confidence:.0%} is right.",
        )
    ]
    if check.miss is not None and check.miss_usual is not None and check.miss_naive is not None:
        found.append(
            (
                f"每日平均差 {check.miss:.1f} 起；气候平均法 {check.miss_usual:.1f}，"
                f"照搬上周 {check.miss_naive:.1f}。",
                f"A day was off by {check.miss:.1f} calls on average; the climatology by "
                f"{check.miss_usual:.1f}, as many as a week before by {check.miss_naive:.1f}.",
            )
        )
    last = check.days[-1]
    came_zh = "未完整记录" if last.came is None else f"实际 {last.came}"
    came_en = "and it was not recorded whole" if last.came is None else f"{last.came} came"
    found.append(
        (
            f"{last.day}：预测 {last.mean:.0f}（{last.low}–{last.high}），{came_zh}。",
            f"{last.day}: {last.mean:.0f} ({last.low} to {last.high}) were foretold, {came_en}.",
        )
    )
    return found


def drift_lines(drift: DriftVerdict) -> list[Line]:
    """The verdict in words, and what to do."""
    if drift.code is DriftCode.UNKNOWN:
        return [
            (
                "历史太短，不能判断需求是否变化。",
                "The history is too short to say whether demand changed.",
            )
        ]
    if drift.code is DriftCode.STEADY:
        return [
            (
                f"需求没有变化：最近 {drift.days} 天与此前的规律相比，没有超出偶然的差别。",
                f"Demand has not changed: the last {drift.days} days differ from the pattern "
                "before them by no more than chance.",
            )
        ]
    percent = abs((drift.ratio or 1.0) - 1)
    more = drift.code is DriftCode.RISING
    names = [day_name(one) for one in drift.festivals]
    found = [
        (
            f"需求变化：自 {drift.began} 起比预期{'多' if more else '少'} {percent:.0%}"
            f"（{drift.noticed} 起已不是偶然）。",
            f"Demand changed: {percent:.0%} {'more' if more else 'fewer'} calls than expected "
            f"since {drift.began} (more than chance from {drift.noticed}).",
        ),
        _advice(drift),
    ]
    if names:
        found.append(
            (
                f"其间有：{'、'.join(one.zh for one in names)}；历史没有教过的节日看起来就像变化。",
                f"Among these days: {', '.join(one.en for one in names)}. A festival that the "
                "history did not teach looks like a change.",
            )
        )
    return found


def _advice(drift: DriftVerdict) -> Line:
    if not drift.lasting:
        return (
            "最近几天已恢复到预期；查明原因即可，不必改方案。",
            "The latest days are as expected again: find the cause; no plan needs to change.",
        )
    return (
        "怎么办：先查记录是否变了（新渠道、漏记的时段），再查原因；"
        "水平会在 8 周内跟上，在此之前不要据此定方案。",
        "What to do: see first whether the record changed (a new channel, hours missed), then "
        "look for the cause. The level follows within about 8 weeks; until then adopt no plan "
        "that rests on it.",
    )
