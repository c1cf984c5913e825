"""`wardmote replay`: a control room's records through the live policies."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from wardmote.commands.calls import replace_text
from wardmote.commands.language import say, terminal_language
from wardmote.commands.replay_console import (
    DEFAULT_PORT,
    console_lines,
    console_rate,
    show_on_console,
)
from wardmote.commands.replay_run import ReplayFiles, play, prepare_replay
from wardmote.commands.replay_summary import summary_lines
from wardmote.core.domain.events import Event
from wardmote.core.domain.picture import OperationalPicture
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.standards import SHIPPED_STANDARDS
from wardmote.core.simulation.replay.journal import EventSink
from wardmote.gateways.cad_import.mapping import RecordMapping
from wardmote.gateways.cad_import.mapping_reading import read_mapping

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
@click.option("--port", type=click.IntRange(1, 65_535), help="of the console / 网页端口")
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
    port: int | None,
) -> None:
    """Replay a control room's records. / 重放其他指挥室的记录。"""
    rate = console_rate(speed) if console else None
    sink = None if console else _pacer(speed)
    if port is not None and not console:
        raise Problem(zh="--port 只与 --console 同用。", en="--port goes with --console only.")
    try:
        if rate is None:
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
        else:
            files = ReplayFiles(city, calls_file, read_mapping(mapping), posts, units, limit)
            prepared = prepare_replay(
                files, standard=standard, follow_record=follow == "record", seed=seed
            )
            report = show_on_console(prepared, rate, port or DEFAULT_PORT)
    except KeyboardInterrupt:
        say("已中断，没有写出任何文件。", "Interrupted; nothing was written.", error=True)
        raise SystemExit(INTERRUPTED) from None
    if json_out is not None:
        replace_text(json_out, json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    for line in summary_lines(report, terminal_language()):
        click.echo(line)
    for line in console_lines(report["console"]) if console else ():
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
    files = ReplayFiles(city, calls_file, mapping, posts, units, limit)
    prepared = prepare_replay(files, standard=standard, follow_record=follow_record, seed=seed)
    return play(prepared, prepared.new_run(sink))


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
