"""`wardmote plan grids`."""

from __future__ import annotations

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
    write_plan,
)
from wardmote.core.domain.problem import Problem
from wardmote.core.studies.cutting import TOLERANCE, GridProposal, propose_grids


@click.command()
@place_options
@click.option("--plan", "plan_file", type=PATH, help="plan (default: today's posts) / 方案")
@click.option("--previous", type=PATH, help="plan with the grids in force / 现行网格所在方案")
@click.option("--tolerance", default=TOLERANCE, type=click.FloatRange(1), help="/ 负载上限倍数")
@click.option("--seed", default=1, type=click.IntRange(0), help="/ 随机种子")
@click.option("--json", "json_out", type=PATH, help="write the plan / 写出方案")
@click.option("--geojson", "geojson_out", type=PATH, help="write it as a map / 写出地图")
def grids(**options: Any) -> None:
    """Cut the place into one grid per post. / 按点划分网格。"""
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
    found = propose_grids(
        ground,
        plan,
        previous=before,
        tolerance=options["tolerance"],
        seed=options["seed"],
        report=lambda share: told(round(share * 100), 100),
    )
    write_plan(found.plan, options["json_out"], options["geojson_out"])
    _summary(found)


def _summary(found: GridProposal) -> None:
    figures = found.figures
    lines([
        (f"最重/平均负载 {figures.max_over_mean:.3f}，紧凑度 {figures.mean_polsby_popper:.3f}，"
         f"平均行车 {figures.expected_response_s:.0f} 秒",
         f"Heaviest over mean load {figures.max_over_mean:.3f}, compactness "
         f"{figures.mean_polsby_popper:.3f}, mean drive {figures.expected_response_s:.0f} s"),
    ])  # fmt: skip
    if not figures.connected:
        say("有的网格不连通。", "Some grid does not hang together.", error=True)
    assert found.plan.grids is not None
    for grid in found.plan.grids.grids:
        post = found.plan.post(grid.post)
        name = "" if post is None else text(post.name.zh, post.name.en)
        click.echo(
            f"  {grid.post}  {name}  {len(grid.villages)}  "
            + text(f"{grid.calls_a_year:,.0f} 起/年", f"{grid.calls_a_year:,.0f} calls a year")
            + f"  × {grid.load_ratio:.2f}"
        )
