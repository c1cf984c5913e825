"""`wardmote plan shifts` and `wardmote plan relocation`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from wardmote.commands.language import say, text
from wardmote.commands.plan_place import (
    PATH,
    counted,
    files_of,
    lines,
    place_options,
    plan_or_present,
    read_ground,
    seed_option,
    write_plan,
)
from wardmote.commands.simulate import summary
from wardmote.commands.stopping import stopping_when_asked
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.ground import Ground
from wardmote.core.studies.plan import Plan, RelocationPolicy
from wardmote.core.studies.questions import ShiftQuestion
from wardmote.core.studies.relocating import (
    MoveSearch,
    RelocationProposal,
    propose_relocation,
    ways_of,
)
from wardmote.core.studies.scenario import AS_USUAL
from wardmote.core.studies.shifting import propose_shifts
from wardmote.core.studies.trial import TrialSetting, run_trial

_METHODS = {
    RelocationPolicy.OWN_POST: ("回本点", "own post"),
    RelocationPolicy.EXPECTED_COVER: ("期望覆盖", "expected cover"),
    RelocationPolicy.COMPLIANCE_TABLE: ("备勤表", "compliance table"),
    RelocationPolicy.LOOK_AHEAD: ("预判", "looking ahead"),
}


@click.command()
@place_options
@click.option("--plan", "plan_file", type=PATH, help="plan (default: today's posts) / 方案")
@click.option(
    "--starts",
    default="0,8,16",
    show_default=True,
    help="hours at which shifts begin / 班次开始时刻（小时）",
)
@click.option(
    "--share",
    default=0.99,
    show_default=True,
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="of calls that find a free unit / 报警时有空闲单位的比例",
)
@click.option(
    "--within",
    default=0.0,
    type=click.FloatRange(0),
    help="seconds that such a call may wait for it / 允许等待的秒数",
)
@click.option(
    "--cover",
    default=1.5,
    show_default=True,
    type=click.FloatRange(1),
    help="units on duty over those that queueing asks for / 在岗单位与排队所需之比",
)
@click.option(
    "--least",
    default=1,
    show_default=True,
    type=click.IntRange(0),
    help="fewest units on duty at each post / 每点最少在岗单位",
)
@click.option(
    "--runs",
    default=10,
    show_default=True,
    type=click.IntRange(0, 200),
    help="on the twin, by shift and with all on duty; 0: not tried "
    "/ 在仿真中按班次与全员值勤各模拟的次数；0 为不试",
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
@click.option("--json", "json_out", type=PATH, help="write the plan / 写出方案")
def shifts(**options: Any) -> None:
    """Units on duty by hour, from the calls of each hour. / 按各时段警情定班次。"""
    try:
        starts = tuple(int(one) for one in options["starts"].split(","))
    except ValueError:
        raise Problem(
            zh="班次时刻写作 0,8,16。", en="Hours of shifts are written like 0,8,16."
        ) from None
    question = ShiftQuestion(
        starts, options["share"], options["within"], options["cover"], options["least"]
    )
    runs, setting = options["runs"], None
    if runs:
        setting = TrialSetting(options["seed"], runs, options["days"], options["workers"])
    ground = read_ground(files_of(options))
    plan = plan_or_present(ground, options["plan_file"])
    found = propose_shifts(ground, plan, question)
    write_plan(found.plan, options["json_out"], None)
    saved = found.throughout - found.unit_hours_a_week
    lines([
        (f"每周 {found.unit_hours_a_week:,.0f} 单位小时（全员值勤为 {found.throughout:,.0f}，"
         f"少 {saved:,.0f}）",
         f"{found.unit_hours_a_week:,.0f} unit-hours a week ({found.throughout:,.0f} if all were "
         f"always on duty; {saved:,.0f} fewer)"),
        ("各日各班在岗单位：", "Units on duty by day and shift:"),
    ])  # fmt: skip
    for row in found.wanted.tolist():
        click.echo("  " + "  ".join(f"{count:4d}" for count in row))
    if found.short:
        say(
            f"有 {found.short} 个班次单位不足。",
            f"In {found.short} shifts the plan has too few units.",
            error=True,
        )
    worst = float(found.all_busy.max())
    say(
        f"最忙的时段有 {worst:.2%} 的警情遇上全员忙碌（超立方体模型，单位在各自的点上）。",
        f"At the worst hour {worst:.2%} of the calls find all units busy, by the hypercube model "
        "with units at their posts.",
    )
    if setting is not None:
        _try_shifts(ground, found.plan, setting)


def _try_shifts(ground: Ground, plan: Plan, setting: TrialSetting) -> None:
    """The plan by shift beside the same plan with all units always on duty, on the same calls."""

    def told(zh: str, en: str) -> Bilingual:
        return Bilingual(f"{plan.name.zh}（{zh}）", f"{plan.name.en} ({en})")

    throughout = replace(plan, code="throughout", name=told("全员值勤", "all on duty"), shifts=())
    by_shift = replace(plan, code="shifts", name=told("按班次", "by shift"))
    with stopping_when_asked(
        "正在停止，保留已完成的轮次…（再按一次 Ctrl-C 放弃）",
        "Stopping with the rounds that are done … (Ctrl-C again gives them up)",
    ) as should_stop:
        outcome = run_trial(
            ground,
            [throughout, by_shift],
            [AS_USUAL],
            setting,
            should_stop=should_stop,
            report=counted("模拟", "Run"),
        )
    for line in summary(outcome):
        click.echo(line)


@click.command()
@place_options
@click.option("--plan", "plan_file", type=PATH, help="plan (default: today's posts) / 方案")
@click.option(
    "--method",
    default=MoveSearch.COVER.value,
    show_default=True,
    type=click.Choice([one.value for one in MoveSearch]),
    help="ways to try: by expected cover, nested tables, looking ahead (takes far longer), or all "
    "/ 试哪种方法：期望覆盖、备勤表、预判（耗时长得多）或全部",
)
@click.option(
    "--runs",
    default=6,
    show_default=True,
    type=click.IntRange(2, 200),
    help="of each choice / 每种规则的模拟次数",
)
@click.option(
    "--days",
    default=7.0,
    type=click.FloatRange(1, 366),
    help="counted in each run / 每次模拟的天数",
)
@seed_option
@click.option(
    "--workers", default=1, type=click.IntRange(1, 64), help="threads that compute / 计算线程数"
)
@click.option("--json", "json_out", type=PATH, help="write the plan / 写出方案")
def relocation(**options: Any) -> None:
    """Which units move when others are busy, chosen and proved on the twin. / 动态调动。"""
    ground = read_ground(files_of(options))
    plan = plan_or_present(ground, options["plan_file"])
    setting = TrialSetting(options["seed"], options["runs"], options["days"], options["workers"])
    ways = ways_of(MoveSearch(options["method"]), len(plan.posts))
    with stopping_when_asked(
        "正在停止…（再按一次 Ctrl-C 放弃）", "Stopping … (Ctrl-C again gives it up)"
    ) as should_stop:
        found = propose_relocation(
            ground,
            plan,
            setting,
            ways=ways,
            should_stop=should_stop,
            report=counted("模拟", "Run"),
        )
    write_plan(found.plan, options["json_out"], None)
    _choices(found)
    gain = found.gain
    if gain is not None:
        value = gain.value
        lines([
            (f"目标内比例变化（另行检验）：{value.mean:+.2%}（{value.low:+.2%} 至 "
             f"{value.high:+.2%}）",
             f"Share in time gained (on other calls): {value.mean:+.2%} "
             f"({value.low:+.2%} to {value.high:+.2%})"),
        ])  # fmt: skip
    else:
        say("没有可比较的警情。", "There are no calls to compare.")
    if not found.better:
        say("没有可靠的改善；方案不设调动。", "No certain gain; the plan is left without moves.")


def _choices(found: RelocationProposal) -> None:
    """What was tried, each with its share in time; the one that is looked at again is marked."""
    say(
        "试过的调动规则（忙碌率 q：假定单位忙碌的时间比例；"
        "每分钟增益：多开一分钟至少要多覆盖的警情比例；"
        "目标内比例及其 95 % 区间；与回本点逐对相比的增益；* 为最好者，再用其他警情检验）：",
        "Rules tried (q: share of time that units are taken to be busy; gain a minute: share of "
        "all calls that each minute of a move must bring within reach; share in time with its 95 % "
        "interval; gain over “back to the own post” on the same calls; * the best, tried again on "
        "other calls):",
    )
    for row, one in enumerate(found.tried):
        told = text("没有警情", "no calls")
        if one.in_time is not None and one.gain is not None:
            share, more = one.in_time, one.gain
            told = (
                f"{share.mean:.2%} ({share.low:.2%} .. {share.high:.2%})  "
                f"{more.mean:+.2%} ({more.low:+.2%} .. {more.high:+.2%})"
            )
        gain = text(
            f"每分钟增益 {one.way.gain_share_per_minute:.3%}",
            f"gain a minute {one.way.gain_share_per_minute:.3%}",
        )
        method = text(*_METHODS[one.way.policy])
        mark = "*" if row == found.best else " "
        click.echo(f"{mark} {method}  q {one.way.busy_share:.1f}  {gain}  {told}")
