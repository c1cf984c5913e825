"""``wardmote training``: the real console, worked against simulated callers and crews."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import os
import shutil
import signal
import subprocess
import time
import zoneinfo
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from wardmote.commands.city_generate import generate
from wardmote.commands.language import ProblemShown, say, terminal_language, text
from wardmote.commands.serve import home_option, listen, set_environment
from wardmote.commands.served_home import (
    Stage,
    ask_of_home,
    kept_or_temporary_home,
    new_passphrase,
    running_server,
)
from wardmote.commands.stopping import cancel_when_asked
from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.domain.training import MARK
from wardmote.core.simulation.generated_places.scales import Scale
from wardmote.core.simulation.training.drawing import begin_of, draw_script
from wardmote.core.simulation.training.exercise import Entry, EntryKind, Order
from wardmote.core.simulation.training.ground import TrainingGround
from wardmote.core.simulation.training.scenario import (
    ABOUT_A_CALL,
    UNIT_TROUBLE,
    Scenario,
    TroubleKind,
)
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.gateways.simulated_people.accounts import TRAINEE, TRAINER, training_accounts
from wardmote.gateways.simulated_people.director import Director
from wardmote.gateways.simulated_people.run import wait_until_served
from wardmote.gateways.simulated_people.training_crews import Setting
from wardmote.gateways.training.scenario_files import find_scenario, shipped_scenarios, unfit
from wardmote.operations.identifiers import new_id
from wardmote.operations.places.city_directory import CityDirectory
from wardmote.operations.training.advising import keep_advised_run, rules_of
from wardmote.operations.training.city_copy import copy_city
from wardmote.operations.training.ledger import ExerciseFiles

_START_LIMIT_S = 240.0
MARKER = "training.json"
"""As `config.environment` calls the file that makes a home a training room."""


@click.group(invoke_without_command=True)
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    help="keep the room in this new directory / 把演练席保存在此新目录",
)
@click.option(
    "--scenario", default="", help="name of a shipped scenario, or a file / 自带想定的名称，或文件"
)
@click.option(
    "--speed",
    type=click.FloatRange(1.0, 20.0),
    default=1.0,
    show_default=True,
    help="times real time / 倍速",
)
@click.option(
    "--port",
    type=click.IntRange(1, 65_535),
    default=8136,
    show_default=True,
    help="port to listen on / 端口",
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="address to listen on / 监听地址"
)
@click.option(
    "--from",
    "real",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="home of the real place, whose configuration is copied, never its calls or people "
    "/ 真实系统的目录，只复制配置，不复制警情与人员",
)
@click.option(
    "--city",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="city directory; without it a place is generated / 城市目录，不给则生成一地",
)
@click.option(
    "--scale",
    type=click.Choice([one.value for one in Scale]),
    default="county",
    show_default=True,
    help="how large a place is generated / 生成的地方有多大",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    help="of chance, instead of the scenario's own / 随机种子，代替想定自带的",
)
@click.pass_context
def training(
    ctx: click.Context,
    home: Path | None,
    scenario: str,
    speed: float,
    port: int,
    host: str,
    real: Path | None,
    city: Path | None,
    scale: str,
    seed: int | None,
) -> None:
    """Open a training room: the real console, simulated callers and crews. / 演练席。

    It is a home and a server of its own. Ctrl-C closes it; without --home nothing of it is left.
    """
    if ctx.invoked_subcommand is not None:
        return
    if not scenario:
        ctx.invoke(scenarios)
        raise ProblemShown(text("请用 --scenario 选择情景。", "Choose one with --scenario."))
    chosen = find_scenario(scenario)
    if seed is not None:
        chosen = replace(chosen, seed=seed)
    if real is not None and city is None:
        raise ProblemShown(
            text(
                "--from 需要同时用 --city 指明城市目录。",
                "--from needs --city as well: the city directory that the real place is served by.",
            )
        )
    listen(host, port).close()  # whoever has the port is told so before a place is made
    with kept_or_temporary_home(home, "wardmote-training-") as folder:
        _check_new(folder)
        (folder / MARKER).write_text(json.dumps({"made_s": time.time()}), "ascii")
        source = city or folder / "generated"
        if city is None:
            ctx.invoke(generate, scale=scale, seed=chosen.seed, out=source, force=False)
        configuration = None if real is None else _configuration(real, source)
        say("复制地点配置 …", "Copying the place's configuration …", error=True)
        directory = copy_city(CityDirectory.open(source), folder / "city", configuration)
        if city is None:
            shutil.rmtree(source)
        stage = Stage(folder, directory.path, port, new_passphrase(), host=host, training=True)
        password = folder / "training-password"
        password.write_text(stage.password, "ascii")
        password.chmod(0o600)
        try:
            _exercise(stage, directory, chosen, configuration, speed)
        except InvalidDataError as error:
            raise unfit(chosen.code, error) from error
    say("演练席已关闭。", "The training room is closed.")


def _check_new(folder: Path) -> None:
    """A training room is made in an empty directory: never in a home that is in use."""
    if any(folder.iterdir()):
        raise ProblemShown(
            text(
                f"{folder} 不是空目录。演练席只建在新目录里；旧演练可用 wardmote serve 查看。",
                f"{folder} is not empty. A training room is only made in a new directory; look at"
                " an old one with 'wardmote serve'.",
            )
        )


def _configuration(real: Path, city: Path) -> dict[str, Any]:
    """What is configured in the real place; it is read without changing anything there."""
    if not (real / "wardmote.sqlite3").is_file() and not os.environ.get("WARDMOTE_DATABASE"):
        raise ProblemShown(text(f"{real} 里没有数据库。", f"There is no database in {real}."))
    environment = {
        **os.environ,
        "WARDMOTE_HOME": str(real.resolve()),
        "WARDMOTE_CITY": str(city.resolve()),
        "WARDMOTE_READ_ONLY": "1",
        "DJANGO_SETTINGS_MODULE": "wardmote.config.settings",
    }
    found: dict[str, Any] = ask_of_home("wardmote.config.place_configuration", environment)
    return found


def _exercise(
    stage: Stage,
    directory: CityDirectory,
    chosen: Scenario,
    configuration: dict[str, Any] | None,
    speed: float,
) -> None:
    """Draw the script, prepare the home, serve it and direct the exercise."""
    book, zone = directory.place_book(), zoneinfo.ZoneInfo(directory.manifest.timezone)
    travel = TravelTimes.of(directory.road_graph())
    rules = rules_of(configuration)
    ground = TrainingGround(book, travel, directory.street_names(), zone)
    begin_s = begin_of(chosen.starts, zone, time.time() + 7_200.0)
    script = draw_script(chosen, ground, rules.categories, begin_s)
    files = ExerciseFiles.of_home(stage.home)
    files.begin(script)
    accounts = training_accounts(book, stage.password, script.away)
    given = {
        "begin_s": begin_s,
        "accounts": [account.as_json() for account in accounts],
        "rules": [] if configuration is None else configuration["rules"],
    }
    say("准备演练席 …", "Preparing the training room …", error=True)
    ask_of_home("wardmote.config.training_home", stage.environment(), given)
    setting = Setting(
        stage.origin, stage.password, book, travel, script, terminal_language(), speed
    )

    def keep() -> None:
        keep_advised_run(files, book, travel, rules, zone)

    with running_server(stage) as server:
        asyncio.run(_direct(stage, setting, Director(setting, files, ground), keep, server))


async def _direct(
    stage: Stage,
    setting: Setting,
    director: Director,
    keep: Callable[[], None],
    server: subprocess.Popen[bytes],
) -> None:
    cancel_when_asked()
    with contextlib.suppress(asyncio.CancelledError):
        served = await wait_until_served(
            stage.origin, _START_LIMIT_S, lambda: server.poll() is None, training=True
        )
        if not served:
            raise ProblemShown(text("服务器未能启动。", "The server did not start."))
        say("警组上岗 …", "Crews are coming on duty …", error=True)
        watched = asyncio.create_task(asyncio.to_thread(server.wait))
        directed = asyncio.create_task(director.direct(lambda: _introduce(stage, setting)))
        try:
            await asyncio.wait({directed, watched}, return_when=asyncio.FIRST_COMPLETED)
            if directed.done():
                directed.result()
                await asyncio.to_thread(keep)
                say(
                    f"演练结束。讲评： {stage.origin}/training/assessment/\n按 Ctrl-C 关闭演练席。",
                    f"The exercise is over. Its assessment: {stage.origin}/training/assessment/ ."
                    " Press Ctrl-C to close the room.",
                )
                await watched
        finally:
            directed.cancel()
            server.send_signal(signal.SIGINT)
            await asyncio.gather(directed, watched, return_exceptions=True)


def _introduce(stage: Stage, setting: Setting) -> None:
    script = setting.script
    minutes = round((script.end_s - script.begin_s) / 60 / setting.rate)
    say(
        f"\n【{MARK.zh} {MARK.en}】{script.name.zh}：约 {minutes} 分钟，{setting.rate:g} 倍速\n"
        f"\n  受训者  {stage.origin}/console/  用户 {TRAINEE}"
        f"\n  教官    {stage.origin}/training/ 用户 {TRAINER}"
        f"\n  密码均为 {stage.password}\n\nCtrl-C 关闭演练席。",
        f"\n[{MARK.zh} {MARK.en}] {script.name.en}: about {minutes} minutes,"
        f" {setting.rate:g} times as fast\n"
        f"\n  trainee  {stage.origin}/console/   user {TRAINEE}"
        f"\n  trainer  {stage.origin}/training/  user {TRAINER}"
        f"\n  password of both: {stage.password}\n\nCtrl-C closes the room.",
    )


@training.command()
def scenarios() -> None:
    """List the scenarios that are shipped. / 列出自带情景。"""
    language = terminal_language()
    for one in shipped_scenarios():
        click.echo(f"  {one.code:<16} {one.name.in_language(language)}")
        click.echo(f"  {'':<16} {one.story.in_language(language)}")


room_option = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="home of the training room / 演练席的目录",
)


@training.command()
@room_option
@click.argument("kind", type=click.Choice([one.value for one in TroubleKind]))
@click.option("--unit", default="", help="unit that it befalls / 受影响的单位")
@click.option(
    "--call",
    type=click.IntRange(1),
    help="number of the script's call it is about / 所涉警情在脚本中的序号",
)
@click.option(
    "--lasts",
    type=click.FloatRange(1.0),
    help="seconds; to the end without it / 持续秒数，不给则到结束",
)
def inject(home: Path, kind: str, unit: str, call: int | None, lasts: float | None) -> None:
    """Let something go wrong now in a running exercise. / 注入情况。"""
    order = Order(TroubleKind(kind), UnitId(unit), call or 0, lasts)
    if order.kind in ABOUT_A_CALL and not order.call:
        raise ProblemShown(text("请用 --call 指明警情。", "Say which call with --call."))
    if order.kind in UNIT_TROUBLE and not order.unit:
        raise ProblemShown(text("请用 --unit 指明警组。", "Say which unit with --unit."))
    files, now_s = _files(home)
    entry = Entry(EntryKind.ORDERED, now_s, by="command", order=order, order_id=new_id(now_s))
    if not files.write(
        entry, lambda now: now.ended_s is None and (not order.call or order.call in now.calls)
    ):
        raise ProblemShown(
            text("演练已结束，或没有这起警情。", "The exercise is over, or has no such call.")
        )
    say("已下达。", "Ordered.")


@training.command()
@room_option
def end(home: Path) -> None:
    """End a running exercise now. / 结束演练。"""
    files, now_s = _files(home)
    files.write(Entry(EntryKind.ENDED, now_s, by="command"), lambda now: now.ended_s is None)
    say("演练结束。", "The exercise is over.")


@training.command()
@home_option
def assessment(home: Path | None) -> None:
    """Print the assessment of an exercise as JSON. / 以 JSON 输出讲评。"""
    if home is None or not (home / MARKER).is_file():
        raise ProblemShown(text("请用 --home 指明演练席。", "Name a training room with --home."))
    set_environment(home / "city", home)
    results = importlib.import_module("wardmote.config.training_results")
    click.echo(json.dumps(results.assessment_now(), ensure_ascii=False, indent=1))


def _files(home: Path) -> tuple[ExerciseFiles, float]:
    """The exercise of a room, and the last moment that its ledger knows of."""
    files = ExerciseFiles.of_home(home)
    if not files.exists:
        raise ProblemShown(text(f"{home} 里没有演练。", f"There is no exercise in {home}."))
    entries = files.entries()
    return files, entries[-1].at_s if entries else files.script().begin_s
