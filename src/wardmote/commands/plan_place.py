"""What `wardmote plan` and `wardmote simulate` have in common: the place, files in, files out."""

from __future__ import annotations

import dataclasses
import datetime
import json
import time
import zoneinfo
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from wardmote.commands.calls import replace_text
from wardmote.commands.demand_words import account_lines
from wardmote.commands.language import say, text
from wardmote.commands.recorded_calls import RecordFiles, read_json, read_stated_calls
from wardmote.core.domain.call_record import CallRecord
from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.standards import (
    SHIPPED_STANDARDS,
    ResponseStandard,
    load_standard,
    shipped_standard,
)
from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.replay.calibration import fit_whole
from wardmote.core.simulation.replay.fleet import infer_fleet
from wardmote.core.studies.candidates import SPACING_M
from wardmote.core.studies.documents import field_problem
from wardmote.core.studies.ground import Ground, Records, ground_of
from wardmote.core.studies.plan import (
    MAX_ID,
    MAX_NAME,
    Plan,
    plan_document,
    plan_geojson,
    present_plan,
)
from wardmote.core.studies.plan_files import CODE_OF_MAPS
from wardmote.core.studies.plan_files import read_plan_file as plan_of_file
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.core.travel.vehicle_model import VehicleModel
from wardmote.gateways.day_classes import calendar_of, holidays_of_zone, known_holidays
from wardmote.operations.places.city_directory import CityDirectory

PATH = click.Path(path_type=Path)
PROGRESS_EVERY_S = 2.0
_STANDARD = Bilingual("标准文件", "standard")
Function = TypeVar("Function", bound=Callable[..., Any])

seed_option = click.option(
    "--seed",
    default=1,
    show_default=True,
    type=click.IntRange(0),
    help="of chance; the same seed gives the same answer / 随机种子，相同则结果相同",
)
"""Of every command whose answer hangs on chance."""


@dataclass(frozen=True, slots=True)
class PlaceFiles:
    """Where the place is, and its records.

    Attributes:
        origins: JSON file: source category -> origin, with "*" for all others.
        all_public: states that every record is a call of the public.
        turnout_s: replaces the typical turnout.
    """

    city: Path
    calls: Path | None
    mapping: Path | None
    origins: Path | None
    all_public: bool
    standard: str
    turnout_s: float | None
    spacing_m: float


def place_options(command: Function) -> Function:
    """The options of `PlaceFiles`."""
    options = [
        click.option("--city", required=True, type=PATH, help="city directory / 城市目录"),
        click.option("--calls", type=PATH, help="records of calls / 接警记录"),
        click.option("--mapping", type=PATH, help="what the columns mean / 列的映射文件"),
        click.option(
            "--origins",
            type=PATH,
            help="JSON: category -> who began such calls / 各类警情由谁发起（JSON）",
        ),
        click.option(
            "--all-public",
            is_flag=True,
            help="all records are the public's calls / 全部记录都是群众报警",
        ),
        click.option(
            "--standard",
            default="135",
            show_default=True,
            help="response standard, code or file / 响应标准（代码或文件）",
        ),
        click.option(
            "--turnout",
            type=click.FloatRange(0, 900),
            help="seconds from the order to the start / 从受令到出动的秒数",
        ),
        click.option(
            "--spacing",
            default=SPACING_M,
            show_default=True,
            type=click.FloatRange(50, 20_000),
            help="metres between candidates / 候选点间距（米）",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def files_of(options: dict[str, Any]) -> PlaceFiles:
    """The place's files from a command's options, which are taken out of them."""
    return PlaceFiles(
        options.pop("city"),
        options.pop("calls"),
        options.pop("mapping"),
        options.pop("origins"),
        options.pop("all_public"),
        options.pop("standard"),
        options.pop("turnout"),
        options.pop("spacing"),
    )


def read_ground(files: PlaceFiles) -> Ground:
    """The place, read and prepared; what is being done is said on standard error.

    Raises:
        Problem: a file cannot be used; what to do is said.
    """
    return read_place(files)[0]


def read_place(files: PlaceFiles) -> tuple[Ground, Records | None]:
    """The place as `read_ground` gives it, and the records it was learnt from where there are any.

    Raises:
        Problem: as `read_ground`.
    """
    standard = standard_of(files.standard)
    directory = CityDirectory.open(files.city)
    say("读取城市与道路…", "Reading the place and its roads …", error=True)
    book = directory.place_book()
    travel = directory.travel_times()
    records = None
    if files.calls is not None:
        records = _records(files, travel, directory)
    ground = ground_of(
        book,
        travel,
        standard,
        records,
        street_names=directory.street_names(),
        spacing_m=files.spacing_m,
    )
    if files.turnout_s is not None:
        ground = dataclasses.replace(ground, handling=ground.handling.turning_out(files.turnout_s))
    if ground.account is not None:
        for zh, en in account_lines(ground.account):
            say(zh, en, error=True)
    return ground, records


def standard_of(name: str) -> ResponseStandard:
    """A shipped standard by its code, or one from a JSON file.

    Raises:
        Problem: there is neither.
    """
    codes = [one.code for one in SHIPPED_STANDARDS]
    if name in codes:
        return shipped_standard(name)
    path = Path(name)
    if not path.exists():
        raise Problem(
            zh=f"没有标准 {name}；可用 {', '.join(codes)}，或给出标准文件。",
            en=f"There is no standard {name}; use {', '.join(codes)}, or the file of one.",
        )
    try:
        return load_standard(read_json(path))
    except InvalidDataError as error:
        raise field_problem(error, _STANDARD) from error


def read_plan_file(path: Path) -> Plan:
    """A plan from its file, or from the points of a GeoJSON file; a problem names the file.

    GeoJSON says no name and no code: such a plan is called like its file.

    Raises:
        Problem: the file is not a plan.
    """
    plan = in_file(path, lambda: plan_of_file(read_json(path)))
    if plan.name.zh or plan.name.en:
        return plan
    name = Bilingual(path.stem[:MAX_NAME], path.stem[:MAX_NAME])
    code = path.stem[:MAX_ID] if plan.code == CODE_OF_MAPS else plan.code
    return plan.renamed(code, name)


Read = TypeVar("Read")


def in_file(path: Path, read: Callable[[], Read]) -> Read:
    """What `read` gives; its `Problem` is told with the file's name before it."""
    try:
        return read()
    except Problem as problem:
        message = problem.message
        if str(path) in message.en:
            raise
        raise Problem(zh=f"{path}：{message.zh}", en=f"{path}: {message.en}") from problem


def plan_or_present(ground: Ground, path: Path | None) -> Plan:
    """The plan of a file, else the posts as they stand.

    Raises:
        Problem: the place has no posts and no plan is given.
    """
    if path is not None:
        return read_plan_file(path)
    if not ground.book.posts:
        raise Problem(
            zh="城市里没有快反点；请用 --plan 给出方案。",
            en="The place has no posts; give a plan with --plan.",
        )
    return present_plan(ground.book)


def write_plan(plan: Plan, json_out: Path | None, geojson_out: Path | None) -> None:
    """Write a plan's files; each is there whole or not at all."""
    if json_out is not None:
        write_json(json_out, plan_document(plan))
    if geojson_out is not None:
        write_json(geojson_out, plan_geojson(plan))


def write_json(path: Path, data: Any) -> None:
    """Write JSON beside its final name, then rename.

    Raises:
        Problem: the folder cannot be written to.
    """
    try:
        replace_text(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        raise Problem(
            zh=f"无法写入 {path}：{error.strerror}。",
            en=f"{path} cannot be written: {error.strerror}.",
        ) from error


def counted(word_zh: str, word_en: str) -> Callable[[int, int], None]:
    """A reporter of "done of so many", at most every two seconds and at the end."""
    last = [0.0]

    def told(done: int, of: int) -> None:
        now = time.monotonic()
        if now - last[0] >= PROGRESS_EVERY_S or done == of:
            last[0] = now
            say(f"{word_zh} {done} / {of}", f"{word_en} {done} of {of}", error=True)

    return told


def percent(share: float) -> str:
    """A share for people."""
    return f"{share:.1%}"


def lines(rows: Sequence[tuple[str, str]]) -> None:
    """Say each (Chinese, English) line on standard output."""
    for zh, en in rows:
        click.echo(text(zh, en))


def _records(files: PlaceFiles, travel: TravelTimes, directory: CityDirectory) -> Records:
    assert files.calls is not None
    found = read_stated_calls(
        RecordFiles(files.calls, files.mapping, files.origins, files.all_public)
    )
    country = directory.manifest.country
    holidays = known_holidays(country) if country else holidays_of_zone(found.zone.key)
    return Records(
        found.calls,
        found.origin_of,
        found.zone,
        _model(found.calls, travel, directory, found.zone),
        calendar_of(holidays),
    )


def _model(
    calls: Sequence[CallRecord],
    travel: TravelTimes,
    directory: CityDirectory,
    zone: zoneinfo.ZoneInfo,
) -> VehicleModel | None:
    """Driving fitted to the records; None where they say too little."""
    posts = directory.place_book().posts
    if not posts or not any(call.units for call in calls):
        return None

    def local_hour(at_s: float) -> int:
        return datetime.datetime.fromtimestamp(at_s, tz=zone).hour

    return fit_whole(calls, infer_fleet(calls, posts, {}), travel, local_hour)
