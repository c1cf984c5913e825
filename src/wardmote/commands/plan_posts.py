"""`wardmote plan posts` and `wardmote plan resite`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from wardmote.commands.language import say, text
from wardmote.commands.plan_changes import change_lines
from wardmote.commands.plan_place import (
    PATH,
    files_of,
    in_file,
    lines,
    percent,
    place_options,
    plan_or_present,
    read_ground,
    read_place,
    seed_option,
    standard_of,
    write_plan,
)
from wardmote.commands.plan_searching import busy_of, proof_lines, searching
from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.problem import Problem
from wardmote.core.studies.candidate_files import read_candidates
from wardmote.core.studies.ground import Ground
from wardmote.core.studies.own_candidates import OwnCandidate, with_own
from wardmote.core.studies.part import Part, part_of
from wardmote.core.studies.plan import Plan
from wardmote.core.studies.proposing import Proposal, propose_posts
from wardmote.core.studies.questions import PostObjective, PostQuestion, ResitingTerms, read_weights
from wardmote.core.studies.rehearsing import rehearse
from wardmote.core.studies.resiting import resite as moves_that_pay


@click.command()
@place_options
@click.option(
    "--posts",
    type=click.IntRange(1, 1_000),
    help="at most so many (cover_all: as many as it takes) / 点数上限（cover_all 自行求出）",
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
    "--weights",
    default="",
    metavar="1,1,1,1",
    help="what a call of each priority counts for, most urgent first / 各优先级警情的权重，"
    "最紧急的在前",
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
    "--units-at-post",
    default=20,
    show_default=True,
    type=click.IntRange(1, 200),
    help="room for units at a post / 每点最多单位数",
)
@click.option(
    "--candidates",
    "candidates_file",
    type=PATH,
    help="places of your own, CSV or GeoJSON / 自定候选点（CSV 或 GeoJSON）",
)
@click.option(
    "--besides",
    is_flag=True,
    help="with --candidates: the usual ones as well / 与 --candidates 并用：通常的候选点也要",
)
@click.option(
    "--area",
    help="code of the division to plan; posts elsewhere stay / 所规划区划的代码，别处不变",
)
@click.option(
    "--busy",
    default="0.3",
    show_default=True,
    help="share of time that units are busy, or measured / 单位忙碌的时间比例，或 measured（测得）",
)
@click.option(
    "--seconds", type=click.FloatRange(0.1), help="longest search, seconds / 最长求解时间（秒）"
)
@seed_option
@click.option("--name", default="proposed", help="code of the plan / 方案代码")
@click.option("--json", "json_out", type=PATH, help="write the plan / 写出方案")
@click.option("--geojson", "geojson_out", type=PATH, help="write it as a map / 写出地图")
def posts(**options: Any) -> None:
    """Propose where posts stand, with a bound. / 提出布点方案并给出界限。

    Exit status 0 with a plan, 1 when there is none, 2 when the input cannot be used. Ctrl-C ends
    the search with the best plan so far.
    """
    files = files_of(options)
    also = tuple(standard_of(name) for name in options["also"])
    busy_share, busy_measured = busy_of(options["busy"])
    weights, objective = read_weights(options["weights"]), PostObjective(options["objective"])
    if options["posts"] is None and objective is not PostObjective.COVER_ALL:
        raise Problem(
            zh="请用 --posts 给出点数上限；只有 --objective cover_all 自己求出点数。",
            en="Say with --posts how many posts there may be; only --objective cover_all finds "
            "their number itself.",
        )
    listed = _own(options["candidates_file"])
    ground = read_ground(files)
    if listed:
        usual = with_own(
            ground.candidates, listed, ground.book, ground.travel, besides=options["besides"]
        )
        ground = replace(ground, candidates=usual)
    question = PostQuestion(
        posts=options["posts"],
        objective=objective,
        units=options["units"],
        keep=tuple(PostId(one) for one in options["keep"]),
        keep_all=options["keep_all"],
        close=tuple(PostId(one) for one in options["close"]),
        only=_halls(ground) if options["town_halls"] else (),
        budget=float("inf") if options["budget"] is None else options["budget"],
        cost_new=options["cost_new"],
        cost_standing=options["cost_standing"],
        units_at_post=options["units_at_post"],
        busy_share=busy_share,
        busy_measured=busy_measured,
        also=also,
        weights=weights,
    )
    say(
        f"候选点 {len(ground.candidates)} 个，需求点 {len(ground.points)} 个",
        f"{len(ground.candidates)} candidates, {len(ground.points)} places that calls come from",
        error=True,
    )
    part = part_asked(ground, options["area"])
    rehearse(question.objective, measured=busy_measured)
    with searching(options["seconds"], options["seed"]) as search:
        found = propose_posts(
            ground, question, search.control, part=part, code=options["name"], watch=search.stands
        )
    _write(found, options["json_out"], options["geojson_out"])
    _summary(found, ground)
    if found.needed is not None:
        message = found.needed.problem.message
        say(message.zh, message.en, error=True)
    if found.plan is None:
        raise SystemExit(1)


def part_asked(ground: Ground, area: str | None) -> Part | None:
    """The part of a place that is asked about; None for all of it.

    Raises:
        Problem: it is no code of a division, or nothing lies in it.
    """
    if area is None:
        return None
    if not is_area_code(area):
        raise Problem(
            zh=f"区划代码应为 12 位数字，{area} 不是。",
            en=f"The code of a division has 12 digits; {area} is none.",
        )
    return part_of(ground, AreaId(area))


def _own(path: Path | None) -> tuple[OwnCandidate, ...]:
    """The candidates of a file; what means nothing there is said."""
    if path is None:
        return ()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Problem(
            zh=f"无法读取 {path}：{error.strerror}。",
            en=f"{path} cannot be read: {error.strerror}.",
        ) from error
    found = in_file(path, lambda: read_candidates(data))
    if found.unused:
        names = ", ".join(found.unused[:10])
        say(f"未使用的列：{names}", f"Columns that are not used: {names}", error=True)
    return found.candidates


def _halls(ground: Ground) -> tuple[PostId, ...]:
    candidates = ground.candidates
    halls = tuple(
        one for one, seat in zip(candidates.ids, candidates.seat.tolist(), strict=True) if seat
    )
    if not halls:
        raise Problem(zh="城市里没有乡镇以上驻地。", en="The place has no town halls or seats.")
    return halls


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


def _summary(found: Proposal, ground: Ground) -> None:
    proof_lines(found.proof, ground.book)
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
    if found.front and not found.front_ended:
        say(
            "多标准方案未走到头：第二标准更好的方案尚未求得。",
            "The front was not walked to its end: plans better by the second standard are missing.",
        )
    if found.plan is not None and not found.front:
        post_lines(found.plan)


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
    "--area",
    help="code of the division whose posts may move / 其快反点可迁的区划代码",
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="also show how calls have changed since this day, that of the last plan; needs --calls "
    "/ 另列出自该日（上一方案之日）以来警情的变化；需要 --calls",
)
@click.option(
    "--seconds", type=click.FloatRange(0.1), help="longest search, seconds / 最长求解时间（秒）"
)
@seed_option
@click.option("--json", "json_out", type=PATH, help="write the plan / 写出方案")
@click.option("--geojson", "geojson_out", type=PATH, help="write it as a map / 写出地图")
def resite(**options: Any) -> None:
    """Which posts should move now, and when that pays. / 哪些点该迁，何时回本。"""
    files, since = files_of(options), options["since"]
    if since is not None and files.calls is None:
        raise Problem(
            zh="只有接警记录能说明变化；请用 --calls 给出，或去掉 --since。",
            en="Only recorded calls tell what has changed; give them with --calls, or leave "
            "--since out.",
        )
    ground, records = read_place(files)
    plan = plan_or_present(ground, options["plan_file"])
    terms = ResitingTerms(
        options["move_cost"],
        options["worth"],
        options["days"],
        options["moves"],
        tuple(PostId(one) for one in options["keep"]),
    )
    part = part_asked(ground, options["area"])
    if since is not None and records is not None:
        # First, because it may refuse the day: a long search would be lost by it.
        change_lines(ground, records, since.date(), options["area"])
    with searching(options["seconds"], options["seed"]) as search:
        found = moves_that_pay(ground, plan, terms, search.control, part=part, watch=search.stands)
    write_plan(found.plan, options["json_out"], options["geojson_out"])
    proof_lines(found.proof, ground.book)
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
