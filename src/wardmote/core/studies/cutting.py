"""Grids for a plan: one connected piece of ground per post, villages whole, loads alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import shapely

from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.problem import Problem
from wardmote.core.planning.grids.figures import GridFigures
from wardmote.core.planning.grids.planning import GridEffort, plan_grids
from wardmote.core.studies.grid_rules import cells_of, rules_on, said
from wardmote.core.studies.ground import Ground
from wardmote.core.studies.pieces import Pieces, boundary_of, pieces_of, shape_of
from wardmote.core.studies.plan import Plan, PlannedGrid, PlannedGridRules, PlannedGrids
from wardmote.core.studies.questions import WEEKS_A_YEAR
from wardmote.core.travel.graph import INF_MS, Float64, Int32

AS_THEY_ARE = GridEffort(rounds=0)
"""Grids stay what they were before, but for what breaks a rule; only their figures are new."""


@dataclass(frozen=True, slots=True, eq=False)
class CutGround:
    """What grids of a plan were cut from: enough to say what a change by hand does to them.

    Attributes:
        posts: id, longitude and latitude of each post.
        post_cell: int32 [posts] the piece of each post.
        travel_s: float64 [posts, pieces] driving seconds; inf where there is no way.
        demand_from: ``records`` or ``residents``.
    """

    pieces: Pieces
    posts: tuple[tuple[PostId, float, float], ...]
    post_cell: Int32
    travel_s: Float64
    demand_from: str

    def fits(self, plan: Plan) -> bool:
        """Whether the posts of a plan stand where they stood when the grids were cut."""
        return self.posts == tuple((one.id, one.lon, one.lat) for one in plan.posts)


@dataclass(frozen=True, slots=True)
class GridProposal:
    """A plan with grids, and how they look beside those of plain nearness.

    Attributes:
        figures: of the grids; `start` of the first cut, before refinement.
        stopped: whether it was told to stop before it was done.
    """

    plan: Plan
    figures: GridFigures
    start: GridFigures
    stopped: bool
    cut: CutGround


def propose_grids(
    ground: Ground,
    plan: Plan,
    *,
    previous: PlannedGrids | None = None,
    rules: PlannedGridRules | None = None,
    seed: int = 1,
    effort: GridEffort | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    report: Callable[[float], None] = lambda share: None,
) -> GridProposal:
    """Grids for the posts of a plan.

    Args:
        previous: grids in force, by post id; few villages then change hands.
        rules: what must share a grid, what must not, what may be cut, and the load asked for.

    Raises:
        Problem: there are more posts than pieces of ground, or the rules cannot be met.
    """
    rules = rules or PlannedGridRules()
    pieces = pieces_of(ground, frozenset(rules.may_split))
    if len(plan.posts) > len(pieces):
        raise Problem(
            zh=f"快反点（{len(plan.posts)}）多于可划分的村（社区）数（{len(pieces)}）。",
            en=f"There are more posts ({len(plan.posts)}) than villages or squares to share out "
            f"({len(pieces)}).",
        )
    travel_s = _travel_s(ground, plan, pieces)
    cell = cells_of(plan.posts, pieces, travel_s)
    before = None if previous is None else labels_of(pieces, plan, previous)
    asked = rules_on(pieces, plan, rules, cell, travel_s, before)
    found = plan_grids(
        pieces.territory, asked, seed=seed, effort=effort, should_stop=should_stop, report=report
    )
    _refuse_broken(pieces, found.figures)
    cut = CutGround(
        pieces,
        tuple((one.id, one.lon, one.lat) for one in plan.posts),
        cell,
        travel_s,
        ground.demand_from,
    )
    grids = planned_grids(cut, plan, found.label, found.figures, rules, before)
    return GridProposal(replace(plan, grids=grids), found.figures, found.start, found.stopped, cut)


def labels_of(pieces: Pieces, plan: Plan, grids: PlannedGrids) -> Int32:
    """The grid of each piece, int32 [pieces], by the number of its post in `plan`; -1 without one.

    Villages go by their code, squares and grids that name no village by the ground they lie on.
    """
    number = {post.id: row for row, post in enumerate(plan.posts)}
    label = np.full(len(pieces), -1, dtype=np.int32)
    rows_of: dict[AreaId, list[int]] = {}
    for row, code in enumerate(pieces.area):
        rows_of.setdefault(code, []).append(row)
    known = [grid for grid in grids.grids if grid.post in number]
    for grid in known:
        for code in grid.villages:
            label[rows_of.get(code, [])] = number[grid.post]
    left = np.flatnonzero(label < 0)
    points = shapely.point_on_surface(np.array(pieces.shape, dtype=object)[left])
    for grid in known if len(left) else ():
        shape = shape_of(grid.boundary)
        shapely.prepare(shape)
        label[left[shapely.covers(shape, points) & (label[left] < 0)]] = number[grid.post]
    return label


def planned_grids(
    cut: CutGround,
    plan: Plan,
    label: Int32,
    figures: GridFigures,
    rules: PlannedGridRules,
    before: Int32 | None,
) -> PlannedGrids:
    """Grids as a plan keeps them; `label` int32 [pieces], `before` that of the grids before."""
    pieces = cut.pieces
    geometry = np.array(pieces.shape, dtype=object)
    grids = []
    for row, post in enumerate(plan.posts):
        cells = np.flatnonzero(label == row)
        mean = float(figures.mean_response_s[row])
        grids.append(
            PlannedGrid(
                PostId(post.id),
                boundary_of(shapely.union_all(geometry[cells])),
                whole_villages(pieces, label, row),
                float(pieces.calls[cells].sum() * WEEKS_A_YEAR),
                float(np.nan_to_num(figures.load_ratio[row])),
                mean if np.isfinite(mean) else None,
            )
        )
    changed = np.zeros(len(label), dtype=np.bool_)
    if before is not None:
        changed = (before >= 0) & (before != label)
    rows = np.flatnonzero(changed).tolist()
    return PlannedGrids(
        tuple(grids),
        float(np.nan_to_num(figures.max_over_mean)),
        figures.mean_polsby_popper,
        figures.connected,
        len({pieces.area[row] or pieces.key[row] for row in rows}),
        float(pieces.calls[changed].sum() * WEEKS_A_YEAR),
        rules,
        cut.demand_from,
    )


def whole_villages(pieces: Pieces, label: Int32, grid: int) -> tuple[AreaId, ...]:
    """The villages that lie in a grid with all their pieces."""
    here = {pieces.area[row] for row in np.flatnonzero(label == grid).tolist()}
    elsewhere = {pieces.area[row] for row in np.flatnonzero(label != grid).tolist()}
    return tuple(sorted(here - elsewhere - {AreaId("")}))


def _refuse_broken(pieces: Pieces, figures: GridFigures) -> None:
    for pair in (*figures.broken_splits, *figures.broken_joins):
        one, other = (said(pieces, row) for row in pair)
        raise Problem(
            zh=f"找不到让{one.zh}和{other.zh}按要求合并或分开、且各网格连通的划分；请放宽规则。",
            en=f"No cut was found that keeps {one.en} and {other.en} together or apart as asked, "
            "with every grid in one piece: ask for less.",
        )


def _travel_s(ground: Ground, plan: Plan, pieces: Pieces) -> Float64:
    """float64 [posts, pieces] driving seconds; inf where there is no way."""
    posts = ground.travel.snap([one.lon for one in plan.posts], [one.lat for one in plan.posts])
    ms = ground.travel.matrix(posts, ground.travel.snap(pieces.lon, pieces.lat))
    seconds = ms * (ground.handling.driving.factor / 1_000.0)
    return np.asarray(np.where(ms == INF_MS, np.inf, seconds), dtype=np.float64)
