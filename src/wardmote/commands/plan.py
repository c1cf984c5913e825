"""`wardmote plan`: where posts stand, which ground is whose, who moves, how many at which hour."""

from __future__ import annotations

import click

from wardmote.commands.plan_forces import relocation, shifts
from wardmote.commands.plan_grids import grids
from wardmote.commands.plan_posts import posts, resite
from wardmote.commands.plan_roster import roster


@click.group()
def plan() -> None:
    """Posts, grids, shifts and moves, each with a proof. / 布点、网格、班次与调动，均附论证。"""


plan.add_command(posts)
plan.add_command(resite)
plan.add_command(grids)
plan.add_command(shifts)
plan.add_command(relocation)
plan.add_command(roster)
