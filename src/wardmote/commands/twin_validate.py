"""`wardmote twin validate`: does the simulation foretell what these records say happened?"""

from __future__ import annotations

import dataclasses
import datetime
import json
import zoneinfo
from pathlib import Path
from typing import Any

import click

from wardmote.commands.calls import replace_text
from wardmote.commands.language import say, text
from wardmote.commands.replay_run import read_posts, read_units
from wardmote.commands.validated_days import DaysAhead, replayed, tried
from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.call_record import CallRecord
from wardmote.core.domain.places import Post
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.standards import shipped_standard
from wardmote.core.simulation.replay.place_classes import place_classifier
from wardmote.core.simulation.replay.state import ReplaySetting
from wardmote.core.simulation.validation.experiment import FittedRoom, learn_room
from wardmote.core.simulation.validation.report import Engine
from wardmote.core.simulation.validation.window import Window
from wardmote.gateways.cad_import.guessing import understand
from wardmote.gateways.cad_import.mapping import RecordMapping
from wardmote.gateways.cad_import.mapping_reading import read_mapping
from wardmote.gateways.cad_import.record_file import read_records
from wardmote.operations.places.city_directory import CityDirectory

_PATH = click.Path(path_type=Path)
GOALS_MISSED = 1
BOTH = "both"


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
@click.option(
    "--engine",
    "engines",
    default=BOTH,
    type=click.Choice([*(one.value for one in Engine), BOTH]),
    show_default=True,
    help="which simulation: of replays, of trials of plans, or both / "
    "用哪个引擎：回放、方案试算，或两者",
)
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
    engines: str,
    check: bool,
    json_out: Path | None,
    map_out: Path | None,
) -> None:
    """Fit on some days and foretell the next. / 用一段日期拟合，预测其后的日期并与记录比较。

    Exit status 0 when every engine asked reaches every goal, 1 when one is missed, 2 when a file
    cannot be used.
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
    room = _learn(directory, records.calls, fitted, chosen, units, zone, seed)
    about = {
        "city": {"zh": directory.manifest.name.zh, "en": directory.manifest.name.en},
        "source": records.source,
        "records_digest": records.digest,
        "mapping": "guessed" if guessed else "given",
        "zone": str(zone),
        "fit_days": fit_days,
        "predict_days": days_ahead,
        "runs": runs,
        "seed": seed,
    }
    ahead_of = DaysAhead.of(room, records.calls, ahead, runs, seed, check=check)
    made: list[tuple[dict[str, Any], dict[str, Any]]] = []
    if engines != Engine.TRIAL:
        made.append(replayed(room, ahead_of, about))
    if engines != Engine.REPLAY:
        made.append(tried(room, directory.place_book(), ahead_of, {} if made else about))
    report, errors = made[0]
    report["trial"] = made[1][0] if len(made) > 1 else None
    if json_out is not None:
        replace_text(json_out, json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    if map_out is not None:
        replace_text(map_out, json.dumps(errors, ensure_ascii=False) + "\n")
    for one, _ in made:
        for line in summary(one):
            click.echo(line)
    if not all(good for one, _ in made for good in one["reached"].values()):
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
    """The mapping given, or the guess; a guessed time zone is said aloud.

    Raises:
        Problem: no column of the file can be guessed to be a time.
    """
    if given is not None:
        return read_mapping(given), False
    guess = understand(calls_file).mapping
    if not guess.times.columns:
        raise Problem(
            zh=f"{calls_file.name} 中看不出哪一列是时间；请用 --mapping 给出映射文件，"
            "或检查是否选对了记录文件。",
            en=f"No column of {calls_file.name} looks like a time; give a mapping with --mapping, "
            "or see whether this is the file of the records.",
        )
    times = dataclasses.replace(guess.times, zone_confirmed=True)
    say(
        f"没有给出映射文件；按猜测读取，时区 {times.zone}。",
        f"No mapping was given; the file is read as guessed, in the zone {times.zone}.",
        error=True,
    )
    return dataclasses.replace(guess, times=times), True


def _learn(
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
    return learn_room(
        calls,
        window,
        posts,
        {} if units is None else read_units(units),
        directory.travel_times(),
        local_hour,
        weekday,
        setting,
    )


def summary(report: dict[str, Any]) -> list[str]:
    """The outcome in a few lines."""
    found = report["foretold_days"]
    real, made, reached = found["recorded"], found["simulated"], report["reached"]
    lines = [
        text("回放的引擎：", "The replay's engine:")
        if report["engine"] == Engine.REPLAY
        else text("试算方案的引擎：", "The engine that tries plans:"),
        text(
            f"平均首到：记录 {real['mean_s']:.0f} 秒，预测 {made['mean_s']:.0f} 秒"
            f"（{found['mean_error']:+.1%}）{_mark(reached['mean'])}",
            f"Mean first arrival: recorded {real['mean_s']:.0f} s, foretold {made['mean_s']:.0f} s "
            f"({found['mean_error']:+.1%}) {_mark(reached['mean'])}",
        ),
    ]
    for limit, error in found["share_errors"].items():
        minutes = float(limit.removesuffix("_s")) / 60
        lines.append(
            text(
                f"{minutes:g} 分钟内：记录 {real['within'][limit]:.1%}，"
                f"预测 {made['within'][limit]:.1%}（{100 * error:+.2f} 个百分点）",
                f"Within {minutes:g} min: recorded {real['within'][limit]:.1%}, foretold "
                f"{made['within'][limit]:.1%} ({100 * error:+.2f} points)",
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
