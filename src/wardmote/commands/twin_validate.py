"""`wardmote twin validate`: does the simulation foretell what these records say happened?"""

from __future__ import annotations

import dataclasses
import datetime
import json
import zoneinfo
from pathlib import Path
from typing import Any

import click
import numpy as np

from wardmote.commands.calls import replace_text
from wardmote.commands.language import say, text
from wardmote.commands.replay_run import read_posts, read_units
from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.call_record import CallRecord
from wardmote.core.domain.places import Post
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.standards import shipped_standard
from wardmote.core.simulation.replay.fleet import post_key
from wardmote.core.simulation.replay.place_classes import place_classifier
from wardmote.core.simulation.replay.state import ReplaySetting
from wardmote.core.simulation.validation.comparison import by_group, compare
from wardmote.core.simulation.validation.doubts import waited
from wardmote.core.simulation.validation.experiment import (
    FittedRoom,
    fit_room,
    recorded_response_s,
    simulate,
    simulated_response_s,
)
from wardmote.core.simulation.validation.report import BAND_HOURS, error_map, validation_report
from wardmote.core.simulation.validation.window import Window
from wardmote.core.travel.graph import INF_MS, Float64
from wardmote.gateways.cad_import.guessing import understand
from wardmote.gateways.cad_import.mapping import RecordMapping
from wardmote.gateways.cad_import.mapping_reading import read_mapping
from wardmote.gateways.cad_import.record_file import read_records
from wardmote.operations.places.city_directory import CityDirectory

_PATH = click.Path(path_type=Path)
GOALS_MISSED = 1


@click.command()
@click.option("--city", required=True, type=_PATH, help="city directory / 城市目录")
@click.option("--calls", "calls_file", required=True, type=_PATH, help="records / 记录文件")
@click.option("--mapping", type=_PATH, help="what the columns mean (default: guessed) / 映射文件")
@click.option("--posts", type=_PATH, help="CSV of posts (default: the city's) / 站点表")
@click.option("--units", type=_PATH, help="CSV of units: unit, kind, post / 单位表")
@click.option("--fit", "fit_days", required=True, help="days to fit on, FROM..TO / 拟合日期")
@click.option("--predict", "days_ahead", required=True, help="days to foretell / 预测日期")
@click.option(
    "--runs",
    default=4,
    type=click.IntRange(1, 200),
    help="simulations of the days foretold / 预测期的模拟次数",
)
@click.option("--seed", default=1, type=click.IntRange(0), help="first seed / 随机种子")
@click.option("--check", is_flag=True, help="also compare the days fitted on / 也检验拟合期")
@click.option("--json", "json_out", type=_PATH, help="write the report here / 写出报告")
@click.option("--map", "map_out", type=_PATH, help="write errors by area, GeoJSON / 写出误差地图")
def validate(
    city: Path,
    calls_file: Path,
    mapping: Path | None,
    posts: Path | None,
    units: Path | None,
    fit_days: str,
    days_ahead: str,
    runs: int,
    seed: int,
    check: bool,
    json_out: Path | None,
    map_out: Path | None,
) -> None:
    """Fit on some days and foretell the next. / 用一段日期拟合，预测其后的日期并与记录比较。

    Exit status 0 when every goal is reached, 1 when one is missed, 2 when a file cannot be used.
    """
    records_mapping, guessed = _mapping(calls_file, mapping)
    zone = records_mapping.times.zone_info()
    fitted, ahead = days(fit_days, zone), days(days_ahead, zone)
    if ahead.from_s < fitted.to_s:
        raise Problem(
            zh="预测日期必须在拟合日期之后。",
            en="The days to foretell must follow those fitted on.",
        )
    directory = CityDirectory.open(city)
    records = read_records(calls_file, records_mapping)
    area = directory.place_book().divisions
    own = directory.place_book().posts
    chosen = own if posts is None else read_posts(posts, area[0].code if area else EVERYWHERE)
    room = _fit(directory, records.calls, fitted, chosen, units, zone, seed)
    report, errors = _foretell(room, records.calls, ahead, runs, seed, check=check)
    report = {
        "city": {"zh": directory.manifest.name.zh, "en": directory.manifest.name.en},
        "source": records.source,
        "records_digest": records.digest,
        "mapping": "guessed" if guessed else "given",
        "zone": str(zone),
        "fit_days": fit_days,
        "predict_days": days_ahead,
        "runs": runs,
        "seed": seed,
        **report,
    }
    if json_out is not None:
        replace_text(json_out, json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    if map_out is not None:
        replace_text(map_out, json.dumps(errors, ensure_ascii=False) + "\n")
    for line in summary(report):
        click.echo(line)
    if not all(report["reached"].values()):
        raise SystemExit(GOALS_MISSED)


def days(span: str, zone: zoneinfo.ZoneInfo) -> Window:
    """FROM..TO, both days included, on the records' clock.

    Raises:
        Problem: not two days in order.
    """
    first, dots, last = span.partition("..")
    try:
        start = datetime.date.fromisoformat(first)
        end = datetime.date.fromisoformat(last if dots else first)
    except ValueError:
        start, end = datetime.date.max, datetime.date.min
    if end < start:
        raise Problem(
            zh=f"日期应写作 2018-01-13..2018-01-20；现为 {span}。",
            en=f"Days are written like 2018-01-13..2018-01-20; this is {span}.",
        )
    after = end + datetime.timedelta(days=1)
    return Window(_midnight_s(start, zone), _midnight_s(after, zone))


def _midnight_s(day: datetime.date, zone: zoneinfo.ZoneInfo) -> float:
    return datetime.datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()


def _mapping(calls_file: Path, given: Path | None) -> tuple[RecordMapping, bool]:
    """The mapping given, or the guess; a guessed time zone is said aloud."""
    if given is not None:
        return read_mapping(given), False
    guess = understand(calls_file).mapping
    times = dataclasses.replace(guess.times, zone_confirmed=True)
    say(
        f"没有给出映射文件；按猜测读取，时区 {times.zone}。",
        f"No mapping was given; the file is read as guessed, in the zone {times.zone}.",
        error=True,
    )
    return dataclasses.replace(guess, times=times), True


def _fit(
    directory: CityDirectory,
    calls: tuple[CallRecord, ...],
    window: Window,
    posts: tuple[Post, ...],
    units: Path | None,
    zone: zoneinfo.ZoneInfo,
    seed: int,
) -> FittedRoom:
    book = directory.place_book()
    if not posts:
        raise Problem(
            zh="城市里没有站点；请用 --posts 给出站点表。",
            en="The city has no posts; give a table of them with --posts.",
        )

    def local_hour(at_s: float) -> int:
        return datetime.datetime.fromtimestamp(at_s, tz=zone).hour

    def weekday(at_s: float) -> int:
        return datetime.datetime.fromtimestamp(at_s, tz=zone).weekday()

    setting = ReplaySetting(
        shipped_standard("135"),
        seed,
        book.divisions[0].code if book.divisions else EVERYWHERE,
        place_classifier(book),
    )
    say("拟合", "Fitting", error=True)
    return fit_room(
        calls,
        window,
        posts,
        {} if units is None else read_units(units),
        directory.travel_times(),
        local_hour,
        weekday,
        setting,
    )


def _foretell(
    room: FittedRoom,
    calls: tuple[CallRecord, ...],
    window: Window,
    runs: int,
    seed: int,
    *,
    check: bool,
) -> tuple[dict[str, Any], dict[str, Any]]:
    asked = window.of(calls)
    if not asked:
        raise Problem(zh="预测日期内没有警情。", en="There are no calls in the days to foretell.")
    recorded_s = recorded_response_s(asked)
    if np.isnan(recorded_s).all():
        raise Problem(
            zh="预测日期内的记录没有写明任何一次到场时间，无从比较。",
            en="The records of the days to foretell say of no call when anybody arrived, so there "
            "is nothing to compare with.",
        )
    made, waiting = [], 0.0
    for number in range(runs):
        say(f"模拟 {number + 1} / {runs}", f"Run {number + 1} of {runs}", error=True)
        outcomes = simulate(room, asked, window, seed + 1_000 + number)
        made.append(simulated_response_s(outcomes))
        waiting += waited(outcomes) / runs
    runs_s = np.array(made)
    if np.isnan(runs_s).all():
        raise Problem(
            zh="预测日期内的警情都不在这座城市的道路上，无法模拟。",
            en="No call of the days to foretell lies on the roads of this city; none can be "
            "simulated.",
        )
    inside = None
    if check:
        again = simulate(room, room.past, room.window, seed + 500)
        inside = compare(recorded_response_s(room.past), simulated_response_s(again)[None, :])
    lon = np.array([np.nan if call.lon is None else call.lon for call in asked])
    lat = np.array([np.nan if call.lat is None else call.lat for call in asked])
    hours = by_group(
        [f"{room.local_hour(call.received_s):02d}" for call in asked], recorded_s, runs_s
    )
    names = _areas(room, asked, lon, lat)
    areas = by_group(names, recorded_s, runs_s, lon, lat)
    band = np.array([room.local_hour(one.received_s) // BAND_HOURS * BAND_HOURS for one in asked])
    bands = {}
    for hour in range(0, 24, BAND_HOURS):
        here = np.flatnonzero(band == hour)
        those = [names[row] for row in here.tolist()]
        bands[hour] = by_group(those, recorded_s[here], runs_s[:, here], lon[here], lat[here])
    found = compare(recorded_s, runs_s)
    report = validation_report({}, room, window, inside, found, hours, areas, bands, waiting)
    return report, error_map(areas, bands)


def _areas(
    room: FittedRoom, calls: tuple[CallRecord, ...], lon: Float64, lat: Float64
) -> list[str]:
    """The station that the source calls responsible, else the post nearest by road."""
    names = [post_key(call.station_area) if call.station_area else "" for call in calls]
    blank = [row for row, name in enumerate(names) if not name and np.isfinite(lon[row])]
    if blank:
        places = room.travel.snap(lon[blank], lat[blank])
        homes = room.travel.snap([p.lon for p in room.posts], [p.lat for p in room.posts])
        times = np.stack(
            [room.travel.drive_times(homes.rows([row]), places) for row in range(len(room.posts))]
        )
        for column, row in enumerate(blank):
            best = int(times[:, column].argmin())
            if times[best, column] < INF_MS:
                names[row] = str(room.posts[best].post_id)
    return names


def summary(report: dict[str, Any]) -> list[str]:
    """The outcome in a few lines."""
    found = report["foretold_days"]
    real, made, reached = found["recorded"], found["simulated"], report["reached"]
    lines = [
        text(
            f"平均首到：记录 {real['mean_s']:.0f} 秒，预测 {made['mean_s']:.0f} 秒"
            f"（{found['mean_error']:+.1%}）{_mark(reached['mean'])}",
            f"Mean first arrival: recorded {real['mean_s']:.0f} s, foretold {made['mean_s']:.0f} s "
            f"({found['mean_error']:+.1%}) {_mark(reached['mean'])}",
        )
    ]
    for limit, error in found["share_errors"].items():
        minutes = float(limit.removesuffix("_s")) / 60
        lines.append(
            text(
                f"{minutes:g} 分钟内：记录 {real['within'][limit]:.1%}，"
                f"预测 {made['within'][limit]:.1%}（{100 * error:+.1f} 个百分点）",
                f"Within {minutes:g} min: recorded {real['within'][limit]:.1%}, foretold "
                f"{made['within'][limit]:.1%} ({100 * error:+.1f} points)",
            )
        )
    lines.append(
        text(
            f"分布距离（KS）：{found['ks']:.3f} {_mark(reached['distribution'])}",
            f"Distance of the distributions (KS): {found['ks']:.3f} "
            f"{_mark(reached['distribution'])}",
        )
    )
    if report["doubts"]:
        lines.append(text("须注意：", "Keep in mind:"))
        lines += ["  " + text(one["zh"], one["en"]) for one in report["doubts"]]
    lines.append(text("没有模拟的：", "Not modelled:"))
    lines += ["  " + text(one["zh"], one["en"]) for one in report["not_modelled"]]
    return lines


def _mark(good: bool) -> str:
    return text("达到", "reached") if good else text("未达到", "missed")
