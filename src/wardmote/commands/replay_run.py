"""What a replay runs on, from its files, and the run itself."""

from __future__ import annotations

import csv
import datetime
import io
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from wardmote.commands.language import text
from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.call_record import CallRecord
from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.places import PlaceBook, Post
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.standards import shipped_standard
from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.replay.calibration import Calibration, calibrate
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
from wardmote.gateways.cad_import import sniffing
from wardmote.gateways.cad_import.mapping import RecordMapping
from wardmote.gateways.cad_import.record_file import RecordSet, read_records
from wardmote.operations.places.city_directory import CityDirectory


@dataclass(frozen=True, slots=True)
class ReplayFiles:
    """Where a replay comes from, and what of it.

    Attributes:
        posts, units: tables; None for the city's posts and what the records show of units.
        limit: only the first so many calls.
    """

    city: Path
    calls: Path
    mapping: RecordMapping
    posts: Path | None = None
    units: Path | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class PreparedReplay:
    """Everything that a run needs, read and checked."""

    directory: CityDirectory
    records: RecordSet
    calls: tuple[CallRecord, ...]
    posts: tuple[Post, ...]
    fleet: tuple[ReplayUnit, ...]
    travel: TravelTimes
    calibration: Calibration
    setting: ReplaySetting
    zone: zoneinfo.ZoneInfo

    def new_run(self, sink: EventSink | None) -> Replay:
        """A run that nobody has begun."""
        roads = RoadModel(self.travel, self.calibration.model, self.local_hour)
        return Replay(self.calls, demands(self.calls), self.fleet, roads, self.setting, sink)

    def local_hour(self, at_s: float) -> int:
        """Hour of the day on the records' clock."""
        return datetime.datetime.fromtimestamp(at_s, tz=self.zone).hour


def prepare_replay(
    files: ReplayFiles, *, standard: str, follow_record: bool, seed: int
) -> PreparedReplay:
    """Read the files and fit the vehicle model.

    Raises:
        Problem: a file cannot be used.
    """
    directory = CityDirectory.open(files.city)
    book = directory.place_book()
    posts = book.posts if files.posts is None else read_posts(files.posts, _area(book))
    if not posts:
        raise Problem(
            zh="城市里没有站点；请用 --posts 给出站点表。",
            en="The city has no posts; give a table of them with --posts.",
        )
    _tell("读取记录", "Reading the records")
    records = read_records(files.calls, files.mapping)
    calls = records.calls[: files.limit]
    if not calls:
        raise Problem(zh="记录里没有警情。", en="The records hold no calls.")
    fleet = _fleet(calls, posts, book, {} if files.units is None else read_units(files.units))
    _tell("准备道路", "Preparing the roads")
    travel = directory.travel_times()
    zone = files.mapping.times.zone_info()

    def local_hour(at_s: float) -> int:
        return datetime.datetime.fromtimestamp(at_s, tz=zone).hour

    return PreparedReplay(
        directory=directory,
        records=records,
        calls=calls,
        posts=posts,
        fleet=fleet,
        travel=travel,
        calibration=calibrate(calls, fleet, travel, local_hour),
        setting=ReplaySetting(
            standard=shipped_standard(standard),
            seed=seed,
            area=_area(book),
            place_class=place_classifier(book),
            follow_record=follow_record,
        ),
        zone=zone,
    )


def play(
    prepared: PreparedReplay, run: Replay, before: Callable[[float], None] | None = None
) -> dict[str, Any]:
    """Run a prepared replay to its end; returns the report.

    Args:
        before: called with the moment of each step before it is taken.
    """
    total = len(prepared.calls)
    _tell(f"重放 {total} 个警情", f"Replaying {total} calls")
    outcomes = run.run(
        lambda done: click.echo(f"\r{done:,} / {total:,} ", nl=False, err=True), before
    )
    click.echo("", err=True)
    return replay_report(
        outcomes,
        prepared.fleet,
        prepared.calibration,
        compare_stations(prepared.calls, prepared.posts, prepared.travel),
        prepared.setting.standard,
        _about(prepared, run),
    )


def _about(prepared: PreparedReplay, run: Replay) -> dict[str, Any]:
    name = prepared.directory.manifest.name
    return {
        "city": {"zh": name.zh, "en": name.en},
        "source": prepared.records.source,
        "records_digest": prepared.records.digest,
        "rows": prepared.records.rows,
        "rejected_rows": len(prepared.records.rejections),
        "first_day": str(prepared.records.coverage.first_day),
        "last_day": str(prepared.records.coverage.last_day),
        "clock_resolution_s": prepared.records.coverage.resolution_s,
        "missing_days": [str(day) for day in prepared.records.coverage.missing_days],
        "posts": len(prepared.posts),
        "standard": prepared.setting.standard.code,
        "policy_version": run.policy_version,
        "follow": "record" if prepared.setting.follow_record else "policy",
        "recorded_units_not_free": run.busy_in_record,
        "seed": prepared.setting.seed,
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


_HEADINGS = {
    "longitude": "lon", "lng": "lon", "long": "lon", "经度": "lon", "latitude": "lat",
    "纬度": "lat", "编号": "id", "站点": "id", "快反点": "post", "所属站点": "post", "名称": "name",
    "单位": "unit", "车辆": "unit", "呼号": "unit", "类型": "kind", "车型": "kind",
}  # fmt: skip
"""What other tables of posts and units call the columns."""


def _table(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        raw = path.read_bytes()
        text = raw.decode(sniffing.encoding(raw))
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=sniffing.delimiter(text))
        return [(row, _plain(cells)) for row, cells in enumerate(rows, start=2)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Problem(
            zh=f"无法读取 {path}（{error}）。", en=f"Cannot read {path} ({error})."
        ) from error


def _plain(cells: dict[str, str | None]) -> dict[str, str]:
    """The cells by our names of their columns."""
    plain = {}
    for heading, value in cells.items():
        name = str(heading).replace("\ufeff", "").strip().lower()
        plain[_HEADINGS.get(name, name)] = value.strip() if isinstance(value, str) else ""
    return plain


def _tell(zh: str, en: str) -> None:
    click.echo(text(zh, en) + " …", err=True)
