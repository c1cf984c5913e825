"""`wardmote replay`: a control room's records through the live policies."""

from __future__ import annotations

import csv
import datetime
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from wardmote.commands.calls import replace_text
from wardmote.commands.language import say, terminal_language, text
from wardmote.commands.replay_summary import summary_lines
from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.events import Event
from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.picture import OperationalPicture
from wardmote.core.domain.places import PlaceBook, Post
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.standards import SHIPPED_STANDARDS, shipped_standard
from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.replay.calibration import calibrate
from wardmote.core.simulation.replay.demand import demands
from wardmote.core.simulation.replay.engine import Replay
from wardmote.core.simulation.replay.fleet import (
    ReplayUnit,
    UnitHint,
    infer_fleet,
    standing_fleet,
)
from wardmote.core.simulation.replay.journal import EventSink
from wardmote.core.simulation.replay.place_classes import place_classifier
from wardmote.core.simulation.replay.report import replay_report
from wardmote.core.simulation.replay.roads import RoadModel
from wardmote.core.simulation.replay.state import ReplaySetting
from wardmote.core.simulation.replay.stations import compare_stations
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.gateways.cad_import.mapping import RecordMapping
from wardmote.gateways.cad_import.mapping_reading import read_mapping
from wardmote.gateways.cad_import.record_file import RecordSet, read_records
from wardmote.operations.places.city_directory import CityDirectory

INTERRUPTED = 130
LONGEST_PAUSE_S = 5.0
"""A pacing sink sleeps in pieces this short, so that Ctrl-C is answered at once."""

_PATH = click.Path(path_type=Path)


class Pacer:
    """An event sink that lets the replay go at so many times real time."""

    def __init__(self, speed: float, sleep: Callable[[float], None] = time.sleep) -> None:
        self._speed = speed
        self._sleep = sleep
        self._clock = time.monotonic
        self._began: tuple[float, float] | None = None

    def emit(self, event: Event, picture: OperationalPicture) -> None:
        """Wait until the event is due."""
        del picture
        if self._began is None:
            self._began = (event.occurred_s, self._clock())
        first_s, started_s = self._began
        due_s = started_s + (event.occurred_s - first_s) / self._speed
        while (left_s := due_s - self._clock()) > 0:
            self._sleep(min(left_s, LONGEST_PAUSE_S))


@click.command()
@click.option("--city", required=True, type=_PATH, help="city directory / 城市目录")
@click.option("--calls", "calls_file", required=True, type=_PATH, help="records / 记录文件")
@click.option("--mapping", required=True, type=_PATH, help="what the columns mean / 映射文件")
@click.option(
    "--posts", type=_PATH, help="CSV of posts: id, lon, lat (default: the city's) / 站点表"
)
@click.option("--units", type=_PATH, help="CSV of units: unit, kind, post / 单位表")
@click.option(
    "--standard",
    default="135",
    type=click.Choice([standard.code for standard in SHIPPED_STANDARDS]),
    help="response standard / 响应标准",
)
@click.option("--speed", default="max", help="times real time, or max / 倍速或 max")
@click.option(
    "--follow",
    type=click.Choice(["policy", "record"]),
    default="policy",
    help="send what the policy says, or what the record says / 按策略或按记录派警",
)
@click.option("--seed", default=1, type=click.IntRange(0), help="of drawn durations / 随机种子")
@click.option("--limit", type=click.IntRange(1), help="only the first N calls / 只放前 N 个警情")
@click.option("--json", "json_out", type=_PATH, help="write the full report here / 写出完整报告")
@click.option("--console", is_flag=True, help="watch on the web console / 在网页大屏上观看")
def replay(
    city: Path,
    calls_file: Path,
    mapping: Path,
    posts: Path | None,
    units: Path | None,
    standard: str,
    speed: str,
    follow: str,
    seed: int,
    limit: int | None,
    json_out: Path | None,
    console: bool,
) -> None:
    """Replay a control room's records. / 重放其他指挥室的记录。"""
    if console:
        raise Problem(
            zh="本命令单独运行时不带网页大屏；请去掉 --console。",
            en="The web console is not part of this command; leave --console out.",
        )
    sink = _pacer(speed)
    try:
        report = run_replay(
            city=city,
            calls_file=calls_file,
            mapping=read_mapping(mapping),
            posts=posts,
            units=units,
            standard=standard,
            follow_record=follow == "record",
            seed=seed,
            limit=limit,
            sink=sink,
        )
    except KeyboardInterrupt:
        say("已中断，没有写出任何文件。", "Interrupted; nothing was written.", error=True)
        raise SystemExit(INTERRUPTED) from None
    if json_out is not None:
        replace_text(json_out, json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    for line in summary_lines(report, terminal_language()):
        click.echo(line)
    if json_out is not None:
        say(f"完整报告：{json_out}", f"Full report: {json_out}")


def run_replay(
    *,
    city: Path,
    calls_file: Path,
    mapping: RecordMapping,
    posts: Path | None = None,
    units: Path | None = None,
    standard: str = "135",
    follow_record: bool = False,
    seed: int = 1,
    limit: int | None = None,
    sink: EventSink | None = None,
) -> dict[str, Any]:
    """Everything between the files and the report.

    Raises:
        Problem: a file cannot be used.
    """
    directory = CityDirectory.open(city)
    book = directory.place_book()
    places = read_posts(posts, _area(book)) if posts is not None else book.posts
    if not places:
        raise Problem(
            zh="城市里没有站点；请用 --posts 给出站点表。",
            en="The city has no posts; give a table of them with --posts.",
        )
    _tell("读取记录", "Reading the records")
    records = read_records(calls_file, mapping)
    calls = records.calls[:limit]
    if not calls:
        raise Problem(zh="记录里没有警情。", en="The records hold no calls.")
    fleet = _fleet(calls, places, book, read_units(units) if units is not None else {})
    _tell("准备道路", "Preparing the roads")
    travel = TravelTimes.of(directory.road_graph())
    zone = mapping.times.zone_info()

    def local_hour(at_s: float) -> int:
        return datetime.datetime.fromtimestamp(at_s, tz=zone).hour

    calibration = calibrate(calls, fleet, travel, local_hour)
    stations = compare_stations(calls, places, travel)
    rule = shipped_standard(standard)
    setting = ReplaySetting(
        standard=rule,
        seed=seed,
        area=_area(book),
        place_class=place_classifier(book),
        follow_record=follow_record,
    )
    run = Replay(
        calls,
        demands(calls),
        fleet,
        RoadModel(travel, calibration.model, local_hour),
        setting,
        sink,
    )
    _tell(f"重放 {len(calls)} 个警情", f"Replaying {len(calls)} calls")
    outcomes = run.run(lambda done: click.echo(f"\r{done:,} / {len(calls):,} ", nl=False, err=True))
    click.echo("", err=True)
    about = _about(directory, records, run, seed, standard, follow_record, len(places))
    return replay_report(outcomes, fleet, calibration, stations, rule, about)


def _about(
    directory: CityDirectory,
    records: RecordSet,
    run: Replay,
    seed: int,
    standard: str,
    follow_record: bool,
    posts: int,
) -> dict[str, Any]:
    name = directory.manifest.name
    return {
        "city": {"zh": name.zh, "en": name.en},
        "source": records.source,
        "records_digest": records.digest,
        "rows": records.rows,
        "rejected_rows": len(records.rejections),
        "first_day": str(records.coverage.first_day),
        "last_day": str(records.coverage.last_day),
        "clock_resolution_s": records.coverage.resolution_s,
        "missing_days": [str(day) for day in records.coverage.missing_days],
        "posts": posts,
        "standard": standard,
        "policy_version": run.policy_version,
        "follow": "record" if follow_record else "policy",
        "recorded_units_not_free": run.busy_in_record,
        "seed": seed,
    }


def _fleet(
    calls: Any, posts: tuple[Post, ...], book: PlaceBook, hints: dict[str, UnitHint]
) -> tuple[ReplayUnit, ...]:
    """The units that the records show; the city's own where they show none."""
    fleet = infer_fleet(calls, posts, hints)
    if fleet:
        return fleet
    own = [unit for unit in book.units if unit.post in {post.post_id for post in posts}]
    if not own:
        raise Problem(
            zh="记录没有写明单位，城市里也没有单位，无法重放。",
            en="The records name no units and the city has none, so nobody could be sent.",
        )
    return standing_fleet(own, posts, calls)


def _area(book: PlaceBook) -> AreaId:
    return book.divisions[0].code if book.divisions else EVERYWHERE


def read_posts(path: Path, area: AreaId) -> tuple[Post, ...]:
    """Posts from a CSV with the columns id (or post, station), lon and lat, WGS-84 degrees."""
    found = []
    for row, cells in _table(path):
        name = cells.get("id") or cells.get("post") or cells.get("station") or ""
        try:
            lon, lat = float(cells["lon"]), float(cells["lat"])
        except (KeyError, ValueError):
            raise Problem(
                zh=f"{path.name} 第 {row} 行：需要 id、lon、lat 三列，经纬度为数字。",
                en=f"{path.name}, row {row}: columns id, lon and lat are needed, in degrees.",
            ) from None
        if not name:
            raise Problem(
                zh=f"{path.name} 第 {row} 行没有站点编号。", en=f"{path.name}, row {row}: no id."
            )
        title = cells.get("name") or name
        found.append(Post(PostId(name), Bilingual(title, title), area, lon, lat, ()))
    return tuple(found)


def read_units(path: Path) -> dict[str, UnitHint]:
    """Units from a CSV with the columns unit, kind and post; kind and post may be blank."""
    found = {}
    for row, cells in _table(path):
        name = cells.get("unit") or cells.get("id") or ""
        if not name:
            raise Problem(
                zh=f"{path.name} 第 {row} 行没有单位编号。", en=f"{path.name}, row {row}: no unit."
            )
        found[name] = UnitHint(cells.get("kind", "").lower(), cells.get("post", ""))
    return found


def _table(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [
                (row, {str(k).strip().lower(): (v or "").strip() for k, v in cells.items()})
                for row, cells in enumerate(csv.DictReader(file), start=2)
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Problem(
            zh=f"无法读取 {path}（{error}）。", en=f"Cannot read {path} ({error})."
        ) from error


def _pacer(speed: str) -> Pacer | None:
    if speed == "max":
        return None
    try:
        factor = float(speed)
    except ValueError:
        factor = 0.0
    if not 0 < factor <= 100_000:
        raise Problem(
            zh=f"--speed 应为 max 或 0 至 100000 之间的数；现为 {speed}。",
            en=f"--speed must be max or a number above 0 and up to 100000; it is {speed}.",
        )
    return Pacer(factor)


def _tell(zh: str, en: str) -> None:
    click.echo(text(zh, en) + " …", err=True)
