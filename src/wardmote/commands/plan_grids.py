"""`wardmote plan grids`."""

from __future__ import annotations

import itertools
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
    read_plan_file,
    seed_option,
    write_plan,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.problem import Problem
from wardmote.core.studies.cutting import GridProposal, propose_grids
from wardmote.core.studies.plan import MAX_TOLERANCE, PlannedGridRules


@click.command()
@place_options
@click.option("--plan", "plan_file", type=PATH, help="plan (default: today's posts) / 方案")
@click.option("--previous", type=PATH, help="plan with the grids in force / 现行网格所在方案")
@click.option(
    "--join",
    "joined",
    multiple=True,
    metavar="A,B",
    help="codes of villages that share a grid / 须同属一个网格的村（社区）编号",
)
@click.option(
    "--split",
    "parted",
    multiple=True,
    metavar="A,B",
    help="codes of villages that do not / 须分属不同网格的村（社区）编号",
)
@click.option(
    "--may-split",
    "divisible",
    multiple=True,
    metavar="CODE",
    help="a village that may be cut / 允许拆分的村（社区）",
)
@click.option(
    "--tolerance",
    type=click.FloatRange(1, MAX_TOLERANCE),
    help="greatest load of a grid over the mean (default: as the plan has it, else "
    f"{PlannedGridRules().tolerance}) / 最重网格负载与平均之比的上限（默认沿用方案）",
)
@click.option("--forget-rules", is_flag=True, help="leave the plan's rules out / 不沿用方案的规则")
@seed_option
@click.option("--json", "json_out", type=PATH, help="write the plan / 写出方案")
@click.option("--geojson", "geojson_out", type=PATH, help="write it as a map / 写出地图")
def grids(**options: Any) -> None:
    """Cut the place into one grid per post. / 按点划分网格。"""
    given = _given(options)
    ground = read_ground(files_of(options))
    plan = plan_or_present(ground, options["plan_file"])
    before = None
    if options["previous"] is not None:
        before = read_plan_file(options["previous"]).grids
        if before is None:
            raise Problem(
                zh=f"{options['previous']} 中没有网格。",
                en=f"{options['previous']} holds no grids.",
            )
    told = counted("划分", "Cutting")
    kept = None if options["forget_rules"] else plan.grids or before
    found = propose_grids(
        ground,
        plan,
        previous=before,
        rules=_rules(given, None if kept is None else kept.rules, options["tolerance"]),
        seed=options["seed"],
        report=lambda share: told(round(share * 100), 100),
    )
    write_plan(found.plan, options["json_out"], options["geojson_out"])
    _summary(found, compared=before is not None)


def _given(options: dict[str, Any]) -> PlannedGridRules:
    """The rules that the options name, before anything is read.

    Raises:
        Problem: an option does not name two villages, or names none.
    """
    may_split = tuple(AreaId(code.strip()) for code in options["divisible"])
    if not all(may_split):
        raise Problem(
            zh="--may-split 后应为一个村（社区）的编号。",
            en="--may-split takes the code of a village or community.",
        )
    return PlannedGridRules(
        tuple(pair for text in options["joined"] for pair in _pairs("--join", text)),
        tuple(pair for text in options["parted"] for pair in _pairs("--split", text)),
        may_split,
    )


def _pairs(option: str, text: str) -> list[tuple[str, str]]:
    """Two codes, or more: joined in a row, or split each from each."""
    codes = [code.strip() for code in text.replace("，", ",").split(",")]
    if len(codes) < 2 or not all(codes):
        raise Problem(
            zh=f"{option} 后应为两个或更多编号，以逗号分隔，现为“{text}”。",
            en=f"{option} takes two or more codes with commas between them, not “{text}”.",
        )
    return list(
        itertools.pairwise(codes) if option == "--join" else itertools.combinations(codes, 2)
    )


def _rules(
    given: PlannedGridRules, kept: PlannedGridRules | None, tolerance: float | None
) -> PlannedGridRules:
    """What is given, beside the rules that the grids before were cut by."""
    kept = kept or PlannedGridRules()
    return PlannedGridRules(
        tuple(dict.fromkeys((*kept.join, *given.join))),
        tuple(dict.fromkeys((*kept.split, *given.split))),
        tuple(dict.fromkeys((*kept.may_split, *given.may_split))),
        kept.tolerance if tolerance is None else tolerance,
    )


def _summary(found: GridProposal, *, compared: bool) -> None:
    figures, grids = found.figures, found.plan.grids
    assert grids is not None
    lines([
        (f"最重/平均负载 {figures.max_over_mean:.3f}（要求不超过 {grids.rules.tolerance:g}），"
         f"紧凑度 {figures.mean_polsby_popper:.3f}，平均行车 {figures.expected_response_s:.0f} 秒",
         f"Heaviest over mean load {figures.max_over_mean:.3f} (asked for: at most "
         f"{grids.rules.tolerance:g}), compactness {figures.mean_polsby_popper:.3f}, mean drive "
         f"{figures.expected_response_s:.0f} s"),
    ])  # fmt: skip
    if compared:
        total = sum(grid.calls_a_year for grid in grids.grids)
        share = grids.changed_calls_a_year / total if total else 0.0
        say(
            f"改属其他网格：{grids.changed_villages} 个村（社区）或方格，"
            f"每年 {grids.changed_calls_a_year:,.0f} 起警情（{share:.1%}）",
            f"In another grid than before: {grids.changed_villages} villages or squares with "
            f"{grids.changed_calls_a_year:,.0f} calls a year ({share:.1%})",
        )
    _rules_said(grids.rules)
    if not figures.connected:
        say("有的网格不连通。", "Some grid does not hang together.", error=True)
    for grid in grids.grids:
        post = found.plan.post(grid.post)
        name = "" if post is None else text(post.name.zh, post.name.en)
        click.echo(
            f"  {grid.post}  {name}  {len(grid.villages)}  "
            + text(f"{grid.calls_a_year:,.0f} 起/年", f"{grid.calls_a_year:,.0f} calls a year")
            + f"  × {grid.load_ratio:.2f}"
        )


def _rules_said(rules: PlannedGridRules) -> None:
    said = [
        *((f"合并 {a}、{b}", f"joined {a}, {b}") for a, b in rules.join),
        *((f"分开 {a}、{b}", f"split {a}, {b}") for a, b in rules.split),
        *((f"可拆分 {code}", f"may be cut {code}") for code in rules.may_split),
    ]
    if said:
        say(
            "遵守的规则：" + "；".join(zh for zh, _en in said),
            "Rules kept: " + "; ".join(en for _zh, en in said),
        )
