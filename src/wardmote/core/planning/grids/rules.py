"""What a plan of grids must keep to, and what it should weigh."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.grids.territory import Territory
from wardmote.core.travel.graph import Float64, Int32

NO_COMMUNITY = -1


@dataclass(frozen=True, slots=True)
class GridWeights:
    """How much each wish counts against the others; all >= 0.

    - `balance`: squared departure of a grid's load from the mean.
    - `excess`: load above the tolerance, in means.
    - `compactness`: 1 - Polsby-Popper, averaged over grids.
    - `travel`: response relative to that of the first plan.
    - `change`: share of the workload that changes its grid, when there is a previous plan.
    """

    balance: float = 1.0
    excess: float = 20.0
    compactness: float = 2.0
    travel: float = 1.0
    change: float = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class GridRules:
    """G grids over the cells of one territory.

    Either only a number of grids, or the cell of each post (`post_cell` int32 [G], each another
    cell): grid g then contains post g. `post_travel_s` float64 [G, C] gives road times from posts
    to cells, inf where unknown; without it times over the links of the territory are used.

    `community` int32 [C] names the village or neighbourhood community of each cell, -1 for none:
    it is never cut unless it is in `may_split`. `must_join` and `must_split` are pairs of cells
    that must share a grid, or must not. `previous` int32 [C] is the plan in force (-1: none).

    `tolerance`: greatest load of a grid as a multiple of the mean, inclusive, >= 1.
    """

    grids: int
    post_cell: Int32 | None = None
    post_travel_s: Float64 | None = None
    community: Int32 | None = None
    may_split: frozenset[int] = frozenset()
    must_join: tuple[tuple[int, int], ...] = ()
    must_split: tuple[tuple[int, int], ...] = ()
    previous: Int32 | None = None
    tolerance: float = 1.02
    weights: GridWeights = field(default_factory=GridWeights)


def check_rules(territory: Territory, rules: GridRules) -> None:
    """Raise `Problem` where the rules do not fit the territory, naming the first fault."""
    cells = territory.cells
    if not 1 <= rules.grids <= cells:
        raise Problem(
            zh=f"网格数必须在 1 到格子数 {cells} 之间，现为 {rules.grids}。",
            en=f"The number of grids must be from 1 to the {cells} cells; it is {rules.grids}.",
        )
    if rules.tolerance < 1:
        raise Problem(
            zh="负载上限不能低于平均值的 1 倍。",
            en="A grid's greatest load cannot be below the mean: give a tolerance of 1 or more.",
        )
    posts = rules.post_cell
    if posts is not None and (
        posts.shape != (rules.grids,)
        or len(np.unique(posts)) != rules.grids
        or posts.min() < 0
        or posts.max() >= cells
    ):
        raise Problem(
            zh="每个网格要有一个驻点，驻点要在不同的、存在的格子里。",
            en="Each grid needs one post, and posts must stand in different existing cells.",
        )
    for name, array, shape in (
        ("post_travel_s", rules.post_travel_s, (rules.grids, cells)),
        ("community", rules.community, (cells,)),
        ("previous", rules.previous, (cells,)),
    ):
        if array is not None and array.shape != shape:
            raise Problem(
                zh=f"{name} 的大小应为 {shape}，现为 {array.shape}。",
                en=f"{name} must have the shape {shape}; it has {array.shape}.",
            )
    if rules.previous is not None and rules.previous.max(initial=-1) >= rules.grids:
        raise Problem(
            zh="现行方案的网格编号超出了网格数。",
            en="The plan in force has a grid number beyond the number of grids.",
        )
    for pair in (*rules.must_join, *rules.must_split):
        if not all(0 <= cell < cells for cell in pair):
            raise Problem(
                zh=f"必须合并或分开的格子 {pair} 不存在。",
                en=f"The cells {pair} that must be joined or split do not exist.",
            )
