"""`wardmote plan posts` and `wardmote plan resite`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from wardmote.commands.language import say, text
from wardmote.commands.plan_place import (
    PATH,
    PROGRESS_EVERY_S,
    files_of,
    lines,
    percent,
    place_options,
    plan_or_present,
    read_ground,
    standard_of,
    write_plan,
)
from wardmote.core.domain.ids import PostId
from wardmote.core.domain.problem import Problem
from wardmote.core.planning.siting.answer import Control, Progress, Stage, relative_gap
from wardmote.core.studies.plan import Plan, PlanProof
from wardmote.core.studies.proposing import Proposal, propose_posts
from wardmote.core.studies.questions import PostObjective, PostQuestion
from wardmote.core.studies.rehearsing import rehearse
from wardmote.core.studies.resiting import ResitingTerms
from wardmote.core.studies.resiting import resite as moves_that_pay

_STATUS = {
    "proven": ("已证明最优", "proven: no plan is better"),
    "bounded": ("有界，未证明最优", "bounded: no plan is better than the bound"),
    "stopped": ("提前停止", "stopped before the end"),
    "infeasible": ("已证明无解", "proven: no plan keeps the conditions"),
}
_STAGES = {
    Stage.BUILD: ("建立模型", "building"),
    Stage.SEARCH: ("搜索", "searching"),
    Stage.RELAX: ("求界", "bounding"),
    Stage.POLISH: ("改进", "polishing"),
    Stage.PROVE: ("证明", "proving"),
}
_VALUE_UNITS = {
    "calls_a_year": ("起/年", "calls a year"),
    "posts": ("（费用）", "posts (by cost)"),
    "seconds": ("秒", "s"),
    "worth": ("（净值）", "(net worth)"),
}


def control_of(seconds: float | None, seed: int) -> Control:
    """A control with a limit on time; progress is said on standard error."""
    end_s = float("inf") if seconds is None else time.monotonic() + seconds
    last = [0.0]

    def left() -> float:
        return end_s - time.monotonic()

    def told(progress: Progress) -> None:
        now = time.monotonic()
        if now - last[0] < PROGRESS_EVERY_S or progress.value is None:
            return
        last[0] = now
        zh, en = _STAGES[progress.stage]
        bound = progress.bound
        gap = "" if bound is None else f", {relative_gap(progress.value, bound):.2%}"
        say(f"{zh}{gap}", f"{en}{gap}", error=True)

    return Control(lambda: left() <= 0, left, told, seed)


@click.command()
@place_options
@click.option(
    "--posts", required=True, type=click.IntRange(1, 1_000), help="at most so many / 点数上限"
)
@click.option("--units", type=click.IntRange(1), help="to share out (default: today's) / 单位总数")
@click.option(
    "--objective",
    default=PostObjective.MOST_COVER.value,
    show_default=True,
    type=click.Choice([one.value for one in PostObjective]),
    help="what to be best at / 目标",
)
@click.option(
    "--also",
    multiple=True,
    help="a further standard to weigh against the first / 与首个标准权衡的另一标准",
)
@click.option("--keep", multiple=True, metavar="POST", help="must stay / 必须保留")
@click.option("--keep-all", is_flag=True, help="all that stand stay / 现有全部保留")
@click.option("--close", multiple=True, metavar="POST", help="to be given up / 必须撤销")
@click.option("--town-halls", is_flag=True, help="only at town halls and seats / 只在政府驻地")
@click.option(
    "--budget",
    type=click.FloatRange(0, min_open=True),
    help="most that all posts may cost / 全部快反点的费用上限",
)
@click.option(
    "--cost-new", default=1.0, type=click.FloatRange(0), help="cost of a new post / 新点费用"
)
@click.option(
    "--cost-standing",
    default=1.0,
    type=click.FloatRange(0),
    help="cost of a post that stands / 现有点费用",
)
@click.option(
    "--busy",
    default=0.3,
    type=click.FloatRange(0, 1, max_open=True),
    help="share of time that units are busy, for expected cover / 单位忙碌的时间比例，用于期望覆盖",
)
@click.option(
    "--seconds", type=click.FloatRange(0.1), help="longest search, seconds / 最长求解时间（秒）"
)
@click.option(
    "--seed",
    default=1,
    type=click.IntRange(0),
    help="of chance; the same seed gives the same answer / 随机种子，相同则结果相同",
)
@click.option("--name", default="proposed", help="code of the plan / 方案代码")
@click.option("--json", "json_out", type=PATH, help="write the plan / 写出方案")
@click.option("--geojson", "geojson_out", type=PATH, help="write it as a map / 写出地图")
def posts(**options: Any) -> None:
    """Propose where posts stand, with a bound. / 提出布点方案并给出界限。

    Exit status 0 with a plan, 1 when there is none, 2 when the input cannot be used.
    """
    files = files_of(options)
    also = tuple(standard_of(name) for name in options["also"])
    ground = read_ground(files)
    candidates = ground.candidates
    halls: tuple[PostId, ...] = ()
    if options["town_halls"]:
        halls = tuple(
            one for one, seat in zip(candidates.ids, candidates.seat.tolist(), strict=True) if seat
        )
        if not halls:
            raise Problem(zh="城市里没有乡镇以上驻地。", en="The place has no town halls or seats.")
    question = PostQuestion(
        posts=options["posts"],
        objective=PostObjective(options["objective"]),
        units=options["units"],
        keep=tuple(PostId(one) for one in options["keep"]),
        keep_all=options["keep_all"],
        close=tuple(PostId(one) for one in options["close"]),
        only=halls,
        budget=float("inf") if options["budget"] is None else options["budget"],
        cost_new=options["cost_new"],
        cost_standing=options["cost_standing"],
        busy_share=options["busy"],
        also=also,
    )
    say(
        f"候选点 {len(candidates)} 个，需求点 {len(ground.points)} 个",
        f"{len(candidates)} candidates, {len(ground.points)} places that calls come from",
        error=True,
    )
    rehearse(question.objective)
    control = control_of(options["seconds"], options["seed"])
    found = propose_posts(ground, question, control, code=options["name"])
    _write(found, options["json_out"], options["geojson_out"])
    _summary(found)
    if found.plan is None:
        raise SystemExit(1)


def _write(found: Proposal, json_out: Path | None, geojson_out: Path | None) -> None:
    """The plan; the plans of a front as NAME-1.json, NAME-2.json and so on."""
    if found.plan is None:
        return
    if not found.front:
        write_plan(found.plan, json_out, geojson_out)
        return
    for row, (plan, _) in enumerate(found.front, start=1):
        write_plan(plan, _numbered(json_out, row), _numbered(geojson_out, row))


def _numbered(path: Path | None, row: int) -> Path | None:
    return None if path is None else path.with_name(f"{path.stem}-{row}{path.suffix}")


def _summary(found: Proposal) -> None:
    proof_lines(found.proof)
    lines([
        (
            f"有空闲单位时目标时间内可到：{percent(found.in_reach_share)}"
            f"（全部候选点最多 {percent(found.reachable_share)}）",
            f"Within the target if a unit is there: {percent(found.in_reach_share)} "
            f"(all candidates together: {percent(found.reachable_share)})",
        )
    ])  # fmt: skip
    for plan, shares in found.front:
        click.echo(f"{plan.code}: " + ", ".join(percent(share) for share in shares))
    if found.plan is not None and not found.front:
        post_lines(found.plan)


def proof_lines(proof: PlanProof) -> None:
    """Value, bound, gap and status of a plan."""
    zh, en = _STATUS[proof.status]
    unit_zh, unit_en = _VALUE_UNITS[proof.unit]
    value = "-" if proof.value is None else f"{proof.value:,.1f}"
    bound = "-" if proof.bound is None else f"{proof.bound:,.1f}"
    gap = "-" if proof.gap is None else f"{proof.gap:.3%}"
    lines([
        (f"{zh}；值 {value} {unit_zh}，界 {bound}，差距 {gap}",
         f"{en}; value {value} {unit_en}, bound {bound}, gap {gap}"),
    ])  # fmt: skip


def post_lines(plan: Plan) -> None:
    """A line for each post."""
    for post in plan.posts:
        name = text(post.name.zh, post.name.en)
        click.echo(f"  {post.id}  {name}  {post.lon:.5f} {post.lat:.5f}  × {post.units}")


@click.command()
@place_options
@click.option("--plan", "plan_file", type=PATH, help="plan (default: today's posts) / 方案")
@click.option(
    "--moves",
    default=3,
    type=click.IntRange(1, 100),
    help="at most so many posts move / 最多迁移的点数",
)
@click.option(
    "--move-cost",
    default=1.0,
    type=click.FloatRange(0),
    help="cost of a move, once / 每次迁移的一次性费用",
)
@click.option(
    "--worth",
    default=0.01,
    type=click.FloatRange(0, min_open=True),
    help="of a call more within the target, in units of that cost "
    "/ 每多一起达标警情的价值（与费用同单位）",
)
@click.option(
    "--days",
    default=365.0,
    type=click.FloatRange(1),
    help="over which a move must pay / 迁移须在多少天内回本",
)
@click.option("--keep", multiple=True, metavar="POST", help="must stay / 不得迁移")
@click.option(
    "--seconds", type=click.FloatRange(0.1), help="longest search, seconds / 最长求解时间（秒）"
)
@click.option(
    "--seed",
    default=1,
    type=click.IntRange(0),
    help="of chance; the same seed gives the same answer / 随机种子，相同则结果相同",
)
@click.option("--json", "json_out", type=PATH, help="write the plan / 写出方案")
@click.option("--geojson", "geojson_out", type=PATH, help="write it as a map / 写出地图")
def resite(**options: Any) -> None:
    """Which posts should move now, and when that pays. / 哪些点该迁，何时回本。"""
    ground = read_ground(files_of(options))
    plan = plan_or_present(ground, options["plan_file"])
    terms = ResitingTerms(
        options["move_cost"],
        options["worth"],
        options["days"],
        options["moves"],
        tuple(PostId(one) for one in options["keep"]),
    )
    found = moves_that_pay(ground, plan, terms, control_of(options["seconds"], options["seed"]))
    write_plan(found.plan, options["json_out"], options["geojson_out"])
    proof_lines(found.proof)
    if not found.moves:
        say("没有值得的迁移。", "No move pays.")
    for move in found.moves:
        name = text(move.to_name.zh, move.to_name.en)
        days = "-" if move.pays_after_days is None else f"{move.pays_after_days:,.0f}"
        lines([
            (f"  {move.post} → {move.to} {name}：每年多 {move.calls_a_year:,.0f} 起在目标内，"
             f"{days} 天回本",
             f"  {move.post} -> {move.to} {name}: {move.calls_a_year:,.0f} more calls a year "
             f"within the target, pays after {days} days"),
        ])  # fmt: skip
