"""`wardmote simulate`: plans beside one another under what-ifs, on the twin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from wardmote.commands.language import say, text
from wardmote.commands.plan_place import (
    PATH,
    counted,
    files_of,
    in_file,
    place_options,
    plan_or_present,
    read_ground,
    read_plan_file,
    seed_option,
    write_json,
)
from wardmote.commands.recorded_calls import read_json
from wardmote.commands.stopping import stopping_when_asked
from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.domain.text import Bilingual
from wardmote.core.policies.recommend_keeping_cover import (
    CoverKeepingRule,
    load_cover_keeping_rule,
)
from wardmote.core.studies.documents import field_problem
from wardmote.core.studies.figures import Difference, Figure, Interval, Outcome, outcome_document
from wardmote.core.studies.outcome_map import outcome_geojson
from wardmote.core.studies.scenario import AS_USUAL, Scenario, read_scenario
from wardmote.core.studies.trial import TrialSetting, run_trial

OVERLOADED_SHARE = 0.5
"""Where more calls than this wait for a unit, the plan is said to have too few."""
_FIGURES = {
    Figure.IN_TIME: ("目标内比例", "In time"),
    Figure.IN_TIME_KEY_PLACE: ("重点部位", "Key places"),
    Figure.IN_TIME_CENTRE: ("中心城区", "Centre"),
    Figure.IN_TIME_ELSEWHERE: ("其他区域", "Elsewhere"),
    Figure.IN_TIME_TOWN: ("城镇", "Towns"),
    Figure.IN_TIME_VILLAGE: ("乡村", "Villages"),
    Figure.MEAN_S: ("平均响应（秒）", "Mean response (s)"),
    Figure.P90_S: ("九成响应（秒）", "90 % response (s)"),
    Figure.UNANSWERED: ("无人到场", "Nobody came"),
    Figure.BUSY_SHARE: ("忙碌率", "Busy"),
    Figure.KM_A_DAY: ("每日公里", "Km a day"),
    Figure.MOVES_A_DAY: ("每日调动", "Moves a day"),
}


@click.command()
@place_options
@click.option("--plan", "plans", multiple=True, type=PATH, help="plan; the first is compared with"
              " / 方案（首个为基准）")  # fmt: skip
@click.option(
    "--present", is_flag=True, help="also the posts as they stand, first / 首先加入现有布点"
)
@click.option(
    "--scenario", "scenarios", multiple=True, type=PATH, help="what if, a file / 情景文件"
)
@click.option(
    "--runs",
    default=10,
    show_default=True,
    type=click.IntRange(2, 1_000),
    help="of each plan and what-if / 每个方案和情景的模拟次数",
)
@click.option(
    "--days",
    default=7.0,
    show_default=True,
    type=click.FloatRange(1, 366),
    help="counted in each run / 每次模拟的天数",
)
@seed_option
@click.option(
    "--workers", default=1, type=click.IntRange(1, 64), help="threads that compute / 计算线程数"
)
@click.option(
    "--cover-keeping",
    "keeping",
    type=PATH,
    help="rule in force that sends a later unit where that keeps cover, a file / "
    "现行“保覆盖派警”规则文件",
)
@click.option("--json", "json_out", type=PATH, help="write the outcome / 写出结果")
@click.option(
    "--geojson", "geojson_out", type=PATH, help="write posts, reach and areas, GeoJSON / 写出地图"
)
def simulate(**options: Any) -> None:
    """Try plans on the simulated place, all with the same calls. / 在仿真中比较方案。

    Ctrl-C ends it with the rounds that are done. Exit status 0 with an outcome, 2 when the input
    cannot be used or no plan had two runs yet.
    """
    setting = TrialSetting(options["seed"], options["runs"], options["days"], options["workers"])
    given = [read_plan_file(path) for path in options["plans"]]
    what_if = [_scenario(path) for path in options["scenarios"]] or [AS_USUAL]
    keeping = None if options["keeping"] is None else _keeping(options["keeping"])
    ground = read_ground(files_of(options))
    if options["present"] or not given:
        given.insert(0, plan_or_present(ground, None))
    say("准备道路与方案…", "Preparing roads and plans …", error=True)
    with stopping_when_asked(
        "正在停止，保留已完成的轮次…（再按一次 Ctrl-C 放弃）",
        "Stopping with the rounds that are done … (Ctrl-C again gives them up)",
    ) as should_stop:
        outcome = run_trial(
            ground,
            given,
            what_if,
            setting,
            should_stop=should_stop,
            report=counted("模拟", "Run"),
            keeping=keeping,
        )
    if options["json_out"] is not None:
        write_json(options["json_out"], outcome_document(outcome))
    if options["geojson_out"] is not None:
        write_json(options["geojson_out"], outcome_geojson(outcome))
    for line in summary(outcome):
        click.echo(line)


def _scenario(path: Path) -> Scenario:
    return in_file(path, lambda: read_scenario(read_json(path)))


def _keeping(path: Path) -> CoverKeepingRule:
    def rule() -> CoverKeepingRule:
        try:
            return load_cover_keeping_rule(read_json(path))
        except InvalidDataError as error:
            raise field_problem(error, Bilingual("规则文件", "rule")) from error

    return in_file(path, rule)


def summary(outcome: Outcome) -> list[str]:
    """The outcome in a few lines."""
    found = []
    for one in outcome.figures:
        name = text(one.plan_name.zh, one.plan_name.en)
        under = text(one.scenario_name.zh, one.scenario_name.en)
        found.append(f"{name} ({one.plan}) · {under}")
        rows = [(_FIGURES[Figure.IN_TIME], one.in_time)]
        rows += [((tier.name.zh, tier.name.en), tier.in_time) for tier in one.tiers]
        found += [f"  {text(*names)}: {_shares(value)}" for names, value in rows if value]
        if one.response.mean_s is not None:
            found.append(f"  {text(*_FIGURES[Figure.MEAN_S])}: {_numbers(one.response.mean_s)}")
        waited = one.waited_share.mean
        found.append(
            "  " + text(f"等待空闲单位：{waited:.2%}", f"Waited for a free unit: {waited:.2%}")
        )
        # Calls that no road leads to wait for ever, however many units there are.
        if waited - one.unanswered_share.mean > OVERLOADED_SHARE:
            found.append(
                "  "
                + text(
                    "单位忙不过来：队列越积越长，以上数字取决于模拟天数。请增加单位。",
                    "The units cannot keep up: calls pile up, and these figures grow with the days "
                    "simulated. Give the plan more units.",
                )
            )
    for difference in outcome.differences:
        if difference.figure is Figure.IN_TIME or difference.better:
            found.append(_told(difference))
    if not outcome.finished:
        found.append(
            text(
                f"提前停止：每个方案只完成 {outcome.runs} 次模拟（要求 {outcome.runs_asked} 次），"
                "以上数字只据此得出。",
                f"Stopped early: {outcome.runs} of {outcome.runs_asked} runs of each plan are "
                "done, and the figures are of those.",
            )
        )
    found.append(text("没有模拟的：", "Not modelled:"))
    return found + ["  " + text(one.zh, one.en) for one in outcome.not_modelled]


def _told(one: Difference) -> str:
    shown = _shares(one.value, sign=True)
    if not one.figure.value.startswith("in_time") and one.figure is not Figure.BUSY_SHARE:
        shown = _numbers(one.value, sign=True)
    line = f"{one.plan} - {one.against}, {one.scenario}, {text(*_FIGURES[one.figure])}: {shown}"
    if not one.better and one.seen_at_80 is not None:
        least = f"{one.seen_at_80:.2%}" if one.figure.more_is_better else f"{one.seen_at_80:.1f}"
        line += text(f"（不确定；能看出 {least}）", f" (not certain; {least} would be seen)")
    return line


def _shares(value: Interval, *, sign: bool = False) -> str:
    form = "+.2%" if sign else ".2%"
    return f"{value.mean:{form}} ({value.low:{form}} .. {value.high:{form}})"


def _numbers(value: Interval, *, sign: bool = False) -> str:
    form = "+,.1f" if sign else ",.1f"
    return f"{value.mean:{form}} ({value.low:{form}} .. {value.high:{form}})"
